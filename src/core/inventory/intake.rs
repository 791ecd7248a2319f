//! The one way into the inventory: payloads, source lists and decisions are taken in here, whatever road brought them.
//! It reads the neighbourhood, settles it, and hands back what is to be committed. It reads again, and decides again,
//! as often as the rules ask for more; it never calls a provider.

use std::collections::{BTreeMap, BTreeSet};

use crate::core::drift::ingest::plan_drift;
use crate::core::facts::Facts;
use crate::core::inventory::follow::follow_job;
use crate::core::inventory::identity::Root;
use crate::core::inventory::plan::plan_inventory;
use crate::core::inventory::settle::{Need, Settled, settle};
use crate::core::inventory::world::{Decision, Incoming, Replaced, World, named_by, touched_by};
use crate::core::media::{Api, Making, MediaType};
use crate::core::providers::extract_in;
use crate::core::row::row;
use crate::core::sql::assets::LAST_MS;
use crate::core::sql::inventory as sql;
use crate::core::sql::inventory::DueStep;
use crate::core::statement::{BadRows, Rows, Send, Statement, rows_at};
use crate::core::step::{NowMs, Step};

/// How a job or a request ends when the core itself cannot go on.
pub trait Broken {
    /// Stored rows are not as they should be.
    fn broken(error: &BadRows) -> Self;
}

/// A stored payload whose sources are to be written down.
#[derive(Clone, Debug)]
pub struct Relink {
    /// Its root.
    pub root: Root,
    /// Its digest.
    pub digest: String,
    /// What it says.
    pub facts: Facts,
    /// The payload itself.
    pub payload: String,
}

/// Which sources are written in the batch that takes payloads in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sources {
    /// None: a job of its own writes them.
    #[default]
    Later,
    /// Those of payloads that say something new. What is known already costs no look at its sources.
    OfNews,
    /// Those of all payloads whose sources are not written yet.
    All,
}

/// What a step brings to the inventory.
#[derive(Clone, Debug, Default)]
pub struct Intake {
    /// Whose inventory.
    pub owner: i64,
    /// The step that the batch belongs to.
    pub due: Option<DueStep>,
    /// Payloads about assets themselves.
    pub incoming: Vec<Incoming>,
    /// Which of the sources that they name are written in the same batch.
    pub sources: Sources,
    /// Stored payloads whose sources are to be written.
    pub relinked: Vec<Relink>,
    /// Stored payloads that a newer extractor reads otherwise, with their sources.
    pub replaced: Vec<Replaced>,
    /// What people decided.
    pub decisions: Vec<Decision>,
    /// Public ids that roots are to have again, should a decision part them from the asset that took the id over.
    pub returning: BTreeMap<Root, String>,
    /// Roots whose assets are folded again, though nothing new is said of them.
    pub refolded: BTreeSet<Root>,
    /// Generations whose state the batch itself brings up to date. Others that its news is about get a job.
    pub evaluated: BTreeSet<String>,
}

/// What follows, ready to be committed.
pub struct Taken {
    /// The part of the inventory that was read, with what was taken in.
    pub world: World,
    /// What follows for the assets.
    pub settled: Settled,
    /// For each incoming payload, in order: its root. `None` for one without identity.
    pub roots: Vec<Option<Root>>,
    /// The guarded statements.
    pub statements: Vec<Statement>,
    /// Hints that a caller sends with them; a lost one costs a minute.
    pub sends: Vec<Send>,
}

impl Taken {
    /// Whether anything but the guard is to be written.
    #[must_use]
    pub fn changes_anything(&self) -> bool {
        self.statements.len() > 1
    }
}

/// What has been read so far.
#[derive(Default)]
struct Reading {
    touched: BTreeSet<String>,
    since_ms: i64,
    facts: Vec<Relink>,
}

/// Takes an intake in and goes on with what follows.
pub fn take_in<T: Broken + 'static>(
    intake: Intake,
    then: impl FnOnce(Taken, NowMs) -> Step<T> + 'static,
) -> Step<T> {
    let mut touched = touched_by(&intake.incoming, intake.sources == Sources::All);
    for relink in &intake.relinked {
        touched.insert(relink.root.clone());
        let named = relink.facts.parents.iter().flat_map(|entry| &entry.aliases);
        touched.extend(named.map(crate::core::alias::Alias::text));
    }
    for one in &intake.replaced {
        touched.extend(touched_by(std::slice::from_ref(&one.incoming), true));
    }
    touched.extend(intake.refolded.iter().cloned());
    for decision in &intake.decisions {
        touched.insert(decision.alias.clone());
        touched.extend(Some(decision.other.clone()).filter(|other| !other.is_empty()));
    }
    let received = intake.incoming.iter().map(|one| one.seen.3);
    let since_ms = received.chain(intake.replaced.iter().map(|one| one.since_ms)).min().unwrap_or(LAST_MS);
    look_around(intake, Reading { touched, since_ms, facts: Vec::new() }, Box::new(then))
}

type Then<T> = Box<dyn FnOnce(Taken, NowMs) -> Step<T>>;

fn look_around<T: Broken + 'static>(intake: Intake, mut reading: Reading, then: Then<T>) -> Step<T> {
    let named = if intake.sources == Sources::OfNews { named_by(&intake.incoming) } else { Vec::new() };
    let near = sql::near_with_news(intake.owner, &reading.touched, reading.since_ms, &named);
    Step::read(vec![near], move |rows, now| match World::load(intake.owner, &reading.touched, &rows) {
        Ok(mut world) => {
            reading.touched.extend(world.touch_news(&named));
            apply(intake, reading, world, then, now)
        }
        Err(error) => Step::End(T::broken(&error)),
    })
}

fn apply<T: Broken + 'static>(
    intake: Intake,
    mut reading: Reading,
    mut world: World,
    then: Then<T>,
    now: NowMs,
) -> Step<T> {
    if intake.sources != Sources::All && add_renamed_sources(&intake, &world, &mut reading.touched) {
        return look_around(intake, reading, then);
    }
    for known in &reading.facts {
        world.know(&known.root, &known.digest, known.facts.clone(), known.payload.clone());
    }
    let roots = intake.incoming.iter().map(|one| take_one(&mut world, one, intake.sources)).collect();
    for one in &intake.replaced {
        world.replace(one);
    }
    for relink in &intake.relinked {
        world.know(&relink.root, &relink.digest, relink.facts.clone(), relink.payload.clone());
        world.link(&relink.root, &relink.digest, &relink.facts);
    }
    for decision in &intake.decisions {
        world.decide(decision);
    }
    world.returning.clone_from(&intake.returning);
    world.refold(&intake.refolded);
    if reading.since_ms == 0 {
        world.recall_all();
    }
    decide_on(intake, reading, world, roots, then, now)
}

fn take_one(world: &mut World, one: &Incoming, sources: Sources) -> Option<Root> {
    let renames = world.renames_sources(one);
    let is_due = match sources {
        Sources::Later => false,
        Sources::OfNews => one.facts.root().is_some_and(|root| !world.has(&root.text(), &one.digest)),
        Sources::All => true,
    };
    let root = world.observe(one)?;
    if renames || (is_due && !world.is_linked(&root, &one.digest)) {
        world.link(&root, &one.digest, &one.facts);
    }
    Some(root)
}

/// Adds the sources of payloads that another account shows now; `true` when there was something to add.
fn add_renamed_sources(intake: &Intake, world: &World, touched: &mut BTreeSet<String>) -> bool {
    let before = touched.len();
    let renamed = intake.incoming.iter().filter(|one| world.renames_sources(one));
    let named = renamed.flat_map(|one| &one.facts.parents).flat_map(|entry| &entry.aliases);
    touched.extend(named.map(crate::core::alias::Alias::text));
    touched.len() != before
}

fn decide_on<T: Broken + 'static>(
    intake: Intake,
    mut reading: Reading,
    mut world: World,
    roots: Vec<Option<Root>>,
    then: Then<T>,
    now: NowMs,
) -> Step<T> {
    match settle(&world, reading.since_ms, now) {
        Ok(settled) => {
            let mut statements = plan_inventory(&world, &settled, intake.due.as_ref());
            statements.extend(plan_drift(&world, &settled, now));
            let mut sends = Vec::new();
            if let Some((insert, hint)) = follow_job(&world, &settled, &intake.evaluated, now) {
                statements.push(insert);
                sends.push(hint);
            }
            then(Taken { world, settled, roots, statements, sends }, now)
        }
        Err(Need::Around(more)) if more.is_subset(&reading.touched) => {
            Step::End(T::broken(&BadRows { reason: format!("roots without a readable asset: {more:?}") }))
        }
        Err(Need::Around(more)) => {
            reading.touched.extend(more);
            look_around(intake, reading, then)
        }
        Err(Need::Sightings) => {
            reading.since_ms = 0;
            look_around(intake, reading, then)
        }
        Err(Need::Payloads(wanted)) => {
            let statement = sql::payloads(intake.owner, &wanted);
            Step::read(vec![statement], move |rows, now| {
                match rows_at(&rows, 0).and_then(|rows| read_again(&world, rows)) {
                    Ok(facts) => {
                        for known in &facts {
                            let (facts, payload) = (known.facts.clone(), known.payload.clone());
                            world.know(&known.root, &known.digest, facts, payload);
                        }
                        // A payload that is gone was changed by somebody else: look up again rather than ask for ever.
                        if facts.len() < wanted.len() {
                            return look_around(intake, reading, then);
                        }
                        reading.facts.extend(facts);
                        decide_on(intake, reading, world, roots, then, now)
                    }
                    Err(error) => Step::End(T::broken(&error)),
                }
            })
        }
    }
}

row! {
    struct PayloadRow {
        root: String,
        digest: String,
        payload: String,
    }
}

/// Gives a world the facts of stored payloads, read as they were read when they came in.
///
/// # Errors
/// [`BadRows`] when a row or a payload is not as it was stored.
pub fn learn(world: &mut World, rows: &Rows) -> Result<(), BadRows> {
    for known in read_again(world, rows)? {
        world.know(&known.root, &known.digest, known.facts, known.payload);
    }
    Ok(())
}

fn read_again(world: &World, rows: &Rows) -> Result<Vec<Relink>, BadRows> {
    let mut read = Vec::new();
    for row in rows.parse::<PayloadRow>()? {
        let stored = world.roots.get(&row.root).and_then(|state| state.observations.get(&row.digest));
        let Some(stored) = stored else { continue };
        let facts = extract_in(&stored.context.provider_id, stored.context.context(), &row.payload)
            .map_err(|error| BadRows { reason: format!("stored payload of {}: {error}", row.root) })?;
        read.push(Relink { root: row.root, digest: row.digest, facts, payload: row.payload });
    }
    Ok(read)
}

row! {
    /// A stored observation with its payload, as `sql` reads it for linking and for showing.
    #[derive(Clone, Debug)]
    pub struct StoredPayload {
        /// Its root.
        pub root: Root,
        /// Its digest.
        pub digest: String,
        /// Which extractor reads it.
        pub provider_id: String,
        /// The interface it came from.
        pub api: Api,
        /// What it was about.
        pub media_type: MediaType,
        /// Created or uploaded.
        pub making: Making,
        /// 1 when its source list is written.
        pub linked: i64,
        /// JSON sightings.
        pub seen: String,
        /// The payload.
        pub payload: String,
    }
}

impl StoredPayload {
    /// Reads the payload again, as it was read when it came in.
    ///
    /// # Errors
    /// [`BadRows`] when a stored payload is no JSON object: it was never accepted in that form.
    pub fn relink(&self) -> Result<Relink, BadRows> {
        let context = crate::core::facts::Context {
            media_type: self.media_type,
            api: Some(self.api),
            making: Some(self.making),
        };
        let facts = extract_in(&self.provider_id, context, &self.payload)
            .map_err(|error| BadRows { reason: format!("stored payload of {}: {error}", self.root) })?;
        let payload = self.payload.clone();
        Ok(Relink { root: self.root.clone(), digest: self.digest.clone(), facts, payload })
    }
}
