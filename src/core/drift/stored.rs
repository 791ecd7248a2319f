//! `recompute_differs`: what is stored against the fold of the stored observations. It is never a provider's fault: it
//! says that a row was written by something else, or wrongly.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::core::drift::case::shown;
use crate::core::drift::finding::Finding;
use crate::core::drift::kind::Kind;
use crate::core::gather::object_of;
use crate::core::inventory::settle::Asset;

/// A row of `edges` by its key (child, evidence, slot), with the rest of it.
pub type Edges = BTreeMap<(String, String, i64), Value>;

/// Columns that tell of the writing, not of the asset.
const NOT_COMPARED: [&str; 2] = ["version", "fields"];

/// The finding about an asset's row, if it differs. `stored` are its columns by name.
#[must_use]
pub fn row_differs(asset: &Asset, stored: &Map<String, Value>) -> Option<Finding> {
    let Value::Object(computed) = asset.row() else { return None };
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
    (!parts.is_empty()).then(|| finding(asset, "row", object_of(parts)))
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
pub fn edges_differ(asset: &Asset, stored: &Edges, computed: &Edges) -> Option<Finding> {
    let keys: BTreeSet<_> = stored.keys().chain(computed.keys()).collect();
    let parts: Vec<(String, Value)> = keys
        .into_iter()
        .filter(|key| stored.get(*key) != computed.get(*key))
        .map(|key| (format!("{} {} {}", key.0, key.1, key.2), both(stored.get(key), computed.get(key))))
        .collect();
    (!parts.is_empty()).then(|| finding(asset, "edges", object_of(parts)))
}

fn finding(asset: &Asset, part: &str, differs: Value) -> Finding {
    Finding {
        kind: Kind::RecomputeDiffers,
        severity: Kind::RecomputeDiffers.severity(),
        asset: Some((asset.id.clone(), asset.folded.media_type)),
        account: asset.account().map(ToOwned::to_owned),
        subject: asset.root.clone(),
        part: part.to_owned(),
        evidence: json!({ "differs": differs }),
        decided: json!({ "rule": "fold_of_stored_observations" }),
        gist: differs,
    }
}
