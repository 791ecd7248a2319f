//! Where an asset's parents are read from: the list in force, the lists that were passed over, and what people said.

use serde_json::{Value, json};

use crate::core::api::asset_view::View;
use crate::core::api::explain::decided::about_edge;
use crate::core::api::explain::fields::{key_word, render_said};
use crate::core::api::explain::{EDGES, Told, is_cut};
use crate::core::clock::rfc3339;
use crate::core::inventory::explain::explain_lists;
use crate::core::inventory::fold::choice::Candidate;
use crate::core::row::row;

row! {
    /// An edge of one of the asset's roots, in force or not.
    pub struct EdgeRow {
        child: String,
        parent: String,
        slot: i64,
        relation: String,
        operation: Option<String>,
        anchor: Option<String>,
        name: Option<String>,
        evidence: String,
        denied: i64,
        parent_asset: Option<String>,
    }
}

impl EdgeRow {
    fn is_by_hand(&self) -> bool {
        self.evidence == "by_hand"
    }
}

/// The lineage's state with every list that was told, and the edges by hand that lie over the one in force.
pub fn render(told: &Told, candidates: &[Candidate<'_>], view: &View<'_>) -> Value {
    let row = &told.found.row;
    let mut lists: Vec<Value> = Vec::new();
    let mut known: Vec<String> = Vec::new();
    for list in explain_lists(candidates) {
        let said_by: Vec<Value> =
            list.said_by.iter().map(|one| render_said(told, one, &["parents"])).collect();
        lists.push(json!({
            "evidence": list.evidence,
            "in_force": list.behind.is_none(),
            "why": list.behind.map(key_word),
            "said_by": said_by,
            "edges": render_edges(told, &list.evidence, &list.said_by),
        }));
        known.push(list.evidence);
    }
    for edge in told.edges.iter().filter(|edge| !edge.is_by_hand()) {
        if !known.contains(&edge.evidence) {
            known.push(edge.evidence.clone());
            lists.push(without_payload(told, edge));
        }
    }
    let by_hand = told.edges.iter().filter(|edge| edge.is_by_hand());
    json!({
        "state": row.lineage,
        "reason": view.lineage_reason(),
        "rule": "best_feed_then_latest_sighting",
        "evidence": row.evidence,
        "lists": lists,
        "by_hand": by_hand.map(|edge| render_by_hand(told, edge)).collect::<Vec<Value>>(),
        "edges_complete": !is_cut(&told.edges, EDGES),
    })
}

/// A list whose edges are stored and that no payload read here tells: a refresh takes it away.
fn without_payload(told: &Told, edge: &EdgeRow) -> Value {
    json!({
        "evidence": edge.evidence,
        "in_force": told.found.row.evidence.as_deref() == Some(edge.evidence.as_str()),
        "why": "no_payload_read",
        "said_by": [],
        "edges": render_edges(told, &edge.evidence, &[]),
    })
}

fn render_edges(told: &Told, evidence: &str, said_by: &[&Candidate<'_>]) -> Value {
    let edges = told.edges.iter().filter(|edge| edge.evidence == evidence);
    edges.map(|edge| render_edge(told, edge, said_by)).collect()
}

fn render_edge(told: &Told, edge: &EdgeRow, said_by: &[&Candidate<'_>]) -> Value {
    let denied = told.edges.iter().any(|other| other.denied == 1 && other.parent_asset == edge.parent_asset);
    json!({
        "child_root": edge.child,
        "parent_root": edge.parent,
        "parent_id": edge.parent_asset,
        "relation": edge.relation,
        "operation": edge.operation,
        "position": edge.slot,
        "anchor": edge.anchor,
        "name": edge.name,
        "denied": denied,
        "is_self": edge.parent_asset.as_deref() == Some(told.found.row.id.as_str()),
        "named_by": said_by.iter().filter_map(|one| named_by(told, edge, one)).collect::<Vec<Value>>(),
    })
}

/// Which observation names the source, by which feed, and where in its payload.
fn named_by(told: &Told, edge: &EdgeRow, one: &Candidate<'_>) -> Option<Value> {
    let place = one.facts.parents.iter().position(|entry| i64::from(entry.position) == edge.slot)?;
    (*one.root == edge.child).then(|| render_said(told, one, &[&format!("parents[{place}]")]))
}

fn render_by_hand(told: &Told, edge: &EdgeRow) -> Value {
    let decision = about_edge(told, &edge.child, &edge.parent);
    json!({
        "child_root": edge.child,
        "parent_root": edge.parent,
        "parent_id": edge.parent_asset,
        "relation": edge.relation,
        "position": Some(edge.slot).filter(|_| edge.denied == 0),
        "denied": edge.denied == 1,
        "decided_at": decision.map(|one| rfc3339(one.at_ms)),
        "author": decision.map(|one| &one.author),
        "author_name": decision.and_then(|one| one.author_name.as_ref()),
    })
}
