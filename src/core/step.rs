//! What a job can ask for: read, call, commit, prove, end. A job is a chain of such steps, each with its continuation, so
//! that one driver of a few lines runs them all, in the edge and in the tests.

use crate::core::carry::{Carried, Carry};
use crate::core::proof::Proof;
use crate::core::statement::{Plan, Rows, Statement};

/// Unix milliseconds, UTC. It comes in at every resume, because every wait takes time.
pub type NowMs = i64;

/// What happens after a read.
pub type AfterRead<T> = Box<dyn FnOnce(Vec<Rows>, NowMs) -> Step<T>>;
/// What happens after a call.
pub type AfterCall<T> = Box<dyn FnOnce(Vec<Reply>, NowMs) -> Step<T>>;
/// What happens after a signature was looked at.
pub type AfterProof<T> = Box<dyn FnOnce(bool, NowMs) -> Step<T>>;
/// What happens after a commit was tried.
pub type AfterCommit<T> = Box<dyn FnOnce(Committed, NowMs) -> Step<T>>;

/// The next thing a job needs, and how it goes on from there.
pub enum Step<T> {
    /// Run these statements, in one round trip.
    Read(Vec<Statement>, AfterRead<T>),
    /// Ask the provider; all calls may run side by side.
    Call(Vec<ProviderCall>, AfterCall<T>),
    /// Run this plan as one batch.
    Commit(Plan, AfterCommit<T>),
    /// Say whether a secret, which only the edge can open, signed this.
    Prove(Proof, AfterProof<T>),
    /// Nothing more.
    End(T),
}

impl<T> Step<T> {
    /// Reads and goes on.
    pub fn read(statements: Vec<Statement>, then: impl FnOnce(Vec<Rows>, NowMs) -> Self + 'static) -> Self {
        Self::Read(statements, Box::new(then))
    }

    /// Calls and goes on.
    pub fn call(calls: Vec<ProviderCall>, then: impl FnOnce(Vec<Reply>, NowMs) -> Self + 'static) -> Self {
        Self::Call(calls, Box::new(then))
    }

    /// Has a signature looked at and goes on.
    pub fn prove(proof: Proof, then: impl FnOnce(bool, NowMs) -> Self + 'static) -> Self {
        Self::Prove(proof, Box::new(then))
    }

    /// Commits and goes on.
    pub fn commit(plan: Plan, then: impl FnOnce(Committed, NowMs) -> Self + 'static) -> Self {
        Self::Commit(plan, Box::new(then))
    }
}

/// How a commit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Committed {
    /// Every statement took effect.
    Done,
    /// Something that was read has changed: look up again and decide again. Nothing took effect.
    Conflict,
    /// The step was done before: this is a repeated delivery. Nothing took effect.
    Stale,
    /// A unique row was there already (a second run, a used idempotency key). Nothing took effect.
    Duplicate,
}

/// How often a job may look up again after a conflict before it gives its step back. Eight writers on the same rows
/// needed 3.7 tries on average; twenty leaves room.
pub const MAX_TRIES: u32 = 20;

/// The verb of a provider call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// GET.
    Get,
    /// POST.
    Post,
    /// HEAD of a file: the path is the file's whole url, and no credential goes along.
    Head,
    /// PUT of a file that the edge carries into the provider's object store: the path is the object's, without its
    /// ending.
    Put,
}

/// One request to a provider. The core names the credential by its sealed text; only the edge can open it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderCall {
    /// Which provider.
    pub provider_id: String,
    /// True for accounts that live at the local simulator.
    pub sandbox: bool,
    /// The verb.
    pub verb: Verb,
    /// The path below the provider's host, with its query; for [`Verb::Head`] a whole url.
    pub path: String,
    /// Headers without secrets.
    pub headers: Vec<(&'static str, String)>,
    /// The header that carries the credential, and its sealed text.
    pub credential: Option<(&'static str, String)>,
    /// The JSON body.
    pub body: Option<String>,
    /// Members of the body (JSON pointers) whose sealed text the edge opens before sending.
    pub open: Vec<&'static str>,
    /// Members of the answer (JSON pointers) that the edge seals before the core sees them.
    pub seal: Vec<&'static str>,
    /// The file that is the body, with [`Verb::Put`] only.
    pub file: Option<Box<Carry>>,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// The provider answered.
    Answer {
        /// The HTTP status.
        status: u16,
        /// `Retry-After` in seconds, where given.
        retry_after_s: Option<u32>,
        /// The body as text.
        body: String,
    },
    /// The connection failed or timed out: whether the provider acted is unknown.
    Cut {
        /// In plain words, without addresses or secrets.
        reason: String,
    },
    /// What became of a file, where the call carried one.
    Carried(Carried),
}

/// How a queued step ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// Done, or nothing to do.
    Ack,
    /// Come again later.
    RetryAfter {
        /// Seconds.
        seconds: u32,
        /// Why, for the log.
        reason: String,
    },
}
