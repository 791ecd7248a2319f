//! What is read out of the provider's answers to requests: ids, failures and what has to be believed about them, rows.

use driftline::core::media::{Api, MediaType};
use driftline::core::providers::failure::Class;
use driftline::core::providers::pixverse::create::{
    CreateFailure, Created, Fate, deadline_ms, next_look_ms, next_try_ms, parse_created, parse_prepared,
    parse_result, prepare_call, result_call,
};
use driftline::core::step::{Reply, Verb};
use serde_json::json;

use super::sample::{LONG_ID, access, clip, library, request};

fn answer(status: u16, body: &str) -> Reply {
    Reply::Answer { status, retry_after_s: None, body: body.to_owned() }
}

fn created(resp: &str) -> Result<Created, CreateFailure> {
    parse_created(&answer(200, &format!(r#"{{"ErrCode":0,"ErrMsg":"","Resp":{resp}}}"#)), MediaType::Video)
}

#[test]
fn ids_are_read_from_every_member_that_may_hold_them() {
    let table: [(&str, &[&str]); 9] = [
        (r#"{"success_ids":[71,72],"video_ids":[9],"video_id":9}"#, &["71", "72"]),
        (r#"{"success_ids":[],"video_ids":[71]}"#, &["71"]),
        (r#"{"success_ids":null,"video_id":"71"}"#, &["71"]),
        (r#"{"video_id":98765432109876543210987}"#, &[LONG_ID]),
        (r#"{"video_ids":[0,null,"",71,"71",true,{}]}"#, &["71"]),
        (r#"{"success_ids":["unknown"],"id":71}"#, &["71"]),
        (r#"{"task_id":71}"#, &["71"]),
        (r#"{"image_id":9,"video_id":71}"#, &["71"]),
        (r#"{"video_ids":71}"#, &["71"]),
    ];
    for (resp, expect) in table {
        assert_eq!(created(resp).unwrap().ids, expect, "{resp}");
    }
    let image = answer(200, r#"{"ErrCode":0,"Resp":{"image_id":71,"video_id":9}}"#);
    assert_eq!(parse_created(&image, MediaType::Image).unwrap().ids, ["71"]);
}

#[test]
fn a_partial_success_says_so_and_what_it_cost() {
    let created = created(r#"{"success_ids":[71],"fail_count":1,"cost_credits":20}"#).unwrap();
    assert_eq!(created, Created { ids: vec!["71".into()], fail_count: 1, cost_credits: Some(20) });
    let open = answer(200, r#"{"ErrCode":0,"Resp":{"video_id":71,"credits":50}}"#);
    assert_eq!(parse_created(&open, MediaType::Video).unwrap().cost_credits, Some(50));
}

#[test]
fn a_success_without_an_id_is_a_failure() {
    for resp in [
        "null",
        "{}",
        "[]",
        r#"{"video_id":0}"#,
        r#"{"video_id":"unknown"}"#,
        r#"{"success_ids":[],"fail_count":2}"#,
    ] {
        let failure = created(resp).unwrap_err();
        assert_eq!((failure.fate, failure.failure.code.as_str()), (Fate::Failed, "no_id"), "{resp}");
    }
    let none = created(r#"{"success_ids":[],"fail_count":2}"#).unwrap_err();
    assert_eq!(none.failure.message, "Pixverse made none of the outputs (2 refused)");
}

#[test]
fn what_has_to_be_believed_about_each_failure() {
    let code = |code: u32| answer(200, &format!(r#"{{"ErrCode":{code},"ErrMsg":"no","Resp":null}}"#));
    let table = [
        (Reply::Cut { reason: "timed out".into() }, Fate::Unconfirmed, Class::Retryable),
        (answer(503, "<html>"), Fate::Unconfirmed, Class::Retryable),
        (answer(500, r#"{"ErrCode":0,"Resp":{}}"#), Fate::Unconfirmed, Class::Retryable),
        (answer(408, ""), Fate::Unconfirmed, Class::Retryable),
        (answer(200, "<html>"), Fate::Unconfirmed, Class::Schema),
        (answer(200, r#"{"ErrCode":0,"Resp":{"video_id":7"#), Fate::Unconfirmed, Class::Schema),
        (answer(302, ""), Fate::Unconfirmed, Class::Schema),
        (code(500_100), Fate::Unconfirmed, Class::Retryable),
        (code(99_999), Fate::Unconfirmed, Class::Unknown),
        (code(500_044), Fate::Wait, Class::Concurrency),
        (code(500_069), Fate::Wait, Class::Retryable),
        (answer(429, ""), Fate::Wait, Class::Retryable),
        (answer(429, r#"{"ErrCode":500044,"ErrMsg":"busy"}"#), Fate::Wait, Class::Retryable),
        (code(500_063), Fate::Filtered, Class::Moderation),
        (code(500_054), Fate::Filtered, Class::Moderation),
        (answer(500, r#"{"err_code":500052,"err_msg":"no","resp":null}"#), Fate::Filtered, Class::Moderation),
        (code(500_043), Fate::Failed, Class::Credit),
        (code(500_090), Fate::Failed, Class::Credit),
        (code(10_005), Fate::Failed, Class::Auth),
        (answer(401, ""), Fate::Failed, Class::Auth),
        (code(500_020), Fate::Failed, Class::Forbidden),
        (code(500_047), Fate::Failed, Class::Validation),
        (code(400_017), Fate::Failed, Class::Validation),
        (answer(400, ""), Fate::Failed, Class::Validation),
        (code(31_337), Fate::Failed, Class::Unknown),
    ];
    for (reply, fate, class) in table {
        let failure = parse_created(&reply, MediaType::Video).unwrap_err();
        assert_eq!((failure.fate, failure.failure.class), (fate, class), "{reply:?}");
    }
    let slow = Reply::Answer { status: 429, retry_after_s: Some(7), body: String::new() };
    assert_eq!(parse_created(&slow, MediaType::Video).unwrap_err().failure.retry_after_s, Some(7));
}

#[test]
fn each_asset_is_asked_for_at_its_own_place() {
    let table = [
        (
            Api::Library,
            MediaType::Video,
            Verb::Post,
            "/creative_platform/video/list/detail",
            Some("video_id"),
        ),
        (Api::Library, MediaType::Image, Verb::Post, "/creative_platform/image/detail", Some("image_id")),
        (Api::OpenPlatform, MediaType::Video, Verb::Get, "/openapi/v2/video/result/", None),
        (Api::OpenPlatform, MediaType::Image, Verb::Get, "/openapi/v2/image/result/", None),
    ];
    for (api, media_type, verb, path, member) in table {
        let call = result_call(&access(api), api, media_type, LONG_ID).unwrap();
        assert_eq!(call.verb, verb);
        let body = member.map(|member| format!("{{\"{member}\":{LONG_ID}}}"));
        let path = if body.is_some() { path.to_owned() } else { format!("{path}{LONG_ID}") };
        assert_eq!((call.path, call.body), (path, body));
    }
    let sound = result_call(&access(Api::Library), Api::Library, MediaType::Audio, "7").unwrap();
    assert_eq!(sound.path, "/creative_platform/audio/detail?asset_source=1&audio_id=7");
    for id in ["", "7/../8", "unknown", "5f0c6e1e-0000-4000-8000-000000000001"] {
        assert_eq!(result_call(&access(Api::Library), Api::Library, MediaType::Video, id), None, "{id}");
    }
}

#[test]
fn a_row_keeps_every_digit_and_no_row_is_a_failure() {
    let row = format!(r#"{{"video_id": {LONG_ID}, "seed":1.50}}"#);
    let read = |resp: &str| parse_result(&answer(200, &format!(r#"{{"ErrCode":0,"Resp":{resp}}}"#)));
    assert_eq!(read(&row).as_deref(), Ok(row.as_str()));
    assert_eq!(read(r#"{"audio":{"audio_id":7.0}}"#).as_deref(), Ok(r#"{"audio_id":7.0}"#));
    for resp in ["null", "{}", "[]", "7"] {
        assert_eq!(read(resp).unwrap_err().class, Class::Schema, "{resp}");
    }
    let gone = answer(200, r#"{"ErrCode":500008,"ErrMsg":"not found"}"#);
    assert_eq!(parse_result(&gone).unwrap_err().class, Class::NotFound);
}

#[test]
fn what_comes_first_may_stop_a_request_before_it_is_sent() {
    let find = |wanted| library().into_iter().find(|(name, _)| *name == wanted).unwrap().1;
    let first = |name, reply: &Reply| parse_prepared(&find(name), Api::Library, reply);
    let empty = answer(200, r#"{"ErrCode":0,"Resp":{}}"#);
    let failed = answer(200, r#"{"ErrCode":500008,"ErrMsg":"not found"}"#);
    let cut = Reply::Cut { reason: "timed out".into() };
    // An extension goes without its last frame.
    for reply in [&empty, &failed, &cut] {
        assert_eq!(first("extend", reply).unwrap().members.len(), 0);
    }
    assert_eq!(first("modify", &empty).unwrap_err().fate, Fate::Wait);
    assert_eq!(first("modify", &failed).unwrap_err().fate, Fate::Failed);
    assert_eq!(first("modify", &cut).unwrap_err().fate, Fate::Wait);
    let refused = answer(200, r#"{"ErrCode":0,"Resp":{"pass":false,"result":[]}}"#);
    let refused = first("motion-control", &refused).unwrap_err();
    assert_eq!((refused.fate, refused.failure.code.as_str()), (Fate::Failed, "precheck_refused"));
    assert_eq!(first("text-to-video", &failed).unwrap().members.len(), 0);
    assert_eq!(prepare_call(&find("text-to-video"), Api::Library, &access(Api::Library)), None);
}

#[test]
fn looks_grow_rarer_with_age() {
    let delays = [0, 29_999, 30_000, 120_000, 600_000, 1_800_000, 10_800_000].map(next_look_ms);
    assert_eq!(delays, [3_000, 3_000, 6_000, 15_000, 30_000, 60_000, 300_000]);
}

#[test]
fn tries_grow_rarer_and_the_providers_word_is_obeyed() {
    let delays = [1, 2, 3, 4, 10, 11].map(|tries| next_try_ms(tries, None));
    assert_eq!(delays, [10_000, 20_000, 30_000, 60_000, 60_000, 300_000]);
    assert_eq!((next_try_ms(1, Some(90)), next_try_ms(3, Some(2))), (90_000, 30_000));
}

#[test]
fn everything_is_given_up_some_time() {
    let hours = |operation, members| deadline_ms(&request(operation, members)) as f64 / 3_600_000.0;
    assert_eq!(hours("text_to_image", json!({})), 0.5);
    assert_eq!(hours("video_extend", json!({"inputs": [clip("SOURCE_VIDEO", 0)]})), 1.0);
    assert_eq!(hours("text_to_video", json!({})), 2.0);
    assert_eq!(hours("text_to_video", json!({"parameters": {"off_peak": true}})), 26.0);
}
