//! The statements about jobs.

use crate::core::statement::{Message, Param, Statement};

/// Reads a job with its account, if the step that the message names is the one that is due.
#[must_use]
pub fn due_job(message: &Message) -> Statement {
    Statement::new(
        "due_job",
        "SELECT j.id, j.owner, j.kind, j.step, j.created_ms, j.body, o.sandbox, a.id AS account, a.provider_id, a.api,
                a.identity, a.workspace, a.credential, a.credential_kind
           FROM jobs j JOIN owners o ON o.id = j.owner
           LEFT JOIN accounts a ON a.owner = j.owner AND a.id = j.account
          WHERE j.id = ?1 AND j.step = ?2 AND j.state = 'active'",
        vec![message.job.as_str().into(), Param::Int(message.step)],
    )
}

/// Finds at most 100 jobs that are due, and pushes their lease.
#[must_use]
pub fn lease_due_jobs(now: i64, until_ms: i64) -> Statement {
    Statement::new(
        "lease_due_jobs",
        "UPDATE jobs SET due_ms = ?2 WHERE id IN
           (SELECT id FROM jobs WHERE state = 'active' AND due_ms <= ?1 ORDER BY due_ms LIMIT 100)
         RETURNING id, kind, step",
        vec![Param::Int(now), Param::Int(until_ms)],
    )
}
