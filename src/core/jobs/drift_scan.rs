//! The drift scan: every asset, or some, under the lens, a few a step. It asks nothing of a provider and changes no
//! asset; findings that are there already cost no write.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::core::drift::case::{Findings, Scans};
use crate::core::drift::ingest::place_of;
use crate::core::drift::kind::Kind;
use crate::core::drift::scan::{SCANNED, Stored, complete_scans, findings, is_current, unread_sources};
use crate::core::inventory::intake::{Broken, Intake, Taken, take_in};
use crate::core::inventory::settle::Settled;
use crate::core::inventory::world::World;
use crate::core::jobs::row::JobRow;
use crate::core::jobs::{LEASE_MS, hint};
use crate::core::row::row;
use crate::core::sql::assets::LAST_MS;
use crate::core::sql::inventory::{DueStep, near};
use crate::core::sql::{drift, drift_scan as sql, jobs};
use crate::core::statement::{BadRows, Plan, Rows, rows_at};
use crate::core::step::{Committed, Disposition, MAX_TRIES, NowMs, Step};

/// How many assets a step looks at: their payloads are read and folded again, about 2 kB and a millisecond each.
pub const BATCH: usize = 25;

/// The body of a scan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScanBody {
    /// The kinds to look for.
    pub kinds: Vec<Kind>,
    /// The ids that are still to be looked at; `None` for all assets.
    pub asset_ids: Option<Vec<String>>,
    /// The last asset that was looked at, in a walk over all.
    pub after: String,
    /// How many there were at the start.
    pub total: i64,
    /// How many were looked at.
    pub done: i64,
    /// How many of the asked ids are no assets.
    pub not_found: i64,
    /// How often each kind was found.
    pub found: BTreeMap<String, i64>,
}

impl ScanBody {
    /// The body as JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "kinds": self.kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>(),
            "asset_ids": self.asset_ids,
            "after": self.after,
            "total": self.total,
            "done": self.done,
            "not_found": self.not_found,
            "found": self.found,
        })
    }

    /// Reads the body; `None` for what no scan has written.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let body: Map<String, Value> = serde_json::from_str(text).ok()?;
        let number = |name: &str| body.get(name).and_then(Value::as_i64);
        let texts = |value: &Value| -> Option<Vec<String>> {
            value.as_array()?.iter().map(|one| one.as_str().map(ToOwned::to_owned)).collect()
        };
        let kinds = texts(body.get("kinds")?)?;
        let found = body.get("found")?.as_object()?;
        Some(Self {
            kinds: kinds.iter().map(|kind| Kind::parse(kind)).collect::<Option<_>>()?,
            asset_ids: texts(body.get("asset_ids")?),
            after: body.get("after")?.as_str()?.to_owned(),
            total: number("total")?,
            done: number("done")?,
            not_found: number("not_found")?,
            found: found.iter().filter_map(|(kind, count)| Some((kind.clone(), count.as_i64()?))).collect(),
        })
    }
}

row! {
    struct IdRow {
        id: String,
    }
}

/// A step under way: which job, how far it is, which assets.
#[derive(Clone)]
struct Page {
    row: JobRow,
    body: ScanBody,
    ids: Vec<String>,
    tries: u32,
}

/// Works on the step of a scan that is due.
#[must_use]
pub fn step(row: JobRow) -> Step<Disposition> {
    let Some(mut body) = ScanBody::parse(&row.body) else {
        return broken(&BadRows { reason: format!("job {} has an unreadable body", row.id) });
    };
    if body.kinds.is_empty() {
        body.kinds = SCANNED.to_vec();
    }
    if let Some(ids) = &body.asset_ids {
        let ids = ids.iter().take(BATCH).cloned().collect();
        return read_page(Page { row, body, ids, tries: MAX_TRIES });
    }
    Step::read(vec![sql::ids_behind(row.owner, &body.after, BATCH)], move |rows, _| {
        match rows_at(&rows, 0).and_then(|rows| rows.parse::<IdRow>()) {
            Ok(ids) => {
                let ids = ids.into_iter().map(|row| row.id).collect();
                read_page(Page { row, body, ids, tries: MAX_TRIES })
            }
            Err(error) => broken(&error),
        }
    })
}

fn broken(error: &BadRows) -> Step<Disposition> {
    Step::End(Disposition::broken(error))
}

fn read_page(page: Page) -> Step<Disposition> {
    let mut statements = sql::stored_rows(page.row.owner, &page.ids);
    statements.push(sql::ended_syncs(page.row.owner));
    Step::read(statements, move |rows, _| match parse(&rows) {
        Ok((stored, scans)) => fold_page(page, stored, scans),
        Err(error) => broken(&error),
    })
}

fn parse(rows: &[Rows]) -> Result<(Stored, Scans), BadRows> {
    Ok((Stored::parse(rows)?, complete_scans(rows_at(rows, 2)?)?))
}

fn fold_page(page: Page, stored: Stored, scans: Scans) -> Step<Disposition> {
    let due = DueStep { job: page.row.id.clone(), step: page.row.step };
    let intake =
        Intake { owner: page.row.owner, due: Some(due), refolded: stored.roots(), ..Intake::default() };
    take_in(intake, move |taken, now| {
        if !is_current(&stored, &taken) {
            return again(page);
        }
        let unread = unread_sources(&taken);
        if unread.is_empty() {
            let findings = findings(&stored, &taken, &|_| None, &scans, now);
            return commit(page, &stored, taken, findings, now);
        }
        let near = near(page.row.owner, &unread, LAST_MS);
        Step::read(vec![near], move |rows, now| match World::load(page.row.owner, &unread, &rows) {
            Ok(elsewhere) => {
                let nothing = Settled::default();
                let resolve = |alias: &str| place_of(&elsewhere, &nothing, alias);
                let findings = findings(&stored, &taken, &resolve, &scans, now);
                commit(page, &stored, taken, findings, now)
            }
            Err(error) => broken(&error),
        })
    })
}

fn again(mut page: Page) -> Step<Disposition> {
    if page.tries <= 1 {
        return Step::End(Disposition::RetryAfter { seconds: 5, reason: "too many writers".to_owned() });
    }
    page.tries -= 1;
    read_page(page)
}

fn commit(
    page: Page,
    stored: &Stored,
    taken: Taken,
    mut findings: Findings,
    now: NowMs,
) -> Step<Disposition> {
    findings.keep(&page.body.kinds);
    let body = advanced(&page, stored, &findings);
    // Of what the fold would write only the guard is wanted: a scan says what is wrong and leaves it.
    let mut statements: Vec<_> = taken.statements.into_iter().take(1).collect();
    statements.extend(drift::write_findings(page.row.owner, &findings, now));
    let over = body.asset_ids.as_ref().map_or(page.ids.len() < BATCH, Vec::is_empty);
    let (state, step) = if over { ("done", page.row.step) } else { ("active", page.row.step + 1) };
    let text = body.to_json().to_string();
    statements.push(jobs::advance_job(&page.row.id, step, state, now + LEASE_MS, &text, now));
    let sends = if over { Vec::new() } else { vec![hint(&page.row.kind, &page.row.id, step, 0)] };
    Step::commit(Plan { statements, sends }, move |committed, _| match committed {
        Committed::Done | Committed::Stale => Step::End(Disposition::Ack),
        Committed::Conflict | Committed::Duplicate => again(page),
    })
}

fn advanced(page: &Page, stored: &Stored, findings: &Findings) -> ScanBody {
    let mut body = page.body.clone();
    let count = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
    body.done += count(page.ids.len());
    body.not_found += count(page.ids.len().saturating_sub(stored.rows.len()));
    if let Some(ids) = &mut body.asset_ids {
        ids.retain(|id| !page.ids.contains(id));
    }
    body.after = page.ids.last().cloned().unwrap_or(body.after);
    for finding in &findings.found {
        *body.found.entry(finding.kind.as_str().to_owned()).or_default() += 1;
    }
    body
}
