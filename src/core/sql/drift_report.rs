//! The statements that the drift report rests on: counts of findings, of assets, of warnings. None folds anything.

use crate::core::statement::{Param, Statement};

/// How many of the newest assets are asked for their warnings.
pub const WARNED_ASSETS: i64 = 2_000;
/// How many findings stand as examples in a row of the report.
const EXAMPLES: i64 = 3;

/// Counts the findings that are open or accepted.
#[must_use]
pub fn count_drift(owner: i64) -> Statement {
    Statement::new(
        "count_drift",
        "SELECT aspect, kind, state, severity, media_type, count(*) AS count
           FROM drift INDEXED BY drift_state
          WHERE owner = ?1 AND state IN ('open', 'accepted') GROUP BY 1, 2, 3, 4, 5",
        vec![Param::Int(owner)],
    )
}

/// Reads the worst open findings of each aspect, and of images apart.
#[must_use]
pub fn worst_drift(owner: i64) -> Statement {
    Statement::new(
        "worst_drift",
        "SELECT id, kind, severity, aspect, media_type, asset, subject, part, in_aspect, in_images FROM (
           SELECT id, kind, severity, aspect, media_type, asset, subject, part,
                  row_number() OVER (PARTITION BY aspect ORDER BY severity DESC, first_ms, id) AS in_aspect,
                  row_number() OVER (PARTITION BY media_type ORDER BY severity DESC, first_ms, id) AS in_images
             FROM drift INDEXED BY drift_state WHERE owner = ?1 AND state = 'open')
          WHERE in_aspect <= ?2 OR (media_type = 'image' AND in_images <= ?2)
          ORDER BY severity DESC, id",
        vec![Param::Int(owner), Param::Int(EXAMPLES)],
    )
}

/// Counts what both roads brought, removed assets left out. It reads every row of the owner once, though not the long
/// `fields`.
#[must_use]
pub fn count_roads(owner: i64) -> Statement {
    Statement::new(
        "count_roads",
        "SELECT media_type, origin, lineage, source_generation_id IS NOT NULL AS made_here, count(*) AS count
           FROM assets WHERE owner = ?1 AND removed = 0 GROUP BY 1, 2, 3, 4",
        vec![Param::Int(owner)],
    )
}

/// Counts the extractor's warnings of the newest assets by code. `assets` counts them with or without warnings.
#[must_use]
pub fn count_warnings(owner: i64) -> Statement {
    Statement::new(
        "count_warnings",
        "WITH newest AS MATERIALIZED (
           SELECT fields FROM assets INDEXED BY assets_newest
            WHERE owner = ?1 AND shown = 1 ORDER BY created_ms DESC, id DESC LIMIT ?2)
         SELECT '' AS code, count(*) AS count FROM newest
         UNION ALL
         SELECT w.value ->> 'code', count(*) FROM newest CROSS JOIN json_each(newest.fields, '$.warnings') w GROUP BY 1",
        vec![Param::Int(owner), Param::Int(WARNED_ASSETS)],
    )
}
