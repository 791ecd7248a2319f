//! One observation: a content, stored once, with its sightings. When it is news is decided here; what follows from it
//! is left to `settle`.

use std::cell::OnceCell;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::core::facts::{Context, Facts};
use crate::core::media::{Api, Feed, Making, MediaType};
use crate::core::paths::Paths;
use crate::core::providers::paths_in;

/// That a feed showed a content, on one account, from when to when. Times are taken where the bytes were received.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Sighting(pub Feed, pub String, pub i64, pub i64);

impl Sighting {
    /// A single look at something.
    #[must_use]
    pub const fn once(feed: Feed, account: String, at_ms: i64) -> Self {
        Self(feed, account, at_ms, at_ms)
    }
}

/// A set of sightings: one entry for each feed and account, widened by each further look.
pub type Sightings = Vec<Sighting>;

/// Adds a sighting; `true` when the set changed.
pub fn add_sighting(seen: &mut Sightings, new: &Sighting) -> bool {
    if let Some(known) = seen.iter_mut().find(|known| known.0 == new.0 && known.1 == new.1) {
        let before = (known.2, known.3);
        known.2 = known.2.min(new.2);
        known.3 = known.3.max(new.3);
        return before != (known.2, known.3);
    }
    seen.insert(seen.partition_point(|known| known < new), new.clone());
    true
}

/// The latest time at which any feed showed the content.
#[must_use]
pub fn latest_ms(seen: &Sightings) -> i64 {
    seen.iter().map(|sighting| sighting.3).max().unwrap_or(i64::MIN)
}

/// A content of a root, as far as a step has read it.
#[derive(Clone, Debug)]
pub struct Observed {
    /// When and where it was seen.
    pub seen: Sightings,
    /// What it says; `None` until its payload has been read.
    pub said: Option<Said>,
    /// Whether the edges and stubs of its source list are written.
    pub linked: bool,
    /// The payload, where it was read: of one that is to be inserted always, of others with the facts.
    pub payload: Option<String>,
    /// What is known of where it came from.
    pub context: Stored,
    /// What the database must be told about it.
    pub change: Change,
}

/// What a payload says, and the same by the fields' names, worked out once for everybody who looks fields up.
#[derive(Clone, Debug)]
pub struct Said {
    /// The facts.
    pub facts: Facts,
    by_name: OnceCell<Map<String, Value>>,
}

/// What the database must be told about an observation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Nothing: it is there as it is.
    None,
    /// New sightings, or its source list has been written.
    Update,
    /// It is not there yet.
    Insert,
}

/// The columns by which a stored payload is read the same way again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Which extractor reads it.
    pub provider_id: String,
    /// The interface it came from.
    pub api: Api,
    /// What the listing or the call was about.
    pub media_type: MediaType,
    /// Created or uploaded.
    pub making: Making,
    /// The version of the extractor that read it.
    pub extractor: u32,
}

impl Said {
    /// What these facts say.
    #[must_use]
    pub const fn of(facts: Facts) -> Self {
        Self { facts, by_name: OnceCell::new() }
    }

    /// The facts by the fields' names.
    pub fn by_name(&self) -> &Map<String, Value> {
        self.by_name.get_or_init(|| match serde_json::to_value(&self.facts) {
            Ok(Value::Object(map)) => map,
            _ => Map::new(),
        })
    }
}

impl Observed {
    /// What it says, where its payload has been read.
    #[must_use]
    pub fn facts(&self) -> Option<&Facts> {
        self.said.as_ref().map(|said| &said.facts)
    }

    /// Where its payload says what its facts say; nothing where the payload was not read.
    #[must_use]
    pub fn paths(&self) -> Paths {
        let read = self
            .payload
            .as_deref()
            .map(|payload| paths_in(&self.context.provider_id, self.context.context(), payload));
        read.and_then(Result::ok).unwrap_or_default()
    }
}

impl Stored {
    /// The columns for a payload that was just read.
    #[must_use]
    pub fn of(provider_id: &str, facts: &Facts) -> Self {
        Self {
            provider_id: provider_id.to_owned(),
            api: facts.api,
            media_type: facts.media_type,
            making: facts.making,
            extractor: facts.extractor_version,
        }
    }

    /// What the extractor is told when the payload is read again.
    #[must_use]
    pub const fn context(&self) -> Context {
        Context { media_type: self.media_type, api: Some(self.api), making: Some(self.making) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_look_widens_the_sighting_of_its_feed_and_account() {
        let mut seen = vec![Sighting::once(Feed::Listing, "a".into(), 10)];
        assert!(!add_sighting(&mut seen, &Sighting::once(Feed::Listing, "a".into(), 10)));
        assert!(add_sighting(&mut seen, &Sighting::once(Feed::Listing, "a".into(), 12)));
        assert!(add_sighting(&mut seen, &Sighting::once(Feed::Listing, "b".into(), 11)));
        assert_eq!(
            seen,
            vec![Sighting(Feed::Listing, "a".into(), 10, 12), Sighting::once(Feed::Listing, "b".into(), 11)]
        );
        assert_eq!(latest_ms(&seen), 12);
    }
}
