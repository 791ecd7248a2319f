//! Asking for a sync or a dry run: who may, what answers, and that looking writes nothing.

use std::collections::BTreeSet;

use driftline::core::api::request::Method;
use serde_json::{Value, json};

use crate::shelf::{Shelf, clip, small};
use crate::worker::{ACCOUNT, BOBS, OPEN, SECOND, Worker, assert_adds_up, difference};

fn sync_of(account: &str) -> String {
    format!("/providers/pixverse/accounts/{account}/sync-assets")
}

fn dry_run_of(account: &str) -> String {
    format!("/providers/pixverse/accounts/{account}/sync-dry-run")
}

#[test]
fn a_second_request_answers_with_the_run_that_is_under_way() {
    let mut worker = Worker::new(small());
    let first = worker.ask(Method::Post, &sync_of(ACCOUNT), json!({}));
    assert_eq!(first.headers["location"], format!("/api/v1/runs/{}", first.body["id"].as_str().unwrap()));
    worker.deliver_next();
    let second = worker.ask(Method::Post, &sync_of(ACCOUNT), json!({ "mode": "audio" }));
    assert_eq!((second.status, &second.body["id"]), (202, &first.body["id"]));
    assert_eq!(second.headers["x-driftline-already-running"], "true");
    assert_eq!(second.body["mode"], "all", "it is the first one's");
    let other = worker.ask(Method::Post, &sync_of(SECOND), json!({}));
    assert_ne!(other.body["id"], first.body["id"], "another account runs beside it");
    worker.settle();
    let third = worker.ask(Method::Post, &sync_of(ACCOUNT), json!({}));
    assert_ne!(third.body["id"], first.body["id"]);
}

#[test]
fn an_account_without_a_listing_says_what_works_instead() {
    let mut worker = Worker::new(small());
    for (method, path) in [(Method::Post, sync_of(OPEN)), (Method::Get, dry_run_of(OPEN))] {
        let body = if method == Method::Post { json!({}) } else { Value::Null };
        let answer = worker.ask(method, &path, body);
        assert_eq!((answer.status, &answer.body["code"]), (409, &json!("listing_not_supported")));
        assert_eq!(answer.body["api"], "open_platform");
        assert!(!answer.body["instead"].as_array().unwrap().is_empty());
    }
    assert_eq!((worker.count("jobs"), worker.shelf.asked.len()), (0, 0));
}

#[test]
fn another_owners_account_and_run_are_not_there() {
    let mut worker = Worker::new(small());
    let run = worker.start(json!({}));
    let theirs = [
        (Method::Post, sync_of(BOBS), json!({})),
        (Method::Get, dry_run_of(BOBS), Value::Null),
        (Method::Post, sync_of("acc_00000000000000000000000009"), json!({})),
        (Method::Post, sync_of("nonsense"), json!({})),
        (Method::Post, format!("/providers/acme/accounts/{ACCOUNT}/sync-assets"), json!({})),
    ];
    for (method, path, body) in theirs {
        assert_eq!(worker.ask(method, &path, body).status, 404, "{path}");
    }
    for path in [format!("/runs/{run}"), format!("/runs/{run}/items")] {
        assert_eq!(worker.ask_as("bob", Method::Get, &path, Value::Null).status, 404, "{path}");
    }
    let cancelled = worker.ask_as("bob", Method::Post, &format!("/runs/{run}/cancel"), Value::Null);
    assert_eq!(cancelled.status, 404);
    assert_eq!(worker.get(&format!("/runs/{run}"))["state"], "active");
    assert_eq!(worker.ask_as("bob", Method::Get, "/runs", Value::Null).body["items"], json!([]));
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let mut worker = Worker::new(small());
    for body in [
        json!({ "limit": 0 }),
        json!({ "mode": "everything" }),
        json!({ "create_lineage": "maybe" }),
        json!({ "dryrun": true }),
    ] {
        let answer = worker.ask(Method::Post, &sync_of(ACCOUNT), body.clone());
        assert!((400..=422).contains(&answer.status), "{body}: {}", answer.status);
    }
    assert_eq!(worker.count("jobs"), 0);
}

#[test]
fn polling_a_run_is_cheap() {
    let mut worker = Worker::new(small());
    let path = format!("/api/v1/runs/{}", worker.start(json!({})));
    let first = worker.ask(Method::Get, &path["/api/v1".len()..], Value::Null);
    let mut request = worker.edge.request("ann", Method::Get, &path, Value::Null);
    request.headers.insert("if-none-match".to_owned(), first.headers["etag"].clone());
    let mut none = crate::accounts::edge::Pixverse::default();
    let step = driftline::core::api::routes::handle(request, worker.edge.now);
    let second = worker.edge.finish(&mut none, step);
    assert_eq!((second.status, second.body), (304, Value::Null));
    worker.deliver_next();
    let third = worker.ask(Method::Get, &path["/api/v1".len()..], Value::Null);
    assert_ne!(third.headers["etag"], first.headers["etag"]);
}

#[test]
fn a_run_that_only_compares_writes_no_asset_and_lists_what_is_new() {
    let mut worker = Worker::new(small());
    worker.sync(json!({ "mode": "images" }));
    let before = worker.dump();
    let run = worker.sync(json!({ "dry_run": true }));
    assert_adds_up(&run);
    assert_eq!((&run["counts"]["created"], &run["counts"]["unchanged"]), (&json!(56), &json!(5)));
    assert_eq!((&run["dry_run"], &run["state"]), (&json!(true), &json!("done")));
    let changed: BTreeSet<String> = difference(&before, &worker.dump())
        .into_iter()
        .map(|one| one["table"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(changed, BTreeSet::from(["jobs".to_owned(), "scan_pages".to_owned()]));
    let mut ids = BTreeSet::new();
    let mut path = format!("/runs/{}/items?outcome=created&limit=20", run["id"].as_str().unwrap());
    loop {
        let page = worker.get(&path);
        ids.extend(page["items"].as_array().unwrap().iter().map(|one| one["provider_asset_id"].to_string()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path =
            format!("/runs/{}/items?outcome=created&limit=20&cursor={cursor}", run["id"].as_str().unwrap());
    }
    assert_eq!(ids.len(), 56);
}

#[test]
fn a_dry_run_is_no_sighting() {
    let mut worker = Worker::new(small());
    worker.sync(json!({ "dry_run": true }));
    worker.edge.now += 60_000;
    let run = worker.sync(json!({}));
    assert_eq!(run["counts"]["created"], 61);
}

#[test]
fn looking_writes_nothing_and_counts_right() {
    let mut shelf = small();
    shelf.rows.get_mut("video/created").unwrap().push("7".to_owned());
    let mut worker = Worker::new(shelf);
    worker.sync(json!({ "limit": 3 }));
    let removed = worker.edge.db.query("SELECT id FROM assets WHERE provider_asset_id = '3'");
    let removed = removed[0]["id"].as_str().unwrap().to_owned();
    worker.edge.now += 60_000;
    assert_eq!(worker.ask(Method::Delete, &format!("/assets/{removed}"), Value::Null).status, 204);
    worker.shelf.asked.clear();
    let before = worker.dump();
    let first = worker.ask(Method::Get, &dry_run_of(ACCOUNT), Value::Null);
    assert_eq!(first.status, 200, "{}", first.body);
    assert_eq!((worker.shelf.asked.len(), &first.body["complete"]), (6, &json!(false)));
    let videos = &first.body["listings"][0];
    assert_eq!(
        videos,
        &json!({
            "listing": "video/created", "media_type": "video", "making": "created", "total": 55, "total_is": "exact",
            "compared": 50, "here": 2, "new": 47, "removed_by_you": 1, "unreadable": 0, "complete": false,
        })
    );
    let cursor = first.body["next_cursor"].as_str().unwrap();
    assert!(first.headers["link"].contains(cursor));
    let second = worker.get(&format!("{}?cursor={cursor}", dry_run_of(ACCOUNT)));
    let videos = &second["listings"][0];
    assert_eq!(
        (&videos["compared"], &videos["new"], &videos["unreadable"]),
        (&json!(55), &json!(51), &json!(1))
    );
    assert_eq!((&second["complete"], &second["next_cursor"]), (&json!(true), &Value::Null));
    assert_eq!(second["listings"][2]["new"], 4, "the last answer speaks for all");
    assert_eq!(worker.shelf.asked.len(), 7);
    assert_eq!(difference(&before, &worker.dump()), Vec::<Value>::new());
}

#[test]
fn without_a_total_a_dry_run_says_at_least() {
    let page = json!({ "data": [clip(1), clip(2)], "has_more": true, "next_offset": 50 });
    let mut worker = Worker::new(Shelf::default().scripted("video/created", [page]));
    let body = worker.get(&format!("{}?mode=videos", dry_run_of(ACCOUNT)));
    let videos = &body["listings"][0];
    assert_eq!((&videos["total"], &videos["total_is"]), (&json!(2), &json!("at_least")));
}

#[test]
fn a_dry_run_knows_an_asset_by_any_alias() {
    let mut worker = Worker::new(Shelf::default().with("video/created", [clip(1)]));
    worker.sync(json!({}));
    let mut nameless = clip(1);
    nameless.as_object_mut().unwrap().remove("video_id");
    worker.shelf.rows.insert("video/created", vec![nameless.to_string()]);
    let body = worker.get(&dry_run_of(ACCOUNT));
    assert_eq!((&body["listings"][0]["here"], &body["listings"][0]["new"]), (&json!(1), &json!(0)));
}
