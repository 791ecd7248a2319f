//! The rows of a day: D1's free plan lets 100,000 be written, and a job that used them all up would leave a person with
//! an inventory that takes no change until midnight. Jobs that run by themselves stop before that and go on the next day.
//! Counting what was written is left to the edge: only the database knows.

use crate::core::api::problem::Problem;
use crate::core::jobs::row::JobRow;
use crate::core::jobs::run::Cost;
use crate::core::jobs::sync;
use crate::core::row::row;
use crate::core::sql::inventory::{DueStep, guard};
use crate::core::sql::usage::wait_until;
use crate::core::statement::{BadRows, Message, Plan, Rows};
use crate::core::step::{Disposition, NowMs, Step};

/// Rows a day that jobs may bring the database to. The other 20,000 of the free plan are for what people do by hand and
/// for what they have made here, about 1,500 generations or as many edits as anybody makes.
pub const ROWS_A_DAY: i64 = 80_000;

/// Why a job waits: the day's rows are used up.
pub const ROWS_BUDGET: &str = "rows_budget";
/// Why a job waits: the database takes nothing more today.
pub const PLATFORM_QUOTA: &str = "platform_quota";

const DAY_MS: i64 = 24 * 3_600_000;
/// So long after midnight a limit that is still in force is taken for yesterday's, and not for one of a whole day more.
const RESETTING_MS: i64 = 1_800_000;
/// How long is waited then.
const SOON_MS: i64 = 600_000;

/// What jobs may write on a day; without one they may write what they like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// UTC days since 1970-01-01.
    pub day: i64,
    /// Rows.
    pub rows: i64,
}

impl Allowance {
    /// What the free plan allows at this time.
    #[must_use]
    pub const fn of_free_plan(now: NowMs) -> Self {
        Self { day: day_of(now), rows: ROWS_A_DAY }
    }

    /// What is left of it once so many rows are written.
    #[must_use]
    pub const fn left(&self, written: i64) -> i64 {
        if written < self.rows { self.rows - written } else { 0 }
    }
}

/// The UTC day of a time.
#[must_use]
pub const fn day_of(now: NowMs) -> i64 {
    now.div_euclid(DAY_MS)
}

/// When a UTC day begins.
#[must_use]
pub const fn beginning_of(day: i64) -> NowMs {
    day * DAY_MS
}

/// When the platform takes rows again that takes none now.
#[must_use]
pub const fn quota_ends_ms(now: NowMs) -> NowMs {
    let since_midnight_ms = now.rem_euclid(DAY_MS);
    if since_midnight_ms < RESETTING_MS { now + SOON_MS } else { beginning_of(day_of(now) + 1) }
}

row! {
    struct WrittenRow {
        written: i64,
    }
}

/// Reads the row of `sql::usage::rows_of_day`.
///
/// # Errors
/// [`BadRows`] when it does not have the expected shape.
pub fn written_in(rows: &Rows) -> Result<i64, BadRows> {
    Ok(rows.first::<WrittenRow>()?.map_or(0, |row| row.written))
}

/// Whether a kind of job stops at the budget: all that goes through many rows. What somebody has made here is sent,
/// looked after and told about all the same.
#[must_use]
pub fn is_bulk(kind: &str) -> bool {
    !matches!(kind, "generate" | "poll" | "follow")
}

/// Lets a job wait for the next day, when the rows of this one are used up; otherwise gives it back.
///
/// # Errors
/// The step that waits.
pub fn admit(
    row: JobRow,
    spent: Cost,
    allowance: Option<Allowance>,
    now: NowMs,
) -> Result<JobRow, Step<Disposition>> {
    let written = row.written_today.unwrap_or(0);
    match allowance {
        Some(allowance) if is_bulk(&row.kind) && allowance.left(written) == 0 => {
            Err(wait(&row, spent, beginning_of(allowance.day + 1), now))
        }
        _ => Ok(row),
    }
}

fn wait(row: &JobRow, spent: Cost, until_ms: NowMs, now: NowMs) -> Step<Disposition> {
    let due = DueStep { job: row.id.clone(), step: row.step };
    // What the step before has cost came with this message, and no other brings it.
    let body = if row.kind == "sync" { sync::body_with(row, spent) } else { None };
    let statements = vec![
        guard(row.owner, Some(&due), &std::collections::BTreeSet::new(), 0, &[]),
        wait_until(&row.id, row.step, ROWS_BUDGET, body, until_ms, now),
    ];
    Step::commit(Plan { statements, sends: Vec::new() }, |_, _| Step::End(Disposition::Ack))
}

/// What becomes of a step that the database's own limit has stopped. It is written down if so little can still be written;
/// if not, the job's row stays as it is: it is due, and the tick, which cannot lease it before midnight either, sends it
/// then. A message that came back until then would cost operations and establish nothing.
#[must_use]
pub fn stopped_by_quota(message: &Message, now: NowMs) -> Step<Disposition> {
    let park = wait_until(&message.job, message.step, PLATFORM_QUOTA, None, quota_ends_ms(now), now);
    Step::commit(Plan { statements: vec![park], sends: Vec::new() }, |_, _| Step::End(Disposition::Ack))
}

/// What a request gets that the database's own limit has stopped.
#[must_use]
pub fn quota_problem(now: NowMs) -> Problem {
    let wait_s = (quota_ends_ms(now) - now + 999) / 1_000;
    Problem::new(503, PLATFORM_QUOTA, "The service cannot work right now")
        .detail("the platform's limit for today is used up; it resets at midnight UTC")
        .header("retry-after", wait_s.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::api::response::Response;

    /// 2026-11-30T00:00:00Z.
    const MIDNIGHT: NowMs = 1_795_996_800_000;

    #[test]
    fn a_limit_ends_at_midnight_and_one_that_outlives_it_a_little_later() {
        for (at_ms, ends_ms) in [
            (-1, 0),
            (0, SOON_MS),
            (RESETTING_MS - 1, RESETTING_MS - 1 + SOON_MS),
            (RESETTING_MS, DAY_MS),
            (DAY_MS / 2, DAY_MS),
        ] {
            assert_eq!(quota_ends_ms(MIDNIGHT + at_ms), MIDNIGHT + ends_ms, "{at_ms}");
        }
    }

    #[test]
    fn a_request_is_told_to_come_back_at_midnight() {
        for (before_ms, wait_s) in [(3_600_000, "3600"), (1, "1"), (1_001, "2")] {
            let response = Response::from(quota_problem(MIDNIGHT - before_ms));
            let body: serde_json::Value = serde_json::from_str(&response.body).unwrap();
            assert_eq!((response.status, &body["code"]), (503, &"platform_quota".into()));
            let header = response.headers.iter().find(|(name, _)| *name == "retry-after");
            assert_eq!(header.map(|(_, value)| value.as_str()), Some(wait_s));
        }
    }

    #[test]
    fn what_is_left_is_never_less_than_nothing() {
        let allowance = Allowance::of_free_plan(MIDNIGHT);
        assert_eq!(allowance, Allowance { day: 20_787, rows: 80_000 });
        assert_eq!((allowance.left(0), allowance.left(79_999), allowance.left(80_001)), (80_000, 1, 0));
    }
}
