//! A provider that shows recent rows only: what lies behind is found, and never taken for deleted.

use serde_json::{Value, json};

use crate::shelf::{Shelf, clip};
use crate::worker::{ACCOUNT, Worker};

const LISTING: &str = "video/created";
/// Clips of this year, of last winter, and of the year before.
const RECENT: std::ops::RangeInclusive<u64> = 1..=60;
const OLDER: std::ops::RangeInclusive<u64> = 61..=130;

fn dated(id: u64) -> Value {
    let day = match id {
        0..=60 => "2026-09-20",
        61..=120 => "2026-02-01",
        _ => "2025-01-01",
    };
    let mut row = clip(id);
    row["created_at"] = format!("{day}T08:00:00Z").into();
    row
}

/// A library whose listing without a window begins in June.
fn hiding() -> Worker {
    let mut shelf = Shelf::default().with(LISTING, RECENT.chain(OLDER).map(dated));
    shelf.hides_before = Some("2026-06-01T00:00:00Z");
    Worker::new(shelf)
}

fn scan(worker: &mut Worker, more: &Value) -> Value {
    let mut body = json!({ "mode": "videos", "create_lineage": "none", "strategy": "full" });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    worker.edge.now += 60_000;
    worker.sync(body)
}

fn missing(worker: &Worker) -> usize {
    worker.edge.db.query("SELECT id FROM assets WHERE missing_ms IS NOT NULL").len()
}

#[test]
fn what_a_listing_hides_is_found_and_belongs_to_the_scan() {
    let mut worker = hiding();
    let run = scan(&mut worker, &json!({}));
    assert_eq!((&run["counts"]["created"], &run["counts"]["seen"]), (&json!(130), &json!(130)), "{run}");
    let listing = &run["listings"][0];
    assert_eq!(
        (&listing["total"], &listing["ended"], &run["complete"]),
        (&json!(130), &json!("provider_says_done"), &json!(true))
    );
    let there = &run["reconciliation"]["listings"][0];
    assert_eq!(
        (&there["there"], &there["here"], &there["only_here"]),
        (&json!(130), &json!(130), &json!(0)),
        "{run}"
    );
    assert_eq!(worker.shelf.looked_behind.iter().filter(|listing| **listing == LISTING).count(), 1);
}

#[test]
fn what_is_hidden_is_never_marked_as_missing_by_any_strategy() {
    let mut worker = hiding();
    scan(&mut worker, &json!({}));
    // So small that an incremental walk comes to the listing's end, and to nothing that is final.
    worker.shelf.rows.insert(LISTING, (1..=2).chain(61..=62).map(|id| dated(id).to_string()).collect());
    for strategy in ["full", "incremental"] {
        let mut worker = Worker::new(worker.shelf.clone());
        worker.shelf.hides_before = None;
        scan(&mut worker, &json!({}));
        worker.shelf.hides_before = Some("2026-06-01T00:00:00Z");
        let mut first = scan(&mut worker, &json!({ "strategy": "full" }));
        assert_eq!(first["counts"]["unchanged"], 4, "{first}");
        first = scan(&mut worker, &json!({ "strategy": strategy }));
        assert_eq!((&first["counts"]["unchanged"], missing(&worker)), (&json!(4), 0), "{strategy}: {first}");
    }
}

#[test]
fn an_empty_listing_may_hide_everything() {
    let mut worker = hiding();
    worker.shelf.hides_before = Some("2026-11-01T00:00:00Z");
    let run = scan(&mut worker, &json!({}));
    assert_eq!((&run["counts"]["created"], &run["complete"]), (&json!(130), &json!(true)), "{run}");
}

#[test]
fn a_listing_that_hides_nothing_is_asked_once_more_and_never_again_by_an_incremental_run() {
    let mut worker = hiding();
    worker.shelf.hides_before = None;
    let run = scan(&mut worker, &json!({}));
    assert_eq!((&run["counts"]["seen"], &run["listings"][0]["pages"]), (&json!(130), &json!(3)), "{run}");
    assert_eq!(worker.shelf.looked_behind, [LISTING, "video/uploaded"]);
    scan(&mut worker, &json!({ "strategy": "incremental" }));
    assert_eq!(worker.shelf.looked_behind.len(), 2);
    // What was empty and asked for once is not asked for again.
    scan(&mut worker, &json!({}));
    assert_eq!(worker.shelf.looked_behind, [LISTING, "video/uploaded", LISTING]);
}

#[test]
fn a_provider_without_windows_is_not_read_twice() {
    let mut worker = hiding();
    (worker.shelf.hides_before, worker.shelf.ignores_windows) = (None, true);
    let run = scan(&mut worker, &json!({}));
    assert_eq!((&run["counts"]["seen"], &run["counts"]["created"]), (&json!(130), &json!(130)), "{run}");
    assert_eq!((&run["complete"], &run["listings"][0]["total"]), (&json!(true), &json!(130)), "{run}");
    assert_eq!(worker.shelf.asked.iter().filter(|(listing, _)| *listing == LISTING).count(), 4);
}

#[test]
fn windows_of_time_find_it_too() {
    let mut worker = hiding();
    let run = scan(&mut worker, &json!({ "windows": true }));
    assert_eq!((&run["counts"]["created"], &run["complete"]), (&json!(130), &json!(true)), "{run}");
}

#[test]
fn a_run_that_dies_while_it_looks_behind_goes_on_there() {
    let mut worker = hiding();
    worker.ask(
        driftline::core::api::request::Method::Post,
        &format!("/providers/pixverse/accounts/{ACCOUNT}/sync-assets"),
        json!({ "mode": "videos", "create_lineage": "none", "strategy": "full" }),
    );
    // Sixty clips are two pages; the third looks behind.
    for _ in 0..3 {
        worker.deliver_next();
    }
    assert_eq!(worker.count("assets"), 110);
    let again = worker.queue.front().unwrap().message.clone();
    worker.settle();
    assert_eq!(worker.count("assets"), 130);
    let before = worker.dump();
    worker.deliver(again);
    assert_eq!(crate::worker::difference(&before, &worker.dump()), Vec::<Value>::new());
}
