//! What other roads bring: scans that see a clip first, late, or otherwise, and what a user gave up.

use driftline::core::api::request::Method;
use serde_json::{Value, json};

use super::studio::{Next, WORK_MS};
use super::{asked, events, plain, shown, worker};
use crate::worker::Worker;

fn cancel(worker: &mut Worker, id: &str) -> Value {
    let answer = worker.ask(Method::Post, &format!("/generations/{id}/cancel"), Value::Null);
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body
}

/// Scans the library and delivers only what the scan and what it brings up is about.
fn scan(worker: &mut Worker) {
    let waiting: Vec<_> = worker.queue.drain(..).collect();
    worker.sync(json!({ "mode": "both" }));
    worker.queue.extend(waiting);
}

fn only_asset(worker: &mut Worker) -> Value {
    let page = worker.get("/assets");
    let items = page["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "{page}");
    items[0].clone()
}

#[test]
fn a_scan_that_sees_it_first_completes_it_and_the_poll_finds_nothing_to_do() {
    let mut worker = worker();
    let id = asked(&mut worker, plain());
    assert!(worker.deliver_next());
    worker.edge.now += WORK_MS;
    scan(&mut worker);
    let generation = shown(&mut worker, &id);
    assert_eq!(generation["state"], "completed", "{generation}");
    worker.settle();
    assert!(worker.shelf.studio.asked.is_empty());
    let asset = only_asset(&mut worker);
    assert_eq!((&asset["origin"], &asset["source_generation_id"]), (&json!("both"), &json!(id)));
}

#[test]
fn media_that_another_road_brings_late_completes_it_though_the_status_stays() {
    let mut worker = worker();
    worker.shelf.studio.is_without_media = true;
    let id = asked(&mut worker, plain());
    assert!(worker.deliver_next());
    worker.edge.now += WORK_MS;
    scan(&mut worker);
    assert_eq!(only_asset(&mut worker)["status"], "completed", "the provider says so");
    assert_eq!(shown(&mut worker, &id)["state"], "submitted", "but there is no file");
    worker.shelf.studio.is_without_media = false;
    worker.edge.now += 1_000;
    scan(&mut worker);
    let generation = shown(&mut worker, &id);
    assert_eq!(generation["state"], "completed", "{generation}");
    worker.edge.now += 1_000;
    scan(&mut worker);
    let follows = worker.edge.db.query("SELECT id FROM jobs WHERE kind = 'follow'");
    assert_eq!(follows.len(), 2, "nothing new is no news");
    worker.settle();
    assert!(worker.shelf.studio.asked.is_empty(), "nobody had to ask");
}

#[test]
fn a_clip_that_was_listed_before_its_answer_was_written_down_gets_its_generation() {
    let mut worker = worker();
    worker.shelf.studio.next.push_back(Next::Lost);
    let id = asked(&mut worker, plain());
    assert!(worker.deliver_next());
    worker.edge.now += WORK_MS;
    scan(&mut worker);
    assert_eq!(only_asset(&mut worker)["source_generation_id"], Value::Null);
    worker.settle();
    let generation = shown(&mut worker, &id);
    assert_eq!((&generation["state"], &generation["sent"]), (&json!("completed"), &json!(1)), "{generation}");
    let asset = only_asset(&mut worker);
    assert_eq!((&asset["status"], &asset["source_generation_id"]), (&json!("completed"), &json!(id)));
}

#[test]
fn a_failed_one_that_is_listed_as_done_opens_again_and_shows_the_conflict() {
    let mut worker = worker();
    worker.shelf.studio.ends.push_back(8);
    let id = asked(&mut worker, plain());
    worker.settle();
    assert_eq!(shown(&mut worker, &id)["state"], "failed");
    worker.edge.now += 60_000;
    worker.shelf.studio.set_code(0, 1);
    scan(&mut worker);
    let generation = shown(&mut worker, &id);
    assert_eq!((&generation["state"], &generation["in_conflict"]), (&json!("completed"), &json!(true)));
    assert_eq!(generation["credits"], json!({ "charged": 10, "returned": 0 }));
    assert_eq!(events(&generation)[events(&generation).len() - 2..], ["output_told", "state_changed"]);
}

#[test]
fn a_clip_that_is_refused_after_delivery_is_filtered_and_keeps_its_place() {
    let mut worker = worker();
    let id = asked(&mut worker, plain());
    worker.settle();
    let before = only_asset(&mut worker);
    worker.edge.now += 60_000;
    worker.shelf.studio.set_code(0, 7);
    scan(&mut worker);
    let generation = shown(&mut worker, &id);
    assert_eq!((&generation["state"], &generation["in_conflict"]), (&json!("filtered"), &json!(true)));
    assert_eq!(generation["outputs"][0]["remote_url"], Value::Null);
    let after = only_asset(&mut worker);
    assert_eq!((&after["id"], &after["status"]), (&before["id"], &json!("filtered")));
    assert!(before["remote_url"].is_string(), "{before}");
    assert_eq!((&after["remote_url"], &after["thumbnail_url"]), (&Value::Null, &Value::Null));
    let told = worker.get(&format!("/assets/{}/explain", after["id"].as_str().unwrap()));
    assert_eq!(told["fields"]["media_url"]["value"], before["remote_url"], "it is kept, and not shown");
    worker.edge.now += 60_000;
    worker.shelf.studio.set_code(0, 1);
    scan(&mut worker);
    assert_eq!(only_asset(&mut worker)["remote_url"], before["remote_url"], "moderation changed its mind");
}

#[test]
fn what_was_given_up_at_its_deadline_is_opened_by_a_scan() {
    let mut worker = worker();
    worker.shelf.studio.ends.push_back(5);
    let id = asked(&mut worker, plain());
    assert!(worker.deliver_next());
    worker.edge.now += 3 * 3_600_000;
    worker.settle();
    assert_eq!(shown(&mut worker, &id)["state"], "unknown");
    worker.edge.now += 60_000;
    worker.shelf.studio.set_code(0, 1);
    scan(&mut worker);
    let generation = shown(&mut worker, &id);
    assert_eq!((&generation["state"], &generation["reason"]), (&json!("completed"), &Value::Null));
    assert_eq!(generation["in_conflict"], false, "nobody told another end");
}

#[test]
fn before_it_is_sent_it_is_withdrawn_and_nothing_leaves() {
    let mut worker = worker();
    let id = asked(&mut worker, plain());
    let cancelled = cancel(&mut worker, &id);
    assert_eq!((&cancelled["state"], &cancelled["reason"]), (&json!("cancelled"), &json!("withdrawn")));
    worker.settle();
    assert_eq!((worker.shelf.studio.requests.len(), worker.shelf.studio.made()), (0, 0));
    assert_eq!(cancel(&mut worker, &id)["state"], "cancelled", "again is as good as once");
    assert!(worker.edge.db.query("SELECT id FROM jobs WHERE state = 'active'").is_empty());
}

#[test]
fn after_it_is_sent_it_is_not_waited_for_and_what_appears_is_kept() {
    let mut worker = worker();
    let id = asked(&mut worker, plain());
    assert!(worker.deliver_next());
    let cancelled = cancel(&mut worker, &id);
    assert_eq!(
        (&cancelled["state"], &cancelled["reason"], &cancelled["next_look_at"]),
        (&json!("cancelled"), &json!("no_longer_waited_for"), &Value::Null)
    );
    worker.settle();
    assert!(worker.shelf.studio.asked.is_empty(), "nobody waits");
    worker.edge.now += WORK_MS;
    scan(&mut worker);
    let generation = shown(&mut worker, &id);
    assert_eq!(
        (&generation["state"], &generation["outputs"][0]["status"]),
        (&json!("cancelled"), &json!("completed"))
    );
    assert!(events(&generation).contains(&"output_told"));
    assert_eq!(only_asset(&mut worker)["source_generation_id"], id);
}

#[test]
fn given_up_while_its_answer_is_lost_it_is_still_found_and_never_sent_again() {
    let mut worker = worker();
    worker.shelf.studio.next.push_back(Next::Lost);
    let id = asked(&mut worker, plain());
    assert!(worker.deliver_next());
    cancel(&mut worker, &id);
    worker.settle();
    let generation = shown(&mut worker, &id);
    assert_eq!((&generation["state"], &generation["sent"]), (&json!("cancelled"), &json!(1)));
    assert_eq!(generation["outputs"].as_array().unwrap().len(), 1);
    assert_eq!(only_asset(&mut worker)["source_generation_id"], id);
}

#[test]
fn what_is_over_cannot_be_given_up() {
    let mut worker = worker();
    let id = asked(&mut worker, plain());
    worker.settle();
    let answer = worker.ask(Method::Post, &format!("/generations/{id}/cancel"), Value::Null);
    assert_eq!((answer.status, &answer.body["code"]), (409, &json!("already_over")));
}

#[test]
fn a_synced_asset_has_no_generation_and_none_is_made_up() {
    let mut worker = Worker::new(crate::shelf::small());
    worker.sync(json!({}));
    let generations = worker.edge.db.query("SELECT id FROM assets WHERE source_generation_id IS NOT NULL");
    assert!(generations.is_empty() && worker.count("generations") == 0);
    assert!(worker.edge.db.query("SELECT id FROM jobs WHERE kind = 'follow'").is_empty());
}

#[test]
fn a_row_that_is_mended_hints_at_its_generation() {
    let mut worker = worker();
    asked(&mut worker, plain());
    worker.settle();
    worker.edge.db.execute("UPDATE assets SET status = 'failed'");
    assert_eq!(worker.ask(Method::Post, "/drift/scan", json!({})).status, 202);
    worker.settle();
    let finding = worker.get("/drift?kind=recompute_differs")["items"][0].clone();
    let path = format!("/drift/{}/resolve", finding["id"].as_str().unwrap());
    let mended = worker.ask(Method::Post, &path, json!({ "action": "apply" }));
    assert_eq!((mended.status, &mended.body["state"]), (200, &json!("closed")), "{}", mended.body);
    let follow = worker.edge.db.query("SELECT id FROM jobs WHERE kind = 'follow' AND state = 'active'");
    let hinted: Vec<&str> = mended.trace.sends.iter().map(|send| send.message.job.as_str()).collect();
    assert_eq!(hinted, [follow[0]["id"].as_str().unwrap()], "the tick need not come first");
}
