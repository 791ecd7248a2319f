//! Laws about runs: counters add up and count what was committed, the cursor is never ahead of that, every row of a page
//! is somewhere, and nothing is missing upstream without a complete scan.

use std::collections::{BTreeMap, BTreeSet};

use driftline::core::jobs::run::{Counts, Run};
use driftline::core::jobs::walk::Ended;

use super::assets::{Assets, get};
use super::{Batch, Lawful, must};
use crate::people::{OWNERS, People};
use crate::provider::{Provider, Served};
use crate::support::db::Db;

/// Rows that a walk passes over where a page is empty.
const PAGE_ROWS: u64 = 50;

/// What of a listing a run has committed.
#[derive(Clone, Debug, Default)]
struct Walked {
    pages: u64,
    /// How far the provider has led.
    reached: u64,
    /// Whether a page was the listing's last.
    is_last: bool,
    /// Whether a page before the last was so short that the next one could share no row with it.
    is_blind: bool,
    roots: BTreeSet<String>,
}

/// The runs, as far as they have been committed.
#[derive(Default)]
pub struct Runs {
    walked: BTreeMap<(String, String), Walked>,
}

/// A run's row.
struct RunRow {
    owner: i64,
    created_ms: i64,
    account: String,
    run: Run,
}

impl Runs {
    /// Holds the run to its laws that the batch was about.
    pub fn hold(&mut self, db: &Db, batch: &Batch<'_>, provider: &Provider) -> Lawful {
        let Some((job, step)) = batch.job else { return Ok(()) };
        let tallies = tally(db, job);
        if batch.names.contains("insert_scan_page") && job.starts_with("run_") {
            let served =
                batch.served.last().ok_or_else(|| format!("run {job} wrote a page that nobody served"))?;
            self.note_page(db, job, step, served)?;
        }
        match read_run(db, job) {
            Some(row) => {
                self.hold_run(job, &row.run, &tallies)?;
                if row.run.closing.is_some() { self.is_scan(job, &row, provider) } else { Ok(()) }
            }
            None => hold_paged(db, job, &tallies),
        }
    }

    /// Notes a page that was committed: each of its rows is accounted for.
    fn note_page(&mut self, db: &Db, job: &str, step: i64, served: &Served) -> Lawful {
        let mut roots = BTreeSet::new();
        let (mut listing, mut rows) = (String::new(), 0);
        let sql = "SELECT s.listing, r.value ->> 0 FROM scan_pages s LEFT JOIN json_each(s.rows) r
                    WHERE s.job = ?1 AND s.step = ?2";
        db.each(sql, rusqlite::params![job, step], |row| {
            listing = get(row, 0);
            rows += 1;
            roots.extend(get::<Option<String>>(row, 1));
        });
        must(listing == served.listing, || format!("{job} wrote {listing:?}, served was {served:?}"))?;
        let run = read_run(db, job).ok_or_else(|| format!("{job} wrote a page and is no run"))?.run;
        let filled = run.fills.map(|filled| (filled, listing.clone()));
        let before = filled.and_then(|key| self.walked.get(&key)).map(|walked| walked.roots.clone());
        let walked = self.walked.entry((job.to_owned(), listing)).or_default();
        walked.pages += 1;
        walked.reached =
            walked.reached.max(served.next + if served.roots.is_empty() { PAGE_ROWS } else { 0 });
        walked.is_last |= served.is_last;
        walked.is_blind |= !served.is_last && served.roots.len() < 2;
        walked.roots.extend(roots);
        walked.roots.extend(before.into_iter().flatten());
        // Where the run's limit is reached, the rest of the page is left for later.
        let lost = served.roots.iter().flatten().find(|root| !walked.roots.contains(*root));
        must(lost.is_none() || run.limit.is_some(), || {
            format!("{job} step {step}: row {lost:?} of the page is nowhere")
        })?;
        must(rows <= served.roots.len().max(1), || {
            format!("{job} step {step}: {rows} rows of {}", served.roots.len())
        })
    }

    fn hold_run(&self, job: &str, run: &Run, tallies: &BTreeMap<String, (u64, Counts)>) -> Lawful {
        for walk in &run.walks {
            let (pages, tally) = tallies.get(&walk.listing).copied().unwrap_or_default();
            must(walk.counts == tally, || {
                format!("{job} {}: counted {:?}, committed {tally:?}", walk.listing, walk.counts)
            })?;
            let counts = walk.counts;
            let sum =
                counts.created + counts.updated + counts.unchanged + counts.skipped + counts.quarantined;
            must(sum == counts.seen, || format!("{job} {}: {counts:?} do not add up", walk.listing))?;
            must(walk.pages == pages, || {
                format!("{job} {}: {} pages, {pages} committed", walk.listing, walk.pages)
            })?;
            let key = (job.to_owned(), walk.listing.clone());
            let reached = self.walked.get(&key).map_or(0, |walked| walked.reached);
            must(run.fills.is_some() || walk.reached <= reached, || {
                format!(
                    "{job} {}: the cursor stands at {}, committed is {reached}",
                    walk.listing, walk.reached
                )
            })?;
        }
        Ok(())
    }

    /// A run that calls itself complete has seen every page of every listing that it was asked for, and has met all that
    /// was in its place all along, however the list moved meanwhile.
    fn is_scan(&self, job: &str, row: &RunRow, provider: &Provider) -> Lawful {
        must(row.run.fills.is_none() && !row.run.dry_run, || {
            format!("{job} is no scan and reports like one")
        })?;
        let number = row.number();
        for walk in &row.run.walks {
            let walked = self.walked.get(&(job.to_owned(), walk.listing.clone()));
            let is_whole =
                matches!(walk.ended, Some(Ended::ProviderSaysDone | Ended::EmptyPage)) && !walk.is_torn;
            let Some(walked) = walked.filter(|walked| is_whole && walked.is_last) else {
                return Err(format!(
                    "{job} calls itself complete, and {} was not walked to its end: {walked:?}",
                    walk.listing
                ));
            };
            if walked.is_blind || walk.window.is_some() {
                continue;
            }
            for item in provider.items.iter().filter(|item| item.listing() == walk.listing) {
                let was_there = item.accounts.contains(&number) && item.unsettled_ms < row.created_ms;
                must(!was_there || item.sick.is_some() || walked.roots.contains(&item.root()), || {
                    format!("{job} calls itself complete and did not meet {}", item.root())
                })?;
            }
        }
        Ok(())
    }

    /// Nothing is missing upstream unless a complete scan did not meet it; where it is much, a person said so.
    pub fn hold_missing(
        &self,
        db: &Db,
        batch: &Batch<'_>,
        assets: &Assets,
        provider: &Provider,
        people: &People,
    ) -> Lawful {
        if assets.newly_missing.is_empty() {
            return Ok(());
        }
        let job = batch.job.map(|(job, _)| job).unwrap_or_default();
        let row =
            read_run(db, job).ok_or_else(|| format!("{job:?} marked assets as missing and is no run"))?;
        self.is_scan(job, &row, provider)?;
        let number = row.number();
        for (_, id) in &assets.newly_missing {
            let seen = &assets.now[&(row.owner, id.clone())];
            for item in seen.roots.iter().filter_map(|root| provider.item_of(root)) {
                let was_there = item.accounts.contains(&number)
                    && item.unsettled_ms < row.created_ms
                    && item.sick.is_none();
                must(!was_there, || format!("{job} marked {id}, and {} was there all along", item.root()))?;
            }
        }
        let closing = row.run.closing.as_ref().expect("a run that marks is closing");
        let sum =
            |name: &str| -> u64 { closing.report.values().filter_map(|counts| counts[name].as_u64()).sum() };
        let marked = u64::try_from(assets.newly_missing.len()).expect("a count");
        let is_much = marked > 20 || marked * 20 > sum("here") + marked || sum("unreadable") > 0;
        must(!is_much || people.confirmed.contains(job), || {
            format!("{job} marked {marked} assets, and nobody confirmed")
        })
    }
}

impl RunRow {
    /// The account, as the provider calls it.
    fn number(&self) -> u64 {
        let accounts = OWNERS.iter().find(|(owner, ..)| *owner == self.owner).expect("an owner").2;
        accounts.iter().find(|(id, _)| *id == self.account).expect("an account").1
    }
}

/// What the pages of a job say became of its rows, by listing: how many pages, and the counts.
fn tally(db: &Db, job: &str) -> BTreeMap<String, (u64, Counts)> {
    let mut tallies: BTreeMap<String, (u64, Counts)> = BTreeMap::new();
    let sql = "SELECT s.listing, s.step, r.value ->> 2 FROM scan_pages s LEFT JOIN json_each(s.rows) r WHERE s.job = ?1
                ORDER BY s.step";
    let mut last = None;
    db.each(sql, [job], |row| {
        let (pages, counts) = tallies.entry(get(row, 0)).or_default();
        let step: i64 = get(row, 1);
        if last.replace(step) != Some(step) {
            *pages += 1;
        }
        let Some(outcome) = get::<Option<String>>(row, 2) else { return };
        counts.seen += 1;
        *match outcome.as_str() {
            "created" => &mut counts.created,
            "updated" => &mut counts.updated,
            "unchanged" => &mut counts.unchanged,
            "skipped" => &mut counts.skipped,
            "quarantined" => &mut counts.quarantined,
            other => panic!("{other:?} is no outcome"),
        } += 1;
    });
    tallies
}

/// The counters of a job that goes page by page: they add up, and count what its pages show.
fn hold_paged(db: &Db, job: &str, tallies: &BTreeMap<String, (u64, Counts)>) -> Lawful {
    let mut body = String::new();
    db.each("SELECT body FROM jobs WHERE id = ?1 AND kind IN ('ids', 'push')", [job], |row| {
        body = get(row, 0)
    });
    if body.is_empty() {
        return Ok(());
    }
    let body: serde_json::Value = serde_json::from_str(&body).expect("a body");
    let number = |name: &str| body["counts"][name].as_u64().unwrap_or(0);
    let mut sum = Counts::default();
    tallies.values().for_each(|(_, counts)| sum.sum(counts));
    let counted = Counts {
        seen: number("seen"),
        created: number("created"),
        updated: number("updated"),
        unchanged: number("unchanged"),
        skipped: number("skipped"),
        quarantined: number("quarantined"),
    };
    must(counted == sum, || format!("{job}: counted {counted:?}, committed {sum:?}"))
}

fn read_run(db: &Db, job: &str) -> Option<RunRow> {
    let mut found = None;
    let sql = "SELECT owner, created_ms, account, body FROM jobs WHERE id = ?1 AND kind = 'sync'";
    db.each(sql, [job], |row| {
        let body: String = get(row, 3);
        found = Some(RunRow {
            owner: get(row, 0),
            created_ms: get(row, 1),
            account: get(row, 2),
            run: serde_json::from_str(&body).expect("a run"),
        });
    });
    found
}
