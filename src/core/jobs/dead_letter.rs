//! Why a step came back to its queue: noted on the job's row, for whoever looks once its message is dead.

use crate::core::sql::dead_letters as sql;
use crate::core::statement::{Message, Plan};
use crate::core::step::{Disposition, Step};

/// Runs a step and notes why it comes back, if it does: once its message is dead, nobody else can tell.
#[must_use]
pub fn noting(message: Message, step: Step<Disposition>) -> Step<Disposition> {
    match step {
        Step::Read(statements, then) => {
            Step::read(statements, move |rows, now| noting(message, then(rows, now)))
        }
        Step::Call(calls, then) => Step::call(calls, move |replies, now| noting(message, then(replies, now))),
        Step::Prove(proof, then) => Step::prove(proof, move |holds, now| noting(message, then(holds, now))),
        Step::Commit(plan, then) => Step::commit(plan, move |done, now| noting(message, then(done, now))),
        Step::End(Disposition::RetryAfter { seconds, reason }) => {
            let plan = Plan { statements: vec![sql::note_trouble(&message, &reason)], sends: Vec::new() };
            Step::commit(plan, move |_, _| Step::End(Disposition::RetryAfter { seconds, reason }))
        }
        end @ Step::End(Disposition::Ack) => end,
    }
}
