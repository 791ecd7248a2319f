//! Reads one row of a listing: cleaned, extracted, digested. A row that cannot be read says why; the rest of its page
//! goes on. What is done with unreadable ones is left to `quarantine`.

use serde_json::Value;

use crate::core::error::Rejection;
use crate::core::facts::Context;
use crate::core::generation::record;
use crate::core::ids::digest as text_digest;
use crate::core::inventory::observe::Sighting;
use crate::core::inventory::world::Incoming;
use crate::core::jobs::walk::mark::mark;
use crate::core::media::{Api, Feed};
use crate::core::payload::{cleaned_with_value, reading_digest, shape};
use crate::core::providers::pixverse::listing::Listing;
use crate::core::providers::{changed_type, extract_value, pixverse};
use crate::core::statement::JSON_PARAM_BYTES;
use crate::core::step::NowMs;

/// The reason of a row in which a documented member has another type.
pub const TYPE_CHANGED: &str = "type_changed";

/// How much of a payload that is too large is kept, in characters.
const KEPT_CHARS: usize = 100_000;

/// A row that cannot be read. It goes to quarantine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// A stable reason.
    pub reason: &'static str,
    /// What was found.
    pub detail: String,
    /// What is kept of it: without personal members where it is JSON at all.
    pub payload: String,
    /// What tells it from others: the same row again, with other likes, has the same key.
    pub key: String,
    /// Its root, where one could be read in spite of all: the page has seen that asset.
    pub root: Option<String>,
    /// The digest of the reading, with a root.
    pub digest: Option<String>,
    /// The provider's id, with a root.
    pub asset_id: Option<String>,
}

/// Where a row was seen.
#[derive(Clone, Debug)]
pub struct Place {
    /// Which provider's extractor reads it.
    pub provider_id: String,
    /// The interface that answered.
    pub api: Api,
    /// The listing that it stood in, or what was asked about.
    pub listing: Listing,
    /// The feed, the account's identity and the time of receipt.
    pub seen: Sighting,
}

impl Place {
    /// A page of a library's listing.
    #[must_use]
    pub fn listed(listing: Listing, account: &str, now: NowMs) -> Self {
        Self {
            provider_id: pixverse::PROVIDER_ID.to_owned(),
            api: Api::Library,
            listing,
            seen: Sighting::once(Feed::Listing, account.to_owned(), now),
        }
    }
}

/// A row as it was read: what came of it, and its JSON, personal members cut, for the schema ledger.
pub struct ReadRow {
    /// What is taken in, or why nothing is.
    pub result: Result<Incoming, Box<Unreadable>>,
    /// The row as JSON, where it is an object.
    pub value: Option<Value>,
}

/// Reads a row as it was listed on an account at a time.
///
/// # Errors
/// [`Unreadable`]: the row goes to quarantine.
pub fn read_row(
    listing: Listing,
    account: &str,
    text: &str,
    now: NowMs,
) -> Result<Incoming, Box<Unreadable>> {
    read(&Place::listed(listing, account, now), text, false).result
}

/// Reads a row wherever it was seen. `accept_types`: a person says that a changed type of this one is to be taken in as
/// far as it can be read.
#[must_use]
pub fn read(place: &Place, text: &str, accept_types: bool) -> ReadRow {
    if text.len() > JSON_PARAM_BYTES / 2 {
        let kept: String = text.chars().take(KEPT_CHARS).collect();
        let detail = format!("{} bytes", text.len());
        return ReadRow { result: Err(Unreadable::new("payload_too_large", detail, &kept)), value: None };
    }
    match cleaned_with_value(text) {
        Ok((cleaned, value)) => {
            let result = read_value(place, cleaned.json, &value, accept_types);
            ReadRow { result, value: Some(value) }
        }
        Err(refused) => ReadRow { result: Err(Unreadable::refused(&refused, text)), value: None },
    }
}

fn read_value(
    place: &Place,
    json: String,
    value: &Value,
    accept_types: bool,
) -> Result<Incoming, Box<Unreadable>> {
    let Listing { media_type, making } = place.listing;
    let context = Context { media_type, api: Some(place.api), making: Some(making) };
    let facts = extract_value(&place.provider_id, context, value)
        .map_err(|refused| Unreadable::refused(&refused, &json))?;
    if facts.generation_id.is_some() {
        let detail = format!("only Driftline itself writes {:?}", record::MARK);
        return Err(Unreadable::new("not_the_providers", detail, &json));
    }
    let digest = reading_digest(&facts, &shape(value));
    let changed = value.as_object().and_then(|row| changed_type(&place.provider_id, row));
    if let Some(changed) = changed.filter(|_| !accept_types) {
        let detail = format!(
            "{} is documented as {}, it is {}",
            changed.path,
            changed.known.join(" or "),
            changed.found
        );
        let mut unreadable = Unreadable::new(TYPE_CHANGED, detail, &json);
        if let Some(root) = facts.root() {
            let root = root.text();
            unreadable.key = format!("{root}\n{digest}");
            (unreadable.root, unreadable.digest) = (Some(root), Some(digest));
            unreadable.asset_id = facts.asset_id;
        }
        return Err(unreadable);
    }
    if facts.root().is_none() {
        let detail = "neither an id nor a uuid nor an own file is named".to_owned();
        return Err(Unreadable::new("no_identity", detail, &json));
    }
    let provider_id = place.provider_id.clone();
    Ok(Incoming { provider_id, facts, digest, payload: json, seen: place.seen.clone() })
}

impl Unreadable {
    fn new(reason: &'static str, detail: String, payload: &str) -> Box<Self> {
        Box::new(Self {
            reason,
            detail,
            payload: payload.to_owned(),
            key: text_digest(payload),
            root: None,
            digest: None,
            asset_id: None,
        })
    }

    fn refused(refused: &Rejection, payload: &str) -> Box<Self> {
        let kept: String = payload.chars().take(KEPT_CHARS).collect();
        Self::new(refused.code(), refused.to_string(), &kept)
    }
}

/// The mark by which a row that was read is known again on the next page.
#[must_use]
pub fn mark_of(read: &Result<Incoming, Box<Unreadable>>) -> String {
    match read {
        Ok(one) => mark(one.facts.root().map(crate::core::alias::Alias::text).as_deref(), &one.digest),
        Err(one) => mark(one.root.as_deref(), one.digest.as_deref().unwrap_or(&one.key)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::media::{Making, MediaType};

    const LISTING: Listing = Listing { media_type: MediaType::Video, making: Making::Created };

    fn unreadable(text: &str) -> Unreadable {
        *read_row(LISTING, "pixverse:library:1:0", text, 5).unwrap_err()
    }

    #[test]
    fn a_changed_type_is_kept_with_what_could_be_read() {
        let kept = unreadable(r#"{"video_id":7,"prompt":{"text":"x"},"nick_name":"ann","likes":1}"#);
        assert_eq!(kept.reason, "type_changed");
        assert_eq!(kept.detail, "$.prompt is documented as string, it is object");
        assert_eq!(kept.root.as_deref(), Some("id:pixverse:library:video:created:7"));
        assert_eq!(kept.asset_id.as_deref(), Some("7"));
        assert_eq!(kept.payload, r#"{"likes":1,"prompt":{"text":"x"},"video_id":7}"#);
        let liked = unreadable(r#"{"video_id":7,"prompt":{"text":"x"},"likes":2}"#);
        assert_eq!(kept.key, liked.key);
    }

    #[test]
    fn a_changed_type_is_taken_in_when_a_person_says_so() {
        let place = Place::listed(LISTING, "pixverse:library:1:0", 5);
        let incoming = read(&place, r#"{"video_id":7,"prompt":{"text":"x"}}"#, true).result.unwrap();
        assert_eq!(incoming.facts.asset_id.as_deref(), Some("7"));
        assert_eq!(incoming.facts.prompts, Vec::<String>::new());
    }

    #[test]
    fn a_row_without_identity_keeps_no_personal_member() {
        let kept = unreadable(r#"{"email":"a@b.c","prompt":"x"}"#);
        assert_eq!(
            (kept.reason, kept.payload.as_str(), kept.root),
            ("no_identity", r#"{"prompt":"x"}"#, None)
        );
    }
}
