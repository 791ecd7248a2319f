//! The statements by which an asset is explained: every source list of its roots, what was decided about it, and whose
//! its contested aliases are.

use std::collections::BTreeSet;

use crate::core::statement::{Param, Statement, json_param};

/// Reads every edge of these roots (a JSON array), in force or not, with the parent's asset.
#[must_use]
pub fn edges_told(owner: i64, roots: &str, limit: u32) -> Statement {
    Statement::new(
        "edges_told",
        "SELECT e.child, e.parent, e.slot, e.relation, e.operation, e.anchor, e.name, e.evidence, e.denied,
                s.asset AS parent_asset
           FROM json_each(?2) r CROSS JOIN edges e CROSS JOIN claims s
          WHERE e.owner = ?1 AND e.child = r.value
            AND s.owner = ?1 AND s.alias = e.parent AND s.root = e.parent
          LIMIT ?3",
        vec![Param::Int(owner), roots.into(), Param::Int(i64::from(limit))],
    )
}

/// Reads what people decided about these roots (a JSON array) and every alias that they list, the last first, with the
/// name of the token that decided. Of several at one time the one that counts comes first.
#[must_use]
pub fn decisions_about(owner: i64, roots: &str, limit: u32) -> Statement {
    Statement::new(
        "decisions_about",
        "WITH listed(alias) AS (
           SELECT value FROM json_each(?2)
           UNION
           SELECT l.value ->> 1 FROM json_each(?2) r CROSS JOIN claims c CROSS JOIN json_each(c.lists) l
            WHERE c.owner = ?1 AND c.alias = r.value AND c.root = r.value)
         SELECT d.alias, d.family, d.other, d.at_ms, d.verdict, d.author, d.body, t.name AS author_name
           FROM listed CROSS JOIN decisions d LEFT JOIN tokens t ON t.id = d.author AND t.owner = ?1
          WHERE d.owner = ?1 AND d.alias = listed.alias
          ORDER BY d.at_ms DESC, d.verdict DESC, d.author DESC, d.alias, d.other LIMIT ?3",
        vec![Param::Int(owner), roots.into(), Param::Int(i64::from(limit))],
    )
}

/// Reads which assets these roots belong to.
#[must_use]
pub fn assets_of_roots(owner: i64, roots: &BTreeSet<String>) -> Statement {
    Statement::new(
        "assets_of_roots",
        "SELECT c.root, c.asset FROM json_each(?2) r CROSS JOIN claims c
          WHERE c.owner = ?1 AND c.alias = r.value AND c.root = r.value AND c.asset IS NOT NULL",
        vec![Param::Int(owner), json_param(roots)],
    )
}
