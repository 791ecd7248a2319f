//! Accounts by a secret at hand: added, renewed, refused, checked, renamed, deleted.

use driftline::core::api::request::Method::{self, Delete, Get, Patch, Post};
use driftline::core::api::routes::handle;
use serde_json::{Value, json};

use super::edge::{Answer, Edge, PLAIN, Pixverse, START, cut, opened, refused};

const ACCOUNTS: &str = "/api/v1/accounts";

fn key() -> String {
    format!("{PLAIN}-key")
}

fn library(secret: &str) -> Value {
    json!({ "provider_id": "pixverse", "api": "library", "label": "Main",
            "credential": { "type": "access_key", "value": secret } })
}

fn added(edge: &mut Edge, pixverse: &mut Pixverse) -> String {
    let answer = edge.ask(pixverse, Post, ACCOUNTS, library(&key()));
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.headers["location"].clone()
}

#[test]
fn an_account_is_added_when_the_provider_says_whose_it_is() {
    let (mut edge, mut pixverse) = (Edge::new(), Pixverse::with_account(&key(), 7));
    let path = added(&mut edge, &mut pixverse);
    let shown = edge.ask(&mut pixverse, Get, &path, Value::Null);
    let id = shown.body["id"].as_str().unwrap();
    assert_eq!(
        shown.body,
        json!({
            "id": id, "provider_id": "pixverse", "api": "library", "label": "Main", "workspace_id": "0",
            "provider_account_id": "7", "state": "ready", "reason": null, "credential_type": "access_key",
            "credential_expires_at": null, "created_at": "2026-09-21T14:13:20.000Z", "can_list": true, "webhook": null,
            "calls_per_minute": null, "auto_sync": "off", "link_checks": "slow", "reconciliation": null,
        })
    );
    assert_eq!(opened(edge.accounts()[0]["credential"].as_str().unwrap()), key());
    assert!(!edge.everything().contains(PLAIN));
}

#[test]
fn the_same_account_again_is_renewed_and_keeps_its_id() {
    let (mut edge, mut pixverse) = (Edge::new(), Pixverse::with_account(&key(), 7));
    let path = added(&mut edge, &mut pixverse);
    let newer = format!("{PLAIN}-newer");
    pixverse.accounts.insert(newer.clone(), 7);
    let mut body = library(&newer);
    body.as_object_mut().unwrap().remove("label");
    let renewed = edge.ask(&mut pixverse, Post, ACCOUNTS, body);
    assert_eq!((renewed.status, &renewed.body["label"]), (200, &json!("Main")));
    assert_eq!(renewed.headers["location"], path);
    assert_eq!(edge.accounts().len(), 1);
    assert_eq!(opened(edge.accounts()[0]["credential"].as_str().unwrap()), newer);
}

#[test]
fn two_owners_may_hold_the_same_provider_account() {
    let (mut edge, mut pixverse) = (Edge::new(), Pixverse::with_account(&key(), 7));
    added(&mut edge, &mut pixverse);
    assert_eq!(edge.ask_as("bob", &mut pixverse, Post, ACCOUNTS, library(&key())).status, 201);
    assert_eq!(edge.accounts().len(), 2);
}

#[test]
fn a_refused_credential_is_a_422_and_leaves_nothing() {
    let (mut edge, mut pixverse) = (Edge::new(), Pixverse::default());
    let answer = edge.ask(&mut pixverse, Post, ACCOUNTS, library(&key()));
    assert_eq!((answer.status, &answer.body["code"]), (422, &json!("credential_refused")));
    assert_eq!((&answer.body["class"], &answer.body["provider_code"]), (&json!("auth"), &json!("10001")));
    assert!(answer.body["detail"].as_str().unwrap().contains("mistyped or was revoked"));
    assert_eq!(edge.accounts(), Vec::<Value>::new());
}

#[test]
fn a_provider_that_cannot_be_asked_is_a_502() {
    let (mut edge, mut pixverse) = (Edge::new(), Pixverse::with_account(&key(), 7));
    pixverse.failing.insert("getUserInfo", cut());
    let answer = edge.ask(&mut pixverse, Post, ACCOUNTS, library(&key()));
    assert_eq!((answer.status, &answer.body["code"]), (502, &json!("provider_unavailable")));
    assert_eq!(answer.body["class"], "retryable");
    assert_eq!(edge.accounts(), Vec::<Value>::new());
}

#[test]
fn an_open_platform_account_has_no_listing() {
    let (mut edge, mut pixverse) = (Edge::new(), Pixverse::with_account(&key(), 9));
    let body = json!({ "provider_id": "pixverse", "api": "open_platform", "label": "Keys",
                       "credential": { "type": "api_key", "value": key() } });
    let answer = edge.ask(&mut pixverse, Post, ACCOUNTS, body);
    assert_eq!((answer.status, &answer.body["can_list"]), (201, &json!(false)));
    assert_eq!(edge.accounts()[0]["identity"], "pixverse:open_platform:9:0");
    assert_eq!(pixverse.asked, ["/openapi/v2/account/balance"]);
}

#[test]
fn an_account_without_a_credential_takes_pages_only() {
    let (mut edge, mut pixverse) = (Edge::new(), Pixverse::default());
    let body = json!({ "provider_id": "pixverse", "label": "Saved pages" });
    let answer = edge.ask(&mut pixverse, Post, ACCOUNTS, body);
    assert_eq!((answer.status, &answer.body["state"]), (201, &json!("ready")));
    assert_eq!((&answer.body["can_list"], &answer.body["credential_type"]), (&json!(false), &Value::Null));
    let id = answer.body["id"].as_str().unwrap();
    assert_eq!(edge.accounts()[0]["identity"], format!("pixverse:library:local-{id}:0"));
    let check = edge.ask(&mut pixverse, Post, &format!("{ACCOUNTS}/{id}/check"), Value::Null);
    assert_eq!(
        (&check.body["ok"], &check.body["problem"]["class"]),
        (&json!(false), &json!("no_credential"))
    );
}

#[test]
fn a_body_that_is_not_as_documented_is_refused_before_anybody_is_asked() {
    let (mut edge, mut pixverse) = (Edge::new(), Pixverse::with_account(&key(), 7));
    let credential = |kind: &str, value: Value| json!({ "type": kind, "value": value });
    let cases = [
        (json!({ "credential": format!("{PLAIN}-bare") }), "credential.type"),
        (json!({ "credential": credential("password", json!(key())) }), "credential.type"),
        (json!({ "credential": credential("api_key", json!(key())) }), "credential.type"),
        (json!({ "credential": { "type": "token" } }), "credential.value"),
        (json!({ "api": "open_platform" }), "credential"),
        (json!({ "api": "soap" }), "api"),
        (json!({ "label": " \n " }), "label"),
        (json!({ "workspace_id": "1e3" }), "workspace_id"),
        (json!({ "workspace_id": "77" }), "workspace_id"),
    ];
    for (members, parameter) in cases {
        let mut body = json!({ "provider_id": "pixverse" });
        body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        let answer = edge.ask(&mut pixverse, Post, ACCOUNTS, body);
        assert_eq!((answer.status, answer.body["parameter"].as_str()), (422, Some(parameter)), "{members}");
    }
    assert_eq!((pixverse.asked.len(), edge.accounts().len()), (0, 0));
}

#[test]
fn a_check_says_how_the_account_stands() {
    let (mut edge, mut pixverse) = (Edge::new(), Pixverse::with_account(&key(), 7));
    let path = added(&mut edge, &mut pixverse);
    let check = |edge: &mut Edge, pixverse: &mut Pixverse| {
        let answer = edge.ask(pixverse, Post, &format!("{path}/check"), Value::Null);
        assert_eq!(answer.status, 200);
        answer.body
    };
    let good = check(&mut edge, &mut pixverse);
    assert_eq!((&good["ok"], &good["problem"]), (&json!(true), &Value::Null));
    assert_eq!(good["credits"], json!({ "daily": 60, "monthly": 1200 }));
    assert_eq!(good["workspaces"], json!([{ "workspace_id": "77", "name": "Studio" }]));
    assert_eq!(good["checked_at"], "2026-09-21T14:13:20.000Z");
    pixverse.failing.insert("getUserInfo", refused(10005));
    let ended = check(&mut edge, &mut pixverse);
    assert_eq!((&ended["ok"], &ended["account"]["state"]), (&json!(false), &json!("auth_required")));
    assert!(ended["account"]["reason"].as_str().unwrap().contains("login elsewhere"));
    pixverse.failing.insert("getUserInfo", cut());
    let unreachable = check(&mut edge, &mut pixverse);
    assert_eq!(unreachable["problem"]["class"], "retryable");
    assert_eq!(unreachable["account"]["state"], "auth_required");
    pixverse.failing.clear();
    assert_eq!(check(&mut edge, &mut pixverse)["account"]["state"], "ready");
}

#[test]
fn news_of_an_old_credential_says_nothing_of_a_new_one() {
    let (mut edge, mut pixverse) = (Edge::new(), Pixverse::with_account(&key(), 7));
    let path = added(&mut edge, &mut pixverse);
    let request = edge.request("ann", Post, &format!("{path}/check"), Value::Null);
    let (calls, then) = edge.until_call(handle(request, edge.now));
    pixverse.accounts.insert(format!("{PLAIN}-newer"), 7);
    edge.ask(&mut pixverse, Post, ACCOUNTS, library(&format!("{PLAIN}-newer")));
    let replies = calls.iter().map(|_| refused(10001)).collect();
    edge.finish(&mut pixverse, then(replies, START));
    assert_eq!(edge.accounts()[0]["state"], "ready");
}

#[test]
fn a_label_changes_only_as_it_was_last_seen() {
    let (mut edge, mut pixverse) = (Edge::new(), Pixverse::with_account(&key(), 7));
    let path = added(&mut edge, &mut pixverse);
    let etag = edge.ask(&mut pixverse, Get, &path, Value::Null).headers["etag"].clone();
    let patch = |edge: &mut Edge, label: &str, etag: &str| -> Answer {
        let mut request = edge.request("ann", Patch, &path, json!({ "label": label }));
        request.headers.insert("if-match".to_owned(), etag.to_owned());
        edge.finish(&mut Pixverse::default(), handle(request, START))
    };
    assert_eq!(patch(&mut edge, "Second", &etag).body["label"], "Second");
    let late = patch(&mut edge, "Third", &etag);
    assert_eq!((late.status, &late.body["code"]), (412, &json!("precondition_failed")));
    assert_eq!(edge.accounts()[0]["label"], "Second");
}

#[test]
fn deleting_drops_the_credential_and_stops_the_runs() {
    let (mut edge, mut pixverse) = (Edge::new(), Pixverse::with_account(&key(), 7));
    let path = added(&mut edge, &mut pixverse);
    let id = path.rsplit('/').next().unwrap();
    edge.db.execute(&format!(
        "INSERT INTO jobs (id, owner, kind, account, step, state, due_ms, created_ms, updated_ms, body)
         VALUES ('run_a', 1, 'sync', '{id}', 3, 'active', 0, 0, 0, '{{}}'),
                ('run_b', 1, 'sync', 'acc_other', 3, 'active', 0, 0, 0, '{{}}'),
                ('run_c', 2, 'sync', '{id}', 3, 'active', 0, 0, 0, '{{}}'),
                ('job_d', 1, 'link', '{id}', 3, 'active', 0, 0, 0, '{{}}')"
    ));
    let deleted = edge.ask(&mut pixverse, Delete, &path, Value::Null);
    assert_eq!((deleted.status, deleted.trace.round_trips), (204, 3));
    let states = edge.db.query("SELECT id, state FROM jobs WHERE state = 'cancelled'");
    assert_eq!(states, [json!({ "id": "run_a", "state": "cancelled" })]);
    let row = &edge.accounts()[0];
    assert_eq!((&row["credential"], &row["deleted_ms"]), (&Value::Null, &json!(START)));
    assert_eq!(edge.ask(&mut pixverse, Get, &path, Value::Null).status, 404);
    assert_eq!(edge.ask(&mut pixverse, Get, ACCOUNTS, Value::Null).body["accounts"], json!([]));
    assert_eq!(edge.ask(&mut pixverse, Delete, &path, Value::Null).status, 204);
    let back = edge.ask(&mut pixverse, Post, ACCOUNTS, library(&key()));
    assert_eq!((back.status, back.body["id"].as_str()), (200, Some(id)));
}

#[test]
fn another_owners_account_is_not_there() {
    let (mut edge, mut pixverse) = (Edge::new(), Pixverse::with_account(&key(), 7));
    let path = added(&mut edge, &mut pixverse);
    pixverse.asked.clear();
    let tries: [(Method, String, Value); 4] = [
        (Get, path.clone(), Value::Null),
        (Patch, path.clone(), json!({ "label": "Mine" })),
        (Delete, path.clone(), Value::Null),
        (Post, format!("{path}/check"), Value::Null),
    ];
    for (method, path, body) in tries {
        let answer = edge.ask_as("bob", &mut pixverse, method, &path, body);
        assert_eq!((answer.status, &answer.body["code"]), (404, &json!("not_found")), "{method:?} {path}");
    }
    let bobs = edge.ask_as("bob", &mut pixverse, Get, ACCOUNTS, Value::Null);
    assert_eq!((&bobs.body["accounts"], pixverse.asked.len()), (&json!([]), 0));
    assert_eq!(
        (&edge.accounts()[0]["label"], &edge.accounts()[0]["deleted_ms"]),
        (&json!("Main"), &Value::Null)
    );
}

#[test]
fn a_long_list_comes_in_pages_without_gap_or_repetition() {
    let (mut edge, mut pixverse) = (Edge::new(), Pixverse::default());
    for number in 0..5 {
        edge.now += 1;
        let body = json!({ "provider_id": "pixverse", "label": format!("Pages {number}") });
        edge.ask(&mut pixverse, Post, ACCOUNTS, body);
    }
    let (mut seen, mut path) = (Vec::new(), format!("{ACCOUNTS}?limit=2"));
    loop {
        let answer = edge.ask(&mut pixverse, Get, &path, Value::Null);
        let page = answer.body["accounts"].as_array().unwrap();
        seen.extend(page.iter().map(|account| account["label"].as_str().unwrap().to_owned()));
        let Some(cursor) = answer.body["next_cursor"].as_str() else { break };
        assert_eq!(answer.headers["link"], format!("<{ACCOUNTS}?limit=2&cursor={cursor}>; rel=\"next\""));
        path = format!("{ACCOUNTS}?limit=2&cursor={cursor}");
    }
    assert_eq!(seen, ["Pages 0", "Pages 1", "Pages 2", "Pages 3", "Pages 4"]);
}
