//! The statements about what scans of an account have established: how much of a complete scan is here, what is here and
//! was not in it, and which of that is missing upstream. The pages of the scan are the proof.

use serde_json::Value;

use crate::core::statement::{Param, Statement, json_param};

/// Adds to what is established of an account, by listing.
#[must_use]
pub fn record_scans(owner: i64, account: &str, scans: &Value) -> Statement {
    Statement::new(
        "record_scans",
        "UPDATE accounts SET scans = json_patch(coalesce(scans, '{}'), ?3) WHERE owner = ?1 AND id = ?2",
        vec![Param::Int(owner), account.into(), json_param(scans)],
    )
}

/// Counts, for each listing, what a run's pages showed: distinct rows, those whose asset is here, and those whose asset
/// a person removed.
#[must_use]
pub fn count_scanned(owner: i64, job: &str) -> Statement {
    Statement::new(
        "count_scanned",
        "SELECT x.listing, count(*) AS rows, coalesce(sum(a.removed = 0), 0) AS here,
                coalesce(sum(a.removed = 1), 0) AS removed
           FROM (SELECT DISTINCT s.listing, r.value ->> 0 AS root FROM scan_pages s CROSS JOIN json_each(s.rows) r
                  WHERE s.owner = ?1 AND s.job = ?2 AND r.value ->> 0 IS NOT NULL
                    AND r.value ->> 2 <> 'quarantined') x
           LEFT JOIN claims c ON c.owner = ?1 AND c.alias = x.root AND c.root = x.root
           LEFT JOIN assets a ON a.owner = ?1 AND a.id = c.asset
          GROUP BY x.listing",
        vec![Param::Int(owner), job.into()],
    )
}

/// Reads, for each listing, some roots that a run's pages showed and that are not here.
#[must_use]
pub fn only_there(owner: i64, job: &str) -> Statement {
    Statement::new(
        "only_there",
        "SELECT listing, root FROM (
           SELECT x.listing, x.root, row_number() OVER (PARTITION BY x.listing ORDER BY x.root) AS place
             FROM (SELECT DISTINCT s.listing, r.value ->> 0 AS root FROM scan_pages s CROSS JOIN json_each(s.rows) r
                    WHERE s.owner = ?1 AND s.job = ?2 AND r.value ->> 0 IS NOT NULL
                      AND r.value ->> 2 <> 'quarantined') x
             LEFT JOIN claims c ON c.owner = ?1 AND c.alias = x.root AND c.root = x.root
             LEFT JOIN assets a ON a.owner = ?1 AND a.id = c.asset
            WHERE a.id IS NULL)
          WHERE place <= 20 ORDER BY listing, root",
        vec![Param::Int(owner), job.into()],
    )
}

/// Which scan an asset must have been in, and which assets are looked at.
#[derive(Clone, Debug)]
pub struct Sweep {
    /// Whose.
    pub owner: i64,
    /// Assets behind this id.
    pub after: String,
    /// At most so many.
    pub limit: i64,
    /// The account's identity.
    pub account: String,
    /// The listings that were scanned whole.
    pub listings: Vec<String>,
    /// When that scan began.
    pub since_ms: i64,
}

/// The assets of a page that this account's listing showed once, that no page since the scan began has shown, and that
/// no other account may still have: each account that ever listed one must have been scanned whole without meeting it.
macro_rules! unseen {
    ($($part:literal),+) => {
        concat!(
            "WITH scanned(account, listing, since_ms) AS (
               SELECT ?4, value, ?6 FROM json_each(?5)
               UNION ALL
               SELECT a.identity, e.key, e.value ->> 'started_ms' FROM accounts a CROSS JOIN json_each(a.scans) e
                WHERE a.owner = ?1 AND a.identity <> ?4 AND e.value ->> 'started_ms' IS NOT NULL),
             seen(root) AS (
               SELECT r.value ->> 0 FROM scanned k CROSS JOIN scan_pages s CROSS JOIN json_each(s.rows) r
                WHERE s.owner = ?1 AND s.seen_ms >= k.since_ms AND s.account = k.account AND s.listing = k.listing
                  AND s.feed = 'listing' AND r.value ->> 0 IS NOT NULL),
             page(id) AS (SELECT id FROM assets WHERE owner = ?1 AND id > ?2 ORDER BY id LIMIT ?3),
             unseen(id, listing, missing_ms) AS (
               SELECT a.id, a.media_type || '/' || a.making, a.missing_ms FROM page p CROSS JOIN assets a
                WHERE a.owner = ?1 AND a.id = p.id AND a.removed = 0 AND a.origin <> 'referenced'
                  AND a.media_type || '/' || a.making IN (SELECT value FROM json_each(?5))
                  AND NOT EXISTS (SELECT 1 FROM json_each(a.roots) r WHERE r.value IN (SELECT root FROM seen))
                  AND EXISTS (
                    SELECT 1 FROM json_each(a.roots) r CROSS JOIN observations o CROSS JOIN json_each(o.seen) w
                     WHERE o.owner = ?1 AND o.root = r.value AND w.value ->> 0 = 'listing' AND w.value ->> 1 = ?4)
                  AND NOT EXISTS (
                    SELECT 1 FROM json_each(a.roots) r CROSS JOIN observations o CROSS JOIN json_each(o.seen) w
                     WHERE o.owner = ?1 AND o.root = r.value AND w.value ->> 0 = 'listing'
                       AND NOT EXISTS (SELECT 1 FROM scanned k WHERE k.account = w.value ->> 1
                                          AND k.listing = a.media_type || '/' || a.making)))
             ",
            $($part),+
        )
    };
}

impl Sweep {
    fn params(&self) -> Vec<Param> {
        vec![
            Param::Int(self.owner),
            self.after.as_str().into(),
            Param::Int(self.limit),
            self.account.as_str().into(),
            json_param(&self.listings),
            Param::Int(self.since_ms),
        ]
    }
}

/// Counts the unseen assets of a page by listing, and those among them that are not marked yet; and says where the page
/// ends.
#[must_use]
pub fn sweep(sweep: &Sweep) -> Vec<Statement> {
    let end = vec![Param::Int(sweep.owner), sweep.after.as_str().into(), Param::Int(sweep.limit)];
    vec![
        Statement::new(
            "count_unseen",
            unseen!(
                "SELECT listing, count(*) AS only_here, sum(missing_ms IS NULL) AS fresh FROM unseen GROUP BY listing"
            ),
            sweep.params(),
        ),
        Statement::new(
            "end_of_page",
            "SELECT count(*) AS count, max(id) AS last FROM (
               SELECT id FROM assets WHERE owner = ?1 AND id > ?2 ORDER BY id LIMIT ?3)",
            end,
        ),
    ]
}

/// Marks the unseen assets of a page as missing upstream. They stay, with their lineage; being seen again unmarks them.
/// The version grows, so that a page that is being taken in meanwhile looks again.
#[must_use]
pub fn mark_missing(sweep: &Sweep, now: i64) -> Statement {
    let mut params = sweep.params();
    params.push(Param::Int(now));
    Statement::new(
        "mark_missing",
        concat!(
            "UPDATE assets SET missing_ms = ?7, version = version + 1 WHERE owner = ?1 AND id IN (
             ",
            unseen!("SELECT id FROM unseen WHERE missing_ms IS NULL)")
        ),
        params,
    )
}
