//! `schema_changed`: a path, or a type at a known path, that payloads did not have before. The schema ledger decides what
//! is news; its rows as they are written are read here, so that whoever writes them writes the findings with them.

use serde_json::{Map, Value, json};

use crate::core::clock::rfc3339;
use crate::core::drift::finding::Finding;
use crate::core::drift::kind::Kind;

/// What an item weighs that was refused for its type: it is not in the inventory.
const REFUSED: u8 = 2;

/// The findings for the news of ledger rows: one a path, with every type that is new there.
#[must_use]
pub fn schema_changed(rows: &[Value]) -> Vec<Finding> {
    let of_row = |row| {
        let news = Value::as_object(member(row, "news"));
        news.into_iter().flatten().filter_map(move |(path, types)| about_path(row, path, types.as_object()?))
    };
    rows.iter().flat_map(of_row).collect()
}

fn about_path(row: &Value, path: &str, types: &Map<String, Value>) -> Option<Finding> {
    let first = types.values().next()?;
    let refused = types.values().any(|one| member(one, "refused") == true);
    let rule = if refused { "changed_types_are_quarantined" } else { "what_is_new_is_noted" };
    let found: Vec<Value> = types
        .iter()
        .map(|(name, one)| json!({ "type": name, "sample": one.get("sample"), "alias": one.get("root") }))
        .collect();
    let of = |name: &str| member(row, name).as_str().unwrap_or_default();
    Some(Finding {
        kind: Kind::SchemaChanged,
        severity: if refused { REFUSED } else { Kind::SchemaChanged.severity() },
        asset: None,
        account: None,
        subject: format!("{}:{}:{}:{}", of("provider_id"), of("api"), of("media_type"), of("feed")),
        part: path.to_owned(),
        evidence: json!({
            "path": path,
            "known_types": first.get("before"),
            "found": found,
            "first_seen_at": member(first, "at_ms").as_i64().map(rfc3339),
        }),
        decided: json!({ "rule": rule }),
        gist: json!(types.keys().collect::<Vec<_>>()),
    })
}

fn member<'a>(value: &'a Value, name: &str) -> &'a Value {
    value.get(name).unwrap_or(&Value::Null)
}
