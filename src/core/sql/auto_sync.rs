//! The statements of the minute tick beside the sending of what is due: automatic syncs, and what nobody asks for again.

use serde_json::Value;

use crate::core::statement::{Param, Statement, json_param};

/// Reads at most ten accounts whose automatic sync is due, the longest waiting first. An account that needs its person
/// waits until it is connected again.
#[must_use]
pub fn accounts_due(now: i64) -> Statement {
    Statement::new(
        "accounts_due",
        "SELECT owner, id, auto_sync, next_sync_ms, scans FROM accounts
          WHERE auto_sync IS NOT NULL AND next_sync_ms <= ?1 AND deleted_ms IS NULL AND credential IS NOT NULL
            AND state = 'ready' AND api = 'library'
          ORDER BY next_sync_ms LIMIT 10",
        vec![Param::Int(now)],
    )
}

/// Inserts automatic runs: objects of id, owner, account, body. An account that has an open run gets no other.
#[must_use]
pub fn insert_auto_runs(runs: &[Value], due_ms: i64, now: i64) -> Statement {
    Statement::new(
        "insert_auto_runs",
        "INSERT OR IGNORE INTO jobs (id, owner, kind, account, step, state, due_ms, created_ms, updated_ms, body)
         SELECT value ->> 'id', value ->> 'owner', 'sync', value ->> 'account', 0, 'active', ?2, ?3, ?3, value ->> 'body'
           FROM json_each(?1)",
        vec![json_param(runs), Param::Int(due_ms), Param::Int(now)],
    )
}

/// Says when each of these accounts is due again: objects of owner, account, next_ms.
#[must_use]
pub fn push_next_syncs(runs: &[Value]) -> Statement {
    Statement::new(
        "push_next_syncs",
        "UPDATE accounts SET next_sync_ms = e.value ->> 'next_ms' FROM json_each(?1) e
          WHERE accounts.owner = e.value ->> 'owner' AND accounts.id = e.value ->> 'account'",
        vec![json_param(runs)],
    )
}

/// Drops at most a thousand kept answers from before that time, whoever's they are. An owner who goes on asking drops
/// its own; this is for the others.
#[must_use]
pub fn forget_old_keys(before_ms: i64) -> Statement {
    Statement::new(
        "forget_old_keys",
        "DELETE FROM idempotency WHERE (owner, key) IN
           (SELECT owner, key FROM idempotency WHERE created_ms < ?1 LIMIT 1000)",
        vec![Param::Int(before_ms)],
    )
}

/// Writes down that a job's message was given up by its queue. The job stays due; a run that this happens to again and
/// again at one step is failed, for a person to look at.
#[must_use]
pub fn record_dead_letter(job: &str, step: i64, error: &Value, due_ms: i64, now: i64) -> Statement {
    Statement::new(
        "record_dead_letter",
        "UPDATE jobs SET due_ms = ?4, updated_ms = ?5,
                state = iif(kind = 'sync' AND coalesce(body ->> '$.dead_letters', 0) >= 2, 'failed', state),
                body = json_set(body, '$.last_error', json(?3),
                                '$.dead_letters', coalesce(body ->> '$.dead_letters', 0) + 1)
          WHERE id = ?1 AND step = ?2 AND state = 'active'",
        vec![job.into(), Param::Int(step), json_param(error), Param::Int(due_ms), Param::Int(now)],
    )
}
