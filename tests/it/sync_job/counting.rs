//! What becomes of each row: unreadable ones, removed ones, known ones, and messages that come again.

use driftline::core::api::request::Method;
use driftline::core::statement::Message;
use driftline::core::step::Disposition;
use serde_json::{Value, json};

use crate::shelf::{Shelf, clip, small};
use crate::worker::{Worker, assert_adds_up, difference};

const HUGE: usize = 800_000;

fn with_bad_rows() -> Shelf {
    let mut shelf = Shelf::default().with("video/created", [clip(1)]);
    let rows = shelf.rows.get_mut("video/created").unwrap();
    rows.push("7".to_owned());
    rows.push(r#"{"prompt":"nobody knows whose"}"#.to_owned());
    rows.push(json!({ "video_id": 9, "prompt": "x".repeat(HUGE) }).to_string());
    rows.push(clip(2).to_string());
    shelf
}

#[test]
fn an_unreadable_row_is_quarantined_with_its_payload_and_the_rest_goes_on() {
    let mut worker = Worker::new(with_bad_rows());
    let run = worker.sync(json!({ "mode": "videos" }));
    assert_adds_up(&run);
    assert_eq!((&run["counts"]["created"], &run["counts"]["quarantined"]), (&json!(2), &json!(3)));
    assert_eq!(run["reasons"], json!({ "no_identity": 1, "not_an_object": 1, "payload_too_large": 1 }));
    let mut kept =
        worker.edge.db.query("SELECT reason, payload, listing, job FROM quarantine ORDER BY reason");
    let large = kept.pop().unwrap();
    assert_eq!(
        large["payload"].as_str().unwrap().len(),
        100_000,
        "the beginning of a payload that is too large"
    );
    let job = &run["id"];
    assert_eq!(
        kept,
        [
            json!({ "reason": "no_identity", "payload": r#"{"prompt":"nobody knows whose"}"#, "listing": "video/created", "job": job }),
            json!({ "reason": "not_an_object", "payload": "7", "listing": "video/created", "job": job }),
        ]
    );
    let items = worker.get(&format!("/runs/{}/items?outcome=quarantined", job.as_str().unwrap()));
    assert_eq!(items["items"].as_array().unwrap().len(), 3);
}

#[test]
fn listing_an_unreadable_row_again_keeps_one_of_it() {
    let mut worker = Worker::new(with_bad_rows());
    worker.sync(json!({}));
    worker.edge.now += 60_000;
    let run = worker.sync(json!({}));
    assert_eq!((&run["counts"]["quarantined"], &run["counts"]["unchanged"]), (&json!(3), &json!(2)));
    assert_eq!(worker.count("quarantine"), 3);
}

#[test]
fn a_second_sync_finds_everything_unchanged_and_writes_no_asset() {
    let mut worker = Worker::new(small());
    worker.sync(json!({}));
    let before = worker.dump();
    worker.edge.now += 60_000;
    for rows in worker.shelf.rows.values_mut() {
        for row in rows {
            *row = row.replacen('{', r#"{"likes":12,"#, 1);
        }
    }
    let run = worker.sync(json!({}));
    assert_adds_up(&run);
    assert_eq!((&run["counts"]["unchanged"], &run["counts"]["seen"]), (&json!(61), &json!(61)));
    let after = worker.dump();
    for table in ["assets", "claims", "observations", "edges", "redirects", "quarantine"] {
        assert_eq!(before[table], after[table], "{table}");
    }
    assert_eq!(worker.count("jobs"), before["jobs"].len() + 1, "nothing is left to link");
}

#[test]
fn news_about_one_row_updates_one_asset() {
    let mut worker = Worker::new(small());
    worker.sync(json!({}));
    worker.edge.now += 60_000;
    let mut row = clip(4);
    row["quality"] = "1080p".into();
    worker.shelf.rows.get_mut("video/created").unwrap()[3] = row.to_string();
    let run = worker.sync(json!({}));
    assert_eq!((&run["counts"]["updated"], &run["counts"]["unchanged"]), (&json!(1), &json!(60)));
}

#[test]
fn a_removed_asset_is_skipped_and_stays_removed() {
    let mut worker = Worker::new(small());
    worker.sync(json!({}));
    let id = worker.edge.db.query("SELECT id FROM assets WHERE provider_asset_id = '4'")[0]["id"].clone();
    let path = format!("/assets/{}", id.as_str().unwrap());
    worker.edge.now += 60_000;
    assert_eq!(worker.ask(Method::Delete, &path, Value::Null).status, 204);
    let mut news = clip(4);
    news["quality"] = "1080p".into();
    worker.shelf.rows.get_mut("video/created").unwrap()[3] = news.to_string();
    worker.edge.now += 60_000;
    let run = worker.sync(json!({}));
    assert_adds_up(&run);
    assert_eq!((&run["counts"]["skipped"], &run["counts"]["unchanged"]), (&json!(1), &json!(60)));
    assert_eq!(run["reasons"], json!({ "removed_by_you": 1 }));
    assert_eq!(worker.get(&path)["removed"], true);
    let items = worker.get(&format!("/runs/{}/items?outcome=skipped", run["id"].as_str().unwrap()));
    assert_eq!(items["items"][0]["provider_asset_id"], "4");
    assert_eq!(items["items"][0]["reason"], "removed_by_you");
}

#[test]
fn a_message_that_comes_twice_late_or_for_another_step_changes_nothing() {
    let mut worker = Worker::new(small());
    let run = worker.start(json!({}));
    let mut delivered: Vec<Message> = Vec::new();
    while let Some(send) = worker.queue.pop_front() {
        assert_eq!(worker.deliver(send.message.clone()).0, Disposition::Ack);
        delivered.push(send.message);
        let (before, asked, waiting) = (worker.dump(), worker.shelf.asked.len(), worker.queue.len());
        for late in &delivered {
            assert_eq!(worker.deliver(late.clone()).0, Disposition::Ack);
        }
        for step in [-1, 99] {
            worker.deliver(Message { job: run.clone(), step });
        }
        worker.deliver(Message { job: "run_nobody".to_owned(), step: 0 });
        assert_eq!(difference(&before, &worker.dump()), Vec::<Value>::new());
        assert_eq!((worker.shelf.asked.len(), worker.queue.len()), (asked, waiting), "nobody is asked again");
    }
    assert!(delivered.len() > 7);
}

#[test]
fn a_cancelled_run_does_no_more() {
    let mut worker = Worker::new(small());
    let run = worker.start(json!({ "create_lineage": "inline" }));
    worker.deliver_next();
    assert_eq!(
        worker.ask(Method::Post, &format!("/runs/{run}/cancel"), Value::Null).body["state"],
        "cancelled"
    );
    let before = worker.dump();
    worker.settle();
    assert_eq!(difference(&before, &worker.dump()), Vec::<Value>::new());
    assert_eq!(worker.shelf.asked.len(), 1);
}
