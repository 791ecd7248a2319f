//! Source lists as they are compared: by what they lead to, because one parent has many names. Who names which list is
//! left to `lineage`.

use crate::core::alias::Scheme;
use crate::core::drift::case::{Place, Resolve};
use crate::core::facts::{Facts, SourceEntry};
use crate::core::gather::sorted;

/// What a comparison of two lists came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The same sources, in the same roles and order.
    Same,
    /// It depends on aliases that were not read.
    Undecided,
    /// Not the same.
    Different,
}

/// Compares the lists of two payloads, slot by slot in order. Empty slots, anchors and names do not count.
#[must_use]
pub fn compare(one: &Facts, other: &Facts, resolve: &Resolve<'_>) -> Verdict {
    let (one, other) = (in_order(one), in_order(other));
    if one.len() != other.len() {
        return Verdict::Different;
    }
    let pairs = one.iter().zip(&other);
    pairs.map(|(one, other)| compare_entries(one, other, resolve)).max().unwrap_or(Verdict::Same)
}

fn in_order(facts: &Facts) -> Vec<&SourceEntry> {
    let by_slot = sorted(facts.parents.iter().enumerate().map(|(place, entry)| (entry.position, place)));
    by_slot.into_iter().filter_map(|(_, place)| facts.parents.get(place)).collect()
}

fn compare_entries(one: &SourceEntry, other: &SourceEntry, resolve: &Resolve<'_>) -> Verdict {
    if one.relation != other.relation {
        return Verdict::Different;
    }
    if one.aliases.iter().any(|alias| other.aliases.contains(alias)) {
        return if has_two_ids(one, other) { Verdict::Different } else { Verdict::Same };
    }
    match (leads_to(one, resolve), leads_to(other, resolve)) {
        (Some(one), Some(other)) => is(one.asset == other.asset),
        _ if has_two_ids(one, other) => Verdict::Different,
        (Some(place), None) => by_id(&place, other),
        (None, Some(place)) => by_id(&place, one),
        (None, None) => Verdict::Undecided,
    }
}

const fn is(same: bool) -> Verdict {
    if same { Verdict::Same } else { Verdict::Different }
}

/// A provider id is always its own asset's root: an entry with an id can be told without reading where it leads.
fn by_id(place: &Place, entry: &SourceEntry) -> Verdict {
    match entry.aliases.iter().find(|alias| alias.scheme == Scheme::Id) {
        Some(id) => is(place.roots.contains(&id.text())),
        None => Verdict::Undecided,
    }
}

fn leads_to(entry: &SourceEntry, resolve: &Resolve<'_>) -> Option<Place> {
    resolve(&entry.aliases.first()?.text())
}

/// Two ids are two assets, whatever file they share.
fn has_two_ids(one: &SourceEntry, other: &SourceEntry) -> bool {
    let id = |entry: &SourceEntry| entry.aliases.iter().find(|alias| alias.scheme == Scheme::Id).cloned();
    match (id(one), id(other)) {
        (Some(one), Some(other)) => one != other,
        _ => false,
    }
}
