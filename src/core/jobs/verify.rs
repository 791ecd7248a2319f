//! Looking for files, twenty assets a step: a HEAD for each, and for what is gone one question by id for a fresh url.
//! Which hosts may be asked is left to `providers::address`, what is written to `verify::found`.

mod found;
pub mod pace;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::core::inventory::intake::{Broken, take_in};
use crate::core::jobs::paged::{Paged, commit};
use crate::core::jobs::push::place;
use crate::core::jobs::received::{self, Received};
use crate::core::jobs::row::JobRow;
use crate::core::jobs::verify::found::{File, Looks};
use crate::core::jobs::{LEASE_MS, hint};
use crate::core::media::{Api, Feed, Making};
use crate::core::providers::failure::Class;
use crate::core::providers::pixverse::account::explain;
use crate::core::providers::pixverse::calls::head_call;
use crate::core::providers::pixverse::create::{parse_result, result_call};
use crate::core::providers::pixverse::listing::Listing;
use crate::core::sql::accounts::record_credential_state;
use crate::core::sql::assets::LAST_MS;
use crate::core::sql::inventory::{DueStep, guard};
use crate::core::sql::links::{FileRow, files_of, files_page};
use crate::core::sql::pace::other_look;
use crate::core::sql::{drift, jobs as sql};
use crate::core::statement::{BadRows, Plan, Rows, Statement, rows_at};
use crate::core::step::{Disposition, MAX_TRIES, NowMs, Reply, Step};

/// What such a job counts: `seen` is the sum of the others.
pub const COUNTERS: [&str; 6] = ["seen", "ok", "broken", "undecided", "not_checkable", "skipped"];

/// Assets of a step: twenty HEADs and twenty questions stay below the platform's fifty calls.
const BATCH: usize = 20;
/// How often what nobody could decide is looked for again.
const MAX_ROUNDS: u64 = 3;
/// How long that waits: longer than a new file needs to reach every cache.
const ROUND_DELAY_S: u32 = 200;
/// At most this many wait for another look.
const MOST_AGAIN: usize = 500;

/// How far the job is.
#[derive(Clone)]
struct Progress {
    row: JobRow,
    body: Paged,
    /// The last (time, id) of the walk; `None` when it is over or there is none.
    at: Option<(i64, String)>,
    /// Named assets that are still to be looked at.
    left: Vec<String>,
    /// Those that could not be decided.
    again: Vec<String>,
    round: u64,
    is_slow: bool,
    /// Files a step.
    batch: usize,
}

/// Looks for the next files.
#[must_use]
pub fn step(row: JobRow) -> Step<Disposition> {
    let progress = match Progress::parse(row) {
        Ok(progress) => progress,
        Err(error) => return Step::End(Disposition::broken(&error)),
    };
    let account = progress.row.identity.as_deref().unwrap_or_default();
    let owner = progress.row.owner;
    let ids: Vec<String> = progress.left.iter().take(BATCH).cloned().collect();
    let mut reads = vec![match &progress.at {
        Some((ms, id)) => files_page(owner, account, (*ms, id), progress.batch),
        None => files_of(owner, account, &ids),
    }];
    if progress.is_slow {
        reads.push(other_look(owner, progress.row.account.as_deref().unwrap_or_default(), &progress.row.id));
    }
    Step::read(reads, move |rows, now| match found_in(&rows) {
        Ok((files, false)) => progress.look(files, &ids, now),
        Ok((_, true)) => progress.give_way(now),
        Err(error) => Step::End(Disposition::broken(&error)),
    })
}

/// The files, and whether another job looks at them.
fn found_in(rows: &[Rows]) -> Result<(Vec<FileRow>, bool), BadRows> {
    let other = rows.get(1).map(Rows::first::<()>).transpose()?.flatten();
    Ok((rows_at(rows, 0)?.parse()?, other.is_some()))
}

impl Progress {
    fn parse(row: JobRow) -> Result<Self, BadRows> {
        let body = Paged::parse(&row.body)?;
        let texts = |value: &Value| -> Vec<String> {
            value.as_array().into_iter().flatten().filter_map(Value::as_str).map(ToOwned::to_owned).collect()
        };
        let after = body.after();
        let named = body.asked("asset_ids");
        let (at, left) = if after.is_null() {
            (named.is_null().then(|| (LAST_MS, String::new())), texts(named))
        } else {
            let at = after.pointer("/at/0").and_then(Value::as_i64);
            let id = after.pointer("/at/1").and_then(Value::as_str);
            (at.zip(id.map(ToOwned::to_owned)), after.get("left").map(texts).unwrap_or_default())
        };
        let is_slow = pace::is_slow(&body);
        // Who goes round begins anew.
        let at = if is_slow { at.or(Some((LAST_MS, String::new()))) } else { at };
        let batch = if is_slow { pace::files_at_a_time(&row) } else { BATCH };
        let again = after.get("again").map(texts).unwrap_or_default();
        let round = after.get("round").and_then(Value::as_u64).unwrap_or(0);
        Ok(Self { at, left, again, round, is_slow, batch, row, body })
    }

    /// Leaves the files to the job that somebody asked for.
    fn give_way(self, now: NowMs) -> Step<Disposition> {
        let due = DueStep { job: self.row.id.clone(), step: self.row.step };
        let guard = guard(self.row.owner, Some(&due), &BTreeSet::new(), 0, &[]);
        let mut plan = Plan { statements: vec![guard], sends: Vec::new() };
        self.body.advance(&mut plan, &self.row, true, now);
        Step::commit(plan, |_, _| Step::End(Disposition::Ack))
    }

    fn look(mut self, files: Vec<FileRow>, ids: &[String], now: NowMs) -> Step<Disposition> {
        if self.at.is_some() {
            let last = files.last().filter(|_| files.len() == self.batch);
            self.at = last.map(|file| (file.created_ms, file.id.clone()));
        } else {
            self.left.retain(|id| !ids.contains(id));
            let missing = ids.len().saturating_sub(files.len());
            self.count("skipped", missing);
        }
        let found = files.len();
        let is_wanted = |file: &FileRow| !self.is_slow || pace::is_stale(file, now);
        let files: Vec<File> = files.into_iter().filter(is_wanted).filter_map(File::of).collect();
        self.count("skipped", found - files.len());
        let calls = files.iter().map(|file| head_call(self.row.sandbox == 1, &file.url)).collect();
        Step::call(calls, move |replies, now| self.answered(Looks::of(files, &replies, now)))
    }

    fn count(&mut self, counter: &str, more: usize) {
        self.body.count("seen", more);
        self.body.count(counter, more);
    }

    fn answered(mut self, looks: Looks) -> Step<Disposition> {
        self.count("ok", looks.ok.len());
        self.count("broken", looks.broken.len());
        self.count("not_checkable", looks.not_checkable);
        // At the slow pace a file's next turn is its second look.
        let most = if self.is_slow { 0 } else { MOST_AGAIN };
        let room = most.saturating_sub(self.again.len());
        self.count("undecided", looks.undecided.len().saturating_sub(room));
        self.again.extend(looks.undecided.iter().take(room).cloned());
        self.ask_again(looks)
    }

    /// Asks by id for what is gone, where there is a credential to ask with.
    fn ask_again(self, looks: Looks) -> Step<Disposition> {
        let api = self.row.api.as_deref().and_then(Api::parse).unwrap_or(Api::Library);
        let is_refused = self.is_slow && self.row.account_state.as_deref() == Some("auth_required");
        let access = self.row.access().filter(|_| !is_refused);
        let mut asked = Vec::new();
        let mut calls = Vec::new();
        for (file, _) in &looks.broken {
            let is_created = file.making == Some(Making::Created);
            let Some((access, id)) = access.as_ref().zip(file.provider_id.as_ref()).filter(|_| is_created)
            else {
                continue;
            };
            if let Some(call) = result_call(access, api, file.media_type, id) {
                asked.push((file.media_type, id.clone()));
                calls.push(call);
            }
        }
        Step::call(calls, move |replies, now| {
            let mut received = Received::new(Feed::Detail, now);
            let mut refused = None;
            for ((media_type, id), reply) in asked.iter().zip(&replies) {
                let listing = Listing { media_type: *media_type, making: Making::Created };
                refused = self.receive(&mut received, listing, id, reply, now).or(refused);
            }
            self.take(received, looks, refused, MAX_TRIES)
        })
    }

    /// Takes in what an id was answered with; says so where the account's credential was refused.
    fn receive(
        &self,
        into: &mut Received,
        listing: Listing,
        id: &str,
        reply: &Reply,
        now: NowMs,
    ) -> Option<String> {
        match parse_result(reply) {
            Ok(text) => {
                into.read(place(&self.row, listing, Feed::Detail, now), &text, Some(id));
                None
            }
            Err(failure) => {
                let refused = (failure.class == Class::Auth).then(|| explain(&failure));
                into.miss(id, failure.class.as_str(), failure.message);
                refused
            }
        }
    }

    /// A refused credential is noted on the account. The looks go on: a file is asked for without one.
    fn refused(&self, reason: Option<&String>, now: NowMs) -> Option<Statement> {
        let (account, credential) = self.row.account.as_ref().zip(self.row.credential.as_ref())?;
        Some(record_credential_state(self.row.owner, account, credential, Some(reason?), now))
    }

    fn take(
        self,
        received: Received,
        looks: Looks,
        refused: Option<String>,
        tries: u32,
    ) -> Step<Disposition> {
        let due = DueStep { job: self.row.id.clone(), step: self.row.step };
        take_in(received.intake(self.row.owner, Some(due)), move |taken, now| {
            let mut next = self.clone();
            let mut plan = Plan { statements: taken.statements.clone(), sends: taken.sends.clone() };
            // What was asked again has outcomes among the job's items; here it counts as a reason, and its failures are named.
            let mut asked = Paged::new(Value::Null, &received::COUNTERS);
            plan.statements.extend(received.record(&self.row, &taken, &mut asked));
            next.note_asked(&asked, looks.renewed(&taken.settled));
            plan.statements.extend(looks.statements(&self.row, now));
            plan.statements.extend(drift::write_findings(
                self.row.owner,
                &looks.findings(&self.row, now),
                now,
            ));
            plan.statements.extend(self.refused(refused.as_ref(), now));
            next.advance(&mut plan, now);
            commit(plan, tries, move |tries| self.take(received, looks, refused, tries))
        })
    }

    fn note_asked(&mut self, asked: &Paged, renewed: usize) {
        for _ in 0..asked.counted("seen") {
            self.body.count_reason("asked_again");
        }
        for _ in 0..renewed {
            self.body.count_reason("renewed");
        }
        for failure in asked.failures().as_array().into_iter().flatten() {
            self.body.fail(failure.clone());
        }
    }

    fn advance(mut self, plan: &mut Plan, now: NowMs) {
        if self.is_slow {
            let has_been_round = self.at.is_none();
            plan.statements.extend(pace::rest(&self.row, now).filter(|_| has_been_round));
            self.body.move_behind(json!({ "at": self.at }));
            return self.body.advance(plan, &self.row, true, now);
        }
        let is_through = self.at.is_none() && self.left.is_empty();
        let has_round = is_through && !self.again.is_empty() && self.round < MAX_ROUNDS;
        if has_round {
            self.left = std::mem::take(&mut self.again);
            self.round += 1;
        } else if is_through {
            let undecided = self.again.len();
            self.count("undecided", undecided);
        }
        let after = json!({ "at": self.at, "left": self.left, "again": self.again, "round": self.round });
        self.body.move_behind(after);
        if !has_round {
            return self.body.advance(plan, &self.row, is_through, now);
        }
        let step = self.row.step + 1;
        let due_ms = now + i64::from(ROUND_DELAY_S) * 1_000 + LEASE_MS;
        plan.statements.push(sql::advance_job(&self.row.id, step, "active", due_ms, &self.body.text(), now));
        plan.sends.push(hint(&self.row.kind, &self.row.id, step, ROUND_DELAY_S));
    }
}
