//! The replay job: reads quarantined payloads again, with the extractor of today, and takes in those that it can read,
//! as if they had been read when they were received. The others stay, with today's reason.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::core::inventory::intake::{Broken, Intake, Sources, take_in};
use crate::core::inventory::observe::Sighting;
use crate::core::inventory::world::Incoming;
use crate::core::jobs::paged::{Paged, commit};
use crate::core::jobs::read_row::{Place, read};
use crate::core::jobs::row::JobRow;
use crate::core::media::{Api, Feed, Making, MediaType};
use crate::core::providers::pixverse::listing::Listing;
use crate::core::row::row;
use crate::core::sql::inventory::{DueStep, guard};
use crate::core::sql::quarantine as sql;
use crate::core::statement::{BadRows, Plan, Rows, rows_at};
use crate::core::step::{Disposition, MAX_TRIES, NowMs, Step};

/// Payloads a step.
const BATCH: usize = 25;
/// What a replay counts: `seen` is the sum of the others. `missing` were asked for by id and are not in quarantine.
pub const COUNTERS: [&str; 4] = ["seen", "folded", "unreadable", "missing"];

row! {
    struct KeptRow {
        id: String,
        provider_id: String,
        api: Api,
        media_type: MediaType,
        listing: String,
        feed: String,
        identity: String,
        reason: String,
        detail: String,
        payload: String,
        seen_ms: i64,
    }
}

/// Works on the step of a replay that is due.
#[must_use]
pub fn step(row: JobRow) -> Step<Disposition> {
    match Paged::parse(&row.body) {
        Ok(body) => next_page(row, body, MAX_TRIES),
        Err(error) => Step::End(Disposition::broken(&error)),
    }
}

fn next_page(row: JobRow, body: Paged, tries: u32) -> Step<Disposition> {
    let after = body.after().as_str().unwrap_or_default().to_owned();
    let asked = asked_ids(&body, &after);
    let statement = match &asked {
        Some(ids) => sql::quarantined_by_id(row.owner, ids),
        None => sql::quarantined_behind(row.owner, body.asked("reason").as_str(), &after, BATCH),
    };
    Step::read(vec![statement], move |rows, now| match Page::read(&rows, asked, &body, after) {
        Ok(page) => page.take_in(row, body, tries, now),
        Err(error) => Step::End(Disposition::broken(&error)),
    })
}

/// The next ids behind a key, in order; `None` where all are asked for.
fn asked_ids(body: &Paged, after: &str) -> Option<Vec<String>> {
    let ids = body.asked("ids").as_array()?;
    let mut sorted: BTreeSet<&str> = BTreeSet::new();
    sorted.extend(ids.iter().filter_map(Value::as_str).filter(|id| *id > after));
    Some(sorted.into_iter().take(BATCH).map(ToOwned::to_owned).collect())
}

/// A page that was read again.
struct Page {
    seen: usize,
    incoming: Vec<Incoming>,
    folded: Vec<String>,
    /// Id, reason and detail.
    unreadable: Vec<(String, String, String)>,
    /// Those of them whose reason is another one now.
    renewed: Vec<usize>,
    missing: Vec<String>,
    last: String,
    is_over: bool,
}

impl Page {
    fn read(rows: &[Rows], asked: Option<Vec<String>>, body: &Paged, after: String) -> Result<Self, BadRows> {
        let rows = rows_at(rows, 0)?.parse::<KeptRow>()?;
        let read = asked.as_ref().map_or(rows.len(), Vec::len);
        let keys = asked.as_ref().and_then(|ids| ids.last()).or(rows.last().map(|row| &row.id));
        let mut page = Self {
            seen: read,
            incoming: Vec::new(),
            folded: Vec::new(),
            unreadable: Vec::new(),
            renewed: Vec::new(),
            missing: Vec::new(),
            last: keys.cloned().unwrap_or(after),
            is_over: read < BATCH,
        };
        page.missing = asked.unwrap_or_default();
        page.missing.retain(|id| !rows.iter().any(|row| row.id == *id));
        for row in rows {
            page.read_row(row, body.asked("force").as_bool() == Some(true))?;
        }
        Ok(page)
    }

    fn read_row(&mut self, row: KeptRow, accept_types: bool) -> Result<(), BadRows> {
        // Only its beginning was kept.
        if row.reason == "payload_too_large" {
            self.unreadable.push((row.id, row.reason, row.detail));
            return Ok(());
        }
        match read(&place_of(&row)?, &row.payload, accept_types).result {
            Ok(incoming) => {
                self.incoming.push(incoming);
                self.folded.push(row.id);
            }
            Err(now) => {
                if (row.reason.as_str(), &row.detail) != (now.reason, &now.detail) {
                    self.renewed.push(self.unreadable.len());
                }
                self.unreadable.push((row.id, now.reason.to_owned(), now.detail));
            }
        }
        Ok(())
    }

    fn take_in(self, row: JobRow, body: Paged, tries: u32, now: NowMs) -> Step<Disposition> {
        let due = DueStep { job: row.id.clone(), step: row.step };
        if self.incoming.is_empty() {
            let guard = guard(row.owner, Some(&due), &BTreeSet::new(), 0, &[]);
            return self.commit(row, body, Plan { statements: vec![guard], sends: Vec::new() }, tries, now);
        }
        let intake = Intake {
            owner: row.owner,
            due: Some(due),
            incoming: self.incoming.clone(),
            sources: Sources::All,
            ..Intake::default()
        };
        take_in(intake, move |taken, now| {
            let plan = Plan { statements: taken.statements, sends: taken.sends };
            self.commit(row, body, plan, tries, now)
        })
    }

    fn commit(self, row: JobRow, body: Paged, mut plan: Plan, tries: u32, now: NowMs) -> Step<Disposition> {
        if !self.folded.is_empty() {
            let is_forced = body.asked("force").as_bool() == Some(true);
            let outcome = if is_forced { "accepted" } else { "folded" };
            plan.statements.push(sql::mark_replayed(row.owner, &self.folded, outcome, now));
        }
        let renewed = self.renewed.iter().filter_map(|at| self.unreadable.get(*at));
        let renewed: Vec<Value> = renewed
            .map(|(id, reason, detail)| json!({ "owner": row.owner, "id": id, "reason": reason, "detail": detail }))
            .collect();
        if !renewed.is_empty() {
            plan.statements.push(sql::renew_reasons(row.owner, &renewed));
        }
        self.counted(body.clone()).advance(&mut plan, &row, self.is_over, now);
        commit(plan, tries, move |tries| next_page(row, body, tries))
    }

    fn counted(&self, mut body: Paged) -> Paged {
        body.count("seen", self.seen);
        body.count("folded", self.folded.len());
        body.count("unreadable", self.unreadable.len());
        body.count("missing", self.missing.len());
        for (id, reason, detail) in &self.unreadable {
            body.fail(json!({ "id": id, "reason": reason, "detail": detail }));
        }
        for id in &self.missing {
            body.fail(json!({ "id": id, "reason": "not_in_quarantine", "detail": Value::Null }));
        }
        body.move_behind(self.last.clone().into());
        body
    }
}

fn place_of(row: &KeptRow) -> Result<Place, BadRows> {
    let feed = Feed::parse(&row.feed);
    let feed = feed.ok_or_else(|| BadRows { reason: format!("feed {:?} is not known", row.feed) })?;
    let making = row.listing.rsplit('/').next().and_then(Making::parse).unwrap_or(Making::Created);
    Ok(Place {
        provider_id: row.provider_id.clone(),
        api: row.api,
        listing: Listing { media_type: row.media_type, making },
        seen: Sighting::once(feed, row.identity.clone(), row.seen_ms),
    })
}
