//! `POST /drift/{id}/resolve`: doing what is suggested, or living with it for a reason. An acceptance is a decision: it
//! holds while the evidence is the same, and goes wherever the inventory goes.

use serde_json::{Map, Value, json};

use crate::core::api::drift::{show, suggestion, with_finding};
use crate::core::api::problem::Problem;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::drift::finding::decision_key;
use crate::core::inventory::world::{Decision, Family};
use crate::core::lineage::refresh::{Prepared, Refresh, prepare};
use crate::core::sql::decisions::insert_decisions;
use crate::core::sql::drift::{DriftRow, close_drift, resolve_drift};
use crate::core::statement::{Plan, json_param};
use crate::core::step::{Committed, MAX_TRIES, NowMs, Step};

/// The longest reason, in characters.
const LONGEST_REASON: usize = 1_000;

/// What is asked.
#[derive(Clone)]
enum Asked {
    Apply,
    Accept(String),
}

/// Answers with the finding as it is then.
#[must_use]
pub fn resolve(call: Call, _now: NowMs) -> Step<Response> {
    match call.body::<Map<String, Value>>().and_then(|body| parse(&body)) {
        Ok(asked) => decide(call, asked, MAX_TRIES),
        Err(response) => Step::End(response),
    }
}

fn parse(body: &Map<String, Value>) -> Result<Asked, Response> {
    if let Some(name) = body.keys().find(|name| !matches!(name.as_str(), "action" | "reason")) {
        return Err(Problem::invalid(name, "resolving takes action and reason").into());
    }
    let reason = body.get("reason").and_then(Value::as_str).unwrap_or_default().trim();
    match body.get("action").and_then(Value::as_str) {
        Some("apply") => Ok(Asked::Apply),
        Some("accept") if reason.is_empty() || reason.chars().count() > LONGEST_REASON => {
            let detail = format!("say in 1 to {LONGEST_REASON} characters why this may stay as it is");
            Err(Problem::invalid("reason", detail).into())
        }
        Some("accept") => Ok(Asked::Accept(reason.to_owned())),
        _ => Err(Problem::invalid("action", "this must be apply or accept").into()),
    }
}

fn decide(call: Call, asked: Asked, tries: u32) -> Step<Response> {
    with_finding(call, move |call, row, _, now| match (row.state.as_str(), asked) {
        ("closed", _) => Step::End(
            Problem::new(409, "drift_closed", "This finding is closed")
                .detail("its cause is gone; it opens again by itself if the cause comes back")
                .into(),
        ),
        (_, Asked::Accept(reason)) => accept(call, &row, reason, tries, now),
        (_, Asked::Apply) => apply(call, row, tries),
    })
}

fn accept(call: Call, row: &DriftRow, reason: String, tries: u32, now: NowMs) -> Step<Response> {
    let author = call.owner.token_id.clone();
    let decision = Decision {
        alias: row.subject.clone(),
        family: Family::Drift,
        other: decision_key(&row.kind, &row.part),
        at_ms: now,
        verdict: "accept",
        author: author.clone(),
        body: json!({ "reason": reason, "evidence": row.evidence_digest }).to_string(),
    };
    let resolution = json!({ "action": "accept", "author": author, "at_ms": now, "reason": reason });
    let owner = call.owner.id;
    let statements = vec![
        insert_decisions(owner, &[decision]),
        resolve_drift(owner, &row.id, &row.evidence_digest, "accepted", &resolution, now),
    ];
    Step::commit(Plan { statements, sends: Vec::new() }, move |committed, now| match committed {
        Committed::Done => show(call, now),
        _ if tries > 1 => decide(call, Asked::Accept(reason), tries - 1),
        _ => Step::End(Problem::busy().into()),
    })
}

/// Rewrites what the stored payloads come to: the row, and its edges.
fn apply(call: Call, row: DriftRow, tries: u32) -> Step<Response> {
    let (Some(asset), "rewrite" | "relink") = (row.asset.clone(), row.action.as_str()) else {
        return Step::End(nothing_to_apply(&row));
    };
    let refresh = Refresh {
        owner: call.owner.id,
        due: None,
        asset_ids: vec![asset],
        clear_existing: true,
        refold: row.action == "rewrite",
    };
    prepare(refresh, move |prepared, now| {
        let unreadable = prepared.results.iter().any(|result| result.status != "ok");
        if unreadable || (prepared.statements.is_empty() && row.action == "relink") {
            return Step::End(nothing_to_apply(&row));
        }
        let plan = plan(&call, &row, prepared, now);
        Step::commit(plan, move |committed, now| match committed {
            Committed::Done => show(call, now),
            _ if tries > 1 => decide(call, Asked::Apply, tries - 1),
            _ => Step::End(Problem::busy().into()),
        })
    })
}

fn plan(call: &Call, row: &DriftRow, prepared: Prepared, now: NowMs) -> Plan {
    let mut statements = prepared.statements;
    // A rewritten row is the fold by construction; whether a relinked one has its sources, the fold says itself.
    if row.action == "rewrite" {
        let resolution = json!({ "action": "apply", "author": call.owner.token_id, "at_ms": now });
        statements.push(resolve_drift(
            call.owner.id,
            &row.id,
            &row.evidence_digest,
            "closed",
            &resolution,
            now,
        ));
        // What else was found in the row and its edges is mended by the same batch.
        let mended = json!([[row.asset, row.kind]]);
        statements.push(close_drift(call.owner.id, json_param(&mended), json_param(&json!([])), now));
    }
    Plan { statements, sends: prepared.sends }
}

fn nothing_to_apply(row: &DriftRow) -> Response {
    let what = match row.action.as_str() {
        "merge_or_unmerge" => "say whether the assets are one: see suggestion.request",
        "relink" => {
            "the stored payloads name no source; add the edge by hand, or ask the provider by id again"
        }
        "rewrite" => "a stored payload can no longer be read; see the quarantine",
        "ask_by_id" => "ask the provider for this id again: POST /api/v1/accounts/{id}/ids",
        "resolve_link" => "ask the provider for this id again, or check the link again",
        "sync" => "sync the account: POST /api/v1/providers/{provider_id}/accounts/{id}/sync-assets",
        "keep_or_remove" => "nothing is deleted by itself; DELETE /api/v1/assets/{id} removes it here too",
        _ => "look at both, and accept what may stay",
    };
    Problem::new(409, "nothing_to_apply", "There is nothing that can be applied here")
        .detail(what)
        .member("suggestion", suggestion(row))
        .into()
}
