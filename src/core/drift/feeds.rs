//! `generation_only` and `listing_only`: what one road has seen and the other should have. That a synced asset has no
//! request here is by design, and never a finding.

use serde_json::{Value, json};

use crate::core::clock::rfc3339;
use crate::core::drift::case::{Case, GRACE_MS, Looked, said_at};
use crate::core::drift::kind::Kind;
use crate::core::inventory::fold::choice::Candidate;
use crate::core::media::{Api, Feed, Status};

/// Asked for here, and shown by another road long ago, but no answer to the request itself has ever told of it.
pub fn listing_only(case: &Case<'_>) -> Looked {
    let Some(record) = case.candidates.iter().find(|one| one.is_record()) else { return Some(Vec::new()) };
    let is_answered = case.candidates.iter().any(|one| one.feed == Feed::Generation && !one.is_record());
    let shown: Vec<&Candidate<'_>> = case.synced().collect();
    let since = shown.iter().map(|one| one.first_ms).min();
    if is_answered || since.is_none_or(|since| case.now - since <= GRACE_MS) {
        return Some(Vec::new());
    }
    let generation = &record.facts.generation_id;
    let feeds: std::collections::BTreeSet<&str> = shown.iter().map(|one| one.feed.as_str()).collect();
    Some(vec![case.finding(
        Kind::ListingOnly,
        "",
        json!({
            "generation": generation,
            "asked_by": said_at(record, &["generation_id"]),
            "shown_by": all(&shown, "asset_id"),
        }),
        json!({ "source_generation_id": generation, "status": case.status(), "rule": "request_record" }),
        json!([generation, feeds]),
    )])
}

/// Made here and finished, but a complete scan that began well after that did not list it.
pub fn generation_only(case: &Case<'_>) -> Looked {
    if case.candidates.iter().any(|one| matches!(one.feed, Feed::Listing | Feed::Pushed)) {
        return Some(Vec::new());
    }
    let (_, api, making) = case.asset.scope();
    let finished: Vec<&Candidate<'_>> = case
        .candidates
        .iter()
        .filter(|one| one.feed == Feed::Generation && one.facts.status == Status::Completed)
        .collect();
    let since = finished.iter().map(|one| one.first_ms).min();
    let Some(since) = since.filter(|_| api == Api::Library && case.status() == Some("completed")) else {
        return Some(Vec::new());
    };
    let scans = case.scans?;
    let listing = format!("{}/{}", case.asset.folded.media_type, making);
    let scan = finished.iter().filter_map(|one| scans.get(&(one.account.to_owned(), listing.clone()))).max();
    let Some(scan) = scan.filter(|scan| **scan > since + GRACE_MS) else { return Some(Vec::new()) };
    Some(vec![case.finding(
        Kind::GenerationOnly,
        "",
        json!({ "shown_by": all(&finished, "status"), "listing": listing, "scanned_at": rfc3339(*scan) }),
        json!({
            "source_generation_id": case.asset.folded.generation_id,
            "status": case.status(),
            "rule": "nothing_is_wiped",
        }),
        json!(case.asset.folded.generation_id),
    )])
}

fn all(candidates: &[&Candidate<'_>], part: &str) -> Vec<Value> {
    candidates.iter().map(|one| said_at(one, &[part])).collect()
}
