//! Replaying quarantine: what can be read now is taken in as if it had been read when it came; the rest stays.

use driftline::core::api::request::Method;
use serde_json::{Value, json};

use crate::accounts::edge::Answer;
use crate::openapi::assert_told;
use crate::shelf::{Shelf, clip, extended, small};
use crate::worker::{Worker, difference};
use crate::world::said_by_tables;

/// Puts payloads into quarantine as an older extractor would have, at a time of their own each.
fn quarantined(worker: &Worker, payloads: &[Value], reason: &str) {
    for (n, payload) in payloads.iter().enumerate() {
        let payload = payload.to_string().replace('\'', "''");
        worker.edge.db.execute(&format!(
            "INSERT INTO quarantine (owner, id, account, job, provider_id, api, media_type, listing, feed, identity,
                                     reason, detail, payload, seen_ms)
             SELECT id, 'qua_{n:03}', 'acc_00000000000000000000000001', 'run_1', 'pixverse', 'library', 'video',
                    'video/created', 'listing', 'pixverse:library:77:0', '{reason}', 'as it was', '{payload}', 1000 + {n}
               FROM owners WHERE name = 'ann'"
        ));
    }
}

fn ask(worker: &mut Worker, body: Value) -> Answer {
    worker.ask(Method::Post, "/quarantine/replay", body)
}

/// Replays to the end; the job as it is shown then.
fn replay(worker: &mut Worker, body: Value) -> Value {
    let answer = ask(worker, body);
    assert_eq!(answer.status, 202, "{}", answer.body);
    worker.settle();
    let location = answer.headers["location"].strip_prefix("/api/v1").unwrap().to_owned();
    worker.get(&location)
}

fn rows(ids: std::ops::Range<u64>) -> Vec<Value> {
    ids.map(|id| if id % 3 == 0 { extended(id, id - 1) } else { clip(id) }).collect()
}

#[test]
fn what_can_be_read_now_is_folded_in_and_leaves_quarantine() {
    let mut worker = Worker::new(Shelf::default());
    quarantined(&worker, &rows(1..61), "unknown_shape");
    let job = replay(&mut worker, json!({ "all": true }));
    assert_eq!((&job["kind"], &job["state"], &job["step"]), (&json!("replay"), &json!("done"), &json!(2)));
    assert_eq!(job["counts"], json!({ "seen": 60, "folded": 60, "unreadable": 0, "missing": 0 }));
    assert!(job["ended_at"].is_string());
    assert_eq!(worker.get("/quarantine")["items"], json!([]));
    let replayed = worker.get("/quarantine?replayed=true&limit=100");
    assert_eq!(replayed["items"].as_array().unwrap().len(), 60);
    assert_eq!(replayed["items"][0]["outcome"], "folded");
    let again = replay(&mut worker, json!({ "all": true }));
    assert_eq!(again["counts"]["seen"], 0);
}

#[test]
fn a_replay_ends_where_a_sync_would_have() {
    let mut synced = Worker::new(Shelf::default().with("video/created", rows(1..40)));
    synced.sync(json!({ "create_lineage": "inline" }));
    let half: Vec<Value> = rows(1..40).into_iter().step_by(2).collect();
    let other: Vec<Value> = rows(1..40).into_iter().skip(1).step_by(2).collect();
    for replay_first in [true, false] {
        let mut worker = Worker::new(Shelf::default().with("video/created", half.clone()));
        quarantined(&worker, &other, "unknown_shape");
        if replay_first {
            replay(&mut worker, json!({ "all": true }));
        }
        worker.sync(json!({ "create_lineage": "inline" }));
        replay(&mut worker, json!({ "reason": "unknown_shape" }));
        let said = said_by_tables(&worker.edge.db);
        let expected = said_by_tables(&synced.edge.db);
        assert_eq!(said.symmetric_difference(&expected).collect::<Vec<_>>(), Vec::<&String>::new());
    }
}

#[test]
fn a_payload_is_taken_in_at_the_time_and_from_the_account_where_it_was_seen() {
    let mut worker = Worker::new(Shelf::default());
    quarantined(&worker, &[clip(1), clip(2)], "unknown_shape");
    worker.edge.db.execute("UPDATE quarantine SET identity = NULL, feed = 'pushed' WHERE id = 'qua_001'");
    replay(&mut worker, json!({ "all": true }));
    let seen = worker.edge.db.query("SELECT seen FROM observations ORDER BY root");
    assert_eq!(
        seen,
        [
            json!({ "seen": r#"[["listing","pixverse:library:77:0",1000,1000]]"# }),
            json!({ "seen": r#"[["pushed","pixverse:library:77:0",1001,1001]]"# }),
        ]
    );
}

#[test]
fn what_still_cannot_be_read_stays_with_todays_reason() {
    let mut worker = Worker::new(Shelf::default());
    let changed = json!({ "video_id": 3, "prompt": { "a": 1 } });
    quarantined(&worker, &[json!({ "prompt": "whose" }), clip(2), changed], "unknown_shape");
    let job = replay(&mut worker, json!({ "all": true }));
    assert_eq!(job["counts"], json!({ "seen": 3, "folded": 1, "unreadable": 2, "missing": 0 }));
    assert_eq!(
        job["failures"][1],
        json!({ "id": "qua_002", "reason": "type_changed", "detail": "$.prompt is documented as string, it is object" })
    );
    let reasons =
        worker.edge.db.query("SELECT id, reason FROM quarantine WHERE replayed_ms IS NULL ORDER BY id");
    assert_eq!(
        reasons,
        [
            json!({ "id": "qua_000", "reason": "no_identity" }),
            json!({ "id": "qua_002", "reason": "type_changed" })
        ]
    );
}

#[test]
fn a_beginning_that_was_kept_is_not_taken_for_the_whole() {
    let mut worker = Worker::new(Shelf::default());
    quarantined(&worker, &[clip(1)], "payload_too_large");
    let job = replay(&mut worker, json!({ "all": true }));
    assert_eq!(job["counts"]["unreadable"], 1);
    assert_eq!(worker.get("/quarantine")["items"][0]["reason"], "payload_too_large");
}

#[test]
fn ids_that_are_not_in_quarantine_are_counted_and_named() {
    let mut worker = Worker::new(Shelf::default());
    quarantined(&worker, &[clip(1), clip(2)], "unknown_shape");
    worker.edge.db.execute(
        "INSERT INTO quarantine (owner, id, provider_id, media_type, listing, reason, detail, payload, seen_ms)
         SELECT id, 'qua_bobs', 'pixverse', 'video', 'video/created', 'x', 'x', '{\"video_id\":9}', 5 FROM owners WHERE name = 'bob'",
    );
    let job = replay(&mut worker, json!({ "ids": ["qua_bobs", "qua_001", "qua_none"] }));
    assert_eq!(job["counts"], json!({ "seen": 3, "folded": 1, "unreadable": 0, "missing": 2 }));
    assert_eq!(job["failures"][0]["id"], "qua_bobs");
    assert_told("get_job", 200, &job);
    let left = worker.edge.db.query("SELECT id FROM quarantine WHERE replayed_ms IS NULL ORDER BY id");
    assert_eq!(left, [json!({ "id": "qua_000" }), json!({ "id": "qua_bobs" })]);
}

#[test]
fn many_ids_are_paged() {
    let mut worker = Worker::new(Shelf::default());
    quarantined(&worker, &rows(1..61), "unknown_shape");
    let ids: Vec<String> = (0..60).rev().map(|n| format!("qua_{n:03}")).collect();
    let job = replay(&mut worker, json!({ "ids": ids }));
    assert_eq!(job["counts"], json!({ "seen": 60, "folded": 60, "unreadable": 0, "missing": 0 }));
}

#[test]
fn a_changed_type_is_accepted_for_one_item_and_stays_accepted() {
    let changed = |id: u64| json!({ "video_id": id, "video_status": 1, "prompt": { "a": 1 } });
    let mut worker = Worker::new(Shelf::default().with("video/created", [changed(1), changed(2)]));
    worker.sync(json!({}));
    let items = worker.get("/quarantine")["items"].clone();
    let id = items
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["payload"].as_str().unwrap().contains("\"video_id\":1"));
    let id = id.unwrap()["id"].as_str().unwrap().to_owned();
    let job = replay(&mut worker, json!({ "ids": [id], "force": true }));
    assert_eq!(job["counts"]["folded"], 1);
    assert_eq!(worker.get("/quarantine?replayed=true")["items"][0]["outcome"], "accepted");
    let known = worker.edge.db.query("SELECT provider_asset_id FROM assets WHERE shown = 1");
    assert_eq!(known, [json!({ "provider_asset_id": "1" })]);
    worker.edge.now += 60_000;
    worker.sync(json!({}));
    assert_eq!(worker.get("/quarantine")["items"].as_array().unwrap().len(), 1, "the other one still waits");
}

#[test]
fn every_look_at_a_payload_in_quarantine_counts_once_it_is_taken_in() {
    let changed = json!({ "video_id": 1, "video_status": 1, "prompt": { "a": 1 } });
    let mut worker = Worker::new(Shelf::default().with("video/created", [changed]));
    let first = worker.edge.now;
    for _ in 0..3 {
        worker.sync(json!({}));
        worker.edge.now += 60_000;
    }
    assert_eq!(worker.count("quarantine"), 1);
    let id = worker.get("/quarantine")["items"][0]["id"].clone();
    replay(&mut worker, json!({ "ids": [id], "force": true }));
    let seen = worker
        .edge
        .db
        .query("SELECT seen ->> '$[0][2]' AS first, seen ->> '$[0][3]' AS last FROM observations");
    assert_eq!(seen, [json!({ "first": first, "last": first + 120_000 })]);
}

#[test]
fn a_message_that_comes_twice_changes_nothing_more() {
    let mut worker = Worker::new(small());
    quarantined(&worker, &rows(1..31), "unknown_shape");
    assert_eq!(ask(&mut worker, json!({ "all": true })).status, 202);
    let mut delivered = 0;
    while let Some(send) = worker.queue.pop_front() {
        worker.deliver(send.message.clone());
        let (before, waiting) = (worker.dump(), worker.queue.len());
        worker.deliver(send.message);
        assert_eq!(difference(&before, &worker.dump()), Vec::<Value>::new());
        assert_eq!(worker.queue.len(), waiting);
        delivered += 1;
    }
    assert_eq!(delivered, 2);
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let mut worker = Worker::new(Shelf::default());
    for body in [
        json!({}),
        json!({ "all": false }),
        json!({ "ids": [] }),
        json!({ "ids": [5] }),
        json!({ "ids": ["a"], "all": true }),
        json!({ "ids": ["a", "b"], "force": true }),
        json!({ "all": true, "force": true }),
        json!({ "everything": true }),
    ] {
        assert_eq!(ask(&mut worker, body.clone()).status, 422, "{body}");
    }
    for query in ["?replayed=maybe", "?limit=0", "?colour=red"] {
        assert_eq!(
            worker.ask(Method::Get, &format!("/quarantine{query}"), Value::Null).status,
            422,
            "{query}"
        );
    }
    assert_eq!(worker.count("jobs"), 0);
}

#[test]
fn quarantine_is_filtered() {
    let mut worker = Worker::new(Shelf::default());
    quarantined(&worker, &[clip(1), clip(2), clip(3)], "unknown_shape");
    worker.edge.db.execute(
        "UPDATE quarantine SET media_type = 'image' WHERE id = 'qua_000';
         UPDATE quarantine SET reason = 'no_identity', job = 'run_2' WHERE id = 'qua_002'",
    );
    let mut ids = |query: &str| -> Vec<String> {
        let body = worker.get(&format!("/quarantine?{query}"));
        body["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids("media_type=video"), ["qua_002", "qua_001"]);
    assert_eq!(ids("reason=no_identity"), ["qua_002"]);
    assert_eq!(ids("run_id=run_1&media_type=image"), ["qua_000"]);
    assert_eq!(ids("provider_id=acme"), Vec::<String>::new());
}

#[test]
fn a_job_is_its_owners() {
    let mut worker = Worker::new(small());
    let answer = ask(&mut worker, json!({ "all": true }));
    let path = format!("/jobs/{}", answer.body["id"].as_str().unwrap());
    assert_eq!(worker.ask_as("bob", Method::Get, &path, Value::Null).status, 404);
    let run = worker.start(json!({}));
    assert_eq!(worker.ask(Method::Get, &format!("/jobs/{run}"), Value::Null).status, 404);
}
