//! A generation as it is stored: read from its row, changed, and written back whole. Who brings the news is left to the
//! jobs and handlers.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::core::generation::history::{Event, History};
use crate::core::generation::progress::{DEADLINE_PASSED, Progress};
use crate::core::generation::request::GenerationRequest;
use crate::core::generation::state::State;
use crate::core::inventory::identity::Root;
use crate::core::media::Status;
use crate::core::providers::failure::Failure;
use crate::core::row::row;
use crate::core::statement::BadRows;
use crate::core::step::NowMs;

row! {
    /// A generation's row.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct GenerationRow {
        /// `gen_…`.
        pub id: String,
        /// `acc_…`.
        pub account: String,
        /// See `State`.
        pub state: String,
        /// 1 where two sources disagree.
        pub in_conflict: i64,
        /// Grows with every change.
        pub version: i64,
        /// When the provider is asked next.
        pub look_ms: Option<i64>,
        /// When it was asked for.
        pub created_ms: i64,
        /// When it last changed.
        pub updated_ms: i64,
        /// JSON.
        pub request: String,
        /// JSON.
        pub progress: String,
        /// JSON.
        pub history: String,
    }
}

/// A generation, read.
#[derive(Clone, Debug)]
pub struct Generation {
    /// `gen_…`.
    pub id: String,
    /// `acc_…`.
    pub account: String,
    /// How it stands.
    pub state: State,
    /// Whether two sources disagree.
    pub in_conflict: bool,
    /// The version that was read.
    pub version: i64,
    /// When the provider is asked next; `None` while nobody waits for its outputs.
    pub look_ms: Option<NowMs>,
    /// When it was asked for.
    pub created_ms: NowMs,
    /// When it last changed.
    pub updated_ms: NowMs,
    /// What was asked for.
    pub request: GenerationRequest,
    /// How far it is.
    pub progress: Progress,
    /// What happened.
    pub history: History,
}

impl Generation {
    /// A request that was just accepted.
    #[must_use]
    pub fn new(id: String, account: String, request: GenerationRequest, seed: &str, now: NowMs) -> Self {
        let mut history = History::default();
        history.add(Event::Requested, State::Pending, Value::Null, now);
        Self {
            id,
            account,
            state: State::Pending,
            in_conflict: false,
            version: 1,
            look_ms: None,
            created_ms: now,
            updated_ms: now,
            request,
            progress: Progress::new(seed),
            history,
        }
    }

    /// Reads a row.
    ///
    /// # Errors
    /// [`BadRows`] when it does not hold what was written.
    pub fn read(row: GenerationRow) -> Result<Self, BadRows> {
        let bad = |what: &str| BadRows { reason: format!("generation {} has an unreadable {what}", row.id) };
        let request = serde_json::from_str(&row.request).ok();
        let request = request.as_ref().and_then(GenerationRequest::from_json);
        Ok(Self {
            state: State::parse(&row.state).ok_or_else(|| bad("state"))?,
            request: request.ok_or_else(|| bad("request"))?,
            progress: Progress::from_json(&row.progress).ok_or_else(|| bad("progress"))?,
            history: History::from_json(&row.history),
            id: row.id,
            account: row.account,
            in_conflict: row.in_conflict == 1,
            version: row.version,
            look_ms: row.look_ms,
            created_ms: row.created_ms,
            updated_ms: row.updated_ms,
        })
    }

    /// Adds to the history.
    pub fn note(&mut self, event: Event, detail: Value, now: NowMs) {
        self.history.add(event, self.state, detail, now);
    }

    /// Goes over to a state, where the table allows it. Behind an end nobody looks any more.
    pub fn turn(&mut self, state: State, now: NowMs) {
        if state != self.state && state.may_follow(self.state) {
            let before = self.state;
            self.state = state;
            self.note(Event::StateChanged, json!({ "from": before.as_str() }), now);
        }
        if self.state.is_over() {
            self.look_ms = None;
        }
    }

    /// Takes in what the inventory believes of the outputs, and goes over to the state that follows. Without outputs
    /// nothing follows.
    pub fn hear(&mut self, statuses: &BTreeMap<Root, Status>, now: NowMs) {
        if self.progress.outputs.is_empty() {
            return;
        }
        for (place, status) in self.progress.hear(statuses) {
            self.note(Event::OutputTold, json!({ "position": place, "status": status.as_str() }), now);
        }
        self.in_conflict = self.progress.is_in_conflict();
        let is_late = self.progress.deadline_ms.is_some_and(|deadline| deadline <= now);
        if is_late && self.look_ms.is_some() && !self.progress.state().is_over() {
            self.give_up(now);
        }
        let state = self.progress.state();
        if state != State::Unknown && self.progress.reason.as_deref() == Some(DEADLINE_PASSED) {
            self.progress.reason = None;
        }
        self.turn(state, now);
    }

    /// Stops waiting: the time is over.
    pub fn give_up(&mut self, now: NowMs) {
        self.progress.reason = Some(DEADLINE_PASSED.to_owned());
        self.note(Event::DeadlinePassed, Value::Null, now);
        self.turn(State::Unknown, now);
    }

    /// Ends it with a failure that the provider, or the lack of a credential, is the reason for.
    pub fn fail(&mut self, state: State, failure: Failure, now: NowMs) {
        let detail = json!({ "class": failure.class, "code": failure.code });
        self.progress.is_unconfirmed = false;
        self.progress.reason = Some(failure.class.as_str().to_owned());
        self.progress.error = Some(failure);
        self.note(Event::Refused, detail, now);
        self.turn(state, now);
    }

    /// Why it is as it is, in one word.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match (self.progress.reason.as_deref(), self.state) {
            (None, State::Filtered) => Some("moderation"),
            (None, State::Failed) => Some("provider_failed"),
            (reason, _) => reason,
        }
    }

    /// How the row must be for a change of it to commit.
    #[must_use]
    pub fn expected(&self) -> (String, i64) {
        (self.id.clone(), self.version)
    }

    /// What is written back, for the set-based update.
    #[must_use]
    pub fn changed(&self, now: NowMs) -> Value {
        json!({
            "id": self.id,
            "state": self.state.as_str(),
            "in_conflict": i64::from(self.in_conflict),
            "look_ms": self.look_ms,
            "updated_ms": now,
            "progress": self.progress.to_json(),
            "history": self.history.to_json(),
        })
    }
}
