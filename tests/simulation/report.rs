//! Runs seeds, on all cores, and tells of those that fail: what law was broken, every event that led there, and how to
//! see it again.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::coverage::Coverage;
use crate::laws::Lawful;
use crate::support::db::Db;
use crate::world::World;

/// Which seeds to run.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    pub from: u64,
    pub seeds: u64,
}

/// What became of a seed.
pub struct Outcome {
    pub seed: u64,
    pub trace: Vec<String>,
    pub ended: Lawful,
}

impl Range {
    /// The seeds that somebody asked for in the environment.
    pub fn asked() -> Option<Self> {
        let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a number"));
        let seeds = number("DRIFTLINE_SEEDS")?;
        Some(Self { from: number("DRIFTLINE_FROM").unwrap_or(0), seeds })
    }
}

/// Runs one seed from its beginning to its end.
pub fn simulate(seed: u64, db: &mut Db) -> Outcome {
    let mut world = World::new(seed, db);
    let ended = catch_unwind(AssertUnwindSafe(|| {
        world.live()?;
        world.finish()?;
        world.compare()
    }));
    let trace = std::mem::take(&mut world.trace);
    let ended = ended.unwrap_or_else(|panic| Err(format!("panicked: {}", words_of(&*panic))));
    Outcome { seed, trace, ended }
}

/// Runs seeds side by side; panics with the first that fails. What they have been through, all together.
pub fn simulate_all(range: Range) -> Coverage {
    let next = AtomicU64::new(range.from);
    let end = range.from + range.seeds;
    let failed: Mutex<Vec<Outcome>> = Mutex::new(Vec::new());
    let coverage = Mutex::new(Coverage::default());
    let threads = std::thread::available_parallelism().map_or(2, usize::from).min(8);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let (mut db, mut met) = (Db::new(), Coverage::default());
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= end {
                        return coverage.lock().expect("a count").join(&met);
                    }
                    let outcome = simulate(seed, &mut db);
                    met.add(&outcome.trace);
                    if outcome.ended.is_err() {
                        // A panic may have left the database in the middle of something.
                        db = Db::new();
                        failed.lock().expect("a list").push(outcome);
                    }
                }
            });
        }
    });
    let mut failed = failed.into_inner().expect("a list");
    failed.sort_by_key(|outcome| outcome.seed);
    if let Some(first) = failed.first() {
        panic!("{}", told(first, &failed, range));
    }
    coverage.into_inner().expect("a count")
}

fn told(first: &Outcome, failed: &[Outcome], range: Range) -> String {
    let seeds: Vec<u64> = failed.iter().map(|outcome| outcome.seed).collect();
    let broken = |outcome: &Outcome| outcome.ended.clone().err().unwrap_or_default();
    let each: Vec<String> = failed
        .iter()
        .take(20)
        .map(|outcome| format!("  {}: {}", outcome.seed, first_line(&broken(outcome))))
        .collect();
    format!(
        "{trace}\n\nseed {seed} broke a law: {law}\n\n{count} of {all} seeds failed: {seeds:?}\n{each}\n\nsee it again: npm run simulate -- --seeds 1 --from {seed}\n",
        trace = first.trace.join("\n"),
        seed = first.seed,
        law = broken(first),
        count = failed.len(),
        all = range.seeds,
        each = each.join("\n"),
    )
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().take(220).collect()
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
}
