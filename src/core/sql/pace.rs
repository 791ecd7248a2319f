//! The statements of the slow pace at which files are looked for: whose turn it is, and waking the job that looks.

use serde_json::Value;

use crate::core::statement::{Param, Statement, json_param};

/// Reads at most ten accounts whose turn it is, the longest waiting first.
#[must_use]
pub fn accounts_to_look(now: i64) -> Statement {
    Statement::new(
        "accounts_to_look",
        "SELECT owner, id, next_look_ms FROM accounts
          WHERE link_checks = 'slow' AND deleted_ms IS NULL AND next_look_ms <= ?1
          ORDER BY next_look_ms LIMIT 10",
        vec![Param::Int(now)],
    )
}

/// Says when it is each account's turn again: objects of owner, account, next_ms.
#[must_use]
pub fn push_next_looks(turns: &[Value]) -> Statement {
    Statement::new(
        "push_next_looks",
        "UPDATE accounts SET next_look_ms = e.value ->> 'next_ms' FROM json_each(?1) e
          WHERE accounts.owner = e.value ->> 'owner' AND accounts.id = e.value ->> 'account'",
        vec![json_param(turns)],
    )
}

/// Makes these jobs due: objects of id, owner, account, body. One that is there already goes on where it stood; one that
/// is under way stays as it is.
#[must_use]
pub fn wake_looks(jobs: &[Value], now: i64) -> Statement {
    Statement::new(
        "wake_looks",
        "INSERT INTO jobs (id, owner, kind, account, step, state, due_ms, created_ms, updated_ms, body)
         SELECT value ->> 'id', value ->> 'owner', 'verify', value ->> 'account', 0, 'active', ?2, ?2, ?2,
                value ->> 'body'
           FROM json_each(?1) WHERE true
             ON CONFLICT (id) DO UPDATE
            SET state = 'active', step = jobs.step + 1, due_ms = ?2, updated_ms = ?2,
                body = json_set(jobs.body, '$.ended_ms', NULL)
          WHERE jobs.state <> 'active'",
        vec![json_param(jobs), Param::Int(now)],
    )
}

/// Ends a job that looks, should it be under way.
#[must_use]
pub fn end_look(owner: i64, id: &str, now: i64) -> Statement {
    Statement::new(
        "end_look",
        "UPDATE jobs SET state = 'done', waits_for = NULL, updated_ms = ?3
          WHERE owner = ?1 AND id = ?2 AND state = 'active'",
        vec![Param::Int(owner), id.into(), Param::Int(now)],
    )
}

/// Reads whether another job looks at this account's files, among the jobs that are under way.
#[must_use]
pub fn other_look(owner: i64, account: &str, id: &str) -> Statement {
    Statement::new(
        "other_look",
        "SELECT id FROM jobs INDEXED BY jobs_due
          WHERE state = 'active' AND owner = ?1 AND kind = 'verify' AND account = ?2 AND id <> ?3 LIMIT 1",
        vec![Param::Int(owner), account.into(), id.into()],
    )
}
