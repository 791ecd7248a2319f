//! How much of a library a run reads: down to known ground, all of it, or what another run left.

use std::collections::BTreeSet;

use driftline::core::api::request::Method;
use serde_json::{Value, json};

use crate::shelf::{Shelf, clip, refusal, small, still};
use crate::worker::{ACCOUNT, Worker, assert_adds_up, difference};

const LISTING: &str = "video/created";
const DAY: i64 = 24 * 3_600_000;

fn clips(ids: impl IntoIterator<Item = u64>) -> Shelf {
    Shelf::default().with(LISTING, ids.into_iter().map(clip))
}

/// A clip that was made on a day of September.
fn clip_of(id: u64, day: u32) -> Value {
    let mut clip = clip(id);
    clip["created_at"] = format!("2026-09-{day:02}T08:00:00Z").into();
    clip
}

/// A library of 300 clips that was scanned whole; nobody has been asked since.
fn scanned() -> Worker {
    let mut worker = Worker::new(clips(1..=300));
    let run = worker.sync(json!({ "create_lineage": "none" }));
    assert_eq!((&run["strategy"], &run["complete"]), (&json!("incremental"), &json!(true)));
    worker.shelf.asked.clear();
    worker.edge.now += DAY;
    worker
}

fn insert(worker: &mut Worker, at: usize, rows: impl IntoIterator<Item = Value>) {
    let shelf = worker.shelf.rows.get_mut(LISTING).unwrap();
    shelf.splice(at..at, rows.into_iter().map(|row| row.to_string()));
}

fn asked(worker: &Worker) -> Vec<u64> {
    worker.shelf.asked.iter().filter(|(listing, _)| *listing == LISTING).map(|(_, offset)| *offset).collect()
}

fn post(worker: &mut Worker, run: &Value, verb: &str, body: Value) -> (u16, Value) {
    let answer = worker.ask(Method::Post, &format!("/runs/{}/{verb}", run["id"].as_str().unwrap()), body);
    (answer.status, answer.body)
}

#[test]
fn an_unchanged_library_costs_one_call_a_listing_and_few_rows() {
    let shelf = clips(1..=600).with("image/created", (5_000..5_400).map(still));
    let mut worker = Worker::new(shelf);
    assert_eq!(worker.sync(json!({ "create_lineage": "none" }))["complete"], true);
    worker.shelf.asked.clear();
    worker.edge.now += DAY;
    let before = worker.dump();
    let id = worker.start(json!({}));
    let mut steps = 0;
    while worker.deliver_next() {
        steps += 1;
    }
    let run = worker.get(&format!("/runs/{id}"));
    assert_eq!((&run["state"], &run["counts"]["unchanged"]), (&json!("done"), &json!(200)));
    assert_eq!(
        (&run["listings"][0]["ended"], &run["listings"][2]["ended"]),
        (&json!("known_ground"), &json!("known_ground"))
    );
    assert_eq!(worker.shelf.asked.len(), 6, "one call a listing");
    let after = worker.dump();
    let changed: BTreeSet<String> =
        difference(&before, &after).iter().map(|one| one["table"].to_string()).collect();
    assert_eq!(changed, BTreeSet::from(["accounts", "jobs", "scan_pages"].map(|name| format!("{name:?}"))));
    let pages = after["scan_pages"].len() - before["scan_pages"].len();
    assert_eq!((pages, after["jobs"].len() - before["jobs"].len()), (6, 1));
    // A page's row and its index entry; the job's row with three index entries; each step the job's row and the entry
    // of its due time; at the end two entries less; the account's row.
    let written = pages * 2 + 4 + steps * 2 + 2 + 1;
    assert!(written <= 50, "{written} rows");
}

#[test]
fn what_is_new_is_found_at_the_head_and_a_little_below() {
    let mut worker = scanned();
    insert(&mut worker, 0, (1_001..1_004).map(|id| clip_of(id, 22)));
    insert(&mut worker, 60, [clip_of(2_000, 19)]);
    let run = worker.sync(json!({ "create_lineage": "none" }));
    assert_eq!(
        (&run["counts"]["created"], &run["listings"][0]["ended"]),
        (&json!(4), &json!("known_ground"))
    );
    assert_eq!(asked(&worker), [0, 98], "the late one is at 60: known ground begins behind it");
    assert_eq!(run["complete"], false, "only a whole scan is complete");
    assert_adds_up(&run);
}

#[test]
fn news_mixed_in_let_it_look_deeper() {
    let mut worker = scanned();
    for at in [50, 120, 190] {
        let row = worker.shelf.rows.get_mut(LISTING).unwrap()[at].replace("clip", "retitled clip");
        worker.shelf.rows.get_mut(LISTING).unwrap()[at] = row;
    }
    let run = worker.sync(json!({}));
    assert_eq!((&run["counts"]["updated"], &run["counts"]["created"]), (&json!(3), &json!(0)));
    assert_eq!(asked(&worker), [0, 98, 196]);
}

#[test]
fn what_is_under_way_is_no_known_ground_until_nobody_waits_for_it() {
    let mut worker = Worker::new(clips(1..=300));
    let mut under_way = clip(81);
    under_way["video_status"] = 5.into();
    under_way["url"] = "".into();
    worker.shelf.rows.get_mut(LISTING).unwrap()[80] = under_way.to_string();
    worker.sync(json!({ "create_lineage": "none" }));
    for (days, expected) in [(1, vec![0, 98]), (30, vec![0])] {
        worker.shelf.asked.clear();
        worker.edge.now += days * DAY;
        worker.sync(json!({ "create_lineage": "none" }));
        assert_eq!(asked(&worker), expected, "after {days} days");
    }
}

#[test]
fn full_reads_every_page() {
    let mut worker = scanned();
    let run = worker.sync(json!({ "strategy": "full" }));
    assert_eq!((&run["strategy"], &run["complete"]), (&json!("full"), &json!(true)));
    assert_eq!(asked(&worker).len(), 7);
    worker.shelf.asked.clear();
    let run = worker.sync(json!({ "dry_run": true }));
    assert_eq!((&run["strategy"], &run["counts"]["seen"]), (&json!("full"), &json!(300)), "a comparison too");
}

#[test]
fn a_run_that_stops_early_says_what_it_left_and_one_call_fills_it() {
    let mut worker = scanned();
    insert(&mut worker, 0, (1_001..=1_200).map(|id| clip_of(id, 22)));
    let run = worker.sync(json!({ "limit": 70, "create_lineage": "none" }));
    let left = &run["listings"][0]["unscanned"];
    assert_eq!((&run["state"], left), (&json!("done"), &json!({ "from": 70, "at_most": 430 })));
    assert_eq!(run["counts"]["created"], 70);
    insert(&mut worker, 0, [clip_of(3_000, 22)]);
    let (status, filling) = post(&mut worker, &run, "fill", json!({}));
    assert_eq!((status, &filling["fills"]), (202, &run["id"]), "{filling}");
    worker.shelf.asked.clear();
    worker.settle();
    let filled = worker.get(&format!("/runs/{}", filling["id"].as_str().unwrap()));
    assert_eq!((&filled["state"], &filled["listings"][0]["ended"]), (&json!("done"), &json!("known_ground")));
    assert_eq!(filled["counts"]["created"], 130, "{filled}");
    assert_eq!(asked(&worker).first(), Some(&68), "on from where the other stopped");
    let run = worker.get(&format!("/runs/{}", run["id"].as_str().unwrap()));
    assert_eq!(run["filled_by"], filling["id"]);
    let (status, body) = post(&mut worker, &run, "fill", json!({}));
    assert_eq!((status, &body["code"]), (409, &json!("nothing_to_fill")));
}

#[test]
fn a_range_that_nobody_fills_is_read_by_the_next_incremental_run() {
    let mut worker = scanned();
    insert(&mut worker, 0, (1_001..=1_300).map(|id| clip_of(id, 22)));
    worker.sync(json!({ "limit": 150, "create_lineage": "none" }));
    worker.edge.now += DAY;
    let run = worker.sync(json!({ "create_lineage": "none" }));
    assert_eq!(
        (&run["counts"]["created"], &run["listings"][0]["ended"]),
        (&json!(150), &json!("known_ground"))
    );
    assert_eq!(worker.count("assets"), 600);
}

#[test]
fn runs_that_fail_or_are_cancelled_leave_a_range_too() {
    for code in [Some(500_020), None] {
        let mut worker = scanned();
        insert(&mut worker, 0, (1_001..=1_200).map(|id| clip_of(id, 22)));
        let id = worker.start(json!({ "mode": "videos", "create_lineage": "none" }));
        worker.deliver_next();
        match code {
            Some(code) => worker.shelf.stumbles = [refusal(200, code)].into(),
            None => {
                assert_eq!(worker.ask(Method::Post, &format!("/runs/{id}/cancel"), Value::Null).status, 200)
            }
        }
        worker.settle();
        let run = worker.get(&format!("/runs/{id}"));
        assert_eq!(run["listings"][0]["unscanned"], json!({ "from": 100, "at_most": 400 }), "{run}");
        assert_eq!(post(&mut worker, &run, "fill", json!({})).0, 202);
        worker.settle();
        assert_eq!(worker.count("assets"), 500);
    }
}

#[test]
fn a_complete_run_leaves_nothing_to_fill() {
    let mut worker = Worker::new(small());
    let run = worker.sync(json!({}));
    let (status, body) = post(&mut worker, &run, "fill", json!({}));
    assert_eq!((status, &body["code"]), (409, &json!("nothing_to_fill")));
}

#[test]
fn a_library_that_is_suddenly_all_new_stops_the_run() {
    let mut worker = scanned();
    worker.shelf.rows.insert(LISTING, (10_001..=10_305).map(|id| clip(id).to_string()).collect());
    let before = worker.dump();
    let run = worker.sync(json!({ "strategy": "full", "create_lineage": "none" }));
    assert_eq!((&run["state"], &run["paused"]["reason"]), (&json!("paused"), &json!("identity_shift")));
    assert_eq!(run["error"]["code"], "identity_shift");
    assert_eq!((&run["counts"]["seen"], worker.shelf.asked.len()), (&json!(0), 1));
    for table in ["assets", "claims", "observations", "scan_pages"] {
        assert_eq!(before[table], worker.dump()[table], "{table}");
    }
    assert_eq!(post(&mut worker, &run, "resume", json!({})).0, 200);
    worker.settle();
    assert_eq!(worker.count("assets"), 300, "it looks again, and stops again");
    assert_eq!(post(&mut worker, &run, "resume", json!({ "confirm_identity_shift": true })).0, 200);
    worker.settle();
    assert_eq!(worker.count("assets"), 605);
}

#[test]
fn growth_is_no_shift() {
    for added in [100, 1_000] {
        let mut worker = scanned();
        insert(&mut worker, 0, (10_001..=10_000 + added).map(|id| clip_of(id, 22)));
        let run = worker.sync(json!({ "create_lineage": "none" }));
        assert_eq!((&run["state"], &run["counts"]["created"]), (&json!("done"), &json!(added)));
    }
}

#[test]
fn a_confirmed_shift_is_asked_for_with_the_run() {
    let mut worker = scanned();
    worker.shelf.rows.insert(LISTING, (10_001..=10_300).map(|id| clip(id).to_string()).collect());
    let run = worker.sync(json!({ "confirm_identity_shift": true, "create_lineage": "none" }));
    assert_eq!((&run["state"], &run["counts"]["created"]), (&json!("done"), &json!(300)));
}

#[test]
fn strategies_that_cannot_be_meant_are_refused() {
    let mut worker = Worker::new(small());
    for body in [
        json!({ "strategy": "some" }),
        json!({ "strategy": "incremental", "windows": true }),
        json!({ "windows": 1 }),
    ] {
        let answer = worker.ask(
            Method::Post,
            &format!("/providers/pixverse/accounts/{ACCOUNT}/sync-assets"),
            body.clone(),
        );
        assert_eq!(answer.status, 422, "{body}");
    }
}
