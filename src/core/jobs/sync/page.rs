//! A page of a listing on its way into the inventory: what becomes of each row, and the one batch in which assets,
//! counters, cursor and the next step are committed. Asking for the page, and what a failure means, is left to `sync`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::core::facts::Facts;
use crate::core::gather::set_of;
use crate::core::ids::mint;
use crate::core::inventory::intake::{Intake, Taken, take_in};
use crate::core::inventory::world::Incoming;
use crate::core::jobs::read_row::{Unreadable, mark_of, read_row};
use crate::core::jobs::row::JobRow;
use crate::core::jobs::run::{Counts, CreateLineage, Outcome, Run, paused};
use crate::core::jobs::sync::{DueRun, body};
use crate::core::jobs::walk::Walk;
use crate::core::jobs::{LEASE_MS, hint};
use crate::core::media::{Feed, Status};
use crate::core::providers::pixverse;
use crate::core::providers::pixverse::listing::{Listing, Page};
use crate::core::sql::jobs as sql;
use crate::core::statement::{Plan, Statement};
use crate::core::step::{Committed, Disposition, NowMs, Step};

/// How long something may be under way before nobody waits for it any more: a week.
const STUCK_MS: i64 = 7 * 24 * 3600 * 1000;

#[derive(Clone)]
enum Row {
    Readable(Box<Incoming>),
    Unreadable { reason: &'static str, detail: String, payload: String },
}

impl Row {
    fn of(read: Result<Incoming, Unreadable>, text: &str) -> Self {
        match read {
            Ok(incoming) => Self::Readable(Box::new(incoming)),
            Err((reason, detail)) => Self::Unreadable { reason, detail, payload: text.to_owned() },
        }
    }
}

/// A page that was received and read.
#[derive(Clone)]
pub(super) struct Received {
    due: DueRun,
    index: usize,
    listing: Listing,
    page: Page,
    rows: Vec<Row>,
    marks: BTreeSet<String>,
    seen_ms: NowMs,
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
    pub(super) fn read(due: DueRun, index: usize, listing: Listing, page: Page, now: NowMs) -> Self {
        let (mut page, room) = (page, due.run.room());
        let account = due.row.identity.as_deref().unwrap_or_default();
        let (mut rows, mut marks) = (Vec::new(), BTreeSet::new());
        let mut read = 0;
        for text in &page.rows {
            let row = read_row(listing, account, text, now);
            let mark = mark_of(&row, text);
            let is_new = !due.run.walks.get(index).is_some_and(|walk| walk.has_seen(&mark));
            if is_new && u64::try_from(rows.len()).is_ok_and(|taken| taken >= room) {
                break;
            }
            read += 1;
            marks.insert(mark);
            rows.extend(is_new.then(|| Row::of(row, text)));
        }
        if read < page.rows.len() {
            page.rows.truncate(read);
            (page.next_offset, page.has_more) = (None, Some(true));
        }
        Self { due, index, listing, page, rows, marks, seen_ms: now }
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
            with_sources: self.due.run.create_lineage == CreateLineage::Inline,
            ..Intake::default()
        };
        take_in(intake, move |taken, now| self.commit(&taken, tries, now))
    }

    fn incoming(&self) -> Vec<Incoming> {
        let readable = self.rows.iter().filter_map(|row| match row {
            Row::Readable(incoming) => Some((**incoming).clone()),
            Row::Unreadable { .. } => None,
        });
        readable.collect()
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
                Row::Unreadable { reason, .. } => Verdict {
                    outcome: Outcome::Quarantined,
                    reason: Some(reason),
                    root: None,
                    digest: None,
                    asset_id: None,
                    is_known: None,
                    created_ms: None,
                },
                Row::Readable(incoming) => {
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
        let is_stuck = facts.created_ms.is_some_and(|created| created < self.seen_ms - STUCK_MS);
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
            plan.statements.extend(self.quarantine(row));
        }
        plan.statements.push(self.page_row(verdicts));
        if let Some(link) = self.link_job(taken, &run, now) {
            plan.statements.push(link.0);
            plan.sends.push(link.1);
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
            plan.sends.push(hint(&row.kind, &row.id, row.step + 1, pace_s));
        }
        plan
    }

    /// The run with this page counted and its walk moved on.
    fn counted(&self, verdicts: &[Verdict], now: NowMs) -> Run {
        let mut run = self.due.run.clone();
        (run.attempts, run.dead_letters) = (0, 0);
        run.going_since.get_or_insert((self.seen_ms, run.counts().seen));
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
            walk.settle();
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
            seen_ms: self.seen_ms,
            job: &row.id,
            step: row.step,
            feed: if self.due.run.dry_run { "dry_run" } else { Feed::Listing.as_str() },
            account: row.identity.as_deref().unwrap_or_default(),
            listing: &self.listing.name(),
            rows: &rows,
        })
    }

    fn quarantine(&self, row: &JobRow) -> Option<Statement> {
        let rows: Vec<Value> = self
            .rows
            .iter()
            .filter_map(|one| match one {
                Row::Readable(_) => None,
                // The id is the payload's, so that the same row is in quarantine once however often it is listed.
                Row::Unreadable { reason, detail, payload } => Some(json!({
                    "id": mint("qua_", 0, &format!("{}\n{}\n{payload}", row.owner, self.listing.name())),
                    "reason": reason,
                    "detail": detail,
                    "payload": payload.chars().take(100_000).collect::<String>(),
                })),
            })
            .collect();
        if rows.is_empty() {
            return None;
        }
        Some(sql::insert_quarantine(&sql::Quarantined {
            owner: row.owner,
            account: row.account.as_deref(),
            job: &row.id,
            provider_id: pixverse::PROVIDER_ID,
            media_type: self.listing.media_type.as_str(),
            listing: &self.listing.name(),
            seen_ms: self.seen_ms,
            rows: &rows,
        }))
    }

    /// The job that writes the sources of this page, in the page's own batch, when it is not done here.
    fn link_job(
        &self,
        taken: &Taken,
        run: &Run,
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
        let body = json!({ "run": row.id, "roots": unlinked }).to_string();
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
