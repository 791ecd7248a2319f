//! What a run waits for: a credential, a time that the provider names, its account's pace.

use driftline::core::api::request::Method;
use driftline::core::step::Reply;
use serde_json::{Value, json};

use crate::accounts::edge::{PLAIN, Pixverse};
use crate::shelf::{Shelf, refusal, small};
use crate::worker::{ACCOUNT, Worker, assert_adds_up};

const HOUR_S: u32 = 3_600;

/// The images' listing meets a session that ended.
fn ended_session(code: i64) -> Shelf {
    let mut shelf = small();
    shelf.script.insert("image/created", [refusal(200, code)].into());
    shelf
}

fn account(worker: &mut Worker) -> Value {
    worker.get(&format!("/accounts/{ACCOUNT}"))
}

/// Connects the account again with another key.
pub fn renew(worker: &mut Worker) {
    let secret = format!("{PLAIN}-renewed");
    let mut pixverse = Pixverse::with_account(&secret, 77);
    let credential = json!({ "type": "access_key", "value": secret });
    let body = json!({ "provider_id": "pixverse", "credential": credential });
    let answer = worker.edge.ask(&mut pixverse, Method::Post, "/api/v1/accounts", body);
    assert_eq!((answer.status, &answer.body["id"]), (200, &json!(ACCOUNT)), "{}", answer.body);
}

#[test]
fn a_session_that_ended_stops_the_run_and_a_renewed_one_lets_it_go_on() {
    for code in [10001, 10002, 10003, 10005] {
        let mut worker = Worker::new(ended_session(code));
        let run = worker.sync(json!({}));
        let path = format!("/runs/{}", run["id"].as_str().unwrap());
        assert_eq!(
            (&run["state"], &run["paused"]),
            (&json!("paused"), &json!({ "reason": "auth_required", "until": null }))
        );
        assert_eq!(
            (&run["error"]["class"], &run["error"]["code"]),
            (&json!("auth"), &json!(code.to_string()))
        );
        assert_eq!((&run["counts"]["created"], &run["ended_at"]), (&json!(55), &Value::Null));
        let asked = worker.shelf.asked.len();
        worker.tick();
        worker.settle();
        assert_eq!(worker.shelf.asked.len(), asked, "nobody is asked, and nobody logs in");
        let shown = account(&mut worker);
        assert_eq!(shown["state"], "auth_required");
        assert!(shown["reason"].as_str().unwrap().len() > 20, "{shown}");
        renew(&mut worker);
        assert_eq!(
            (&account(&mut worker)["state"], &worker.get(&path)["state"]),
            (&json!("ready"), &json!("active"))
        );
        worker.tick();
        worker.settle();
        let run = worker.get(&path);
        assert_eq!(
            (&run["state"], &run["complete"], &run["counts"]["created"]),
            (&json!("done"), &json!(true), &json!(61))
        );
        assert_adds_up(&run);
    }
}

#[test]
fn a_credential_that_was_renewed_while_the_page_was_asked_for_is_tried_at_once() {
    let mut worker = Worker::new(ended_session(10005));
    let id = worker.start(json!({ "mode": "images" }));
    let send = worker.queue.pop_front().unwrap();
    // The step reads the old credential; the renewal commits before the refusal comes.
    let mut step = driftline::core::jobs::deliver(send.message);
    let mut replies = Vec::new();
    loop {
        use driftline::core::step::Step;
        step = match step {
            Step::Read(statements, then) => then(worker.edge.db.read(&statements), worker.edge.now),
            Step::Call(calls, then) => {
                replies.extend(calls.iter().map(|call| worker.shelf.answer(call)));
                worker.edge.db.execute("UPDATE accounts SET credential = 'new'");
                then(std::mem::take(&mut replies), worker.edge.now)
            }
            Step::Commit(plan, then) => then(worker.edge.db.commit(&plan.statements), worker.edge.now),
            Step::Prove(..) => panic!("no job looks at a signature"),
            Step::End(_) => break,
        };
    }
    worker.tick();
    worker.settle();
    let run = worker.get(&format!("/runs/{id}"));
    assert_eq!((&run["state"], &run["paused"]), (&json!("done"), &Value::Null));
    assert_eq!(account(&mut worker)["state"], "ready", "the refusal was about the old one");
}

#[test]
fn a_run_whose_account_lost_its_credential_waits_without_a_call() {
    let mut worker = Worker::new(small());
    let id = worker.start(json!({}));
    worker.edge.db.execute("UPDATE accounts SET credential = NULL");
    worker.settle();
    let run = worker.get(&format!("/runs/{id}"));
    assert_eq!(
        (&run["paused"]["reason"], &run["error"]["code"]),
        (&json!("auth_required"), &json!("no_credential"))
    );
    assert_eq!(worker.shelf.asked.len(), 0);
    let again =
        worker.ask(Method::Post, &format!("/providers/pixverse/accounts/{ACCOUNT}/sync-assets"), json!({}));
    assert_eq!((again.status, &again.body["code"]), (409, &json!("auth_required")));
    renew(&mut worker);
    worker.tick();
    worker.settle();
    assert_eq!(worker.get(&format!("/runs/{id}"))["state"], "done");
}

#[test]
fn another_accounts_renewal_wakes_nobody() {
    let mut worker = Worker::new(ended_session(10005));
    let run = worker.sync(json!({}));
    worker.edge.db.execute(
        "UPDATE accounts SET identity = 'pixverse:library:79:0' WHERE identity = 'pixverse:library:77:0';
         UPDATE accounts SET identity = 'pixverse:library:77:0' WHERE identity = 'pixverse:library:78:0'",
    );
    let secret = format!("{PLAIN}-other");
    let mut pixverse = Pixverse::with_account(&secret, 77);
    let body = json!({ "provider_id": "pixverse", "credential": { "type": "access_key", "value": secret } });
    assert_eq!(worker.edge.ask(&mut pixverse, Method::Post, "/api/v1/accounts", body).status, 200);
    assert_eq!(worker.get(&format!("/runs/{}", run["id"].as_str().unwrap()))["state"], "paused");
}

#[test]
fn a_long_wait_is_left_to_the_tick() {
    let mut shelf = small();
    shelf.stumbles =
        [Reply::Answer { status: 429, retry_after_s: Some(2 * HOUR_S), body: String::new() }].into();
    let mut worker = Worker::new(shelf);
    let id = worker.start(json!({}));
    worker.deliver_next();
    assert!(worker.queue.is_empty(), "no message waits for hours");
    let due =
        worker.edge.db.query("SELECT due_ms FROM jobs WHERE kind = 'sync'")[0]["due_ms"].as_i64().unwrap();
    let wait_s = (due - worker.edge.now) / 1_000;
    assert!((7_200..=7_920).contains(&wait_s), "{wait_s}");
    assert_eq!(worker.get(&format!("/runs/{id}"))["state"], "active");
    worker.edge.now = due;
    worker.tick();
    worker.settle();
    assert_eq!(worker.get(&format!("/runs/{id}"))["state"], "done");
}

#[test]
fn pages_keep_the_pace_of_their_account() {
    for (pace, sandbox, delay_s) in
        [("NULL", 1, 0), ("NULL", 0, 1), ("60", 0, 0), ("20", 1, 3), ("7", 1, 9), ("1", 1, 60)]
    {
        let mut worker = Worker::new(small());
        worker.edge.db.execute(&format!("UPDATE accounts SET calls_per_minute = {pace}"));
        worker.start(json!({ "create_lineage": "inline" }));
        if sandbox == 0 {
            worker.shelf.is_real = true;
            worker.edge.db.execute("UPDATE owners SET sandbox = 0");
        }
        worker.deliver_next();
        let hint = worker.queue.front().expect("the next page's hint");
        assert_eq!(hint.delay_s, delay_s, "{pace} a minute, sandbox {sandbox}");
    }
}

#[test]
fn the_pace_is_the_owners_to_change() {
    let mut worker = Worker::new(small());
    let path = format!("/accounts/{ACCOUNT}");
    let changed = worker.ask(Method::Patch, &path, json!({ "calls_per_minute": 20 }));
    assert_eq!(
        (changed.status, &changed.body["calls_per_minute"], &changed.body["label"]),
        (200, &json!(20), &json!("l"))
    );
    let labelled = worker.ask(Method::Patch, &path, json!({ "label": "Main" }));
    assert_eq!((&labelled.body["calls_per_minute"], &labelled.body["label"]), (&json!(20), &json!("Main")));
    let usual = worker.ask(Method::Patch, &path, json!({ "calls_per_minute": null }));
    assert_eq!(usual.body["calls_per_minute"], Value::Null);
    for body in [json!({ "calls_per_minute": 0 }), json!({ "calls_per_minute": "20" }), json!({ "pace": 1 })]
    {
        assert_eq!(worker.ask(Method::Patch, &path, body.clone()).status, 422, "{body}");
    }
}
