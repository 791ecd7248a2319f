//! Writes the difference between what was read and what follows now, as statements of one guarded batch.

use serde_json::{Value, json};

use crate::core::inventory::identity::OWN;
use crate::core::inventory::observe::{Change, Observed};
use crate::core::inventory::settle::Settled;
use crate::core::inventory::world::World;
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
    push_rows(&mut statements, &updated, |rows| sql::update_observations(world.owner, rows));
    push_rows(&mut statements, &claims(world, settled), |rows| sql::upsert_claims(world.owner, rows));
    let assets: Vec<Value> = settled.assets.iter().map(super::settle::Asset::row).collect();
    statements.extend(sql::upsert_assets(world.owner, &assets));
    if !settled.redirects.is_empty() {
        statements.push(sql::delete_absorbed(world.owner, &settled.redirects));
        statements.push(sql::insert_redirects(world.owner, &settled.redirects));
    }
    if !world.edges.is_empty() {
        statements.push(sql::insert_edges(world.owner, &world.edges));
    }
    statements
}

fn push_rows(statements: &mut Vec<Statement>, rows: &[Value], make: impl Fn(&[Value]) -> Statement) {
    if !rows.is_empty() {
        statements.push(make(rows));
    }
}

fn observations(world: &World) -> (Vec<Value>, Vec<Value>) {
    let (mut inserted, mut updated) = (Vec::new(), Vec::new());
    for (root, state) in &world.roots {
        for (digest, observed) in &state.observations {
            match observed.change {
                Change::None => {}
                Change::Update => updated.push(sighted(world.owner, root, digest, observed)),
                Change::Insert => inserted.push(whole(world.owner, root, digest, observed)),
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
        "seen": serde_json::to_string(&observed.seen).unwrap_or_default(),
    })
}

fn whole(owner: i64, root: &str, digest: &str, observed: &Observed) -> Value {
    let mut row = sighted(owner, root, digest, observed);
    if let Value::Object(row) = &mut row {
        let context = &observed.context;
        row.insert("provider_id".to_owned(), context.provider_id.clone().into());
        row.insert("api".to_owned(), context.api.as_str().into());
        row.insert("media_type".to_owned(), context.media_type.as_str().into());
        row.insert("making".to_owned(), context.making.as_str().into());
        row.insert("extractor".to_owned(), context.extractor.into());
        row.insert("payload".to_owned(), observed.payload.clone().unwrap_or_default().into());
    }
    row
}

/// The claims to write: new and stronger ones, and the self claims of roots that moved or list more than before.
fn claims(world: &World, settled: &Settled) -> Vec<Value> {
    let mut rows = Vec::new();
    for ((alias, root), rank) in &world.new_claims {
        if alias != root {
            rows.push(json!({ "alias": alias, "root": root, "rank": rank }));
        }
    }
    for (root, state) in &world.roots {
        let asset = settled.holders.get(root);
        let moved = asset.is_some() && asset != state.asset.as_ref();
        if moved || state.rewrite {
            rows.push(json!({
                "alias": root,
                "root": root,
                "rank": OWN,
                "asset": asset,
                "lists": serde_json::to_string(&world.claims.listed(root)).unwrap_or_default(),
                "referenced": state.referenced.as_ref().and_then(|said| serde_json::to_string(said).ok()),
            }));
        }
    }
    rows
}
