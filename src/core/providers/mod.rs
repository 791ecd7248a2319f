//! The registry of providers: which extractor reads which payload. What it says is left to each provider's own folder.

pub mod address;
pub mod catalogue;
pub mod failure;
pub mod object_store;
pub mod pixverse;
pub mod retry_after;
pub mod source;

use serde_json::{Map, Value};

use crate::core::error::Rejection;
use crate::core::facts::{Context, Facts};
use crate::core::json::parse_lenient;
use crate::core::media::MediaType;
use crate::core::paths::Paths;
use crate::core::providers::pixverse::schema::ChangedType;

/// Reads the facts out of one payload as the provider gave it.
///
/// `media_type` is what the listing or the call was about; where the payload says otherwise, the payload wins.
///
/// # Errors
/// [`Rejection`] when the provider is unknown or the payload is no JSON object. Odd members are warnings, never errors.
pub fn extract(provider_id: &str, media_type: MediaType, payload: &str) -> Result<Facts, Rejection> {
    extract_in(provider_id, Context { media_type, api: None, making: None }, payload)
}

/// As [`extract`], with all that is known of where the payload came from.
///
/// # Errors
/// As for [`extract`].
pub fn extract_in(provider_id: &str, context: Context, payload: &str) -> Result<Facts, Rejection> {
    extract_value(provider_id, context, &parse_lenient(payload)?)
}

/// As [`extract_in`], of a payload that is parsed already.
///
/// # Errors
/// As for [`extract`].
pub fn extract_value(provider_id: &str, context: Context, payload: &Value) -> Result<Facts, Rejection> {
    match provider_id {
        pixverse::PROVIDER_ID => pixverse::extract_value(context, payload),
        _ => Err(Rejection::UnknownProvider { provider_id: provider_id.to_owned() }),
    }
}

/// Where in a payload [`extract_in`] reads what it reads.
///
/// # Errors
/// As for [`extract`].
pub fn paths_in(provider_id: &str, context: Context, payload: &str) -> Result<Paths, Rejection> {
    match provider_id {
        pixverse::PROVIDER_ID => pixverse::paths(context, payload),
        _ => Err(Rejection::UnknownProvider { provider_id: provider_id.to_owned() }),
    }
}

/// The first member of a row whose type is not one of those that the provider's extractor reads it in.
#[must_use]
pub fn changed_type(provider_id: &str, row: &Map<String, Value>) -> Option<ChangedType> {
    if provider_id == pixverse::PROVIDER_ID { pixverse::schema::changed_type(row) } else { None }
}

/// The types that are documented at a path of a row; see [`pixverse::schema::documented`].
#[must_use]
pub fn documented(
    provider_id: &str,
    row: &Map<String, Value>,
    path: &str,
) -> Option<&'static [&'static str]> {
    if provider_id == pixverse::PROVIDER_ID { pixverse::schema::documented(row, path) } else { None }
}

/// The version of the extractor that reads a provider's payloads now.
#[must_use]
pub const fn extractor_version() -> u32 {
    pixverse::EXTRACTOR_VERSION
}
