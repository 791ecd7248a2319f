//! Jobs: long work that goes step by step. A job's row is its outbox; a message is only a hint to look at the row.

pub mod drift_scan;
pub mod ledger;
pub mod link;
pub mod paged;
pub mod quarantine;
pub mod read_row;
pub mod reextract;
pub mod refresh;
pub mod replay;
pub mod rollout;
pub mod row;
pub mod run;
pub mod sync;

use crate::core::jobs::row::JobRow;
use crate::core::sql::jobs as sql;
use crate::core::statement::{BadRows, Message, Plan, Queue, Rows, Send, rows_at};
use crate::core::step::{Disposition, NowMs, Step};

/// How long a step may take before the tick sends it again, in milliseconds: longer than a step with its retries.
pub const LEASE_MS: i64 = 180_000;

impl crate::core::inventory::intake::Broken for Disposition {
    fn broken(error: &BadRows) -> Self {
        Self::RetryAfter { seconds: 60, reason: error.to_string() }
    }
}

/// Works on the step that a message hints at. A message for another step than the one that is due is dropped before
/// anything is asked of a provider.
#[must_use]
pub fn deliver(message: Message) -> Step<Disposition> {
    Step::read(vec![sql::due_job(&message)], |rows, now| {
        let row = rows_at(&rows, 0).and_then(|rows| rows.first::<JobRow>());
        match row {
            Ok(Some(row)) => dispatch(row, now),
            Ok(None) => Step::End(Disposition::Ack),
            Err(error) => Step::End(crate::core::inventory::intake::Broken::broken(&error)),
        }
    })
}

fn dispatch(row: JobRow, now: NowMs) -> Step<Disposition> {
    match row.kind.as_str() {
        "sync" => sync::step(row, now),
        "link" => link::step(row),
        "refresh" => refresh::step(row),
        "replay" => replay::step(row),
        "reextract" => reextract::step(row),
        "drift_scan" => drift_scan::step(row),
        other => {
            let error = BadRows { reason: format!("job {} is of the unknown kind {other:?}", row.id) };
            Step::End(crate::core::inventory::intake::Broken::broken(&error))
        }
    }
}

/// Sends again what is due, and pushes its lease so that a slow queue does not get a copy a minute. After an update of
/// the extractor it starts what brings stored payloads up to date.
#[must_use]
pub fn tick(now: NowMs) -> Step<Disposition> {
    Step::read(
        vec![sql::lease_due_jobs(now, now + LEASE_MS), rollout::behind()],
        |rows, now| match tick_plan(&rows, now) {
            Ok(plan) => Step::commit(plan, |_, _| Step::End(Disposition::Ack)),
            Err(error) => Step::End(crate::core::inventory::intake::Broken::broken(&error)),
        },
    )
}

fn tick_plan(rows: &[Rows], now: NowMs) -> Result<Plan, BadRows> {
    let due = rows_at(rows, 0)?.parse::<row::DueRow>()?;
    let sends = due.into_iter().map(row::DueRow::send).collect();
    let mut plan = Plan { statements: Vec::new(), sends };
    rollout::plan(rows_at(rows, 1)?, &mut plan, now)?;
    Ok(plan)
}

/// The queue that a kind of job travels on.
#[must_use]
pub fn queue_of(kind: &str) -> Queue {
    if kind == "sync" { Queue::Sync } else { Queue::Lineage }
}

/// A hint for a job's step.
#[must_use]
pub fn hint(kind: &str, job: &str, step: i64, delay_s: u32) -> Send {
    Send { queue: queue_of(kind), message: Message { job: job.to_owned(), step }, delay_s }
}
