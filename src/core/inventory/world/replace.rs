//! Puts a newer reading of a stored payload in the place of the older one. Which payloads are read again is left to the
//! job that does so.

use crate::core::inventory::identity::OWN;
use crate::core::inventory::observe::{Change, Observed, Said, Stored, add_sighting};
use crate::core::inventory::world::{Incoming, World};

/// A stored payload that a newer extractor reads otherwise. Its root is the same.
#[derive(Clone, Debug)]
pub struct Replaced {
    /// The digest of the older reading.
    pub old_digest: String,
    /// The time from which pages may hold sightings that changed nothing.
    pub since_ms: i64,
    /// The newer reading. Its sightings are those of the older one, as they stand when it is replaced.
    pub incoming: Incoming,
}

impl World {
    /// Replaces a reading. Sightings that stand in page rows name the older digest and are taken over first: nobody
    /// would find them by it again. Nothing happens when the older reading is gone already.
    pub fn replace(&mut self, one: &Replaced) {
        let Some(root) = one.incoming.facts.root().map(crate::core::alias::Alias::text) else { return };
        let observations = self.roots.get_mut(&root).map(|state| &mut state.observations);
        let Some(old) = observations.and_then(|all| all.remove(&one.old_digest)) else { return };
        let mut seen = old.seen;
        for sighting in &self.sightings {
            if sighting.root == root && sighting.digest == one.old_digest {
                add_sighting(&mut seen, &sighting.seen);
            }
        }
        self.claim_listed(&root, &one.incoming.facts.aliases, OWN);
        let state = self.roots.entry(root.clone()).or_default();
        let known = state.observations.entry(one.incoming.digest.clone()).or_insert_with(|| Observed {
            seen: Vec::new(),
            said: Some(Said::of(one.incoming.facts.clone())),
            linked: one.incoming.facts.parents.is_empty(),
            payload: Some(one.incoming.payload.clone()),
            context: Stored::of(&one.incoming.provider_id, &one.incoming.facts),
            change: Change::Insert,
        });
        for sighting in &seen {
            add_sighting(&mut known.seen, sighting);
        }
        known.change = known.change.max(Change::Update);
        state.touched = true;
        self.gone.push((root.clone(), one.old_digest.clone()));
        self.recall_sightings(&root);
        self.link(&root, &one.incoming.digest, &one.incoming.facts);
    }
}
