//! Looking for files: what is gone shows on its asset and as a finding, is asked for by id, and a doubt is no verdict.

use std::collections::VecDeque;

use driftline::core::api::request::Method;
use serde_json::{Value, json};

use crate::openapi::assert_told;
use crate::shelf::{Shelf, clip, refusal};
use crate::worker::{ACCOUNT, BOBS, Worker};

pub fn url(id: u64) -> String {
    format!("http://127.0.0.1:8788/media/{id}.mp4")
}

/// A clip whose file is at the simulator.
pub fn here(id: u64) -> Value {
    let mut clip = clip(id);
    clip["url"] = url(id).into();
    clip
}

/// A library that was synced a while ago.
pub fn synced(clips: impl IntoIterator<Item = Value> + Clone) -> Worker {
    let mut worker = Worker::new(Shelf::default().with("video/created", clips.clone()).known(clips));
    worker.sync(json!({ "mode": "videos" }));
    worker.edge.now += 600_000;
    worker
}

pub fn fails(worker: &mut Worker, id: u64, statuses: &[u16]) {
    worker.shelf.files.insert(url(id), VecDeque::from(statuses.to_vec()));
}

pub fn start(worker: &mut Worker, body: Value) -> String {
    let answer = worker.ask(Method::Post, &format!("/accounts/{ACCOUNT}/verify-links"), body);
    assert_eq!(answer.status, 202, "{}", answer.body);
    assert_told("verify_links", 202, &answer.body);
    answer.headers["location"].replace("/api/v1", "")
}

pub fn verify(worker: &mut Worker, body: Value) -> Value {
    let path = start(worker, body);
    worker.settle();
    worker.get(&path)
}

fn counts(job: &Value) -> [u64; 6] {
    ["seen", "ok", "broken", "undecided", "not_checkable", "skipped"]
        .map(|name| job["counts"][name].as_u64().unwrap())
}

pub fn asset(worker: &mut Worker, id: u64) -> Value {
    let found = worker.get(&format!("/assets?q={id}"))["items"][0]["id"].clone();
    worker.get(&format!("/assets/{}", found.as_str().unwrap()))
}

fn states(worker: &Worker) -> Vec<Value> {
    let rows = worker.edge.db.query("SELECT kind, state FROM drift WHERE kind = 'link_broken'");
    rows.into_iter().map(|row| row["state"].clone()).collect()
}

#[test]
fn what_is_gone_shows_on_its_asset_in_the_gallery_and_as_a_finding() {
    let mut worker = synced([here(1), here(2)]);
    fails(&mut worker, 2, &[404]);
    let job = verify(&mut worker, json!({}));
    assert_eq!((&job["kind"], &job["state"]), (&json!("verify"), &json!("done")));
    assert_eq!(counts(&job), [2, 1, 1, 0, 0, 0]);
    assert_eq!(job["reasons"], json!({ "asked_again": 1 }));
    let (sound, gone) = (asset(&mut worker, 1), asset(&mut worker, 2));
    assert_told("get_asset", 200, &gone);
    assert_eq!((&sound["link"]["state"], &sound["link"]["broken_since"]), (&json!("ok"), &Value::Null));
    assert_eq!(gone["link"]["state"], "broken");
    assert_eq!(gone["link"]["broken_since"], gone["link"]["checked_at"]);
    let listed = worker.get("/assets?link=broken");
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert_eq!(listed["items"][0]["id"], gone["id"]);
    let both = [&sound, &gone].map(|asset| asset["link_broken"].clone());
    assert_eq!(both, [json!(false), json!(true)]);
    let all = worker.get("/assets")["items"].as_array().unwrap().clone();
    let broken: Vec<_> =
        all.iter().filter(|item| item["link_broken"] == true).map(|item| &item["id"]).collect();
    assert_eq!((all.len(), broken), (2, vec![&gone["id"]]));
    let finding = worker.get("/drift?kind=link_broken")["items"][0].clone();
    assert_eq!((&finding["asset_id"], &finding["evidence"]["answer"]), (&gone["id"], &json!("404")));
}

#[test]
fn it_is_broken_since_it_was_first_missed_and_closes_when_it_is_back() {
    let mut worker = synced([here(1)]);
    fails(&mut worker, 1, &[410, 403]);
    verify(&mut worker, json!({}));
    let first = asset(&mut worker, 1)["link"].clone();
    worker.edge.now += 60_000;
    verify(&mut worker, json!({}));
    let second = asset(&mut worker, 1)["link"].clone();
    assert_eq!(second["broken_since"], first["broken_since"]);
    assert_ne!(second["checked_at"], first["checked_at"]);
    assert_eq!(states(&worker), ["open"]);
    verify(&mut worker, json!({}));
    let mended = asset(&mut worker, 1);
    assert_eq!((&mended["link"]["state"], &mended["link_broken"]), (&json!("ok"), &json!(false)));
    assert_eq!(states(&worker), ["closed"]);
    assert_eq!(worker.get("/assets?link=broken")["items"], json!([]));
}

#[test]
fn a_fresh_url_takes_the_place_of_one_that_is_gone() {
    let mut worker = synced([here(1)]);
    fails(&mut worker, 1, &[404]);
    let mut moved = here(1);
    moved["url"] = url(901).into();
    worker.shelf.known.insert("1".to_owned(), moved);
    let job = verify(&mut worker, json!({}));
    assert_eq!(job["reasons"], json!({ "asked_again": 1, "renewed": 1 }));
    let shown = asset(&mut worker, 1);
    assert_eq!((&shown["remote_url"], &shown["link"]), (&json!(url(901)), &Value::Null));
    verify(&mut worker, json!({}));
    let mended = asset(&mut worker, 1);
    assert_eq!((&mended["link"]["state"], &mended["link_broken"]), (&json!("ok"), &json!(false)));
    assert_eq!(states(&worker), ["closed"]);
}

#[test]
fn a_refused_credential_is_noted_on_the_account_and_the_looks_go_on() {
    let mut worker = synced([here(1), here(2)]);
    fails(&mut worker, 2, &[404]);
    worker.shelf.stumbles.push_back(refusal(200, 10_003));
    let job = verify(&mut worker, json!({}));
    assert_eq!((&job["state"], counts(&job)), (&json!("done"), [2, 1, 1, 0, 0, 0]));
    let account = worker.get(&format!("/accounts/{ACCOUNT}"));
    assert_eq!(account["state"], "auth_required", "{account}");
}

#[test]
fn a_doubt_is_looked_into_again_and_is_no_verdict() {
    let mut worker = synced([here(1), here(2)]);
    fails(&mut worker, 1, &[503, 200]);
    fails(&mut worker, 2, &[429, 302, 500, 503]);
    let began = worker.edge.now;
    let job = verify(&mut worker, json!({}));
    assert_eq!(counts(&job), [2, 1, 0, 1, 0, 0]);
    assert_eq!(worker.edge.now - began, 600_000);
    assert_eq!(asset(&mut worker, 2)["link"], Value::Null);
    assert_eq!(worker.count("links"), 1);
}

#[test]
fn a_file_that_has_just_been_made_may_be_missing_for_a_while() {
    let mut worker = synced([here(1)]);
    worker.edge.now -= 590_000;
    fails(&mut worker, 1, &[404]);
    let job = verify(&mut worker, json!({}));
    assert_eq!((counts(&job), &job["reasons"]), ([1, 1, 0, 0, 0, 0], &json!({})));
    assert_eq!(states(&worker), Vec::<Value>::new());
}

#[test]
fn nothing_is_asked_of_other_hosts_or_of_what_is_not_done() {
    let mut waiting = here(2);
    waiting["video_status"] = 5.into();
    let mut elsewhere = here(1);
    elsewhere["url"] = "https://media.example/1.mp4".into();
    let mut worker = synced([elsewhere, waiting]);
    assert_eq!(counts(&verify(&mut worker, json!({}))), [2, 0, 0, 0, 1, 1]);
    assert_eq!(worker.count("links"), 0);
}

#[test]
fn a_library_is_walked_twenty_a_step_and_named_assets_alone() {
    let mut worker = synced((1..=45).map(here));
    let job = verify(&mut worker, json!({ "all": true }));
    assert_eq!((counts(&job), &job["step"]), ([45, 45, 0, 0, 0, 0], &json!(2)));
    let id = asset(&mut worker, 7)["id"].clone();
    let stranger = format!("ast_{}", "0".repeat(26));
    let job = verify(&mut worker, json!({ "asset_ids": [id, id, stranger] }));
    assert_eq!(counts(&job), [2, 1, 0, 0, 0, 1]);
}

#[test]
fn a_second_delivery_asks_and_changes_nothing() {
    let mut worker = synced([here(1)]);
    fails(&mut worker, 1, &[404]);
    start(&mut worker, json!({}));
    let message = worker.queue.front().unwrap().message.clone();
    worker.settle();
    let before = worker.dump();
    worker.deliver(message);
    assert_eq!(worker.dump(), before);
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let mut worker = synced([here(1)]);
    for body in [
        json!({ "all": false }),
        json!({ "asset_ids": [] }),
        json!({ "asset_ids": ["1"] }),
        json!({ "asset_ids": "all" }),
        json!({ "asset_ids": ["ast_00000000000000000000000000"], "all": true }),
        json!({ "ids": [1] }),
    ] {
        let answer = worker.ask(Method::Post, &format!("/accounts/{ACCOUNT}/verify-links"), body.clone());
        assert_eq!((answer.status, &answer.body["code"]), (422, &json!("invalid_parameter")), "{body}");
    }
    let theirs = worker.ask(Method::Post, &format!("/accounts/{BOBS}/verify-links"), json!({}));
    assert_eq!(theirs.status, 404);
    assert_eq!(worker.ask(Method::Get, "/assets?link=lost", Value::Null).status, 422);
}
