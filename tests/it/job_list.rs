//! `GET /jobs`: everything that goes page by page, the newest first, whatever its kind.

use driftline::core::api::request::Method;
use serde_json::{Value, json};

use crate::openapi::assert_told;
use crate::shelf::Shelf;
use crate::worker::{ACCOUNT, Worker};

/// Three jobs of three kinds, a minute apart, and a run that is none of them.
fn busy() -> Worker {
    let mut worker = Worker::new(Shelf::default());
    worker.start(json!({ "mode": "videos" }));
    for path in [
        "/drift/scan".to_owned(),
        format!("/accounts/{ACCOUNT}/verify-links"),
        "/quarantine/replay".to_owned(),
    ] {
        worker.edge.now += 60_000;
        let body = if path.ends_with("replay") { json!({ "all": true }) } else { json!({}) };
        assert_eq!(worker.ask(Method::Post, &path, body).status, 202, "{path}");
    }
    worker
}

fn kinds(page: &Value) -> Vec<&str> {
    page["items"].as_array().expect("items").iter().map(|job| job["kind"].as_str().expect("a kind")).collect()
}

#[test]
fn jobs_of_every_kind_stand_together_newest_first() {
    let mut worker = busy();
    let listed = worker.get("/jobs");
    assert_told("list_jobs", 200, &listed);
    assert_eq!(kinds(&listed), ["replay", "verify", "drift_scan"]);
    assert_eq!(listed["next_cursor"], Value::Null);
    let newest = format!("/jobs/{}", listed["items"][0]["id"].as_str().expect("an id"));
    assert_eq!(worker.get(&newest), listed["items"][0], "each is told as it is alone");
    worker.settle();
    let settled = worker.get("/jobs");
    assert!(
        settled["items"].as_array().expect("items").iter().all(|job| job["state"] == "done"),
        "{settled}"
    );
}

#[test]
fn pages_of_jobs_lead_to_the_end_without_doubles() {
    let mut worker = busy();
    let mut path = "/jobs?limit=1".to_owned();
    let mut walked = Vec::new();
    loop {
        let page = worker.get(&path);
        walked.extend(kinds(&page).into_iter().map(ToOwned::to_owned));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/jobs?limit=1&cursor={cursor}");
    }
    assert_eq!(walked, ["replay", "verify", "drift_scan"]);
}

#[test]
fn nobody_sees_another_owners_jobs() {
    let mut worker = busy();
    let answer = worker.ask_as("bob", Method::Get, "/jobs", Value::Null);
    assert_eq!((answer.status, &answer.body["items"]), (200, &json!([])));
}
