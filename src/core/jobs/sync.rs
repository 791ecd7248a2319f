//! The sync job: one page of one listing a step. It asks the provider once and decides what a failure means; a page
//! that came is left to `page`.

mod page;

use std::collections::BTreeSet;

use crate::core::jobs::hint;
use crate::core::jobs::row::JobRow;
use crate::core::jobs::run::Run;
use crate::core::providers::failure::{Class, Failure};
use crate::core::providers::pixverse::calls::AccountAccess;
use crate::core::providers::pixverse::listing::{Listing, page_call, parse_page};
use crate::core::sql::inventory::{DueStep, guard};
use crate::core::sql::jobs as sql;
use crate::core::statement::{BadRows, Plan};
use crate::core::step::{Disposition, MAX_TRIES, NowMs, Reply, Step};
use page::Received;

/// How often a step is tried while the provider stumbles, before the run is failed for a person to look at.
const MAX_ATTEMPTS: u32 = 8;
/// The longest wait between two tries, in seconds.
const MAX_DELAY_S: u32 = 900;

/// A run whose row has been read.
#[derive(Clone)]
struct DueRun {
    row: JobRow,
    run: Run,
}

/// Works on the step of a run that is due.
#[must_use]
pub fn step(row: JobRow, now: NowMs) -> Step<Disposition> {
    let run = match serde_json::from_str::<Run>(&row.body) {
        Ok(run) => run,
        Err(error) => return broken(&error.to_string()),
    };
    let due = DueRun { row, run };
    let Some((index, listing)) = due.run.current() else { return due.finish("done", now) };
    let Some(access) = due.access() else {
        return due.fail(
            Failure {
                class: Class::Auth,
                code: "no_credential".to_owned(),
                message: "the account holds no credential".to_owned(),
                retry_after_s: None,
            },
            now,
        );
    };
    let offset = due.run.walks.get(index).map_or(0, |walk| walk.offset);
    Step::call(vec![page_call(&access, listing, offset)], move |replies, now| {
        due.answered(index, listing, replies.into_iter().next(), now)
    })
}

fn broken(reason: &str) -> Step<Disposition> {
    let error = BadRows { reason: reason.to_owned() };
    Step::End(crate::core::inventory::intake::Broken::broken(&error))
}

impl DueRun {
    fn access(&self) -> Option<AccountAccess> {
        let row = &self.row;
        AccountAccess::from_row(
            row.sandbox == 1,
            row.workspace.as_deref().unwrap_or("0"),
            row.credential.as_deref(),
            row.credential_kind.as_deref(),
        )
    }

    fn due_step(&self) -> DueStep {
        DueStep { job: self.row.id.clone(), step: self.row.step }
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
            Ok(page) => Received::read(self, index, listing, page, now).take_in(MAX_TRIES),
            Err(failure) if failure.class.is_passing() && self.run.attempts + 1 < MAX_ATTEMPTS => {
                self.try_again(failure, now)
            }
            Err(failure) => self.fail(failure, now),
        }
    }

    /// Comes back to the same page later: the provider stumbled, nothing was established. The try is a step of its
    /// own, so that a second copy of its message neither asks before the time has come nor uses up another try.
    fn try_again(mut self, failure: Failure, now: NowMs) -> Step<Disposition> {
        self.run.attempts += 1;
        let backoff = 2u32.saturating_pow(self.run.attempts).saturating_mul(2);
        let delay_s = failure.retry_after_s.unwrap_or(backoff).min(MAX_DELAY_S);
        self.run.last_error = Some(failure);
        let due_ms = now + i64::from(delay_s) * 1_000;
        let step = self.row.step + 1;
        let mut plan = self.update(step, "active", due_ms, now);
        plan.sends.push(hint(&self.row.kind, &self.row.id, step, delay_s));
        Step::commit(plan, |_, _| Step::End(Disposition::Ack))
    }

    fn fail(mut self, failure: Failure, now: NowMs) -> Step<Disposition> {
        self.run.last_error = Some(failure);
        self.finish("failed", now)
    }

    fn finish(mut self, state: &'static str, now: NowMs) -> Step<Disposition> {
        self.run.ended_ms = Some(now);
        Step::commit(self.update(self.row.step, state, now, now), |_, _| Step::End(Disposition::Ack))
    }

    /// The guarded update of the run's own row; nothing of the inventory changes.
    fn update(&self, step: i64, state: &'static str, due_ms: i64, now: NowMs) -> Plan {
        let due = self.due_step();
        Plan {
            statements: vec![
                guard(self.row.owner, Some(&due), &BTreeSet::new(), 0, &[]),
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
