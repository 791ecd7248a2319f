//! Writes the difference between what was read and what follows now, as statements of one guarded batch.

use serde::Serialize;
use serde_json::{Value, json};
use serde_tuple::Serialize_tuple;

use crate::core::inventory::columns::AssetColumns;
use crate::core::inventory::identity::OWN;
use crate::core::inventory::observe::{Change, Observed};
use crate::core::inventory::settle::Settled;
use crate::core::inventory::world::World;
use crate::core::json::json_text;
use crate::core::sql::inventory as sql;
use crate::core::sql::inventory::DueStep;
use crate::core::sql::reextract::delete_observations;
use crate::core::statement::Statement;

/// The statements for a settled world. They go first in their batch: the guard among them speaks for all of it.
#[must_use]
pub fn plan_inventory(world: &World, settled: &Settled, due: Option<&DueStep>) -> Vec<Statement> {
    let versions: Vec<(String, i64)> =
        world.assets.values().map(|row| (row.id.clone(), row.version)).collect();
    let mut statements = vec![sql::guard(world.owner, due, &world.guarded, world.weight, &versions)];
    if !world.gone.is_empty() {
        statements.push(delete_observations(world.owner, &world.gone));
    }
    let (inserted, updated) = observations(world);
    statements.extend(sql::insert_observations(world.owner, &inserted));
    if !updated.is_empty() {
        statements.push(sql::update_observations(world.owner, &updated));
    }
    let claims = claims(world, settled);
    if !claims.is_empty() {
        statements.push(sql::upsert_claims(world.owner, &claims));
    }
    let assets: Vec<AssetColumns<'_>> = settled.assets.iter().map(super::settle::Asset::columns).collect();
    statements.extend(sql::upsert_assets(world.owner, &assets));
    if !settled.redirects.is_empty() {
        statements.push(sql::delete_absorbed(world.owner, &settled.redirects));
        statements.push(sql::insert_redirects(world.owner, &settled.redirects));
    }
    if !settled.returned.is_empty() {
        statements.push(sql::delete_redirects(world.owner, &settled.returned));
    }
    if !world.edges.is_empty() {
        statements.push(sql::insert_edges(world.owner, &world.edges));
    }
    statements
}

/// A new observation as one JSON array, for the set-based write: the columns of `insert_observations` in order.
#[derive(Serialize_tuple)]
struct WholeObservation<'a> {
    root: &'a str,
    digest: &'a str,
    provider_id: &'a str,
    api: &'a str,
    media_type: &'a str,
    making: &'a str,
    extractor: u32,
    linked: i64,
    seen: String,
    payload: &'a str,
}

/// A claim as one JSON object. The last three are a root's claim to itself; where it is another's they stay as they are.
#[derive(Serialize)]
struct Claim<'a> {
    alias: &'a str,
    root: &'a str,
    rank: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    asset: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lists: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    referenced: Option<String>,
}

fn observations(world: &World) -> (Vec<WholeObservation<'_>>, Vec<Value>) {
    let (mut inserted, mut updated) = (Vec::new(), Vec::new());
    for (root, state) in &world.roots {
        for (digest, observed) in &state.observations {
            match observed.change {
                Change::None => {}
                Change::Update => updated.push(sighted(world.owner, root, digest, observed)),
                Change::Insert => inserted.push(whole(root, digest, observed)),
            }
        }
    }
    (inserted, updated)
}

fn sighted(owner: i64, root: &str, digest: &str, observed: &Observed) -> Value {
    json!({
        "owner": owner,
        "root": root,
        "digest": digest,
        "linked": i64::from(observed.linked),
        "seen": json_text(&observed.seen),
    })
}

fn whole<'a>(root: &'a str, digest: &'a str, observed: &'a Observed) -> WholeObservation<'a> {
    let context = &observed.context;
    WholeObservation {
        root,
        digest,
        linked: i64::from(observed.linked),
        seen: json_text(&observed.seen),
        provider_id: &context.provider_id,
        api: context.api.as_str(),
        media_type: context.media_type.as_str(),
        making: context.making.as_str(),
        extractor: context.extractor,
        payload: observed.payload.as_deref().unwrap_or_default(),
    }
}

/// The claims to write: new and stronger ones, and the self claims of roots that moved or list more than before.
fn claims<'a>(world: &'a World, settled: &'a Settled) -> Vec<Claim<'a>> {
    let mut rows = Vec::new();
    for ((alias, root), rank) in &world.new_claims {
        if alias != root {
            rows.push(Claim { alias, root, rank: *rank, asset: None, lists: None, referenced: None });
        }
    }
    for (root, state) in &world.roots {
        let asset = settled.holders.get(root);
        let moved = asset.is_some() && asset != state.asset.as_ref();
        if moved || state.rewrite {
            rows.push(Claim {
                alias: root,
                root,
                rank: OWN,
                asset: asset.map(String::as_str),
                lists: Some(json_text(&world.claims.listed(root))),
                referenced: state.referenced.as_ref().map(json_text),
            });
        }
    }
    rows
}
