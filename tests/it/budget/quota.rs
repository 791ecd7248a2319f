//! The database's own daily limit: steps end without a try, and all goes on after midnight.

use driftline::core::api::request::Method;
use driftline::core::api::routes::handle;
use driftline::core::clock::rfc3339;
use driftline::core::jobs::budget::{quota_ends_ms, stopped_by_quota};
use driftline::core::jobs::{deliver, tick};
use driftline::core::statement::{Message, Statement};
use driftline::core::step::{Committed, Disposition, Step};
use serde_json::{Value, json};

use crate::openapi::assert_told;
use crate::shelf::small;
use crate::worker::{Worker, assert_adds_up};

/// The batch was refused for the day.
#[derive(Debug, PartialEq, Eq)]
struct Quota;

/// A database of which a batch may write so many statements today.
struct Full<'a> {
    worker: &'a mut Worker,
    most_writes: usize,
}

impl Full<'_> {
    fn check(&self, statements: &[Statement]) -> Result<(), Quota> {
        let writes =
            statements.iter().filter(|one| !one.sql.starts_with("SELECT") && !one.sql.starts_with("WITH"));
        if writes.count() > self.most_writes { Err(Quota) } else { Ok(()) }
    }

    fn drive<T>(&mut self, mut step: Step<T>) -> Result<T, Quota> {
        let now = self.worker.edge.now;
        loop {
            step = match step {
                Step::Read(statements, then) => {
                    self.check(&statements)?;
                    then(self.worker.edge.db.read(&statements), now)
                }
                Step::Call(calls, then) => {
                    then(calls.iter().map(|call| self.worker.shelf.answer(call)).collect(), now)
                }
                Step::Commit(plan, then) => {
                    self.check(&plan.statements)?;
                    let committed = self.worker.edge.db.commit(&plan.statements);
                    if committed == Committed::Done {
                        self.worker.queue.extend(plan.sends);
                    }
                    then(committed, now)
                }
                Step::Prove(..) => panic!("nothing is proven here"),
                Step::End(end) => return Ok(end),
            };
        }
    }

    /// A delivery as the edge makes it; `None` where not even the wait could be written.
    fn deliver(&mut self, message: Message) -> Option<Disposition> {
        let now = self.worker.edge.now;
        match self.drive(deliver(message.clone())) {
            Ok(disposition) => Some(disposition),
            Err(Quota) => self.drive(stopped_by_quota(&message, now)).ok(),
        }
    }
}

/// A run under way, its next message in hand.
fn under_way() -> (Worker, String, Message) {
    let mut worker = Worker::new(small());
    let id = worker.start(json!({ "create_lineage": "none" }));
    worker.deliver_next();
    let message = worker.queue.pop_front().expect("a message").message;
    (worker, id, message)
}

fn done(worker: &mut Worker, id: &str) {
    worker.settle();
    let run = worker.get(&format!("/runs/{id}"));
    assert_eq!((&run["state"], &run["counts"]["created"]), (&json!("done"), &json!(61)));
    assert_adds_up(&run);
}

#[test]
fn a_step_that_is_refused_for_the_day_waits_for_midnight_and_says_so() {
    let (mut worker, id, message) = under_way();
    let ends_ms = quota_ends_ms(worker.edge.now);
    let mut full = Full { worker: &mut worker, most_writes: 1 };
    assert_eq!(full.deliver(message.clone()), Some(Disposition::Ack));
    let run = worker.get(&format!("/runs/{id}"));
    assert_told("get_run", 200, &run);
    assert_eq!(
        (&run["state"], &run["paused"]),
        (&json!("paused"), &json!({ "reason": "platform_quota", "until": rfc3339(ends_ms) }))
    );
    assert_eq!(run["counts"]["seen"], 50, "the page that was refused is not counted");
    worker.edge.now = ends_ms - 1;
    let mut full = Full { worker: &mut worker, most_writes: 9 };
    assert_eq!(full.drive(tick(ends_ms - 1)), Ok(Disposition::Ack));
    assert_eq!(worker.queue.len(), 0);
    worker.edge.now = ends_ms;
    let mut full = Full { worker: &mut worker, most_writes: 9 };
    assert_eq!(full.drive(tick(ends_ms)), Ok(Disposition::Ack));
    assert_eq!(worker.queue.iter().map(|send| &send.message).collect::<Vec<_>>(), [&message]);
    done(&mut worker, &id);
}

#[test]
fn where_nothing_can_be_written_nobody_tries_until_the_tick_can_lease_it() {
    let (mut worker, id, message) = under_way();
    let before = worker.dump();
    let ends_ms = quota_ends_ms(worker.edge.now);
    let mut full = Full { worker: &mut worker, most_writes: 0 };
    assert_eq!(full.deliver(message.clone()), None, "the edge acknowledges it all the same");
    assert_eq!((worker.queue.len(), worker.dump() == before), (0, true));
    // Every tick of the day fails before it has sent anything: no queue operation is spent on waiting.
    while worker.edge.now < ends_ms {
        let now = worker.edge.now;
        let mut full = Full { worker: &mut worker, most_writes: 0 };
        assert_eq!(full.drive(tick(now)), Err(Quota));
        assert_eq!(worker.queue.len(), 0);
        worker.edge.now += 3_600_000;
    }
    let now = worker.edge.now;
    let mut full = Full { worker: &mut worker, most_writes: 9 };
    assert_eq!(full.drive(tick(now)), Ok(Disposition::Ack));
    assert_eq!(worker.queue.iter().map(|send| &send.message).collect::<Vec<_>>(), [&message]);
    done(&mut worker, &id);
}

#[test]
fn reads_tell_of_a_limit_that_could_not_be_written_down() {
    let (mut worker, id, _) = under_way();
    let ends_ms = quota_ends_ms(worker.edge.now);
    for path in [format!("/runs/{id}"), "/runs".to_owned()] {
        let mut request = worker.edge.request("ann", Method::Get, &format!("/api/v1{path}"), Value::Null);
        request.platform.quota_ends_ms = Some(ends_ms);
        let answer = worker.answer(|now| handle(request, now));
        let run = if path == "/runs" { &answer.body["items"][0] } else { &answer.body };
        assert_eq!(
            (&run["state"], &run["paused"]),
            (&json!("paused"), &json!({ "reason": "platform_quota", "until": rfc3339(ends_ms) })),
            "{path}"
        );
    }
    assert_eq!(worker.get(&format!("/runs/{id}"))["state"], "active");
}
