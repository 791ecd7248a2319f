//! Brings the read part of the inventory up to date: which roots are one asset now, which public id stays, and what
//! each changed asset is. What must still be read first is said as a `Need`; how it is written is left to `plan`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::core::gather::set_of;
use crate::core::ids::mint;
use crate::core::inventory::fold::{Folded, fold};
use crate::core::inventory::identity::{Root, canonical};
use crate::core::inventory::observe::Change;
use crate::core::inventory::world::{AssetRow, World};
use crate::core::media::{Api, Feed, Making};
use crate::core::step::NowMs;

/// What must be read before the inventory can be settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Need {
    /// The neighbourhood of further aliases: a root moves to an asset that was not read.
    Around(BTreeSet<String>),
    /// Stored payloads, by root and digest.
    Payloads(Vec<(Root, String)>),
    /// Every page sighting of these roots: contents of several roots come together, and sightings that said nothing
    /// new to one of them may matter now.
    Sightings,
}

/// An asset as it is to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct Asset {
    /// The public id.
    pub id: String,
    /// The strongest root.
    pub root: Root,
    /// All roots.
    pub roots: BTreeSet<Root>,
    /// The version to write.
    pub version: i64,
    /// Whether it was in the inventory already, seen itself.
    pub known: bool,
    /// Whether a person removed it.
    pub removed: bool,
    /// When a complete scan missed it.
    pub missing_ms: Option<i64>,
    /// The sort time.
    pub created_ms: i64,
    /// What is believed of it.
    pub folded: Folded,
}

/// Everything that follows from what a step took in.
#[derive(Clone, Debug, Default)]
pub struct Settled {
    /// The assets to write.
    pub assets: Vec<Asset>,
    /// Public ids that now lead to another asset; their rows go.
    pub redirects: Vec<(String, String)>,
    /// Public ids that led to another asset and are an asset's own again.
    pub returned: BTreeSet<String>,
    /// For every root that was looked at: its asset.
    pub holders: BTreeMap<Root, String>,
    /// Assets that were looked at and stay as they are, or are written: which of them were seen themselves before.
    pub known: BTreeSet<String>,
    /// Which of them a person removed.
    pub removed: BTreeSet<String>,
}

impl Settled {
    /// Whether a public id is settled already: it stays with an asset, or leads to one.
    fn is_taken(&self, id: &str) -> bool {
        self.holders.values().any(|taken| taken == id) || self.redirects.iter().any(|(old, _)| old == id)
    }
}

struct Group {
    roots: BTreeSet<Root>,
    id: String,
    row: Option<AssetRow>,
    known: bool,
    changed: bool,
    version: i64,
    /// When a complete scan missed it; not while any row that it follows on is there.
    missing_ms: Option<i64>,
}

/// Settles the world. `since_ms` is the time from which page sightings were read.
///
/// # Errors
/// A [`Need`] when something must be read first; the caller reads it and settles again.
pub fn settle(world: &World, since_ms: i64, now: NowMs) -> Result<Settled, Need> {
    let scope = scope(world);
    let missing = out_of_scope(world, &scope);
    if !missing.is_empty() {
        return Err(Need::Around(missing));
    }
    let mut settled = Settled::default();
    let mut groups = Vec::new();
    let held = ids_by_root(world);
    for roots in world.claims.groups(&scope) {
        let group = with_public_id(world, &held, roots, now, &mut settled);
        for root in &group.roots {
            settled.holders.insert(root.clone(), group.id.clone());
        }
        if group.known {
            settled.known.insert(group.id.clone());
        }
        if is_removed(world, &group.roots) {
            settled.removed.insert(group.id.clone());
        }
        groups.push(group);
    }
    if since_ms > 0 && groups.iter().any(|group| brings_contents_together(world, group)) {
        return Err(Need::Sightings);
    }
    let unread = unread_payloads(world, &groups);
    if !unread.is_empty() {
        return Err(Need::Payloads(unread));
    }
    settled.assets =
        groups.iter().filter(|group| group.changed).map(|group| written(world, group, now)).collect();
    Ok(settled)
}

/// The roots that a step can have moved, and those that share an asset with them.
fn scope(world: &World) -> BTreeSet<Root> {
    let touched = world.tied_aliases();
    let mut scope =
        set_of(touched.iter().flat_map(|alias| world.claims.claimants(alias)).map(ToOwned::to_owned));
    scope.extend(world.assets.values().flat_map(AssetRow::members));
    scope.extend(world.new_claims.keys().map(|(_, root)| root.clone()));
    scope
}

/// What the scope's roots lead to but was not read.
fn out_of_scope(world: &World, scope: &BTreeSet<Root>) -> BTreeSet<String> {
    let bases = scope.iter().map(|root| world.claims.base(root));
    let lost_assets = scope.iter().filter(|root| {
        let asset = world.roots.get(*root).and_then(|state| state.asset.as_ref());
        asset.is_some_and(|id| !world.assets.contains_key(id))
    });
    let mut missing = set_of(bases.filter(|root| !scope.contains(root)).chain(lost_assets.cloned()));
    for (one, other) in world.claims.declared_same() {
        missing.extend(unread_side(world, scope, one, other));
        missing.extend(unread_side(world, scope, other, one));
    }
    missing
}

/// What must be read of `other` when `one`, which was declared the same, leads into the scope.
fn unread_side(world: &World, scope: &BTreeSet<Root>, one: &str, other: &str) -> Option<String> {
    if !world.claims.holder(one).is_some_and(|holder| scope.contains(&holder)) {
        return None;
    }
    if !world.guarded.contains(other) {
        return Some(other.to_owned());
    }
    world.claims.holder(other).filter(|holder| !scope.contains(holder))
}

/// The public ids by the root that holds each.
fn ids_by_root(world: &World) -> BTreeMap<&Root, Vec<&String>> {
    let mut held: BTreeMap<&Root, Vec<&String>> = BTreeMap::new();
    for row in world.assets.values() {
        held.entry(&row.root).or_default().push(&row.id);
    }
    held
}

/// A public id stays with the asset that holds its row's root, unless a root that is parted from it is to have it
/// again. Of several the oldest stays, the others redirect.
fn with_public_id(
    world: &World,
    held: &BTreeMap<&Root, Vec<&String>>,
    roots: BTreeSet<Root>,
    now: NowMs,
    settled: &mut Settled,
) -> Group {
    let returning = set_of(roots.iter().filter_map(|root| world.returning.get(root)).cloned());
    let is_promised = |id: &String| world.returning.values().any(|promised| promised == id);
    let held = roots.iter().filter_map(|root| held.get(root)).flatten();
    let mut ids = set_of(held.filter(|id| !is_promised(id)).map(|id| (*id).clone()));
    ids.extend(returning);
    ids.retain(|id| !settled.is_taken(id));
    let name = canonical(&roots).cloned().unwrap_or_default();
    let id = ids.first().map_or_else(|| mint("ast_", now, &format!("{}\n{name}", world.owner)), Clone::clone);
    if ids.contains(&id) && !world.assets.contains_key(&id) {
        settled.returned.insert(id.clone());
    }
    settled.redirects.extend(ids.iter().skip(1).map(|old| (old.clone(), id.clone())));
    let rows: Vec<&AssetRow> = ids.iter().filter_map(|id| world.assets.get(id)).collect();
    let row = world.assets.get(&id).cloned();
    let moved = row.as_ref().is_none_or(|row| row.members() != roots || row.root != name);
    let touched = roots
        .iter()
        .filter_map(|root| world.roots.get(root))
        .any(|state| state.touched || state.asset.as_ref() != Some(&id));
    let seen = || rows.iter().filter(|row| row.origin != "referenced");
    Group {
        known: seen().next().is_some(),
        changed: moved || touched,
        version: 1 + last_version(world, &ids, &roots),
        missing_ms: seen().map(|row| row.missing_ms).min().flatten(),
        roots,
        id,
        row,
    }
}

/// The highest version of any row that the asset follows on. An id that comes back never has a version twice.
fn last_version(world: &World, ids: &BTreeSet<String>, roots: &BTreeSet<Root>) -> i64 {
    let before = roots.iter().filter_map(|root| world.roots.get(root)?.asset.as_ref()).chain(ids);
    before.filter_map(|id| world.assets.get(id)).map(|row| row.version).max().unwrap_or(0)
}

fn brings_contents_together(world: &World, group: &Group) -> bool {
    let stored = |root: &&Root| {
        world.roots.get(*root).is_some_and(|state| {
            state.observations.values().any(|observed| observed.change != Change::Insert)
        })
    };
    let moved = group.row.as_ref().is_none_or(|row| row.members() != group.roots);
    moved && group.roots.len() > 1 && group.roots.iter().any(|root| stored(&root))
}

fn is_removed(world: &World, roots: &BTreeSet<Root>) -> bool {
    let removes = |alias: &str| world.presence.get(alias).is_some_and(|(_, word)| word == "remove");
    let is_named = |root: &Root| removes(root) || world.claims.aliases_of(root).any(removes);
    !world.presence.is_empty() && roots.iter().any(is_named)
}

fn unread_payloads(world: &World, groups: &[Group]) -> Vec<(Root, String)> {
    let mut unread = Vec::new();
    let mut wanted: BTreeSet<&str> = BTreeSet::new();
    for root in groups.iter().filter(|group| group.changed).flat_map(|group| &group.roots) {
        wanted.insert(root);
        // Whoever claims an alias with equal right is asked where his payload says so.
        wanted.extend(world.claims.aliases_of(root).flat_map(|alias| world.claims.contenders(alias)));
    }
    for root in wanted {
        let Some(state) = world.roots.get(root) else { continue };
        for (digest, observed) in &state.observations {
            if observed.said.is_none() {
                unread.push((root.to_owned(), digest.clone()));
            }
        }
    }
    unread
}

fn written(world: &World, group: &Group, now: NowMs) -> Asset {
    let folded = fold(&world.members(&group.roots));
    let row = group.row.as_ref();
    let seen = group.roots.iter().filter_map(|root| world.roots.get(root)).any(|state| state.seen);
    let known_ms = row.map_or(now, |row| row.created_ms);
    Asset {
        id: group.id.clone(),
        root: canonical(&group.roots).cloned().unwrap_or_default(),
        roots: group.roots.clone(),
        version: group.version,
        known: group.known,
        removed: is_removed(world, &group.roots),
        missing_ms: if seen { None } else { group.missing_ms },
        created_ms: folded
            .fields
            .get("created_ms")
            .and_then(Value::as_i64)
            .or(folded.first_ms)
            .unwrap_or(known_ms),
        folded,
    }
}

impl Asset {
    /// `generated`, `synced`, `both` or `referenced`: it follows from the set of feeds.
    #[must_use]
    pub fn origin(&self) -> &'static str {
        let generated = self.folded.feeds.contains(&Feed::Generation);
        let synced =
            self.folded.feeds.iter().any(|feed| !matches!(feed, Feed::Generation | Feed::Referenced));
        match (generated, synced) {
            (true, true) => "both",
            (true, false) => "generated",
            (false, true) => "synced",
            (false, false) => "referenced",
        }
    }

    /// Whether it is part of the gallery: seen itself, and not removed.
    #[must_use]
    pub fn is_shown(&self) -> bool {
        self.origin() != "referenced" && !self.removed
    }

    /// The one account of rule 10: its own row's, else the first of the set.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        let own = self.folded.fields.get("provider_account").and_then(Value::as_str);
        let is_own = |identity: &&String| own.is_some_and(|own| identity.split(':').nth(2) == Some(own));
        let accounts = &self.folded.accounts;
        accounts.iter().find(is_own).or_else(|| accounts.first()).map(String::as_str)
    }

    /// Which provider, interface and making its strongest root belongs to.
    #[must_use]
    pub fn scope(&self) -> (&str, Api, Making) {
        let mut parts = self.root.split(':').skip(1);
        let provider = parts.next().unwrap_or_default();
        let api = parts.next().and_then(Api::parse).unwrap_or(Api::Library);
        let making = parts.nth(1).and_then(Making::parse);
        (provider, api, making.unwrap_or_else(|| self.making_by_key()))
    }

    /// Uploads stand under a folder of their own.
    fn making_by_key(&self) -> Making {
        if self.root.contains(":upload/") { Making::Uploaded } else { Making::Created }
    }

    /// A folded text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.folded.fields.get(name).and_then(Value::as_str)
    }
}
