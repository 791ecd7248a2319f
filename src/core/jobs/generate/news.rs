//! What a generation hears from the provider, and what follows: the outputs and their records in one batch with the
//! inventory, another try, or an end. The generation is read again first, for a user may have given it up meanwhile.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::{Job, Work, try_again};
use crate::core::alias::Alias;
use crate::core::generation::history::Event;
use crate::core::generation::progress::Output;
use crate::core::generation::state::State;
use crate::core::inventory::identity::Root;
use crate::core::inventory::intake::{Broken, Intake, Sources, Taken, take_in};
use crate::core::jobs::hint;
use crate::core::jobs::poll::{next_step_of, poll_job, statuses_in};
use crate::core::jobs::read_answer::records;
use crate::core::media::{Making, Status};
use crate::core::providers::failure::{Class, Failure};
use crate::core::providers::pixverse;
use crate::core::providers::pixverse::account::explain;
use crate::core::providers::pixverse::create::{CreateFailure, Created, Fate, next_look_ms};
use crate::core::sql::accounts::record_credential_state;
use crate::core::sql::generations as sql;
use crate::core::statement::{Plan, Statement};
use crate::core::step::{Committed, Disposition, NowMs, Step};

/// What is heard of a request.
#[derive(Clone)]
pub enum News {
    /// The provider named the outputs.
    Created(Created),
    /// The outputs stood in a listing.
    Found(Vec<String>),
    /// There is no id: what is to be believed about it stands with it.
    Refused(CreateFailure),
    /// It was looked for and not found, and it is not sent again now.
    NothingFound,
    /// It could not be looked for.
    LookFailed(Failure),
    /// Nobody waits any longer.
    TimeIsOver,
}

impl Work {
    /// Takes news in. When somebody else changed the generation meanwhile, it is read and the same news taken in again:
    /// the provider is not asked twice.
    pub fn hear(self, news: News, now: NowMs) -> Step<Disposition> {
        let kept = news.clone();
        match news {
            News::Created(created) => self.accept(created, Event::Accepted, kept),
            News::Found(ids) => {
                let created = Created { ids, fail_count: 0, cost_credits: None };
                self.accept(created, Event::Found, kept)
            }
            News::Refused(failure) => self.refused(failure, kept, now),
            News::NothingFound => self.not_found(json!({}), None, kept, now),
            News::LookFailed(failure) => {
                let detail = json!({ "class": failure.class, "code": failure.code });
                self.not_found(detail, Some(failure), kept, now)
            }
            News::TimeIsOver => {
                let mut work = self;
                work.generation.give_up(now);
                work.settle(Vec::new(), Job::Over, kept, now)
            }
        }
    }

    fn not_found(
        mut self,
        detail: serde_json::Value,
        failure: Option<Failure>,
        kept: News,
        now: NowMs,
    ) -> Step<Disposition> {
        self.generation.note(Event::LookedFor, detail, now);
        let account = self.account_news(failure.as_ref(), now);
        self.generation.progress.error = failure.clone().or(self.generation.progress.error);
        self.later(failure.and_then(|failure| failure.retry_after_s), account, kept, now)
    }

    /// Comes back later; behind the last send not more often than the deadline asks for.
    fn later(
        mut self,
        retry_after_s: Option<u32>,
        more: Vec<Statement>,
        kept: News,
        now: NowMs,
    ) -> Step<Disposition> {
        self.generation.progress.tries += 1;
        let due_ms = now + i64::from(self.wait_s(retry_after_s)) * 1_000;
        self.settle(more, Job::Next(due_ms), kept, now)
    }

    fn refused(mut self, told: CreateFailure, kept: News, now: NowMs) -> Step<Disposition> {
        let CreateFailure { fate, failure } = told;
        let more = self.account_news(Some(&failure), now);
        let detail = json!({ "class": failure.class, "code": failure.code });
        let generation = &mut self.generation;
        match fate {
            // An answer was lost before this one: a refusal of the repetition does not prove that nothing was made.
            Fate::Wait | Fate::Failed if generation.progress.is_lost => {
                generation.note(Event::TurnedAway, detail, now);
                generation.progress.error = Some(failure.clone());
                self.later(failure.retry_after_s, more, kept, now)
            }
            Fate::Unconfirmed => {
                generation.progress.is_lost = true;
                generation.note(Event::AnswerLost, detail, now);
                generation.progress.error = Some(failure.clone());
                self.later(failure.retry_after_s, more, kept, now)
            }
            Fate::Wait => {
                generation.progress.turn_away();
                generation.note(Event::TurnedAway, detail, now);
                generation.progress.error = Some(failure.clone());
                generation.turn(State::Pending, now);
                if generation.progress.is_cancelled {
                    return self.settle(more, Job::Over, kept, now);
                }
                self.later(failure.retry_after_s, more, kept, now)
            }
            Fate::Filtered | Fate::Failed => {
                let state = if fate == Fate::Filtered { State::Filtered } else { State::Failed };
                generation.fail(state, failure, now);
                self.settle(more, Job::Over, kept, now)
            }
        }
    }

    /// What a refusal says of the account's credential.
    fn account_news(&self, failure: Option<&Failure>, now: NowMs) -> Vec<Statement> {
        match (failure, &self.row.credential) {
            (Some(failure), Some(credential)) if failure.class == Class::Auth => {
                let (owner, id) = (self.row.owner, &self.generation.account);
                vec![record_credential_state(owner, id, credential, Some(&explain(failure)), now)]
            }
            _ => Vec::new(),
        }
    }

    fn settle(self, more: Vec<Statement>, job: Job, kept: News, now: NowMs) -> Step<Disposition> {
        let plan = self.plan(Vec::new(), more, job, now);
        self.run(plan, kept)
    }

    fn run(self, plan: Plan, kept: News) -> Step<Disposition> {
        let (row, tries) = (self.row, self.tries);
        Step::commit(plan, move |committed, _| match committed {
            Committed::Done | Committed::Stale => Step::End(Disposition::Ack),
            Committed::Conflict | Committed::Duplicate => {
                try_again(row, tries, move |work, now| work.hear(kept, now))
            }
        })
    }

    /// Takes the outputs in: their records with the inputs as sources, the generation, and the look that is due next, in
    /// one batch.
    fn accept(mut self, created: Created, event: Event, kept: News) -> Step<Disposition> {
        let (api, media_type) = (self.api(), self.generation.request.media_type);
        let root = |id: &str| Alias::id(pixverse::PROVIDER_ID, api, media_type, Making::Created, id).text();
        let progress = &mut self.generation.progress;
        progress.outputs = created.ids.iter().map(|id| Output::new(id.clone(), root(id))).collect();
        progress.lacking = created.fail_count;
        progress.charged = created.cost_credits.and_then(|credits| u64::try_from(credits).ok());
        progress.is_unconfirmed = false;
        progress.tries = 0;
        progress.error = None;
        let account = self.row.identity.clone().unwrap_or_default();
        let incoming = match records(&self.generation, api, &account) {
            Ok(incoming) => incoming,
            Err(error) => return Step::End(Disposition::broken(&error)),
        };
        let intake = Intake {
            owner: self.row.owner,
            due: Some(self.due()),
            incoming,
            sources: Sources::All,
            evaluated: BTreeSet::from([self.generation.id.clone()]),
            ..Intake::default()
        };
        take_in(intake, move |taken, now| self.accepted(taken, event, kept, now))
    }

    fn accepted(mut self, taken: Taken, event: Event, kept: News, now: NowMs) -> Step<Disposition> {
        let generation = &mut self.generation;
        let progress = &generation.progress;
        let detail = json!({
            "outputs": progress.outputs.len(), "refused": progress.lacking, "credits": progress.charged,
        });
        generation.note(event, detail, now);
        generation.look_ms = Some(now + next_look_ms(0));
        // It may have been seen before its answer was written down: a lost answer, a fast provider, a scan between.
        let statuses: BTreeMap<Root, Status> = statuses_in(&taken);
        generation.hear(&statuses, now);
        let mut more = vec![sql::insert_outputs(
            self.row.owner,
            &generation.id,
            &generation.progress.outputs.iter().map(|output| output.root.as_str()).collect::<Vec<_>>(),
        )];
        let mut sends = taken.sends;
        if let Some(look_ms) = generation.look_ms {
            let poll = poll_job(self.row.owner, &generation.account);
            more.push(sql::wake_poll(self.row.owner, &poll, &generation.account, look_ms, now));
            let delay_s = u32::try_from((look_ms - now) / 1_000).unwrap_or(0);
            sends.push(hint("poll", &poll, next_step_of(self.poll.as_ref()), delay_s));
        }
        let mut plan = self.plan(taken.statements, more, Job::Over, now);
        plan.sends.extend(sends);
        self.run(plan, kept)
    }
}
