//! The generate job: one request, from its row to the provider's word for its outputs. What will be sent is written down
//! before it is sent; a step that finds it written down and not answered looks for what came of it, and sends it again
//! only under the same keys. Looking after the outputs is left to the poll job.

mod inputs;
mod look;
mod news;
mod send;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::core::generation::request::GenerationRequest;
use crate::core::generation::stored::{Generation, GenerationRow};
use crate::core::ids::short_digest;
use crate::core::inventory::intake::Broken;
use crate::core::jobs::poll::{PollStanding, poll_job};
use crate::core::jobs::row::JobRow;
use crate::core::jobs::{LEASE_MS, hint};
use crate::core::media::Api;
use crate::core::providers::failure::{Class, Failure};
use crate::core::providers::pixverse::calls::AccountAccess;
use crate::core::providers::pixverse::create::{CreateFailure, Fate, as_sent};
use crate::core::sql::generations as sql;
use crate::core::sql::inventory::{DueStep, guard};
use crate::core::sql::jobs::advance_job;
use crate::core::statement::{BadRows, Plan, Rows, Statement, rows_at};
use crate::core::step::{Committed, Disposition, MAX_TRIES, NowMs, Step};
use news::News;

/// How often a request is sent while its answers get lost. Behind that it is only looked for.
const MOST_SENDS: u32 = 5;
/// How often something that the user gave up is still looked for, when nobody knows whether it was made.
const MOST_LAST_LOOKS: u32 = 4;
/// How long a request waits for room at the provider before it fails: as long as anybody would watch it.
const WAIT_FOR_ROOM_MS: i64 = 6 * 3_600_000;
/// The longest wait between two tries, in seconds.
const LONGEST_WAIT_S: u32 = 300;

/// A generation with the job that works on it, as they were read.
#[derive(Clone)]
struct Work {
    row: JobRow,
    generation: Generation,
    poll: Option<PollStanding>,
    tries: u32,
}

/// What becomes of the job in a batch.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Job {
    /// It is over.
    Over,
    /// Its next step is due then.
    Next(NowMs),
}

/// Works on the step of a generate job that is due.
#[must_use]
pub fn step(row: JobRow) -> Step<Disposition> {
    read(row, MAX_TRIES, decide)
}

/// Reads the generation and goes on. One that is not there any more ends the job.
fn read(
    row: JobRow,
    tries: u32,
    then: impl FnOnce(Work, NowMs) -> Step<Disposition> + 'static,
) -> Step<Disposition> {
    let body: Value = serde_json::from_str(&row.body).unwrap_or_default();
    let Some(id) = body.get("generation").and_then(Value::as_str) else {
        let reason = format!("job {} names no generation", row.id);
        return Step::End(Disposition::broken(&BadRows { reason }));
    };
    let poll = poll_job(row.owner, row.account.as_deref().unwrap_or_default());
    let statements = vec![sql::generations(row.owner, &[id.to_owned()]), sql::job_standing(row.owner, &poll)];
    Step::read(statements, move |rows, now| match found(&rows) {
        Ok(Some((generation, poll))) => then(Work { row, generation, poll, tries }, now),
        Ok(None) => Step::End(Disposition::Ack),
        Err(error) => Step::End(Disposition::broken(&error)),
    })
}

fn found(rows: &[Rows]) -> Result<Option<(Generation, Option<PollStanding>)>, BadRows> {
    let poll = rows_at(rows, 1)?.first()?;
    let row = rows_at(rows, 0)?.first::<GenerationRow>()?;
    Ok(row.map(Generation::read).transpose()?.map(|generation| (generation, poll)))
}

/// What is due for a request, by what is established of it.
fn decide(mut work: Work, now: NowMs) -> Step<Disposition> {
    // Written down as sent and not answered: if there was an answer, it is lost.
    work.generation.progress.is_lost |= work.generation.progress.is_unconfirmed;
    let progress = &work.generation.progress;
    let looks_on = progress.is_unconfirmed
        && progress.is_cancelled
        && work.api() == Api::Library
        && progress.tries < MOST_LAST_LOOKS;
    if !progress.outputs.is_empty() || (work.generation.state.is_over() && !looks_on) {
        return work.commit(Vec::new(), Job::Over, now);
    }
    let Some(access) = work.access() else { return work.hear(News::Refused(no_credential()), now) };
    if !progress.is_unconfirmed {
        let waited = now - work.generation.created_ms;
        return match &progress.error {
            Some(error) if waited > WAIT_FOR_ROOM_MS => {
                let failure = error.clone();
                work.hear(News::Refused(CreateFailure { fate: Fate::Failed, failure }), now)
            }
            _ => inputs::resolve(work, access, now),
        };
    }
    if progress.deadline_ms.is_some_and(|deadline| deadline <= now) {
        return work.hear(News::TimeIsOver, now);
    }
    if work.api() == Api::Library { look::look(work, access) } else { send::again(work, access, now) }
}

fn no_credential() -> CreateFailure {
    let message = "the account holds no credential".to_owned();
    let failure =
        Failure { class: Class::Auth, code: "no_credential".to_owned(), message, retry_after_s: None };
    CreateFailure { fate: Fate::Failed, failure }
}

impl Work {
    fn api(&self) -> Api {
        self.row.api.as_deref().and_then(Api::parse).unwrap_or(Api::Library)
    }

    /// The request with what was uploaded for it.
    fn as_sent(&self) -> GenerationRequest {
        as_sent(&self.generation.request, &self.generation.progress.uploaded, self.api())
    }

    fn access(&self) -> Option<AccountAccess> {
        self.row.access()
    }

    fn due(&self) -> DueStep {
        DueStep { job: self.row.id.clone(), step: self.row.step }
    }

    /// Seconds until the next try: growing, and not the same for everyone who was turned away at the same time.
    fn wait_s(&self, retry_after_s: Option<u32>) -> u32 {
        let tries = self.generation.progress.tries.max(1);
        let longest = 5u32.saturating_mul(2u32.saturating_pow(tries - 1)).min(LONGEST_WAIT_S);
        let dice = short_digest(&format!("{}\n{tries}", self.generation.id));
        let part = dice.get(..4).and_then(|digits| u32::from_str_radix(digits, 16).ok()).unwrap_or(0);
        // Between three quarters of it and all of it.
        let jittered = longest - longest.saturating_mul(part) / (4 * 65_536);
        jittered.max(1).max(retry_after_s.unwrap_or(0))
    }

    /// The batch that writes the generation back and moves the job on, behind the guards.
    fn plan(&self, guarded: Vec<Statement>, more: Vec<Statement>, job: Job, now: NowMs) -> Plan {
        let row = &self.row;
        let mut statements = guarded;
        if statements.is_empty() {
            statements.push(guard(row.owner, Some(&self.due()), &BTreeSet::new(), 0, &[]));
        }
        statements.push(sql::guard_generations(row.owner, &[self.generation.expected()], None));
        statements.push(sql::update_generations(row.owner, &[self.generation.changed(now)]));
        statements.extend(more);
        let mut sends = Vec::new();
        statements.push(match job {
            Job::Over => advance_job(&row.id, row.step, "done", now, &row.body, now),
            Job::Next(due_ms) => {
                let delay_s = u32::try_from((due_ms - now) / 1_000).unwrap_or(0);
                sends.push(hint(&row.kind, &row.id, row.step + 1, delay_s));
                advance_job(&row.id, row.step + 1, "active", due_ms, &row.body, now)
            }
        });
        Plan { statements, sends }
    }

    /// Commits and is done with this step. When somebody else was first, everything is looked at again.
    fn commit(self, more: Vec<Statement>, job: Job, now: NowMs) -> Step<Disposition> {
        let plan = self.plan(Vec::new(), more, job, now);
        let (row, tries) = (self.row, self.tries);
        Step::commit(plan, move |committed, _| match committed {
            Committed::Done | Committed::Stale => Step::End(Disposition::Ack),
            Committed::Conflict | Committed::Duplicate => try_again(row, tries, decide),
        })
    }
}

/// Reads again behind a conflict, while that makes sense.
fn try_again(
    row: JobRow,
    tries: u32,
    then: impl FnOnce(Work, NowMs) -> Step<Disposition> + 'static,
) -> Step<Disposition> {
    if tries <= 1 {
        let reason = "too many writers".to_owned();
        return Step::End(Disposition::RetryAfter { seconds: 5, reason });
    }
    read(row, tries - 1, then)
}

/// When a step that was begun is looked at by somebody else.
const fn lease(now: NowMs) -> NowMs {
    now + LEASE_MS
}
