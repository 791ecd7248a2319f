//! A page of a listing on its way into the inventory: what becomes of each row, and the one batch in which assets,
//! counters, cursor and the next step are committed. Asking for the page, and what a failure means, is left to `sync`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::core::facts::Facts;
use crate::core::gather::set_of;
use crate::core::ids::mint;
use crate::core::inventory::intake::{Intake, Sources, Taken, take_in};
use crate::core::inventory::world::Incoming;
use crate::core::jobs::ledger::{Ledger, read_and_look, write_learned};
use crate::core::jobs::quarantine::quarantine;
use crate::core::jobs::read_row::{Place, Unreadable, mark_of};
use crate::core::jobs::run::{Counts, CreateLineage, Outcome, Run, paused};
use crate::core::jobs::sync::{DueRun, body};
use crate::core::jobs::walk::Walk;
use crate::core::jobs::{LEASE_MS, hint};
use crate::core::media::{Feed, Status};
use crate::core::providers::pixverse::listing::{Listing, Page};
use crate::core::schema::Look;
use crate::core::sql::jobs as sql;
use crate::core::statement::{Plan, Send, Statement};
use crate::core::step::{Committed, Disposition, NowMs, Step};

/// How long something may be under way before nobody waits for it any more: a week.
const STUCK_MS: i64 = 7 * 24 * 3600 * 1000;

/// Up to this size a page's sources are written in its own batch: a step's time follows its bytes, and a hundred usual rows
/// have 170 kB.
const FITTING_BYTES: usize = 250_000;

/// A row that was read, or why it could not be.
type Row = Result<Incoming, Box<Unreadable>>;

/// A page that was received and read.
#[derive(Clone)]
pub(super) struct Received {
    due: DueRun,
    index: usize,
    place: Place,
    page: Page,
    rows: Vec<Row>,
    marks: BTreeSet<String>,
    ledger: Ledger,
    look: Look,
}

/// What became of one row, as the page's row keeps it.
pub(super) struct Verdict {
    pub(super) outcome: Outcome,
    reason: Option<&'static str>,
    root: Option<String>,
    digest: Option<String>,
    asset_id: Option<String>,
    /// Whether nothing more is to be expected of the row; `None` for one that cannot be read.
    is_known: Option<bool>,
    created_ms: Option<i64>,
}

impl Received {
    /// Reads the page's rows, once: what they do to the inventory is decided afterwards, as often as needed. Rows that
    /// the page shares with the one before it are left out; where the run's limit is reached, the page ends.
    pub(super) fn read(
        due: DueRun,
        index: usize,
        listing: Listing,
        page: Page,
        ledger: Ledger,
        now: NowMs,
    ) -> Self {
        let (mut page, room) = (page, due.run.room());
        let place = Place::listed(listing, due.row.identity.as_deref().unwrap_or_default(), now);
        let mut look = ledger.look(listing.media_type);
        let (mut rows, mut marks) = (Vec::new(), BTreeSet::new());
        let mut read = 0;
        for text in &page.rows {
            let row = read_and_look(&place, text, &mut look);
            let mark = mark_of(&row);
            let is_new = !due.run.walks.get(index).is_some_and(|walk| walk.has_seen(&mark));
            if is_new && u64::try_from(rows.len()).is_ok_and(|taken| taken >= room) {
                break;
            }
            read += 1;
            marks.insert(mark);
            rows.extend(is_new.then_some(row));
        }
        let times: Vec<i64> = rows.iter().flatten().filter_map(|row| row.facts.created_ms).collect();
        if due.run.walks.get(index).is_some_and(|walk| walk.is_beside(&times)) {
            // Read before, on the way to the end: these rows are no news, and no rows of what was asked for.
            (rows, marks, page) =
                (Vec::new(), BTreeSet::new(), Page { has_more: Some(false), ..Page::default() });
            read = 0;
        }
        if read < page.rows.len() {
            page.rows.truncate(read);
            (page.next_offset, page.has_more) = (None, Some(true));
        }
        Self { due, index, place, page, rows, marks, ledger, look }
    }

    pub(super) fn walk(&self) -> Option<&Walk> {
        self.due.run.walks.get(self.index)
    }

    /// How many rows the provider says there are.
    pub(super) const fn total(&self) -> Option<u64> {
        self.page.total
    }

    /// Whether a library of new ids is welcome: a person said so, or nothing is imported.
    pub(super) const fn is_confirmed(&self) -> bool {
        self.due.run.confirm_identity_shift || self.due.run.dry_run
    }

    pub(super) fn take_in(self, tries: u32) -> Step<Disposition> {
        let intake = Intake {
            owner: self.due.row.owner,
            due: Some(self.due.due_step()),
            incoming: self.incoming(),
            sources: self.sources(),
            ..Intake::default()
        };
        take_in(intake, move |taken, now| self.commit(&taken, tries, now))
    }

    /// Which sources go into the page's own batch. A page that asks for nothing special writes those of what is new: its
    /// payloads are read and at hand, where a job would read, extract and write them once more.
    fn sources(&self) -> Sources {
        let size: usize = self.page.rows.iter().map(String::len).sum();
        match self.due.run.create_lineage {
            CreateLineage::Inline => Sources::All,
            CreateLineage::Auto if size <= FITTING_BYTES && !self.due.run.dry_run => Sources::OfNews,
            _ => Sources::Later,
        }
    }

    fn incoming(&self) -> Vec<Incoming> {
        self.rows.iter().flatten().cloned().collect()
    }

    fn commit(self, taken: &Taken, tries: u32, now: NowMs) -> Step<Disposition> {
        let verdicts = self.verdicts(taken);
        if let Some(failure) = self.identity_shift(&verdicts) {
            return self.due.pause(failure, paused::IDENTITY_SHIFT, now);
        }
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
                    is_known: None,
                    created_ms: None,
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
                    let facts = &incoming.facts;
                    let is_known = matches!(outcome, Outcome::Unchanged | Outcome::Skipped);
                    Verdict {
                        outcome,
                        reason,
                        root,
                        digest: Some(incoming.digest.clone()),
                        asset_id: facts.asset_id.clone(),
                        is_known: Some(is_known && self.is_final(facts)),
                        created_ms: facts.created_ms,
                    }
                }
            })
            .collect()
    }

    /// Whether a row's status will stay: an end was reached, or it has been under way for so long that it never will be.
    fn is_final(&self, facts: &Facts) -> bool {
        let is_open = matches!(facts.status, Status::Processing | Status::Unknown);
        let is_stuck = facts.created_ms.is_some_and(|created| created < self.place.seen.3 - STUCK_MS);
        !is_open || is_stuck
    }

    fn plan(&self, taken: &Taken, verdicts: &[Verdict], now: NowMs) -> Plan {
        let row = &self.due.row;
        let run = self.counted(verdicts, now);
        let mut plan = Plan::default();
        if run.dry_run {
            plan.statements.push(self.due.guard());
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
        } else {
            plan.statements.extend(write_learned(row.owner, &learned, now));
        }
        let ended = run.ended_ms.is_some();
        if ended {
            plan.statements.extend(self.due.record_scans(&run));
        }
        let (state, step) = if ended { ("done", row.step) } else { ("active", row.step + 1) };
        let pace_s = self.due.pace_s();
        let due_ms = now + i64::from(pace_s) * 1_000 + LEASE_MS;
        plan.statements.push(sql::advance_job(&row.id, step, state, due_ms, &body(&run), now));
        if !ended {
            let ahead = self.due.page_call(&run).map(Box::new);
            plan.sends.push(Send { ahead, ..hint(&row.kind, &row.id, row.step + 1, pace_s) });
        }
        plan
    }

    /// The run with this page counted and its walk moved on.
    fn counted(&self, verdicts: &[Verdict], now: NowMs) -> Run {
        let mut run = self.due.run.clone();
        (run.attempts, run.dead_letters) = (0, 0);
        run.going_since.get_or_insert((self.place.seen.3, run.counts().seen));
        let mut counts = Counts::default();
        for verdict in verdicts {
            counts.add(verdict.outcome);
            if let Some(reason) = verdict.reason {
                *run.reasons.entry(reason.to_owned()).or_default() += 1;
            }
        }
        if let Some(walk) = run.walks.get_mut(self.index) {
            walk.counts.sum(&counts);
            walk.advance(&self.page, self.marks.clone());
            for verdict in verdicts {
                if let Some(is_known) = verdict.is_known {
                    walk.note(is_known, verdict.created_ms);
                }
            }
            walk.settle(now);
        }
        if run.room() == 0 {
            run.stop_at_limit();
        }
        run.end_when_over(now);
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

    /// The job that writes the sources of this page which are not written here, in the page's own batch. It also writes
    /// what the page has learned.
    fn link_job(&self, taken: &Taken, run: &Run, learned: &[Value], now: NowMs) -> Option<(Statement, Send)> {
        if run.dry_run || !matches!(run.create_lineage, CreateLineage::Auto | CreateLineage::Deferred) {
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
