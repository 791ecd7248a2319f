//! A page of assets under the lens: their own observations, and what is stored of them against what follows from those.
//! Reading the page and writing the findings are left to the scan job.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::core::drift::case::{Findings, Resolve, Scans};
use crate::core::drift::ingest::{Reading, look_at};
use crate::core::drift::kind::Kind;
use crate::core::drift::stored::{Edges, edges_differ, row_differs};
use crate::core::gather::set_of;
use crate::core::inventory::fold::choice::candidates;
use crate::core::inventory::fold::evidence_of;
use crate::core::inventory::identity::Root;
use crate::core::inventory::intake::Taken;
use crate::core::inventory::settle::Asset;
use crate::core::jobs::run::Run;
use crate::core::jobs::walk::Walk;
use crate::core::row::row;
use crate::core::statement::{BadRows, Rows, rows_at};
use crate::core::step::NowMs;

/// The kinds that a scan can tell. The others come with a reconciliation, a link check, the schema ledger.
pub const SCANNED: [Kind; 10] = [
    Kind::FieldDisagrees,
    Kind::LineageDisagrees,
    Kind::LineageMissing,
    Kind::IdentityConflict,
    Kind::GenerationOnly,
    Kind::ListingOnly,
    Kind::RecomputeDiffers,
    Kind::StatusUnknown,
    Kind::StatusStuck,
    Kind::LocalOnly,
];

/// What is stored of a page of assets.
#[derive(Clone, Debug, Default)]
pub struct Stored {
    /// Whole rows, by id.
    pub rows: BTreeMap<String, Map<String, Value>>,
    /// Their edges, by key.
    pub edges: Edges,
}

row! {
    struct EdgeRow {
        child: String,
        evidence: String,
        slot: i64,
        parent: String,
        relation: String,
        operation: Option<String>,
        anchor: Option<String>,
        name: Option<String>,
    }
}

row! {
    struct SyncRow {
        identity: String,
        created_ms: i64,
        body: String,
    }
}

impl Stored {
    /// Reads the rows of `sql::stored_rows`.
    ///
    /// # Errors
    /// [`BadRows`] when they do not have the expected shape.
    pub fn parse(rows: &[Rows]) -> Result<Self, BadRows> {
        let mut stored = Self::default();
        let Ok(Value::Array(assets)) = serde_json::from_str(&rows_at(rows, 0)?.json) else {
            return Err(BadRows { reason: "the stored rows are no list".to_owned() });
        };
        for asset in assets {
            let Value::Object(row) = asset else { continue };
            let id = row.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
            stored.rows.insert(id, row);
        }
        for edge in rows_at(rows, 1)?.parse::<EdgeRow>()? {
            let rest = json!([edge.parent, edge.relation, edge.operation, edge.anchor, edge.name]);
            stored.edges.insert((edge.child, edge.evidence, edge.slot), rest);
        }
        Ok(stored)
    }

    /// The roots that the rows hold.
    #[must_use]
    pub fn roots(&self) -> BTreeSet<Root> {
        set_of(self.rows.values().flat_map(roots_of))
    }
}

fn roots_of(row: &Map<String, Value>) -> Vec<Root> {
    let roots = row.get("roots").and_then(Value::as_str).unwrap_or("[]");
    serde_json::from_str(roots).unwrap_or_default()
}

/// Whether the rows are still those that the fold has read: if not, both are read again.
#[must_use]
pub fn is_current(stored: &Stored, taken: &Taken) -> bool {
    stored.rows.iter().all(|(id, row)| {
        let version = row.get("version").and_then(Value::as_i64);
        taken.world.assets.get(id).is_some_and(|read| Some(read.version) == version)
    })
}

/// Everything that disagrees about these assets. `elsewhere` leads aliases of sources to their assets.
#[must_use]
pub fn findings(
    stored: &Stored,
    taken: &Taken,
    elsewhere: &Resolve<'_>,
    scans: &Scans,
    now: NowMs,
) -> Findings {
    let mut findings = Findings::default();
    let reading = Reading { elsewhere, scans: Some(scans) };
    for (id, row) in &stored.rows {
        let Some(asset) = asset_of(&taken.settled.assets, id, row) else { continue };
        look_at(&taken.world, &taken.settled, asset, &reading, now, &mut findings);
        let members = taken.world.members(&asset.roots);
        let candidates = candidates(&members);
        findings.found.extend(row_differs(asset, &candidates, row));
        let (own, said) = (own_edges(stored, asset), said_edges(taken, asset));
        findings.found.extend(edges_differ(asset, &candidates, &own, &said));
        findings.looked.insert((id.clone(), Kind::RecomputeDiffers));
    }
    findings
}

/// What follows for a stored row: the asset of its id, else the one that took its roots.
fn asset_of<'a>(assets: &'a [Asset], id: &str, row: &Map<String, Value>) -> Option<&'a Asset> {
    let by_id = assets.iter().find(|asset| asset.id == id);
    by_id.or_else(|| {
        let roots = roots_of(row);
        assets.iter().find(|asset| roots.iter().any(|root| asset.roots.contains(root)))
    })
}

fn own_edges(stored: &Stored, asset: &Asset) -> Edges {
    let own = stored.edges.iter().filter(|(key, _)| asset.roots.contains(&key.0));
    own.map(|(key, rest)| (key.clone(), rest.clone())).collect()
}

/// The edges that the asset's linked observations name.
fn said_edges(taken: &Taken, asset: &Asset) -> Edges {
    let mut edges = Edges::new();
    for member in taken.world.members(&asset.roots) {
        let linked = member.observations.iter().filter(|(_, observed)| observed.linked);
        for facts in linked.filter_map(|(_, observed)| observed.facts()) {
            let Some(evidence) = evidence_of(facts) else { continue };
            for entry in &facts.parents {
                let Some(parent) = entry.aliases.first() else { continue };
                let rest = json!([
                    parent.text(),
                    entry.relation.as_str(),
                    facts.operation.map(crate::core::media::Operation::as_str),
                    entry.anchor.map(crate::core::media::Anchor::as_str),
                    entry.name
                ]);
                edges.insert((member.root.clone(), evidence.clone(), i64::from(entry.position)), rest);
            }
        }
    }
    edges
}

/// The aliases of sources that several lists of one asset name and that were not read: where they lead decides whether
/// the lists agree.
#[must_use]
pub fn unread_sources(taken: &Taken) -> BTreeSet<String> {
    let mut unread = BTreeSet::new();
    for asset in &taken.settled.assets {
        let members = taken.world.members(&asset.roots);
        let facts = || members.iter().flat_map(|one| &one.observations).filter_map(|(_, one)| one.facts());
        if set_of(facts().filter_map(evidence_of)).len() < 2 {
            continue;
        }
        let named = facts().flat_map(|facts| &facts.parents).filter_map(|entry| entry.aliases.first());
        unread.extend(
            named.map(crate::core::alias::Alias::text).filter(|alias| !taken.world.guarded.contains(alias)),
        );
    }
    unread
}

/// When the last complete scan of each account's listing began, out of the syncs that came to an end. A run that fills
/// what another left has seen only that; a dry run has shown nothing to anybody.
///
/// # Errors
/// [`BadRows`] when a row does not have the expected shape.
pub fn complete_scans(rows: &Rows) -> Result<Scans, BadRows> {
    let mut scans = Scans::new();
    for sync in rows.parse::<SyncRow>()? {
        let Ok(run) = serde_json::from_str::<Run>(&sync.body) else { continue };
        if run.dry_run || run.fills.is_some() {
            continue;
        }
        for walk in run.walks.into_iter().filter(Walk::is_whole) {
            let began = scans.entry((sync.identity.clone(), walk.listing)).or_insert(sync.created_ms);
            *began = sync.created_ms.max(*began);
        }
    }
    Ok(scans)
}
