//! A run that is paused, resumed or cancelled, at any page.

use driftline::core::api::request::Method;
use serde_json::{Value, json};

use crate::shelf::{refusal, small};
use crate::worker::{ACCOUNT, Dump, Worker, assert_adds_up, difference};

fn post(worker: &mut Worker, run: &str, verb: &str) -> (u16, Value) {
    let answer = worker.ask(Method::Post, &format!("/runs/{run}/{verb}"), Value::Null);
    (answer.status, answer.body)
}

/// What a run leaves behind in the inventory.
fn inventory(worker: &Worker) -> Dump {
    let mut dump = worker.dump();
    for other in ["accounts", "jobs", "scan_pages", "idempotency"] {
        dump.remove(other);
    }
    dump
}

#[test]
fn a_run_that_is_paused_at_any_page_ends_as_if_it_had_not_been() {
    let mut undisturbed = Worker::new(small());
    undisturbed.sync(json!({ "create_lineage": "inline" }));
    // Seven pages, two looks behind an end, and the closing.
    for page in 0..11 {
        let mut worker = Worker::new(small());
        let run = worker.start(json!({ "create_lineage": "inline" }));
        for _ in 0..page {
            worker.deliver_next();
        }
        let (status, paused) = post(&mut worker, &run, "pause");
        if page > 9 {
            assert_eq!((status, &paused["code"]), (409, &json!("run_over")));
            continue;
        }
        assert_eq!((status, &paused["state"]), (200, &json!("paused")));
        assert_eq!(paused["paused"], json!({ "reason": "by_you", "until": null }));
        let before = worker.dump();
        worker.settle();
        worker.tick();
        worker.settle();
        assert_eq!(difference(&before, &worker.dump()), Vec::<Value>::new(), "page {page}: it stands still");
        let (status, resumed) = post(&mut worker, &run, "resume");
        assert_eq!((status, &resumed["state"], &resumed["paused"]), (200, &json!("active"), &Value::Null));
        worker.settle();
        let run = worker.get(&format!("/runs/{run}"));
        assert_eq!(
            (&run["state"], &run["complete"], &run["counts"]["created"]),
            (&json!("done"), &json!(true), &json!(61))
        );
        assert_adds_up(&run);
        assert_eq!(difference(&inventory(&undisturbed), &inventory(&worker)), Vec::<Value>::new());
    }
}

#[test]
fn a_page_that_comes_after_the_pause_is_dropped_and_asked_for_again() {
    let mut worker = Worker::new(small());
    let run = worker.start(json!({}));
    let first = worker.queue.pop_front().unwrap();
    post(&mut worker, &run, "pause");
    worker.deliver(first.message.clone());
    assert_eq!((worker.count("assets"), worker.shelf.asked.len()), (0, 0));
    post(&mut worker, &run, "resume");
    worker.deliver(first.message);
    worker.settle();
    assert_eq!(worker.get(&format!("/runs/{run}"))["counts"]["created"], 61);
}

#[test]
fn a_paused_run_is_still_the_accounts_one_run() {
    let mut worker = Worker::new(small());
    let run = worker.start(json!({}));
    post(&mut worker, &run, "pause");
    let again =
        worker.ask(Method::Post, &format!("/providers/pixverse/accounts/{ACCOUNT}/sync-assets"), json!({}));
    assert_eq!((again.status, &again.body["id"], &again.body["state"]), (202, &json!(run), &json!("paused")));
    assert_eq!(again.headers["x-driftline-already-running"], "true");
    assert_eq!(post(&mut worker, &run, "cancel").1["state"], "cancelled");
    assert_ne!(worker.start(json!({})), run);
}

#[test]
fn saying_it_twice_changes_nothing_more() {
    let mut worker = Worker::new(small());
    let run = worker.start(json!({}));
    for verb in ["pause", "resume", "cancel"] {
        let first = post(&mut worker, &run, verb);
        let before = worker.dump()["jobs"].clone();
        worker.edge.now += 1_000;
        let second = post(&mut worker, &run, verb);
        assert_eq!(first.1["state"], second.1["state"], "{verb}");
        assert_eq!(before, worker.dump()["jobs"], "{verb}");
    }
    for verb in ["pause", "resume"] {
        let (status, body) = post(&mut worker, &run, verb);
        assert_eq!((status, &body["code"]), (409, &json!("run_over")), "{verb}");
    }
}

#[test]
fn a_failed_run_goes_on_where_it_stood_under_its_own_id() {
    let mut shelf = small();
    shelf.script.insert("image/created", [refusal(200, 500_020)].into());
    let mut worker = Worker::new(shelf);
    let failed = worker.sync(json!({}));
    let run = failed["id"].as_str().unwrap().to_owned();
    assert_eq!((&failed["state"], &failed["counts"]["created"]), (&json!("failed"), &json!(55)));
    let asked = worker.shelf.asked.len();
    assert_eq!(post(&mut worker, &run, "resume").0, 200);
    worker.settle();
    let done = worker.get(&format!("/runs/{run}"));
    assert_eq!(
        (&done["state"], &done["complete"], &done["counts"]["created"]),
        (&json!("done"), &json!(true), &json!(61))
    );
    assert_adds_up(&done);
    assert_eq!(
        worker.shelf.asked[asked..].first(),
        Some(&("image/created", 0)),
        "no page is asked for again"
    );
}

#[test]
fn a_failed_run_does_not_go_on_beside_another() {
    let mut shelf = small();
    shelf.stumbles = [refusal(200, 500_020)].into();
    let mut worker = Worker::new(shelf);
    let failed = worker.sync(json!({}));
    let other = worker.start(json!({}));
    let (status, body) = post(&mut worker, failed["id"].as_str().unwrap(), "resume");
    assert_eq!((status, &body["code"]), (409, &json!("run_under_way")));
    post(&mut worker, &other, "cancel");
    assert_eq!(post(&mut worker, failed["id"].as_str().unwrap(), "resume").0, 200);
}

#[test]
fn another_owners_run_is_not_there() {
    let mut worker = Worker::new(small());
    let run = worker.start(json!({}));
    for verb in ["pause", "resume", "cancel"] {
        let answer = worker.ask_as("bob", Method::Post, &format!("/runs/{run}/{verb}"), Value::Null);
        assert_eq!(answer.status, 404, "{verb}");
    }
    assert_eq!(worker.get(&format!("/runs/{run}"))["state"], "active");
}
