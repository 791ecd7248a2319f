//! The import job: takes an export in, a page of lines a step, by the one way into the inventory. Identities, stubs, edges
//! and fields follow from the payloads and decisions again; at the manifest the digest says whether they came out the
//! same.

use serde_json::{Value, json};

use crate::core::api::digest::Progress;
use crate::core::facts::Context;
use crate::core::inventory::intake::{Broken, Intake, Sources, take_in};
use crate::core::inventory::observe::Sighting;
use crate::core::inventory::world::{Decision, Family, Incoming};
use crate::core::jobs::LEASE_MS;
use crate::core::jobs::paged::{Paged, commit};
use crate::core::jobs::row::JobRow;
use crate::core::json::parse_lenient;
use crate::core::media::{Api, Making, MediaType};
use crate::core::payload::{cleaned, reading_digest, shape};
use crate::core::providers::extract_in;
use crate::core::row::row;
use crate::core::sql::decisions::insert_decisions;
use crate::core::sql::digest::digest_page;
use crate::core::sql::export as sql;
use crate::core::sql::inventory::{DueStep, guard};
use crate::core::sql::{handed, jobs};
use crate::core::statement::{BadRows, Plan, Rows, Statement, rows_at};
use crate::core::step::{Disposition, MAX_TRIES, NowMs, Step};

/// What an import counts: `seen` is the sum of the others.
pub const COUNTERS: [&str; 5] = ["seen", "observations", "decisions", "others", "unreadable"];
/// Words that decisions use.
const VERDICTS: [&str; 7] = ["remove", "restore", "same", "different", "edge", "no_edge", "accept"];

row! {
    struct PageRow {
        rows: String,
    }
}

/// The lines of a page, read.
#[derive(Clone, Default)]
struct Lines {
    kind: String,
    lines: Vec<Value>,
    incoming: Vec<Incoming>,
    decisions: Vec<Decision>,
    read: usize,
    /// Which of the lines of the page could not be read, counted from one, and why.
    unreadable: Vec<(usize, String)>,
}

/// Works on the page that is due. Where none has come yet, nothing happens: the next chunk, or the tick, asks again.
#[must_use]
pub fn step(row: JobRow) -> Step<Disposition> {
    match Paged::parse(&row.body) {
        Ok(body) if body.after().get("manifest").is_some() => verify(row, body),
        Ok(body) => read_page(row, body, MAX_TRIES),
        Err(error) => Step::End(Disposition::broken(&error)),
    }
}

fn read_page(row: JobRow, body: Paged, tries: u32) -> Step<Disposition> {
    let page = handed::handed_page(row.owner, &row.id, row.step);
    Step::read(vec![page], move |rows, now| match parse(&rows) {
        Ok(None) => Step::End(Disposition::Ack),
        Ok(Some(lines)) if lines.kind == "manifest" => keep_manifest(&row, body, &lines, now),
        Ok(Some(lines)) => take(row, body, lines, tries),
        Err(error) => Step::End(Disposition::broken(&error)),
    })
}

fn parse(rows: &[Rows]) -> Result<Option<Lines>, BadRows> {
    let Some(page) = rows_at(rows, 0)?.first::<PageRow>()? else { return Ok(None) };
    let texts: Vec<String> =
        serde_json::from_str(&page.rows).map_err(|error| BadRows { reason: error.to_string() })?;
    let mut read = Lines::default();
    for text in &texts {
        let line = parse_lenient(text).unwrap_or_default();
        read.kind = line.get("kind").and_then(Value::as_str).unwrap_or_default().to_owned();
        if let Err(reason) = read.add(line) {
            read.unreadable.push((read.read, reason));
        }
    }
    Ok(Some(read))
}

impl Lines {
    fn add(&mut self, line: Value) -> Result<(), String> {
        self.read += 1;
        match self.kind.as_str() {
            "observation" => self.observe(&line)?,
            "decision" => self.decisions.push(decision(&line).ok_or("the decision is not readable")?),
            "account" | "page" | "edge" | "alias" | "redirect" | "asset" | "manifest" | "export" => {
                self.lines.push(line);
            }
            other => return Err(format!("lines of the kind {other:?} are not known")),
        }
        Ok(())
    }

    /// One payload for each of its sightings, which keep their times.
    fn observe(&mut self, line: &Value) -> Result<(), String> {
        let word = |name: &str| line.get(name).and_then(Value::as_str).unwrap_or_default();
        let context = Context {
            media_type: MediaType::parse(word("media_type")).ok_or("the media type is not known")?,
            api: Api::parse(word("api")),
            making: Making::parse(word("making")),
        };
        let text = line.get("payload").map(ToString::to_string).unwrap_or_default();
        let payload = cleaned(&text).map_err(|refused| refused.to_string())?.json;
        let facts =
            extract_in(word("provider_id"), context, &payload).map_err(|refused| refused.to_string())?;
        let value = parse_lenient(&payload).map_err(|refused| refused.to_string())?;
        let digest = reading_digest(&facts, &shape(&value));
        if facts.root().is_none() {
            return Err("the payload has no identity".to_owned());
        }
        let seen = line.get("seen").map(ToString::to_string).unwrap_or_default();
        let seen: Vec<Sighting> = serde_json::from_str(&seen).map_err(|error| error.to_string())?;
        self.incoming.extend(seen.into_iter().map(|seen| Incoming {
            provider_id: word("provider_id").to_owned(),
            facts: facts.clone(),
            digest: digest.clone(),
            payload: payload.clone(),
            seen,
        }));
        Ok(())
    }

    fn statements(&self, owner: i64, now: NowMs) -> Vec<Statement> {
        match self.kind.as_str() {
            "account" => vec![sql::import_accounts(owner, &self.lines, now)],
            "page" => vec![sql::import_pages(owner, &self.lines)],
            "edge" => vec![sql::import_edges(owner, &self.lines)],
            "redirect" => vec![sql::import_redirects(owner, &self.lines)],
            "asset" => {
                vec![sql::import_public_ids(owner, &self.lines), sql::import_missing(owner, &self.lines)]
            }
            "decision" => vec![insert_decisions(owner, &self.decisions)],
            _ => Vec::new(),
        }
    }

    fn count(&self, body: &mut Paged) {
        let readable = self.read - self.unreadable.len();
        let counter = match self.kind.as_str() {
            "observation" => "observations",
            "decision" => "decisions",
            _ => "others",
        };
        let before = body.counted("seen");
        body.count("seen", self.read);
        body.count(counter, readable);
        body.count("unreadable", self.unreadable.len());
        for (place, reason) in &self.unreadable {
            let line = before + u64::try_from(*place).unwrap_or(0);
            let detail = format!("{}: {reason}", self.kind);
            body.fail(json!({ "id": format!("line {line}"), "reason": "unreadable_line", "detail": detail }));
        }
    }
}

fn decision(line: &Value) -> Option<Decision> {
    let text = |name: &str| line.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
    let family = text("family")?;
    let verdict = text("verdict")?;
    Some(Decision {
        alias: text("alias")?,
        family: Family::parse(&family)?,
        other: text("other")?,
        at_ms: line.get("at_ms")?.as_i64()?,
        verdict: VERDICTS.into_iter().find(|known| *known == verdict)?,
        author: text("author")?,
        body: text("body")?,
    })
}

fn due_step(row: &JobRow) -> DueStep {
    DueStep { job: row.id.clone(), step: row.step }
}

fn take(row: JobRow, body: Paged, lines: Lines, tries: u32) -> Step<Disposition> {
    let intake = Intake {
        owner: row.owner,
        due: Some(due_step(&row)),
        incoming: lines.incoming.clone(),
        sources: Sources::All,
        decisions: lines.decisions.clone(),
        ..Intake::default()
    };
    take_in(intake, move |taken, now| {
        let mut counted = body.clone();
        let mut plan = Plan { statements: taken.statements, sends: taken.sends };
        plan.statements.extend(lines.statements(row.owner, now));
        plan.statements.push(handed::delete_handed_page(row.owner, &row.id, row.step));
        lines.count(&mut counted);
        counted.move_behind(row.step.into());
        counted.advance(&mut plan, &row, false, now);
        commit(plan, tries, move |tries| read_page(row, body, tries))
    })
}

/// The manifest is the last line: what it promises is compared from the next step on.
fn keep_manifest(row: &JobRow, mut body: Paged, lines: &Lines, now: NowMs) -> Step<Disposition> {
    lines.count(&mut body);
    let manifest = lines.lines.first().cloned().unwrap_or_default();
    body.move_behind(json!({ "manifest": manifest, "cursor": Value::Null }));
    let mut plan = Plan { statements: vec![unchanged(row)], sends: Vec::new() };
    plan.statements.push(handed::delete_handed_page(row.owner, &row.id, row.step));
    body.advance(&mut plan, row, false, now);
    Step::commit(plan, |_, _| Step::End(Disposition::Ack))
}

fn unchanged(row: &JobRow) -> Statement {
    guard(row.owner, Some(&due_step(row)), &std::collections::BTreeSet::new(), 0, &[])
}

fn verify(row: JobRow, body: Paged) -> Step<Disposition> {
    let cursor = body.after().get("cursor").cloned().unwrap_or_default();
    let mut progress = Progress::of(serde_json::from_str(&cursor.to_string()).unwrap_or_default());
    let page = digest_page(row.owner, progress.after(), 500);
    Step::read(page, move |rows, now| match progress.add(&rows) {
        Ok(true) => end(&row, body, progress.text().as_deref(), now),
        Ok(false) => {
            let mut body = body;
            let manifest = body.after().get("manifest").cloned().unwrap_or_default();
            body.move_behind(json!({ "manifest": manifest, "cursor": progress.cursor() }));
            let mut plan = Plan { statements: vec![unchanged(&row)], sends: Vec::new() };
            body.advance(&mut plan, &row, false, now);
            Step::commit(plan, |_, _| Step::End(Disposition::Ack))
        }
        Err(error) => Step::End(Disposition::broken(&error)),
    })
}

/// The import has come in whole when it leads to the promised digest, and no line is missing: some, such as those of
/// scans and redirects, are not in the digest.
fn end(row: &JobRow, mut body: Paged, found: Option<&str>, now: NowMs) -> Step<Disposition> {
    let manifest = body.after().get("manifest").cloned().unwrap_or_default();
    let troubles: Vec<(&str, String)> = digest_trouble(&manifest, found)
        .into_iter()
        .chain(lines_trouble(&manifest, &body))
        .chain(unreadable_trouble(&body))
        .collect();
    let mut plan = Plan { statements: vec![unchanged(row)], sends: Vec::new() };
    if troubles.is_empty() {
        body.count_reason("digest_matches");
        body.advance(&mut plan, row, true, now);
    } else {
        for (reason, detail) in troubles {
            body.fail(json!({ "id": "manifest", "reason": reason, "detail": detail }));
            body.count_reason(reason);
        }
        body.end(now);
        let failed = jobs::advance_job(&row.id, row.step, "failed", now + LEASE_MS, &body.text(), now);
        plan.statements.push(failed);
    }
    Step::commit(plan, |_, _| Step::End(Disposition::Ack))
}

fn digest_trouble(manifest: &Value, found: Option<&str>) -> Option<(&'static str, String)> {
    let promised = manifest.get("digest").and_then(Value::as_str);
    let reason = match promised {
        None => "digest_undefined",
        Some(_) if promised == found => return None,
        Some(_) => "digest_differs",
    };
    Some((reason, format!("the manifest promises {promised:?}, the inventory has {found:?}")))
}

/// The first line and the manifest count as lines, and are in no part of the export.
fn lines_trouble(manifest: &Value, body: &Paged) -> Option<(&'static str, String)> {
    let counts = manifest.get("counts").and_then(Value::as_object);
    let promised: u64 = counts.into_iter().flatten().filter_map(|(_, count)| count.as_u64()).sum();
    let came = body.counted("seen").saturating_sub(2);
    (promised != came)
        .then(|| ("lines_missing", format!("the manifest counts {promised} lines, {came} came")))
}

/// What could not be read is named line by line; without it the import is not whole, whatever the digest says.
fn unreadable_trouble(body: &Paged) -> Option<(&'static str, String)> {
    let unreadable = body.counted("unreadable");
    (unreadable > 0).then(|| ("lines_unreadable", format!("{unreadable} lines could not be read")))
}
