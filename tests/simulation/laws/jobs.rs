//! Laws about jobs: steps go forward only, what was given up stays given up, a tick leaves nothing due, and a message is
//! acked only when its step is done or somebody else's.

use std::collections::BTreeMap;

use driftline::core::statement::Message;
use driftline::core::step::NowMs;

use super::assets::get;
use super::{Batch, Lawful, must};
use crate::support::db::Db;

/// The jobs as they were read last.
#[derive(Default)]
pub struct Jobs {
    known: BTreeMap<String, (i64, String)>,
}

impl Jobs {
    pub fn hold(&mut self, db: &Db, batch: &Batch<'_>) -> Lawful {
        let mut now = BTreeMap::new();
        db.each("SELECT id, step, state FROM jobs", [], |row| {
            now.insert(get::<String>(row, 0), (get::<i64>(row, 1), get::<String>(row, 2)));
        });
        for (id, (step, state)) in &self.known {
            let Some((step_now, state_now)) = now.get(id) else { return Err(format!("job {id} is gone")) };
            must(step_now >= step, || format!("job {id} went back from step {step} to {step_now}"))?;
            let is_given_up = state == "cancelled" && state_now != "cancelled";
            must(!is_given_up, || format!("job {id} was cancelled and is {state_now}"))?;
        }
        if let Some((job, step)) = batch.job
            && let (Some(before), Some(after)) = (self.known.get(job), now.get(job))
        {
            let was_due = before.0 == step && before.1 == "active";
            let is_moved = before != after;
            // A step that writes ahead goes on at the next one; a note about trouble moves nothing.
            must(was_due || !is_moved || before.0 == step + 1, || {
                format!("step {step} of job {job} took effect, and {before:?} was due")
            })?;
        }
        self.known = now;
        Ok(())
    }
}

/// Nothing is due behind a tick: what was due is leased, so that a slow queue gets no copy a minute.
pub fn nothing_is_due(db: &Db, now: NowMs) -> Lawful {
    let mut due = Vec::new();
    db.each("SELECT id FROM jobs WHERE state = 'active' AND due_ms <= ?1", [now], |row| {
        due.push(get::<String>(row, 0))
    });
    must(due.is_empty(), || format!("still due behind a tick: {due:?}"))
}

/// A message that is acked is needed no more: its step is over, or it waits for its time without a message.
pub fn is_acked_rightly(db: &Db, message: &Message, others_work_on_it: bool) -> Lawful {
    let mut due = Vec::new();
    let sql = "SELECT kind, body ->> '$.paused' FROM jobs WHERE id = ?1 AND step = ?2 AND state = 'active'";
    db.each(sql, rusqlite::params![message.job, message.step], |row| {
        due.push((get::<String>(row, 0), get::<Option<String>>(row, 1)));
    });
    // A run whose credential was renewed at that very moment goes on by the tick.
    let is_renewed = due.iter().all(|(_, paused)| paused.as_deref() == Some("auth_required"));
    must(due.is_empty() || is_renewed || others_work_on_it, || {
        format!("step {} of {} was acked and is still due: {due:?}", message.step, message.job)
    })
}
