//! What must hold after every batch that took effect, whatever happened before it.

pub mod assets;
mod generations;
pub mod jobs;
mod runs;

use std::collections::BTreeSet;

use self::assets::Assets;
use crate::people::People;
use crate::provider::{Provider, Served};
use crate::support::db::Db;

/// That a law holds, or how it was broken.
pub type Lawful = Result<(), String>;

/// A batch that took effect.
pub struct Batch<'a> {
    /// The names of its statements.
    pub names: BTreeSet<&'static str>,
    /// The job and the step that wrote it, where one did.
    pub job: Option<(&'a str, i64)>,
    /// The pages that its writer was served.
    pub served: &'a [Served],
}

/// The laws, with what they remember of earlier batches.
#[derive(Default)]
pub struct Laws {
    pub assets: Assets,
    runs: runs::Runs,
    jobs: jobs::Jobs,
    generations: generations::Generations,
}

impl Laws {
    /// Holds the tables to the laws.
    pub fn hold(&mut self, db: &Db, batch: &Batch<'_>, provider: &Provider, people: &People) -> Lawful {
        self.jobs.hold(db, batch)?;
        self.runs.hold(db, batch, provider)?;
        let is_about_assets =
            ["upsert_assets", "upsert_claims", "delete_absorbed", "mark_missing", "insert_decisions"];
        if is_about_assets.iter().any(|name| batch.names.contains(name)) {
            self.assets.hold(db, people)?;
            self.runs.hold_missing(db, batch, &self.assets, provider, people)?;
        }
        if batch.names.contains("update_generations") || batch.names.contains("insert_generation") {
            self.generations.hold(db, provider, people)?;
        }
        Ok(())
    }
}

/// Fails with these words where something does not hold.
pub fn must(holds: bool, words: impl FnOnce() -> String) -> Lawful {
    if holds { Ok(()) } else { Err(words()) }
}
