//! Reads one row of a listing: cleaned, extracted, digested. A row that cannot be read says why; the rest of its page
//! goes on.

use crate::core::facts::Context;
use crate::core::generation::record;
use crate::core::inventory::observe::Sighting;
use crate::core::inventory::world::Incoming;
use crate::core::jobs::walk::mark::mark;
use crate::core::json::parse_lenient;
use crate::core::media::{Api, Feed};
use crate::core::payload::{cleaned, reading_digest, shape};
use crate::core::providers::pixverse::listing::Listing;
use crate::core::providers::{extract_in, pixverse};
use crate::core::statement::JSON_PARAM_BYTES;
use crate::core::step::NowMs;

/// A row that cannot be read: a stable reason, and what was found.
pub type Unreadable = (&'static str, String);

/// Reads a row as it was listed on an account at a time.
///
/// # Errors
/// [`Unreadable`]: the row goes to quarantine.
pub fn read_row(listing: Listing, account: &str, text: &str, now: NowMs) -> Result<Incoming, Unreadable> {
    if text.len() > JSON_PARAM_BYTES / 2 {
        return Err(("payload_too_large", format!("{} bytes", text.len())));
    }
    let cleaned = cleaned(text).map_err(|refused| (refused.code(), refused.to_string()))?;
    let context =
        Context { media_type: listing.media_type, api: Some(Api::Library), making: Some(listing.making) };
    let facts = extract_in(pixverse::PROVIDER_ID, context, &cleaned.json)
        .map_err(|refused| (refused.code(), refused.to_string()))?;
    if facts.generation_id.is_some() {
        return Err(("not_the_providers", format!("only Driftline itself writes {:?}", record::MARK)));
    }
    if facts.root().is_none() {
        return Err(("no_identity", "neither an id nor a uuid nor an own file is named".to_owned()));
    }
    let value = parse_lenient(&cleaned.json).map_err(|refused| (refused.code(), refused.to_string()))?;
    let digest = reading_digest(&facts, &shape(&value));
    let seen = Sighting::once(Feed::Listing, account.to_owned(), now);
    Ok(Incoming { provider_id: pixverse::PROVIDER_ID.to_owned(), facts, digest, payload: cleaned.json, seen })
}

/// The mark by which a row that was read is known again on the next page.
#[must_use]
pub fn mark_of(read: &Result<Incoming, Unreadable>, text: &str) -> String {
    match read {
        Ok(one) => mark(one.facts.root().map(crate::core::alias::Alias::text).as_deref(), &one.digest),
        Err(_) => mark(None, text),
    }
}
