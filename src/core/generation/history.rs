//! What happened to a generation, in order. It is written and shown; nothing is decided by it.

use serde_json::{Map, Value, json};

use crate::core::clock::rfc3339;
use crate::core::generation::state::State;
use crate::core::step::NowMs;

/// What can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// It was asked for.
    Requested,
    /// An input was handed to the provider.
    InputUploaded,
    /// The request is about to be sent; whether it left is known only by what follows.
    Sending,
    /// The provider named the outputs.
    Accepted,
    /// The provider has no room now.
    TurnedAway,
    /// The provider said no.
    Refused,
    /// No usable answer came: whether the provider acted is not known.
    AnswerLost,
    /// The provider was asked whether it is there, and it was not found.
    LookedFor,
    /// It was found in a listing.
    Found,
    /// An output came to an end.
    OutputTold,
    /// The state changed.
    StateChanged,
    /// The user gave it up.
    Cancelled,
    /// It is not waited for any longer.
    DeadlinePassed,
}

impl Event {
    /// The word in the database and in answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::InputUploaded => "input_uploaded",
            Self::Sending => "sending",
            Self::Accepted => "accepted",
            Self::TurnedAway => "turned_away",
            Self::Refused => "refused",
            Self::AnswerLost => "answer_lost",
            Self::LookedFor => "looked_for",
            Self::Found => "found",
            Self::OutputTold => "output_told",
            Self::StateChanged => "state_changed",
            Self::Cancelled => "cancelled",
            Self::DeadlinePassed => "deadline_passed",
        }
    }
}

/// The entries, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History(Vec<Value>);

impl History {
    /// Reads what [`Self::to_json`] wrote; anything else reads as empty, for nothing depends on it.
    #[must_use]
    pub fn from_json(text: &str) -> Self {
        match serde_json::from_str(text) {
            Ok(Value::Array(entries)) => Self(entries),
            _ => Self::default(),
        }
    }

    /// The history as JSON text.
    #[must_use]
    pub fn to_json(&self) -> String {
        Value::Array(self.0.clone()).to_string()
    }

    /// Adds an entry. One that only repeats the last is counted there.
    pub fn add(&mut self, event: Event, state: State, detail: Value, now: NowMs) {
        if let Some(Value::Object(last)) = self.0.last_mut()
            && last.get("event").and_then(Value::as_str) == Some(event.as_str())
            && last.get("state").and_then(Value::as_str) == Some(state.as_str())
            && last.get("detail") == Some(&detail)
        {
            let times = last.get("times").and_then(Value::as_u64).unwrap_or(1);
            last.insert("times".to_owned(), (times + 1).into());
            last.insert("until_ms".to_owned(), now.into());
            return;
        }
        self.0.push(json!({
            "at_ms": now, "event": event.as_str(), "state": state.as_str(), "detail": detail, "times": 1,
        }));
    }

    /// The entries as they are shown.
    #[must_use]
    pub fn view(&self) -> Value {
        let shown = self.0.iter().filter_map(Value::as_object).map(|entry| {
            let time = |name: &str| entry.get(name).and_then(Value::as_i64).map(rfc3339);
            let kept = |name: &str| entry.get(name).cloned().unwrap_or_default();
            let mut shown = Map::new();
            shown.insert("at".to_owned(), time("at_ms").into());
            for name in ["event", "state", "detail", "times"] {
                shown.insert(name.to_owned(), kept(name));
            }
            shown.insert("until".to_owned(), time("until_ms").into());
            Value::Object(shown)
        });
        shown.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_repeats_is_counted_and_what_differs_is_added() {
        let mut history = History::default();
        let busy = || json!({ "code": "500044" });
        history.add(Event::TurnedAway, State::Pending, busy(), 1_000);
        history.add(Event::TurnedAway, State::Pending, busy(), 2_000);
        history.add(Event::Sending, State::Submitted, json!({ "sent": 2 }), 3_000);
        let history = History::from_json(&history.to_json());
        let expected = json!([
            { "at": "1970-01-01T00:00:01.000Z", "event": "turned_away", "state": "pending", "detail": busy(), "times": 2,
              "until": "1970-01-01T00:00:02.000Z" },
            { "at": "1970-01-01T00:00:03.000Z", "event": "sending", "state": "submitted", "detail": { "sent": 2 }, "times": 1,
              "until": null },
        ]);
        assert_eq!(history.view(), expected);
    }
}
