//! How a request gets to the provider: once under each key, whatever happens on the way.

use driftline::core::api::request::Method;
use driftline::core::step::Reply;
use serde_json::json;

use super::studio::Next;
use super::{asked, events, plain, shown, worker};
use crate::shelf::refusal;
use crate::worker::{ACCOUNT, OPEN};

#[test]
fn a_clip_is_made_and_its_asset_says_which_generation_it_came_from() {
    let mut worker = worker();
    let id = asked(&mut worker, plain());
    worker.settle();
    let generation = shown(&mut worker, &id);
    assert_eq!(generation["state"], "completed", "{generation}");
    assert_eq!((&generation["sent"], &generation["unconfirmed"]), (&json!(1), &json!(false)));
    assert_eq!(generation["credits"], json!({ "charged": 10, "returned": 0 }));
    let output = &generation["outputs"][0];
    assert_eq!(output["status"], "completed");
    assert!(output["remote_url"].as_str().unwrap().ends_with(".mp4"));
    let asset = worker.get(&format!("/assets/{}", output["asset_id"].as_str().unwrap()));
    assert_eq!(asset["source_generation_id"], id);
    assert_eq!(asset["origin"], "generated");
    assert_eq!(asset["lineage"]["state"], "none_expected");
    assert_eq!(
        events(&generation),
        [
            "requested",
            "state_changed",
            "sending",
            "accepted",
            "state_changed",
            "output_told",
            "state_changed"
        ]
    );
    assert!(worker.edge.db.query("SELECT id FROM jobs WHERE state = 'active'").is_empty());
}

#[test]
fn a_cut_connection_leaves_it_unconfirmed_until_it_is_found() {
    let mut worker = worker();
    worker.shelf.studio.next.push_back(Next::Lost);
    let id = asked(&mut worker, plain());
    assert!(worker.deliver_next());
    let generation = shown(&mut worker, &id);
    assert_eq!((&generation["state"], &generation["unconfirmed"]), (&json!("submitted"), &json!(true)));
    assert_eq!(generation["error"]["code"], "cut");
    worker.settle();
    let generation = shown(&mut worker, &id);
    assert_eq!((&generation["state"], &generation["sent"]), (&json!("completed"), &json!(1)));
    assert!(events(&generation).contains(&"found"), "{generation}");
    assert_eq!(worker.shelf.studio.made(), 1);
}

#[test]
fn what_never_arrived_is_sent_again_under_the_same_key() {
    let mut worker = worker();
    worker.shelf.studio.next.extend([Next::NeverArrived, Next::Lost]);
    let id = asked(&mut worker, plain());
    worker.settle();
    let generation = shown(&mut worker, &id);
    assert_eq!((&generation["state"], &generation["sent"]), (&json!("completed"), &json!(2)));
    assert_eq!(worker.shelf.studio.made(), 1);
}

#[test]
fn twins_whose_answers_are_lost_are_told_apart_by_their_keys() {
    let mut worker = worker();
    worker.shelf.studio.next.extend([Next::Lost, Next::Lost]);
    let ids = [asked(&mut worker, plain()), asked(&mut worker, plain())];
    worker.settle();
    let outputs: Vec<_> =
        ids.iter().map(|id| shown(&mut worker, id)["outputs"][0]["provider_asset_id"].clone()).collect();
    assert_eq!(worker.shelf.studio.made(), 2);
    assert_ne!(outputs[0], outputs[1]);
    assert!(worker.shelf.studio.acted.values().all(|times| *times == 1));
}

#[test]
fn no_room_is_waited_for_with_growing_waits() {
    let mut worker = worker();
    let busy = || Next::Refused(refusal(200, 500_044));
    worker.shelf.studio.next.extend([busy(), busy(), busy()]);
    let id = asked(&mut worker, plain());
    assert!(worker.deliver_next());
    let generation = shown(&mut worker, &id);
    assert_eq!((&generation["state"], &generation["unconfirmed"]), (&json!("pending"), &json!(false)));
    assert_eq!(generation["error"]["class"], "concurrency");
    let mut waits = vec![worker.queue[0].delay_s];
    for _ in 0..2 {
        assert!(worker.deliver_next());
        waits.push(worker.queue[0].delay_s);
    }
    assert!(waits.is_sorted() && waits[0] < waits[2], "{waits:?}");
    worker.settle();
    let generation = shown(&mut worker, &id);
    assert_eq!((&generation["state"], &generation["sent"]), (&json!("completed"), &json!(4)));
    assert_eq!(worker.shelf.studio.made(), 1);
    assert_eq!(generation["error"], json!(null));
}

#[test]
fn retry_after_is_obeyed() {
    let mut worker = worker();
    let reply = Reply::Answer { status: 429, retry_after_s: Some(77), body: String::new() };
    worker.shelf.studio.next.push_back(Next::Refused(reply));
    asked(&mut worker, plain());
    assert!(worker.deliver_next());
    assert_eq!(worker.queue[0].delay_s, 77);
}

#[test]
fn what_the_provider_refuses_for_good_ends_with_its_reason_and_is_not_sent_again() {
    for (code, state, class) in [
        (500_043, "failed", "credit"),
        (500_090, "failed", "credit"),
        (500_063, "filtered", "moderation"),
        (400_017, "failed", "validation"),
    ] {
        let mut worker = worker();
        worker.shelf.studio.next.push_back(Next::Refused(refusal(200, code)));
        let id = asked(&mut worker, plain());
        worker.settle();
        let generation = shown(&mut worker, &id);
        assert_eq!(generation["state"], state, "{code}");
        assert_eq!(generation["error"]["class"], class);
        assert_eq!(generation["reason"], class);
        assert_eq!((&generation["sent"], worker.shelf.studio.requests.len()), (&json!(1), 1));
        assert_eq!(generation["outputs"], json!([]));
        assert_eq!(worker.count("assets"), 0);
    }
}

#[test]
fn a_refused_credential_fails_it_and_says_so_of_the_account() {
    let mut worker = worker();
    worker.shelf.studio.next.push_back(Next::Refused(refusal(200, 10_005)));
    let id = asked(&mut worker, plain());
    worker.settle();
    let generation = shown(&mut worker, &id);
    assert_eq!((&generation["state"], &generation["reason"]), (&json!("failed"), &json!("auth")));
    let account = worker.get(&format!("/accounts/{ACCOUNT}"));
    assert_eq!(account["state"], "auth_required");
}

#[test]
fn an_answer_without_an_id_is_a_failure_and_never_an_id() {
    let mut worker = worker();
    worker.shelf.studio.next.push_back(Next::Told(json!({ "video_id": 0, "fail_count": 1 })));
    let id = asked(&mut worker, plain());
    worker.settle();
    let generation = shown(&mut worker, &id);
    assert_eq!((&generation["state"], &generation["error"]["code"]), (&json!("failed"), &json!("no_id")));
    assert_eq!(worker.count("generation_outputs"), 0);
}

#[test]
fn a_refusal_behind_a_lost_answer_proves_nothing() {
    let mut worker = worker();
    // It was made, its row does not show yet, and the place that it takes keeps the repetition out.
    worker.shelf.studio.next.extend([Next::Lost, Next::Refused(refusal(200, 500_044))]);
    worker.shelf.studio.hides_new = true;
    let id = asked(&mut worker, plain());
    assert!(worker.deliver_next());
    worker.shelf.studio.forgets_answers();
    assert!(worker.deliver_next());
    let generation = shown(&mut worker, &id);
    assert_eq!((&generation["state"], &generation["unconfirmed"]), (&json!("submitted"), &json!(true)));
    worker.shelf.studio.hides_new = false;
    worker.settle();
    let generation = shown(&mut worker, &id);
    assert_eq!((&generation["state"], worker.shelf.studio.made()), (&json!("completed"), 1));
}

fn at_the_open_platform() -> serde_json::Value {
    json!({ "account_id": OPEN, "operation": "text_to_video", "prompt": "x", "model": "v5" })
}

#[test]
fn the_open_platform_gets_a_repetition_under_the_same_trace_id() {
    let mut worker = worker();
    worker.shelf.studio.next.push_back(Next::Lost);
    let id = asked(&mut worker, at_the_open_platform());
    worker.settle();
    let generation = shown(&mut worker, &id);
    assert_eq!((&generation["state"], &generation["sent"]), (&json!("completed"), &json!(2)));
    let keys = &worker.shelf.studio.keys;
    assert_eq!((keys.len(), &keys[0], worker.shelf.studio.made()), (2, &keys[1], 1));
}

#[test]
fn behind_a_refusal_the_open_platform_gets_another_trace_id_and_the_library_the_same_key() {
    for (body, are_equal) in [(at_the_open_platform(), false), (plain(), true)] {
        let mut worker = worker();
        worker.shelf.studio.next.push_back(Next::Refused(refusal(200, 500_044)));
        let id = asked(&mut worker, body);
        worker.settle();
        assert_eq!(shown(&mut worker, &id)["state"], "completed");
        let keys = &worker.shelf.studio.keys;
        assert_eq!((keys.len(), keys[0] == keys[1]), (2, are_equal));
    }
}

#[test]
fn a_repetition_is_the_same_request_to_the_byte() {
    let mut worker = worker();
    worker.shelf.studio.hides_new = true;
    worker.shelf.studio.next.push_back(Next::Lost);
    asked(
        &mut worker,
        json!({ "account_id": ACCOUNT, "operation": "video_extend", "prompt": "x",
                "inputs": [{ "url": "https://media.pixverse.ai/upload/a.mp4", "relation": "SOURCE_VIDEO" }] }),
    );
    worker.settle();
    let requests = &worker.shelf.studio.requests;
    assert_eq!((requests.len(), &requests[0].1), (2, &requests[1].1));
    assert_eq!(requests[0].1["customer_video_last_frame_url"], "https://media.pixverse.ai/upload/last.png");
}

#[test]
fn what_never_arrives_is_unknown_when_its_time_is_over() {
    let mut worker = worker();
    worker.shelf.studio.next.extend((0..20).map(|_| Next::NeverArrived));
    let id = asked(&mut worker, plain());
    for _ in 0..200 {
        assert!(worker.deliver_next());
        if worker.queue.is_empty() {
            break;
        }
    }
    let generation = shown(&mut worker, &id);
    assert_eq!(
        (&generation["state"], &generation["reason"], &generation["sent"]),
        (&json!("unknown"), &json!("deadline_passed"), &json!(5))
    );
    assert_eq!(worker.shelf.studio.made(), 0);
}

#[test]
fn no_room_for_hours_is_a_failure_with_its_reason() {
    let mut worker = worker();
    worker.shelf.studio.next.extend((0..200).map(|_| Next::Refused(refusal(200, 500_044))));
    let id = asked(&mut worker, plain());
    worker.settle();
    let generation = shown(&mut worker, &id);
    assert_eq!((&generation["state"], &generation["reason"]), (&json!("failed"), &json!("concurrency")));
}

#[test]
fn while_it_is_open_it_says_when_to_ask_again_and_an_etag_saves_the_body() {
    let mut worker = worker();
    let id = asked(&mut worker, plain());
    assert!(worker.deliver_next());
    let path = format!("/generations/{id}");
    let answer = worker.ask(Method::Get, &path, serde_json::Value::Null);
    assert_eq!(answer.headers["retry-after"], "3");
    let mut request =
        worker.edge.request("ann", Method::Get, &format!("/api/v1{path}"), serde_json::Value::Null);
    request.headers.insert("if-none-match".to_owned(), answer.headers["etag"].clone());
    assert_eq!(worker.handle(request).status, 304);
    worker.settle();
    let answer = worker.ask(Method::Get, &path, serde_json::Value::Null);
    assert!(!answer.headers.contains_key("retry-after"), "it is over");
}
