//! The slow pace: some files of an account an hour, without anybody having asked. It goes round, so that the next file is
//! always the one that was passed longest ago, and leaves out what was seen good within the week. One job an account, whose
//! row is woken up again: two never look at a time. Looking is left to the job.

use serde_json::{Value, json};

use crate::core::ids::mint;
use crate::core::jobs::paged::Paged;
use crate::core::jobs::row::JobRow;
use crate::core::jobs::verify::COUNTERS;
use crate::core::row::row;
use crate::core::sql::links::FileRow;
use crate::core::sql::pace as sql;
use crate::core::statement::{BadRows, Plan, Rows, Statement};
use crate::core::step::NowMs;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// What was seen good so lately is left out.
const FRESH_MS: i64 = 7 * DAY_MS;
/// The most files at a time: twenty an hour go round 10,000 in three weeks, for about 700 rows a day.
const MOST_FILES: usize = 20;

row! {
    struct AccountRow {
        owner: i64,
        id: String,
        next_look_ms: i64,
    }
}

/// The id of the job that looks at an account's files at the slow pace.
#[must_use]
pub fn slow_look(owner: i64, account: &str) -> String {
    mint("job_", 0, &format!("look\n{owner}\n{account}"))
}

/// The look at whose turn it is, for the tick's own round trip.
#[must_use]
pub fn whose_turn(now: NowMs) -> Statement {
    sql::accounts_to_look(now)
}

/// Wakes the jobs of the accounts whose turn it is. They are due at once, and the next tick sends them: nobody waits. A new
/// account has a day, in which its files come in by themselves.
///
/// # Errors
/// [`BadRows`] when a row does not have the expected shape.
pub fn wake(rows: &Rows, plan: &mut Plan, now: NowMs) -> Result<(), BadRows> {
    let accounts = rows.parse::<AccountRow>()?;
    let next = |account: &AccountRow| {
        let wait_ms = if account.next_look_ms == 0 { DAY_MS } else { HOUR_MS };
        json!({ "owner": account.owner, "account": account.id, "next_ms": now + wait_ms })
    };
    let turns: Vec<Value> = accounts.iter().map(next).collect();
    let body = Paged::new(json!({ "pace": "slow" }), &COUNTERS).text();
    let begun = accounts.iter().filter(|account| account.next_look_ms != 0);
    let jobs: Vec<Value> = begun
        .map(|account| {
            let id = slow_look(account.owner, &account.id);
            json!({ "id": id, "owner": account.owner, "account": account.id, "body": body })
        })
        .collect();
    if !jobs.is_empty() {
        plan.statements.push(sql::wake_looks(&jobs, now));
    }
    if !turns.is_empty() {
        plan.statements.push(sql::push_next_looks(&turns));
    }
    Ok(())
}

/// Whether a job looks at the slow pace.
#[must_use]
pub fn is_slow(body: &Paged) -> bool {
    body.asked("pace").as_str() == Some("slow")
}

/// How many files at a time: each may cost two questions, and an account has so many a minute.
#[must_use]
pub fn files_at_a_time(row: &JobRow) -> usize {
    let per_minute = row.calls_per_minute.and_then(|calls| usize::try_from(calls).ok());
    per_minute.map_or(MOST_FILES, |calls| (calls / 2).clamp(1, MOST_FILES))
}

/// Whether nobody has seen a file for so long that it is worth a look.
#[must_use]
pub fn is_stale(file: &FileRow, now: NowMs) -> bool {
    let seen_ms = file.looked_ms.unwrap_or(0).max(file.told_ms.unwrap_or(0));
    seen_ms + FRESH_MS <= now
}

/// Once it has been round, an account has a day.
#[must_use]
pub fn rest(row: &JobRow, now: NowMs) -> Option<Statement> {
    let account = row.account.as_ref()?;
    let turn = json!({ "owner": row.owner, "account": account, "next_ms": now + DAY_MS });
    Some(sql::push_next_looks(&[turn]))
}
