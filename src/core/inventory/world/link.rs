//! Writes down the sources that a payload names: stubs, claims, edges. Whether that is due is left to `intake`.

use std::collections::BTreeSet;

use crate::core::facts::{Facts, SourceEntry};
use crate::core::inventory::fold::Referenced;
use crate::core::inventory::identity::{NAMED, Root};
use crate::core::inventory::observe::Change;
use crate::core::inventory::world::{World, accounts_of};

/// An edge to write, as an array: the columns of `insert_edges` in order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde_tuple::Serialize_tuple)]
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

impl World {
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
