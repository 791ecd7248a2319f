//! Refreshing lineage: the edges of some assets, read again out of their stored payloads. The new ones are computed
//! first and swapped in one batch, so a failure leaves the old ones. Nothing is asked of a provider.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::core::gather::{Places, places_by, set_of};
use crate::core::inventory::fold::evidence_of;
use crate::core::inventory::identity::Root;
use crate::core::inventory::intake::{Broken, Intake, Relink, StoredPayload, take_in};
use crate::core::row::row;
use crate::core::sql::inventory::DueStep;
use crate::core::sql::refresh as sql;
use crate::core::statement::{BadRows, Rows, Send, Statement, rows_at};
use crate::core::step::{NowMs, Step};

/// How many assets are refreshed in one batch.
pub const BATCH: usize = 50;

/// What is to be refreshed.
#[derive(Clone, Debug)]
pub struct Refresh {
    /// Whose assets.
    pub owner: i64,
    /// The job's step, when a job asks.
    pub due: Option<DueStep>,
    /// At most [`BATCH`] of our ids; absorbed ones are followed.
    pub asset_ids: Vec<String>,
    /// Whether edges that no stored payload supports any more are removed.
    pub clear_existing: bool,
    /// Whether the assets are folded again even where no edge is missing.
    pub refold: bool,
}

/// What became of one asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refreshed {
    /// As it was asked for.
    pub asset_id: String,
    /// Its provider; `None` when there is no such asset.
    pub provider_id: Option<String>,
    /// Edges that went.
    pub removed_edges: usize,
    /// Edges that came, really new ones.
    pub new_edges: usize,
    /// Codes of what was odd about its sources.
    pub warnings: BTreeSet<String>,
    /// `ok`, `not_found`, `unreadable` (its edges stay as they were).
    pub status: &'static str,
}

/// The batch that makes it so, with its report. `statements` is empty when nothing is to be written.
pub struct Prepared {
    /// Per asset, in the order asked.
    pub results: Vec<Refreshed>,
    /// The guarded statements.
    pub statements: Vec<Statement>,
    /// Hints that go with them.
    pub sends: Vec<Send>,
}

row! {
    struct AssetRow {
        asked: String,
        provider_id: String,
        roots: String,
    }
}

row! {
    #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
    struct StoredEdge {
        child: Root,
        evidence: String,
        slot: i64,
        parent: String,
        relation: String,
        operation: Option<String>,
        anchor: Option<String>,
        name: Option<String>,
    }
}

impl StoredEdge {
    /// The key of its row.
    fn place(&self) -> (&str, &str, i64) {
        (&self.child, &self.evidence, self.slot)
    }
}

impl AssetRow {
    fn members(&self) -> BTreeSet<Root> {
        serde_json::from_str(&self.roots).unwrap_or_default()
    }
}

/// Reads what a refresh needs, decides, and goes on with the batch.
pub fn prepare<T: Broken + 'static>(
    refresh: Refresh,
    then: impl FnOnce(Prepared, NowMs) -> Step<T> + 'static,
) -> Step<T> {
    Step::read(sql::refreshed_assets(refresh.owner, &refresh.asset_ids), move |rows, now| match Found::parse(
        &rows,
    ) {
        Ok(found) => found.decide(refresh, Box::new(then), now),
        Err(error) => Step::End(T::broken(&error)),
    })
}

/// What was read.
struct Found {
    assets: Vec<AssetRow>,
    payloads: Vec<StoredPayload>,
    edges: BTreeSet<StoredEdge>,
}

impl Found {
    fn parse(rows: &[Rows]) -> Result<Self, BadRows> {
        Ok(Self {
            assets: rows_at(rows, 0)?.parse()?,
            payloads: rows_at(rows, 1)?.parse()?,
            edges: set_of(rows_at(rows, 2)?.parse::<StoredEdge>()?),
        })
    }

    fn decide<T: Broken + 'static>(
        self,
        refresh: Refresh,
        then: Box<dyn FnOnce(Prepared, NowMs) -> Step<T>>,
        now: NowMs,
    ) -> Step<T> {
        let by_root = places_by(self.payloads.iter().map(|payload| payload.root.as_str()));
        let mut results = Vec::new();
        let (mut relinked, mut stale) = (Vec::new(), BTreeSet::new());
        for asked in &refresh.asset_ids {
            let Some(asset) = self.assets.iter().find(|asset| asset.asked == *asked) else {
                results.push(not_found(asked));
                continue;
            };
            let (result, change) = self.one(asset, &by_root, refresh.clear_existing);
            results.push(result);
            relinked.extend(change.relinked);
            stale.extend(change.stale);
        }
        let refolded = if refresh.refold {
            set_of(self.assets.iter().flat_map(AssetRow::members))
        } else {
            BTreeSet::new()
        };
        if relinked.is_empty() && stale.is_empty() && refolded.is_empty() {
            return then(Prepared { results, statements: Vec::new(), sends: Vec::new() }, now);
        }
        let intake =
            Intake { owner: refresh.owner, due: refresh.due, relinked, refolded, ..Intake::default() };
        take_in(intake, move |taken, now| {
            let mut statements = taken.statements;
            if !stale.is_empty() {
                let keys: Vec<_> = stale.iter().map(|key| (&key.child, &key.evidence, key.slot)).collect();
                // Behind the guard, before what takes their place.
                let delete =
                    sql::delete_edges(refresh.owner, &serde_json::to_value(keys).unwrap_or_default());
                statements.insert(statements.len().min(1), delete);
            }
            then(Prepared { results, statements, sends: taken.sends }, now)
        })
    }

    fn one(&self, asset: &AssetRow, by_root: &Places<'_>, clear_existing: bool) -> (Refreshed, Change) {
        let roots = asset.members();
        let places = || roots.iter().filter_map(|root| by_root.get(root.as_str())).flatten();
        let stored = || places().filter_map(|place| self.payloads.get(*place));
        let mut result = Refreshed {
            asset_id: asset.asked.clone(),
            provider_id: Some(asset.provider_id.clone()),
            removed_edges: 0,
            new_edges: 0,
            warnings: BTreeSet::new(),
            status: "ok",
        };
        let mut wanted = BTreeSet::new();
        let mut change = Change::default();
        for payload in stored() {
            let Ok(relink) = payload.relink() else {
                result.status = "unreadable";
                return (result, Change::default());
            };
            let edges = edges_of(&relink);
            let lacking = payload.linked == 0 || edges.iter().any(|edge| !self.edges.contains(edge));
            result.warnings.extend(source_warnings(&relink));
            wanted.extend(edges);
            if lacking {
                change.relinked.push(relink);
            }
        }
        result.new_edges = wanted.difference(&self.edges).count();
        // An edge that says something else in a wanted one's place goes in any case: the place is needed.
        let places = set_of(wanted.iter().map(StoredEdge::place));
        let existing =
            self.edges.iter().filter(|edge| roots.contains(&edge.child) && !wanted.contains(*edge));
        change.stale =
            set_of(existing.filter(|edge| clear_existing || places.contains(&edge.place())).cloned());
        result.removed_edges = change.stale.len();
        (result, change)
    }
}

#[derive(Default)]
struct Change {
    relinked: Vec<Relink>,
    stale: BTreeSet<StoredEdge>,
}

fn not_found(asked: &str) -> Refreshed {
    Refreshed {
        asset_id: asked.to_owned(),
        provider_id: None,
        removed_edges: 0,
        new_edges: 0,
        warnings: BTreeSet::new(),
        status: "not_found",
    }
}

fn edges_of(relink: &Relink) -> Vec<StoredEdge> {
    let Some(evidence) = evidence_of(&relink.facts) else { return Vec::new() };
    let edges = relink.facts.parents.iter().filter_map(|entry| {
        Some(StoredEdge {
            child: relink.root.clone(),
            evidence: evidence.clone(),
            slot: i64::from(entry.position),
            parent: entry.aliases.first()?.text(),
            relation: entry.relation.as_str().to_owned(),
            operation: relink.facts.operation.map(|operation| operation.as_str().to_owned()),
            anchor: entry.anchor.map(|anchor| anchor.as_str().to_owned()),
            name: entry.name.clone(),
        })
    });
    edges.collect()
}

fn source_warnings(relink: &Relink) -> impl Iterator<Item = String> + '_ {
    relink.facts.warnings.iter().map(|warning| warning.code.clone()).filter(|code| code.contains("source"))
}
