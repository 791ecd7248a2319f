//! What is believed of an asset: the fold of everything that was observed about its roots. Each field is the minimum
//! of a total order over its candidates, so no order of arrival can show. Which roots belong together is left to
//! `identity`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::core::facts::{Facts, SourceEntry};
use crate::core::gather::set_of;
use crate::core::ids::short_digest;
use crate::core::inventory::fold::choice::{
    Candidate, GROUPS, Order, candidates, first_record, sources_in_force,
};
use crate::core::inventory::identity::{Root, is_provider_id};
use crate::core::inventory::observe::{Observed, latest_ms};
use crate::core::media::{Feed, MediaType, Operation};

pub mod choice;

/// What source entries say about a root that they name. Each part is a minimum or a union, so it can be kept up to
/// date without reading the entries again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referenced {
    /// The smallest url, for showing; entries without one do not count.
    pub url: Option<String>,
    /// By its role in the smallest entry.
    pub media_type: MediaType,
    /// The accounts whose rows name it.
    pub accounts: BTreeSet<String>,
}

impl Referenced {
    /// What one entry says.
    #[must_use]
    pub fn of(entry: &SourceEntry, accounts: BTreeSet<String>) -> Self {
        Self { url: entry.url.clone(), media_type: entry.media_type, accounts }
    }

    /// Takes in what another entry says; `true` when that changed anything.
    pub fn absorb(&mut self, other: &Self) -> bool {
        let before = self.clone();
        if other.order() < self.order() {
            self.url = other.url.clone();
        }
        self.media_type = self.media_type.min(other.media_type);
        self.accounts.extend(other.accounts.iter().cloned());
        *self != before
    }

    fn order(&self) -> (bool, Option<&str>) {
        (self.url.is_none(), self.url.as_deref())
    }
}

/// One root of an asset, with all that was seen of it.
pub struct Member<'a> {
    /// The root.
    pub root: &'a Root,
    /// Digest and observation, each with its facts read.
    pub observations: Vec<(&'a str, &'a Observed)>,
    /// What its children say of it.
    pub referenced: Option<&'a Referenced>,
}

/// What the fold says of an asset's lineage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineageState {
    /// `complete`, `partial`, `none_expected`, `pending` or `unresolved`.
    pub state: String,
    /// Why it is not complete.
    pub reason: Option<String>,
    /// The digest of the source list in force.
    pub evidence: Option<String>,
}

/// The fold's result.
#[derive(Clone, Debug, PartialEq)]
pub struct Folded {
    /// Every folded field by name; absent ones are left out.
    pub fields: Map<String, Value>,
    /// What kind of file it is.
    pub media_type: MediaType,
    /// The feeds that showed it, best first.
    pub feeds: BTreeSet<Feed>,
    /// The accounts that listed it, or, when `inherited`, those whose rows name it.
    pub accounts: BTreeSet<String>,
    /// Whether the accounts are its children's.
    pub inherited: bool,
    /// How complete its parents are.
    pub lineage: LineageState,
    /// The first time anything was seen of it, where it was seen itself.
    pub first_ms: Option<i64>,
    /// The generation whose request record came first.
    pub generation_id: Option<String>,
}

/// Folds the members of one asset. Observations without facts are left out: `settle` reads them first.
#[must_use]
pub fn fold(members: &[Member<'_>]) -> Folded {
    let candidates = candidates(members);
    let mut fields = fold_groups(&candidates);
    let referenced = referenced(members);
    if let Some(url) = referenced.as_ref().and_then(|known| known.url.clone()) {
        fields.entry("media_url").or_insert(Value::String(url));
    }
    insert_warnings(&mut fields, &candidates);
    let media_type = Order::Description
        .first_of(candidates.iter())
        .map(|one| one.facts.media_type)
        .or(referenced.as_ref().map(|known| known.media_type))
        .unwrap_or(MediaType::Video);
    let listed = sighting_accounts(members);
    let inherited = listed.is_empty();
    let accounts = if inherited {
        referenced.as_ref().map(|known| known.accounts.clone()).unwrap_or_default()
    } else {
        listed
    };
    let mut feeds = set_of(candidates.iter().map(|one| one.feed));
    if referenced.is_some() {
        feeds.insert(Feed::Referenced);
    }
    Folded {
        lineage: lineage_state(members, &candidates, &fields),
        first_ms: candidates.iter().map(|one| one.first_ms).min(),
        generation_id: first_record(&candidates).and_then(|one| one.facts.generation_id.clone()),
        fields,
        media_type,
        feeds,
        accounts,
        inherited,
    }
}

/// The evidence of a source list: the same list is the same evidence, whoever told it.
#[must_use]
pub fn evidence_of(facts: &Facts) -> Option<String> {
    if facts.parents.is_empty() {
        return None;
    }
    let list: Vec<_> = facts
        .parents
        .iter()
        .map(|entry| {
            let root = entry.aliases.first().map(crate::core::alias::Alias::text);
            (root, entry.relation, entry.position, entry.anchor, &entry.name)
        })
        .collect();
    let text = serde_json::to_string(&(facts.operation, list)).unwrap_or_default();
    Some(short_digest(&text).chars().take(16).collect())
}

/// Takes each group of fields from the candidate that is believed.
fn fold_groups(candidates: &[Candidate<'_>]) -> Map<String, Value> {
    let mut fields = Map::new();
    for group in GROUPS {
        let Some(winner) = group.winner(candidates) else { continue };
        for (name, value) in group.values(winner) {
            fields.insert(name.to_owned(), value.clone());
        }
    }
    fields
}

fn insert_warnings(fields: &mut Map<String, Value>, candidates: &[Candidate<'_>]) {
    let warnings = set_of(candidates.iter().flat_map(|one| one.facts.warnings.iter().cloned()));
    if !warnings.is_empty() {
        fields.insert("warnings".to_owned(), serde_json::to_value(warnings).unwrap_or_default());
    }
}

/// What source entries say of all the roots of an asset.
#[must_use]
pub fn referenced(members: &[Member<'_>]) -> Option<Referenced> {
    let mut all = members.iter().filter_map(|member| member.referenced);
    let mut sum = all.next()?.clone();
    for one in all {
        sum.absorb(one);
    }
    Some(sum)
}

fn sighting_accounts(members: &[Member<'_>]) -> BTreeSet<String> {
    let observed = members.iter().flat_map(|member| &member.observations);
    set_of(observed.flat_map(|(_, observed)| &observed.seen).map(|seen| seen.1.clone()))
}

/// Lineage is a function of the asset's own payloads alone. The list in force is the best of those that name anything.
fn lineage_state(
    members: &[Member<'_>],
    candidates: &[Candidate<'_>],
    fields: &Map<String, Value>,
) -> LineageState {
    let best = sources_in_force(candidates);
    let evidence = best.and_then(|one| evidence_of(one.facts));
    let pending = members
        .iter()
        .flat_map(|member| &member.observations)
        .any(|(_, observed)| !observed.linked && latest_ms(&observed.seen) > i64::MIN);
    let (state, reason) = if candidates.is_empty() {
        ("unresolved", Some("parent_unknown".to_owned()))
    } else if pending {
        ("pending", None)
    } else if let Some(best) = best {
        match best.facts.warnings.iter().find(|warning| is_about_sources(&warning.code)) {
            Some(warning) => ("partial", Some(warning.code.clone())),
            None => ("complete", None),
        }
    } else {
        without_sources(candidates, fields)
    };
    LineageState { state: state.to_owned(), reason, evidence }
}

fn without_sources(
    candidates: &[Candidate<'_>],
    fields: &Map<String, Value>,
) -> (&'static str, Option<String>) {
    let lost = candidates
        .iter()
        .flat_map(|one| &one.facts.warnings)
        .filter(|warning| is_about_sources(&warning.code))
        .min();
    if let Some(warning) = lost {
        return ("unresolved", Some(warning.code.clone()));
    }
    let operation = fields.get("operation").and_then(Value::as_str).and_then(Operation::parse);
    match operation {
        Some(operation) if expects_parents(operation) => ("unresolved", Some("no_source_named".to_owned())),
        _ => ("none_expected", None),
    }
}

/// Operations that cannot be without a source. A template may start from text alone, an agent from a page on the web.
const fn expects_parents(operation: Operation) -> bool {
    !matches!(
        operation,
        Operation::TextToVideo
            | Operation::TextToImage
            | Operation::TextToSpeech
            | Operation::TextToMusic
            | Operation::Template
            | Operation::VideoAgent
            | Operation::Unknown
    )
}

fn is_about_sources(code: &str) -> bool {
    code.contains("source")
}

/// The asset's own provider id, read out of its strongest root.
#[must_use]
pub fn provider_asset_id(root: &str) -> Option<&str> {
    if is_provider_id(root) { root.splitn(6, ':').nth(5) } else { None }
}
