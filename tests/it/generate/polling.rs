//! How outputs are looked after: with few calls, at growing distances, up to a deadline.

use driftline::core::step::Reply;
use serde_json::{Value, json};

use super::studio::WORK_MS;
use super::{asked, events, plain, shown, worker};
use crate::shelf::refusal;
use crate::worker::{ACCOUNT, OPEN, Worker};

/// Delivers what is due until the generate jobs are done; the poll's hint stays in the queue.
fn sent(worker: &mut Worker) {
    while worker.queue.front().is_some_and(|send| !is_poll(worker, &send.message.job)) {
        assert!(worker.deliver_next());
    }
}

fn is_poll(worker: &Worker, job: &str) -> bool {
    let kinds = worker.edge.db.query("SELECT id, kind FROM jobs");
    kinds.iter().any(|row| row["id"] == job && row["kind"] == "poll")
}

fn listed(worker: &Worker) -> usize {
    worker.shelf.asked.len()
}

#[test]
fn several_outputs_are_several_assets_of_one_generation() {
    let mut worker = worker();
    worker.shelf.studio.ends.extend([1, 8]);
    let mut body = plain();
    body["parameters"] = json!({ "count": 3 });
    worker.shelf.studio.refuses.push_back(1);
    let id = asked(&mut worker, body);
    worker.settle();
    let generation = shown(&mut worker, &id);
    assert_eq!(generation["state"], "completed", "{generation}");
    assert_eq!(generation["outputs_refused"], 1);
    let statuses: Vec<_> =
        generation["outputs"].as_array().unwrap().iter().map(|one| one["status"].clone()).collect();
    assert_eq!(statuses, [json!("completed"), json!("failed")]);
    assert_eq!(generation["credits"], json!({ "charged": 20, "returned": 10 }));
    let assets = worker.get("/assets");
    let assets = assets["items"].as_array().unwrap();
    assert_eq!(assets.len(), 2);
    assert!(assets.iter().all(|asset| asset["source_generation_id"] == id));
}

#[test]
fn one_page_answers_for_many_generations_and_few_are_asked_for_by_id() {
    let mut worker = worker();
    for _ in 0..5 {
        asked(&mut worker, plain());
    }
    for _ in 0..5 {
        assert!(worker.deliver_next());
    }
    assert_eq!(worker.edge.db.query("SELECT id FROM jobs WHERE kind = 'poll'").len(), 1);
    let before = listed(&worker);
    worker.settle();
    assert!(listed(&worker) > before && worker.shelf.studio.asked.is_empty());
    let states = worker.edge.db.query("SELECT DISTINCT state FROM generations");
    assert_eq!(states, [json!({ "state": "completed" })]);

    let before = listed(&worker);
    asked(&mut worker, plain());
    worker.settle();
    assert_eq!(listed(&worker), before);
    assert!(!worker.shelf.studio.asked.is_empty());
}

#[test]
fn where_one_way_of_asking_hangs_the_other_is_tried() {
    let mut worker = worker();
    let id = asked(&mut worker, plain());
    sent(&mut worker);
    worker.edge.now += WORK_MS;
    worker.shelf.studio.stumbles.push_back(Reply::Cut { reason: "timeout".into() });
    assert!(worker.deliver_next());
    assert_eq!(shown(&mut worker, &id)["state"], "completed");
    assert_eq!(listed(&worker), 1);
}

#[test]
fn a_look_asks_once_and_comes_back_later_the_older_it_is() {
    let mut worker = worker();
    worker.shelf.studio.ends.push_back(5);
    asked(&mut worker, plain());
    sent(&mut worker);
    let mut waits = Vec::new();
    for _ in 0..80 {
        waits.push(worker.queue[0].delay_s);
        assert!(worker.deliver_next());
        assert_eq!(worker.queue.len(), 1, "one hint for the account");
    }
    assert!(waits.is_sorted(), "{waits:?}");
    assert!(waits[0] <= 3 && waits[79] >= 15, "{waits:?}");
}

#[test]
fn a_look_costs_these_statements() {
    let mut worker = worker();
    asked(&mut worker, plain());
    sent(&mut worker);
    let first = worker.queue.pop_front().unwrap();
    worker.edge.now += 3_000;
    let (_, trace) = worker.deliver(first.message);
    assert_eq!((trace.calls, trace.statements, trace.round_trips), (1, 13, 6), "the first sight of a row");
    let second = worker.queue.pop_front().unwrap();
    worker.edge.now += 3_000;
    let (_, trace) = worker.deliver(second.message);
    assert_eq!((trace.calls, trace.statements, trace.round_trips), (1, 10, 5), "nothing new");
}

#[test]
fn a_second_copy_of_a_hint_asks_nobody() {
    let mut worker = worker();
    worker.shelf.studio.ends.push_back(5);
    asked(&mut worker, plain());
    sent(&mut worker);
    let copy = worker.queue[0].clone();
    assert!(worker.deliver_next());
    let before = worker.shelf.studio.asked.len();
    let (_, trace) = worker.deliver(copy.message);
    assert_eq!((trace.calls, worker.shelf.studio.asked.len()), (0, before));
}

#[test]
fn retry_after_holds_back_the_next_look() {
    let mut worker = worker();
    asked(&mut worker, plain());
    sent(&mut worker);
    let slow = Reply::Answer { status: 429, retry_after_s: Some(120), body: String::new() };
    worker.shelf.studio.stumbles.push_back(slow.clone());
    worker.shelf.stumbles.push_back(slow);
    assert!(worker.deliver_next());
    assert_eq!(worker.queue[0].delay_s, 120);
}

#[test]
fn what_stands_still_for_ever_is_given_up_at_its_deadline() {
    let mut worker = worker();
    worker.shelf.studio.ends.push_back(5);
    let id = asked(&mut worker, plain());
    sent(&mut worker);
    worker.edge.now += 3 * 3_600_000;
    worker.settle();
    let generation = shown(&mut worker, &id);
    assert_eq!(
        (&generation["state"], &generation["reason"], &generation["next_look_at"]),
        (&json!("unknown"), &json!("deadline_passed"), &Value::Null)
    );
    assert!(events(&generation).contains(&"deadline_passed"));
    let asset = generation["outputs"][0]["asset_id"].as_str().unwrap().to_owned();
    assert_eq!(worker.get(&format!("/assets/{asset}"))["status"], "processing");
}

#[test]
fn a_filtered_clip_is_final_and_shows_no_media() {
    let mut worker = worker();
    worker.shelf.studio.ends.push_back(7);
    let id = asked(&mut worker, plain());
    worker.settle();
    let generation = shown(&mut worker, &id);
    assert_eq!((&generation["state"], &generation["reason"]), (&json!("filtered"), &json!("moderation")));
    assert_eq!(generation["outputs"][0]["remote_url"], Value::Null);
    assert_eq!(generation["credits"], json!({ "charged": 10, "returned": 10 }));
    assert!(worker.edge.db.query("SELECT id FROM jobs WHERE state = 'active'").is_empty());
}

#[test]
fn a_code_alone_is_not_completed() {
    let mut worker = worker();
    worker.shelf.studio.is_without_media = true;
    let id = asked(&mut worker, plain());
    sent(&mut worker);
    worker.edge.now += WORK_MS;
    assert!(worker.deliver_next());
    assert_eq!(shown(&mut worker, &id)["state"], "processing");
    worker.shelf.studio.is_without_media = false;
    worker.settle();
    assert_eq!(shown(&mut worker, &id)["state"], "completed");
}

#[test]
fn a_refused_credential_is_told_and_asked_again_later() {
    let mut worker = worker();
    let id = asked(&mut worker, plain());
    sent(&mut worker);
    worker.shelf.studio.stumbles.push_back(refusal(200, 10_001));
    assert!(worker.deliver_next());
    assert_eq!(worker.get(&format!("/accounts/{ACCOUNT}"))["state"], "auth_required");
    assert_eq!(worker.queue[0].delay_s, 300);
    worker.settle();
    assert_eq!(shown(&mut worker, &id)["state"], "completed");
}

#[test]
fn an_unreadable_answer_goes_to_quarantine_and_the_others_go_on() {
    let mut worker = worker();
    let id = asked(&mut worker, plain());
    sent(&mut worker);
    worker.shelf.studio.stumbles.push_back(crate::shelf::success(&json!({ "prompt": "no id at all" })));
    assert!(worker.deliver_next());
    assert_eq!(worker.count("quarantine"), 1);
    worker.settle();
    assert_eq!(shown(&mut worker, &id)["state"], "completed");
}

#[test]
fn the_open_platform_is_asked_for_each_and_lineage_comes_from_the_request() {
    let mut worker = worker();
    let body = json!({
        "account_id": OPEN, "operation": "image_to_video", "prompt": "x", "model": "v5",
        "inputs": [{ "url": "https://example.com/a.png", "relation": "SOURCE_IMAGE" }],
    });
    let id = asked(&mut worker, body.clone());
    worker.settle();
    let generation = shown(&mut worker, &id);
    assert_eq!(generation["state"], "completed", "{generation}");
    assert_eq!(generation["credits"]["charged"], 45);
    let asset = generation["outputs"][0]["asset_id"].as_str().unwrap().to_owned();
    let lineage = worker.get(&format!("/assets/{asset}/lineage"));
    assert_eq!(lineage["edges"].as_array().unwrap().len(), 1, "{lineage}");
    assert_eq!(worker.count("uploads"), 1);
    assert!(events(&generation).contains(&"input_uploaded"));

    asked(&mut worker, body);
    worker.settle();
    let uploads = worker.shelf.studio.requests.iter().filter(|(path, _)| path == "image/upload").count();
    assert_eq!(uploads, 1, "it was uploaded once and remembered");
}

/// The asset of a generation that is done, and its sources: id, relation, position, operation.
fn lineage_of(worker: &mut Worker, id: &str) -> (String, Vec<Value>) {
    let generation = shown(worker, id);
    assert_eq!(generation["state"], "completed", "{generation}");
    let asset = generation["outputs"][0]["asset_id"].as_str().unwrap().to_owned();
    let lineage = worker.get(&format!("/assets/{asset}/lineage?direction=ancestors&depth=1"));
    let edges = lineage["edges"].as_array().unwrap().iter();
    let told =
        edges.map(|edge| json!([edge["parent"], edge["relation"], edge["position"], edge["operation"]]));
    (asset, told.collect())
}

#[test]
fn an_agent_gets_urls_and_a_music_video_ids_of_the_same_uploads() {
    let mut worker = worker();
    let first = asked(
        &mut worker,
        json!({ "account_id": OPEN, "operation": "text_to_video", "prompt": "x", "model": "v5" }),
    );
    worker.settle();
    let (clip, _) = lineage_of(&mut worker, &first);
    let still = json!({ "url": "https://example.com/cup.png", "relation": "REFERENCE_IMAGE" });
    let by_agent = asked(
        &mut worker,
        json!({
            "account_id": OPEN, "operation": "video_agent", "prompt": "with our cup", "model": "pro",
            "parameters": { "agent_id": "414562414124109" },
            "inputs": [still, { "asset_id": clip, "relation": "REFERENCE_VIDEO" }],
        }),
    );
    worker.settle();
    let (_, sources) = lineage_of(&mut worker, &by_agent);
    let cup = sources[0][0].clone();
    assert_eq!(
        sources,
        [
            json!([cup, "REFERENCE_IMAGE", 0, "video_agent"]),
            json!([clip, "REFERENCE_VIDEO", 1, "video_agent"])
        ]
    );

    let to_music = asked(
        &mut worker,
        json!({
            "account_id": OPEN, "operation": "music_video",
            "inputs": [still, { "url": "https://example.com/tune.mp3", "relation": "SOURCE_AUDIO" }],
        }),
    );
    worker.settle();
    let (_, sources) = lineage_of(&mut worker, &to_music);
    let tune = sources[1][0].clone();
    assert_eq!(
        sources,
        [json!([cup, "REFERENCE_IMAGE", 0, "music_video"]), json!([tune, "SOURCE_AUDIO", 1, "music_video"])]
    );
    let requests = &worker.shelf.studio.requests;
    let uploads: Vec<&str> =
        requests.iter().map(|(path, _)| path.as_str()).filter(|path| path.ends_with("/upload")).collect();
    assert_eq!(uploads, ["image/upload", "media/upload"], "each once; what is there is not uploaded");
    let sent = |wanted: &str| &requests.iter().find(|(path, _)| path == wanted).unwrap().1;
    assert_eq!(
        *sent("video/agent/generate"),
        json!({
            "agent_id": 414_562_414_124_109_i64, "model": "pro", "prompt": "with our cup",
            "img_references": [{ "img_url": "https://media.pixverse.ai/upload/900001.png" }],
            "video_references": [{
                "video_url": "https://media.pixverse.ai/pixverse/mp4/media/web/ori/431000000000001.mp4",
            }],
        })
    );
    assert_eq!(
        *sent("video/music_mv_agent/generate"),
        json!({
            "audio_media_id": 900_002, "img_references": [{ "img_id": 900_001 }],
            "quality": "720p", "aspect_ratio": "16:9",
        })
    );
}

#[test]
fn lineage_stands_the_moment_the_answer_does() {
    let mut worker = worker();
    let id = asked(
        &mut worker,
        json!({ "account_id": ACCOUNT, "operation": "image_to_video", "prompt": "x",
                "inputs": [{ "url": "https://media.pixverse.ai/upload/a.png", "relation": "SOURCE_IMAGE" }] }),
    );
    assert!(worker.deliver_next());
    let generation = shown(&mut worker, &id);
    assert_eq!(generation["state"], "submitted");
    let asset = generation["outputs"][0]["asset_id"].as_str().unwrap().to_owned();
    let asset = worker.get(&format!("/assets/{asset}"));
    assert_eq!((&asset["lineage"]["state"], &asset["status"]), (&json!("complete"), &json!("processing")));
    assert_eq!(worker.count("edges"), 1);
    let batch = worker.edge.db.query("SELECT count(*) AS n FROM assets");
    assert_eq!(batch, [json!({ "n": 2 })], "the clip and its source");
}
