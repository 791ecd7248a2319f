//! The statements by which stored rows are held against what they follow from, some assets at a time.

use crate::core::statement::{Param, Statement, json_param};

/// Reads the next ids behind one, stubs too.
#[must_use]
pub fn ids_behind(owner: i64, after: &str, limit: usize) -> Statement {
    Statement::new(
        "ids_behind",
        "SELECT id FROM assets WHERE owner = ?1 AND id > ?2 ORDER BY id LIMIT ?3",
        vec![Param::Int(owner), after.into(), Param::Int(i64::try_from(limit).unwrap_or(i64::MAX))],
    )
}

/// Counts all assets of an owner, stubs too.
#[must_use]
pub fn count_all(owner: i64) -> Statement {
    Statement::new(
        "count_all",
        "SELECT count(*) AS count FROM assets WHERE owner = ?1",
        vec![Param::Int(owner)],
    )
}

/// Reads whole rows of assets, and the edges that payloads gave them.
#[must_use]
pub fn stored_rows(owner: i64, ids: &[String]) -> Vec<Statement> {
    let params = || vec![Param::Int(owner), json_param(ids)];
    vec![
        Statement::new(
            "stored_rows",
            "SELECT a.id, a.root, a.roots, a.version, a.provider_id, a.api, a.media_type, a.making,
                    a.provider_asset_id, a.status, a.operation, a.origin, a.account, a.created_ms, a.lineage,
                    a.evidence, a.attention, a.shown, a.removed, a.missing_ms, a.source_generation_id, a.fields
               FROM assets a WHERE a.owner = ?1 AND a.id IN (SELECT value FROM json_each(?2))",
            params(),
        ),
        Statement::new(
            "stored_edges",
            "SELECT e.child, e.evidence, e.slot, e.parent, e.relation, e.operation, e.anchor, e.name
               FROM json_each(?2) i CROSS JOIN assets a CROSS JOIN json_each(a.roots) r CROSS JOIN edges e
              WHERE a.owner = ?1 AND a.id = i.value AND e.owner = ?1 AND e.child = r.value
                AND e.evidence <> 'by_hand'",
            params(),
        ),
    ]
}

/// Reads the last syncs that came to an end, with the accounts that they read.
#[must_use]
pub fn ended_syncs(owner: i64) -> Statement {
    Statement::new(
        "ended_syncs",
        "SELECT a.identity, j.created_ms, j.body FROM jobs j JOIN accounts a ON a.owner = j.owner AND a.id = j.account
          WHERE j.owner = ?1 AND j.kind = 'sync' AND j.state = 'done' ORDER BY j.id DESC LIMIT 50",
        vec![Param::Int(owner)],
    )
}
