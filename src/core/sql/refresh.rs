//! The statements by which lineage is refreshed.

use serde_json::Value;

use crate::core::statement::{Param, Statement, json_param};

/// The asked assets, absorbed ids followed.
macro_rules! asked {
    ($select:literal) => {
        concat!(
            "WITH RECURSIVE chain(asked, id) AS (
               SELECT value, value FROM json_each(?2)
               UNION
               SELECT c.asked, r.new FROM chain c CROSS JOIN redirects r WHERE r.owner = ?1 AND r.old = c.id)
             ",
            $select
        )
    };
}

/// Reads some assets, every stored payload of their roots, and the edges that payloads gave them.
#[must_use]
pub fn refreshed_assets(owner: i64, asset_ids: &[String]) -> Vec<Statement> {
    let params = || vec![Param::Int(owner), json_param(asset_ids)];
    vec![
        Statement::new(
            "refreshed_assets",
            asked!(
                "SELECT c.asked, a.provider_id, a.roots FROM chain c CROSS JOIN assets a
                  WHERE a.owner = ?1 AND a.id = c.id"
            ),
            params(),
        ),
        Statement::new(
            "refreshed_payloads",
            asked!(
                "SELECT o.root, o.digest, o.provider_id, o.api, o.media_type, o.making, o.linked, o.seen, o.payload
                   FROM chain c CROSS JOIN assets a CROSS JOIN json_each(a.roots) r CROSS JOIN observations o
                  WHERE a.owner = ?1 AND a.id = c.id AND o.owner = ?1 AND o.root = r.value"
            ),
            params(),
        ),
        Statement::new(
            "refreshed_edges",
            asked!(
                "SELECT e.child, e.evidence, e.slot, e.parent, e.relation, e.operation, e.anchor, e.name
                   FROM chain c CROSS JOIN assets a CROSS JOIN json_each(a.roots) r CROSS JOIN edges e
                  WHERE a.owner = ?1 AND a.id = c.id AND e.owner = ?1 AND e.child = r.value
                    AND e.evidence <> 'by_hand'"
            ),
            params(),
        ),
    ]
}

/// Deletes edges by child, evidence and slot.
#[must_use]
pub fn delete_edges(owner: i64, keys: &Value) -> Statement {
    Statement::new(
        "delete_edges",
        "DELETE FROM edges WHERE owner = ?1 AND (child, evidence, slot) IN
           (SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?2))",
        vec![Param::Int(owner), json_param(keys)],
    )
}

/// Reads the next assets of a provider behind an id, stubs left out.
#[must_use]
pub fn assets_behind(owner: i64, provider_id: &str, after: &str, limit: usize) -> Statement {
    Statement::new(
        "assets_behind",
        "SELECT id FROM assets WHERE owner = ?1 AND id > ?3 AND provider_id = ?2 AND origin <> 'referenced'
          ORDER BY id LIMIT ?4",
        vec![
            Param::Int(owner),
            provider_id.into(),
            after.into(),
            Param::Int(i64::try_from(limit).unwrap_or(i64::MAX)),
        ],
    )
}
