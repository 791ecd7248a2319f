//! `status_unknown` and `status_stuck`: states that nobody can act on. They end with the next row that says more.

use serde_json::{Value, json};

use crate::core::clock::rfc3339;
use crate::core::drift::case::{Case, Looked, saying};
use crate::core::drift::kind::Kind;
use crate::core::inventory::fold::choice::Order;
use crate::core::media::{MediaType, Operation, Status};

const HOUR_MS: i64 = 3_600_000;

/// How long an operation may be under way: several times what it takes when the provider's queue is long.
const fn most_ms(operation: Option<Operation>, media_type: MediaType) -> i64 {
    match (operation, media_type) {
        (Some(Operation::VideoExtend | Operation::Fusion | Operation::LipSync), _) => 12 * HOUR_MS,
        (Some(Operation::VideoUpscale), _) => 24 * HOUR_MS,
        (_, MediaType::Video) => 6 * HOUR_MS,
        (_, MediaType::Image | MediaType::Audio) => HOUR_MS,
    }
}

/// The provider's latest row has a status that no table knows, or no row ever had one that means anything.
pub fn unknown(case: &Case<'_>) -> Looked {
    let answers = case.candidates.iter().filter(|one| !one.is_record());
    let Some(latest) = Order::State.first_of(answers) else { return Some(Vec::new()) };
    let is_odd = latest.facts.status == Status::Unknown && latest.facts.status_code.is_some();
    if !is_odd && case.status().is_some() {
        return Some(Vec::new());
    }
    let path = latest.facts.warnings.iter().find(|one| one.code == "unknown_status").map(|one| &one.path);
    let code = json!(latest.facts.status_code);
    Some(vec![case.finding(
        Kind::StatusUnknown,
        "",
        json!({ "field": "status", "path": path, "says": [saying(latest, &["status_code"], code.clone())] }),
        json!({ "field": "status", "value": case.field("status"), "rule": "unknown_is_no_candidate" }),
        code,
    )])
}

/// Under way since long ago.
pub fn stuck(case: &Case<'_>) -> Looked {
    if case.status() != Some(Status::Processing.as_str()) {
        return Some(Vec::new());
    }
    let operation = case.field("operation").and_then(Value::as_str).and_then(Operation::parse);
    let most_ms = most_ms(operation, case.asset.folded.media_type);
    if case.now - case.asset.created_ms <= most_ms {
        return Some(Vec::new());
    }
    let Some(latest) = Order::State.first_of(case.candidates.iter()) else { return Some(Vec::new()) };
    let code = json!(latest.facts.status_code);
    Some(vec![case.finding(
        Kind::StatusStuck,
        "",
        json!({
            "field": "status",
            "since": rfc3339(case.asset.created_ms),
            "most_hours": most_ms / HOUR_MS,
            "says": [saying(latest, &["status"], code.clone())],
        }),
        json!({ "field": "status", "value": "processing", "rule": "latest_then_best_feed" }),
        code,
    )])
}
