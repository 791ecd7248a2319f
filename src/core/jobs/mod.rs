//! Jobs: long work that goes step by step. A job's row is its outbox; a message is only a hint to look at the row.

pub mod budget;
pub mod dead_letter;
pub mod drift_scan;
pub mod follow;
pub mod generate;
pub mod ids;
pub mod import;
pub mod ledger;
pub mod link;
pub mod paged;
pub mod poll;
pub mod push;
pub mod quarantine;
pub mod read_answer;
pub mod read_row;
pub mod received;
pub mod reextract;
pub mod refresh;
pub mod replay;
pub mod rollout;
pub mod row;
pub mod run;
pub mod sync;
mod tick;
pub mod uploading;
pub mod verify;
pub mod walk;

pub use tick::{bury, next_sync_ms, tick};

use crate::core::jobs::budget::Allowance;
use crate::core::jobs::row::JobRow;
use crate::core::jobs::run::Cost;
use crate::core::sql::jobs as sql;
use crate::core::statement::{BadRows, Message, Queue, Rows, Send, rows_at};
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
    deliver_with(message, Cost::default(), None)
}

/// As [`deliver`], with what the step before has cost: only who ran it knows, and only when it was over. It travels with
/// the message, so that no statement is spent on it; a message that is lost takes it along. With an allowance, jobs stop
/// where the day's rows are used up.
#[must_use]
pub fn deliver_with(message: Message, spent: Cost, allowance: Option<Allowance>) -> Step<Disposition> {
    let due = sql::due_job(&message, allowance.map(|allowance| allowance.day));
    let step = Step::read(vec![due], move |rows, now| match rows_at(&rows, 0) {
        Ok(rows) => step_of(rows, spent, allowance, now),
        Err(error) => Step::End(crate::core::inventory::intake::Broken::broken(&error)),
    });
    dead_letter::noting(message, step)
}

/// Goes on with a step whose row was read, by [`sql::due_job`], in the batch that made it due: what one message may do
/// after the other may also be done at once, without a message.
#[must_use]
pub fn go_on(message: Message, rows: &Rows, spent: Cost, now: NowMs) -> Step<Disposition> {
    dead_letter::noting(message, step_of(rows, spent, None, now))
}

fn step_of(rows: &Rows, spent: Cost, allowance: Option<Allowance>, now: NowMs) -> Step<Disposition> {
    match rows.first::<JobRow>() {
        Ok(Some(row)) => match budget::admit(row, spent, allowance, now) {
            Ok(row) => dispatch(row, spent, now),
            Err(waits) => waits,
        },
        Ok(None) => Step::End(Disposition::Ack),
        Err(error) => Step::End(crate::core::inventory::intake::Broken::broken(&error)),
    }
}

fn dispatch(row: JobRow, spent: Cost, now: NowMs) -> Step<Disposition> {
    match row.kind.as_str() {
        "sync" => sync::step(row, spent, now),
        "link" => link::step(row),
        "refresh" => refresh::step(row),
        "ids" => ids::step(row, now),
        "verify" => verify::step(row),
        "import" => import::step(row),
        "push" => push::step(row),
        "replay" => replay::step(row),
        "reextract" => reextract::step(row),
        "drift_scan" => drift_scan::step(row),
        "generate" => generate::step(row),
        "poll" => poll::step(row),
        "follow" => follow::step(row),
        other => {
            let error = BadRows { reason: format!("job {} is of the unknown kind {other:?}", row.id) };
            Step::End(crate::core::inventory::intake::Broken::broken(&error))
        }
    }
}

/// The queue that a kind of job travels on.
#[must_use]
pub fn queue_of(kind: &str) -> Queue {
    if matches!(kind, "sync" | "generate" | "poll" | "ids" | "verify") { Queue::Sync } else { Queue::Lineage }
}

/// A hint for a job's step.
#[must_use]
pub fn hint(kind: &str, job: &str, step: i64, delay_s: u32) -> Send {
    Send { queue: queue_of(kind), message: Message { job: job.to_owned(), step }, delay_s, ahead: None }
}
