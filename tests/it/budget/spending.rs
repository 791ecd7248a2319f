//! The day's rows: who stops at them, who does not, and how it goes on.

use driftline::core::api::request::Method;
use driftline::core::clock::rfc3339;
use driftline::core::jobs::budget::{Allowance, day_of};
use driftline::core::jobs::run::Cost;
use driftline::core::jobs::{deliver_with, tick};
use driftline::core::sql::usage::count_rows;
use driftline::core::statement::Message;
use driftline::core::step::{Committed, Disposition};
use serde_json::{Value, json};

use crate::openapi::assert_told;
use crate::pages_api::hand_in;
use crate::shelf::{Shelf, clip, small};
use crate::support::drive::{Trace, drive};
use crate::worker::{ACCOUNT, Worker, assert_adds_up};

const DAY: i64 = 86_400_000;
/// What every message writes here: D1 alone can count them.
const ROWS: i64 = 450;

/// A Worker on a plan that limits it, counted as the edge counts.
struct Limited {
    worker: Worker,
    rows_a_day: i64,
}

impl Limited {
    fn new(shelf: Shelf, rows_a_day: i64) -> Self {
        Self { worker: Worker::new(shelf), rows_a_day }
    }

    fn midnight(&self) -> i64 {
        (day_of(self.worker.edge.now) + 1) * DAY
    }

    fn deliver(&mut self, message: Message) -> (Disposition, Trace) {
        let now = self.worker.edge.now;
        let allowance = Some(Allowance { day: day_of(now), rows: self.rows_a_day });
        let spent = Cost(12, 300, ROWS.unsigned_abs());
        let shelf = &mut self.worker.shelf;
        let step = deliver_with(message, spent, allowance);
        let (end, trace) = drive(&mut self.worker.edge.db, now, &mut |call| shelf.answer(call), step);
        self.worker.queue.extend(trace.sends.iter().cloned());
        if trace.commits.contains(&Committed::Done) {
            self.worker.edge.db.commit(&[count_rows(day_of(now), ROWS)]);
        }
        (end, trace)
    }

    fn settle(&mut self) {
        while let Some(send) = self.worker.queue.pop_front() {
            assert_eq!(self.deliver(send.message).0, Disposition::Ack);
        }
    }

    fn tick(&mut self) {
        let now = self.worker.edge.now;
        let (end, trace) = drive(
            &mut self.worker.edge.db,
            now,
            &mut |call| panic!("the tick asks {}", call.path),
            tick(now),
        );
        assert_eq!(end, Disposition::Ack);
        self.worker.queue.extend(trace.sends);
    }

    fn use_up(&mut self) {
        let day = day_of(self.worker.edge.now);
        self.worker.edge.db.commit(&[count_rows(day, self.rows_a_day)]);
    }

    /// A job of a kind, with what its message hints at.
    fn job(&mut self, kind: &str) -> Message {
        let id = format!("job_{kind}");
        self.worker.edge.db.execute(&format!(
            "INSERT INTO jobs (id, owner, kind, account, step, state, due_ms, created_ms, updated_ms, body)
             SELECT '{id}', id, '{kind}', '{ACCOUNT}', 3, 'active', 0, 0, 0, '{{}}' FROM owners WHERE name = 'ann'"
        ));
        Message { job: id, step: 3 }
    }
}

#[test]
fn a_run_waits_for_midnight_and_goes_on_where_it_stood() {
    let mut free = Worker::new(small());
    free.sync(json!({}));
    let mut limited = Limited::new(small(), 1_000);
    let id = limited.worker.start(json!({}));
    let path = format!("/runs/{id}");
    let mut days = 1;
    loop {
        limited.settle();
        let run = limited.worker.get(&path);
        assert_told("get_run", 200, &run);
        if run["state"] == "done" {
            break;
        }
        let until = rfc3339(limited.midnight());
        assert_eq!(
            (&run["state"], &run["paused"]),
            (&json!("paused"), &json!({ "reason": "rows_budget", "until": until }))
        );
        limited.worker.edge.now += 600_000;
        limited.tick();
        assert_eq!(limited.worker.queue.len(), 0, "nothing is sent before midnight");
        limited.worker.edge.now = limited.midnight();
        limited.tick();
        assert_ne!(limited.worker.queue.len(), 0, "the tick sends it at midnight");
        days += 1;
    }
    let run = limited.worker.get(&path);
    assert_adds_up(&run);
    assert_eq!((&run["complete"], &run["counts"]["created"]), (&json!(true), &json!(61)));
    assert_eq!(limited.worker.shelf.asked, free.shelf.asked, "no page is asked for twice");
    let known = |worker: &Worker| {
        let db = &worker.edge.db;
        let claims = db.query("SELECT alias, root, rank, lists FROM claims ORDER BY alias, root");
        (claims, db.query("SELECT * FROM edges ORDER BY child, evidence, slot"))
    };
    assert!(known(&limited.worker) == known(&free), "the same claims and edges");
    // Three messages pass 1,000 rows; those that find it so write nothing but their wait.
    assert!(days >= 4, "{days} days");
    let written = limited.worker.edge.db.query("SELECT written FROM rows_written ORDER BY day");
    assert_eq!(written.len(), days);
}

#[test]
fn what_a_waiting_step_had_cost_is_not_lost() {
    let mut limited = Limited::new(small(), 1_000);
    let id = limited.worker.start(json!({ "create_lineage": "none" }));
    for _ in 0..4 {
        let send = limited.worker.queue.pop_front().expect("a message");
        limited.deliver(send.message);
    }
    let run = limited.worker.get(&format!("/runs/{id}"));
    assert_eq!((&run["paused"]["reason"], &run["counts"]["seen"]), (&json!("rows_budget"), &json!(54)));
    assert_eq!(run["cost"], json!({ "statements": 48, "rows_read": 1_200, "rows_written": 1_800 }));
    assert_eq!(run["progress"]["rows_per_s"], Value::Null, "a wait is no pace");
}

#[test]
fn whatever_goes_through_many_rows_waits_and_what_people_make_does_not() {
    for kind in
        ["sync", "link", "refresh", "ids", "verify", "import", "push", "replay", "reextract", "drift_scan"]
    {
        let mut limited = Limited::new(small(), 10);
        let message = limited.job(kind);
        limited.use_up();
        let (end, trace) = limited.deliver(message);
        assert_eq!((end, trace.calls, trace.sends.len()), (Disposition::Ack, 0, 0), "{kind}");
        let rows = limited.worker.edge.db.query("SELECT step, state, due_ms, waits_for, body FROM jobs");
        let waits = json!({
            "step": 3, "state": "active", "due_ms": limited.midnight(), "waits_for": "rows_budget", "body": "{}",
        });
        assert_eq!(rows, [waits], "{kind}");
    }
    for kind in ["generate", "poll", "follow"] {
        let mut limited = Limited::new(small(), 10);
        let message = limited.job(kind);
        limited.use_up();
        limited.deliver(message);
        let rows = limited.worker.edge.db.query("SELECT waits_for FROM jobs WHERE waits_for IS NOT NULL");
        assert_eq!(rows, Vec::<Value>::new(), "{kind}");
    }
}

#[test]
fn a_job_says_what_it_waits_for_wherever_it_is_shown() {
    let mut limited = Limited::new(Shelf::default().known([clip(1)]), 10_000);
    let ask = |limited: &mut Limited, path: &str, body: Value| {
        let answer = limited.worker.ask(Method::Post, path, body);
        assert_eq!(answer.status, 202, "{path}: {}", answer.body);
        answer.headers["location"].replace("/api/v1", "")
    };
    let ids =
        ask(&mut limited, &format!("/accounts/{ACCOUNT}/ids"), json!({ "media_type": "video", "ids": [1] }));
    let lineage =
        ask(&mut limited, "/lineage/refresh", json!({ "provider_id": "pixverse", "scope": "current_user" }));
    let scan = ask(&mut limited, "/drift/scan", json!({}));
    limited.use_up();
    limited.settle();
    let until = rfc3339(limited.midnight());
    let shown = [("get_job", &ids), ("get_lineage_job", &lineage), ("get_drift_scan", &scan)];
    for (operation, path) in shown {
        let job = limited.worker.get(path);
        assert_told(operation, 200, &job);
        assert_eq!(
            (&job["state"], &job["paused"]),
            (&json!("paused"), &json!({ "reason": "rows_budget", "until": until })),
            "{path}"
        );
    }
    limited.worker.edge.now = limited.midnight();
    limited.tick();
    limited.settle();
    for path in [&ids, &lineage, &scan] {
        let job = limited.worker.get(path);
        assert_eq!((&job["state"], &job["paused"]), (&json!("done"), &Value::Null), "{path}");
    }
}

#[test]
fn people_are_not_held_up() {
    let mut limited = Limited::new(small(), 10);
    limited.use_up();
    let handed = hand_in(&mut limited.worker, ACCOUNT, "", &json!({ "items": [clip(1)] }).to_string());
    assert_eq!((handed.status, &handed.body["counts"]["created"]), (200, &json!(1)), "{}", handed.body);
    let asset = limited.worker.get("/assets")["items"][0]["id"].as_str().unwrap().to_owned();
    let removed = limited.worker.ask(Method::Delete, &format!("/assets/{asset}"), Value::Null);
    assert!(removed.status < 300, "{}", removed.body);
}

#[test]
fn a_waiting_run_is_the_owners_to_stop_or_to_try() {
    let mut limited = Limited::new(small(), 10);
    limited.use_up();
    let id = limited.worker.start(json!({}));
    limited.settle();
    let tried = limited.worker.ask(Method::Post, &format!("/runs/{id}/resume"), Value::Null);
    assert_eq!((&tried.body["state"], &tried.body["paused"]), (&json!("active"), &Value::Null));
    limited.settle();
    assert_eq!(limited.worker.get(&format!("/runs/{id}"))["paused"]["reason"], "rows_budget");
    let paused = limited.worker.ask(Method::Post, &format!("/runs/{id}/pause"), Value::Null);
    assert_eq!(paused.body["paused"], json!({ "reason": "by_you", "until": null }));
    limited.worker.edge.now = limited.midnight();
    limited.tick();
    assert_eq!(limited.worker.queue.len(), 0, "what a person paused, midnight does not wake");
    limited.worker.ask(Method::Post, &format!("/runs/{id}/resume"), Value::Null);
    limited.use_up();
    limited.settle();
    let cancelled = limited.worker.ask(Method::Post, &format!("/runs/{id}/cancel"), Value::Null);
    assert_eq!((&cancelled.body["state"], &cancelled.body["paused"]), (&json!("cancelled"), &Value::Null));
    assert_ne!(limited.worker.start(json!({})), id);
}
