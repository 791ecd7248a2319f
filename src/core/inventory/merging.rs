//! Which pairs of aliases a person decides about who merges two assets, or takes apart what is one. What follows from
//! the decisions is left to `identity` and `settle`.

use std::collections::BTreeSet;

use crate::core::gather::set_of;
use crate::core::inventory::identity::{Claims, Root, Verdict, is_provider_id};

/// Two aliases, as a decision names them.
pub type Pair = (String, String);

/// Why nothing can be taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The alias is not this asset's.
    NotKept,
    /// Nothing that a decision could undo holds it here.
    NotMerged,
}

/// The pairs to declare the same so that two assets are one: their roots, and whatever was declared different between
/// them before, as long as nobody else claims it.
#[must_use]
pub fn pairs_to_merge(
    claims: &Claims,
    one: (&Root, &BTreeSet<Root>),
    other: (&Root, &BTreeSet<Root>),
) -> BTreeSet<Pair> {
    let mut pairs = BTreeSet::from([(one.0.clone(), other.0.clone())]);
    for (listing, holding) in [(one.1, other.1), (other.1, one.1)] {
        let is_between = |alias: &str| {
            claims.claimants(alias).all(|root| listing.contains(root) || holding.contains(root))
        };
        for (_, alias) in listing.iter().flat_map(|root| claims.listed(root)) {
            if is_between(&alias) {
                let barred = holding.iter().filter(|root| claims.is_barred(&alias, root));
                pairs.extend(barred.map(|root| (alias.clone(), root.clone())));
            }
        }
    }
    pairs
}

/// The pairs to declare the same so that an alias that was parted from these roots is theirs again.
///
/// # Errors
/// [`Refused`] when it never was parted from them, or somebody else would keep it.
pub fn pairs_to_give_back(
    claims: &Claims,
    roots: &BTreeSet<Root>,
    alias: &str,
) -> Result<BTreeSet<Pair>, Refused> {
    let barred =
        roots.iter().filter(|root| claims.is_barred(alias, root) && claims.rank(alias, root).is_some());
    let pairs: BTreeSet<Pair> = set_of(barred.map(|root| (alias.to_owned(), root.clone())));
    let mut after = claims.clone();
    for (alias, root) in &pairs {
        after.decide(alias, root, Verdict { at_ms: i64::MAX, same: true, author: String::new() });
    }
    match after.holder(alias) {
        _ if pairs.is_empty() => Err(Refused::NotMerged),
        Some(holder) if roots.contains(&holder) => Ok(pairs),
        _ => Err(Refused::NotKept),
    }
}

/// The pairs to declare different so that everything that was merged by hand is apart again.
///
/// # Errors
/// [`Refused::NotMerged`] when nothing was.
pub fn pairs_to_part(claims: &Claims, roots: &BTreeSet<Root>) -> Result<BTreeSet<Pair>, Refused> {
    or_not_merged(ties(claims, roots).collect())
}

/// The pairs to declare different so that one alias, or one root with all that it lists, is no longer this asset's.
///
/// # Errors
/// [`Refused`] when the alias is not this asset's, or nothing but its own payload holds it here.
pub fn pairs_to_part_alias(
    claims: &Claims,
    roots: &BTreeSet<Root>,
    alias: &str,
) -> Result<BTreeSet<Pair>, Refused> {
    let is_root = roots.contains(alias);
    let is_kept = claims.holder(alias).is_some_and(|holder| roots.contains(&holder));
    let is_listed = roots.iter().any(|root| claims.rank(alias, root).is_some());
    if !(is_root || is_kept && is_listed) {
        return Err(Refused::NotKept);
    }
    let mut parted = BTreeSet::from([alias.to_owned()]);
    if is_root && !is_provider_id(alias) {
        parted.extend(claims.listed(alias).into_iter().map(|(_, listed)| listed));
    }
    let mut pairs: BTreeSet<Pair> =
        ties(claims, roots).filter(|tie| ties_one_of(claims, tie, &parted)).collect();
    for alias in parted.iter().filter(|alias| !is_provider_id(alias)) {
        let keepers = roots.iter().filter(|root| is_provider_id(root) && !claims.is_barred(alias, root));
        let claiming = keepers.filter(|root| claims.rank(alias, root).is_some());
        pairs.extend(claiming.map(|root| (alias.clone(), root.clone())));
    }
    or_not_merged(pairs)
}

/// What people declared the same within these roots.
fn ties<'c>(claims: &'c Claims, roots: &'c BTreeSet<Root>) -> impl Iterator<Item = Pair> + 'c {
    let is_here = |alias: &str| claims.holder(alias).is_some_and(|holder| roots.contains(&holder));
    let here = claims.declared_same().filter(move |(one, other)| is_here(one) && is_here(other));
    here.map(|(one, other)| (one.to_owned(), other.to_owned()))
}

/// A tie of a provider's id holds it by whatever alias was named; a tie of another alias only by that alias.
fn ties_one_of(claims: &Claims, tie: &Pair, parted: &BTreeSet<String>) -> bool {
    [&tie.0, &tie.1].into_iter().any(|side| {
        parted.contains(side)
            || claims.holder(side).is_some_and(|holder| is_provider_id(&holder) && parted.contains(&holder))
    })
}

fn or_not_merged(pairs: BTreeSet<Pair>) -> Result<BTreeSet<Pair>, Refused> {
    if pairs.is_empty() { Err(Refused::NotMerged) } else { Ok(pairs) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::inventory::identity::OWN;

    fn own(claims: &mut Claims, root: &str, aliases: &[&str]) {
        for alias in aliases.iter().chain([&root]) {
            claims.claim(alias, root, OWN);
            claims.list(root, alias, if alias == &root { 0 } else { 2 });
        }
    }

    fn decide(claims: &mut Claims, pairs: &BTreeSet<Pair>, same: bool, at_ms: i64) {
        for (one, other) in pairs {
            claims.decide(one, other, Verdict { at_ms, same, author: "t".into() });
        }
    }

    fn set(roots: &[&str]) -> BTreeSet<Root> {
        roots.iter().map(|root| (*root).to_owned()).collect()
    }

    #[test]
    fn what_is_parted_is_two_groups_and_merges_again() {
        let mut claims = Claims::default();
        own(&mut claims, "id:x:1", &["key:u"]);
        own(&mut claims, "key:u", &[]);
        let all = set(&["id:x:1", "key:u"]);
        assert_eq!(claims.groups(&all), vec![all.clone()]);
        let apart = pairs_to_part_alias(&claims, &all, "key:u").unwrap();
        decide(&mut claims, &apart, false, 1);
        assert_eq!(claims.groups(&all).len(), 2);
        let (id, key) = ("id:x:1".to_owned(), "key:u".to_owned());
        let (one, other) = (set(&["id:x:1"]), set(&["key:u"]));
        let together = pairs_to_merge(&claims, (&id, &one), (&key, &other));
        decide(&mut claims, &together, true, 2);
        assert_eq!(claims.groups(&all), vec![all.clone()]);
        assert_eq!(claims.keeper("key:u"), Some("id:x:1"));
        let apart = pairs_to_part(&claims, &all).unwrap();
        decide(&mut claims, &apart, false, 3);
        assert_eq!(claims.groups(&all).len(), 2);
    }

    #[test]
    fn an_alias_of_nobody_here_is_refused_and_so_is_what_was_never_merged() {
        let mut claims = Claims::default();
        own(&mut claims, "id:x:1", &["key:u"]);
        own(&mut claims, "id:x:2", &["key:u"]);
        let second = set(&["id:x:2"]);
        assert_eq!(pairs_to_part_alias(&claims, &second, "key:u"), Err(Refused::NotKept));
        assert_eq!(pairs_to_part_alias(&claims, &second, "key:w"), Err(Refused::NotKept));
        assert_eq!(pairs_to_part_alias(&claims, &second, "id:x:2"), Err(Refused::NotMerged));
        assert_eq!(pairs_to_part(&claims, &second), Err(Refused::NotMerged));
    }

    #[test]
    fn one_of_three_is_taken_out_and_the_other_two_stay_one() {
        let mut claims = Claims::default();
        for id in ["id:x:1", "id:x:2", "id:x:3"] {
            own(&mut claims, id, &[]);
        }
        let tie = |one: &str, other: &str| BTreeSet::from([(one.to_owned(), other.to_owned())]);
        decide(&mut claims, &tie("id:x:1", "id:x:2"), true, 1);
        decide(&mut claims, &tie("id:x:1", "id:x:3"), true, 1);
        let all = set(&["id:x:1", "id:x:2", "id:x:3"]);
        let pairs = pairs_to_part_alias(&claims, &all, "id:x:3").unwrap();
        assert_eq!(pairs, tie("id:x:1", "id:x:3"));
        decide(&mut claims, &pairs, false, 2);
        assert_eq!(claims.groups(&all), vec![set(&["id:x:1", "id:x:2"]), set(&["id:x:3"])]);
    }
}
