//! The end of a complete run: counts, from the scan's own pages, what is there and here, and marks what is here and was
//! not met as missing upstream. Only a scan that saw every row may say that, and when it is much, a person confirms.

use serde_json::{Value, json};

use crate::core::drift::case::Findings;
use crate::core::drift::finding::finding_id;
use crate::core::drift::kind::Kind;
use crate::core::drift::upstream::Unheld;
use crate::core::inventory::intake::Broken;
use crate::core::jobs::run::{Closing, Run};
use crate::core::jobs::sync::{DueRun, body};
use crate::core::jobs::{LEASE_MS, hint};
use crate::core::row::row;
use crate::core::sql::drift::{close_drift_by_id, write_findings};
use crate::core::sql::jobs::advance_job;
use crate::core::sql::scans::{Sweep, count_scanned, mark_missing, only_there, record_scans, sweep};
use crate::core::statement::{BadRows, Plan, Rows, Statement, rows_at};
use crate::core::step::{Disposition, NowMs, Step};

/// Assets a step. Each step reads the pages of the scan once more, so that fewer and larger ones are better: for ten
/// thousand assets and as many rows, one takes about a quarter of a second in the database, of thirty allowed.
const PAGE: i64 = 10_000;
/// More than this many missing assets, or more than one in twenty, are marked only when a person confirms it.
const MOST_MISSING: u64 = 20;

row! {
    struct ScannedRow {
        listing: String,
        rows: u64,
        here: u64,
        removed: u64,
    }
}

row! {
    struct UnseenRow {
        listing: String,
        only_here: u64,
        fresh: u64,
    }
}

row! {
    struct UnheldRow {
        listing: String,
        root: String,
    }
}

row! {
    struct EndRow {
        count: i64,
        last: Option<String>,
    }
}

impl DueRun {
    /// Works on a step of the end.
    pub(super) fn close(self, closing: Closing) -> Step<Disposition> {
        let page = self.sweep(&closing);
        let mut reads = sweep(&page);
        if closing.report.is_empty() {
            reads.push(count_scanned(self.row.owner, &self.row.id));
            reads.push(only_there(self.row.owner, &self.row.id));
        }
        Step::read(reads, move |rows, now| match self.closed(closing, &page, &rows, now) {
            Ok(plan) => Step::commit(plan, |_, _| Step::End(Disposition::Ack)),
            Err(error) => Step::End(Disposition::broken(&error)),
        })
    }

    fn sweep(&self, closing: &Closing) -> Sweep {
        Sweep {
            owner: self.row.owner,
            after: closing.after.clone(),
            limit: PAGE,
            account: self.row.identity.clone().unwrap_or_default(),
            listings: self.run.walks.iter().map(|walk| walk.listing.clone()).collect(),
            since_ms: self.row.created_ms,
        }
    }

    fn closed(
        mut self,
        mut closing: Closing,
        page: &Sweep,
        rows: &[Rows],
        now: NowMs,
    ) -> Result<Plan, BadRows> {
        let unseen = rows_at(rows, 0)?.parse::<UnseenRow>()?;
        let end = rows_at(rows, 1)?.first::<EndRow>()?;
        let mut statements = vec![self.guard()];
        if closing.report.is_empty() {
            report(&mut closing, &self.run, &rows_at(rows, 2)?.parse::<ScannedRow>()?);
            statements.extend(self.remote_only(&closing, &rows_at(rows, 3)?.parse::<UnheldRow>()?, now));
        }
        let fresh: u64 = unseen.iter().map(|one| one.fresh).sum();
        if closing.is_marking {
            if fresh > 0 {
                statements.push(mark_missing(page, now));
            }
            closing.marked += fresh;
        } else {
            count(&mut closing, &unseen);
        }
        let is_last = end.as_ref().is_none_or(|end| end.count < PAGE);
        closing.after = end.and_then(|end| end.last).filter(|_| !is_last).unwrap_or_default();
        if is_last {
            statements.extend(self.turn(&mut closing, now));
        }
        let is_over = closing.is_over;
        self.run.ended_ms = is_over.then_some(now);
        self.run.closing = Some(closing);
        Ok(self.moved_on(statements, is_over, now))
    }

    /// The findings for what the scan's pages showed and is not here, and the end of those of which all is here now.
    /// Listings that the run did not read keep theirs.
    fn remote_only(&self, closing: &Closing, rows: &[UnheldRow], now: NowMs) -> Vec<Statement> {
        let account = self.row.identity.as_deref().unwrap_or_default();
        let (mut findings, mut gone) = (Findings::default(), Vec::new());
        for (listing, counts) in &closing.report {
            let own = rows.iter().filter(|row| row.listing == *listing);
            let roots: Vec<&str> = own.map(|row| row.root.as_str()).collect();
            let unheld = Unheld { account, listing, run: &self.row.id, counts, roots: &roots };
            match unheld.finding(now) {
                Some(finding) => findings.found.push(finding),
                None => gone.push(finding_id(self.row.owner, Kind::RemoteOnly, account, listing)),
            }
        }
        let mut statements = write_findings(self.row.owner, &findings, now);
        if !gone.is_empty() {
            statements.push(close_drift_by_id(self.row.owner, &gone, now));
        }
        statements
    }

    /// What follows when all assets have been looked at: the marking, a person's word, or the end.
    fn turn(&self, closing: &mut Closing, now: NowMs) -> Option<Statement> {
        if closing.is_marking {
            (closing.is_marking, closing.is_over) = (false, true);
            return None;
        }
        closing.waits = is_much(closing);
        closing.is_marking = closing.unseen > 0 && !closing.waits;
        closing.is_over = !closing.is_marking;
        let account = self.row.account.as_deref()?;
        Some(record_scans(self.row.owner, account, &self.scans(closing, now)))
    }

    /// The report as the account keeps it, beside what the run has established for later ones.
    fn scans(&self, closing: &Closing, now: NowMs) -> Value {
        let mut scans = self.run.established(self.row.created_ms);
        for (listing, counts) in &closing.report {
            let entry = scans.entry(listing.clone()).or_insert_with(|| json!({}));
            let times = json!({ "run": self.row.id, "started_ms": self.row.created_ms, "finished_ms": now });
            for part in [counts, &times] {
                if let (Value::Object(entry), Value::Object(part)) = (&mut *entry, part) {
                    entry.extend(part.clone());
                }
            }
        }
        Value::Object(scans)
    }

    fn moved_on(&self, mut statements: Vec<Statement>, is_over: bool, now: NowMs) -> Plan {
        let row = &self.row;
        let (state, step) = if is_over { ("done", row.step) } else { ("active", row.step + 1) };
        statements.push(advance_job(&row.id, step, state, now + LEASE_MS, &body(&self.run), now));
        let sends = if is_over { Vec::new() } else { vec![hint(&row.kind, &row.id, step, 0)] };
        Plan { statements, sends }
    }
}

/// Begins the report: what the scan's pages showed.
fn report(closing: &mut Closing, run: &Run, scanned: &[ScannedRow]) {
    for walk in &run.walks {
        let found = scanned.iter().find(|one| one.listing == walk.listing);
        let (rows, here, removed) = found.map_or((0, 0, 0), |one| (one.rows, one.here, one.removed));
        let unreadable = walk.counts.quarantined;
        let there = walk.total.unwrap_or(0).max(rows + unreadable);
        let counts = json!({
            "there": there, "here": here, "removed": removed, "unreadable": unreadable, "only_here": 0,
        });
        closing.report.insert(walk.listing.clone(), counts);
    }
}

/// Adds a page of assets that the scan has not met.
fn count(closing: &mut Closing, unseen: &[UnseenRow]) {
    for one in unseen {
        closing.unseen += one.fresh;
        if let Some(counts) = closing.report.get_mut(&one.listing).and_then(Value::as_object_mut) {
            let before = counts.get("only_here").and_then(Value::as_u64).unwrap_or(0);
            counts.insert("only_here".to_owned(), (before + one.only_here).into());
        }
    }
}

/// Whether so much is missing that it may be the provider's mistake. A row that cannot be read may be any of them.
fn is_much(closing: &Closing) -> bool {
    let sum = |name: &str| -> u64 {
        closing.report.values().filter_map(|counts| counts.get(name).and_then(Value::as_u64)).sum()
    };
    let all = sum("here") + closing.unseen;
    closing.unseen > 0
        && (closing.unseen > MOST_MISSING || closing.unseen * 20 > all || sum("unreadable") > 0)
}
