//! Pages that a person hands in: every form of them, at once and by a job, the same road as a scan's.

use driftline::core::api::request::Method;
use driftline::core::api::routes::handle;
use serde_json::{Value, json};

use crate::accounts::edge::Answer;
use crate::openapi::assert_told;
use crate::shelf::{Shelf, clip, clip_from, extended, small, still};
use crate::worker::{ACCOUNT, BOBS, Worker};

/// Hands in a text as it is.
pub fn hand_in(worker: &mut Worker, account: &str, query: &str, text: &str) -> Answer {
    let path = format!("/api/v1/accounts/{account}/pages{query}");
    let mut request = worker.edge.request("ann", Method::Post, &path, Value::Null);
    text.clone_into(&mut request.body);
    worker.answer(|now| handle(request, now))
}

fn printed(rows: &[Value]) -> String {
    json!({ "items": rows, "total": rows.len(), "page": 1, "limit": 100, "has_more": false }).to_string()
}

fn lines(rows: &[Value]) -> String {
    rows.iter().map(|row| format!("{row}\n")).collect()
}

fn counts(seen: u64, created: u64, updated: u64, unchanged: u64, quarantined: u64) -> Value {
    json!({
        "seen": seen, "created": created, "updated": updated, "unchanged": unchanged, "skipped": 0,
        "quarantined": quarantined,
    })
}

/// What is known, without the feeds that told it.
pub fn known(worker: &Worker) -> Vec<Value> {
    let assets = worker.edge.db.query(
        "SELECT root, roots, status, operation, lineage, evidence, account,
                json_remove(fields, '$.feeds', '$.media_url_seen_ms') AS fields
           FROM assets ORDER BY root",
    );
    let edges = worker
        .edge
        .db
        .query("SELECT child, evidence, slot, parent FROM edges ORDER BY child, evidence, slot");
    assets.into_iter().chain(edges).collect()
}

#[test]
fn a_printed_page_is_taken_in_at_once_and_again_without_news() {
    let mut worker = Worker::new(Shelf::default());
    let page = printed(&[clip(1), extended(2, 1), still(3)]);
    let answer = hand_in(&mut worker, ACCOUNT, "", &page);
    assert_eq!((answer.status, &answer.body["state"]), (200, &json!("done")), "{}", answer.body);
    assert_eq!(answer.body["counts"], counts(3, 3, 0, 0, 0));
    assert_told("hand_in_pages", 200, &answer.body);
    assert_eq!(worker.count("edges"), 1);
    let asset = worker.get("/assets?media_type=image");
    assert_eq!(
        (&asset["items"][0]["origin"], &asset["items"][0]["provider_account_id"]),
        (&json!("synced"), &json!(ACCOUNT))
    );
    worker.edge.now += 60_000;
    let again = hand_in(&mut worker, ACCOUNT, "", &page);
    assert_eq!(again.body["counts"], counts(3, 0, 0, 3, 0));
    let items = worker.get(&format!("{}/items", again.headers["location"].replace("/api/v1", "")));
    assert_eq!(
        (&items["items"][0]["outcome"], &items["items"][0]["provider_asset_id"]),
        (&json!("unchanged"), &json!("1"))
    );
}

#[test]
fn pages_that_were_handed_in_leave_what_a_scan_leaves() {
    let mut scanned = Worker::new(small());
    scanned.sync(json!({}));
    let mut handed = Worker::new(Shelf::default());
    for (listing, rows) in small().rows {
        let making = listing.rsplit('/').next().unwrap();
        let text = format!("[{}]", rows.join(","));
        let answer = hand_in(&mut handed, ACCOUNT, &format!("?making={making}"), &text);
        assert!(matches!(answer.status, 200 | 202), "{}", answer.body);
    }
    handed.settle();
    assert_eq!(known(&handed), known(&scanned));
    assert_eq!(handed.count("handed_pages"), 0);
}

#[test]
fn many_rows_are_taken_in_by_a_job_that_adds_up() {
    let mut worker = Worker::new(Shelf::default());
    let mut rows: Vec<Value> = (1..=120).map(clip).collect();
    rows.push(json!({ "video_status": 1, "prompt": "who am I?" }));
    rows.push(json!({ "video_id": 500, "prompt": { "text": "x" } }));
    let answer = hand_in(&mut worker, ACCOUNT, "", &lines(&rows));
    assert_eq!((answer.status, &answer.body["state"]), (202, &json!("active")));
    assert_told("hand_in_pages", 202, &answer.body);
    assert_eq!(worker.count("handed_pages"), 3);
    let path = answer.headers["location"].replace("/api/v1", "");
    worker.deliver_next();
    assert_eq!(worker.get(&path)["counts"], counts(50, 50, 0, 0, 0));
    worker.settle();
    let job = worker.get(&path);
    assert_eq!((&job["state"], &job["counts"]), (&json!("done"), &counts(122, 120, 0, 0, 2)));
    assert_eq!(job["reasons"], json!({ "no_identity": 1, "type_changed": 1 }));
    assert_eq!(job["failures"][1]["id"], "500");
    let unreadable = worker.get(&format!("{path}/items?outcome=quarantined"));
    assert_eq!(unreadable["items"][1]["provider_asset_id"], "500");
    assert_told("list_job_items", 200, &unreadable);
    assert_eq!(worker.get("/quarantine")["items"].as_array().unwrap().len(), 2);
    assert_eq!(worker.count("handed_pages"), 0);
}

#[test]
fn a_message_that_comes_twice_changes_nothing_more() {
    let mut worker = Worker::new(Shelf::default());
    hand_in(&mut worker, ACCOUNT, "", &lines(&(1..=70).map(clip).collect::<Vec<_>>()));
    let first = worker.queue.front().unwrap().message.clone();
    worker.settle();
    let before = worker.dump();
    worker.deliver(first);
    assert_eq!(crate::worker::difference(&before, &worker.dump()), Vec::<Value>::new());
}

#[test]
fn what_a_browser_recorded_is_as_old_as_the_recording() {
    let mut worker = Worker::new(Shelf::default().with("video/created", [clip(1)]));
    worker.sync(json!({}));
    let mut old = clip(1);
    old["video_status"] = 5.into();
    let recording = json!({ "log": { "entries": [{
        "startedDateTime": "2026-09-01T10:00:00Z",
        "request": {
            "method": "POST", "url": "https://app-api.pixverse.ai/creative_platform/asset/library/list",
            "postData": { "text": "{\"tab\":\"video\",\"asset_source\":1}" },
        },
        "response": {
            "status": 200,
            "content": { "text": json!({ "ErrCode": 0, "Resp": { "data": [old] } }).to_string() },
        },
    }] } });
    let answer = hand_in(&mut worker, ACCOUNT, "", &recording.to_string());
    assert_eq!((answer.status, &answer.body["counts"]), (200, &counts(1, 0, 1, 0, 0)), "{}", answer.body);
    assert_eq!(worker.get("/assets")["items"][0]["status"], "completed");
    let seen = worker.edge.db.query("SELECT seen_ms FROM scan_pages WHERE feed = 'pushed'");
    assert_eq!(seen, [json!({ "seen_ms": 1_788_256_800_000_i64 })]);
}

#[test]
fn an_account_without_credential_takes_pages() {
    let mut worker = Worker::new(Shelf::default());
    let account = worker.ask(Method::Post, "/accounts", json!({ "provider_id": "pixverse" }));
    let id = account.body["id"].as_str().unwrap().to_owned();
    let answer = hand_in(&mut worker, &id, "", &printed(&[clip_from(1, "upload/a.png")]));
    assert_eq!((answer.status, &answer.body["counts"]["created"]), (200, &json!(1)));
    assert_eq!(worker.get("/assets")["items"][0]["provider_account_id"], json!(id));
}

#[test]
fn what_holds_no_rows_is_refused_and_writes_nothing() {
    let mut worker = Worker::new(Shelf::default());
    let before = worker.dump();
    for (text, code) in [
        ("<html>", "not_json"),
        ("{\"a\":1}", "not_a_page"),
        (r#"{"ErrCode":10005,"ErrMsg":"elsewhere","Resp":null}"#, "not_a_page"),
        (r#"[{"id":5}]"#, "invalid_parameter"),
    ] {
        let answer = hand_in(&mut worker, ACCOUNT, "", text);
        assert_eq!((answer.status, &answer.body["code"]), (422, &json!(code)), "{text}");
    }
    let refused = hand_in(&mut worker, ACCOUNT, "?media_type=films", "[]");
    assert_eq!(refused.body["parameter"], "media_type");
    for account in [BOBS, "acc_none"] {
        assert_eq!(hand_in(&mut worker, account, "", "[]").status, 404);
    }
    assert_eq!(crate::worker::difference(&before, &worker.dump()), Vec::<Value>::new());
    let empty = hand_in(&mut worker, ACCOUNT, "", r#"{"items":[],"total":0,"page":1,"limit":20}"#);
    assert_eq!((empty.status, &empty.body["counts"]), (200, &counts(0, 0, 0, 0, 0)));
}

#[test]
fn fifty_rows_cost_what_a_page_costs() {
    let mut worker = Worker::new(Shelf::default());
    let page = printed(&(1..=50).map(|id| clip_from(id, &format!("upload/{id}.png"))).collect::<Vec<_>>());
    let answer = hand_in(&mut worker, ACCOUNT, "", &page);
    // Owner and account, the neighbourhood, then guard, observations, claims, assets, edges, the page and the job twice.
    assert_eq!((answer.trace.statements, answer.trace.round_trips), (11, 4));
    let many = lines(&(100..=250).map(|id| clip_from(id, &format!("upload/{id}.png"))).collect::<Vec<_>>());
    hand_in(&mut worker, ACCOUNT, "", &many);
    let message = worker.queue.pop_front().unwrap().message;
    let (_, trace) = worker.deliver(message);
    assert_eq!((trace.statements, trace.round_trips), (11, 4));
}
