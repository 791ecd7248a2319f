//! Reads what a provider said of an output because we asked, and the record of the request itself: both are payloads of
//! the feed `generation`.

use crate::core::generation::record::{context_of, write_record};
use crate::core::generation::stored::Generation;
use crate::core::inventory::observe::Sighting;
use crate::core::inventory::world::Incoming;
use crate::core::jobs::read_row::Place;
use crate::core::json::parse_lenient;
use crate::core::media::{Api, Feed, Making, MediaType};
use crate::core::payload::{cleaned, reading_digest, shape};
use crate::core::providers::pixverse::create::as_sent;
use crate::core::providers::pixverse::listing::Listing;
use crate::core::providers::{extract_in, pixverse};
use crate::core::statement::BadRows;
use crate::core::step::NowMs;

/// Where a provider's answer about a created asset was seen.
#[must_use]
pub fn answered(api: Api, media_type: MediaType, account: &str, now: NowMs) -> Place {
    Place {
        provider_id: pixverse::PROVIDER_ID.to_owned(),
        api,
        listing: Listing { media_type, making: Making::Created },
        seen: Sighting::once(Feed::Generation, account.to_owned(), now),
    }
}

/// The records of a generation's outputs. They are as old as the request, so that whatever was seen of an output is
/// later than what was asked for, in whatever order the two are written down.
///
/// # Errors
/// [`BadRows`] for a record that cannot be read back: only one that is not ours.
pub fn records(generation: &Generation, api: Api, account: &str) -> Result<Vec<Incoming>, BadRows> {
    let context = context_of(api, generation.request.media_type);
    let bad = |refused: crate::core::error::Rejection| BadRows {
        reason: format!("the record of {}: {refused}", generation.id),
    };
    // The open platform lists nothing: there an input is known by what it was asked by.
    let uploaded = if api == Api::Library { generation.progress.uploaded.as_slice() } else { &[] };
    let request = as_sent(&generation.request, uploaded, api);
    let outputs = (0..).zip(&generation.progress.outputs).map(|(place, output)| {
        let record = write_record(&generation.id, place, &output.id, &request);
        let payload = cleaned(&record).map_err(bad)?.json;
        let facts = extract_in(pixverse::PROVIDER_ID, context, &payload).map_err(bad)?;
        let digest = reading_digest(&facts, &shape(&parse_lenient(&payload).map_err(bad)?));
        let seen = Sighting::once(Feed::Generation, account.to_owned(), generation.created_ms);
        Ok(Incoming { provider_id: pixverse::PROVIDER_ID.to_owned(), facts, digest, payload, seen })
    });
    outputs.collect()
}
