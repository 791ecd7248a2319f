//! Looking for a request whose answer was lost: on the newest page of its library. What is found is certainly its
//! output, or it is not taken. What the provider says of the outputs afterwards is left to the poll job.

use std::collections::BTreeSet;

use super::inputs::no_answer;
use super::news::News;
use super::{Work, send};
use crate::core::alias::Alias;
use crate::core::gather::{set_of, sorted};
use crate::core::ids::{mint, minted_ms};
use crate::core::inventory::intake::Broken;
use crate::core::media::{Api, Making, MediaType};
use crate::core::providers::pixverse;
use crate::core::providers::pixverse::calls::AccountAccess;
use crate::core::providers::pixverse::create::match_candidates;
use crate::core::providers::pixverse::listing::{Listing, Part, page_call, parse_page};
use crate::core::row::row;
use crate::core::sql::generations as sql;
use crate::core::statement::{BadRows, Rows, rows_at};
use crate::core::step::{Disposition, NowMs, Step};

/// Requests that were made so long before or after a lost one may have made what a listing shows in its place.
const NEAR_MS: i64 = 900_000;

row! {
    struct KnownRow {
        root: String,
        asset: Option<String>,
        generation: Option<String>,
    }
}

row! {
    struct OpenRow {
        id: String,
        request: String,
    }
}

/// Asks for the newest page and looks for the outputs there.
pub fn look(work: Work, access: AccountAccess) -> Step<Disposition> {
    let listing = Listing { media_type: work.generation.request.media_type, making: Making::Created };
    Step::call(vec![page_call(&access, listing, Part::NEWEST)], move |replies, now| {
        let reply = replies.into_iter().next().unwrap_or_else(no_answer);
        match parse_page(&reply) {
            Ok(page) => compare(work, access, page.rows),
            Err(failure) => work.hear(News::LookFailed(failure), now),
        }
    })
}

fn compare(work: Work, access: AccountAccess, rows: Vec<String>) -> Step<Disposition> {
    let sent_ms = work.generation.progress.first_sent_ms.unwrap_or(work.generation.created_ms);
    let media_type = work.generation.request.media_type;
    let seen: Vec<String> = match_ids(&rows, media_type).iter().map(|id| root_of(media_type, id)).collect();
    let (owner, account) = (work.row.owner, work.generation.account.clone());
    let (from, to) = (mint("gen_", sent_ms - NEAR_MS, ""), mint("gen_", sent_ms + NEAR_MS, ""));
    let statements = vec![sql::known_roots(owner, &seen), sql::open_requests(owner, &account, (&from, &to))];
    Step::read(statements, move |read, now| match known(&work, &read, sent_ms) {
        Ok(Some(known)) => match match_candidates(&rows, &work.as_sent(), sent_ms, &known) {
            found if found.is_empty() => not_there(work, access, now),
            found => work.hear(News::Found(in_order(found)), now),
        },
        Ok(None) => not_there(work, access, now),
        Err(error) => Step::End(Disposition::broken(&error)),
    })
}

/// Not on the page: it was not made, or not yet. It is sent again under the same keys, while that makes sense.
fn not_there(work: Work, access: AccountAccess, now: NowMs) -> Step<Disposition> {
    send::again(work, access, now)
}

/// The ids that cannot be outputs of this request: assets from before it was sent, and outputs of other requests.
/// `None` when another open request asks for the same: then nobody can tell whose output is whose.
fn known(work: &Work, rows: &[Rows], sent_ms: NowMs) -> Result<Option<BTreeSet<String>>, BadRows> {
    let generation = &work.generation;
    let own = generation.request.to_json().to_string();
    let open = rows_at(rows, 1)?.parse::<OpenRow>()?;
    if open.iter().any(|other| other.id != generation.id && other.request == own) {
        return Ok(None);
    }
    let known = rows_at(rows, 0)?.parse::<KnownRow>()?.into_iter().filter(|row| {
        let is_older = row.asset.as_deref().and_then(minted_ms).is_some_and(|minted| minted < sent_ms);
        is_older || row.generation.as_ref().is_some_and(|other| *other != generation.id)
    });
    let id_of = |row: KnownRow| row.root.rsplit(':').next().map(ToOwned::to_owned);
    Ok(Some(set_of(known.filter_map(id_of))))
}

/// A page shows the newest first, and ids grow with time: in their order the outputs have the places that an answer would
/// have given them.
fn in_order(ids: Vec<String>) -> Vec<String> {
    sorted(ids.into_iter().map(|id| (id.len(), id))).into_iter().map(|(_, id)| id).collect()
}

/// The ids of the page's rows.
fn match_ids(rows: &[String], media_type: MediaType) -> Vec<String> {
    let context = crate::core::generation::record::context_of(Api::Library, media_type);
    rows.iter().filter_map(|row| pixverse::extract(context, row).ok()?.asset_id).collect()
}

/// The root of a created asset of the library.
fn root_of(media_type: MediaType, id: &str) -> String {
    Alias::id(pixverse::PROVIDER_ID, Api::Library, media_type, Making::Created, id).text()
}
