//! The sources of payloads that are new: only those are read around with their page. Which payloads are new shows in the
//! very read, so that it takes them along for those that are not there, and the world is told afterwards for which.

use std::collections::BTreeSet;

use crate::core::alias::Alias;
use crate::core::gather::set_of;
use crate::core::inventory::identity::Root;
use crate::core::inventory::world::{Incoming, World};

/// A payload's root and digest, and every alias of the sources that it names.
pub type NamedSources = (Root, String, BTreeSet<String>);

/// What each payload names, where it names anything.
#[must_use]
pub fn named_by(incoming: &[Incoming]) -> Vec<NamedSources> {
    let naming = incoming.iter().filter(|one| !one.facts.parents.is_empty());
    naming
        .filter_map(|one| {
            let aliases = one.facts.parents.iter().flat_map(|entry| &entry.aliases);
            Some((one.facts.root()?.text(), one.digest.clone(), set_of(aliases.map(Alias::text))))
        })
        .collect()
}

impl World {
    /// Whether a content is known of a root: stored, or taken in by this step.
    #[must_use]
    pub fn has(&self, root: &str, digest: &str) -> bool {
        self.roots.get(root).is_some_and(|state| state.observations.contains_key(digest))
    }

    /// Makes the sources of contents that are not stored part of what the step is about, and says which they are. They
    /// have been read, because the read asks the same of the same rows.
    pub fn touch_news(&mut self, named: &[NamedSources]) -> BTreeSet<String> {
        let news = named.iter().filter(|(root, digest, _)| !self.has(root, digest));
        let aliases = set_of(news.flat_map(|(_, _, aliases)| aliases).cloned());
        self.touched.extend(aliases.iter().cloned());
        self.guarded.extend(aliases.iter().cloned());
        aliases
    }
}
