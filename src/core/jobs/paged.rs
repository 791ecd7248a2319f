//! The body of a job that goes through something page by page: what was asked, how far it is, what it has counted. One
//! shape for every such kind, so that one handler shows the progress of all. What a page is about is left to the kinds.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::core::jobs::row::JobRow;
use crate::core::jobs::{LEASE_MS, hint};
use crate::core::sql::jobs as sql;
use crate::core::statement::{BadRows, Plan};
use crate::core::step::{Committed, Disposition, NowMs, Step};

/// At most this many failures are named; all are counted.
const NAMED_FAILURES: usize = 100;

/// A body that has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paged(Map<String, Value>);

impl Paged {
    /// A job at its beginning, with the counters that it will show.
    #[must_use]
    pub fn new(asked: Value, counters: &[&str]) -> Self {
        let counts: Map<String, Value> = counters.iter().map(|name| ((*name).to_owned(), 0.into())).collect();
        let mut body = Map::new();
        body.insert("asked".to_owned(), asked);
        body.insert("after".to_owned(), Value::Null);
        body.insert("counts".to_owned(), Value::Object(counts));
        body.insert("failures".to_owned(), json!([]));
        body.insert("ended_ms".to_owned(), Value::Null);
        Self(body)
    }

    /// Reads a stored body.
    ///
    /// # Errors
    /// [`BadRows`] when it is none of this shape.
    pub fn parse(text: &str) -> Result<Self, BadRows> {
        match serde_json::from_str(text) {
            Ok(Value::Object(body)) if body.get("counts").is_some_and(Value::is_object) => Ok(Self(body)),
            Ok(_) => Err(BadRows { reason: "a job's body has no counts".to_owned() }),
            Err(error) => Err(BadRows { reason: error.to_string() }),
        }
    }

    /// A member of what was asked.
    #[must_use]
    pub fn asked(&self, name: &str) -> &Value {
        self.member("asked").get(name).unwrap_or(&Value::Null)
    }

    /// The last key that is done; null at the beginning.
    #[must_use]
    pub fn after(&self) -> &Value {
        self.member("after")
    }

    /// Notes the last key that is done.
    pub fn move_behind(&mut self, key: Value) {
        self.0.insert("after".to_owned(), key);
    }

    /// The counters by name.
    #[must_use]
    pub fn counts(&self) -> &Value {
        self.member("counts")
    }

    /// The failures that are named.
    #[must_use]
    pub fn failures(&self) -> &Value {
        self.member("failures")
    }

    /// When it ended.
    #[must_use]
    pub fn ended_ms(&self) -> Option<i64> {
        self.member("ended_ms").as_i64()
    }

    /// One counter.
    #[must_use]
    pub fn counted(&self, name: &str) -> u64 {
        self.counts().get(name).and_then(Value::as_u64).unwrap_or(0)
    }

    /// Counts more.
    pub fn count(&mut self, name: &str, more: usize) {
        let sum = self.counted(name) + u64::try_from(more).unwrap_or(0);
        if let Some(counts) = self.0.get_mut("counts").and_then(Value::as_object_mut) {
            counts.insert(name.to_owned(), sum.into());
        }
    }

    /// How often each reason was given.
    #[must_use]
    pub fn reasons(&self) -> &Value {
        self.member("reasons")
    }

    /// Counts a reason.
    pub fn count_reason(&mut self, reason: &str) {
        let known = self.0.entry("reasons").or_insert_with(|| json!({}));
        if let Some(known) = known.as_object_mut() {
            let sum = known.get(reason).and_then(Value::as_u64).unwrap_or(0) + 1;
            known.insert(reason.to_owned(), sum.into());
        }
    }

    /// Takes over reasons that were counted elsewhere.
    pub fn give_reasons(&mut self, counted: &BTreeMap<String, i64>) {
        self.0.insert("reasons".to_owned(), json!(counted));
    }

    /// Notes that it is over.
    pub fn end(&mut self, now: NowMs) {
        self.0.insert("ended_ms".to_owned(), now.into());
    }

    /// Names a failure.
    pub fn fail(&mut self, failure: Value) {
        if let Some(failures) = self.0.get_mut("failures").and_then(Value::as_array_mut)
            && failures.len() < NAMED_FAILURES
        {
            failures.push(failure);
        }
    }

    /// The body as it is stored.
    #[must_use]
    pub fn text(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_default()
    }

    fn member(&self, name: &str) -> &Value {
        self.0.get(name).unwrap_or(&Value::Null)
    }

    /// Adds the job's next step, or its end, to the batch of a page.
    pub fn advance(mut self, plan: &mut Plan, row: &JobRow, is_over: bool, now: NowMs) {
        if is_over {
            self.end(now);
        }
        let (state, step) = if is_over { ("done", row.step) } else { ("active", row.step + 1) };
        plan.statements.push(sql::advance_job(&row.id, step, state, now + LEASE_MS, &self.text(), now));
        if !is_over {
            plan.sends.push(hint(&row.kind, &row.id, step, 0));
        }
    }
}

/// Commits a page; on a conflict it is read and decided again, as often as there are tries.
#[must_use]
pub fn commit(
    plan: Plan,
    tries: u32,
    again: impl FnOnce(u32) -> Step<Disposition> + 'static,
) -> Step<Disposition> {
    Step::commit(plan, move |committed, _| match committed {
        Committed::Done | Committed::Stale => Step::End(Disposition::Ack),
        Committed::Conflict | Committed::Duplicate if tries > 1 => again(tries - 1),
        Committed::Conflict | Committed::Duplicate => {
            Step::End(Disposition::RetryAfter { seconds: 5, reason: "too many writers".to_owned() })
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_add_up_and_the_body_reads_back() {
        let mut body = Paged::new(json!({ "force": true }), &["seen", "folded"]);
        body.count("seen", 25);
        body.count("seen", 3);
        body.fail(json!("a"));
        body.move_behind(json!("qua_1"));
        let read = Paged::parse(&body.text()).unwrap();
        assert_eq!(read, body);
        assert_eq!(read.counts(), &json!({ "seen": 28, "folded": 0 }));
        assert_eq!((read.asked("force"), read.after()), (&json!(true), &json!("qua_1")));
        assert!(Paged::parse("{}").is_err());
    }

    #[test]
    fn the_first_hundred_failures_are_named() {
        let mut body = Paged::new(Value::Null, &[]);
        for n in 0..150 {
            body.fail(n.into());
        }
        assert_eq!(body.failures().as_array().unwrap().len(), 100);
    }
}
