//! Asking for assets by id: every id has an outcome, what could not be answered is asked again, refusals stop the job.

use driftline::core::api::request::Method;
use driftline::core::statement::Message;
use serde_json::{Value, json};

use crate::accounts::edge::Answer;
use crate::openapi::assert_told;
use crate::shelf::{Shelf, clip, extended, refusal, success};
use crate::sync_job::waiting::renew;
use crate::worker::{ACCOUNT, BOBS, OPEN, Worker};

fn ask(worker: &mut Worker, account: &str, body: Value) -> Answer {
    worker.ask(Method::Post, &format!("/accounts/{account}/ids"), body)
}

fn start(worker: &mut Worker, body: Value) -> String {
    let answer = ask(worker, ACCOUNT, body);
    assert_eq!(answer.status, 202, "{}", answer.body);
    assert_told("ask_for_ids", 202, &answer.body);
    answer.headers["location"].replace("/api/v1", "")
}

#[test]
fn every_id_has_an_outcome() {
    let mut worker = Worker::new(Shelf::default().known([clip(1), extended(2, 1)]));
    let path = start(&mut worker, json!({ "media_type": "video", "ids": [1, "2", 3, "2"] }));
    worker.settle();
    let job = worker.get(&path);
    assert_eq!(
        (&job["state"], &job["counts"]["seen"], &job["counts"]["created"]),
        (&json!("done"), &json!(3), &json!(2))
    );
    assert_eq!((&job["counts"]["skipped"], &job["reasons"]), (&json!(1), &json!({ "not_found": 1 })));
    let items = worker.get(&format!("{path}/items"));
    let outcome =
        |n: usize| (items["items"][n]["provider_asset_id"].clone(), items["items"][n]["outcome"].clone());
    assert_eq!(outcome(0), (json!("1"), json!("created")));
    assert_eq!(outcome(2), (json!("3"), json!("skipped")));
    let assets = worker.get("/assets?feed=detail");
    assert_eq!(assets["items"].as_array().unwrap().len(), 2);
    assert_eq!(worker.count("edges"), 1);
}

#[test]
fn twenty_are_asked_a_step_and_a_pause_is_kept() {
    let mut worker = Worker::new(Shelf::default().known((1..=45).map(clip)));
    let ids: Vec<u64> = (1..=45).collect();
    let path = start(&mut worker, json!({ "media_type": "video", "ids": ids }));
    worker.shelf.stumbles.extend((0..19).map(|n| success(&clip(n + 1))));
    worker.shelf.stumbles.push_back(driftline::core::step::Reply::Answer {
        status: 429,
        retry_after_s: Some(33),
        body: String::new(),
    });
    worker.deliver_next();
    assert_eq!(worker.get(&path)["counts"]["seen"], 19);
    assert_eq!(worker.queue.front().unwrap().delay_s, 33);
    worker.settle();
    let job = worker.get(&path);
    assert_eq!(
        (&job["state"], &job["step"], &job["counts"]["created"]),
        (&json!("done"), &json!(2), &json!(45))
    );
}

/// A job that met a session that had ended.
fn refused() -> (Worker, String) {
    let mut worker = Worker::new(Shelf::default().known([clip(1)]));
    let path = start(&mut worker, json!({ "media_type": "video", "ids": [1] }));
    worker.shelf.stumbles.push_back(refusal(200, 10005));
    worker.settle();
    let job = worker.get(&path);
    assert_told("get_job", 200, &job);
    let waits = json!({ "reason": "auth_required", "until": null });
    assert_eq!((&job["state"], &job["paused"], &job["ended_at"]), (&json!("paused"), &waits, &Value::Null));
    assert_eq!(worker.get(&format!("/accounts/{ACCOUNT}"))["state"], "auth_required");
    worker.tick();
    assert_eq!(worker.queue.len(), 0, "nobody is asked, and nobody logs in");
    (worker, path)
}

fn assert_asked(worker: &mut Worker, path: &str) {
    worker.settle();
    let job = worker.get(path);
    assert_eq!(
        (&job["state"], &job["paused"], &job["counts"]["created"]),
        (&json!("done"), &Value::Null, &json!(1))
    );
}

#[test]
fn a_refused_credential_stops_the_job_and_a_renewed_one_lets_it_go_on() {
    let (mut worker, path) = refused();
    renew(&mut worker);
    assert_eq!(worker.get(&path)["state"], "active");
    worker.tick();
    assert_asked(&mut worker, &path);
}

#[test]
fn a_job_that_waits_for_a_credential_can_be_tried_by_hand() {
    let (mut worker, path) = refused();
    let again = worker.ask(Method::Post, &format!("{path}/replay"), Value::Null);
    assert_eq!((again.status, &again.body["state"]), (200, &json!("active")), "{}", again.body);
    assert_told("replay_job", 200, &again.body);
    assert_asked(&mut worker, &path);
    let done = worker.ask(Method::Post, &format!("{path}/replay"), Value::Null);
    assert_eq!((done.status, &done.body["code"]), (409, &json!("not_replayable")));
}

#[test]
fn a_credential_that_is_gone_is_waited_for_without_a_call() {
    let mut worker = Worker::new(Shelf::default().known([clip(1)]));
    let path = start(&mut worker, json!({ "media_type": "video", "ids": [1] }));
    worker.edge.db.execute("UPDATE accounts SET credential = NULL");
    worker.settle();
    assert_eq!(worker.get(&path)["paused"]["reason"], "auth_required");
    renew(&mut worker);
    worker.tick();
    assert_asked(&mut worker, &path);
}

#[test]
fn a_provider_that_never_answers_fails_the_job_and_is_no_empty_success() {
    let mut worker = Worker::new(Shelf::default().known([]));
    let path = start(&mut worker, json!({ "media_type": "video", "ids": [1] }));
    worker.shelf.stumbles.extend((0..9).map(|_| refusal(503, 500_069)));
    worker.settle();
    let job = worker.get(&path);
    assert_eq!((&job["state"], &job["failures"][0]["reason"]), (&json!("failed"), &json!("retryable")));
    assert_eq!(job["counts"]["seen"], 0);
}

#[test]
fn an_answer_about_another_asset_is_not_taken_in() {
    let mut worker = Worker::new(Shelf::default().known([]));
    worker.shelf.stumbles.push_back(success(&clip(8)));
    let path = start(&mut worker, json!({ "media_type": "video", "ids": [7] }));
    worker.settle();
    assert_eq!(worker.get(&path)["reasons"], json!({ "another_id": 1 }));
    assert_eq!(worker.count("assets"), 0);
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let mut worker = Worker::new(Shelf::default().known([]));
    for body in [
        json!({ "ids": [1] }),
        json!({ "media_type": "video", "ids": [] }),
        json!({ "media_type": "video", "ids": ["1 or 2"] }),
        json!({ "media_type": "video", "ids": [1.5] }),
        json!({ "media_type": "video", "ids": (0..501).map(|n| n + 1).collect::<Vec<_>>() }),
        json!({ "media_type": "image", "making": "uploaded", "ids": [1] }),
        json!({ "media_type": "video", "id": 1 }),
    ] {
        assert_eq!(ask(&mut worker, ACCOUNT, body.clone()).status, 422, "{body}");
    }
    let audio = json!({ "media_type": "audio", "ids": [1] });
    assert_eq!(ask(&mut worker, OPEN, audio.clone()).status, 422);
    assert_eq!(ask(&mut worker, BOBS, audio).status, 404);
    assert_eq!(worker.count("jobs"), 0);
}

#[test]
fn a_message_that_died_shows_on_its_run_until_the_step_is_past() {
    let mut worker = Worker::new(Shelf::default().with("video/created", [clip(1)]));
    let run = worker.start(json!({ "mode": "videos" }));
    worker.queue.clear();
    let message = Message { job: run.clone(), step: 0 };
    worker.edge.db.execute("UPDATE jobs SET body = '{}'");
    let (disposition, _) = worker.deliver(message.clone());
    assert!(matches!(disposition, driftline::core::step::Disposition::RetryAfter { .. }));
    worker.bury(&message);
    worker.bury(&Message { job: run.clone(), step: 7 });
    let rows = worker.edge.db.query("SELECT dead_step, trouble FROM jobs");
    assert_eq!(rows[0]["dead_step"], 0);
    assert!(rows[0]["trouble"].as_str().unwrap().contains("expected shape"), "{rows:?}");
}

#[test]
fn a_run_whose_message_died_is_tried_again() {
    let mut worker = Worker::new(Shelf::default().with("video/created", [clip(1)]));
    let run = worker.start(json!({ "mode": "videos" }));
    let message = worker.queue.pop_front().unwrap().message;
    worker.edge.db.execute("UPDATE jobs SET trouble = 'too many writers'");
    worker.bury(&message);
    let shown = worker.get(&format!("/runs/{run}"));
    let dead = &shown["dead_letter"];
    assert_eq!((&dead["step"], &dead["reason"]), (&json!(0), &json!("too many writers")));
    let theirs = worker.ask_as("bob", Method::Post, &format!("/runs/{run}/replay"), Value::Null);
    assert_eq!(theirs.status, 404);
    let again = worker.ask(Method::Post, &format!("/runs/{run}/replay"), Value::Null);
    assert_eq!((again.status, &again.body["dead_letter"]), (200, &Value::Null));
    assert_told("replay_run", 200, &again.body);
    assert_eq!(worker.queue.len(), 1);
    worker.settle();
    assert_eq!(worker.get(&format!("/runs/{run}"))["state"], "done");
    assert_eq!(worker.count("assets"), 1);
}
