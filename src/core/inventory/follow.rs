//! Tells generations what a batch learns of their outputs: a clip that was made here and stands otherwise than before
//! gets its generation looked at, whichever road brought the news. What follows for the generation is left to the job.

use std::collections::BTreeSet;

use serde_json::json;

use crate::core::ids::mint;
use crate::core::inventory::settle::{Asset, Settled};
use crate::core::inventory::world::World;
use crate::core::jobs::{LEASE_MS, hint};
use crate::core::sql::jobs::{NewJob, insert_job_once};
use crate::core::statement::{Send, Statement};
use crate::core::step::NowMs;

/// The job that looks at every generation whose outputs change in this batch, but for those that the batch itself
/// evaluates. It is of the batch: one statement and one row, however many clips it is about.
#[must_use]
pub fn follow_job(
    world: &World,
    settled: &Settled,
    evaluated: &BTreeSet<String>,
    now: NowMs,
) -> Option<(Statement, Send)> {
    let mut generations = BTreeSet::new();
    let mut name = format!("follow\n{}", world.owner);
    for asset in &settled.assets {
        let Some(generation) = asset.folded.generation_id.as_ref() else { continue };
        if !evaluated.contains(generation) && stands_otherwise(world, asset) {
            generations.insert(generation.clone());
            name.push('\n');
            name.push_str(&format!("{} {}", asset.id, asset.version));
        }
    }
    if generations.is_empty() {
        return None;
    }
    let id = mint("job_", now, &name);
    let body = json!({ "generations": generations }).to_string();
    let due_ms = now + LEASE_MS;
    let job = NewJob { id: &id, owner: world.owner, kind: "follow", account: None, due_ms, now, body: &body };
    Some((insert_job_once(&job), hint("follow", &id, 0, 0)))
}

/// Its status, whose it is, or whether its file is there: for whoever waits, a status without a file is none.
fn stands_otherwise(world: &World, asset: &Asset) -> bool {
    let text = |name: &str| asset.folded.fields.get(name).and_then(serde_json::Value::as_str);
    let status = text("status").unwrap_or("unknown");
    let has_media = text("media_url").is_some();
    world.assets.get(&asset.id).is_none_or(|row| {
        row.status != status
            || (row.has_media == 1) != has_media
            || row.source_generation_id != asset.folded.generation_id
    })
}
