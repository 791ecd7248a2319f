//! How far a generation is: its keys, how often it was sent, its outputs and what was told of them. What follows from
//! that for its state is one pure function here, whoever brings the news.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::core::generation::state::{State, is_settled};
use crate::core::generation::uploaded::Uploaded;
use crate::core::ids::uuid_of;
use crate::core::inventory::identity::Root;
use crate::core::media::Status;
use crate::core::providers::failure::Failure;
use crate::core::step::NowMs;

/// Why an unfinished generation is no longer waited for.
pub const DEADLINE_PASSED: &str = "deadline_passed";

/// One output that the provider named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The provider's id of it.
    pub id: String,
    /// The root under which the inventory holds it.
    pub root: Root,
    /// Whether the provider has shown it.
    pub is_heard: bool,
    /// The ends that were told of it, in the order in which they were heard.
    pub told: Vec<Status>,
    /// What it cost, where its own payload says so.
    pub credits: Option<u64>,
}

/// How far a generation is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// With this the library gives the first answer again, however often it is asked.
    pub idempotency_key: String,
    /// With this the open platform does. It repeats a refusal too, so behind one there is a new id.
    pub trace_id: String,
    /// How often the request was written down as about to be sent.
    pub sent: u32,
    /// When that was first.
    pub first_sent_ms: Option<NowMs>,
    /// Whether it is not known if the provider acted.
    pub is_unconfirmed: bool,
    /// Whether an answer was lost: then no later refusal proves that nothing was made.
    pub is_lost: bool,
    /// What was asked before the request itself and goes into its body: the same request is the same to the byte.
    pub prepared: Option<Map<String, Value>>,
    /// Inputs that the provider did not have, by the url from which they were handed over.
    pub uploaded: Vec<(String, Uploaded)>,
    /// Fruitless tries in a row: they make the next wait longer.
    pub tries: u32,
    /// What the provider named.
    pub outputs: Vec<Output>,
    /// How many outputs the provider said it will not make.
    pub lacking: u32,
    /// What the provider said that the request costs.
    pub charged: Option<u64>,
    /// When it is no longer waited for.
    pub deadline_ms: Option<NowMs>,
    /// Whether the user gave it up.
    pub is_cancelled: bool,
    /// The last failure; a later success leaves it for the reader.
    pub error: Option<Failure>,
    /// Why it is no longer waited for, or why it has no media.
    pub reason: Option<String>,
}

impl Progress {
    /// A generation at its beginning. `seed` is a text that nobody can guess and no other request has.
    #[must_use]
    pub fn new(seed: &str) -> Self {
        Self {
            idempotency_key: uuid_of(&format!("idempotency\n{seed}")),
            trace_id: uuid_of(&format!("trace\n{seed}")),
            sent: 0,
            first_sent_ms: None,
            is_unconfirmed: false,
            is_lost: false,
            prepared: None,
            uploaded: Vec::new(),
            tries: 0,
            outputs: Vec::new(),
            lacking: 0,
            charged: None,
            deadline_ms: None,
            is_cancelled: false,
            error: None,
            reason: None,
        }
    }

    /// Takes a definite refusal in: nothing was made, and what is sent next is another try.
    pub fn turn_away(&mut self) {
        self.is_unconfirmed = false;
        self.first_sent_ms = None;
        self.deadline_ms = None;
        self.trace_id = uuid_of(&format!("trace\n{}", self.trace_id));
    }

    /// Takes in what the inventory believes of the outputs. What came to an end is kept; the news by output.
    pub fn hear(&mut self, statuses: &BTreeMap<Root, Status>) -> Vec<(usize, Status)> {
        let mut news = Vec::new();
        for (place, output) in self.outputs.iter_mut().enumerate() {
            let Some(status) = statuses.get(&output.root).copied().filter(|status| is_settled(*status))
            else {
                continue;
            };
            output.is_heard = true;
            if output.told.last() != Some(&status) {
                output.told.push(status);
                news.push((place, status));
            }
        }
        news
    }

    /// The state that follows for a generation whose outputs are known. An end that was told stays until another end is
    /// told: an unfinished row that comes late opens nothing.
    #[must_use]
    pub fn state(&self) -> State {
        if self.is_cancelled {
            return State::Cancelled;
        }
        let ends: Vec<Option<Status>> = self.outputs.iter().map(Output::end).collect();
        if !ends.contains(&None) {
            return match () {
                () if ends.contains(&Some(Status::Completed)) => State::Completed,
                () if ends.contains(&Some(Status::Filtered)) => State::Filtered,
                () => State::Failed,
            };
        }
        match () {
            () if self.reason.as_deref() == Some(DEADLINE_PASSED) => State::Unknown,
            () if self.outputs.iter().any(|output| output.is_heard) => State::Processing,
            () => State::Submitted,
        }
    }

    /// Whether two sources, or one at two times, tell different ends of an output.
    #[must_use]
    pub fn is_in_conflict(&self) -> bool {
        self.outputs.iter().any(|output| {
            let mut ends = output.told.iter().filter(|status| **status != Status::Deleted);
            let first = ends.next();
            ends.any(|status| Some(status) != first)
        })
    }

    /// What it cost. Where the request's answer did not say, the outputs' payloads may.
    #[must_use]
    pub fn credits_charged(&self) -> Option<u64> {
        self.charged.or_else(|| self.outputs.iter().map(|output| output.credits).sum())
    }

    /// What came back: the provider returns the price of what it refuses or fails to make.
    #[must_use]
    pub fn credits_returned(&self) -> Option<u64> {
        let charged = self.credits_charged()?;
        let lost = self
            .outputs
            .iter()
            .filter(|output| matches!(output.end(), Some(Status::Failed | Status::Filtered)));
        let all = u64::try_from(self.outputs.len()).unwrap_or(1).max(1);
        Some(lost.map(|output| output.credits.unwrap_or(charged / all)).sum::<u64>().min(charged))
    }

    /// The progress as JSON text.
    #[must_use]
    pub fn to_json(&self) -> String {
        let outputs: Vec<Value> = self.outputs.iter().map(Output::to_json).collect();
        let uploaded: Vec<Value> =
            self.uploaded.iter().map(|(source, uploaded)| json!([source, uploaded.to_json()])).collect();
        json!({
            "idempotency_key": self.idempotency_key,
            "trace_id": self.trace_id,
            "sent": self.sent,
            "first_sent_ms": self.first_sent_ms,
            "unconfirmed": self.is_unconfirmed,
            "lost": self.is_lost,
            "prepared": self.prepared,
            "uploaded": uploaded,
            "tries": self.tries,
            "outputs": outputs,
            "lacking": self.lacking,
            "charged": self.charged,
            "deadline_ms": self.deadline_ms,
            "cancelled": self.is_cancelled,
            "error": self.error,
            "reason": self.reason,
        })
        .to_string()
    }

    /// Reads what [`Self::to_json`] wrote; `None` when it is something else.
    #[must_use]
    pub fn from_json(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let text = |name: &str| value.get(name)?.as_str().map(ToOwned::to_owned);
        let whole = |name: &str| value.get(name).and_then(Value::as_i64);
        let count = |name: &str| whole(name).and_then(|number| u32::try_from(number).ok()).unwrap_or(0);
        let switch = |name: &str| value.get(name).and_then(Value::as_bool).unwrap_or(false);
        let outputs = value.get("outputs")?.as_array()?;
        let uploaded = value.get("uploaded").and_then(Value::as_array).into_iter().flatten();
        Some(Self {
            idempotency_key: text("idempotency_key")?,
            trace_id: text("trace_id")?,
            sent: count("sent"),
            first_sent_ms: whole("first_sent_ms"),
            is_unconfirmed: switch("unconfirmed"),
            is_lost: switch("lost"),
            prepared: value.get("prepared").and_then(Value::as_object).cloned(),
            uploaded: uploaded.filter_map(uploaded_of).collect(),
            tries: count("tries"),
            outputs: outputs.iter().map(Output::from_json).collect::<Option<_>>()?,
            lacking: count("lacking"),
            charged: value.get("charged").and_then(Value::as_u64),
            deadline_ms: whole("deadline_ms"),
            is_cancelled: switch("cancelled"),
            error: value.get("error").cloned().and_then(|error| serde_json::from_value(error).ok()),
            reason: text("reason"),
        })
    }
}

impl Output {
    /// An output of which nothing but its id is known.
    #[must_use]
    pub const fn new(id: String, root: Root) -> Self {
        Self { id, root, is_heard: false, told: Vec::new(), credits: None }
    }

    /// How it ended: by the last word, but that it was deleted later takes nothing back.
    #[must_use]
    pub fn end(&self) -> Option<Status> {
        let kept = self.told.iter().rev().find(|status| **status != Status::Deleted);
        kept.or_else(|| self.told.last()).copied()
    }

    fn to_json(&self) -> Value {
        let told: Vec<&str> = self.told.iter().map(|status| status.as_str()).collect();
        json!({ "id": self.id, "root": self.root, "heard": self.is_heard, "told": told, "credits": self.credits })
    }

    fn from_json(value: &Value) -> Option<Self> {
        let told = value.get("told")?.as_array()?;
        Some(Self {
            id: value.get("id")?.as_str()?.to_owned(),
            root: value.get("root")?.as_str()?.to_owned(),
            is_heard: value.get("heard")?.as_bool()?,
            told: told.iter().map(|word| Status::parse(word.as_str()?)).collect::<Option<_>>()?,
            credits: value.get("credits").and_then(Value::as_u64),
        })
    }
}

fn uploaded_of(entry: &Value) -> Option<(String, Uploaded)> {
    Some((entry.get(0)?.as_str()?.to_owned(), Uploaded::from_json(entry.get(1)?)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Status::{Completed, Deleted, Failed, Filtered, Processing};

    fn told(outputs: &[&[Status]]) -> Progress {
        let mut progress = Progress::new("seed");
        for (place, told) in outputs.iter().enumerate() {
            let mut output = Output::new(place.to_string(), format!("id:{place}"));
            output.told = told.to_vec();
            output.is_heard = !told.is_empty();
            progress.outputs.push(output);
        }
        progress
    }

    #[test]
    fn the_state_follows_from_what_was_told_of_the_outputs() {
        for (outputs, state) in [
            (&[&[] as &[Status]] as &[&[Status]], State::Submitted),
            (&[&[Completed]], State::Completed),
            (&[&[Failed]], State::Failed),
            (&[&[Filtered]], State::Filtered),
            (&[&[Completed], &[]], State::Processing),
            (&[&[Completed], &[Failed]], State::Completed),
            (&[&[Filtered], &[Failed]], State::Filtered),
            (&[&[Completed, Deleted]], State::Completed),
            (&[&[Deleted]], State::Failed),
            (&[&[Completed, Filtered]], State::Filtered),
            (&[&[Failed, Completed]], State::Completed),
        ] {
            assert_eq!(told(outputs).state(), state, "{outputs:?}");
        }
    }

    #[test]
    fn a_deadline_ends_only_what_is_open_and_a_cancellation_everything() {
        let mut open = told(&[&[Completed], &[]]);
        open.reason = Some(DEADLINE_PASSED.to_owned());
        assert_eq!(open.state(), State::Unknown);
        open.outputs[1].told.push(Completed);
        assert_eq!(open.state(), State::Completed);
        open.is_cancelled = true;
        assert_eq!(open.state(), State::Cancelled);
    }

    #[test]
    fn two_different_ends_are_a_conflict_and_a_deletion_is_none() {
        assert!(!told(&[&[Completed], &[Failed]]).is_in_conflict());
        assert!(!told(&[&[Completed, Deleted]]).is_in_conflict());
        assert!(told(&[&[Failed, Completed]]).is_in_conflict());
        assert!(told(&[&[Completed, Deleted, Filtered]]).is_in_conflict());
    }

    #[test]
    fn an_unfinished_row_that_comes_late_takes_nothing_back() {
        let mut progress = told(&[&[Completed]]);
        let late = BTreeMap::from([("id:0".to_owned(), Processing)]);
        assert_eq!(progress.hear(&late), []);
        assert_eq!(progress.state(), State::Completed);
        let flagged = BTreeMap::from([("id:0".to_owned(), Filtered), ("id:9".to_owned(), Failed)]);
        assert_eq!(progress.hear(&flagged), [(0, Filtered)]);
        assert_eq!(progress.hear(&flagged), []);
        assert!(progress.is_in_conflict());
    }

    #[test]
    fn credits_come_back_for_what_was_not_made() {
        let mut progress = told(&[&[Completed], &[Filtered]]);
        assert_eq!((progress.credits_charged(), progress.credits_returned()), (None, None));
        progress.charged = Some(20);
        assert_eq!((progress.credits_charged(), progress.credits_returned()), (Some(20), Some(10)));
        progress.outputs[0].told.push(Failed);
        assert_eq!(progress.credits_returned(), Some(20));
        progress.charged = None;
        progress.outputs[0].credits = Some(7);
        progress.outputs[1].credits = Some(8);
        assert_eq!((progress.credits_charged(), progress.credits_returned()), (Some(15), Some(15)));
    }

    #[test]
    fn progress_reads_back_as_it_was_written() {
        let mut progress = told(&[&[Failed, Completed], &[]]);
        progress.charged = Some(10);
        progress.deadline_ms = Some(5);
        let path = Some("upload/a.png".into());
        progress.uploaded =
            vec![("https://a.example/a.png".into(), Uploaded { path, ..Uploaded::default() })];
        progress.error = Some(Failure {
            class: crate::core::providers::failure::Class::Concurrency,
            code: "500044".into(),
            message: "busy".into(),
            retry_after_s: None,
        });
        assert_eq!(Progress::from_json(&progress.to_json()), Some(progress));
    }

    #[test]
    fn behind_a_refusal_the_trace_is_another_and_the_key_the_same() {
        let mut progress = Progress::new("seed");
        let before = progress.clone();
        progress.turn_away();
        assert_eq!(progress.idempotency_key, before.idempotency_key);
        assert_ne!(progress.trace_id, before.trace_id);
        assert!(crate::core::media_url::as_uuid(&progress.trace_id).is_some());
    }
}
