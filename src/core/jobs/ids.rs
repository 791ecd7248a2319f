//! Asking for assets by their ids, twenty a step. What the provider has no asset for is an outcome of its own, never an
//! empty success; what it could not answer for now stays to be asked, when it says so.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::core::inventory::intake::{Broken, take_in};
use crate::core::jobs::paged::{Paged, commit};
use crate::core::jobs::push::place;
use crate::core::jobs::received::Received;
use crate::core::jobs::row::JobRow;
use crate::core::jobs::{LEASE_MS, hint};
use crate::core::media::{Api, Feed, Making, MediaType};
use crate::core::providers::failure::{Class, Failure};
use crate::core::providers::pixverse::account::explain;
use crate::core::providers::pixverse::calls::AccountAccess;
use crate::core::providers::pixverse::create::{parse_result, result_call};
use crate::core::providers::pixverse::listing::Listing;
use crate::core::sql::accounts::record_credential_state;
use crate::core::sql::inventory::{DueStep, guard};
use crate::core::sql::jobs as sql;
use crate::core::sql::run_control::{Waiting, pause_until_renewed};
use crate::core::statement::{BadRows, Plan, Statement};
use crate::core::step::{Disposition, MAX_TRIES, NowMs, Reply, Step};

/// Calls of a step.
const MOST_CALLS: usize = 20;
/// How often nothing at all may come of a step before the job is failed for a person to look at.
const MAX_ATTEMPTS: u32 = 8;
/// The longest wait that the provider did not ask for, in seconds.
const MAX_DELAY_S: u32 = 900;

/// A job whose body was read, with what is still to be asked.
#[derive(Clone)]
struct Asking {
    row: JobRow,
    body: Paged,
    media_type: MediaType,
    left: Vec<String>,
    attempts: u32,
}

/// Asks for the next ids.
#[must_use]
pub fn step(row: JobRow, now: NowMs) -> Step<Disposition> {
    let asking = match Asking::parse(row) {
        Ok(asking) => asking,
        Err(error) => return Step::End(Disposition::broken(&error)),
    };
    let Some(access) = asking.access() else {
        return asking.wait_for_credential(&no_credential(), now);
    };
    let api = asking.row.api.as_deref().and_then(Api::parse).unwrap_or(Api::Library);
    let mut ids = Vec::new();
    let mut calls = Vec::new();
    for id in asking.left.iter().take(MOST_CALLS) {
        if let Some(call) = result_call(&access, api, asking.media_type, id) {
            ids.push(id.clone());
            calls.push(call);
        }
    }
    Step::call(calls, move |replies, now| asking.answered(&ids, &replies, now))
}

impl Asking {
    fn parse(row: JobRow) -> Result<Self, BadRows> {
        let body = Paged::parse(&row.body)?;
        let ids = body.after().get("left").unwrap_or(body.asked("ids"));
        let ids = ids.as_array().into_iter().flatten().filter_map(Value::as_str);
        let left = ids.map(ToOwned::to_owned).collect();
        let attempts = body.after().get("attempts").and_then(Value::as_u64).unwrap_or(0);
        let media_type = body.asked("media_type").as_str().and_then(MediaType::parse);
        Ok(Self {
            row,
            media_type: media_type.unwrap_or(MediaType::Video),
            left,
            attempts: u32::try_from(attempts).unwrap_or(MAX_ATTEMPTS),
            body,
        })
    }

    fn access(&self) -> Option<AccountAccess> {
        let row = &self.row;
        AccountAccess::from_row(
            row.sandbox == 1,
            row.workspace.as_deref().unwrap_or("0"),
            row.credential.as_deref(),
            row.credential_kind.as_deref(),
        )
    }

    fn answered(mut self, ids: &[String], replies: &[Reply], now: NowMs) -> Step<Disposition> {
        let listing = Listing { media_type: self.media_type, making: Making::Created };
        let mut received = Received::new(Feed::Detail, now);
        let mut done = BTreeSet::new();
        let mut waits: Option<Failure> = None;
        for (id, reply) in ids.iter().zip(replies) {
            match parse_result(reply) {
                Ok(text) => received.read(place(&self.row, listing, Feed::Detail, now), &text, Some(id)),
                Err(failure) if failure.class == Class::Auth => {
                    return self.wait_for_credential(&failure, now);
                }
                Err(failure) if failure.class.is_passing() => {
                    if waits.as_ref().is_none_or(|known| known.retry_after_s < failure.retry_after_s) {
                        waits = Some(failure);
                    }
                    continue;
                }
                Err(failure) => received.miss(id, failure.class.as_str(), failure.message),
            }
            done.insert(id.clone());
        }
        self.attempts = if waits.is_none() || !done.is_empty() { 0 } else { self.attempts + 1 };
        match waits {
            Some(failure) if self.attempts >= MAX_ATTEMPTS => self.fail(&failure, now),
            waits => {
                self.left.retain(|id| !done.contains(id));
                let delay_s = waits.map_or(0, |failure| self.delay_s(&failure));
                self.take(received, delay_s, MAX_TRIES)
            }
        }
    }

    fn delay_s(&self, failure: &Failure) -> u32 {
        let backoff = 2u32.saturating_pow(self.attempts).saturating_mul(2).min(MAX_DELAY_S);
        failure.retry_after_s.unwrap_or(backoff)
    }

    fn take(self, received: Received, delay_s: u32, tries: u32) -> Step<Disposition> {
        let due = DueStep { job: self.row.id.clone(), step: self.row.step };
        take_in(received.intake(self.row.owner, Some(due)), move |taken, now| {
            let mut body = self.body.clone();
            let mut plan = Plan { statements: taken.statements.clone(), sends: taken.sends.clone() };
            plan.statements.extend(received.record(&self.row, &taken, &mut body));
            body.move_behind(json!({ "left": self.left, "attempts": self.attempts }));
            if delay_s == 0 {
                body.advance(&mut plan, &self.row, self.left.is_empty(), now);
            } else {
                self.come_back(&body, delay_s, &mut plan, now);
            }
            commit(plan, tries, move |tries| self.take(received, delay_s, tries))
        })
    }

    fn come_back(&self, body: &Paged, delay_s: u32, plan: &mut Plan, now: NowMs) {
        let (row, step) = (&self.row, self.row.step + 1);
        let due_ms = now + i64::from(delay_s) * 1_000 + LEASE_MS;
        plan.statements.push(sql::advance_job(&row.id, step, "active", due_ms, &body.text(), now));
        plan.sends.push(hint(&row.kind, &row.id, step, delay_s));
    }

    /// Stops until a person has looked; a replay goes on with the same ids.
    fn fail(self, failure: &Failure, now: NowMs) -> Step<Disposition> {
        let Self { row, mut body, .. } = self;
        body.fail(json!({ "id": row.account, "reason": failure.class.as_str(), "detail": explain(failure) }));
        body.end(now);
        let failed = sql::advance_job(&row.id, row.step, "failed", now, &body.text(), now);
        end(&row, vec![failed])
    }

    /// Waits until the account is connected again, as a run does.
    fn wait_for_credential(self, failure: &Failure, now: NowMs) -> Step<Disposition> {
        let row = &self.row;
        let waiting = Waiting {
            owner: row.owner,
            id: &row.id,
            step: row.step,
            body: &row.body,
            account: row.account.as_deref(),
            credential: row.credential.as_deref(),
        };
        let mut statements = vec![pause_until_renewed(&waiting, now)];
        if let (Some(account), Some(credential)) = (&row.account, &row.credential) {
            let detail = explain(failure);
            statements.push(record_credential_state(row.owner, account, credential, Some(&detail), now));
        }
        end(row, statements)
    }
}

/// Ends the step with what it comes to, if it is still due.
fn end(row: &JobRow, mut statements: Vec<Statement>) -> Step<Disposition> {
    let due = DueStep { job: row.id.clone(), step: row.step };
    statements.insert(0, guard(row.owner, Some(&due), &BTreeSet::new(), 0, &[]));
    Step::commit(Plan { statements, sends: Vec::new() }, |_, _| Step::End(Disposition::Ack))
}

fn no_credential() -> Failure {
    Failure {
        class: Class::Auth,
        code: "no_credential".to_owned(),
        message: "the account holds no credential".to_owned(),
        retry_after_s: None,
    }
}
