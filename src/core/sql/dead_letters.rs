//! The statements about messages that died, and about trying their steps again.

use crate::core::statement::{Message, Param, Statement};

/// Notes why the step that is due came back to its queue.
#[must_use]
pub fn note_trouble(message: &Message, reason: &str) -> Statement {
    Statement::new(
        "note_trouble",
        "UPDATE jobs SET trouble = ?3 WHERE id = ?1 AND step = ?2 AND state = 'active'",
        vec![message.job.as_str().into(), Param::Int(message.step), reason.into()],
    )
}

/// Notes that the message of the step that is due was given up.
#[must_use]
pub fn mark_dead(message: &Message, now: i64) -> Statement {
    Statement::new(
        "mark_dead",
        "UPDATE jobs SET dead_step = step, dead_ms = ?3 WHERE id = ?1 AND step = ?2 AND state = 'active'",
        vec![message.job.as_str().into(), Param::Int(message.step), Param::Int(now)],
    )
}

/// Makes the step due again at which a job stands, also of one that failed or waits for a credential, and forgets how
/// often it was tried. A run that is paused is resumed or cancelled in place of that.
#[must_use]
pub fn replay_job(owner: i64, id: &str, step: i64, due_ms: i64, now: i64) -> Statement {
    Statement::new(
        "replay_job",
        "UPDATE jobs SET state = 'active', due_ms = ?4, updated_ms = ?5, dead_step = NULL, dead_ms = NULL, trouble = NULL,
                         waits_for = NULL,
                         body = json_replace(body, '$.ended_ms', NULL, '$.attempts', 0, '$.dead_letters', 0)
          WHERE owner = ?1 AND id = ?2 AND step = ?3 
            AND (state IN ('active', 'failed') OR (state = 'paused' AND kind <> 'sync'))",
        vec![Param::Int(owner), id.into(), Param::Int(step), Param::Int(due_ms), Param::Int(now)],
    )
}
