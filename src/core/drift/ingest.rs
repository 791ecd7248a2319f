//! Drift that shows while something is taken in: the facts of the assets that are folded are in memory, so looking
//! costs nothing. Assets that are new and agree with themselves cost no statement.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::core::drift::case::{Case, Findings, Place, Resolve, Scans, look, said_at};
use crate::core::drift::kind::Kind;
use crate::core::inventory::fold::choice::candidates;
use crate::core::inventory::settle::{Asset, Settled};
use crate::core::inventory::world::{AssetRow, World};
use crate::core::sql::drift as sql;
use crate::core::statement::Statement;
use crate::core::step::NowMs;

/// Looks at one settled asset. `elsewhere` leads aliases to assets that this world has not read.
pub fn look_at(
    world: &World,
    settled: &Settled,
    asset: &Asset,
    reading: &Reading<'_>,
    now: NowMs,
    into: &mut Findings,
) {
    let members = world.members(&asset.roots);
    let candidates = candidates(&members);
    let resolve = |alias: &str| place_of(world, settled, alias).or_else(|| (reading.elsewhere)(alias));
    let case = Case {
        asset,
        candidates: &candidates,
        claims: &world.claims,
        resolve: &resolve,
        claimed_by: &|root, alias| claimed_by(world, root, alias),
        scans: reading.scans,
        now,
    };
    look(&case, into);
}

/// The observations of a root whose payloads say that an alias is theirs.
fn claimed_by(world: &World, root: &str, alias: &str) -> Vec<Value> {
    let roots = BTreeSet::from([root.to_owned()]);
    let members = world.members(&roots);
    let part = format!("aliases[{alias}]");
    let claim = candidates(&members).into_iter().filter(|one| one.facts.lists(alias));
    claim.map(|one| said_at(&one, &[&part])).collect()
}

/// What a look may use beyond the step's own world.
pub struct Reading<'a> {
    /// Where other aliases lead.
    pub elsewhere: &'a Resolve<'a>,
    /// Complete scans.
    pub scans: Option<&'a Scans>,
}

/// Where an alias leads, if its claims were read and lead to an asset that was read.
#[must_use]
pub fn place_of(world: &World, settled: &Settled, alias: &str) -> Option<Place> {
    if !world.guarded.contains(alias) {
        return None;
    }
    let root = world.claims.holder(alias)?;
    let stored = || world.roots.get(&root).and_then(|state| state.asset.clone());
    let asset = settled.holders.get(&root).cloned().or_else(stored)?;
    let written = settled.assets.iter().find(|one| one.id == asset).map(|one| one.roots.clone());
    let roots = written.or_else(|| world.assets.get(&asset).map(AssetRow::members))?;
    Some(Place { asset, roots })
}

/// The statements that a step adds to its batch: findings that arise, and those of known assets that are gone.
#[must_use]
pub fn plan_drift(world: &World, settled: &Settled, now: NowMs) -> Vec<Statement> {
    let mut findings = Findings::default();
    let reading = Reading { elsewhere: &|_| None, scans: None };
    for asset in &settled.assets {
        look_at(world, settled, asset, &reading, now, &mut findings);
    }
    let mut known: BTreeSet<&str> =
        settled.assets.iter().filter(|asset| asset.known).map(|asset| asset.id.as_str()).collect();
    known.extend(settled.redirects.iter().map(|(old, _)| old.as_str()));
    findings.looked.retain(|(id, _)| known.contains(id.as_str()));
    // An asset that was absorbed has nothing of its own any more.
    for (old, _) in &settled.redirects {
        findings.looked.extend(Kind::ALL.iter().map(|kind| (old.clone(), *kind)));
    }
    sql::write_findings(world.owner, &findings, now)
}
