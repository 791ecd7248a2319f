//! The dry run: what a scan would find, row by row, with nothing written. Each request looks at one page of every
//! listing (at most six provider calls); its cursor goes on where more exists.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::core::api::forecast::{Part as Priced, render_forecast};
use crate::core::api::page::{lead_on, parse_cursor, render_cursor};
use crate::core::api::problem::Problem;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::api::sync::{AccountRow, with_listable};
use crate::core::facts::Facts;
use crate::core::inventory::intake::{Broken, Intake, Taken, take_in};
use crate::core::inventory::world::Incoming;
use crate::core::jobs::budget::written_in;
use crate::core::jobs::read_row::{mark_of, read_row};
use crate::core::jobs::run::Mode;
use crate::core::jobs::walk::Walk;
use crate::core::providers::failure::{Class, Failure};
use crate::core::providers::pixverse::listing::{LISTINGS, Listing, Page, Part, page_call, parse_page};
use crate::core::sql::usage::rows_of_day;
use crate::core::statement::rows_at;
use crate::core::step::{NowMs, Reply, Step};

/// One listing's count so far; it travels in the cursor, so that the last answer speaks for all of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Tally {
    walk: Walk,
    here: u64,
    new: u64,
    removed: u64,
    unreadable: u64,
    /// Of the new ones: how many were made from something, and from how much all together.
    #[serde(default)]
    children: u64,
    #[serde(default)]
    edges: u64,
}

/// `GET /api/v1/providers/{provider_id}/accounts/{id}/sync-dry-run?mode&cursor`.
#[must_use]
pub fn dry_run(call: Call, _now: NowMs) -> Step<Response> {
    let mode = call.query("mode").unwrap_or("all").to_owned();
    let Some(mode) = Mode::parse(&mode) else {
        return Step::End(Problem::invalid("mode", "one of videos, images, audio, both, all").into());
    };
    let tallies = match parse_cursor::<Vec<Tally>>(&call) {
        Ok(tallies) => tallies.unwrap_or_else(|| mode.listings().into_iter().map(beginning).collect()),
        Err(problem) => return Step::End(problem),
    };
    with_listable(call, move |call, account, access, _| {
        let due: Vec<(usize, Listing, Part)> = due_pages(&tallies);
        let calls = due.iter().map(|(_, listing, part)| page_call(&access, *listing, *part)).collect();
        Step::call(calls, move |replies, now| compare(call, account, tallies, &due, &replies, now))
    })
}

const fn empty_tally(walk: Walk) -> Tally {
    Tally { walk, here: 0, new: 0, removed: 0, unreadable: 0, children: 0, edges: 0 }
}

fn beginning(listing: Listing) -> Tally {
    empty_tally(Walk::new(listing))
}

fn due_pages(tallies: &[Tally]) -> Vec<(usize, Listing, Part)> {
    let open = tallies.iter().enumerate().filter(|(_, tally)| tally.walk.ended.is_none());
    open.filter_map(|(index, tally)| {
        let listing = LISTINGS.into_iter().find(|listing| listing.name() == tally.walk.listing)?;
        Some((index, listing, tally.walk.part()))
    })
    .take(LISTINGS.len())
    .collect()
}

fn compare(
    call: Call,
    account: AccountRow,
    mut tallies: Vec<Tally>,
    due: &[(usize, Listing, Part)],
    replies: &[Reply],
    now: NowMs,
) -> Step<Response> {
    let mut incoming: Vec<(usize, Incoming)> = Vec::new();
    for ((index, listing, _), reply) in due.iter().zip(replies) {
        let page = match parse_page(reply) {
            Ok(page) => page,
            Err(failure) => return Step::End(provider_failed(&failure)),
        };
        if let Some(tally) = tallies.get_mut(*index) {
            let read = read_page(tally, *listing, &page, &account, now);
            incoming.extend(read.into_iter().map(|one| (*index, one)));
        }
    }
    let places: Vec<(usize, u64)> =
        incoming.iter().map(|(index, one)| (*index, edges_of(&one.facts))).collect();
    let intake = Intake {
        owner: call.owner.id,
        incoming: incoming.into_iter().map(|(_, one)| one).collect(),
        ..Intake::default()
    };
    // What follows is looked at and dropped: nothing is committed.
    take_in(intake, move |taken, _| {
        count(&mut tallies, &places, &taken);
        price(call, account, tallies)
    })
}

/// Looks up what was written today, where that matters, and answers.
fn price(call: Call, account: AccountRow, tallies: Vec<Tally>) -> Step<Response> {
    let Some(allowance) = call.request.platform.allowance else {
        return Step::End(render(&call, &account, &tallies, 0));
    };
    Step::read(vec![rows_of_day(allowance.day)], move |rows, _| {
        match rows_at(&rows, 0).and_then(written_in) {
            Ok(written) => Step::End(render(&call, &account, &tallies, written)),
            Err(error) => Step::End(Response::broken(&error)),
        }
    })
}

/// How many edges a payload brings.
fn edges_of(facts: &Facts) -> u64 {
    u64::try_from(facts.parents.len()).unwrap_or(0)
}

fn read_page(
    tally: &mut Tally,
    listing: Listing,
    page: &Page,
    account: &AccountRow,
    now: NowMs,
) -> Vec<Incoming> {
    let mut marks = BTreeSet::new();
    let mut readable = Vec::new();
    for text in &page.rows {
        let read = read_row(listing, &account.identity, text, now);
        let mark = mark_of(&read);
        if !tally.walk.has_seen(&mark) {
            tally.walk.counts.seen += 1;
            tally.unreadable += u64::from(read.is_err());
            readable.extend(read.ok());
        }
        marks.insert(mark);
    }
    tally.walk.advance(page, marks);
    readable
}

fn count(tallies: &mut [Tally], places: &[(usize, u64)], taken: &Taken) {
    let mut known = taken.settled.known.clone();
    for ((index, edges), root) in places.iter().zip(&taken.roots) {
        let Some(tally) = tallies.get_mut(*index) else { continue };
        let asset =
            root.as_ref().and_then(|root| taken.settled.holders.get(root)).cloned().unwrap_or_default();
        if taken.settled.removed.contains(&asset) {
            tally.removed += 1;
        } else if known.insert(asset) {
            tally.new += 1;
            tally.children += u64::from(*edges > 0);
            tally.edges += edges;
        } else {
            tally.here += 1;
        }
    }
}

fn render(call: &Call, account: &AccountRow, tallies: &[Tally], written: i64) -> Response {
    let parts: Vec<Priced> = tallies.iter().map(part_of).collect();
    let complete = tallies.iter().all(|tally| tally.walk.ended.is_some());
    let cursor = (!complete).then(|| render_cursor(&tallies));
    let body = json!({
        "provider_id": account.provider_id,
        "account_id": account.id,
        "listings": tallies.iter().map(render_tally).collect::<Vec<Value>>(),
        "forecast": render_forecast(&parts, call.request.platform.allowance, written),
        "complete": complete,
        "next_cursor": cursor,
    });
    let response = Response::json(200, &body);
    lead_on(call, response, cursor.as_deref())
}

fn part_of(tally: &Tally) -> Priced {
    let compared = tally.walk.counts.seen;
    let total = tally.walk.total.unwrap_or(compared);
    Priced { total, compared, new: tally.new, children: tally.children, edges: tally.edges }
}

fn render_tally(tally: &Tally) -> Value {
    let compared = tally.walk.counts.seen;
    let ended = tally.walk.ended.is_some();
    let (media_type, making) = tally.walk.listing.split_once('/').unwrap_or_default();
    json!({
        "listing": tally.walk.listing,
        "media_type": media_type,
        "making": making,
        "total": tally.walk.total.unwrap_or(compared),
        "total_is": if tally.walk.total.is_some() || ended { "exact" } else { "at_least" },
        "compared": compared,
        "here": tally.here,
        "new": tally.new,
        "removed_by_you": tally.removed,
        "unreadable": tally.unreadable,
        "complete": ended,
    })
}

/// A provider's failure as a problem document: never an empty list.
#[must_use]
pub fn provider_failed(failure: &Failure) -> Response {
    let (code, title) = match failure.class {
        Class::Auth => ("auth_required", "The provider does not accept the account's credential"),
        _ => ("provider_error", "The provider did not answer as it should"),
    };
    let problem = Problem::new(502, code, title)
        .detail(failure.to_string())
        .member("class", failure.class.as_str())
        .member("provider_code", failure.code.clone());
    match failure.retry_after_s {
        Some(seconds) => problem.header("retry-after", seconds.to_string()).into(),
        None => problem.into(),
    }
}
