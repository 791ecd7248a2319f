//! The sync job: one page of one listing a step. It asks the provider once, takes the page in, and commits assets,
//! counters, cursor and the next step together. On a conflict it decides again with the same answer.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::core::gather::set_of;
use crate::core::ids::{mint, short_digest};
use crate::core::inventory::intake::{Intake, Taken, take_in};
use crate::core::inventory::world::Incoming;
use crate::core::jobs::ledger::{Ledger, read_and_look};
use crate::core::jobs::quarantine::quarantine;
use crate::core::jobs::read_row::{Place, Unreadable};
use crate::core::jobs::row::JobRow;
use crate::core::jobs::run::{Counts, CreateLineage, Outcome, Run};
use crate::core::jobs::{LEASE_MS, hint};
use crate::core::media::Feed;
use crate::core::providers::failure::{Class, Failure};
use crate::core::providers::pixverse::calls::AccountAccess;
use crate::core::providers::pixverse::listing::{Listing, Page, page_call, parse_page};
use crate::core::schema::Look;
use crate::core::sql::inventory::{DueStep, guard};
use crate::core::sql::jobs as sql;
use crate::core::sql::schemas::upsert_schemas;
use crate::core::statement::{BadRows, Plan, Statement};
use crate::core::step::{Committed, Disposition, MAX_TRIES, NowMs, Reply, Step};

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
        self.row.access()
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
            Ok(page) => match Ledger::of(&self.row, Feed::Listing.as_str(), now) {
                Ok(ledger) => self.receive(index, listing, page, ledger, now).take_in(MAX_TRIES),
                Err(error) => broken(&error.reason),
            },
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

    /// Reads the page's rows, once. What they do to the inventory is decided afterwards, as often as needed.
    fn receive(self, index: usize, listing: Listing, page: Page, ledger: Ledger, now: NowMs) -> Received {
        let mut rows: Vec<Row> = Vec::new();
        let mut digests = BTreeSet::new();
        let place = Place::listed(listing, self.row.identity.as_deref().unwrap_or_default(), now);
        let mut look = ledger.look(listing.media_type);
        let room = usize::try_from(self.run.room()).unwrap_or(usize::MAX);
        for text in page.rows.iter().take(room) {
            digests.insert(short_digest(text));
            rows.push(read_and_look(&place, text, &mut look));
        }
        let limited = page.rows.len() > room;
        Received { due: self, index, place, page, rows, digests, limited, ledger, look }
    }
}

fn body(run: &Run) -> String {
    serde_json::to_string(run).unwrap_or_default()
}

/// A row that was read, or why it could not be.
type Row = Result<Incoming, Box<Unreadable>>;

/// A page that was received and read.
#[derive(Clone)]
struct Received {
    due: DueRun,
    index: usize,
    place: Place,
    page: Page,
    rows: Vec<Row>,
    digests: BTreeSet<String>,
    limited: bool,
    ledger: Ledger,
    look: Look,
}

/// What became of one row, as the page's row keeps it.
struct Verdict {
    outcome: Outcome,
    reason: Option<&'static str>,
    root: Option<String>,
    digest: Option<String>,
    asset_id: Option<String>,
}

impl Received {
    fn take_in(self, tries: u32) -> Step<Disposition> {
        let intake = Intake {
            owner: self.due.row.owner,
            due: Some(self.due.due_step()),
            incoming: self.incoming(),
            with_sources: self.due.run.create_lineage == CreateLineage::Inline,
            ..Intake::default()
        };
        take_in(intake, move |taken, now| self.commit(&taken, tries, now))
    }

    fn incoming(&self) -> Vec<Incoming> {
        self.rows.iter().flatten().cloned().collect()
    }

    fn commit(self, taken: &Taken, tries: u32, now: NowMs) -> Step<Disposition> {
        let verdicts = self.verdicts(taken);
        let plan = self.plan(taken, &verdicts, now);
        Step::commit(plan, move |committed, _| match committed {
            Committed::Done | Committed::Stale => Step::End(Disposition::Ack),
            Committed::Conflict | Committed::Duplicate if tries > 1 => self.take_in(tries - 1),
            Committed::Conflict | Committed::Duplicate => {
                Step::End(Disposition::RetryAfter { seconds: 5, reason: "too many writers".to_owned() })
            }
        })
    }

    fn verdicts(&self, taken: &Taken) -> Vec<Verdict> {
        let mut roots = taken.roots.iter();
        let mut known = taken.settled.known.clone();
        let written = set_of(taken.settled.assets.iter().map(|asset| asset.id.clone()));
        self.rows
            .iter()
            .map(|row| match row {
                // With the root that could be read in spite of all: whoever looks for what is gone finds it seen.
                Err(unreadable) => Verdict {
                    outcome: Outcome::Quarantined,
                    reason: Some(unreadable.reason),
                    root: unreadable.root.clone(),
                    digest: unreadable.digest.clone(),
                    asset_id: unreadable.asset_id.clone(),
                },
                Ok(incoming) => {
                    let root = roots.next().cloned().flatten();
                    let id = root
                        .as_ref()
                        .and_then(|root| taken.settled.holders.get(root))
                        .cloned()
                        .unwrap_or_default();
                    let (outcome, reason) = if taken.settled.removed.contains(&id) {
                        (Outcome::Skipped, Some("removed_by_you"))
                    } else if known.insert(id.clone()) {
                        (Outcome::Created, None)
                    } else if written.contains(&id) {
                        (Outcome::Updated, None)
                    } else {
                        (Outcome::Unchanged, None)
                    };
                    let asset_id = incoming.facts.asset_id.clone();
                    Verdict { outcome, reason, root, digest: Some(incoming.digest.clone()), asset_id }
                }
            })
            .collect()
    }

    fn plan(&self, taken: &Taken, verdicts: &[Verdict], now: NowMs) -> Plan {
        let row = &self.due.row;
        let run = self.counted(verdicts, now);
        let due = self.due.due_step();
        let mut plan = Plan::default();
        if run.dry_run {
            plan.statements.push(guard(row.owner, Some(&due), &BTreeSet::new(), 0, &[]));
        } else {
            plan.statements.extend(taken.statements.iter().cloned());
            plan.statements.extend(quarantine(row, &self.place, &self.unreadable()));
            plan.sends.extend(taken.sends.iter().cloned());
        }
        plan.statements.push(self.page_row(verdicts));
        let learned = self.learned(&run);
        if let Some(link) = self.link_job(taken, &run, &learned, now) {
            plan.statements.push(link.0);
            plan.sends.push(link.1);
        } else if !learned.is_empty() {
            plan.statements.push(upsert_schemas(row.owner, &learned));
        }
        let ended = run.ended_ms.is_some();
        let (state, step) = if ended { ("done", row.step) } else { ("active", row.step + 1) };
        plan.statements.push(sql::advance_job(&row.id, step, state, now + LEASE_MS, &body(&run), now));
        if !ended {
            plan.sends.push(hint(&row.kind, &row.id, row.step + 1, 0));
        }
        plan
    }

    /// The run with this page counted and its walk moved on.
    fn counted(&self, verdicts: &[Verdict], now: NowMs) -> Run {
        let mut run = self.due.run.clone();
        run.attempts = 0;
        let mut counts = Counts::default();
        for verdict in verdicts {
            counts.add(verdict.outcome);
            if let Some(reason) = verdict.reason {
                *run.reasons.entry(reason.to_owned()).or_default() += 1;
            }
        }
        if let Some(walk) = run.walks.get_mut(self.index) {
            walk.counts.sum(&counts);
            walk.advance(&self.page, self.digests.clone());
        }
        if self.limited || run.room() == 0 {
            run.stop_at_limit();
        }
        if run.current().is_none() {
            run.ended_ms = Some(now);
        }
        run
    }

    /// The page's row: the proof that it was seen, and every row's outcome.
    fn page_row(&self, verdicts: &[Verdict]) -> Statement {
        let rows: Vec<Value> = verdicts
            .iter()
            .map(|one| json!([one.root, one.digest, one.outcome.as_str(), one.reason, one.asset_id]))
            .collect();
        let row = &self.due.row;
        sql::insert_scan_page(&sql::ScanPage {
            owner: row.owner,
            seen_ms: self.place.seen.3,
            job: &row.id,
            step: row.step,
            feed: if self.due.run.dry_run { "dry_run" } else { Feed::Listing.as_str() },
            account: row.identity.as_deref().unwrap_or_default(),
            listing: &self.place.listing.name(),
            rows: &rows,
        })
    }

    fn unreadable(&self) -> Vec<&Unreadable> {
        self.rows.iter().filter_map(|row| row.as_ref().err().map(|unreadable| &**unreadable)).collect()
    }

    /// What is new for the schema ledger. A run that reached the end of its listings ends their learning.
    fn learned(&self, run: &Run) -> Vec<Value> {
        if run.dry_run {
            return Vec::new();
        }
        self.ledger.rows(self.place.listing.media_type, &self.look, &run.wholly_seen())
    }

    /// The job that writes the sources of this page, in the page's own batch, when it is not done here. It also writes
    /// what the page has learned: a page of new assets has used up its twelve statements.
    fn link_job(
        &self,
        taken: &Taken,
        run: &Run,
        learned: &[Value],
        now: NowMs,
    ) -> Option<(Statement, crate::core::statement::Send)> {
        if run.dry_run || run.create_lineage != CreateLineage::Deferred {
            return None;
        }
        let is_unlinked = |root: &&String| {
            let state = taken.world.roots.get(*root);
            state.is_some_and(|state| state.observations.values().any(|observed| !observed.linked))
        };
        let unlinked = set_of(taken.roots.iter().flatten().filter(is_unlinked).cloned());
        if unlinked.is_empty() {
            return None;
        }
        let row = &self.due.row;
        let id = mint("job_", now, &format!("link\n{}\n{}", row.id, row.step));
        let body = json!({ "run": row.id, "roots": unlinked, "learned": learned }).to_string();
        let insert = sql::insert_job(&sql::NewJob {
            id: &id,
            owner: row.owner,
            kind: "link",
            account: None,
            due_ms: now + LEASE_MS,
            now,
            body: &body,
        });
        Some((insert, hint("link", &id, 0, 0)))
    }
}
