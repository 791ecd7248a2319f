//! The statements by which runs are paused, resumed and cancelled. When that may be is left to the handlers and the job.
//!
//! A run is read and written whole by its own steps only. Others change single members, so that they never undo a step;
//! a step under way notices by its guard that its run is no longer active.

use crate::core::statement::{Param, Statement};

/// Pauses an active run until a person resumes it. The step under way ends in nothing.
#[must_use]
pub fn pause_run(owner: i64, id: &str, reason: &'static str, now: i64) -> Statement {
    Statement::new(
        "pause_run",
        "UPDATE jobs SET state = 'paused', updated_ms = ?4, waits_for = NULL,
                body = json_set(body, '$.paused', ?3)
          WHERE owner = ?1 AND id = ?2 AND kind = 'sync' AND state = 'active'",
        vec![Param::Int(owner), id.into(), reason.into(), Param::Int(now)],
    )
}

/// Pauses a run by its own step, with its body.
#[must_use]
pub fn pause_step(id: &str, step: i64, body: &str, now: i64) -> Statement {
    Statement::new(
        "pause_step",
        "UPDATE jobs SET state = 'paused', updated_ms = ?4, body = ?3 WHERE id = ?1 AND step = ?2",
        vec![id.into(), Param::Int(step), body.into(), Param::Int(now)],
    )
}

/// Notes that a person wants a library that is all new.
#[must_use]
pub fn confirm_identity_shift(owner: i64, id: &str) -> Statement {
    Statement::new(
        "confirm_identity_shift",
        "UPDATE jobs SET body = json_set(body, '$.confirm_identity_shift', json('true'))
          WHERE owner = ?1 AND id = ?2 AND kind = 'sync' AND state IN ('active', 'paused', 'failed')",
        vec![Param::Int(owner), id.into()],
    )
}

/// Lets a complete run mark what it has not met.
#[must_use]
pub fn confirm_missing(owner: i64, id: &str, due_ms: i64, now: i64) -> Statement {
    Statement::new(
        "confirm_missing",
        "UPDATE jobs SET state = 'active', due_ms = ?3, updated_ms = ?4,
                body = json_set(body, '$.closing.waits', json('false'), '$.closing.is_marking', json('true'),
                                '$.closing.is_over', json('false'), '$.closing.after', '', '$.ended_ms', NULL)
          WHERE owner = ?1 AND id = ?2 AND kind = 'sync' AND state = 'done' AND body ->> '$.closing.waits' = 1",
        vec![Param::Int(owner), id.into(), Param::Int(due_ms), Param::Int(now)],
    )
}

/// Notes which run looks at what this one left.
#[must_use]
pub fn record_filled(owner: i64, id: &str, by: &str) -> Statement {
    Statement::new(
        "record_filled",
        "UPDATE jobs SET body = json_set(body, '$.filled_by', ?3) WHERE owner = ?1 AND id = ?2 AND kind = 'sync'",
        vec![Param::Int(owner), id.into(), by.into()],
    )
}

/// Lets a paused or failed run go on where it stood. Another open run of its account breaks `jobs_one_open_sync`.
#[must_use]
pub fn resume_run(owner: i64, id: &str, due_ms: i64, now: i64) -> Statement {
    Statement::new(
        "resume_run",
        "UPDATE jobs SET state = 'active', due_ms = ?3, updated_ms = ?4, waits_for = NULL,
                body = json_set(body, '$.paused', NULL, '$.attempts', 0, '$.ended_ms', NULL,
                                '$.going_since', NULL, '$.dead_letters', 0)
          WHERE owner = ?1 AND id = ?2 AND kind = 'sync'
            AND (state IN ('paused', 'failed') OR (state = 'active' AND (body ->> '$.paused' IS NOT NULL OR waits_for IS NOT NULL)))",
        vec![Param::Int(owner), id.into(), Param::Int(due_ms), Param::Int(now)],
    )
}

/// Stops a run for good; its pages stay.
#[must_use]
pub fn cancel_run(owner: i64, id: &str, now: i64) -> Statement {
    Statement::new(
        "cancel_run",
        "UPDATE jobs SET state = 'cancelled', updated_ms = ?3, waits_for = NULL,
                body = json_set(body, '$.paused', NULL, '$.ended_ms', CAST(?3 AS INTEGER))
          WHERE owner = ?1 AND id = ?2 AND kind = 'sync' AND state IN ('active', 'paused')",
        vec![Param::Int(owner), id.into(), Param::Int(now)],
    )
}

/// A run or job that waits for its account's credential.
pub struct Waiting<'a> {
    /// Whose.
    pub owner: i64,
    /// Its id.
    pub id: &'a str,
    /// The step that is due when it goes on.
    pub step: i64,
    /// Its body.
    pub body: &'a str,
    /// Its account.
    pub account: Option<&'a str>,
    /// The sealed credential that was refused.
    pub credential: Option<&'a str>,
}

/// Pauses a run or job until its account's credential is renewed. When that has happened meanwhile, it stays active: the
/// renewal did not find it waiting.
#[must_use]
pub fn pause_until_renewed(waiting: &Waiting<'_>, now: i64) -> Statement {
    Statement::new(
        "pause_until_renewed",
        "UPDATE jobs SET body = ?4, updated_ms = ?7, due_ms = ?7,
                waits_for = 'auth_required',
                state = iif(EXISTS (SELECT 1 FROM accounts WHERE owner = ?1 AND id = ?5 AND credential <> ?6),
                            'active', 'paused')
          WHERE owner = ?1 AND id = ?2 AND step = ?3",
        vec![
            Param::Int(waiting.owner),
            waiting.id.into(),
            Param::Int(waiting.step),
            waiting.body.into(),
            waiting.account.map(ToOwned::to_owned).into(),
            // Compared with a credential that is there: without one before, any is new.
            waiting.credential.unwrap_or_default().into(),
            Param::Int(now),
        ],
    )
}

/// Lets whatever waits for this account's credential go on; the next tick sends it.
#[must_use]
pub fn resume_renewed(owner: i64, identity: &str, now: i64) -> Statement {
    Statement::new(
        "resume_renewed",
        "UPDATE jobs SET state = 'active', due_ms = ?3, updated_ms = ?3, waits_for = NULL,
                body = iif(kind = 'sync',
                           json_set(body, '$.paused', NULL, '$.attempts', 0, '$.going_since', NULL), body)
          WHERE owner = ?1 AND account = (SELECT id FROM accounts WHERE owner = ?1 AND identity = ?2)
            AND state = 'paused' AND waits_for = 'auth_required'",
        vec![Param::Int(owner), identity.into(), Param::Int(now)],
    )
}
