//! The statements by which the inventory's digest is taken, a page of assets at a time.

use crate::core::statement::{Param, Statement};

macro_rules! page {
    ($select:literal) => {
        concat!(
            "WITH page(id) AS (SELECT id FROM assets WHERE owner = ?1 AND id > ?2 ORDER BY id LIMIT ?3),
             held(root) AS (
               SELECT r.value FROM page p CROSS JOIN assets a CROSS JOIN json_each(a.roots) r
                WHERE a.owner = ?1 AND a.id = p.id),
             listed(alias) AS (
               SELECT root FROM held
               UNION
               SELECT l.value ->> 1 FROM held h CROSS JOIN claims c CROSS JOIN json_each(c.lists) l
                WHERE c.owner = ?1 AND c.alias = h.root AND c.root = h.root)
             ",
            $select
        )
    };
}

/// Reads a page of assets behind an id, with the claims and decisions on all that they list, their edges, and which
/// versions of the extractor have read their payloads.
#[must_use]
pub fn digest_page(owner: i64, after: &str, limit: i64) -> Vec<Statement> {
    let params = || vec![Param::Int(owner), after.into(), Param::Int(limit)];
    vec![
        Statement::new(
            "digest_assets",
            page!(
                "SELECT a.id, a.roots, a.provider_id, a.api, a.media_type, a.making, a.status, a.operation, a.origin,
                        a.account, a.lineage, a.evidence, a.removed, a.missing_ms, a.fields
                   FROM page p CROSS JOIN assets a WHERE a.owner = ?1 AND a.id = p.id ORDER BY a.id"
            ),
            params(),
        ),
        Statement::new(
            "digest_claims",
            page!(
                "SELECT alias, root, rank, lists FROM claims
                  WHERE owner = ?1 AND alias IN (SELECT alias FROM listed)"
            ),
            params(),
        ),
        Statement::new(
            "digest_decisions",
            page!(
                "SELECT alias, other, at_ms, verdict, author FROM decisions
                  WHERE owner = ?1 AND alias IN (SELECT alias FROM listed) AND family = 'identity'"
            ),
            params(),
        ),
        Statement::new(
            "digest_edges",
            page!(
                "SELECT e.child, e.evidence, e.slot, e.parent, e.relation, e.operation, e.anchor, e.name, e.denied
                   FROM held h CROSS JOIN edges e WHERE e.owner = ?1 AND e.child = h.root"
            ),
            params(),
        ),
        Statement::new(
            "digest_extractors",
            page!(
                "SELECT DISTINCT o.extractor
                   FROM held h CROSS JOIN observations o WHERE o.owner = ?1 AND o.root = h.root"
            ),
            params(),
        ),
    ]
}
