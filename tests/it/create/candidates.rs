//! Which rows of the newest library page are certainly the outputs of a request whose answer was lost.

use std::collections::BTreeSet;

use driftline::core::generation::request::GenerationRequest;
use driftline::core::media::Api;
use driftline::core::providers::pixverse::create::{accept, match_candidates};
use serde_json::{Value, json};

use super::sample::{LONG_ID, request, still};

/// 2026-11-02T08:00:00Z.
const SENT_MS: i64 = 1_793_606_400_000;

fn animate(parameters: Value) -> GenerationRequest {
    let members =
        json!({"prompt": "she turns", "inputs": [still("SOURCE_IMAGE", 0, 'a')], "parameters": parameters});
    accept(&request("image_to_video", members), Api::Library)
}

/// The row of that request's output, changed by some members.
fn row(id: &str, changes: Value) -> String {
    let mut row = json!({
        "video_id": id, "video_status": 10, "create_mode": "image_text", "prompt": "she turns ", "model": "v6",
        "created_at": "2026-11-02T08:00:01Z", "customer_paths": {"customer_img_path": "upload/a.png"},
    });
    row.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    row.to_string()
}

fn found(rows: &[String], parameters: Value, known: &[&str]) -> Vec<String> {
    let known: BTreeSet<String> = known.iter().map(|id| (*id).to_owned()).collect();
    match_candidates(rows, &animate(parameters), SENT_MS, &known)
}

#[test]
fn the_one_row_that_is_the_requests_own_is_found() {
    let rows = [
        row("70", json!({"prompt": "he sits"})),
        row(LONG_ID, json!({})),
        "not a row".into(),
        row("69", json!({})),
    ];
    assert_eq!(found(&rows, json!({}), &["69"]), [LONG_ID]);
}

#[test]
fn what_differs_in_anything_is_not_the_requests_own() {
    for changes in [
        json!({"prompt": "she turned"}),
        json!({"model": "v5.6"}),
        json!({"model": null}),
        json!({"create_mode": "transition"}),
        json!({"customer_paths": {"customer_img_path": "upload/b.png"}}),
        json!({"customer_paths": {}}),
        json!({"created_at": "2026-11-02T07:57:59Z"}),
        json!({"created_at": "2026-11-02T08:10:01Z"}),
        json!({"created_at": null}),
        json!({"video_id": 0}),
    ] {
        assert_eq!(found(&[row("71", changes.clone())], json!({}), &[]), [""; 0], "{changes}");
    }
    assert_eq!(found(&[row("71", json!({"created_at": "2026-11-02T07:58:00Z"}))], json!({}), &[]), ["71"]);
}

#[test]
fn of_two_that_fit_neither_is_taken() {
    let rows = [row("71", json!({})), row("72", json!({}))];
    assert_eq!(found(&rows, json!({}), &[]), [""; 0]);
    assert_eq!(found(&rows, json!({"count": 2}), &[]), ["71", "72"]);
    assert_eq!(found(&rows[..1], json!({"count": 2}), &[]), [""; 0]);
    // The same row on two pages is one.
    assert_eq!(found(&[row("71", json!({})), row("71", json!({}))], json!({}), &[]), ["71"]);
}
