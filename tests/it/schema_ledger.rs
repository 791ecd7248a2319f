//! What becomes of a payload whose shape has changed: a new member is news, a changed type costs the item and no more.

use driftline::core::api::request::Method;
use driftline::core::sql::schemas::upsert_schemas;
use serde_json::{Value, json};

use crate::openapi::assert_told;
use crate::shelf::{Shelf, clip, clip_from, small};
use crate::support::db::Db;
use crate::worker::{Worker, assert_adds_up, difference};
use crate::world::said_by_tables;

fn with(mut row: Value, name: &str, value: Value) -> Value {
    row[name] = value;
    row
}

fn listed(rows: impl IntoIterator<Item = Value>) -> Worker {
    Worker::new(Shelf::default().with("video/created", rows))
}

/// Lists further rows behind those that are there, an hour later.
fn list_more(worker: &mut Worker, rows: impl IntoIterator<Item = Value>) -> Value {
    worker.edge.now += 3_600_000;
    let known = worker.shelf.rows.entry("video/created").or_default();
    known.extend(rows.into_iter().map(|row| row.to_string()));
    worker.sync(json!({}))
}

fn ledger(worker: &mut Worker, media_type: &str) -> Value {
    let body = worker.get(&format!("/schemas?media_type={media_type}&provider_id=pixverse&feed=listing"));
    let items = body["items"].as_array().unwrap().clone();
    assert_eq!(items.len(), 1, "{body}");
    items[0].clone()
}

fn told(ledger: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    ledger["news"].as_array().unwrap().iter().map(|one| (text(&one["path"]), text(&one["type"]))).collect()
}

#[test]
fn a_changed_type_quarantines_the_item_and_the_run_goes_on() {
    let changed = with(clip(2), "prompt", json!({ "text": "x" }));
    let mut worker = listed([clip(1), changed, clip(3)]);
    let run = worker.sync(json!({ "mode": "videos" }));
    assert_adds_up(&run);
    assert_eq!((&run["state"], &run["complete"]), (&json!("done"), &json!(true)));
    assert_eq!((&run["counts"]["created"], &run["counts"]["quarantined"]), (&json!(2), &json!(1)));
    assert_eq!(run["reasons"], json!({ "type_changed": 1 }));
    let kept = worker.get("/quarantine?reason=type_changed");
    assert_told("list_quarantine", 200, &kept);
    assert_eq!(kept["items"].as_array().unwrap().len(), 1);
    assert_eq!(kept["items"][0]["detail"], "$.prompt is documented as string, it is object");
    let items = worker.get(&format!("/runs/{}/items?outcome=quarantined", run["id"].as_str().unwrap()));
    assert_eq!(items["items"][0]["alias"], "id:pixverse:library:video:created:2", "its asset was seen");
    let news = &ledger(&mut worker, "video")["news"][0];
    assert_eq!((&news["path"], &news["type"]), (&json!("$.prompt"), &json!("object")));
    assert_eq!((&news["before"], &news["sample"]), (&json!(["string"]), &json!("object of 1: text")));
    assert_eq!(news["alias"], "id:pixverse:library:video:created:2");
    let findings = worker.get("/drift?kind=schema_changed");
    let finding = &findings["items"][0];
    assert_told("list_drift", 200, &findings);
    assert_eq!((&finding["part"], &finding["level"]), (&json!("$.prompt"), &json!("medium")));
    assert_eq!(finding["decided"]["rule"], "changed_types_are_quarantined");
}

/// Part, level and state of the findings about shapes, by path.
fn findings(worker: &Worker) -> Vec<(String, i64, String)> {
    let rows = worker.edge.db.query(
        "SELECT part, severity, state FROM drift WHERE kind = 'schema_changed' ORDER BY subject, part",
    );
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    rows.iter()
        .map(|row| (text(&row["part"]), row["severity"].as_i64().unwrap(), text(&row["state"])))
        .collect()
}

#[test]
fn what_is_new_is_a_finding_until_somebody_accepts_it() {
    for create_lineage in ["inline", "deferred"] {
        let mut worker = listed([clip_from(1, "upload/1.png")]);
        worker.sync(json!({ "create_lineage": create_lineage }));
        assert_eq!(findings(&worker), [], "what is learned at first is no news");
        let fresh = |id: u64| with(clip_from(id, "upload/2.png"), "brand_new", json!("Ann lives in Bern"));
        worker.edge.now += 3_600_000;
        worker.shelf.rows.get_mut("video/created").unwrap().push(fresh(2).to_string());
        worker.sync(json!({ "create_lineage": create_lineage }));
        assert_eq!(findings(&worker), [("$.brand_new".to_owned(), 1, "open".to_owned())], "{create_lineage}");
        let finding = worker.get("/drift?kind=schema_changed")["items"][0].clone();
        assert_eq!(finding["subject"], "pixverse:library:video:listing");
        assert_eq!(
            finding["evidence"]["found"],
            json!([{ "type": "string", "sample": "text of 17 characters",
                     "alias": "id:pixverse:library:video:created:2" }])
        );
        let path = format!("/drift/{}/resolve", finding["id"].as_str().unwrap());
        let accept = json!({ "action": "accept", "reason": "a field of theirs" });
        assert_eq!(worker.ask(Method::Post, &path, accept).status, 200);
        list_more(&mut worker, [fresh(3)]);
        assert_eq!(findings(&worker), [("$.brand_new".to_owned(), 1, "accepted".to_owned())]);
        list_more(&mut worker, [with(clip(4), "brand_new", json!(4))]);
        assert_eq!(
            findings(&worker),
            [("$.brand_new".to_owned(), 1, "open".to_owned())],
            "another type is something else than what was accepted"
        );
    }
}

#[test]
fn a_row_with_a_changed_type_is_kept_once_whatever_its_likes() {
    let changed = with(clip(2), "prompt", json!({ "text": "x" }));
    let mut worker = listed([with(changed.clone(), "likes", json!(1))]);
    worker.sync(json!({}));
    worker.shelf.rows.insert("video/created", vec![with(changed, "likes", json!(2)).to_string()]);
    let run = worker.sync(json!({}));
    assert_eq!((&run["counts"]["quarantined"], worker.count("quarantine")), (&json!(1), 1));
}

#[test]
fn what_is_quarantined_does_not_depend_on_the_order() {
    let mut rows: Vec<Value> = (1..30).map(clip).collect();
    rows.extend((30..40).map(|id| with(clip(id), "prompt", json!(id))));
    rows.extend((40..50).map(|id| with(clip(id), "odd", json!(id))));
    rows.extend((50..60).map(|id| with(clip(id), "odd", json!([id]))));
    let after = |rows: Vec<Value>| {
        let mut worker = listed(rows);
        worker.sync(json!({ "create_lineage": "inline" }));
        let kept = worker.edge.db.query("SELECT id, reason, detail, payload FROM quarantine ORDER BY id");
        (said_by_tables(&worker.edge.db), kept)
    };
    let reversed = rows.iter().rev().cloned().collect();
    let (said, kept) = after(rows);
    assert_eq!((said.len(), kept.len()), (49, 10), "what the ledger alone finds odd is taken in");
    assert_eq!(after(reversed), (said, kept));
}

#[test]
fn a_payload_of_half_a_megabyte_is_kept_whole() {
    let long = "x".repeat(500_000);
    let changed = |id: u64| with(with(clip(id), "prompt", json!([long])), "odd", json!(1));
    let mut worker = listed((1..5).map(changed));
    let run = worker.sync(json!({}));
    assert_eq!((&run["counts"]["quarantined"], &run["state"]), (&json!(4), &json!("done")));
    let lengths = worker.edge.db.query("SELECT json_valid(payload) AS whole FROM quarantine");
    assert_eq!(lengths, vec![json!({ "whole": 1 }); 4]);
}

#[test]
fn the_first_complete_scan_learns_in_silence_and_the_next_one_reports() {
    let mut worker = listed([with(clip(1), "odd", json!(1))]);
    worker.sync(json!({}));
    let first = ledger(&mut worker, "video");
    assert_eq!((&first["learning"], told(&first)), (&json!(false), vec![]));
    let path = first["paths"].as_array().unwrap().iter().find(|one| one["path"] == "$.odd").unwrap();
    assert_eq!(path["types"][0]["type"], "number");
    let second = with(with(clip(2), "odd", json!("one")), "brand_new", json!("Ann lives in Bern"));
    list_more(&mut worker, [second]);
    let later = ledger(&mut worker, "video");
    assert_eq!(told(&later), [("$.brand_new".into(), "string".into()), ("$.odd".into(), "string".into())]);
    let news = &later["news"][0];
    assert_eq!((&news["sample"], &news["before"]), (&json!("text of 17 characters"), &json!([])));
    assert_eq!(news["alias"], "id:pixverse:library:video:created:2");
    assert!(news["digest"].is_string() && news["seen_at"].is_string());
    assert_eq!(later["news"][1]["before"], json!(["number"]));
    assert!(!later.to_string().contains("Bern"));
    assert_told("list_schemas", 200, &json!({ "items": [later] }));
    assert_eq!(worker.count("quarantine"), 0, "what is not documented only makes news");
}

#[test]
fn an_unfinished_scan_goes_on_learning() {
    let mut worker = listed([with(clip(1), "odd", json!(1)), with(clip(2), "other", json!(1))]);
    worker.sync(json!({ "limit": 1 }));
    assert_eq!(ledger(&mut worker, "video")["learning"], true);
    worker.sync(json!({}));
    let whole = ledger(&mut worker, "video");
    assert_eq!((&whole["learning"], told(&whole)), (&json!(false), vec![]));
}

#[test]
fn a_media_type_of_which_nothing_was_listed_goes_on_learning() {
    let mut worker = listed([clip(1)]);
    worker.sync(json!({}));
    worker.edge.now += 3_600_000;
    let sound = json!({ "audio_id": 5, "audio_status": 1, "url": "https://media.pixverse.ai/pixverse/mp3/5.mp3", "odd": 1 });
    worker.shelf.rows.insert("audio/created", vec![sound.to_string()]);
    worker.sync(json!({}));
    assert_eq!(told(&ledger(&mut worker, "audio")), []);
}

#[test]
fn what_is_known_is_not_written_again() {
    let mut worker = Worker::new(small());
    worker.sync(json!({}));
    let before = worker.dump();
    worker.edge.now += 60_000;
    worker.sync(json!({}));
    assert_eq!(before["schemas"], worker.dump()["schemas"]);
}

#[test]
fn a_dry_run_learns_nothing() {
    let mut worker = Worker::new(small());
    worker.sync(json!({ "dry_run": true }));
    assert_eq!(worker.count("schemas"), 0);
}

#[test]
fn a_page_keeps_to_its_budget_whether_it_learns_or_not() {
    let rows = (1..=60).map(|id| clip_from(id, &format!("upload/{id}.png")));
    let mut worker = listed(rows);
    let first_page = |worker: &mut Worker| {
        worker.start(json!({ "mode": "videos" }));
        let send = worker.queue.pop_front().unwrap();
        let (_, trace) = worker.deliver(send.message);
        worker.settle();
        (trace.statements, trace.round_trips)
    };
    assert_eq!(first_page(&mut worker), (10, 3), "fifty new ones, and all that they teach");
    worker.edge.now += 60_000;
    assert_eq!(first_page(&mut worker), (5, 3), "the same fifty again");
    worker.edge.now += 60_000;
    let news = (101..=150).map(|id| with(clip_from(id, &format!("upload/{id}.png")), "brand_new", json!(1)));
    let rows: Vec<String> = news.map(|row| row.to_string()).collect();
    // In front of what is there: in its place they would look like another library's.
    worker.shelf.rows.get_mut("video/created").unwrap().splice(0..0, rows);
    assert_eq!(first_page(&mut worker), (11, 3), "fifty new ones with news");
    assert_eq!(findings(&worker).len(), 1, "the page itself has written it");
    assert_eq!(told(&ledger(&mut worker, "video")), [("$.brand_new".into(), "number".into())]);
}

#[test]
fn an_inline_page_pays_a_statement_for_what_it_learns_and_one_for_the_findings() {
    let mut worker = listed([clip_from(1, "upload/1.png")]);
    worker.sync(json!({ "mode": "videos", "create_lineage": "inline" }));
    let mut page = |ids: std::ops::Range<u64>, name: Option<&str>| {
        worker.edge.now += 60_000;
        let rows = ids.map(|id| {
            let row = clip_from(id, &format!("upload/{id}.png"));
            name.map_or(row.clone(), |name| with(row, name, json!(1))).to_string()
        });
        let rows: Vec<String> = rows.collect();
        worker.shelf.rows.get_mut("video/created").unwrap().splice(0..0, rows);
        worker.start(json!({ "mode": "videos", "create_lineage": "inline" }));
        let send = worker.queue.pop_front().unwrap();
        let (_, trace) = worker.deliver(send.message);
        worker.settle();
        (trace.statements, trace.round_trips)
    };
    assert_eq!(page(101..149, None), (9, 3), "nothing is new about them");
    assert_eq!(page(201..249, Some("brand_new")), (11, 3));
}

#[test]
fn a_message_that_comes_twice_teaches_once() {
    let mut worker = listed([clip_from(1, "upload/a.png"), with(clip(2), "odd", json!(1))]);
    worker.start(json!({}));
    while let Some(send) = worker.queue.pop_front() {
        worker.deliver(send.message.clone());
        let before = worker.dump();
        worker.deliver(send.message);
        assert_eq!(difference(&before, &worker.dump()), Vec::<Value>::new());
    }
    assert_eq!(told(&ledger(&mut worker, "video")), []);
}

#[test]
fn writers_of_one_ledger_lose_nothing_of_each_other() {
    let row = |at: i64, paths: Value, learned: Value| {
        json!({
            "provider_id": "pixverse", "api": "library", "media_type": "video", "feed": "listing", "since_ms": at,
            "learned_ms": learned, "paths": paths, "news": { "$.a": { "number": { "at_ms": at } } },
        })
    };
    let mut db = Db::new();
    db.execute("INSERT INTO owners VALUES (1, 'one', 1, 0)");
    let first = row(5, json!({ "$.a": { "number": 5 }, "$.b": { "string": 5 } }), json!(7));
    let second = row(9, json!({ "$.a": { "string": 9, "number": 9 }, "$.c": { "array": 9 } }), Value::Null);
    db.commit(&[upsert_schemas(1, &[first]), upsert_schemas(1, &[second])]);
    let stored =
        db.query("SELECT since_ms, learned_ms, json(paths) AS paths, json(news) AS news FROM schemas");
    let read = |name: &str| serde_json::from_str::<Value>(stored[0][name].as_str().unwrap()).unwrap();
    assert_eq!(
        read("paths"),
        json!({ "$.a": { "number": 5, "string": 9 }, "$.b": { "string": 5 }, "$.c": { "array": 9 } })
    );
    assert_eq!(read("news"), json!({ "$.a": { "number": { "at_ms": 5 } } }));
    assert_eq!((&stored[0]["since_ms"], &stored[0]["learned_ms"]), (&json!(5), &json!(7)));
}

#[test]
fn a_ledger_is_its_owners_and_odd_filters_are_refused() {
    let mut worker = listed([clip(1)]);
    worker.sync(json!({}));
    assert_eq!(worker.ask_as("bob", Method::Get, "/schemas", Value::Null).body["items"], json!([]));
    assert_eq!(worker.get("/schemas?feed=pushed")["items"], json!([]));
    let refused = worker.ask(Method::Get, "/schemas?kind=video", Value::Null);
    assert_eq!((refused.status, &refused.body["code"]), (422, &json!("invalid_parameter")));
}
