//! What is found in what a person hands in.

use super::*;
use crate::core::providers::failure::Class;

fn found(text: &str) -> HandedIn {
    parse_handed_in(text, Around::default()).unwrap()
}

fn refused(text: &str) -> Refusal {
    parse_handed_in(text, Around::default()).unwrap_err()
}

fn listed(found: &HandedIn) -> Vec<(String, &str)> {
    found.rows.iter().map(|row| (row.listing.name(), row.text.as_str())).collect()
}

fn row(listing: &str, text: &'static str) -> (String, &'static str) {
    (listing.to_owned(), text)
}

#[test]
fn what_the_command_line_prints_is_a_page_without_its_own_ids() {
    let printed = r#"{"items":[{"id":18446744073709551617,"video_id":18446744073709551617,"video_status":1},
        {"id":9,"video_id":8,"video_status":1}],"total":45,"page":1,"limit":20,"has_more":true}"#;
    let found = found(printed);
    assert_eq!(
        listed(&found),
        [
            row("video/created", r#"{"video_id":18446744073709551617,"video_status":1}"#),
            row("video/created", r#"{"id":9,"video_id":8,"video_status":1}"#),
        ]
    );
    assert_eq!(found.pages, 1);
}

#[test]
fn raw_answers_are_read_with_and_without_their_envelope() {
    let answer = r#"{"ErrCode":0,"ErrMsg":"Success","Resp":{"data":[{"image_id":7,"id":7}],"total":1}}"#;
    let rows = [row("image/created", r#"{"id":7,"image_id":7}"#)];
    assert_eq!(listed(&found(answer)), rows);
    assert_eq!(listed(&found(r#"{"data":[{"image_id":7,"id":7}],"total":1}"#)), rows);
    assert_eq!(listed(&found(r#"[{"ErrCode":0,"Resp":{"list":[{"image_id":7,"id":7}]}}]"#)), rows);
    assert_eq!(listed(&found(r#"{"err_code":0,"resp":{"image_id":7,"id":7}}"#)), rows);
    assert_eq!(found(r#"{"ErrCode":0,"Resp":{"data":null}}"#).rows, []);
}

#[test]
fn a_failed_answer_is_no_empty_page() {
    let found = found(r#"{"ErrCode":10005,"ErrMsg":"elsewhere","Resp":null}"#);
    assert_eq!((found.rows.len(), found.failures[0].1.class), (0, Class::Auth));
    assert!(matches!(refused(r#"{"ErrCode":0,"Resp":null}"#), Refusal::NotAPage(_)));
}

#[test]
fn lines_are_rows_and_a_broken_line_is_one_too() {
    let found = found("{\"video_id\":1}\n\n{\"audio_id\":2}\n{\"video_id\":\n");
    assert_eq!(
        listed(&found),
        [
            row("video/created", r#"{"video_id":1}"#),
            row("audio/created", r#"{"audio_id":2}"#),
            row("video/created", r#"{"video_id":"#),
        ]
    );
}

#[test]
fn what_a_row_is_may_be_said_around_it_and_never_guessed() {
    let bare = r#"[{"id":5,"url":"https://media.pixverse.ai/a.png"}]"#;
    assert!(matches!(refused(bare), Refusal::MediaTypeUnknown(_)));
    let around =
        Around { media_type: Some(MediaType::Image), making: Some(Making::Uploaded), ..Around::default() };
    let found = parse_handed_in(bare, around).unwrap();
    assert_eq!(found.rows[0].listing.name(), "image/uploaded");
}

#[test]
fn texts_without_rows_are_refused() {
    assert!(matches!(refused("<html>"), Refusal::NotJson(_)));
    assert!(matches!(refused(""), Refusal::NotJson(_)));
    for text in ["7", "{\"a\":1}", "null"] {
        assert!(matches!(refused(text), Refusal::NotAPage(_)), "{text}");
    }
}

fn entry(url: &str, asked: &str, status: u16, content: Value) -> Value {
    json!({
        "startedDateTime": "2026-09-01T10:00:00.000+02:00",
        "request": { "method": "POST", "url": url, "postData": { "text": asked } },
        "response": { "status": status, "content": content },
    })
}

const LIST: &str = "https://app-api.pixverse.ai/creative_platform/asset/library/list";

#[test]
fn a_recording_gives_the_pages_that_stand_in_it() {
    let plain = json!({ "text": r#"{"ErrCode":0,"Resp":{"data":[{"asset_id":1}]}}"# });
    let coded = json!({ "encoding": "base64", "text": "eyJFcnJDb2RlIjowLCJSZXNwIjp7ImlkIjoyfX0=" });
    let recording = json!({ "log": { "entries": [
        entry("https://tracker.example/list", "{}", 200, json!({ "text": "{}" })),
        entry(LIST, r#"{"tab":"image","asset_source":0}"#, 200, plain),
        entry("https://app-api.pixverse.ai/creative_platform/video/list/detail", "{}", 200, coded),
        entry(LIST, r#"{"tab":"video"}"#, 503, json!({ "text": "<html>" })),
        entry(LIST, r#"{"tab":"video"}"#, 200, json!({})),
    ] } });
    let found = found(&recording.to_string());
    let listed = listed(&found);
    assert_eq!(listed, [row("image/uploaded", r#"{"asset_id":1}"#), row("video/created", r#"{"id":2}"#)]);
    assert_eq!(found.rows[0].seen_ms, Some(1_788_249_600_000));
    let failed: Vec<_> = found.failures.iter().map(|(at, failure)| (at.as_str(), failure.class)).collect();
    assert_eq!(failed, [("$.log.entries[3]", Class::Retryable), ("$.log.entries[4]", Class::Schema)]);
}

#[test]
fn a_recording_of_something_else_is_refused() {
    let recording = json!({ "log": { "entries": [entry("https://evil.example/creative_platform/asset/library/list", "{}", 200, json!({}))] } });
    assert!(matches!(refused(&recording.to_string()), Refusal::NotAPage(_)));
}
