//! The walk through the graph: level by level from one asset, both ways, within a depth and a number of nodes. It takes
//! in the rows that a level's statement returned and says which assets come next; reading is left to `api::graph`.

use crate::core::row::row;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::core::gather::{map_of, places_by};

/// Which way a walk goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// From children to parents.
    Ancestors,
    /// From parents to children.
    Descendants,
}

row! {
    /// An edge that was read from one end, with the asset at the other.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct LevelRow {
        /// The asset from which the edge was read.
        pub near: String,
        /// The position in the child's source list.
        pub slot: i64,
        /// How the parent went in.
        pub relation: String,
        /// What was done with it.
        pub operation: Option<String>,
        /// Which end of the child it is tied to.
        pub anchor: Option<String>,
        /// The name in the prompt.
        pub name: Option<String>,
        /// The source list's digest, or `by_hand`.
        pub evidence: String,
        /// The asset at the far end.
        pub id: String,
        /// Its media type.
        pub media_type: String,
        /// Its status.
        pub status: String,
        /// Its operation.
        pub node_operation: Option<String>,
        /// Its origin.
        pub origin: String,
        /// Its provider.
        pub provider_id: String,
        /// Its id at the provider.
        pub provider_asset_id: Option<String>,
        /// The state of its lineage.
        pub lineage: String,
        /// 1 when a person removed it.
        pub removed: i64,
        /// Its still.
        pub thumbnail_url: Option<String>,
        /// Its file.
        pub media_url: Option<String>,
    }
}

/// Why a node's further neighbours are not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cut {
    /// They lie deeper than was asked for.
    Depth,
    /// There are more nodes than was asked for.
    MaxNodes,
}

/// One asset of the graph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Node {
    /// `ast_…`.
    pub id: String,
    /// What kind of file it is.
    pub media_type: String,
    /// Its status.
    pub status: String,
    /// What was done to make it.
    pub operation: Option<String>,
    /// A still of it; for an image, itself.
    pub thumbnail_url: Option<String>,
    /// `generated`, `synced`, `both`, `referenced`.
    pub origin: String,
    /// Its provider.
    pub provider_id: String,
    /// Its id at the provider.
    pub provider_asset_id: Option<String>,
    /// The state of its own lineage.
    pub lineage: String,
    /// True while it was only ever named as somebody's source.
    pub parent_unknown: bool,
    /// True when a person removed it; its edges stay facts.
    pub removed: bool,
    /// Steps from the asset that was asked for.
    pub depth: u32,
    /// Why further neighbours are not shown; absent when all are.
    pub cut: Option<Cut>,
    /// How many neighbours are known and not shown; absent when nobody counted.
    pub more: Option<usize>,
}

/// One edge of the graph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edge {
    /// What was made.
    pub child: String,
    /// What it was made from.
    pub parent: String,
    /// How the parent went in.
    pub relation: String,
    /// What was done with it.
    pub operation: Option<String>,
    /// The slot in the source list, counted from 0.
    pub position: i64,
    /// Which end of the child it is tied to.
    pub anchor: Option<String>,
    /// The name in the prompt.
    pub name: Option<String>,
    /// The digest of the source list it rests on; absent when only a person says so.
    pub evidence: Option<String>,
    /// Whether a person says so.
    pub by_hand: bool,
    /// Whether it leads back to where the walk came from.
    pub cycle: bool,
}

/// Assets beyond a cut, seen from one node.
#[derive(Clone, Debug)]
struct Hidden {
    place: usize,
    cut: Cut,
    far: BTreeSet<String>,
}

/// The graph so far.
#[derive(Clone, Debug)]
pub struct Graph {
    nodes: Vec<Node>,
    places: BTreeMap<String, usize>,
    edges: BTreeMap<EdgeKey, Edge>,
    max_nodes: usize,
    hidden: Vec<Hidden>,
}

/// Two edges with one key are doubles.
type EdgeKey = (String, i64, String, String);

/// What one statement of a level returned.
#[derive(Clone, Debug)]
pub struct Level {
    /// Which way it went.
    pub way: Way,
    /// The assets it went from, in their order.
    pub from: Vec<String>,
    /// Its rows, in the order of `from`.
    pub rows: Vec<LevelRow>,
    /// Whether it stopped at its limit.
    pub is_cut: bool,
    /// How far its rows lie from the start.
    pub depth: u32,
    /// Why its rows may add no nodes; `None` when they may.
    pub closed: Option<Cut>,
}

impl Graph {
    /// A graph of one node that may grow to `max_nodes`.
    #[must_use]
    pub fn new(start: Node, max_nodes: usize) -> Self {
        Self {
            places: map_of([(start.id.clone(), 0)]),
            nodes: vec![start],
            edges: BTreeMap::new(),
            max_nodes: max_nodes.max(1),
            hidden: Vec::new(),
        }
    }

    /// Whether no node fits in any more.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.nodes.len() >= self.max_nodes
    }

    /// Takes in a level and says which assets were new.
    pub fn grow(&mut self, level: Level) -> Vec<String> {
        if level.is_cut {
            self.mark_unread(&level);
        }
        let mut new = Vec::new();
        for row in level.rows {
            if row.id == row.near {
                continue;
            }
            if !self.places.contains_key(&row.id) {
                let cut = level.closed.or_else(|| self.is_full().then_some(Cut::MaxNodes));
                if let Some(cut) = cut {
                    self.hide(&row.near, cut, row.id);
                    continue;
                }
                self.places.insert(row.id.clone(), self.nodes.len());
                self.nodes.push(node_of(&row, level.depth));
                new.push(row.id.clone());
            }
            self.join(level.way, row);
        }
        new
    }

    /// The statement stopped in the middle: the asset of its last row, and those behind it, have more.
    fn mark_unread(&mut self, level: &Level) {
        let reached = level.rows.last().and_then(|row| level.from.iter().position(|id| *id == row.near));
        for id in level.from.iter().skip(reached.unwrap_or(0)) {
            if let Some(node) = self.places.get(id).and_then(|place| self.nodes.get_mut(*place)) {
                node.cut = Some(Cut::MaxNodes);
            }
        }
    }

    fn hide(&mut self, near: &str, cut: Cut, far: String) {
        let Some(place) = self.places.get(near).copied() else { return };
        // Levels come node by node, so what is hidden at one node stands together at the end.
        match self.hidden.iter_mut().rev().find(|known| known.place == place && known.cut == cut) {
            Some(known) => {
                known.far.insert(far);
            }
            None => self.hidden.push(Hidden { place, cut, far: BTreeSet::from([far]) }),
        }
    }

    fn join(&mut self, way: Way, row: LevelRow) {
        let (child, parent) = match way {
            Way::Ancestors => (row.near, row.id),
            Way::Descendants => (row.id, row.near),
        };
        let by_hand = row.evidence == "by_hand";
        let key = (child.clone(), row.slot, parent.clone(), row.relation.clone());
        let edge = Edge {
            child,
            parent,
            relation: row.relation,
            operation: row.operation,
            position: row.slot,
            anchor: row.anchor,
            name: row.name,
            evidence: (!by_hand).then_some(row.evidence),
            by_hand,
            cycle: false,
        };
        match self.edges.get_mut(&key) {
            Some(known) if known.evidence.is_none() && !by_hand => *known = Edge { by_hand: true, ..edge },
            Some(known) => known.by_hand |= by_hand,
            None => {
                self.edges.insert(key, edge);
            }
        }
    }

    /// The nodes in the order they were met, and the edges, those that close a cycle marked.
    #[must_use]
    pub fn finish(mut self) -> (Vec<Node>, Vec<Edge>) {
        for Hidden { place, cut, far } in &self.hidden {
            // What was hidden on one side of a node may have been reached from another.
            let unseen = far.iter().filter(|id| !self.places.contains_key(*id)).count();
            if let Some(node) = self.nodes.get_mut(*place).filter(|_| unseen > 0) {
                node.cut = Some(*cut);
                node.more = Some(node.more.unwrap_or(0) + unseen);
            }
        }
        let closing = self.closing_pairs();
        let mut edges: Vec<Edge> = self.edges.into_values().collect();
        for edge in &mut edges {
            edge.cycle = closing.contains(&(edge.child.clone(), edge.parent.clone()));
        }
        (self.nodes, edges)
    }

    /// The pairs (child, parent) that lead back to an asset on the way, walking upwards from the start and then from
    /// every other node. It keeps its own stack: a chain may be as long as the graph.
    fn closing_pairs(&self) -> Vec<(String, String)> {
        let edges: Vec<&Edge> = self.edges.values().collect();
        let by_child = places_by(edges.iter().map(|edge| edge.child.as_str()));
        let mut closing = Vec::new();
        let (mut done, mut on_the_way) = (BTreeSet::new(), BTreeSet::new());
        for node in &self.nodes {
            let mut stack = vec![Visit::Enter(node.id.as_str())];
            while let Some(visit) = stack.pop() {
                match visit {
                    Visit::Leave(id) => {
                        on_the_way.remove(id);
                        done.insert(id);
                    }
                    Visit::Enter(id) if done.contains(id) || !on_the_way.insert(id) => {}
                    Visit::Enter(id) => {
                        stack.push(Visit::Leave(id));
                        let places = by_child.get(id).into_iter().flatten();
                        let ups = places.filter_map(|place| edges.get(*place));
                        stack.extend(ups.map(|up| Visit::Follow(id, up.parent.as_str())));
                    }
                    Visit::Follow(child, parent) if on_the_way.contains(parent) => {
                        closing.push((child.to_owned(), parent.to_owned()));
                    }
                    Visit::Follow(_, parent) => stack.push(Visit::Enter(parent)),
                }
            }
        }
        closing
    }
}

enum Visit<'a> {
    Enter(&'a str),
    Follow(&'a str, &'a str),
    Leave(&'a str),
}

fn node_of(row: &LevelRow, depth: u32) -> Node {
    Node {
        id: row.id.clone(),
        thumbnail_url: thumbnail_of(&row.media_type, row.thumbnail_url.as_ref(), row.media_url.as_ref()),
        media_type: row.media_type.clone(),
        status: row.status.clone(),
        operation: row.node_operation.clone(),
        parent_unknown: row.origin == "referenced",
        origin: row.origin.clone(),
        provider_id: row.provider_id.clone(),
        provider_asset_id: row.provider_asset_id.clone(),
        lineage: row.lineage.clone(),
        removed: row.removed == 1,
        depth,
        cut: None,
        more: None,
    }
}

/// A still to show: an image without one is its own.
#[must_use]
pub fn thumbnail_of(media_type: &str, still: Option<&String>, file: Option<&String>) -> Option<String> {
    still.or(file.filter(|_| media_type == "image")).cloned()
}
