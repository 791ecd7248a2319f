//! The re-extraction job: reads stored payloads again that an older extractor has read, fifty a step. Where the reading
//! is the same, the row only takes the new version; where it differs, another content stands in its place, with all of
//! its sightings. It asks no provider, and what is done already stays done.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::core::ids::mint;
use crate::core::inventory::intake::{Broken, Intake, StoredPayload, take_in};
use crate::core::inventory::observe::{Sighting, Sightings, latest_ms};
use crate::core::inventory::world::{Incoming, Replaced};
use crate::core::jobs::paged::{Paged, commit};
use crate::core::jobs::refresh::RefreshBody;
use crate::core::jobs::row::JobRow;
use crate::core::jobs::{LEASE_MS, hint};
use crate::core::json::parse_lenient;
use crate::core::payload::{reading_digest, shape};
use crate::core::providers::{extractor_version, pixverse};
use crate::core::row::row;
use crate::core::sql::inventory::{DueStep, guard};
use crate::core::sql::quarantine::insert_quarantine;
use crate::core::sql::{jobs as job_sql, reextract as sql};
use crate::core::statement::{BadRows, Plan, Rows, rows_at};
use crate::core::step::{Disposition, MAX_TRIES, NowMs, Step};

/// Observations a step.
const BATCH: usize = 50;
/// What it counts: `seen` is the sum of the others. `current` were read by this version already; `same` gave the same
/// reading; `root_changed` and `unreadable` stay as they were, with a copy in quarantine.
pub const COUNTERS: [&str; 6] = ["seen", "current", "same", "replaced", "root_changed", "unreadable"];

row! {
    struct KeyRow {
        root: String,
        digest: String,
        extractor: u32,
    }
}

/// Works on the step of a re-extraction that is due.
#[must_use]
pub fn step(row: JobRow) -> Step<Disposition> {
    match Paged::parse(&row.body) {
        Ok(body) => next_page(row, body, MAX_TRIES),
        Err(error) => Step::End(Disposition::broken(&error)),
    }
}

fn next_page(row: JobRow, body: Paged, tries: u32) -> Step<Disposition> {
    let key = |at: usize| body.after().get(at).and_then(Value::as_str).unwrap_or_default().to_owned();
    let statements = sql::observations_behind(row.owner, (&key(0), &key(1)), extractor_version(), BATCH);
    Step::read(statements, move |rows, now| match Page::read(&rows) {
        Ok(page) => page.take_in(row, body, tries, now),
        Err(error) => Step::End(Disposition::broken(&error)),
    })
}

/// A page that was read again.
#[derive(Default)]
struct Page {
    keys: Vec<KeyRow>,
    same: Vec<(String, String)>,
    replaced: Vec<Replaced>,
    /// What stays as it was: the payload, why, and what was found.
    kept: Vec<(StoredPayload, &'static str, String)>,
}

impl Page {
    fn read(rows: &[Rows]) -> Result<Self, BadRows> {
        let mut page = Self { keys: rows_at(rows, 0)?.parse()?, ..Self::default() };
        for stored in rows_at(rows, 1)?.parse::<StoredPayload>()? {
            page.read_again(stored)?;
        }
        Ok(page)
    }

    fn read_again(&mut self, stored: StoredPayload) -> Result<(), BadRows> {
        let facts = match stored.relink() {
            Ok(relink) => relink.facts,
            Err(error) => {
                self.kept.push((stored, "unreadable", error.reason));
                return Ok(());
            }
        };
        let bad = |reason: String| BadRows { reason };
        let value = parse_lenient(&stored.payload).map_err(|error| bad(error.to_string()))?;
        let digest = reading_digest(&facts, &shape(&value));
        let root = facts.root().map(crate::core::alias::Alias::text);
        if root.as_deref() != Some(stored.root.as_str()) {
            let detail = format!("it was {}, it is {}", stored.root, root.as_deref().unwrap_or("nothing"));
            self.kept.push((stored, "root_changed", detail));
        } else if digest == stored.digest {
            self.same.push((stored.root, stored.digest));
        } else {
            let seen: Sightings =
                serde_json::from_str(&stored.seen).map_err(|error| bad(error.to_string()))?;
            let since_ms = latest_ms(&seen);
            let Some(first) = seen.into_iter().next() else { return Ok(()) };
            let incoming = Incoming {
                provider_id: stored.provider_id,
                facts,
                digest,
                payload: stored.payload,
                seen: first,
            };
            self.replaced.push(Replaced { old_digest: stored.digest, since_ms, incoming });
        }
        Ok(())
    }

    fn take_in(self, row: JobRow, body: Paged, tries: u32, now: NowMs) -> Step<Disposition> {
        let due = DueStep { job: row.id.clone(), step: row.step };
        if self.replaced.is_empty() {
            let guard = guard(row.owner, Some(&due), &BTreeSet::new(), 0, &[]);
            return self.commit(row, body, Plan { statements: vec![guard], sends: Vec::new() }, tries, now);
        }
        let intake =
            Intake { owner: row.owner, due: Some(due), replaced: self.replaced.clone(), ..Intake::default() };
        take_in(intake, move |taken, now| {
            let plan = Plan { statements: taken.statements, sends: taken.sends };
            self.commit(row, body, plan, tries, now)
        })
    }

    fn commit(self, row: JobRow, body: Paged, mut plan: Plan, tries: u32, now: NowMs) -> Step<Disposition> {
        let kept = self.kept.iter().map(|(stored, ..)| (stored.root.clone(), stored.digest.clone()));
        let marked: Vec<(String, String)> = self.same.iter().cloned().chain(kept).collect();
        if !marked.is_empty() {
            plan.statements.push(sql::mark_extracted(row.owner, &marked, extractor_version()));
        }
        plan.statements.extend(insert_quarantine(row.owner, &self.quarantined(&row)));
        let is_over = self.keys.len() < BATCH;
        let counted = self.counted(body.clone());
        if is_over && counted.counted("replaced") > 0 {
            push_refresh(&mut plan, &row, now);
        }
        counted.advance(&mut plan, &row, is_over, now);
        commit(plan, tries, move |tries| next_page(row, body, tries))
    }

    fn counted(&self, mut body: Paged) -> Paged {
        let version = extractor_version();
        body.count("seen", self.keys.len());
        body.count("current", self.keys.iter().filter(|key| key.extractor >= version).count());
        body.count("same", self.same.len());
        body.count("replaced", self.replaced.len());
        for (stored, reason, detail) in &self.kept {
            body.count(reason, 1);
            body.fail(json!({ "id": stored.root, "reason": reason, "detail": detail }));
        }
        if let Some(last) = self.keys.last() {
            body.move_behind(json!([last.root, last.digest]));
        }
        body
    }

    /// Copies of what stays as it was, one for each feed and account that showed it, for a person or a replay.
    fn quarantined(&self, row: &JobRow) -> Vec<Value> {
        let mut rows = Vec::new();
        for (stored, reason, detail) in &self.kept {
            let seen: Sightings = serde_json::from_str(&stored.seen).unwrap_or_default();
            rows.extend(seen.iter().map(|sighting| kept_row(row, stored, (reason, detail), sighting)));
        }
        rows
    }
}

fn kept_row(row: &JobRow, stored: &StoredPayload, why: (&str, &str), sighting: &Sighting) -> Value {
    let Sighting(feed, identity, _, last_ms) = sighting;
    let about = format!("{}\n{identity}\n{feed}\n{}\n{}\n{}", row.owner, why.0, stored.root, stored.digest);
    json!({
        "id": mint("qua_", 0, &about),
        "job": row.id,
        "provider_id": stored.provider_id,
        "api": stored.api.as_str(),
        "media_type": stored.media_type.as_str(),
        "listing": format!("{}/{}", stored.media_type, stored.making),
        "feed": feed.as_str(),
        "identity": identity,
        "seen_ms": last_ms,
        "reason": why.0,
        "detail": why.1,
        "payload": stored.payload,
    })
}

/// Edges of lists that nobody reads any more are no longer in force; a refresh clears them away.
fn push_refresh(plan: &mut Plan, row: &JobRow, now: NowMs) {
    let id = mint("job_", now, &format!("refresh\n{}", row.id));
    let body = RefreshBody::new(Some(pixverse::PROVIDER_ID.to_owned()), Vec::new(), true);
    plan.statements.push(job_sql::insert_job(&job_sql::NewJob {
        id: &id,
        owner: row.owner,
        kind: "refresh",
        account: None,
        due_ms: now + LEASE_MS,
        now,
        body: &serde_json::to_string(&body).unwrap_or_default(),
    }));
    plan.sends.push(hint("refresh", &id, 0, 0));
}
