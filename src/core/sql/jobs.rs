//! The statements about jobs.

use crate::core::statement::{Message, Param, Statement};

/// Reads a job with its account, if the step that the message names is the one that is due. The schema ledger of the
/// account's listings rides along, a row for each media type, because a page has no statement to spare for it; so do the rows that
/// were written on a day, where one is named.
#[must_use]
pub fn due_job(message: &Message, day: Option<i64>) -> Statement {
    Statement::new(
        "due_job",
        "SELECT j.id, j.owner, j.kind, j.step, j.created_ms, j.body, o.sandbox, a.id AS account, a.provider_id, a.api,
                a.identity, a.workspace, a.state AS account_state, a.credential, a.credential_kind, a.webhook_id, a.calls_per_minute,
                (SELECT written FROM rows_written WHERE day = ?3) AS written_today,
                (SELECT json_group_array(json_object(
                          'provider_id', s.provider_id, 'api', s.api, 'media_type', s.media_type, 'feed', s.feed,
                          'since_ms', s.since_ms, 'learned_ms', s.learned_ms, 'paths', s.paths))
                   FROM schemas s
                  WHERE s.owner = j.owner AND s.provider_id = a.provider_id AND s.api = a.api
                    AND s.feed = 'listing') AS schemas
           FROM jobs j JOIN owners o ON o.id = j.owner
           LEFT JOIN accounts a ON a.owner = j.owner AND a.id = j.account
          WHERE j.id = ?1 AND j.step = ?2 AND j.state = 'active'",
        vec![message.job.as_str().into(), Param::Int(message.step), day.into()],
    )
}

/// Finds at most 100 jobs that are due, and pushes their lease. What they waited for is over.
#[must_use]
pub fn lease_due_jobs(now: i64, until_ms: i64) -> Statement {
    Statement::new(
        "lease_due_jobs",
        "UPDATE jobs SET due_ms = ?2, waits_for = NULL WHERE id IN
           (SELECT id FROM jobs WHERE state = 'active' AND due_ms <= ?1 ORDER BY due_ms LIMIT 100)
         RETURNING id, kind, step",
        vec![Param::Int(now), Param::Int(until_ms)],
    )
}

/// A job to insert.
pub struct NewJob<'a> {
    /// Its id.
    pub id: &'a str,
    /// Whose it is.
    pub owner: i64,
    /// Its kind.
    pub kind: &'static str,
    /// The account that it works for.
    pub account: Option<&'a str>,
    /// When the tick may send it again.
    pub due_ms: i64,
    /// Now.
    pub now: i64,
    /// Its body as JSON.
    pub body: &'a str,
}

/// Inserts a job at step 0. A second open sync of one account breaks `jobs_one_open_sync`.
#[must_use]
pub fn insert_job(job: &NewJob<'_>) -> Statement {
    Statement::new(
        "insert_job",
        "INSERT INTO jobs (id, owner, kind, account, step, state, due_ms, created_ms, updated_ms, body)
         VALUES (?1, ?2, ?3, ?4, 0, 'active', ?5, ?6, ?6, ?7)",
        vec![
            job.id.into(),
            Param::Int(job.owner),
            job.kind.into(),
            job.account.into(),
            Param::Int(job.due_ms),
            Param::Int(job.now),
            job.body.into(),
        ],
    )
}

/// Inserts a job at step 0, if there is none of that id.
#[must_use]
pub fn insert_job_once(job: &NewJob<'_>) -> Statement {
    Statement {
        name: "insert_job_once",
        sql: "INSERT OR IGNORE INTO jobs (id, owner, kind, account, step, state, due_ms, created_ms, updated_ms, body)
              VALUES (?1, ?2, ?3, ?4, 0, 'active', ?5, ?6, ?6, ?7)",
        ..insert_job(job)
    }
}

/// Moves a job on. A change of state alone touches its indexes; the usual step names none but `due_ms`.
#[must_use]
pub fn advance_job(id: &str, step: i64, state: &'static str, due_ms: i64, body: &str, now: i64) -> Statement {
    let params = vec![id.into(), Param::Int(step), Param::Int(due_ms), body.into(), Param::Int(now)];
    match state {
        "active" => Statement::new(
            "advance_job",
            "UPDATE jobs SET step = ?2, due_ms = ?3, updated_ms = ?5, waits_for = NULL, body = ?4 WHERE id = ?1",
            params,
        ),
        "done" => Statement::new(
            "finish_job",
            "UPDATE jobs SET step = ?2, due_ms = ?3, updated_ms = ?5, waits_for = NULL, state = 'done', body = ?4 WHERE id = ?1",
            params,
        ),
        _ => Statement::new(
            "fail_job",
            "UPDATE jobs SET step = ?2, due_ms = ?3, updated_ms = ?5, waits_for = NULL, state = 'failed', body = ?4 WHERE id = ?1",
            params,
        ),
    }
}

/// A page of a listing that was seen.
pub struct ScanPage<'a> {
    /// Whose.
    pub owner: i64,
    /// When its bytes were received.
    pub seen_ms: i64,
    /// The run.
    pub job: &'a str,
    /// Its step.
    pub step: i64,
    /// The feed; `dry_run` pages are no sightings.
    pub feed: &'a str,
    /// The account's identity.
    pub account: &'a str,
    /// The listing.
    pub listing: &'a str,
    /// `[root, digest, outcome, reason, provider id]` of every row.
    pub rows: &'a [serde_json::Value],
}

/// Records a page.
#[must_use]
pub fn insert_scan_page(page: &ScanPage<'_>) -> Statement {
    Statement::new(
        "insert_scan_page",
        "INSERT INTO scan_pages (owner, seen_ms, job, step, feed, account, listing, rows)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        vec![
            Param::Int(page.owner),
            Param::Int(page.seen_ms),
            page.job.into(),
            Param::Int(page.step),
            page.feed.into(),
            page.account.into(),
            page.listing.into(),
            crate::core::statement::json_param(page.rows),
        ],
    )
}

/// Reads stored payloads whose sources are not written yet, of some roots.
#[must_use]
pub fn unlinked_payloads(owner: i64, roots: &std::collections::BTreeSet<String>) -> Statement {
    Statement::new(
        "unlinked_payloads",
        "SELECT root, digest, provider_id, api, media_type, making, linked, seen, payload FROM observations
          WHERE owner = ?1 AND root IN (SELECT value FROM json_each(?2)) AND linked = 0",
        vec![Param::Int(owner), crate::core::statement::json_param(roots)],
    )
}
