//! The minute tick: sends again what is due, starts the automatic syncs and the looks at files whose time has come, clears away what nobody asks
//! for any more, and after an update of the extractor starts what brings stored payloads up to date. It decides nothing about media.

use serde_json::{Value, json};

use crate::core::api::webhooks::WINDOW_MS;
use crate::core::ids::mint;
use crate::core::inventory::intake::Broken;
use crate::core::jobs::row::DueRow;
use crate::core::jobs::run::{CreateLineage, Mode, Run};
use crate::core::jobs::verify::pace;
use crate::core::jobs::{LEASE_MS, hint, rollout};
use crate::core::row::row;
use crate::core::sql::auto_sync as sql;
use crate::core::sql::dead_letters::mark_dead;
use crate::core::sql::jobs::lease_due_jobs;
use crate::core::sql::webhooks::forget_nonces_before;
use crate::core::statement::{BadRows, Message, Plan, Rows, rows_at};
use crate::core::step::{Disposition, NowMs, Step};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
/// How long an answer is kept for a request that comes again.
const KEPT_MS: i64 = 48 * HOUR_MS;
/// How long a job rests whose message was given up: what hinders it may pass meanwhile.
const REST_MS: i64 = 10 * MINUTE_MS;

row! {
    struct AccountRow {
        owner: i64,
        id: String,
        auto_sync: String,
        next_sync_ms: i64,
        scans: Option<String>,
    }
}

/// Runs one tick. What is due is leased, so that a slow queue does not get a copy a minute.
#[must_use]
pub fn tick(now: NowMs) -> Step<Disposition> {
    let reads = vec![
        lease_due_jobs(now, now + LEASE_MS),
        sql::accounts_due(now),
        rollout::behind(),
        forget_nonces_before(now - 2 * WINDOW_MS),
        pace::whose_turn(now),
    ];
    Step::read(reads, |rows, now| match plan(&rows, now) {
        Ok(plan) => Step::commit(plan, |_, _| Step::End(Disposition::Ack)),
        Err(error) => Step::End(Disposition::broken(&error)),
    })
}

fn plan(rows: &[Rows], now: NowMs) -> Result<Plan, BadRows> {
    let due = rows_at(rows, 0)?.parse::<DueRow>()?;
    let accounts = rows_at(rows, 1)?.parse::<AccountRow>()?;
    let mut plan = Plan { statements: Vec::new(), sends: due.into_iter().map(DueRow::send).collect() };
    let runs: Vec<Value> = accounts.iter().map(|account| account.run(now)).collect();
    if !runs.is_empty() {
        plan.statements.push(sql::insert_auto_runs(&runs, now + LEASE_MS, now));
        plan.statements.push(sql::push_next_syncs(&runs));
    }
    // A hint for a run that was not inserted, because the account has one, finds nothing and is dropped.
    let ids = runs.iter().filter_map(|run| run.get("id").and_then(Value::as_str));
    plan.sends.extend(ids.map(|id| hint("sync", id, 0, 0)));
    if now.div_euclid(MINUTE_MS) % 60 == 0 {
        plan.statements.push(sql::forget_old_keys(now - KEPT_MS));
    }
    rollout::plan(rows_at(rows, 2)?, &mut plan, now)?;
    pace::wake(rows_at(rows, 4)?, &mut plan, now)?;
    Ok(plan)
}

impl AccountRow {
    /// The run that is due. Its id follows from the time that it was due at: two ticks at once start one run.
    fn run(&self, now: NowMs) -> Value {
        let seed = format!("auto\n{}\n{}\n{}", self.owner, self.id, self.next_sync_ms);
        let mut run = Run::new(Mode::All, CreateLineage::Auto, false, None);
        run.stand_on(self.scans.as_deref());
        json!({
            "id": mint("run_", now, &seed),
            "owner": self.owner,
            "account": self.id,
            "body": serde_json::to_string(&run).unwrap_or_default(),
            "next_ms": next_sync_ms(&self.auto_sync, now),
        })
    }
}

/// When an account is due again.
#[must_use]
pub fn next_sync_ms(auto_sync: &str, now: NowMs) -> i64 {
    now + if auto_sync == "hourly" { HOUR_MS } else { 24 * HOUR_MS }
}

/// Takes a message that its queue has given up: its job shows that, and is tried again by the tick.
#[must_use]
pub fn bury(message: &Message, now: NowMs) -> Step<Disposition> {
    let error = json!({
        "class": "unknown",
        "code": "dead_letter",
        "message": "the step failed at every delivery; the service's log says why",
        "retry_after_s": null,
    });
    let record = sql::record_dead_letter(&message.job, message.step, &error, now + REST_MS, now);
    Step::commit(Plan { statements: vec![mark_dead(message, now), record], sends: Vec::new() }, |_, _| {
        Step::End(Disposition::Ack)
    })
}
