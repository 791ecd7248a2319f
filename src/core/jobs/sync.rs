//! The sync job: one page of one listing a step. It asks the provider once; a page that came is left
//! to `page`, a failure to `stop`.

mod closing;
mod page;
mod shift;
mod stop;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::core::jobs::ledger::Ledger;
use crate::core::jobs::row::JobRow;
use crate::core::jobs::run::{Cost, Run};
use crate::core::jobs::walk::Walk;
use crate::core::media::Feed;
use crate::core::providers::failure::{Class, Failure};
use crate::core::providers::pixverse::listing::{Listing, page_call, parse_page};
use crate::core::sql::inventory::{DueStep, guard};
use crate::core::sql::jobs as sql;
use crate::core::sql::scans::record_scans;
use crate::core::statement::{BadRows, Plan, Statement};
use crate::core::step::{Disposition, MAX_TRIES, NowMs, ProviderCall, Reply, Step};
use page::Received;

/// A run whose row has been read.
#[derive(Clone)]
struct DueRun {
    row: JobRow,
    run: Run,
}

/// Works on the step of a run that is due; `spent` is what the step before has cost.
#[must_use]
pub fn step(row: JobRow, spent: Cost, now: NowMs) -> Step<Disposition> {
    let run = match serde_json::from_str::<Run>(&row.body) {
        Ok(run) => run,
        Err(error) => return broken(&error.to_string()),
    };
    let mut due = DueRun { row, run };
    due.run.cost.add(spent);
    due.run.paused = None;
    let Some((index, listing)) = due.run.current() else {
        return match due.run.closing.clone() {
            Some(closing) if !closing.is_over => due.close(closing),
            _ => due.finish("done", now),
        };
    };
    let Some(call) = due.page_call(&due.run) else {
        let failure = Failure {
            class: Class::Auth,
            code: "no_credential".to_owned(),
            message: "the account holds no credential".to_owned(),
            retry_after_s: None,
        };
        return due.stop(failure, now);
    };
    Step::call(vec![call], move |replies, now| due.answered(index, listing, replies.into_iter().next(), now))
}

/// The body of a run that waits, with what the step before has cost; `None` when it cannot be read.
#[must_use]
pub fn body_with(row: &JobRow, spent: Cost) -> Option<String> {
    let mut run = serde_json::from_str::<Run>(&row.body).ok()?;
    run.cost.add(spent);
    run.going_since = None;
    Some(body(&run))
}

fn broken(reason: &str) -> Step<Disposition> {
    let error = BadRows { reason: reason.to_owned() };
    Step::End(crate::core::inventory::intake::Broken::broken(&error))
}

impl DueRun {
    /// What a run asks for next; `None` when it asks for nothing, or has no credential to ask with.
    fn page_call(&self, run: &Run) -> Option<ProviderCall> {
        let (index, listing) = run.current()?;
        let part = run.walks.get(index).map(Walk::part).unwrap_or_default();
        Some(page_call(&self.row.access()?, listing, part))
    }

    fn due_step(&self) -> DueStep {
        DueStep { job: self.row.id.clone(), step: self.row.step }
    }

    /// Holds a batch that changes nothing of the inventory to the step that is due.
    fn guard(&self) -> Statement {
        guard(self.row.owner, Some(&self.due_step()), &BTreeSet::new(), 0, &[])
    }

    /// Seconds between two pages. The provider's own client asks about once a second; the simulator does not mind.
    fn pace_s(&self) -> u32 {
        let per_minute = self.row.calls_per_minute.and_then(|calls| u32::try_from(calls).ok());
        match per_minute {
            Some(calls) if calls >= 60 => 0,
            Some(calls) => 60u32.div_ceil(calls.max(1)),
            None => u32::from(self.row.sandbox != 1),
        }
    }

    fn answered(
        mut self,
        index: usize,
        listing: Listing,
        reply: Option<Reply>,
        now: NowMs,
    ) -> Step<Disposition> {
        self.run.provider_calls += 1;
        let reply = reply.unwrap_or_else(|| Reply::Cut { reason: "no answer".to_owned() });
        match parse_page(&reply) {
            Ok(page) => match Ledger::of(&self.row, Feed::Listing.as_str(), now) {
                Ok(ledger) => Received::read(self, index, listing, page, ledger, now).take_in(MAX_TRIES),
                Err(error) => broken(&error.reason),
            },
            Err(failure) => self.stop(failure, now),
        }
    }

    /// Writes down for later runs what this one has established.
    fn record_scans(&self, run: &Run) -> Option<Statement> {
        let scans = run.established(self.row.created_ms);
        let account = self.row.account.as_deref().filter(|_| !run.dry_run && !scans.is_empty())?;
        Some(record_scans(self.row.owner, account, &Value::Object(scans)))
    }

    fn finish(mut self, state: &'static str, now: NowMs) -> Step<Disposition> {
        self.run.ended_ms = Some(now);
        Step::commit(self.update(self.row.step, state, now, now), |_, _| Step::End(Disposition::Ack))
    }

    /// The guarded update of the run's own row; nothing of the inventory changes.
    fn update(&self, step: i64, state: &'static str, due_ms: i64, now: NowMs) -> Plan {
        Plan {
            statements: vec![
                self.guard(),
                sql::advance_job(&self.row.id, step, state, due_ms, &body(&self.run), now),
            ],
            sends: Vec::new(),
        }
    }
}

/// A run's state as its job's row keeps it.
fn body(run: &Run) -> String {
    serde_json::to_string(run).unwrap_or_default()
}
