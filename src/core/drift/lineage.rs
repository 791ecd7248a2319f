//! `lineage_disagrees` and `lineage_missing`: sources that feeds tell differently, and sources that nobody tells.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::core::drift::case::{Case, Looked, naming, said_by, saying, with};
use crate::core::drift::kind::Kind;
use crate::core::drift::sources::{Verdict, compare};
use crate::core::facts::{Facts, Warning};
use crate::core::gather::set_of;
use crate::core::inventory::fold::choice::{Candidate, Order, sources_in_force};
use crate::core::inventory::fold::evidence_of;
use crate::core::media::Status;

/// One list, by its digest, with everybody who stands by it.
type Lists<'a> = BTreeMap<String, (&'a Facts, Vec<&'a Candidate<'a>>, Verdict)>;

/// Lists that are not the one in force. `None` while lineage is pending, or when it takes more to tell.
pub fn disagreement(case: &Case<'_>) -> Looked {
    if is_pending(case) {
        return None;
    }
    let Some(in_force) = sources_in_force(case.candidates) else { return Some(Vec::new()) };
    let mut lists = Lists::new();
    for voice in voices(case) {
        let Some(evidence) = evidence_of(voice.facts) else { continue };
        let verdict = compare(in_force.facts, voice.facts, case.resolve);
        let list = lists.entry(evidence).or_insert_with(|| (voice.facts, Vec::new(), verdict));
        list.1.push(voice);
    }
    let worst = lists.values().map(|list| list.2).max().unwrap_or(Verdict::Same);
    match worst {
        Verdict::Same => Some(Vec::new()),
        Verdict::Undecided => None,
        Verdict::Different => Some(vec![case.finding(
            Kind::LineageDisagrees,
            "",
            json!({ "lists": lists.iter().map(render).collect::<Vec<_>>() }),
            json!({
                "evidence": case.asset.folded.lineage.evidence,
                "said_by": said_by(in_force),
                "rule": "best_feed_then_latest",
            }),
            lists.keys().cloned().collect(),
        )]),
    }
}

/// Whoever still stands by a list: of each feed on each account, and of the record of our own request, the latest.
fn voices<'a>(case: &'a Case<'_>) -> impl Iterator<Item = &'a Candidate<'a>> {
    let naming = || case.candidates.iter().filter(|one| !one.facts.parents.is_empty());
    let names = set_of(naming().map(|one| (one.feed, one.is_record(), one.account)));
    names.into_iter().filter_map(move |name| {
        let own = naming().filter(|one| (one.feed, one.is_record(), one.account) == name);
        Order::Sources.first_of(own)
    })
}

fn render((evidence, (facts, voices, verdict)): (&String, &(&Facts, Vec<&Candidate<'_>>, Verdict))) -> Value {
    let sources: Vec<Value> = facts
        .parents
        .iter()
        .map(|entry| {
            json!({
                "alias": entry.aliases.first().map(crate::core::alias::Alias::text),
                "relation": entry.relation.as_str(),
                "position": entry.position,
            })
        })
        .collect();
    let said_by: Vec<Value> = voices.iter().map(|voice| naming(voice)).collect();
    json!({
        "evidence": evidence,
        "sources": sources,
        "said_by": said_by,
        "agrees": *verdict != Verdict::Different,
    })
}

/// An operation that cannot be without a source, and no list that names one. What is still under way may name them
/// later; what waits for its link job will.
pub fn missing(case: &Case<'_>) -> Looked {
    let lineage = &case.asset.folded.lineage;
    let is_over = case.status() != Some(Status::Processing.as_str());
    if is_pending(case) || lineage.state != "unresolved" || !is_over {
        return Some(Vec::new());
    }
    let about = set_of(case.candidates.iter().flat_map(source_warnings));
    let said_by: Vec<Value> = case
        .candidates
        .iter()
        .map(|one| {
            let operation = one.says.get("operation").cloned().unwrap_or_default();
            let said = saying(one, &["operation"], operation);
            with(said, "warnings", json!(source_warnings(one).collect::<Vec<_>>()))
        })
        .collect();
    let operation = case.field("operation");
    Some(vec![case.finding(
        Kind::LineageMissing,
        "",
        json!({ "operation": operation, "warnings": about, "said_by": said_by }),
        json!({ "lineage": lineage.state, "reason": lineage.reason, "rule": "operation_expects_parents" }),
        json!([operation, lineage.reason]),
    )])
}

fn source_warnings<'a>(candidate: &'a Candidate<'_>) -> impl Iterator<Item = &'a Warning> {
    candidate.facts.warnings.iter().filter(|one| one.code.contains("source"))
}

fn is_pending(case: &Case<'_>) -> bool {
    case.asset.folded.lineage.state == "pending"
}
