//! The statements by which stored payloads are read again after an update of the extractor.

use crate::core::statement::{Param, Statement, json_param};

/// Reads a page of observations behind a key: the keys of all, and the payloads of those that an older version has read.
#[must_use]
pub fn observations_behind(owner: i64, after: (&str, &str), version: u32, limit: usize) -> Vec<Statement> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let params = || vec![Param::Int(owner), after.0.into(), after.1.into(), Param::Int(limit)];
    let mut with_version = params();
    with_version.push(Param::Int(i64::from(version)));
    vec![
        Statement::new(
            "observation_keys_behind",
            "SELECT root, digest, extractor FROM observations
              WHERE owner = ?1 AND (root, digest) > (?2, ?3) ORDER BY root, digest LIMIT ?4",
            params(),
        ),
        Statement::new(
            "observations_behind",
            "WITH page(root, digest, extractor) AS (
               SELECT root, digest, extractor FROM observations
                WHERE owner = ?1 AND (root, digest) > (?2, ?3) ORDER BY root, digest LIMIT ?4)
             SELECT o.root, o.digest, o.provider_id, o.api, o.media_type, o.making, o.linked, o.seen, o.payload
               FROM page p CROSS JOIN observations o
              WHERE p.extractor < ?5 AND o.owner = ?1 AND o.root = p.root AND o.digest = p.digest",
            with_version,
        ),
    ]
}

/// Notes that this version reads these observations as they stand.
#[must_use]
pub fn mark_extracted(owner: i64, keys: &[(String, String)], version: u32) -> Statement {
    Statement::new(
        "mark_extracted",
        "UPDATE observations SET extractor = ?3 WHERE owner = ?1 AND (root, digest) IN
           (SELECT value ->> 0, value ->> 1 FROM json_each(?2))",
        vec![Param::Int(owner), json_param(keys), Param::Int(i64::from(version))],
    )
}

/// Deletes observations in whose place another content stands.
#[must_use]
pub fn delete_observations(owner: i64, keys: &[(String, String)]) -> Statement {
    Statement::new(
        "delete_observations",
        "DELETE FROM observations WHERE owner = ?1 AND (root, digest) IN
           (SELECT value ->> 0, value ->> 1 FROM json_each(?2))",
        vec![Param::Int(owner), json_param(keys)],
    )
}

/// Reads the next owners whose stored payloads have not been brought to this version; no row while all are.
#[must_use]
pub fn owners_behind(version: u32, limit: usize) -> Statement {
    Statement::new(
        "owners_behind",
        "SELECT s.after, o.id AS owner FROM extractor_state s LEFT JOIN owners o ON o.id > s.after
          WHERE s.id = 1 AND s.version < ?1 ORDER BY o.id LIMIT ?2",
        vec![Param::Int(i64::from(version)), Param::Int(i64::try_from(limit).unwrap_or(i64::MAX))],
    )
}

/// Notes up to which owner a version is rolled out; `is_over`: to all of them.
#[must_use]
pub fn roll_out(version: u32, after: i64, is_over: bool) -> Statement {
    Statement::new(
        "roll_out",
        "UPDATE extractor_state SET after = iif(?3, 0, ?2), version = iif(?3, ?1, version)
          WHERE id = 1 AND version < ?1",
        vec![Param::Int(i64::from(version)), Param::Int(after), Param::Int(i64::from(is_over))],
    )
}

/// Inserts the jobs of owners, objects of id, owner and body; one that is there already stays as it is.
#[must_use]
pub fn insert_reextractions(jobs: &[serde_json::Value], due_ms: i64, now: i64) -> Statement {
    Statement::new(
        "insert_reextractions",
        "INSERT OR IGNORE INTO jobs (id, owner, kind, step, state, due_ms, created_ms, updated_ms, body)
         SELECT value ->> 'id', value ->> 'owner', 'reextract', 0, 'active', ?2, ?3, ?3, value ->> 'body'
           FROM json_each(?1)",
        vec![json_param(jobs), Param::Int(due_ms), Param::Int(now)],
    )
}
