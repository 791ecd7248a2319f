//! The device flow, from the code on the screen to the account.

use driftline::core::api::request::Method::{Get, Post};
use driftline::core::api::routes::handle;
use serde_json::{Value, json};

use super::edge::{Answer, DAY, Edge, PLAIN, Pixverse, START, cut, opened, refused};

fn secret(name: &str) -> String {
    format!("{PLAIN}-{name}")
}

fn started(edge: &mut Edge, pixverse: &mut Pixverse) -> String {
    let answer = edge.ask(pixverse, Post, "/api/v1/accounts/connect", json!({ "provider_id": "pixverse" }));
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.headers["location"].clone()
}

/// Waits as long as it was told to, then asks.
fn poll(edge: &mut Edge, pixverse: &mut Pixverse, path: &str, wait_s: i64) -> Answer {
    edge.now += wait_s * 1000;
    let answer = edge.ask(pixverse, Get, path, Value::Null);
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer
}

#[test]
fn a_person_approves_and_the_account_is_there() {
    let (mut edge, mut pixverse) = (Edge::new(), Pixverse::with_account(&secret("one"), 7));
    pixverse.polls = vec![10055];
    let path = started(&mut edge, &mut pixverse);
    let early = poll(&mut edge, &mut pixverse, &path, 4);
    assert_eq!((early.trace.calls, early.body["poll_after_s"].as_i64()), (0, Some(1)));
    assert_eq!(early.body["user_code"], "BCDF-GHJK");
    assert_eq!(early.body["expires_at"], "2026-09-21T14:23:20.000Z");
    let waiting = poll(&mut edge, &mut pixverse, &path, 1);
    assert_eq!(
        (&waiting.body["state"], &waiting.body["poll_after_s"], waiting.trace.calls),
        (&json!("pending"), &json!(5), 1)
    );
    let connected = poll(&mut edge, &mut pixverse, &path, 5);
    assert_eq!(connected.body["state"], "connected");
    assert_eq!(connected.body["poll_after_s"], Value::Null);
    let account = &connected.body["account"];
    assert_eq!(account["provider_account_id"], "7");
    assert_eq!(account["label"], "Ann P");
    assert_eq!(account["credential_type"], "token");
    assert_eq!((&account["state"], &account["can_list"]), (&json!("ready"), &json!(true)));
    let rows = edge.accounts();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["identity"], "pixverse:library:7:0");
    assert_eq!(rows[0]["credential_expires_ms"], START + 10_000 + 30 * DAY);
    assert_eq!(opened(rows[0]["credential"].as_str().unwrap()), secret("one"));
    let again = poll(&mut edge, &mut pixverse, &path, 5);
    assert_eq!((again.trace.calls, &again.body["account"]), (0, account));
    assert!(!edge.everything().contains(PLAIN));
    assert!(!format!("{:?}", edge.db.query("SELECT * FROM connections")).contains("sealed:"));
}

#[test]
fn a_provider_that_asks_to_slow_down_is_asked_less_often() {
    let (mut edge, mut pixverse) = (Edge::new(), Pixverse::with_account(&secret("one"), 7));
    pixverse.polls = vec![10054, 10054];
    let path = started(&mut edge, &mut pixverse);
    assert_eq!(poll(&mut edge, &mut pixverse, &path, 5).body["poll_after_s"], 10);
    assert_eq!(poll(&mut edge, &mut pixverse, &path, 9).trace.calls, 0);
    assert_eq!(poll(&mut edge, &mut pixverse, &path, 1).body["poll_after_s"], 15);
    assert_eq!(poll(&mut edge, &mut pixverse, &path, 15).body["state"], "connected");
}

#[test]
fn a_code_that_nobody_approves_expires() {
    let (mut edge, mut pixverse) = (Edge::new(), Pixverse::default());
    pixverse.polls = vec![10055, 10055, 10056];
    let by_the_provider = started(&mut edge, &mut pixverse);
    poll(&mut edge, &mut pixverse, &by_the_provider, 5);
    poll(&mut edge, &mut pixverse, &by_the_provider, 5);
    let expired = poll(&mut edge, &mut pixverse, &by_the_provider, 5);
    assert_eq!((&expired.body["state"], &expired.body["account"]), (&json!("expired"), &Value::Null));
    let by_the_clock = started(&mut edge, &mut pixverse);
    pixverse.failing.insert("token", cut());
    assert_eq!(poll(&mut edge, &mut pixverse, &by_the_clock, 601).body["state"], "expired");
    assert_eq!(edge.accounts(), Vec::<Value>::new());
}

#[test]
fn a_person_who_says_no_is_told_so() {
    let (mut edge, mut pixverse) = (Edge::new(), Pixverse::default());
    pixverse.polls = vec![500_020];
    let path = started(&mut edge, &mut pixverse);
    let denied = poll(&mut edge, &mut pixverse, &path, 5);
    assert_eq!(
        (&denied.body["state"], &denied.body["reason"]),
        (&json!("denied"), &json!("not approved (code 500020)"))
    );
    assert_eq!(poll(&mut edge, &mut pixverse, &path, 60).trace.calls, 0);
    assert!(!edge.everything().contains("sealed:"));
}

#[test]
fn a_stumbling_provider_costs_time_only() {
    let (mut edge, mut pixverse) = (Edge::new(), Pixverse::with_account(&secret("one"), 7));
    let path = started(&mut edge, &mut pixverse);
    pixverse.failing.insert("token", cut());
    let waiting = poll(&mut edge, &mut pixverse, &path, 5);
    assert_eq!(waiting.body["state"], "pending");
    assert!(waiting.body["reason"].as_str().unwrap().contains("connection to Pixverse failed"));
    pixverse.failing.clear();
    assert_eq!(poll(&mut edge, &mut pixverse, &path, 5).body["state"], "connected");
}

#[test]
fn a_token_that_was_given_is_not_lost_when_the_next_call_fails() {
    let (mut edge, mut pixverse) = (Edge::new(), Pixverse::with_account(&secret("one"), 7));
    let path = started(&mut edge, &mut pixverse);
    pixverse.failing.insert("getUserInfo", refused(500_069));
    assert_eq!(poll(&mut edge, &mut pixverse, &path, 5).body["state"], "pending");
    pixverse.failing.clear();
    pixverse.polls = vec![10056; 9];
    assert_eq!(poll(&mut edge, &mut pixverse, &path, 700).body["state"], "connected");
    let polls = pixverse.asked.iter().filter(|path| path.ends_with("device/token")).count();
    assert_eq!((polls, edge.accounts().len()), (1, 1));
}

#[test]
fn two_who_poll_at_once_make_one_account() {
    let (mut edge, mut pixverse) = (Edge::new(), Pixverse::with_account(&secret("one"), 7));
    let path = started(&mut edge, &mut pixverse);
    edge.now += 5000;
    let first = edge.request("ann", Get, &path, Value::Null);
    let (calls, then) = edge.until_call(handle(first, edge.now));
    let second = poll(&mut edge, &mut pixverse, &path, 0);
    assert_eq!((second.trace.calls, &second.body["state"]), (0, &json!("pending")));
    assert_eq!(second.body["poll_after_s"], 5);
    let replies = calls.iter().map(|call| pixverse.answer(call)).collect();
    let answer = edge.finish(&mut pixverse, then(replies, START + 6000));
    assert_eq!((&answer.body["state"], edge.accounts().len()), (&json!("connected"), 1));
}

#[test]
fn a_late_token_wins_over_an_earlier_expired() {
    let (mut edge, mut pixverse) = (Edge::new(), Pixverse::with_account(&secret("one"), 7));
    let path = started(&mut edge, &mut pixverse);
    edge.now += 5000;
    let slow = edge.request("ann", Get, &path, Value::Null);
    let (calls, then) = edge.until_call(handle(slow, edge.now));
    let replies = calls.iter().map(|call| pixverse.answer(call)).collect();
    // The lease is over before the slow one's answer is worked on; the code is spent by then.
    pixverse.polls = vec![10056];
    assert_eq!(poll(&mut edge, &mut pixverse, &path, 61).body["state"], "expired");
    let answer = edge.finish(&mut pixverse, then(replies, edge.now));
    assert_eq!((&answer.body["state"], edge.accounts().len()), (&json!("connected"), 1));
}

#[test]
fn connecting_again_renews_the_same_account() {
    let (mut edge, mut pixverse) = (Edge::new(), Pixverse::with_account(&secret("one"), 7));
    let path = started(&mut edge, &mut pixverse);
    let account = poll(&mut edge, &mut pixverse, &path, 5).body["account"]["id"].clone();
    let at = format!("/api/v1/accounts/{}", account.as_str().unwrap());
    edge.now += 24 * DAY;
    let due = edge.ask(&mut pixverse, Get, &at, Value::Null).body;
    assert_eq!(due["state"], "needs_attention");
    assert!(due["reason"].as_str().unwrap().contains("connect the account again"));
    edge.now += 7 * DAY;
    assert_eq!(edge.ask(&mut pixverse, Get, &at, Value::Null).body["state"], "auth_required");
    pixverse.gives = secret("two");
    pixverse.accounts.insert(secret("two"), 7);
    let path = started(&mut edge, &mut pixverse);
    let renewed = poll(&mut edge, &mut pixverse, &path, 5).body["account"].clone();
    assert_eq!((&renewed["id"], &renewed["state"]), (&account, &json!("ready")));
    assert_eq!(edge.accounts().len(), 1);
    assert_eq!(opened(edge.accounts()[0]["credential"].as_str().unwrap()), secret("two"));
}

#[test]
fn a_workspace_is_an_account_of_its_own_and_only_for_members() {
    let (mut edge, mut pixverse) = (Edge::new(), Pixverse::with_account(&secret("one"), 7));
    let connect = |edge: &mut Edge, pixverse: &mut Pixverse, workspace: Value| {
        let body = json!({ "provider_id": "pixverse", "workspace_id": workspace });
        let path = edge.ask(pixverse, Post, "/api/v1/accounts/connect", body).headers["location"].clone();
        poll(edge, pixverse, &path, 5).body
    };
    let personal = connect(&mut edge, &mut pixverse, json!("0"));
    let studio = connect(&mut edge, &mut pixverse, json!(77));
    assert_ne!(personal["account"]["id"], studio["account"]["id"]);
    assert_eq!(studio["account"]["label"], "Ann P, Studio");
    assert_eq!(edge.accounts()[1]["identity"], "pixverse:library:7:77");
    let foreign = connect(&mut edge, &mut pixverse, json!("78"));
    assert_eq!((&foreign["state"], edge.accounts().len()), (&json!("denied"), 2));
    assert!(foreign["reason"].as_str().unwrap().contains("not a member"));
}

#[test]
fn nothing_is_written_when_the_flow_cannot_begin() {
    let (mut edge, mut pixverse) = (Edge::new(), Pixverse::default());
    pixverse.failing.insert("authorize", cut());
    let body = json!({ "provider_id": "pixverse" });
    let answer = edge.ask(&mut pixverse, Post, "/api/v1/accounts/connect", body);
    assert_eq!((answer.status, &answer.body["code"]), (502, &json!("provider_unavailable")));
    assert_eq!(answer.body["class"], "retryable");
    let body = json!({ "provider_id": "sora" });
    let answer = edge.ask(&mut pixverse, Post, "/api/v1/accounts/connect", body);
    assert_eq!((answer.status, &answer.body["parameter"]), (422, &json!("provider_id")));
    assert_eq!(edge.db.query("SELECT * FROM connections"), Vec::<Value>::new());
}

#[test]
fn another_owners_flow_is_not_there() {
    let (mut edge, mut pixverse) = (Edge::new(), Pixverse::with_account(&secret("one"), 7));
    let path = started(&mut edge, &mut pixverse);
    edge.now += 5000;
    let answer = edge.ask_as("bob", &mut pixverse, Get, &path, Value::Null);
    assert_eq!((answer.status, answer.trace.calls), (404, 0));
    assert_eq!(poll(&mut edge, &mut pixverse, &path, 0).body["state"], "connected");
}
