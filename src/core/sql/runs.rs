//! The statements by which runs and jobs are asked for and shown.

use crate::core::statement::{Param, Statement, json_param};

/// Reads an account that is not deleted, with all that a call needs.
#[must_use]
pub fn account_access(owner: i64, id: &str) -> Statement {
    Statement::new(
        "account_access",
        "SELECT id, provider_id, api, identity, workspace, label, credential, credential_kind, state, scans FROM accounts
          WHERE owner = ?1 AND id = ?2 AND deleted_ms IS NULL",
        vec![Param::Int(owner), id.into()],
    )
}

/// Reads the account's run that is under way or paused.
#[must_use]
pub fn open_run(owner: i64, account: &str) -> Statement {
    Statement::new(
        "open_run",
        "SELECT id, account, kind, step, state, due_ms, created_ms, updated_ms, body,
                trouble, dead_step, dead_ms, waits_for FROM jobs
          WHERE owner = ?1 AND account = ?2 AND kind = 'sync' AND state IN ('active', 'paused')",
        vec![Param::Int(owner), account.into()],
    )
}

/// Reads one job of the owner.
#[must_use]
pub fn job(owner: i64, id: &str) -> Statement {
    Statement::new(
        "job",
        "SELECT id, account, kind, step, state, due_ms, created_ms, updated_ms, body,
                trouble, dead_step, dead_ms, waits_for FROM jobs
          WHERE owner = ?1 AND id = ?2",
        vec![Param::Int(owner), id.into()],
    )
}

/// Reads jobs of a kind, newest first, below `before`.
#[must_use]
pub fn jobs_before(owner: i64, kind: &str, before: &str, limit: u32) -> Statement {
    Statement::new(
        "jobs_before",
        "SELECT id, account, kind, step, state, due_ms, created_ms, updated_ms, body,
                trouble, dead_step, dead_ms, waits_for FROM jobs
          WHERE owner = ?1 AND kind = ?2 AND id < ?3 ORDER BY id DESC LIMIT ?4",
        vec![Param::Int(owner), kind.into(), before.into(), Param::Int(i64::from(limit))],
    )
}

/// Reads jobs of several kinds together, newest first, below `before`: of each kind no more than would fill the page.
#[must_use]
pub fn jobs_of_kinds_before(owner: i64, kinds: &[&str], before: &str, limit: u32) -> Statement {
    Statement::new(
        "jobs_of_kinds_before",
        "SELECT j.id, j.account, j.kind, j.step, j.state, j.due_ms, j.created_ms, j.updated_ms, j.body,
                j.trouble, j.dead_step, j.dead_ms, j.waits_for
           FROM json_each(?2) k CROSS JOIN jobs j
          WHERE j.id IN (SELECT n.id FROM jobs n
                          WHERE n.owner = ?1 AND n.kind = k.value AND n.id < ?3 ORDER BY n.id DESC LIMIT ?4)
          ORDER BY j.id DESC LIMIT ?4",
        vec![Param::Int(owner), json_param(kinds), before.into(), Param::Int(i64::from(limit))],
    )
}

/// Reads the rows of a run's pages behind a position, one outcome or all.
#[must_use]
pub fn run_items(owner: i64, job: &str, outcome: Option<&str>, behind: (i64, i64), limit: u32) -> Statement {
    Statement::new(
        "run_items",
        "SELECT s.step, CAST(r.key AS INTEGER) AS place, s.listing, r.value ->> 0 AS root, r.value ->> 2 AS outcome,
                r.value ->> 3 AS reason, r.value ->> 4 AS provider_asset_id
           FROM scan_pages s CROSS JOIN json_each(s.rows) r
          WHERE s.owner = ?1 AND s.job = ?2 AND (s.step > ?4 OR (s.step = ?4 AND r.key > ?5))
            AND (?3 IS NULL OR r.value ->> 2 = ?3)
          ORDER BY s.step, r.key LIMIT ?6",
        vec![
            Param::Int(owner),
            job.into(),
            outcome.into(),
            Param::Int(behind.0),
            Param::Int(behind.1),
            Param::Int(i64::from(limit)),
        ],
    )
}
