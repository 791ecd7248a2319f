//! The tests' driver: runs a chain of steps on SQLite and a scripted provider, and writes down what it did.

use driftline::core::statement::{Plan, Send};
use driftline::core::step::{Committed, NowMs, ProviderCall, Reply, Step};

use crate::support::db::Db;

/// Answers provider calls.
pub type Provider<'a> = dyn FnMut(&ProviderCall) -> Reply + 'a;

/// What a driven chain did, beside its end.
#[derive(Debug, Default)]
pub struct Trace {
    /// D1 statements, reads and writes.
    pub statements: usize,
    /// Batches sent to D1.
    pub round_trips: usize,
    /// Calls made to the provider.
    pub calls: usize,
    /// Messages that were sent after commits.
    pub sends: Vec<Send>,
    /// How each commit ended.
    pub commits: Vec<Committed>,
}

/// Runs a chain to its end.
pub fn drive<T>(db: &mut Db, now: NowMs, provider: &mut Provider<'_>, step: Step<T>) -> (T, Trace) {
    let mut trace = Trace::default();
    let mut step = step;
    loop {
        step = match step {
            Step::Read(statements, then) => {
                trace.statements += statements.len();
                trace.round_trips += 1;
                then(db.read(&statements), now)
            }
            Step::Call(calls, then) => {
                trace.calls += calls.len();
                then(calls.iter().map(&mut *provider).collect(), now)
            }
            Step::Commit(plan, then) => {
                let committed = commit(db, &plan, &mut trace);
                then(committed, now)
            }
            Step::Prove(proof, then) => then(proof.holds(&opened(&proof.sealed_secret)), now),
            Step::End(end) => return (end, trace),
        }
    }
}

/// Runs a chain that must not call the provider.
pub fn drive_alone<T>(db: &mut Db, now: NowMs, step: Step<T>) -> (T, Trace) {
    drive(db, now, &mut |call| panic!("no provider call was expected: {}", call.path), step)
}

/// Opens what the tests' edge seals: the text backwards behind a word.
fn opened(sealed: &str) -> String {
    sealed.strip_prefix("sealed:").expect("a sealed text").chars().rev().collect()
}

fn commit(db: &mut Db, plan: &Plan, trace: &mut Trace) -> Committed {
    let committed = if plan.statements.is_empty() {
        Committed::Done
    } else {
        trace.statements += plan.statements.len();
        trace.round_trips += 1;
        db.commit(&plan.statements)
    };
    if committed == Committed::Done {
        trace.sends.extend(plan.sends.iter().cloned());
    }
    trace.commits.push(committed);
    committed
}
