//! Pages that were handed in: cut into batches of fifty rows, each read and taken in like a listing's page. A small one
//! is taken in while its sender waits, a large one by a job, a batch a step.

use serde_json::{Value, json};

use crate::core::inventory::intake::{Broken, take_in};
use crate::core::inventory::observe::Sighting;
use crate::core::jobs::paged::{Paged, commit};
use crate::core::jobs::read_row::Place;
use crate::core::jobs::received::Received;
use crate::core::jobs::row::JobRow;
use crate::core::media::{Api, Feed, Making, MediaType};
use crate::core::providers::pixverse::handed_in::Handed;
use crate::core::providers::pixverse::listing::Listing;
use crate::core::row::row;
use crate::core::sql::handed as sql;
use crate::core::sql::inventory::DueStep;
use crate::core::statement::{BadRows, JSON_PARAM_BYTES, Plan, Rows, rows_at};
use crate::core::step::{Disposition, MAX_TRIES, NowMs, Step};

/// Rows of a batch.
const BATCH_ROWS: usize = 50;
/// A row that is longer is unreadable anyway, and says so by its length.
const LONGEST_ROW: usize = JSON_PARAM_BYTES / 2 + 1;
/// As long as a row may be inside JSON, where a quote takes two bytes and a control character six: D1 takes 2 MB. Rows of
/// JSON stay below it; a broken line may be anything, and is unreadable however much of it is kept.
const LONGEST_ESCAPED: usize = 1_900_000;

/// Rows that were received at one time, as many as a step takes in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// When they were received from the provider; of many the time when they were handed in.
    pub seen_ms: NowMs,
    /// What each is about, and its text.
    pub rows: Vec<(Listing, String)>,
}

/// Cuts rows into batches. Nothing was received after now, whatever a recording says.
#[must_use]
pub fn batches(rows: Vec<Handed>, now: NowMs) -> Vec<Batch> {
    let mut batches: Vec<Batch> = Vec::new();
    let mut bytes = 0;
    for row in rows {
        let seen_ms = row.seen_ms.map_or(now, |seen_ms| seen_ms.min(now));
        let text = cut(row.text);
        let is_full = batches.last().is_none_or(|batch| {
            batch.seen_ms != seen_ms
                || batch.rows.len() >= BATCH_ROWS
                || bytes + escaped(&text) > JSON_PARAM_BYTES / 2
        });
        if is_full {
            batches.push(Batch { seen_ms, rows: Vec::new() });
            bytes = 0;
        }
        bytes += escaped(&text);
        if let Some(batch) = batches.last_mut() {
            batch.rows.push((row.listing, text));
        }
    }
    batches
}

fn cut(mut text: String) -> String {
    if text.len() > LONGEST_ROW || escaped(&text) > LONGEST_ESCAPED {
        let mut left = LONGEST_ESCAPED;
        let is_over = |(at, c): &(usize, char)| {
            left = left.saturating_sub(escaped_char(*c));
            at + c.len_utf8() > LONGEST_ROW || left == 0
        };
        let end = text.char_indices().find(is_over).map_or(text.len(), |(at, _)| at);
        text.truncate(end);
    }
    text
}

/// How many bytes a text takes inside JSON.
fn escaped(text: &str) -> usize {
    text.chars().map(escaped_char).sum()
}

const fn escaped_char(c: char) -> usize {
    match c {
        '"' | '\\' => 2,
        '\0'..='\u{1f}' => 6,
        _ => c.len_utf8(),
    }
}

impl Batch {
    /// The batch as a page waits.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let rows = self.rows.iter().map(|(listing, text)| json!([listing.media_type, listing.making, text]));
        json!({ "seen_ms": self.seen_ms, "rows": rows.collect::<Value>() })
    }

    /// Reads the rows of a page of a job of this account.
    #[must_use]
    pub fn receive(&self, job: &JobRow) -> Received {
        let mut received = Received::new(Feed::Pushed, self.seen_ms);
        for (listing, text) in &self.rows {
            received.read(place(job, *listing, Feed::Pushed, self.seen_ms), text, None);
        }
        received
    }
}

/// Where a row of a job's account was seen.
#[must_use]
pub fn place(job: &JobRow, listing: Listing, feed: Feed, seen_ms: NowMs) -> Place {
    Place {
        provider_id: job.provider_id.clone().unwrap_or_default(),
        api: job.api.as_deref().and_then(Api::parse).unwrap_or(Api::Library),
        listing,
        seen: Sighting::once(feed, job.identity.clone().unwrap_or_default(), seen_ms),
    }
}

row! {
    struct PageRow {
        seen_ms: i64,
        rows: String,
    }
}

/// Works on the page that is due: its number is the step's.
#[must_use]
pub fn step(row: JobRow) -> Step<Disposition> {
    match Paged::parse(&row.body) {
        Ok(body) => read_page(row, body, MAX_TRIES),
        Err(error) => Step::End(Disposition::broken(&error)),
    }
}

fn read_page(row: JobRow, body: Paged, tries: u32) -> Step<Disposition> {
    let page = sql::handed_page(row.owner, &row.id, row.step);
    Step::read(vec![page], move |rows, _| match parse(&rows) {
        Ok(batch) => take(batch.receive(&row), row, body, tries),
        Err(error) => Step::End(Disposition::broken(&error)),
    })
}

fn take(received: Received, row: JobRow, body: Paged, tries: u32) -> Step<Disposition> {
    let due = DueStep { job: row.id.clone(), step: row.step };
    take_in(received.intake(row.owner, Some(due)), move |taken, now| {
        let mut counted = body.clone();
        let mut plan = Plan::default();
        plan.statements.extend(taken.statements.iter().cloned());
        plan.sends.extend(taken.sends.iter().cloned());
        plan.statements.extend(received.record(&row, &taken, &mut counted));
        plan.statements.push(sql::delete_handed_page(row.owner, &row.id, row.step));
        let is_over = counted.asked("pages").as_i64().is_none_or(|pages| row.step + 1 >= pages);
        counted.move_behind(row.step.into());
        counted.advance(&mut plan, &row, is_over, now);
        commit(plan, tries, move |tries| read_page(row, body, tries))
    })
}

fn parse(rows: &[Rows]) -> Result<Batch, BadRows> {
    let bad = || BadRows { reason: "a page that was handed in is gone".to_owned() };
    let page = rows_at(rows, 0)?.first::<PageRow>()?.ok_or_else(bad)?;
    let rows: Vec<(MediaType, Making, String)> =
        serde_json::from_str(&page.rows).map_err(|error| BadRows { reason: error.to_string() })?;
    let rows = rows.into_iter().map(|(media_type, making, text)| (Listing { media_type, making }, text));
    Ok(Batch { seen_ms: page.seen_ms, rows: rows.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTING: Listing = Listing { media_type: MediaType::Video, making: Making::Created };

    fn handed(seen_ms: Option<i64>, text: &str) -> Handed {
        Handed { listing: LISTING, seen_ms, text: text.to_owned() }
    }

    fn sizes(rows: Vec<Handed>) -> Vec<(i64, usize)> {
        batches(rows, 100).iter().map(|batch| (batch.seen_ms, batch.rows.len())).collect()
    }

    #[test]
    fn a_batch_has_fifty_rows_of_one_time() {
        assert_eq!(sizes(vec![handed(None, "{}"); 101]), [(100, 50), (100, 50), (100, 1)]);
        let times = [Some(7), Some(7), None, Some(900)];
        let rows = times.into_iter().map(|seen_ms| handed(seen_ms, "{}")).collect();
        assert_eq!(sizes(rows), [(7, 2), (100, 2)]);
        assert_eq!(sizes(Vec::new()), []);
    }

    #[test]
    fn a_batch_fits_a_parameter_and_a_row_is_never_lost() {
        let long = "é".repeat(JSON_PARAM_BYTES / 2);
        let cut = batches(vec![handed(None, &long), handed(None, "{}")], 100);
        assert_eq!(cut.iter().map(|batch| batch.rows.len()).collect::<Vec<_>>(), [1, 1]);
        let kept = cut[0].rows[0].1.len();
        assert!((JSON_PARAM_BYTES / 2..=LONGEST_ROW).contains(&kept), "{kept}");
        assert!(cut[0].to_json().to_string().len() < JSON_PARAM_BYTES);
    }

    #[test]
    fn what_grows_inside_json_still_fits() {
        let binary = batches(vec![handed(None, &"\u{1}".repeat(JSON_PARAM_BYTES))], 100);
        let rows: Vec<Value> = binary.iter().map(Batch::to_json).collect();
        assert!(rows[0].to_string().len() < 2_000_000, "{}", rows[0].to_string().len());
        // Fifty rows of 20 kB of quotes are two batches of one parameter each, not one that is twice as long.
        let quotes = "\"".repeat(20_000);
        let batches = batches(vec![handed(None, &quotes); 50], 100);
        assert!(batches.iter().all(|batch| batch.to_json().to_string().len() < JSON_PARAM_BYTES));
        assert_eq!(batches.iter().map(|batch| batch.rows.len()).sum::<usize>(), 50);
    }
}
