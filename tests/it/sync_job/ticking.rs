//! What the minute tick does by itself: automatic syncs, forgetting; and what becomes of a message that a queue gave up.

use driftline::core::api::request::Method;
use driftline::core::jobs;
use driftline::core::statement::Message;
use driftline::core::step::Disposition;
use serde_json::{Value, json};

use crate::shelf::small;
use crate::support::drive::drive_alone;
use crate::worker::{ACCOUNT, Worker};

const HOUR: i64 = 3_600_000;

/// One tick at the time that the clock shows.
fn tick(worker: &mut Worker) {
    let (end, trace) = drive_alone(&mut worker.edge.db, worker.edge.now, jobs::tick(worker.edge.now));
    assert_eq!(end, Disposition::Ack);
    worker.queue.extend(trace.sends);
}

fn bury(worker: &mut Worker, message: &Message) {
    drive_alone(&mut worker.edge.db, worker.edge.now, jobs::bury(message, worker.edge.now));
}

fn runs(worker: &mut Worker) -> Vec<Value> {
    worker.get("/runs")["items"].as_array().unwrap().clone()
}

fn automatic(worker: &mut Worker, word: &str) {
    let answer = worker.ask(Method::Patch, &format!("/accounts/{ACCOUNT}"), json!({ "auto_sync": word }));
    assert_eq!((answer.status, &answer.body["auto_sync"]), (200, &json!(word)));
}

#[test]
fn an_account_is_synced_by_itself_as_often_as_its_owner_says() {
    for (word, hours) in [("hourly", 1), ("daily", 24)] {
        let mut worker = Worker::new(small());
        tick(&mut worker);
        assert_eq!(runs(&mut worker).len(), 0, "off until somebody asks for it");
        automatic(&mut worker, word);
        for expected in 1..=3 {
            for _ in 0..2 {
                tick(&mut worker);
                worker.settle();
            }
            let found = runs(&mut worker);
            let expected = (expected, &json!("done"), &json!("incremental"));
            assert_eq!((found.len(), &found[0]["state"], &found[0]["strategy"]), expected);
            worker.edge.now += hours * HOUR;
        }
        automatic(&mut worker, "off");
        tick(&mut worker);
        assert_eq!(runs(&mut worker).len(), 3);
    }
}

#[test]
fn an_automatic_sync_does_not_run_beside_another() {
    let mut worker = Worker::new(small());
    let run = worker.start(json!({}));
    automatic(&mut worker, "hourly");
    tick(&mut worker);
    worker.settle();
    let found = runs(&mut worker);
    assert_eq!((found.len(), &found[0]["id"]), (1, &json!(run)));
}

#[test]
fn an_account_that_needs_its_person_is_left_alone() {
    for change in ["state = 'auth_required'", "credential = NULL", "deleted_ms = 1", "api = 'open_platform'"]
    {
        let mut worker = Worker::new(small());
        automatic(&mut worker, "hourly");
        worker.edge.db.execute(&format!("UPDATE accounts SET {change}"));
        tick(&mut worker);
        assert_eq!(worker.count("jobs"), 0, "{change}");
    }
}

#[test]
fn answers_are_forgotten_after_two_days() {
    let mut worker = Worker::new(small());
    worker.edge.now -= worker.edge.now % HOUR;
    let now = worker.edge.now;
    for at in [now - 49 * HOUR, now - 46 * HOUR] {
        let row = format!("INSERT INTO idempotency VALUES (1, 'key-{at}', 'r', 200, NULL, '{{}}', {at})");
        worker.edge.db.execute(&row);
    }
    worker.edge.now += HOUR / 2;
    tick(&mut worker);
    assert_eq!(worker.count("idempotency"), 2, "once an hour is enough");
    worker.edge.now += HOUR / 2;
    tick(&mut worker);
    assert_eq!(worker.count("idempotency"), 1);
}

#[test]
fn a_message_that_its_queue_gave_up_shows_on_the_run_and_is_tried_again() {
    let mut worker = Worker::new(small());
    let id = worker.start(json!({}));
    for expected in ["active", "active", "failed"] {
        let message = worker.queue.pop_back().expect("a message").message;
        bury(&mut worker, &message);
        let run = worker.get(&format!("/runs/{id}"));
        assert_eq!((&run["state"], &run["error"]["code"]), (&json!(expected), &json!("dead_letter")));
        worker.edge.now += HOUR;
        tick(&mut worker);
    }
    assert_eq!(worker.ask(Method::Post, &format!("/runs/{id}/resume"), Value::Null).status, 200);
    worker.settle();
    assert_eq!(worker.get(&format!("/runs/{id}"))["state"], "done");
}

#[test]
fn a_dead_letter_about_a_step_that_is_done_changes_nothing() {
    let mut worker = Worker::new(small());
    let id = worker.start(json!({}));
    worker.deliver_next();
    let before = worker.dump()["jobs"].clone();
    bury(&mut worker, &Message { job: id, step: 0 });
    assert_eq!(before, worker.dump()["jobs"]);
}
