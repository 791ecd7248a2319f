//! One asset as drift is looked for in it: what was said of it, what is believed, and which of its kinds of drift can
//! be told from that. Each kind is left to a file of its own.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::core::clock::rfc3339;
use crate::core::drift::finding::Finding;
use crate::core::drift::kind::Kind;
use crate::core::drift::{feeds, fields, identity, lineage, status, upstream};
use crate::core::inventory::fold::choice::Candidate;
use crate::core::inventory::identity::{Claims, Root};
use crate::core::inventory::settle::Asset;
use crate::core::media::Feed;
use crate::core::step::NowMs;

/// How long one road may lag behind the other before that is drift: a library lists a new clip within minutes, and
/// polls come to an end within hours.
pub const GRACE_MS: i64 = 6 * 3_600_000;

/// The longest value that stands whole in evidence, as JSON.
const MOST_BYTES: usize = 2_000;

/// An asset as a place that aliases lead to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Our id.
    pub asset: String,
    /// Its roots. A provider id that is none of them is another asset, whatever else is known of it.
    pub roots: BTreeSet<Root>,
}

/// Where an alias leads, if that was read.
pub type Resolve<'a> = dyn Fn(&str) -> Option<Place> + 'a;

/// When a complete scan of an account's listing began, the latest.
pub type Scans = std::collections::BTreeMap<(String, String), i64>;

/// An asset under the lens.
pub struct Case<'a> {
    /// What is believed of it.
    pub asset: &'a Asset,
    /// Everything that was said of it.
    pub candidates: &'a [Candidate<'a>],
    /// Who claims its aliases.
    pub claims: &'a Claims,
    /// Where aliases lead.
    pub resolve: &'a Resolve<'a>,
    /// Which observations of a root say that an alias is theirs, and where; none where no payload was read, or where
    /// only a source entry says so.
    pub claimed_by: &'a dyn Fn(&str, &str) -> Vec<Value>,
    /// Complete scans; `None` where they were not read.
    pub scans: Option<&'a Scans>,
    /// Now.
    pub now: NowMs,
}

/// What was found, and what was looked at: of the latter, whatever was not found again is gone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// The disagreements.
    pub found: Vec<Finding>,
    /// Assets with the kinds that could be told of them.
    pub looked: BTreeSet<(String, Kind)>,
}

impl Findings {
    /// Leaves only these kinds.
    pub fn keep(&mut self, kinds: &[Kind]) {
        self.found.retain(|finding| kinds.contains(&finding.kind));
        self.looked.retain(|(_, kind)| kinds.contains(kind));
    }
}

/// The kinds that follow from an asset's own observations, each with what looks for it.
const LOOKS: &[(Kind, Look)] = &[
    (Kind::FieldDisagrees, fields::disagreements),
    (Kind::LineageDisagrees, lineage::disagreement),
    (Kind::LineageMissing, lineage::missing),
    (Kind::IdentityConflict, identity::conflicts),
    (Kind::StatusUnknown, status::unknown),
    (Kind::StatusStuck, status::stuck),
    (Kind::ListingOnly, feeds::listing_only),
    (Kind::GenerationOnly, feeds::generation_only),
    (Kind::LocalOnly, upstream::missing),
];

/// Looks for every kind of drift that follows from an asset's own observations. A removed asset and a mere stub have
/// none, for nobody waits for either; but whose an alias is concerns the other asset too.
pub fn look(case: &Case<'_>, into: &mut Findings) {
    let counts = !case.asset.removed && !case.candidates.is_empty();
    for (kind, look) in LOOKS {
        let looked = if counts || *kind == Kind::IdentityConflict { look(case) } else { Some(Vec::new()) };
        if let Some(found) = looked {
            into.found.extend(found);
            into.looked.insert((case.asset.id.clone(), *kind));
        }
    }
}

/// What a look came to; `None` where it could not be told.
pub type Looked = Option<Vec<Finding>>;

type Look = fn(&Case<'_>) -> Looked;

impl Case<'_> {
    /// A finding about this asset.
    #[must_use]
    pub fn finding(&self, kind: Kind, part: &str, evidence: Value, decided: Value, gist: Value) -> Finding {
        Finding {
            kind,
            severity: kind.severity(),
            asset: Some((self.asset.id.clone(), self.asset.folded.media_type)),
            account: self.asset.account().map(ToOwned::to_owned),
            subject: self.asset.root.clone(),
            part: part.to_owned(),
            evidence,
            decided,
            gist,
        }
    }

    /// A folded field.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Value> {
        self.asset.folded.fields.get(name)
    }

    /// The folded status.
    #[must_use]
    pub fn status(&self) -> Option<&str> {
        self.field("status").and_then(Value::as_str)
    }

    /// What the roads other than our own requests said.
    pub fn synced(&self) -> impl Iterator<Item = &Candidate<'_>> {
        self.candidates.iter().filter(|one| !matches!(one.feed, Feed::Generation | Feed::Referenced))
    }
}

/// Who said something: which observation, by which feed and account, and when.
#[must_use]
pub fn said_by(candidate: &Candidate<'_>) -> Value {
    json!({
        "alias": candidate.root,
        "observation": candidate.digest,
        "feed": candidate.feed.as_str(),
        "account": candidate.account,
        "request_record": candidate.is_record(),
        "first_seen_at": rfc3339(candidate.first_ms),
        "last_seen_at": rfc3339(candidate.last_ms),
    })
}

/// The same, with where in the stored payload these parts of it stand.
#[must_use]
pub fn said_at(candidate: &Candidate<'_>, parts: &[&str]) -> Value {
    let paths = candidate.observed.paths();
    let found: Vec<&str> = parts.iter().flat_map(|part| paths.of(part)).collect();
    with(said_by(candidate), "paths", json!(found))
}

/// The same, with what was said.
#[must_use]
pub fn saying(candidate: &Candidate<'_>, parts: &[&str], value: Value) -> Value {
    with(said_at(candidate, parts), "value", shown(value))
}

/// Who named a source list, with where each of its sources stands in the stored payload, in order.
#[must_use]
pub fn naming(candidate: &Candidate<'_>) -> Value {
    let paths = candidate.observed.paths();
    let sources = (0..candidate.facts.parents.len()).map(|at| json!(paths.of(&format!("parents[{at}]"))));
    with(said_by(candidate), "source_paths", sources.collect())
}

/// An object with one more member.
#[must_use]
pub fn with(mut object: Value, name: &str, value: Value) -> Value {
    if let Some(members) = object.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
    object
}

/// A value as evidence shows it: a prompt may have a hundred thousand characters, and a page has many assets.
#[must_use]
pub fn shown(value: Value) -> Value {
    let text = value.to_string();
    if text.len() <= MOST_BYTES {
        return value;
    }
    json!({ "cut": text.chars().take(MOST_BYTES / 4).collect::<String>(), "bytes": text.len() })
}
