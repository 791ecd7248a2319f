//! Which of several candidates is believed: one order, for the fold and for whoever explains it. What the believed
//! values come to is left to `fold`.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use crate::core::facts::Facts;
use crate::core::inventory::fold::Member;
use crate::core::inventory::identity::Root;
use crate::core::inventory::observe::Observed;
use crate::core::media::{Feed, Status};

/// One content as one feed showed it on one account, with its facts by name.
pub struct Candidate<'a> {
    /// The root that it is about.
    pub root: &'a Root,
    /// The digest of what it says.
    pub digest: &'a str,
    /// What it says.
    pub facts: &'a Facts,
    /// The same by the fields' names.
    pub says: &'a Map<String, Value>,
    /// The content that it is.
    pub observed: &'a Observed,
    /// Which feed showed it.
    pub feed: Feed,
    /// On which account.
    pub account: &'a str,
    /// Unix milliseconds.
    pub first_ms: i64,
    /// Unix milliseconds.
    pub last_ms: i64,
}

/// One thing by which two candidates are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// The better feed first.
    Feed,
    /// What was asked for here before what a provider says of it.
    Record,
    /// What a provider says before what was asked for: a record is all that is known of a state only until there is an
    /// answer, and it may be written after one (a lost request that a listing shows).
    Answer,
    /// Seen earlier first.
    First,
    /// Seen later first.
    Latest,
    /// The smaller digest first, so that there is no tie.
    Digest,
}

/// The rule by which candidates are put in order: the first key that tells two of them apart decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// What changes over an asset's life: the latest sighting of an answer is believed first.
    State,
    /// How an asset came to be: the best feed is believed first.
    Description,
    /// The source list in force: the best feed, then the latest sighting.
    Sources,
}

/// Fields that are taken together from one candidate, which must have a usable first one.
pub struct Group {
    /// By their names in the facts.
    pub names: &'static [&'static str],
    /// Who comes first.
    pub order: Order,
}

/// Why a candidate is none for a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// It says nothing of it.
    Absent,
    /// It says it with an empty text or list.
    Blank,
    /// It says that it does not know.
    Unknown,
}

const fn state(names: &'static [&'static str]) -> Group {
    Group { names, order: Order::State }
}

const fn description(names: &'static [&'static str]) -> Group {
    Group { names, order: Order::Description }
}

/// Every group of fields that a fold takes from a candidate.
pub const GROUPS: &[Group] = &[
    state(&["status", "status_code"]),
    state(&["media_url"]),
    state(&["thumbnail_url"]),
    state(&["preview_url"]),
    description(&["operation", "create_mode"]),
    description(&["width", "height"]),
    description(&["duration_s"]),
    description(&["model"]),
    description(&["seed"]),
    description(&["created_ms"]),
    description(&["name"]),
    description(&["provider_account"]),
    description(&["prompts"]),
    description(&["negative_prompt"]),
    description(&["segments"]),
    description(&["settings"]),
];

impl Candidate<'_> {
    /// Whether it is the record of a request made here.
    #[must_use]
    pub const fn is_record(&self) -> bool {
        self.facts.generation_id.is_some()
    }
}

impl Key {
    fn compare(self, one: &Candidate<'_>, other: &Candidate<'_>) -> Ordering {
        match self {
            Self::Feed => one.feed.cmp(&other.feed),
            Self::Record => other.is_record().cmp(&one.is_record()),
            Self::Answer => one.is_record().cmp(&other.is_record()),
            Self::First => one.first_ms.cmp(&other.first_ms),
            Self::Latest => other.last_ms.cmp(&one.last_ms),
            Self::Digest => one.digest.cmp(other.digest),
        }
    }
}

impl Order {
    /// What is compared, one after the other.
    #[must_use]
    pub const fn keys(self) -> &'static [Key] {
        match self {
            Self::State => &[Key::Answer, Key::Latest, Key::Feed, Key::Digest],
            Self::Description => &[Key::Feed, Key::Record, Key::First, Key::Digest],
            Self::Sources => &[Key::Feed, Key::Record, Key::Latest, Key::Digest],
        }
    }

    /// Which of two comes first.
    #[must_use]
    pub fn compare(self, one: &Candidate<'_>, other: &Candidate<'_>) -> Ordering {
        self.decision(one, other).map_or(Ordering::Equal, |(_, order)| order)
    }

    /// The key that tells two candidates apart; `None` for two sightings of one content that are alike.
    #[must_use]
    pub fn decided_by(self, one: &Candidate<'_>, other: &Candidate<'_>) -> Option<Key> {
        self.decision(one, other).map(|(key, _)| key)
    }

    fn decision(self, one: &Candidate<'_>, other: &Candidate<'_>) -> Option<(Key, Ordering)> {
        let mut compared = self.keys().iter().map(|key| (*key, key.compare(one, other)));
        compared.find(|(_, order)| order.is_ne())
    }

    /// The one that is believed.
    pub fn first_of<'c, 'a: 'c>(
        self,
        candidates: impl Iterator<Item = &'c Candidate<'a>>,
    ) -> Option<&'c Candidate<'a>> {
        candidates.min_by(|one, other| self.compare(one, other))
    }
}

impl Group {
    /// The candidate that the group is taken from.
    #[must_use]
    pub fn winner<'c, 'a>(&self, candidates: &'c [Candidate<'a>]) -> Option<&'c Candidate<'a>> {
        self.order.first_of(candidates.iter().filter(|one| self.unusable(one).is_none()))
    }

    /// Why this candidate is none for the group; `None` when it is one. Blank and `unknown` are no candidates; a
    /// placeholder never reaches the facts.
    #[must_use]
    pub fn unusable(&self, candidate: &Candidate<'_>) -> Option<Unusable> {
        let first = self.names.first()?;
        match candidate.says.get(*first) {
            None | Some(Value::Null) => Some(Unusable::Absent),
            Some(Value::String(text)) if text.trim().is_empty() => Some(Unusable::Blank),
            Some(Value::String(text)) if matches!(*first, "status" | "operation") => {
                (text == Status::Unknown.as_str()).then_some(Unusable::Unknown)
            }
            Some(Value::Array(items)) if items.is_empty() => Some(Unusable::Blank),
            Some(_) => None,
        }
    }

    /// What a candidate says of the group's fields.
    pub fn values<'c>(&self, candidate: &Candidate<'c>) -> impl Iterator<Item = (&'static str, &'c Value)> {
        let says = candidate.says;
        let said = self.names.iter().filter_map(move |name| Some((*name, says.get(*name)?)));
        said.filter(|(_, value)| !value.is_null())
    }
}

/// The candidate whose source list is in force: the best of those that name anything.
#[must_use]
pub fn sources_in_force<'c, 'a>(candidates: &'c [Candidate<'a>]) -> Option<&'c Candidate<'a>> {
    Order::Sources.first_of(candidates.iter().filter(|one| !one.facts.parents.is_empty()))
}

/// The record of the request that made the asset here: of several the one that came first.
#[must_use]
pub fn first_record<'c, 'a>(candidates: &'c [Candidate<'a>]) -> Option<&'c Candidate<'a>> {
    let records = candidates.iter().filter(|one| one.is_record());
    records.min_by_key(|one| (one.first_ms, one.facts.generation_id.as_deref()))
}

/// Every sighting of every content of these roots. Contents without facts are left out.
#[must_use]
pub fn candidates<'a>(members: &'a [Member<'a>]) -> Vec<Candidate<'a>> {
    let mut all = Vec::new();
    for member in members {
        for (digest, observed) in &member.observations {
            let Some(said) = &observed.said else { continue };
            all.extend(observed.seen.iter().map(|seen| Candidate {
                root: member.root,
                digest,
                facts: &said.facts,
                says: said.by_name(),
                observed,
                feed: seen.0,
                account: &seen.1,
                first_ms: seen.2,
                last_ms: seen.3,
            }));
        }
    }
    all
}
