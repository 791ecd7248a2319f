//! Every form in which a person may hand pages in, from fixtures in the shapes of the provider's own tools: whatever the
//! form, the same is known afterwards; and how much of it fits into one request.

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::pages_api::{hand_in, known};
use crate::shelf::{Shelf, clip};
use crate::worker::{ACCOUNT, Worker};

/// 5 MB, however one counts them.
const MOST_BYTES: usize = 5 * 1024 * 1024;
/// Statements of one invocation on the free plan.
const MOST_STATEMENTS: usize = 50;

fn fixture(name: &str) -> Value {
    let path = format!("{}/fixtures/pixverse/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn clips() -> Vec<Value> {
    ["video-image-text-nested", "video-transition-paths-only", "video-extend-id-only"].map(fixture).to_vec()
}

fn stills() -> Vec<Value> {
    vec![fixture("image-create-image-from-images")]
}

/// As `pixverse asset list --json` prints a page: every row with an id of its own in front.
fn printed(rows: &[Value]) -> String {
    let rows: Vec<Value> = rows
        .iter()
        .map(|row| {
            let mut row = row.clone();
            row["id"] = row.get("video_id").or(row.get("image_id")).cloned().unwrap();
            row
        })
        .collect();
    json!({ "items": rows, "total": rows.len(), "page": 1, "limit": 20, "has_more": false }).to_string()
}

fn answer(rows: &[Value]) -> String {
    let resp = json!({ "data": rows, "total": rows.len(), "has_more": false, "next_offset": rows.len() });
    json!({ "ErrCode": 0, "ErrMsg": "Success", "Resp": resp }).to_string()
}

/// As a browser records the library page: with what it also asked for, and bodies as text or in base64.
fn recording(pages: &[(&str, &[Value])]) -> String {
    let mut entries = vec![json!({
        "startedDateTime": "2026-11-01T09:59:58.000Z", "time": 12.5,
        "request": { "method": "OPTIONS", "url": "https://app-api.pixverse.ai/creative_platform/asset/library/list", "headers": [] },
        "response": { "status": 204, "content": { "size": 0, "mimeType": "" } },
    })];
    for (place, (tab, rows)) in pages.iter().enumerate() {
        let body = answer(rows);
        let content = if place == 0 {
            json!({ "size": body.len(), "mimeType": "application/json", "text": body })
        } else {
            json!({ "size": body.len(), "mimeType": "application/json", "encoding": "base64", "text": STANDARD.encode(body) })
        };
        entries.push(json!({
            "startedDateTime": "2026-11-01T10:00:00.000+00:00", "time": 300,
            "request": {
                "method": "POST", "url": "https://app-api.pixverse.ai/creative_platform/asset/library/list",
                "httpVersion": "http/2.0", "headers": [{ "name": "token", "value": "very-secret" }], "queryString": [],
                "postData": {
                    "mimeType": "application/json",
                    "text": json!({ "tab": tab, "asset_source": 1, "folder_id": 0, "offset": 0, "limit": 50, "filter": {} }).to_string(),
                },
            },
            "response": { "status": 200, "statusText": "", "headers": [], "content": content },
        }));
    }
    json!({ "log": { "version": "1.2", "creator": { "name": "WebInspector", "version": "537.36" }, "pages": [], "entries": entries } })
        .to_string()
}

fn lines(rows: &[Value]) -> String {
    rows.iter().map(|row| format!("{row}\n")).collect()
}

/// What is known after these texts were handed in, and everything that is stored.
fn after(texts: &[String]) -> (Vec<Value>, String) {
    let mut worker = Worker::new(Shelf::default());
    for text in texts {
        let answer = hand_in(&mut worker, ACCOUNT, "", text);
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.body["failures"], json!([]), "{}", answer.body);
    }
    (known(&worker), format!("{:?}", worker.dump()))
}

fn all() -> Vec<Value> {
    clips().into_iter().chain(stills()).collect()
}

fn plain() -> Vec<Value> {
    let known = after(&[Value::from(all()).to_string()]).0;
    assert!(known.len() > 10, "assets, stubs and edges: {}", known.len());
    known
}

#[test]
fn what_the_command_line_prints() {
    assert_eq!(after(&[printed(&clips()), printed(&stills())]).0, plain());
}

#[test]
fn a_raw_answer() {
    assert_eq!(after(&[answer(&clips()), answer(&stills())]).0, plain());
}

#[test]
fn what_a_browser_recorded_without_its_credential() {
    let (known, stored) = after(&[recording(&[("video", &clips()), ("image", &stills())])]);
    assert_eq!(known, plain());
    assert!(!stored.contains("very-secret"));
}

#[test]
fn lines_of_rows() {
    assert_eq!(after(&[lines(&all())]).0, plain());
}

/// Lines of clips whose prompts are long, as many as fit.
fn filled(bytes: usize) -> String {
    let mut text = String::new();
    for id in 1.. {
        let mut row = clip(id);
        row["prompt"] = format!("{id} {}", "a \"kite\" ".repeat(2_000)).into();
        let line = format!("{row}\n");
        if text.len() + line.len() > bytes {
            break;
        }
        text.push_str(&line);
    }
    text.push_str(&"\n".repeat(bytes - text.len()));
    text
}

#[test]
fn five_megabytes_are_taken_in_by_a_job_of_small_steps() {
    let text = filled(MOST_BYTES);
    assert_eq!(text.len(), MOST_BYTES);
    let rows = text.lines().filter(|line| !line.is_empty()).count();
    let mut worker = Worker::new(Shelf::default());
    let answer = hand_in(&mut worker, ACCOUNT, "", &text);
    assert_eq!(answer.status, 202, "{}", answer.body);
    assert!(answer.trace.statements <= MOST_STATEMENTS, "{} statements", answer.trace.statements);
    while let Some(sent) = worker.queue.pop_front() {
        let (_, trace) = worker.deliver(sent.message);
        assert!(trace.statements <= MOST_STATEMENTS, "{} statements", trace.statements);
    }
    let job = worker.get(&answer.headers["location"].replace("/api/v1", ""));
    assert_eq!((&job["state"], &job["counts"]["created"]), (&json!("done"), &json!(rows)), "{job}");
    assert_eq!(worker.count("handed_pages"), 0);
}

#[test]
fn a_recording_of_many_small_answers_fits_too() {
    let rows: Vec<Value> = (1..=400).map(clip).collect();
    let mut recording: Value =
        serde_json::from_str(&recording(&rows.chunks(1).map(|row| ("video", row)).collect::<Vec<_>>()))
            .unwrap();
    // Each answer at a time of its own, so that each is a page of the job.
    for (second, entry) in recording["log"]["entries"].as_array_mut().unwrap().iter_mut().enumerate() {
        entry["startedDateTime"] = format!("2026-10-01T{:02}:{:02}:00Z", second / 60, second % 60).into();
    }
    let mut worker = Worker::new(Shelf::default());
    let answer = hand_in(&mut worker, ACCOUNT, "", &recording.to_string());
    assert_eq!(answer.status, 202, "{}", answer.body);
    assert!(answer.trace.statements <= MOST_STATEMENTS, "{} statements", answer.trace.statements);
    worker.settle();
    assert_eq!(worker.count("assets"), 400);
}

#[test]
fn a_broken_line_of_anything_goes_to_quarantine_and_stops_nothing() {
    let mut worker = Worker::new(Shelf::default());
    let broken = format!("{{\"video_id\": 9, {}", "\u{1}".repeat(1_400_000));
    let text = format!("{}{broken}\n{}", lines(&[clip(1)]), lines(&[clip(2)]));
    let answer = hand_in(&mut worker, ACCOUNT, "", &text);
    worker.settle();
    let job = worker.get(&answer.headers["location"].replace("/api/v1", ""));
    assert_eq!((&job["state"], &job["counts"]["seen"]), (&json!("done"), &json!(3)), "{job}");
    assert_eq!((&job["counts"]["created"], &job["counts"]["quarantined"]), (&json!(2), &json!(1)), "{job}");
}
