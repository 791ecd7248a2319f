//! A library that changes while it is walked: nothing is passed over, nothing is counted twice.

use serde_json::{Value, json};

use crate::shelf::{Shelf, clip};
use crate::worker::{Worker, assert_adds_up};

const LISTING: &str = "video/created";

fn clips(ids: impl IntoIterator<Item = u64>) -> Shelf {
    Shelf::default().with(LISTING, ids.into_iter().map(clip))
}

fn rows(worker: &mut Worker) -> &mut Vec<String> {
    worker.shelf.rows.get_mut(LISTING).unwrap()
}

/// Walks clips, changing the library behind the `after`-th page; the run, and the offsets that were asked.
fn walked(shelf: Shelf, after: usize, change: impl Fn(&mut Vec<String>)) -> (Value, Worker) {
    let mut worker = Worker::new(shelf);
    let id = worker.start(json!({ "mode": "videos", "create_lineage": "none" }));
    for _ in 0..after {
        worker.deliver_next();
    }
    change(rows(&mut worker));
    worker.settle();
    let run = worker.get(&format!("/runs/{id}"));
    assert_eq!(run["state"], "done");
    assert_adds_up(&run);
    (run, worker)
}

fn offsets(worker: &Worker) -> Vec<u64> {
    let asked = worker.shelf.asked.iter().filter(|(listing, _)| *listing == LISTING);
    asked.map(|(_, offset)| *offset).collect()
}

#[test]
fn a_library_that_stands_still_is_read_once() {
    let (run, worker) = walked(clips(1..=200), 0, |_| {});
    assert_eq!((&run["counts"]["seen"], &run["counts"]["created"]), (&json!(200), &json!(200)));
    assert_eq!(run["listings"][0]["done"], run["listings"][0]["total"]);
    assert_eq!(offsets(&worker), [0, 48, 96, 144, 192]);
    let pages = worker
        .edge
        .db
        .query("SELECT json_array_length(rows) AS n FROM scan_pages WHERE listing = 'video/created'");
    let recorded: i64 = pages.iter().map(|page| page["n"].as_i64().unwrap()).sum();
    assert_eq!(recorded, 200, "shared rows stand in one page's proof");
}

#[test]
fn rows_deleted_in_front_of_the_walk_hide_no_row() {
    for deleted in [1, 2, 3, 10, 41, 50, 60, 140] {
        let (run, worker) = walked(clips(1..=200), 3, |rows| drop(rows.drain(..deleted)));
        assert_eq!(worker.count("assets"), 200, "{deleted} deleted: {:?}", offsets(&worker));
        assert_eq!(
            (&run["counts"]["seen"], &run["counts"]["created"]),
            (&json!(200), &json!(200)),
            "{deleted}"
        );
        assert_eq!(run["complete"], true, "{deleted}");
        assert!(offsets(&worker).len() <= 11, "{deleted}: {:?}", offsets(&worker));
    }
}

#[test]
fn one_deleted_row_costs_no_further_call() {
    let (_, worker) = walked(clips(1..=200), 2, |rows| drop(rows.remove(7)));
    assert_eq!(offsets(&worker).len(), 5);
}

#[test]
fn rows_inserted_in_front_of_the_walk_create_nothing_twice() {
    for inserted in [1, 10, 49, 50, 120] {
        let (run, worker) = walked(clips(1..=200), 2, |rows| {
            rows.splice(0..0, (1_000..1_000 + inserted).map(|id| clip(id).to_string()));
        });
        let ids =
            worker.edge.db.query("SELECT id FROM assets WHERE CAST(provider_asset_id AS INTEGER) <= 200");
        assert_eq!(ids.len(), 200, "{inserted} inserted");
        // Rows that more than a page has come in front of are met again, and have nothing new to say.
        assert_eq!(run["counts"]["updated"], 0, "{inserted} inserted");
        assert_eq!(
            worker.count("assets"),
            usize::try_from(run["counts"]["created"].as_u64().unwrap()).unwrap()
        );
    }
}

#[test]
fn deletions_beyond_all_measure_leave_the_scan_incomplete() {
    let (run, worker) = walked(clips(1..=1_000), 19, |rows| drop(rows.drain(..890)));
    assert_eq!(
        (&run["complete"], &run["listings"][0]["torn"]),
        (&json!(false), &json!(true)),
        "{:?}",
        offsets(&worker)
    );
}

#[test]
fn a_row_with_news_on_the_shared_rows_is_taken_in_again() {
    let (run, worker) = walked(clips(1..=60), 1, |rows| {
        rows[49] = rows[49].replace("clip 50", "clip 50, done");
    });
    assert_eq!((&run["counts"]["created"], &run["counts"]["updated"]), (&json!(60), &json!(1)));
    assert_eq!(worker.count("assets"), 60);
}
