//! A provider's failure is an error on the run with its class, never an empty list.

use driftline::core::api::request::Method;
use driftline::core::step::Reply;
use serde_json::{Value, json};

use crate::shelf::{Shelf, refusal, small, success};
use crate::worker::{ACCOUNT, Worker, assert_adds_up, difference};

fn answer(status: u16, body: &str) -> Reply {
    Reply::Answer { status, retry_after_s: None, body: body.to_owned() }
}

fn cut() -> Reply {
    Reply::Cut { reason: "timeout".to_owned() }
}

fn failing(reply: &Reply, times: usize) -> Shelf {
    let mut shelf = small();
    shelf.stumbles = std::iter::repeat_n(reply.clone(), times).collect();
    shelf
}

#[test]
fn a_lasting_failure_fails_the_run_with_its_class() {
    for (reply, class) in [
        (refusal(200, 500_020), "forbidden"),
        (refusal(200, 500_090), "credit"),
        (refusal(400, 500_063), "moderation"),
        (refusal(200, 500_008), "not_found"),
        (refusal(200, 400_017), "validation"),
        (refusal(200, 31_337), "unknown"),
        (answer(200, "<html>"), "schema"),
        (success(&Value::Null), "schema"),
        (success(&json!({ "data": { "a": 1 } })), "schema"),
    ] {
        let mut worker = Worker::new(failing(&reply, 1));
        let run = worker.sync(json!({}));
        assert_eq!((&run["state"], &run["error"]["class"]), (&json!("failed"), &json!(class)), "{reply:?}");
        assert_eq!((&run["complete"], &run["counts"]["seen"]), (&json!(false), &json!(0)));
        assert_eq!((worker.count("assets"), worker.count("scan_pages")), (0, 0));
        assert_eq!(worker.shelf.asked.len(), 1, "nobody is asked again: {reply:?}");
        assert!(run["ended_at"].is_string());
    }
}

#[test]
fn a_failure_in_the_middle_keeps_what_was_imported() {
    let mut shelf = small();
    shelf.script.insert("image/created", [refusal(200, 500_020)].into());
    let mut worker = Worker::new(shelf);
    let run = worker.sync(json!({}));
    assert_eq!((&run["state"], &run["counts"]["created"]), (&json!("failed"), &json!(55)));
    assert_adds_up(&run);
    let again = worker.sync(json!({}));
    assert_eq!((&again["state"], &again["counts"]["created"]), (&json!("done"), &json!(6)));
    assert_eq!(again["error"], Value::Null);
}

#[test]
fn a_passing_failure_tries_the_same_page_again_later() {
    for reply in [cut(), refusal(200, 500_069), refusal(200, 500_044), answer(503, "<html>"), answer(429, "")]
    {
        let mut worker = Worker::new(failing(&reply, 2));
        let id = worker.start(json!({}));
        worker.deliver_next();
        let run = worker.get(&format!("/runs/{id}"));
        assert_eq!((&run["state"], &run["attempts"]), (&json!("active"), &json!(1)), "{reply:?}");
        assert!(run["error"]["class"].is_string(), "{run}");
        assert_eq!(worker.count("scan_pages"), 0, "nothing was established");
        let hint = worker.queue.front().expect("a hint to try again");
        assert!((3..=66).contains(&hint.delay_s), "{hint:?}");
        let due = worker.edge.db.query("SELECT due_ms, step FROM jobs")[0].clone();
        assert_eq!(
            due["due_ms"],
            worker.edge.now + i64::from(hint.delay_s) * 1_000,
            "the tick waits as long"
        );
        assert_eq!(due["step"], hint.message.step);
        worker.settle();
        let run = worker.get(&format!("/runs/{id}"));
        assert_eq!((&run["state"], &run["counts"]["created"]), (&json!("done"), &json!(61)), "{reply:?}");
        assert!(run["error"]["class"].is_string(), "the last error stays for the reader");
        assert_eq!((&run["attempts"], &run["provider_calls"]), (&json!(0), &json!(11)));
        assert_eq!(worker.shelf.looked_behind.len(), 2, "the two that are answered but are no page");
        assert_eq!(worker.shelf.asked[..3], [("video/created", 0); 3]);
    }
}

#[test]
fn the_provider_says_how_long_to_wait() {
    let reply = Reply::Answer { status: 429, retry_after_s: Some(33), body: String::new() };
    let mut worker = Worker::new(failing(&reply, 1));
    worker.start(json!({}));
    worker.deliver_next();
    let delay_s = worker.queue.front().unwrap().delay_s;
    assert!((33..=36).contains(&delay_s), "never earlier, and not all at once: {delay_s}");
}

#[test]
fn a_failure_that_does_not_pass_ends_the_run_at_the_tenth_try() {
    let mut worker = Worker::new(failing(&cut(), 100));
    let run = worker.sync(json!({}));
    assert_eq!((&run["state"], &run["error"]["class"]), (&json!("failed"), &json!("retryable")));
    assert_eq!((&run["provider_calls"], worker.shelf.asked.len()), (&json!(10), 10));
}

#[test]
fn a_hint_that_comes_twice_does_not_use_up_a_try() {
    let mut worker = Worker::new(failing(&cut(), 100));
    worker.start(json!({}));
    let first = worker.queue.pop_front().unwrap();
    worker.deliver(first.message.clone());
    let before = worker.dump();
    worker.deliver(first.message);
    assert_eq!(difference(&before, &worker.dump()), Vec::<Value>::new());
    assert_eq!(worker.shelf.asked.len(), 1, "nobody is asked before the time has come");
}

#[test]
fn a_dry_run_that_fails_is_a_problem_and_no_empty_list() {
    for (reply, code, class) in [
        (refusal(200, 10005), "auth_required", "auth"),
        (cut(), "provider_error", "retryable"),
        (success(&Value::Null), "provider_error", "schema"),
    ] {
        let mut worker = Worker::new(failing(&reply, 1));
        let path = format!("/providers/pixverse/accounts/{ACCOUNT}/sync-dry-run");
        let answer = worker.ask(Method::Get, &path, Value::Null);
        assert_eq!((answer.status, &answer.body["code"]), (502, &json!(code)));
        assert_eq!(answer.body["class"], class);
    }
}
