//! Rows that came in by another road than a scan's page: what becomes of each, and what the batch that takes them in
//! says of them. Where they came from is left to the kinds of jobs.

use serde_json::{Value, json};

use crate::core::gather::set_of;
use crate::core::inventory::intake::{Intake, Sources, Taken};
use crate::core::inventory::world::Incoming;
use crate::core::jobs::paged::Paged;
use crate::core::jobs::quarantine::quarantine;
use crate::core::jobs::read_row::{Place, Unreadable, read};
use crate::core::jobs::row::JobRow;
use crate::core::jobs::run::Outcome;
use crate::core::media::Feed;
use crate::core::providers::pixverse::listing::{LISTINGS, Listing};
use crate::core::sql::inventory::DueStep;
use crate::core::sql::jobs as sql;
use crate::core::statement::Statement;
use crate::core::step::NowMs;

/// What such a job counts: `seen` is the sum of the others.
pub const COUNTERS: [&str; 6] = ["seen", "created", "updated", "unchanged", "skipped", "quarantined"];

/// Rows that were received at one time by one feed.
#[derive(Clone)]
pub struct Received {
    feed: Feed,
    seen_ms: NowMs,
    rows: Vec<Row>,
}

#[derive(Clone)]
enum Row {
    Read(Box<Incoming>),
    Unreadable(Place, Box<Unreadable>),
    /// Nothing came of what was asked for: its id, a stable reason, and the reason in words.
    Absent(String, &'static str, String),
}

/// What became of one row.
struct Verdict<'a> {
    outcome: Outcome,
    reason: Option<&'static str>,
    root: Option<String>,
    digest: Option<&'a str>,
    asset_id: Option<&'a str>,
    detail: Option<&'a str>,
}

impl Received {
    /// Nothing yet, at this time.
    #[must_use]
    pub const fn new(feed: Feed, seen_ms: NowMs) -> Self {
        Self { feed, seen_ms, rows: Vec::new() }
    }

    /// Reads a row. With an id, it is an answer about that id: one about another is nothing that was asked for.
    pub fn read(&mut self, place: Place, text: &str, asked: Option<&str>) {
        let row = match (read(&place, text, false).result, asked) {
            (Ok(incoming), Some(id)) if incoming.facts.asset_id.as_deref() != Some(id) => {
                let told = incoming.facts.asset_id.unwrap_or_default();
                let detail = format!("asked for {id}, the provider told of {told:?}");
                Row::Absent(id.to_owned(), "another_id", detail)
            }
            (Ok(incoming), _) => Row::Read(Box::new(incoming)),
            (Err(unreadable), _) => Row::Unreadable(place, unreadable),
        };
        self.rows.push(row);
    }

    /// Notes that nothing came of an id.
    pub fn miss(&mut self, id: &str, reason: &'static str, detail: String) {
        self.rows.push(Row::Absent(id.to_owned(), reason, detail));
    }

    /// Takes the rows to the inventory, with their sources: there are no pages behind them to hurry for.
    #[must_use]
    pub fn intake(&self, owner: i64, due: Option<DueStep>) -> Intake {
        let incoming = self.rows.iter().filter_map(|row| match row {
            Row::Read(incoming) => Some((**incoming).clone()),
            _ => None,
        });
        Intake { owner, due, incoming: incoming.collect(), sources: Sources::All, ..Intake::default() }
    }

    /// What the batch writes beside the inventory: quarantine and the page's row. The body counts every row.
    #[must_use]
    pub fn record(&self, job: &JobRow, taken: &Taken, body: &mut Paged) -> Vec<Statement> {
        let verdicts = self.verdicts(taken);
        for one in &verdicts {
            body.count("seen", 1);
            body.count(one.outcome.as_str(), 1);
            if let Some(reason) = one.reason {
                body.count_reason(reason);
            }
            if one.detail.is_some() {
                body.fail(json!({ "id": one.asset_id, "reason": one.reason, "detail": one.detail }));
            }
        }
        let mut statements = Vec::new();
        for listing in LISTINGS {
            if let Some((place, unreadable)) = self.unreadable(listing) {
                statements.extend(quarantine(job, place, &unreadable));
            }
        }
        if !verdicts.is_empty() {
            statements.push(self.page_row(job, &verdicts));
        }
        statements
    }

    fn unreadable(&self, listing: Listing) -> Option<(&Place, Vec<&Unreadable>)> {
        let rows = self.rows.iter().filter_map(|row| match row {
            Row::Unreadable(place, unreadable) if place.listing == listing => Some((place, &**unreadable)),
            _ => None,
        });
        let (places, rows): (Vec<&Place>, Vec<&Unreadable>) = rows.unzip();
        places.first().map(|place| (*place, rows))
    }

    fn verdicts(&self, taken: &Taken) -> Vec<Verdict<'_>> {
        let mut roots = taken.roots.iter();
        let mut known = taken.settled.known.clone();
        let written = set_of(taken.settled.assets.iter().map(|asset| asset.id.as_str()));
        let verdicts = self.rows.iter().map(|row| match row {
            Row::Absent(id, reason, detail) => Verdict {
                outcome: Outcome::Skipped,
                reason: Some(reason),
                root: None,
                digest: None,
                asset_id: Some(id),
                detail: Some(detail),
            },
            Row::Unreadable(_, unreadable) => Verdict {
                outcome: Outcome::Quarantined,
                reason: Some(unreadable.reason),
                root: unreadable.root.clone(),
                digest: unreadable.digest.as_deref(),
                asset_id: unreadable.asset_id.as_deref(),
                detail: Some(&unreadable.detail),
            },
            Row::Read(incoming) => {
                let root = roots.next().and_then(Option::as_ref);
                let id = root.and_then(|root| taken.settled.holders.get(root)).cloned().unwrap_or_default();
                let (outcome, reason) = if taken.settled.removed.contains(&id) {
                    (Outcome::Skipped, Some("removed_by_you"))
                } else if known.insert(id.clone()) {
                    (Outcome::Created, None)
                } else if written.contains(id.as_str()) {
                    (Outcome::Updated, None)
                } else {
                    (Outcome::Unchanged, None)
                };
                Verdict {
                    outcome,
                    reason,
                    root: root.cloned(),
                    digest: Some(&incoming.digest),
                    asset_id: incoming.facts.asset_id.as_deref(),
                    detail: None,
                }
            }
        });
        verdicts.collect()
    }

    /// The proof of what was seen, and the sightings that changed nothing.
    fn page_row(&self, job: &JobRow, verdicts: &[Verdict<'_>]) -> Statement {
        let rows: Vec<Value> = verdicts
            .iter()
            .map(|one| json!([one.root, one.digest, one.outcome.as_str(), one.reason, one.asset_id]))
            .collect();
        sql::insert_scan_page(&sql::ScanPage {
            owner: job.owner,
            seen_ms: self.seen_ms,
            job: &job.id,
            step: job.step,
            feed: self.feed.as_str(),
            account: job.identity.as_deref().unwrap_or_default(),
            listing: &self.listing(),
            rows: &rows,
        })
    }

    /// The one listing that all rows are about, else `mixed`.
    fn listing(&self) -> String {
        let mut about = self.rows.iter().filter_map(|row| match row {
            Row::Read(incoming) => {
                Some(Listing { media_type: incoming.facts.media_type, making: incoming.facts.making }.name())
            }
            Row::Unreadable(place, _) => Some(place.listing.name()),
            Row::Absent(..) => None,
        });
        let first = about.next().unwrap_or_else(|| "mixed".to_owned());
        if about.all(|one| one == first) { first } else { "mixed".to_owned() }
    }
}
