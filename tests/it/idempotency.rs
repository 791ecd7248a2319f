//! `Idempotency-Key`: a POST that comes again counts once, whatever happened in between.

use driftline::core::api::request::Method::{self, Post};
use driftline::core::api::response::Response;
use driftline::core::api::routes::handle;
use driftline::core::sql::idempotency::{forget_keys_before, kept_under_key};
use driftline::core::step::{Committed, Step};
use serde_json::{Value, json};

use crate::accounts::edge::{Answer, DAY, Edge, PLAIN, Pixverse, cut};

const ACCOUNTS: &str = "/api/v1/accounts";
const TOKENS: &str = "/api/v1/tokens";

fn step(edge: &mut Edge, token: &str, path: &str, body: Value, key: &str) -> Step<Response> {
    let mut request = edge.request(token, Post, path, body);
    request.headers.insert("idempotency-key".to_owned(), key.to_owned());
    handle(request, edge.now)
}

fn post(edge: &mut Edge, pixverse: &mut Pixverse, path: &str, body: Value, key: &str) -> Answer {
    let step = step(edge, "ann", path, body, key);
    edge.finish(pixverse, step)
}

fn account() -> Value {
    let credential = json!({ "type": "access_key", "value": format!("{PLAIN}-key") });
    json!({ "provider_id": "pixverse", "credential": credential })
}

/// An edge with an account that can be synced, and the path that syncs it.
fn connected() -> (Edge, Pixverse, String) {
    let (mut edge, mut pixverse) = (Edge::new(), Pixverse::with_account(&format!("{PLAIN}-key"), 7));
    let made = edge.ask(&mut pixverse, Post, ACCOUNTS, account());
    let id = made.body["id"].as_str().unwrap();
    let path = format!("/api/v1/providers/pixverse/accounts/{id}/sync-assets");
    (edge, pixverse, path)
}

fn kept(edge: &Edge) -> Vec<Value> {
    edge.db.query("SELECT * FROM idempotency ORDER BY owner, key")
}

fn code(answer: &Answer) -> (u16, &str) {
    (answer.status, answer.body["code"].as_str().unwrap_or_default())
}

#[test]
fn a_sync_that_is_asked_for_again_answers_with_the_same_run() {
    let (mut edge, mut pixverse, path) = connected();
    let first = post(&mut edge, &mut pixverse, &path, json!({ "mode": "videos" }), "k");
    assert_eq!((first.status, first.trace.sends.len()), (202, 1));
    assert!(!first.headers.contains_key("idempotency-replayed"));
    let run = format!("{}/cancel", first.headers["location"]);
    assert_eq!(edge.ask(&mut pixverse, Post, &run, Value::Null).body["state"], "cancelled");
    let again = post(&mut edge, &mut pixverse, &path, json!({ "mode": "videos" }), "k");
    assert_eq!((again.status, &again.body), (202, &first.body));
    assert_eq!(again.headers["location"], first.headers["location"]);
    assert_eq!(again.headers["content-type"], "application/json");
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert!(again.trace.sends.is_empty() && again.trace.commits.is_empty());
    assert_eq!(edge.db.query("SELECT id FROM jobs").len(), 1);
    let fresh = post(&mut edge, &mut pixverse, &path, json!({ "mode": "videos" }), "another");
    assert_ne!(fresh.body["id"], first.body["id"]);
}

#[test]
fn a_key_belongs_to_one_request_of_one_owner() {
    let (mut edge, mut pixverse, path) = connected();
    post(&mut edge, &mut pixverse, &path, json!({ "mode": "videos" }), "k");
    let other = post(&mut edge, &mut pixverse, &path, json!({ "mode": "images" }), "k");
    assert_eq!(code(&other), (422, "idempotency_key_reused"));
    let other = post(&mut edge, &mut pixverse, TOKENS, json!({ "mode": "videos" }), "k");
    assert_eq!(code(&other), (422, "idempotency_key_reused"));
    let bobs = step(&mut edge, "bob", TOKENS, json!({ "name": "x" }), "k");
    assert_eq!(edge.finish(&mut pixverse, bobs).status, 201);
}

#[test]
fn a_token_is_made_once_and_never_written_down() {
    let (mut edge, mut pixverse) = (Edge::new(), Pixverse::default());
    let made = post(&mut edge, &mut pixverse, TOKENS, json!({ "name": "laptop" }), "k");
    let token = made.body["token"].as_str().unwrap();
    assert!(!format!("{:?} {}", kept(&edge), edge.everything()).contains(token));
    let again = post(&mut edge, &mut pixverse, TOKENS, json!({ "name": "laptop" }), "k");
    assert_eq!(code(&again), (409, "already_created"));
    assert!(!again.body.to_string().contains(token));
    assert_eq!(edge.db.query("SELECT id FROM tokens").len(), 3);
}

#[test]
fn a_body_with_a_secret_is_recognised_though_it_is_sealed_anew() {
    let (mut edge, mut pixverse) = (Edge::new(), Pixverse::with_account(&format!("{PLAIN}-key"), 7));
    let first = post(&mut edge, &mut pixverse, ACCOUNTS, account(), "k");
    let mut request = edge.request("ann", Post, ACCOUNTS, account());
    request.headers.insert("idempotency-key".to_owned(), "k".to_owned());
    request.body = request.body.replace("sealed:", "sealed:another-nonce-");
    let again = handle(request, edge.now);
    let again = edge.finish(&mut pixverse, again);
    assert_eq!((again.status, again.trace.calls, &again.body), (201, 0, &first.body));
    assert!(!format!("{:?}", kept(&edge)).contains(PLAIN));
}

#[test]
fn refusals_are_kept_and_our_own_or_the_providers_failures_are_not() {
    let (mut edge, mut pixverse) = (Edge::new(), Pixverse::with_account(&format!("{PLAIN}-key"), 7));
    let refused = post(&mut edge, &mut pixverse, TOKENS, json!({}), "refused");
    assert_eq!(code(&refused), (422, "invalid_body"));
    let again = post(&mut edge, &mut pixverse, TOKENS, json!({}), "refused");
    assert_eq!((again.status, &again.body), (422, &refused.body));
    assert_eq!(again.headers["content-type"], "application/problem+json");
    pixverse.failing.insert("getUserInfo", cut());
    assert_eq!(post(&mut edge, &mut pixverse, ACCOUNTS, account(), "k").status, 502);
    assert_eq!(kept(&edge).len(), 1);
    pixverse.failing.clear();
    assert_eq!(post(&mut edge, &mut pixverse, ACCOUNTS, account(), "k").status, 201);
}

#[test]
fn of_two_at_once_only_one_takes_effect() {
    let (mut edge, mut pixverse) = (Edge::new(), Pixverse::with_account(&format!("{PLAIN}-key"), 7));
    let slow = step(&mut edge, "ann", ACCOUNTS, account(), "k");
    let (calls, then) = edge.until_call(slow);
    let replies = calls.iter().map(|call| pixverse.answer(call)).collect();
    let fast = post(&mut edge, &mut pixverse, ACCOUNTS, account(), "k");
    let slow = edge.finish(&mut pixverse, then(replies, edge.now));
    assert_eq!(slow.trace.commits, [Committed::Duplicate]);
    assert_eq!((slow.status, &slow.body), (201, &fast.body));
    assert_eq!(slow.headers["idempotency-replayed"], "true");
}

#[test]
fn a_crash_behind_the_effect_does_not_let_it_happen_twice() {
    let (mut edge, mut pixverse, path) = connected();
    let mut step = step(&mut edge, "ann", &path, json!({}), "k");
    // The Worker dies as soon as the batch is in.
    loop {
        step = match step {
            Step::Read(statements, then) => then(edge.db.read(&statements), edge.now),
            Step::Commit(plan, _) => {
                assert_eq!(edge.db.commit(&plan.statements), Committed::Done);
                break;
            }
            Step::Call(..) | Step::Prove(..) | Step::End(_) => panic!("a batch was expected"),
        };
    }
    let again = post(&mut edge, &mut pixverse, &path, json!({}), "k");
    assert_eq!(code(&again), (409, "idempotency_key_in_use"));
    assert_eq!(edge.db.query("SELECT id FROM jobs").len(), 1);
    edge.now += DAY + 1;
    assert_eq!(post(&mut edge, &mut pixverse, &path, json!({}), "k").status, 202);
}

#[test]
fn a_second_sync_with_a_key_of_its_own_still_answers_with_the_running_one() {
    let (mut edge, mut pixverse, path) = connected();
    let first = post(&mut edge, &mut pixverse, &path, json!({}), "one");
    let second = post(&mut edge, &mut pixverse, &path, json!({}), "two");
    assert_eq!((second.status, &second.body["id"]), (202, &first.body["id"]));
    assert_eq!(second.headers["x-driftline-already-running"], "true");
    let again = post(&mut edge, &mut pixverse, &path, json!({}), "two");
    assert_eq!((&again.body["id"], kept(&edge).len()), (&first.body["id"], 2));
}

#[test]
fn odd_keys_are_refused_and_other_verbs_ignore_them() {
    let (mut edge, mut pixverse) = (Edge::new(), Pixverse::default());
    for key in ["", " ", &"x".repeat(256)] {
        let answer = post(&mut edge, &mut pixverse, TOKENS, json!({ "name": "x" }), key);
        assert_eq!((answer.status, &answer.body["parameter"]), (422, &json!("idempotency-key")));
    }
    let longest = "ж".repeat(255);
    assert_eq!(post(&mut edge, &mut pixverse, TOKENS, json!({ "name": "x" }), &longest).status, 201);
    let mut request = edge.request("ann", Method::Get, TOKENS, Value::Null);
    request.headers.insert("idempotency-key".to_owned(), longest);
    let listed = handle(request, edge.now);
    assert_eq!(edge.finish(&mut pixverse, listed).status, 200);
}

#[test]
fn keys_are_found_by_the_index() {
    let edge = Edge::new();
    let plan = |statement| edge.db.explain(&statement).join("; ");
    assert!(plan(kept_under_key(1, "k")).contains("PRIMARY KEY (owner=? AND key=?)"));
    assert!(plan(forget_keys_before(1, 0)).contains("PRIMARY KEY (owner=?)"));
}
