//! The end of a probe: what was looked at and how it differs, as lines, and a redacted fixture of each kind of payload.
//! A payload of which something would stay, or that would no longer read the same, is named and not written.

use serde_json::{Value, json};

use crate::core::facts::Facts;
use crate::core::media::{Making, MediaType};
use crate::core::payload::cleaned;
use crate::core::probe::Asked;
use crate::core::probe::ask::{details, facts_of, mode_of, page_name, rows_of};
use crate::core::probe::compare::{Difference, Live, compare, differences_of, grouped, kind, shown};
use crate::core::probe::known::{Known, bare, known};
use crate::core::probe::redact::{Redactor, leaks};
use crate::core::providers::failure::Failure;
use crate::core::providers::pixverse::account::explain;
use crate::core::providers::pixverse::create::parse_result;
use crate::core::providers::pixverse::listing::{LISTINGS, Listing, parse_page};

/// Payloads of one road.
struct Road {
    /// `listed` or `detail`, as fixtures are named.
    name: &'static str,
    live: Vec<Live>,
}

/// The lines to print and the fixtures to write.
#[must_use]
pub fn report(asked: &Asked) -> Value {
    let fixtures = known(&asked.fixtures);
    let mut lines = Vec::new();
    let roads = [listed(asked, &mut lines), detailed(asked, &mut lines)];
    let raw: Vec<String> =
        roads.iter().flat_map(|road| road.live.iter().map(|live| live.row.to_string())).collect();
    let mut redactor = Redactor::new(raw.join("\n"));
    let (mut written, mut differences) = (Vec::new(), Vec::new());
    let unknown = Known::default();
    for road in &roads {
        for ((media_type, mode), live) in grouped(&road.live) {
            let known = fixtures.get(&media_type).unwrap_or(&unknown);
            let found = compare(&live, known);
            lines.push(heading(media_type, &mode, road.name, live.len(), &found.iter().collect::<Vec<_>>()));
            let missing: Vec<&str> =
                found.iter().filter(|one| one.kind == kind::MISSING).map(|one| one.path.as_str()).collect();
            if !missing.is_empty() {
                lines.push(format!("  {:<9} {}", kind::MISSING, missing.join(", ")));
            }
            for one in found.iter().filter(|one| one.kind != kind::MISSING) {
                lines.push(format!("  {:<9} {}  {}", one.kind, one.path, one.text));
            }
            differences.extend(found.iter().map(|one| told(media_type, &mode, road.name, one)));
            let most_news = |live: &&&Live| differences_of(live, known).len();
            let Some(example) = live.iter().rev().max_by_key(most_news) else { continue };
            match fixture(&mut redactor, example) {
                Ok(text) => {
                    written.push(json!({ "name": file_name(media_type, &mode, road.name), "text": text }))
                }
                Err(reason) => lines.push(format!("  not written: {reason}")),
            }
        }
    }
    json!({ "lines": lines, "differences": differences, "fixtures": written })
}

fn listed(asked: &Asked, lines: &mut Vec<String>) -> Road {
    let mut live = Vec::new();
    for listing in LISTINGS {
        let name = page_name(listing);
        let page = asked.reply(&name).map(|reply| parse_page(&reply));
        match page {
            Some(Ok(page)) => lines.push(format!("{name}: {} rows", page.rows.len())),
            Some(Err(failure)) => lines.push(failed(&name, &failure)),
            None => lines.push(format!("{name}: not asked")),
        }
        for row in rows_of(asked, listing) {
            take(listing, &row, &name, &mut live, lines);
        }
    }
    Road { name: "listed", live }
}

fn detailed(asked: &Asked, lines: &mut Vec<String>) -> Road {
    let mut live = Vec::new();
    for detail in details(asked) {
        match asked.reply(&detail.name).map(|reply| parse_result(&reply)) {
            Some(Ok(row)) => take(detail.listing, &row, &detail.name, &mut live, lines),
            Some(Err(failure)) => lines.push(failed(&detail.name, &failure)),
            None => lines.push(format!("{}: not asked", detail.name)),
        }
    }
    Road { name: "detail", live }
}

/// Adds a row as it would be stored; one that is no object is told.
fn take(listing: Listing, row: &str, from: &str, live: &mut Vec<Live>, lines: &mut Vec<String>) {
    let read = cleaned(row).ok().and_then(|cleaned| bare(&cleaned.json)).map(Value::Object);
    let facts = read.as_ref().and_then(|row| facts_of(listing, &row.to_string()));
    match read.zip(facts) {
        Some((row, facts)) => live.push(Live { facts, row }),
        None => lines.push(format!("{from}: a row is no object")),
    }
}

/// The provider's own text is left out: nobody promises that it never repeats a credential.
fn failed(name: &str, failure: &Failure) -> String {
    format!("{name}: failed, {} ({})", explain(failure), failure.code)
}

fn heading(media_type: MediaType, mode: &str, road: &str, rows: usize, found: &[&Difference]) -> String {
    let count = |kind: &str| found.iter().filter(|one| one.kind == kind).count();
    format!(
        "{media_type}, {}, {road}: {rows} looked at, {} new, {} new here, {} changed, {} missing, {} new words",
        shown(mode),
        count(kind::NEW),
        count(kind::NEW_HERE),
        count(kind::CHANGED),
        count(kind::MISSING),
        count(kind::WORD),
    )
}

fn told(media_type: MediaType, mode: &str, road: &str, one: &Difference) -> Value {
    let mut told = one.to_json();
    if let Some(members) = told.as_object_mut() {
        members.insert("media_type".to_owned(), media_type.as_str().into());
        members.insert("mode".to_owned(), shown(mode).into());
        members.insert("road".to_owned(), road.into());
    }
    told
}

fn file_name(media_type: MediaType, mode: &str, road: &str) -> String {
    let mode: String = shown(mode).chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    format!("{media_type}-{mode}-{road}.json")
}

/// The payload as a fixture.
fn fixture(redactor: &mut Redactor, live: &Live) -> Result<String, String> {
    let redacted = redactor.redact(&live.row);
    let text = format!("{redacted:#}\n");
    let left = leaks(&live.row, &text);
    if !left.is_empty() {
        return Err(format!("something of it would stay, at {}", left.join(", ")));
    }
    let listing = Listing { media_type: live.facts.media_type, making: live.facts.making };
    let read = facts_of(listing, &redacted.to_string());
    if read.as_ref().map(reading) == Some(reading(&live.facts)) {
        Ok(text)
    } else {
        Err("redacted, it would read differently".to_owned())
    }
}

/// What of a reading must be the same when every id and text is another one.
#[must_use]
pub fn reading(facts: &Facts) -> Value {
    let parents = facts.parents.iter().map(|parent| {
        let schemes: Vec<&str> = parent.aliases.iter().map(|alias| alias.scheme.as_str()).collect();
        json!([parent.relation, parent.position, parent.anchor, parent.media_type, schemes])
    });
    let schemes: Vec<&str> = facts.aliases.iter().map(|alias| alias.scheme.as_str()).collect();
    json!({
        "operation": facts.operation, "mode": mode_of(facts), "status": facts.status, "media_type": facts.media_type,
        "is_uploaded": facts.making == Making::Uploaded, "aliases": schemes,
        "has_url": facts.media_url.is_some(), "parents": parents.collect::<Vec<_>>(),
        "prompts": facts.prompts.len(), "segments": facts.segments.len(), "created": facts.created_ms.is_some(),
    })
}

#[cfg(test)]
#[path = "report_tests.rs"]
mod tests;
