//! `recompute_differs`: what is stored against the fold of the stored observations. It is never a provider's fault: it
//! says that a row was written by something else, or wrongly.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::core::drift::case::{naming, saying, shown, with};
use crate::core::drift::finding::Finding;
use crate::core::drift::kind::Kind;
use crate::core::gather::object_of;
use crate::core::inventory::fold::choice::{Candidate, GROUPS};
use crate::core::inventory::fold::evidence_of;
use crate::core::inventory::settle::Asset;

/// A row of `edges` by its key (child, evidence, slot), with the rest of it.
pub type Edges = BTreeMap<(String, String, i64), Value>;

/// Columns that tell of the writing, not of the asset.
const NOT_COMPARED: [&str; 2] = ["version", "fields"];

/// The finding about an asset's row, if it differs. `stored` are its columns by name.
#[must_use]
pub fn row_differs(
    asset: &Asset,
    candidates: &[Candidate<'_>],
    stored: &Map<String, Value>,
) -> Option<Finding> {
    let computed = asset.columns().by_name();
    let differs = |name: &&String| stored.get(*name) != computed.get(*name) && is_compared(name);
    let mut parts: Vec<(String, Value)> = computed
        .keys()
        .filter(differs)
        .map(|name| (name.clone(), both(stored.get(name), computed.get(name))))
        .collect();
    let (known, now) = (members(stored.get("fields")), members(computed.get("fields")));
    let names: BTreeSet<&String> = known.keys().chain(now.keys()).collect();
    for name in names {
        if known.get(name) != now.get(name) {
            parts.push((format!("fields.{name}"), both(known.get(name), now.get(name))));
        }
    }
    if parts.is_empty() {
        return None;
    }
    let says = parts.iter().filter_map(|(name, _)| said(candidates, name)).collect();
    Some(finding(asset, "row", object_of(parts), says))
}

/// Which observation a computed field is taken from, and where it says so.
fn said(candidates: &[Candidate<'_>], name: &str) -> Option<Value> {
    let field = name.strip_prefix("fields.").unwrap_or(name);
    let winner = GROUPS.iter().find(|group| group.names.contains(&field))?.winner(candidates)?;
    let value = winner.says.get(field).cloned().unwrap_or_default();
    Some(with(saying(winner, &[field], value), "field", name.into()))
}

fn is_compared(name: &str) -> bool {
    !NOT_COMPARED.contains(&name)
}

fn both(stored: Option<&Value>, computed: Option<&Value>) -> Value {
    json!({ "stored": stored.cloned().map(shown), "computed": computed.cloned().map(shown) })
}

fn members(fields: Option<&Value>) -> Map<String, Value> {
    fields.and_then(Value::as_str).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

/// The finding about an asset's edges, if they are not those that its stored source lists name.
#[must_use]
pub fn edges_differ(
    asset: &Asset,
    candidates: &[Candidate<'_>],
    stored: &Edges,
    computed: &Edges,
) -> Option<Finding> {
    let keys: BTreeSet<_> = stored.keys().chain(computed.keys()).collect();
    let mut keys: Vec<_> = keys.into_iter().collect();
    keys.retain(|key| stored.get(*key) != computed.get(*key));
    if keys.is_empty() {
        return None;
    }
    let is_told = |one: &&Candidate<'_>| {
        evidence_of(one.facts).is_some_and(|evidence| keys.iter().any(|key| key.1 == evidence))
    };
    let says = candidates.iter().filter(is_told).map(naming).collect();
    let parts = keys
        .iter()
        .map(|key| (format!("{} {} {}", key.0, key.1, key.2), both(stored.get(key), computed.get(key))))
        .collect::<Vec<_>>();
    Some(finding(asset, "edges", object_of(parts), says))
}

fn finding(asset: &Asset, part: &str, differs: Value, says: Vec<Value>) -> Finding {
    Finding {
        kind: Kind::RecomputeDiffers,
        severity: Kind::RecomputeDiffers.severity(),
        asset: Some((asset.id.clone(), asset.folded.media_type)),
        account: asset.account().map(ToOwned::to_owned),
        subject: asset.root.clone(),
        part: part.to_owned(),
        evidence: json!({ "differs": differs, "says": says }),
        decided: json!({ "rule": "fold_of_stored_observations" }),
        gist: differs,
    }
}
