//! The scenarios J-1 to J-30 in which runs, refreshes and messages meet.

use driftline::core::alias::{Alias, Scheme};
use driftline::core::api::request::Method;
use driftline::core::api::routes::handle;
use driftline::core::facts::Context;
use driftline::core::inventory::intake::{Broken, Intake, Sources, take_in};
use driftline::core::inventory::observe::Sighting;
use driftline::core::inventory::world::Incoming;
use driftline::core::media::{Api, Feed, MediaType};
use driftline::core::providers::extract_in;
use driftline::core::statement::{BadRows, Message, Plan};
use driftline::core::step::{Committed, Step};
use serde_json::{Value, json};

use crate::shelf::{Shelf, clip, clip_from, extended, refusal, small, still};
use crate::support::drive::drive_alone;
use crate::worker::{Worker, assert_adds_up, difference};

fn id_of(worker: &Worker, number: &str) -> Value {
    let rows = worker.edge.db.query("SELECT id, provider_asset_id FROM assets");
    rows.iter().find(|row| row["provider_asset_id"] == number).expect("the asset is there")["id"].clone()
}

#[test]
fn j_13_a_second_import_creates_nothing() {
    let mut worker = Worker::new(small());
    let first = worker.sync(json!({}));
    assert_eq!(first["counts"]["created"], first["counts"]["seen"]);
    let assets = worker.count("assets");
    let second = worker.sync(json!({}));
    assert_eq!((&second["counts"]["created"], &second["counts"]["updated"]), (&json!(0), &json!(0)));
    assert_eq!(second["counts"]["unchanged"], second["counts"]["seen"]);
    assert_adds_up(&second);
    assert_eq!(worker.count("assets"), assets);
}

#[test]
fn j_14_a_second_refresh_adds_and_removes_nothing() {
    let mut worker = Worker::new(small());
    worker.sync(json!({ "create_lineage": "none" }));
    let body = json!({ "asset_ids": [id_of(&worker, "1"), id_of(&worker, "3"), id_of(&worker, "6")] });
    let sums = |worker: &mut Worker| {
        let answer = worker.ask(Method::Post, "/lineage/refresh", body.clone());
        let results = answer.body["results"].as_array().unwrap().clone();
        let sum = |name: &str| results.iter().map(|one| one[name].as_u64().unwrap()).sum::<u64>();
        (sum("new_edges"), sum("removed_edges"))
    };
    assert_eq!(sums(&mut worker), (3, 0));
    assert_eq!(sums(&mut worker), (0, 0));
}

#[test]
fn j_15_a_refresh_that_dies_leaves_the_old_edges() {
    let mut worker = Worker::new(small());
    worker.sync(json!({}));
    worker.edge.db.execute("UPDATE edges SET evidence = 'no longer said'");
    let before = worker.dump();
    let body = json!({ "asset_ids": [id_of(&worker, "1"), id_of(&worker, "3")], "clear_existing": true });
    let request = worker.edge.request("ann", Method::Post, "/api/v1/lineage/refresh", body);
    let mut step = handle(request, worker.edge.now);
    let mut died = false;
    while !matches!(step, Step::End(_)) {
        step = match step {
            Step::Read(statements, then) => then(worker.edge.db.read(&statements), worker.edge.now),
            _ => {
                died = true;
                break;
            }
        };
    }
    assert!(died, "it went down before its batch");
    assert_eq!(difference(&before, &worker.dump()), Vec::<Value>::new());
}

#[test]
fn j_17_a_child_is_imported_before_its_parent() {
    // The videos are listed first, so the clip's source is a stub until the images come.
    let shelf = Shelf::default()
        .with("video/created", [clip_from(1, "pixverse/i2i/ori/1001.png")])
        .with("image/created", [still(1_001)]);
    let mut worker = Worker::new(shelf);
    worker.sync(json!({ "mode": "videos", "create_lineage": "inline" }));
    let stub = worker.edge.db.query("SELECT id, origin FROM assets WHERE media_type = 'image'");
    assert_eq!(stub[0]["origin"], "referenced");
    worker.sync(json!({ "mode": "images", "create_lineage": "inline" }));
    let real =
        worker.edge.db.query("SELECT id, origin, provider_asset_id FROM assets WHERE media_type = 'image'");
    assert_eq!(real.len(), 1);
    assert_eq!((&real[0]["id"], &real[0]["origin"]), (&stub[0]["id"], &json!("synced")));
}

#[test]
fn j_24_what_a_later_listing_lacks_stays() {
    let mut worker = Worker::new(Shelf::default().with("video/created", [clip(1), clip(2)]));
    worker.sync(json!({ "mode": "videos" }));
    worker.shelf.rows.get_mut("video/created").unwrap().remove(0);
    worker.edge.now += 1_000;
    let run = worker.sync(json!({ "mode": "videos", "limit": 1 }));
    assert_eq!(run["counts"]["seen"], 1);
    let rows = worker
        .edge
        .db
        .query("SELECT provider_asset_id, shown, missing_ms FROM assets ORDER BY provider_asset_id");
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0], json!({ "provider_asset_id": "1", "shown": 1, "missing_ms": null }));
}

struct Ended(Committed);

impl Broken for Ended {
    fn broken(error: &BadRows) -> Self {
        panic!("{error}")
    }
}

/// What a poll brings of a clip made here: the record of the request, and the answer.
fn polled(now: i64) -> Intake {
    let record = json!({ "driftline_generation": "gen_1", "asset_id": "1", "operation": "text_to_video", "parameters": {}, "inputs": [] });
    let incoming = [record, clip(1)].map(|payload| incoming(&payload.to_string(), Feed::Generation, now));
    Intake { owner: 1, incoming: incoming.into(), sources: Sources::All, ..Intake::default() }
}

fn incoming(payload: &str, feed: Feed, now: i64) -> Incoming {
    let context = Context { media_type: MediaType::Video, api: Some(Api::Library), making: None };
    let facts = extract_in("pixverse", context, payload).unwrap();
    let digest = driftline::core::ids::short_digest(payload);
    let seen = Sighting::once(feed, "pixverse:library:77:0".into(), now);
    Incoming { provider_id: "pixverse".into(), facts, digest, payload: payload.into(), seen }
}

fn commit(intake: Intake) -> Step<Ended> {
    take_in(intake, |taken, _| {
        Step::commit(Plan { statements: taken.statements, sends: Vec::new() }, |committed, _| {
            Step::End(Ended(committed))
        })
    })
}

#[test]
fn j_25_a_sync_and_a_poll_at_once_make_one_asset() {
    let mut worker = Worker::new(Shelf::default().with("video/created", [clip(1)]));
    let now = worker.edge.now;
    // The poll has looked and decided, and is about to commit when the sync's page comes first.
    let mut poll = commit(polled(now));
    while let Step::Read(statements, then) = poll {
        poll = then(worker.edge.db.read(&statements), now);
    }
    worker.sync(json!({ "mode": "videos", "create_lineage": "inline" }));
    let Step::Commit(plan, _) = poll else { panic!("it is about to commit") };
    assert_eq!(worker.edge.db.commit(&plan.statements), Committed::Conflict);
    assert_eq!(drive_alone(&mut worker.edge.db, now, commit(polled(now))).0.0, Committed::Done);
    let rows = worker.edge.db.query("SELECT origin, source_generation_id FROM assets");
    assert_eq!(rows, [json!({ "origin": "both", "source_generation_id": "gen_1" })]);
}

#[test]
fn j_26_a_page_that_fails_keeps_the_pages_before_and_is_asked_again() {
    let mut worker = Worker::new(Shelf::default().with("video/created", (1..=230).map(clip)));
    let run = worker.start(json!({ "mode": "videos" }));
    worker.deliver_next();
    worker.deliver_next();
    worker.shelf.stumbles.push_back(refusal(503, 500_069));
    worker.settle();
    let shown = worker.get(&format!("/runs/{run}"));
    assert_eq!((&shown["state"], &shown["counts"]["created"]), (&json!("done"), &json!(230)));
    assert_adds_up(&shown);
    let mut offsets: Vec<u64> = worker
        .shelf
        .asked
        .iter()
        .filter(|(name, _)| *name == "video/created")
        .map(|(_, offset)| *offset)
        .collect();
    let stumbled = offsets.windows(2).filter(|pair| pair[0] == pair[1]).count();
    assert_eq!(stumbled, 1, "the page that failed is asked again where it stood: {offsets:?}");
    offsets.dedup();
    assert!(offsets.is_sorted(), "{offsets:?}");
}

#[test]
fn j_27_a_relation_that_is_read_anew_replaces_the_stale_edge() {
    let mut worker = Worker::new(Shelf::default().with("video/created", [clip(1), extended(2, 1)]));
    worker.sync(json!({ "mode": "videos" }));
    // As an older extractor had read it.
    worker.edge.db.execute("UPDATE edges SET relation = 'INPUT', evidence = 'older'");
    worker.edge.db.execute("UPDATE assets SET evidence = 'older' WHERE provider_asset_id = '2'");
    let answer = worker.ask(Method::Post, "/lineage/refresh", json!({ "asset_ids": [id_of(&worker, "2")] }));
    let result = &answer.body["results"][0];
    assert_eq!((&result["new_edges"], &result["removed_edges"]), (&json!(1), &json!(1)), "{}", answer.body);
    let edges = worker.edge.db.query("SELECT relation FROM edges");
    assert_eq!(edges, [json!({ "relation": "SOURCE_VIDEO" })]);
}

#[test]
fn j_28_equal_bytes_under_two_ids_are_linked_and_both_ids_stay() {
    let mut worker = Worker::new(Shelf::default());
    let now = worker.edge.now;
    let bytes = Alias { scheme: Scheme::Sha256, value: "ab".repeat(32) };
    let both = [clip(1), clip(2)].map(|payload| {
        let mut one = incoming(&payload.to_string(), Feed::Listing, now);
        one.facts.aliases.push(bytes.clone());
        one
    });
    let intake = Intake { owner: 1, incoming: both.into(), ..Intake::default() };
    assert_eq!(drive_alone(&mut worker.edge.db, now, commit(intake)).0.0, Committed::Done);
    assert_eq!(worker.count("assets"), 2);
    let linked = worker.edge.db.query("SELECT root FROM claims WHERE alias LIKE 'sha256:%' ORDER BY root");
    assert_eq!(linked.len(), 2, "either leads to the other: {linked:?}");
}

#[test]
fn j_30_a_message_that_comes_again_changes_nothing() {
    let mut worker = Worker::new(small());
    let run = worker.start(json!({}));
    let mut step = 0;
    while let Some(send) = worker.queue.pop_front() {
        worker.deliver(send.message.clone());
        let before = worker.dump();
        worker.deliver(send.message);
        assert_eq!(difference(&before, &worker.dump()), Vec::<Value>::new());
        step += 1;
    }
    assert!(step > 6);
    // Nor does one for a step that was done long ago.
    let before = worker.dump();
    let (_, trace) = worker.deliver(Message { job: run, step: 0 });
    assert_eq!((trace.calls, trace.round_trips), (0, 1));
    assert_eq!(difference(&before, &worker.dump()), Vec::<Value>::new());
}
