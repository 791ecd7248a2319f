//! Work under way: a chain of steps that stands at a wait while others go on, a message's or a request's.

use driftline::core::api::response::Response;
use driftline::core::step::{Disposition, NowMs, ProviderCall, Reply, Step};

use crate::people::Asked;
use crate::provider::Served;
use crate::queue::Parcel;

/// How a chain ends.
pub enum End {
    Job(Disposition),
    Answer(Response),
}

/// A chain of either kind.
pub type Chain = Step<End>;

/// What is worked on.
pub enum Work {
    /// A message of a queue, or a dead letter.
    Delivery(Parcel),
    /// A person's request.
    Request(Asked),
    /// The minute tick, at its time.
    Tick(NowMs),
}

/// A chain that is longer goes in circles: the edge ends it.
pub const MOST_WAITS: usize = 500;

/// Work under way.
pub struct Flight {
    pub number: usize,
    /// Waits so far.
    pub waits: usize,
    pub work: Work,
    pub chain: Chain,
    /// Pages that the provider served to it.
    pub served: Vec<Served>,
    /// What was asked for it before it began, with the reply.
    pub asked: Option<(ProviderCall, Reply)>,
}

impl Flight {
    /// In a few words, for the trace.
    pub fn name(&self) -> String {
        let what = match &self.work {
            Work::Delivery(parcel) => {
                let what = if parcel.is_dead { "dead letter" } else { "message" };
                format!("{what} {} step {}", parcel.message.job, parcel.message.step)
            }
            Work::Request(asked) => format!("{:?} {} {}", asked.method, asked.path, asked.body),
            Work::Tick(_) => "tick".to_owned(),
        };
        format!("#{} {what}", self.number)
    }
}

/// A chain with another end.
pub fn lifted<T: 'static>(step: Step<T>, lift: fn(T) -> End) -> Chain {
    match step {
        Step::Read(statements, then) => {
            Step::read(statements, move |rows, now| lifted(then(rows, now), lift))
        }
        Step::Call(calls, then) => Step::call(calls, move |replies, now| lifted(then(replies, now), lift)),
        Step::Commit(plan, then) => Step::commit(plan, move |done, now| lifted(then(done, now), lift)),
        Step::Prove(proof, then) => Step::prove(proof, move |holds, now| lifted(then(holds, now), lift)),
        Step::End(end) => Step::End(lift(end)),
    }
}
