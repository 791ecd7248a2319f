//! The rules of identity, as pure functions over claims and decisions: who keeps an alias, where a root belongs,
//! which roots are one asset. How claims are stored and read is left to `world` and `sql`.

use std::collections::{BTreeMap, BTreeSet};

use crate::core::gather::sorted;

/// The text form of an alias that stands for an item: its strongest.
pub type Root = String;

/// The rank of a claim by an item's own payload, and of every root's claim to itself.
pub const OWN: u8 = 0;
/// The rank of a claim by a source entry in somebody else's payload.
pub const NAMED: u8 = 1;

/// Whether a root is a provider's id. Such a root is always an asset's own.
#[must_use]
pub fn is_provider_id(root: &str) -> bool {
    root.starts_with("id:")
}

/// Who claims what, and what people decided about it.
#[derive(Clone, Debug, Default)]
pub struct Claims {
    by_alias: BTreeMap<String, BTreeMap<Root, u8>>,
    lists: BTreeMap<Root, BTreeMap<String, u8>>,
    verdicts: BTreeMap<(String, String), Verdict>,
}

/// What a person decided about a pair of aliases, and when.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Verdict {
    /// Unix milliseconds.
    pub at_ms: i64,
    /// True: one asset. False: two.
    pub same: bool,
    /// Breaks a tie within one millisecond, the same way everywhere.
    pub author: String,
}

impl Claims {
    /// Records that `root` lists `alias`. A claim only grows stronger.
    pub fn claim(&mut self, alias: &str, root: &str, rank: u8) {
        let known = self.by_alias.entry(alias.to_owned()).or_default().entry(root.to_owned()).or_insert(rank);
        *known = rank.min(*known);
    }

    /// Records with which strength (0 is strongest) a root lists an alias; `true` when it did not list it before.
    pub fn list(&mut self, root: &str, alias: &str, strength: u8) -> bool {
        let listed = self.lists.entry(root.to_owned()).or_default();
        let before = listed.len();
        let known = listed.entry(alias.to_owned()).or_insert(strength);
        *known = strength.min(*known);
        listed.len() != before
    }

    /// Records a decision; of several about one pair the last one counts.
    pub fn decide(&mut self, one: &str, other: &str, verdict: Verdict) {
        let known = self.verdicts.entry(pair(one, other)).or_insert_with(|| verdict.clone());
        if verdict > *known {
            *known = verdict;
        }
    }

    /// Every alias that the root lists, in the order of their text.
    pub fn aliases_of(&self, root: &str) -> impl Iterator<Item = &str> {
        self.lists.get(root).into_iter().flat_map(|listed| listed.keys().map(String::as_str))
    }

    /// Every alias that the root lists, with its strength.
    #[must_use]
    pub fn listed(&self, root: &str) -> Vec<(u8, String)> {
        let listed = self.lists.get(root).into_iter().flatten();
        sorted(listed.map(|(alias, strength)| (*strength, alias.clone())))
    }

    /// The rank of a claim, where there is one.
    #[must_use]
    pub fn rank(&self, alias: &str, root: &str) -> Option<u8> {
        self.by_alias.get(alias)?.get(root).copied()
    }

    /// The provider id that keeps an alias: of those that claim it, the smallest by rank, length and text. Ids grow
    /// with time, so that is the original.
    #[must_use]
    pub fn keeper(&self, alias: &str) -> Option<&str> {
        self.keepers(alias).min().map(|(_, _, root)| root)
    }

    /// Whether a second id claims the alias as strongly as its keeper does.
    #[must_use]
    pub fn is_contested(&self, alias: &str) -> bool {
        self.contenders(alias).len() > 1
    }

    /// The ids that claim an alias as strongly as its keeper does, the keeper among them, in the order of their text.
    #[must_use]
    pub fn contenders(&self, alias: &str) -> Vec<&str> {
        let strongest = self.keepers(alias).map(|(rank, _, _)| rank).min();
        self.keepers(alias).filter(|(rank, _, _)| Some(*rank) == strongest).map(|(_, _, root)| root).collect()
    }

    fn keepers(&self, alias: &str) -> impl Iterator<Item = (u8, usize, &str)> {
        let claimants = self.by_alias.get(alias).into_iter().flatten();
        claimants
            .filter(move |(root, _)| is_provider_id(root) && !self.is_barred(alias, root))
            .map(|(root, rank)| (*rank, root.len(), root.as_str()))
    }

    /// Whether a person said that an alias is not this root's.
    #[must_use]
    pub fn is_barred(&self, alias: &str, root: &str) -> bool {
        // Nearly always nobody decided anything: then no pair need be spelt out.
        !self.verdicts.is_empty()
            && alias != root
            && self.verdicts.get(&pair(alias, root)).is_some_and(|verdict| !verdict.same)
    }

    /// The root whose asset this root is part of: itself for an id, else the keeper of the strongest alias it lists
    /// that has one, else itself (a stub). There is no transitive joining.
    #[must_use]
    pub fn base(&self, root: &str) -> Root {
        self.leader(root).map_or_else(|| root.to_owned(), |(_, keeper)| keeper)
    }

    /// What takes a root without id to another asset: the strongest alias it lists that has a keeper, and that keeper.
    #[must_use]
    pub fn leader(&self, root: &str) -> Option<(String, Root)> {
        if is_provider_id(root) {
            return None;
        }
        let mut listed = self.listed(root).into_iter();
        listed.find_map(|(_, alias)| {
            let keeper = self.keeper(&alias)?.to_owned();
            Some((alias, keeper))
        })
    }

    /// The base of whoever an alias leads to: its keeper, else the root it is itself, else the smallest root that
    /// claims it. `None` when nobody does.
    #[must_use]
    pub fn holder(&self, alias: &str) -> Option<Root> {
        if let Some(keeper) = self.keeper(alias) {
            return Some(keeper.to_owned());
        }
        let claimants = self.by_alias.get(alias)?;
        if claimants.contains_key(alias) {
            return Some(self.base(alias));
        }
        let smallest = claimants.iter().map(|(root, rank)| (*rank, root.len(), root)).min()?;
        Some(self.base(smallest.2))
    }

    /// Which of these roots are one asset: those with one base, and those whose bases a person declared the same.
    #[must_use]
    pub fn groups(&self, roots: &BTreeSet<Root>) -> Vec<BTreeSet<Root>> {
        let joined = self.joined_bases();
        let mut groups: BTreeMap<Root, BTreeSet<Root>> = BTreeMap::new();
        for root in roots {
            let base = self.base(root);
            let group = joined.get(&base).cloned().unwrap_or(base);
            groups.entry(group).or_default().insert(root.clone());
        }
        groups.into_values().collect()
    }

    /// For every base that a person joined to another: the one name of their group.
    fn joined_bases(&self) -> BTreeMap<Root, Root> {
        let mut name: BTreeMap<Root, Root> = BTreeMap::new();
        for ((one, other), verdict) in &self.verdicts {
            if !verdict.same {
                continue;
            }
            let (Some(one), Some(other)) = (self.holder(one), self.holder(other)) else { continue };
            let from = name.get(&one).cloned().unwrap_or_else(|| one.clone());
            let to = name.get(&other).cloned().unwrap_or_else(|| other.clone());
            name.entry(one).or_insert_with(|| from.clone());
            name.entry(other).or_insert_with(|| to.clone());
            for group in name.values_mut().filter(|group| **group == from) {
                *group = to.clone();
            }
        }
        name
    }

    /// Every alias that is claimed at all.
    pub fn aliases(&self) -> impl Iterator<Item = &str> {
        self.by_alias.keys().map(String::as_str)
    }

    /// Every root that lists something.
    pub fn roots(&self) -> impl Iterator<Item = &str> {
        self.lists.keys().map(String::as_str)
    }

    /// The roots that claim an alias.
    pub fn claimants(&self, alias: &str) -> impl Iterator<Item = &str> {
        self.by_alias.get(alias).into_iter().flat_map(|roots| roots.keys().map(String::as_str))
    }

    /// The pairs that a person declared the same.
    pub fn declared_same(&self) -> impl Iterator<Item = (&str, &str)> {
        let same = self.verdicts.iter().filter(|(_, verdict)| verdict.same);
        same.map(|((one, other), _)| (one.as_str(), other.as_str()))
    }

    /// The decided pairs, for reading on.
    pub fn decided(&self) -> impl Iterator<Item = &(String, String)> {
        self.verdicts.keys()
    }
}

/// The root that names an asset: of its provider ids the smallest, else its smallest root.
#[must_use]
pub fn canonical(roots: &BTreeSet<Root>) -> Option<&Root> {
    roots.iter().min_by_key(|root| (!is_provider_id(root), root.len(), root.as_str()))
}

fn pair(one: &str, other: &str) -> (String, String) {
    if one <= other { (one.to_owned(), other.to_owned()) } else { (other.to_owned(), one.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(claims: &mut Claims, root: &str, aliases: &[&str]) {
        claims.claim(root, root, OWN);
        for (strength, alias) in aliases.iter().enumerate() {
            claims.claim(alias, root, OWN);
            claims.list(root, alias, u8::try_from(strength).unwrap());
        }
        claims.list(root, root, 0);
    }

    #[test]
    fn the_smallest_id_keeps_a_contested_alias() {
        let mut claims = Claims::default();
        own(&mut claims, "id:x:20", &["key:u"]);
        own(&mut claims, "id:x:9", &["key:u"]);
        assert_eq!(claims.keeper("key:u"), Some("id:x:9"));
        assert!(claims.is_contested("key:u"));
    }

    #[test]
    fn an_own_payload_beats_a_source_entry() {
        let mut claims = Claims::default();
        claims.claim("key:v", "id:x:5", NAMED);
        claims.claim("key:v", "id:x:7", OWN);
        assert_eq!(claims.keeper("key:v"), Some("id:x:7"));
        assert!(!claims.is_contested("key:v"));
    }

    #[test]
    fn a_root_without_id_never_bridges_two_ids() {
        let mut claims = Claims::default();
        own(&mut claims, "id:x:2", &["key:u"]);
        own(&mut claims, "id:x:3", &["uuid:v"]);
        own(&mut claims, "key:u", &["key:u", "uuid:v"]);
        assert_eq!(claims.base("key:u"), "id:x:2");
        assert_eq!(claims.base("id:x:3"), "id:x:3");
    }

    #[test]
    fn a_decision_bars_a_claim_and_the_last_one_counts() {
        let mut claims = Claims::default();
        own(&mut claims, "id:x:1", &["key:u"]);
        claims.decide("key:u", "id:x:1", Verdict { at_ms: 5, same: false, author: "t".into() });
        assert_eq!(claims.keeper("key:u"), None);
        claims.decide("id:x:1", "key:u", Verdict { at_ms: 9, same: true, author: "t".into() });
        assert_eq!(claims.keeper("key:u"), Some("id:x:1"));
    }

    #[test]
    fn two_ids_are_one_asset_only_by_decision() {
        let mut claims = Claims::default();
        own(&mut claims, "id:x:1", &["key:u"]);
        own(&mut claims, "id:x:2", &["key:u"]);
        let roots = BTreeSet::from(["id:x:1".to_owned(), "id:x:2".to_owned()]);
        assert_eq!(claims.groups(&roots).len(), 2);
        claims.decide("id:x:1", "id:x:2", Verdict { at_ms: 1, same: true, author: "t".into() });
        assert_eq!(claims.groups(&roots), vec![roots]);
    }
}
