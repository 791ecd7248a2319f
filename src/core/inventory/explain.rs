//! Why an asset is believed to be as it is: who said what is believed, and what was passed over for it. It asks the
//! fold's own choice and has no order of its own. How it is shown is left to `api::explain`.

use crate::core::facts::Warning;
use crate::core::inventory::fold::choice::{
    Candidate, GROUPS, Group, Key, Order, Unusable, sources_in_force,
};
use crate::core::inventory::fold::evidence_of;

/// One group of fields: what was chosen, and what was not.
pub struct Explained<'c, 'a> {
    /// The group.
    pub group: &'static Group,
    /// Who is believed; `None` when nobody says anything usable.
    pub winner: Option<&'c Candidate<'a>>,
    /// Every other content that says something of it, the best first.
    pub passed: Vec<Passed<'c, 'a>>,
}

/// A content that was passed over, in its best sighting.
pub struct Passed<'c, 'a> {
    /// What it says and where it was seen.
    pub candidate: &'c Candidate<'a>,
    /// Why it is not believed.
    pub why: Why<'c>,
}

/// Why a content is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why<'c> {
    /// It says nothing usable.
    Unusable(Unusable),
    /// It names a placeholder, or a file that may not be used: the extractor's warning says where.
    Withheld(&'c Warning),
    /// It comes behind the one that is believed, by this key.
    Behind(Key),
}

/// One source list that was told, with everybody who told it.
pub struct List<'c, 'a> {
    /// Its digest.
    pub evidence: String,
    /// Who told it, the best first.
    pub said_by: Vec<&'c Candidate<'a>>,
    /// By which key it comes behind the list in force; `None` for the list in force itself.
    pub behind: Option<Key>,
}

/// Explains every group of fields that anybody says something of.
#[must_use]
pub fn explain_fields<'c, 'a>(candidates: &'c [Candidate<'a>]) -> Vec<Explained<'c, 'a>> {
    let all = GROUPS.iter().map(|group| explain_group(group, candidates));
    all.filter(|one| one.winner.is_some() || !one.passed.is_empty()).collect()
}

fn explain_group<'c, 'a>(group: &'static Group, candidates: &'c [Candidate<'a>]) -> Explained<'c, 'a> {
    let winner = group.winner(candidates);
    let usable = candidates.iter().filter(|one| group.unusable(one).is_none());
    let unusable = candidates.iter().filter(|one| group.unusable(one).is_some());
    let mut passed = Vec::new();
    for one in best_of_each(group.order, usable) {
        // A tie is left only between sightings of one content.
        let Some(key) = winner.and_then(|winner| group.order.decided_by(winner, one)) else { continue };
        if winner.is_none_or(|winner| !is_same_content(winner, one)) {
            passed.push(Passed { candidate: one, why: Why::Behind(key) });
        }
    }
    for one in best_of_each(group.order, unusable) {
        passed.extend(why_unusable(group, one).map(|why| Passed { candidate: one, why }));
    }
    Explained { group, winner, passed }
}

/// What says nothing of a field is not worth telling, unless its extractor left something out on purpose.
fn why_unusable<'c>(group: &Group, candidate: &'c Candidate<'_>) -> Option<Why<'c>> {
    match group.unusable(candidate)? {
        Unusable::Absent => withheld(group, candidate).map(Why::Withheld),
        // An empty list is how facts say that there is nothing.
        Unusable::Blank if !is_text(group, candidate) => None,
        unusable => Some(Why::Unusable(unusable)),
    }
}

fn is_text(group: &Group, candidate: &Candidate<'_>) -> bool {
    group.names.first().and_then(|name| candidate.says.get(*name)).is_some_and(serde_json::Value::is_string)
}

/// Only the file itself is withheld by a warning that is about no other member.
fn withheld<'c>(group: &Group, candidate: &'c Candidate<'_>) -> Option<&'c Warning> {
    let is_file = group.names.first() == Some(&"media_url");
    let mut warnings = candidate.facts.warnings.iter().filter(|_| is_file);
    warnings.find(|warning| matches!(warning.code.as_str(), "placeholder_media" | "media_withheld"))
}

/// Explains every source list that was told, the one in force first.
#[must_use]
pub fn explain_lists<'c, 'a>(candidates: &'c [Candidate<'a>]) -> Vec<List<'c, 'a>> {
    let Some(winner) = sources_in_force(candidates) else { return Vec::new() };
    let mut lists: Vec<List<'c, 'a>> = Vec::new();
    for one in in_order(Order::Sources, candidates.iter()) {
        let Some(evidence) = evidence_of(one.facts) else { continue };
        match lists.iter_mut().find(|list| list.evidence == evidence) {
            Some(list) => list.said_by.push(one),
            None => {
                let behind = Order::Sources.decided_by(winner, one);
                lists.push(List { evidence, said_by: vec![one], behind });
            }
        }
    }
    lists
}

/// The best sighting of each content, the best content first.
fn best_of_each<'c, 'a: 'c>(
    order: Order,
    candidates: impl Iterator<Item = &'c Candidate<'a>>,
) -> Vec<&'c Candidate<'a>> {
    let mut best: Vec<&'c Candidate<'a>> = Vec::new();
    for one in in_order(order, candidates) {
        if !best.iter().any(|known| is_same_content(known, one)) {
            best.push(one);
        }
    }
    best
}

fn in_order<'c, 'a: 'c>(
    order: Order,
    candidates: impl Iterator<Item = &'c Candidate<'a>>,
) -> Vec<&'c Candidate<'a>> {
    let mut list: Vec<&'c Candidate<'a>> = Vec::new();
    for one in candidates {
        list.insert(list.partition_point(|known| order.compare(known, one).is_le()), one);
    }
    list
}

fn is_same_content(one: &Candidate<'_>, other: &Candidate<'_>) -> bool {
    one.root == other.root && one.digest == other.digest
}
