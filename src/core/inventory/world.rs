//! The part of the inventory that a step has read: claims, roots, assets, decisions. It takes in what is new; what
//! follows for the assets is left to `settle`.

use std::collections::{BTreeMap, BTreeSet};

use crate::core::alias::{Alias, Scheme};
use crate::core::facts::Facts;
use crate::core::gather::set_of;
use crate::core::inventory::fold::{Member, Referenced};
use crate::core::inventory::identity::{Claims, OWN, Root, Verdict};
use crate::core::inventory::observe::{
    Change, Observed, Said, Sighting, Sightings, Stored, add_sighting, latest_ms,
};
use crate::core::row::row;

pub use crate::core::inventory::decision::{Decision, Family};
pub use link::NewEdge;
pub use news::{NamedSources, named_by};
pub use replace::Replaced;

mod link;
mod load;
mod news;
mod replace;

/// A payload as it comes in, read already.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// Which extractor read it.
    pub provider_id: String,
    /// What it says.
    pub facts: Facts,
    /// The digest of what it says.
    pub digest: String,
    /// The payload, less the personal members.
    pub payload: String,
    /// Where and when it was seen.
    pub seen: Sighting,
}

/// One root, as read and as changed so far.
#[derive(Clone, Debug, Default)]
pub struct RootState {
    /// The asset it belongs to, as stored.
    pub asset: Option<String>,
    /// What payloads that name it say.
    pub referenced: Option<Referenced>,
    /// Its contents by digest.
    pub observations: BTreeMap<String, Observed>,
    /// Whether its asset must be folded again.
    pub touched: bool,
    /// Whether its self claim must be written.
    pub rewrite: bool,
    /// Whether this step saw it itself, which ends its being missing.
    pub seen: bool,
}

row! {
    /// An asset's row, as far as the rules need it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AssetRow {
        /// `ast_…`.
        pub id: String,
        /// Its strongest root.
        pub root: String,
        /// JSON array of its roots.
        pub roots: String,
        /// Grows with every change.
        pub version: i64,
        /// `referenced` while it has not been seen itself.
        pub origin: String,
        /// How it stands.
        pub status: String,
        /// The sort time.
        pub created_ms: i64,
        /// 1 when a person removed it.
        pub removed: i64,
        /// When a complete scan missed it.
        pub missing_ms: Option<i64>,
        /// The generation that made it here.
        pub source_generation_id: Option<String>,
        /// 1 when it was made here and its file is there.
        pub has_media: i64,
    }
}

impl AssetRow {
    /// The roots that the row holds.
    #[must_use]
    pub fn members(&self) -> BTreeSet<Root> {
        serde_json::from_str(&self.roots).unwrap_or_default()
    }
}

/// What a step has read, and what it adds.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// Whose inventory it is.
    pub owner: i64,
    /// Who claims what.
    pub claims: Claims,
    /// The roots that were read or are new.
    pub roots: BTreeMap<Root, RootState>,
    /// The assets that were read.
    pub assets: BTreeMap<String, AssetRow>,
    /// Aliases that a person removed, by the last decision.
    pub presence: BTreeMap<String, (i64, String)>,
    /// Claims to write: (alias, root) and rank.
    pub new_claims: BTreeMap<(String, String), u8>,
    /// The aliases whose claims were read: they must weigh the same when the plan commits.
    pub guarded: BTreeSet<String>,
    /// What they weighed.
    pub weight: i64,
    /// Observations in whose place another content stands now, by root and digest.
    pub gone: Vec<(Root, String)>,
    /// Edges to write.
    pub edges: BTreeSet<NewEdge>,
    /// The aliases that the step is about.
    pub touched: BTreeSet<String>,
    /// Public ids that roots are to have again, where they are parted.
    pub returning: BTreeMap<Root, String>,
    sightings: Vec<PageSighting>,
    /// Sightings of this very step that were no news when they came.
    passed: Vec<PageSighting>,
}

#[derive(Clone, Debug)]
struct PageSighting {
    root: String,
    digest: String,
    seen: Sighting,
}

impl World {
    /// Takes in one payload about an asset itself. Nothing changes when it says nothing new.
    pub fn observe(&mut self, incoming: &Incoming) -> Option<Root> {
        let root = incoming.facts.root()?.text();
        self.claim_listed(&root, &incoming.facts.aliases, OWN);
        self.recall_sightings(&root);
        let others = self.latest_of_others(&root, &incoming.digest);
        let alone = others == i64::MIN;
        let missing = self.is_missing(&root);
        let state = self.roots.entry(root.clone()).or_default();
        if let Some(known) = state.observations.get_mut(&incoming.digest) {
            if !is_news(known, &incoming.seen, others, alone) && !missing {
                let (digest, seen) = (incoming.digest.clone(), incoming.seen.clone());
                self.passed.push(PageSighting { root: root.clone(), digest, seen });
                return Some(root);
            }
            add_sighting(&mut known.seen, &incoming.seen);
            known.change = known.change.max(Change::Update);
        } else {
            let observed = Observed {
                seen: vec![incoming.seen.clone()],
                said: Some(Said::of(incoming.facts.clone())),
                linked: incoming.facts.parents.is_empty(),
                payload: Some(incoming.payload.clone()),
                context: Stored::of(&incoming.provider_id, &incoming.facts),
                change: Change::Insert,
            };
            state.observations.insert(incoming.digest.clone(), observed);
        }
        state.touched = true;
        state.seen = true;
        // What this page showed before and was no news then is news beside another content.
        self.sightings.append(&mut self.passed);
        self.recall_sightings(&root);
        Some(root)
    }

    /// Takes in a decision. The roots that list one of its aliases are looked at again.
    pub fn decide(&mut self, decision: &Decision) {
        let aliases = [decision.alias.as_str(), decision.other.as_str()];
        match decision.family {
            Family::Presence => {
                let decided = (decision.at_ms, decision.verdict.to_owned());
                let known = self.presence.entry(decision.alias.clone()).or_insert_with(|| decided.clone());
                if decided > *known {
                    *known = decided;
                }
            }
            Family::Identity => {
                let same = decision.verdict == "same";
                let verdict = Verdict { at_ms: decision.at_ms, same, author: decision.author.clone() };
                self.claims.decide(&decision.alias, &decision.other, verdict);
            }
            Family::Edge | Family::Drift => {}
        }
        for (root, state) in &mut self.roots {
            state.touched |= self.claims.aliases_of(root).any(|alias| aliases.contains(&alias))
                || aliases.contains(&root.as_str());
        }
    }

    /// All that was read of these roots, as the fold takes it.
    #[must_use]
    pub fn members<'a>(&'a self, roots: &'a BTreeSet<Root>) -> Vec<Member<'a>> {
        let known = roots.iter().filter_map(|root| Some((root, self.roots.get(root)?)));
        known
            .map(|(root, state)| Member {
                root,
                observations: state.observations.iter().map(|(digest, one)| (digest.as_str(), one)).collect(),
                referenced: state.referenced.as_ref(),
            })
            .collect()
    }

    /// Gives an observation its stored payload and the facts that it was read to.
    pub fn know(&mut self, root: &str, digest: &str, facts: Facts, payload: String) {
        let observed = self.roots.get_mut(root).and_then(|state| state.observations.get_mut(digest));
        if let Some(observed) = observed.filter(|observed| observed.said.is_none()) {
            observed.said = Some(Said::of(facts));
            observed.payload = Some(payload);
        }
    }

    /// Has the assets of these roots folded again, though nothing new is said of them.
    pub fn refold(&mut self, roots: &BTreeSet<Root>) {
        for root in roots {
            if let Some(state) = self.roots.get_mut(root) {
                state.touched = true;
            }
        }
    }

    /// The aliases that the step is about, with those that decisions tie to them, whatever was decided.
    #[must_use]
    pub fn tied_aliases(&self) -> BTreeSet<String> {
        let mut tied = self.touched.clone();
        loop {
            let before = tied.len();
            for (one, other) in self.claims.decided() {
                if tied.contains(one) || tied.contains(other) {
                    tied.insert(one.clone());
                    tied.insert(other.clone());
                }
            }
            if tied.len() == before {
                return tied;
            }
        }
    }

    /// Whether a stored observation's source list is written.
    #[must_use]
    pub fn is_linked(&self, root: &str, digest: &str) -> bool {
        let observed = self.roots.get(root).and_then(|state| state.observations.get(digest));
        observed.is_some_and(|observed| observed.linked)
    }

    /// Whether a payload's sources must be read around too: its source list is written already, and now another
    /// account's rows name those sources.
    #[must_use]
    pub fn renames_sources(&self, incoming: &Incoming) -> bool {
        let Some(root) = incoming.facts.root() else { return false };
        let known = self.roots.get(&root.text()).and_then(|state| state.observations.get(&incoming.digest));
        known.is_some_and(|known| known.linked && !known.seen.iter().any(|seen| seen.1 == incoming.seen.1))
    }

    fn claim_listed(&mut self, root: &Root, aliases: &[Alias], rank: u8) {
        self.claim(root, root, OWN);
        let mut changed = !self.roots.contains_key(root);
        for (strength, alias) in strengths(aliases) {
            let alias = alias.text();
            self.claim(&alias, root, rank);
            changed |= self.claims.list(root, &alias, strength);
        }
        let state = self.roots.entry(root.clone()).or_default();
        state.rewrite |= changed;
        state.touched |= changed;
    }

    fn claim(&mut self, alias: &str, root: &str, rank: u8) {
        let rank = if alias == root { OWN } else { rank };
        if self.claims.rank(alias, root).is_none_or(|known| rank < known) {
            self.claims.claim(alias, root, rank);
            self.new_claims.insert((alias.to_owned(), root.to_owned()), rank);
        }
    }

    /// Brings back every page sighting that was read, for roots that come together only now.
    pub fn recall_all(&mut self) {
        self.sightings.append(&mut self.passed);
        let roots: Vec<Root> = self.roots.keys().cloned().collect();
        for root in roots {
            self.recall_sightings(&root);
        }
    }

    /// Sightings that changed nothing stand only in their page's row. When something older arrives late, they count.
    fn recall_sightings(&mut self, root: &Root) {
        if self.sightings.is_empty() {
            return;
        }
        let fellows = self.fellows(root);
        let mut recalled = BTreeSet::new();
        for sighting in &self.sightings {
            if !fellows.contains(&sighting.root) {
                continue;
            }
            let known = self
                .roots
                .get_mut(&sighting.root)
                .and_then(|state| state.observations.get_mut(&sighting.digest));
            if let Some(known) = known
                && add_sighting(&mut known.seen, &sighting.seen)
            {
                known.change = known.change.max(Change::Update);
                recalled.insert(sighting.root.clone());
            }
        }
        for root in recalled {
            self.roots.entry(root).or_default().touched = true;
        }
    }

    /// The roots that the stored asset of this root holds, and itself.
    fn fellows(&self, root: &Root) -> BTreeSet<Root> {
        let asset = self.roots.get(root).and_then(|state| state.asset.as_ref());
        let mut fellows = asset.and_then(|id| self.assets.get(id)).map(AssetRow::members).unwrap_or_default();
        fellows.insert(root.clone());
        fellows
    }

    fn latest_of_others(&self, root: &Root, digest: &str) -> i64 {
        self.fellows(root)
            .iter()
            .filter_map(|fellow| self.roots.get(fellow).map(|state| (fellow, state)))
            .flat_map(|(fellow, state)| {
                state.observations.iter().map(move |(known, seen)| (fellow, known, seen))
            })
            .filter(|(fellow, known, _)| *fellow != root || *known != digest)
            .map(|(_, _, observed)| latest_ms(&observed.seen))
            .max()
            .unwrap_or(i64::MIN)
    }

    fn is_missing(&self, root: &Root) -> bool {
        let asset = self.roots.get(root).and_then(|state| state.asset.as_ref());
        asset.and_then(|id| self.assets.get(id)).is_some_and(|row| row.missing_ms.is_some())
    }
}

/// A content that is seen again is news when this feed and account never showed it, when it was seen earlier than
/// known, or when another content of the asset was seen since this feed last showed it.
fn is_news(known: &Observed, seen: &Sighting, latest_of_others: i64, alone: bool) -> bool {
    let same = |one: &&Sighting| one.0 == seen.0 && one.1 == seen.1;
    let Some(sighting) = known.seen.iter().find(same) else { return true };
    if seen.2 < sighting.2 {
        return true;
    }
    let feed_last =
        known.seen.iter().filter(|one| one.0 == seen.0).map(|one| one.3).max().unwrap_or(i64::MIN);
    !alone && seen.3 > sighting.3 && feed_last <= latest_of_others
}

/// How strongly an item lists each of its aliases. A uuid before the object key was declared, one behind it was read
/// from the url.
fn strengths(aliases: &[Alias]) -> impl Iterator<Item = (u8, &Alias)> {
    let key = aliases.iter().position(|alias| alias.scheme == Scheme::Key);
    aliases.iter().enumerate().map(move |(index, alias)| {
        let strength = match alias.scheme {
            Scheme::Id => 0,
            Scheme::Uuid if key.is_none_or(|key| index < key) => 1,
            Scheme::Key => 2,
            Scheme::Uuid => 3,
            Scheme::Sha256 => 4,
        };
        (strength, alias)
    })
}

/// What a claim adds to the weight of its alias: more claims weigh more, and so do stronger ones.
#[must_use]
pub const fn weight_of(rank: u8) -> i64 {
    if rank == OWN { 2 } else { 1 }
}

/// Every alias that a step must read around before it takes in these payloads.
#[must_use]
pub fn touched_by(incoming: &[Incoming], with_sources: bool) -> BTreeSet<String> {
    let own = incoming.iter().flat_map(|one| &one.facts.aliases);
    let named = incoming.iter().flat_map(|one| &one.facts.parents).flat_map(|entry| &entry.aliases);
    set_of(own.chain(named.filter(|_| with_sources)).map(Alias::text))
}

/// The accounts of a set of sightings.
#[must_use]
pub fn accounts_of(seen: &Sightings) -> BTreeSet<String> {
    set_of(seen.iter().map(|one| one.1.clone()))
}
