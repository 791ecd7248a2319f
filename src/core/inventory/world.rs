//! The part of the inventory that a step has read: claims, roots, assets, decisions. It takes in what is new; what
//! follows for the assets is left to `settle`.

use std::collections::{BTreeMap, BTreeSet};

use crate::core::alias::{Alias, Scheme};
use crate::core::facts::{Facts, SourceEntry};
use crate::core::gather::set_of;
use crate::core::inventory::fold::Referenced;
use crate::core::inventory::identity::{Claims, NAMED, OWN, Root, Verdict};
use crate::core::inventory::observe::{
    Change, Observed, Sighting, Sightings, Stored, add_sighting, latest_ms,
};
use crate::core::media::{Api, Feed, Making, MediaType};
use crate::core::row::row;
use crate::core::statement::{BadRows, Rows, rows_at};

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
        /// The sort time.
        pub created_ms: i64,
        /// 1 when a person removed it.
        pub removed: i64,
        /// When a complete scan missed it.
        pub missing_ms: Option<i64>,
        /// The generation that made it here.
        pub source_generation_id: Option<String>,
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
    /// Edges to write.
    pub edges: BTreeSet<NewEdge>,
    /// The aliases that the step is about.
    pub touched: BTreeSet<String>,
    sightings: Vec<PageSighting>,
    /// Sightings of this very step that were no news when they came.
    passed: Vec<PageSighting>,
}

/// An edge to write.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct NewEdge {
    /// The child's root.
    pub child: String,
    /// The source list's digest.
    pub evidence: String,
    /// The position in the list.
    pub slot: u32,
    /// The parent's root.
    pub parent: String,
    /// How it went in.
    pub relation: String,
    /// What was done with it.
    pub operation: Option<String>,
    /// Which end of the child.
    pub anchor: Option<String>,
    /// The name in the prompt.
    pub name: Option<String>,
}

/// Which decisions are compared with each other: within a family, the last one per alias or pair counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Whether an asset is in the inventory.
    Presence,
    /// Whether two aliases are one asset.
    Identity,
    /// Whether one asset is another's parent.
    Edge,
}

impl Family {
    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Presence => "presence",
            Self::Identity => "identity",
            Self::Edge => "edge",
        }
    }
}

/// What a person decided, with author and time. It is about aliases, so it outlives every asset row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What it is about.
    pub alias: String,
    /// With what it is compared.
    pub family: Family,
    /// The other alias of a pair, else empty.
    pub other: String,
    /// Unix milliseconds.
    pub at_ms: i64,
    /// `remove`, `restore`, `same`, `different`, `edge`, `no_edge`.
    pub verdict: &'static str,
    /// The token that decided.
    pub author: String,
    /// Further members as JSON: relation and slot of an edge.
    pub body: String,
}

row! {
    struct ClaimRow {
        alias: String,
        root: String,
        rank: u8,
        asset: Option<String>,
        lists: Option<String>,
        referenced: Option<String>,
    }
}

row! {
    struct ObservationRow {
        root: String,
        digest: String,
        provider_id: String,
        api: Api,
        media_type: MediaType,
        making: Making,
        extractor: u32,
        linked: i64,
        seen: String,
    }
}

row! {
    struct NewsRow {
        kind: String,
        one: String,
        other: String,
        at_ms: i64,
        word: String,
        author: String,
    }
}

#[derive(Clone, Debug)]
struct PageSighting {
    root: String,
    digest: String,
    seen: Sighting,
}

impl World {
    /// Reads the rows of `sql::near`, in its order: claims, assets, observations, decisions with sightings.
    ///
    /// # Errors
    /// [`BadRows`] when a row does not have the expected shape.
    pub fn load(owner: i64, touched: &BTreeSet<String>, rows: &[Rows]) -> Result<Self, BadRows> {
        let mut world = Self { owner, guarded: touched.clone(), touched: touched.clone(), ..Self::default() };
        for row in rows_at(rows, 0)?.parse::<ClaimRow>()? {
            world.load_claim(row)?;
        }
        for row in rows_at(rows, 1)?.parse::<AssetRow>()? {
            world.assets.insert(row.id.clone(), row);
        }
        for row in rows_at(rows, 2)?.parse::<ObservationRow>()? {
            world.load_observation(row)?;
        }
        for row in rows_at(rows, 3)?.parse::<NewsRow>()? {
            world.load_news(row)?;
        }
        Ok(world)
    }

    fn load_claim(&mut self, row: ClaimRow) -> Result<(), BadRows> {
        self.claims.claim(&row.alias, &row.root, row.rank);
        self.weight += weight_of(row.rank);
        if row.alias == row.root {
            for (strength, alias) in parse_json::<Vec<(u8, String)>>(row.lists.as_deref().unwrap_or("[]"))? {
                self.claims.list(&row.root, &alias, strength);
            }
            let state = self.roots.entry(row.root).or_default();
            state.asset = row.asset;
            state.referenced = row.referenced.as_deref().map(parse_json).transpose()?;
        }
        self.guarded.insert(row.alias);
        Ok(())
    }

    fn load_observation(&mut self, row: ObservationRow) -> Result<(), BadRows> {
        let observed = Observed {
            seen: parse_json(&row.seen)?,
            facts: None,
            linked: row.linked == 1,
            payload: None,
            context: Stored {
                provider_id: row.provider_id,
                api: row.api,
                media_type: row.media_type,
                making: row.making,
                extractor: row.extractor,
            },
            change: Change::None,
        };
        self.roots.entry(row.root).or_default().observations.insert(row.digest, observed);
        Ok(())
    }

    fn load_news(&mut self, row: NewsRow) -> Result<(), BadRows> {
        match row.kind.as_str() {
            "presence" => {
                let decided = (row.at_ms, row.word);
                let known = self.presence.entry(row.one).or_insert_with(|| decided.clone());
                if decided > *known {
                    *known = decided;
                }
            }
            "identity" => {
                let verdict = Verdict { at_ms: row.at_ms, same: row.word == "same", author: row.author };
                self.claims.decide(&row.one, &row.other, verdict);
            }
            "sighting" => {
                let feed = Feed::parse(&row.word)
                    .ok_or_else(|| BadRows { reason: format!("feed {:?} is not known", row.word) })?;
                let seen = Sighting::once(feed, row.author, row.at_ms);
                self.sightings.push(PageSighting { root: row.one, digest: row.other, seen });
            }
            _ => {}
        }
        Ok(())
    }

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
                facts: Some(incoming.facts.clone()),
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
            Family::Edge => {}
        }
        for (root, state) in &mut self.roots {
            state.touched |=
                self.claims.listed(root).iter().any(|(_, alias)| aliases.contains(&alias.as_str()))
                    || aliases.contains(&root.as_str());
        }
    }

    /// Gives an observation the facts that its stored payload was read to.
    pub fn know(&mut self, root: &str, digest: &str, facts: Facts) {
        let observed = self.roots.get_mut(root).and_then(|state| state.observations.get_mut(digest));
        if let Some(observed) = observed {
            observed.facts.get_or_insert(facts);
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

    /// Writes down the sources that a payload names: stubs, claims, edges. Its sightings say which accounts' rows name
    /// them.
    pub fn link(&mut self, root: &Root, digest: &str, facts: &Facts) {
        let Some(evidence) = crate::core::inventory::fold::evidence_of(facts) else { return };
        let accounts: BTreeSet<String> = self
            .roots
            .get(root)
            .and_then(|state| state.observations.get(digest))
            .map(|observed| accounts_of(&observed.seen))
            .unwrap_or_default();
        for entry in &facts.parents {
            let Some(parent) = self.name_source(entry, &accounts) else { continue };
            self.edges.insert(new_edge(root, &evidence, entry, parent, facts));
        }
        if let Some(state) = self.roots.get_mut(root) {
            state.touched = true;
            if let Some(observed) = state.observations.get_mut(digest).filter(|observed| !observed.linked) {
                observed.linked = true;
                observed.change = observed.change.max(Change::Update);
            }
        }
    }

    fn name_source(&mut self, entry: &SourceEntry, accounts: &BTreeSet<String>) -> Option<Root> {
        let root = entry.aliases.first()?.text();
        self.claim_listed(&root, &entry.aliases, NAMED);
        let said = Referenced::of(entry, accounts.clone());
        let state = self.roots.entry(root.clone()).or_default();
        let news = match &mut state.referenced {
            Some(known) => known.absorb(&said),
            None => {
                state.referenced = Some(said);
                true
            }
        };
        if news {
            state.touched = true;
            state.rewrite = true;
        }
        Some(root)
    }

    fn claim_listed(&mut self, root: &Root, aliases: &[Alias], rank: u8) {
        self.claim(root, root, OWN);
        let mut changed = !self.roots.contains_key(root);
        for (strength, alias) in strengths(aliases) {
            let alias = alias.text();
            self.claim(&alias, root, rank);
            let before = self.claims.listed(root).len();
            self.claims.list(root, &alias, strength);
            changed |= self.claims.listed(root).len() != before;
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

fn new_edge(child: &Root, evidence: &str, entry: &SourceEntry, parent: Root, facts: &Facts) -> NewEdge {
    NewEdge {
        child: child.clone(),
        evidence: evidence.to_owned(),
        slot: entry.position,
        parent,
        relation: entry.relation.as_str().to_owned(),
        operation: facts.operation.map(|operation| operation.as_str().to_owned()),
        anchor: entry.anchor.map(|anchor| anchor.as_str().to_owned()),
        name: entry.name.clone(),
    }
}

/// What a claim adds to the weight of its alias: more claims weigh more, and so do stronger ones.
#[must_use]
pub const fn weight_of(rank: u8) -> i64 {
    if rank == OWN { 2 } else { 1 }
}

fn parse_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, BadRows> {
    serde_json::from_str(text).map_err(|error| BadRows { reason: error.to_string() })
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
