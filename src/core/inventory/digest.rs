//! The digest over what is known: aliases, fields, edges by alias, and none of our own ids or arrival times. Two
//! inventories with one digest know the same. It is defined while no asset's lineage is pending.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::core::gather::{Places, object_of, places_by, set_of};
use crate::core::ids::hex;
use crate::core::inventory::identity::{Claims, Root};
use crate::core::row::row;

row! {
    /// An asset's row, as far as the digest covers it.
    #[derive(Clone, Debug)]
    pub struct AssetRow {
        /// Our id; it orders pages and is not covered.
        pub id: String,
        /// JSON array of roots.
        pub roots: String,
        /// Covered as it is.
        pub provider_id: String,
        /// Covered as it is.
        pub api: String,
        /// Covered as it is.
        pub media_type: String,
        /// Covered as it is.
        pub making: String,
        /// Covered as it is.
        pub status: String,
        /// Covered as it is.
        pub operation: Option<String>,
        /// Covered as it is.
        pub origin: String,
        /// The account's identity at the provider.
        pub account: Option<String>,
        /// Covered as it is; `pending` leaves the digest undefined.
        pub lineage: String,
        /// Which of the edges count.
        pub evidence: Option<String>,
        /// Covered as it is.
        pub removed: i64,
        /// Covered as present or absent: when it was missed is arrival time.
        pub missing_ms: Option<i64>,
        /// JSON of the folded fields.
        pub fields: String,
    }
}

row! {
    /// An edge's row.
    #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
    pub struct EdgeRow {
        /// The child's root.
        pub child: String,
        /// The source list, or `by_hand`.
        pub evidence: String,
        /// Position.
        pub slot: i64,
        /// The parent's root.
        pub parent: String,
        /// Relation.
        pub relation: String,
        /// Operation.
        pub operation: Option<String>,
        /// Anchor.
        pub anchor: Option<String>,
        /// Name in the prompt.
        pub name: Option<String>,
        /// 1 when a person says that this is no parent.
        pub denied: i64,
    }
}

/// A sum over assets: the order in which they are added does not matter, so it can be taken page by page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InventoryDigest {
    lanes: [u64; 4],
    /// How many assets were added, stubs too.
    pub assets: u64,
    /// How many edges in force were added.
    pub edges: u64,
    /// How many of the assets have pending lineage; above 0 the digest is not defined.
    pub pending: u64,
}

impl InventoryDigest {
    /// The sum as plain numbers, for a cursor.
    #[must_use]
    pub const fn parts(&self) -> [u64; 7] {
        let [a, b, c, d] = self.lanes;
        [a, b, c, d, self.assets, self.edges, self.pending]
    }

    /// The sum that a cursor carried.
    #[must_use]
    pub const fn from_parts([a, b, c, d, assets, edges, pending]: [u64; 7]) -> Self {
        Self { lanes: [a, b, c, d], assets, edges, pending }
    }

    /// Adds assets with the claims on everything they list, and their edges.
    pub fn add(&mut self, assets: &[AssetRow], claims: &Claims, edges: &[EdgeRow]) {
        let by_child = places_by(edges.iter().map(|edge| edge.child.as_str()));
        for asset in assets {
            let roots: BTreeSet<Root> = serde_json::from_str(&asset.roots).unwrap_or_default();
            let edges = in_force(asset, &roots, edges, &by_child);
            self.assets += 1;
            self.edges += u64::try_from(edges.len()).unwrap_or(0);
            self.pending += u64::from(asset.lineage == "pending");
            self.add_text(&text_of(asset, &roots, claims, &edges));
        }
    }

    fn add_text(&mut self, text: &str) {
        let digest = Sha256::digest(text.as_bytes());
        for (lane, bytes) in self.lanes.iter_mut().zip(digest.chunks_exact(8)) {
            let word = bytes.iter().fold(0u64, |word, byte| (word << 8) | u64::from(*byte));
            *lane = lane.wrapping_add(word);
        }
    }

    /// The digest as 64 hex digits.
    #[must_use]
    pub fn text(&self) -> String {
        self.lanes.iter().map(|lane| hex(&lane.to_be_bytes())).collect()
    }
}

/// What the digest says about one asset, as canonical JSON text. Tests compare these to name what differs.
#[must_use]
pub fn text_of(
    asset: &AssetRow,
    roots: &BTreeSet<Root>,
    claims: &Claims,
    edges: &BTreeSet<String>,
) -> String {
    let aliases = object_of(roots.iter().flat_map(|root| claims.listed(root)).map(|(_, alias)| {
        let kept = claims.holder(&alias).is_some_and(|holder| roots.contains(&holder));
        let state = match (kept, claims.is_contested(&alias)) {
            (true, false) => "kept",
            (true, true) => "kept, contested",
            (false, _) => "another's",
        };
        (alias, state.into())
    }));
    let fields: Value = serde_json::from_str(&asset.fields).unwrap_or_default();
    json!({
        "roots": roots,
        "aliases": aliases,
        "provider_id": asset.provider_id,
        "api": asset.api,
        "media_type": asset.media_type,
        "making": asset.making,
        "status": asset.status,
        "operation": asset.operation,
        "origin": asset.origin,
        "account": asset.account,
        "lineage": asset.lineage,
        "removed": asset.removed == 1,
        "missing": asset.missing_ms.is_some(),
        "fields": fields,
        "edges": edges,
    })
    .to_string()
}

fn in_force(
    asset: &AssetRow,
    roots: &BTreeSet<Root>,
    edges: &[EdgeRow],
    by_child: &Places<'_>,
) -> BTreeSet<String> {
    let edges = roots
        .iter()
        .filter_map(|root| by_child.get(root.as_str()))
        .flatten()
        .filter_map(|place| edges.get(*place))
        .filter(|edge| edge.evidence == "by_hand" || Some(&edge.evidence) == asset.evidence.as_ref())
        .map(|edge| {
            let by_hand = edge.evidence == "by_hand";
            json!([
                edge.slot,
                edge.parent,
                edge.relation,
                edge.operation,
                edge.anchor,
                edge.name,
                by_hand,
                edge.denied
            ])
            .to_string()
        });
    set_of(edges)
}
