//! When a walk goes on and when it is over, whatever the provider leaves out.

use serde_json::{Value, json};

use crate::shelf::{Shelf, clip, small};
use crate::worker::{Worker, assert_adds_up};

fn clips(ids: std::ops::Range<u64>) -> Vec<Value> {
    ids.map(clip).collect()
}

/// Walks the created videos by a script; the run's first listing, and the offsets that were asked.
fn walked(pages: Vec<Value>) -> (Value, Vec<u64>) {
    let mut worker = Worker::new(Shelf::default().scripted("video/created", pages));
    let run = worker.sync(json!({ "mode": "videos" }));
    assert_eq!(run["state"], "done", "{run}");
    assert_adds_up(&run);
    let asked = worker.shelf.asked.iter().filter(|(listing, _)| *listing == "video/created");
    (run["listings"][0].clone(), asked.map(|(_, offset)| *offset).collect())
}

#[test]
fn a_run_walks_all_six_listings_to_the_end() {
    let mut worker = Worker::new(small());
    let run = worker.sync(json!({}));
    assert_eq!((&run["state"], &run["complete"]), (&json!("done"), &json!(true)));
    assert_adds_up(&run);
    assert_eq!(
        run["counts"],
        json!({ "seen": 61, "created": 61, "updated": 0, "unchanged": 0, "skipped": 0, "quarantined": 0 })
    );
    let listings: Vec<(&str, u64, u64)> = run["listings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (one["listing"].as_str().unwrap(), one["done"].as_u64().unwrap(), one["pages"].as_u64().unwrap())
        })
        .collect();
    assert_eq!(
        listings,
        [
            ("video/created", 54, 2),
            ("video/uploaded", 1, 1),
            ("image/created", 4, 1),
            ("image/uploaded", 1, 1),
            ("audio/created", 1, 1),
            ("audio/uploaded", 0, 1),
        ]
    );
    assert_eq!(worker.shelf.asked.len(), 7, "one call a page: {:?}", worker.shelf.asked);
    assert_eq!(worker.shelf.looked_behind, ["video/created", "image/created"]);
    assert_eq!(run["provider_calls"], 9);
    let shown = worker.edge.db.query("SELECT id FROM assets WHERE shown = 1");
    assert_eq!(shown.len(), 61);
}

#[test]
fn modes_walk_what_they_say() {
    for (mode, listings) in [("videos", 2), ("images", 2), ("audio", 2), ("both", 4), ("all", 6)] {
        let run = Worker::new(small()).sync(json!({ "mode": mode }));
        assert_eq!(run["listings"].as_array().unwrap().len(), listings, "{mode}");
    }
}

#[test]
fn a_short_page_is_not_the_end() {
    let (listing, asked) = walked(vec![
        json!({ "data": clips(1..4), "has_more": true, "next_offset": 50, "total": 53 }),
        json!({ "data": clips(2..7), "has_more": false, "next_offset": 53, "total": 53 }),
    ]);
    assert_eq!((&listing["done"], &listing["ended"]), (&json!(6), &json!("provider_says_done")));
    assert_eq!(asked, [0, 48]);
}

#[test]
fn an_empty_page_in_the_middle_is_passed() {
    let (listing, asked) = walked(vec![
        json!({ "data": clips(1..4), "has_more": true, "next_offset": 50 }),
        json!({ "data": [], "has_more": true, "next_offset": 100 }),
        json!({ "data": clips(4..6), "has_more": false }),
    ]);
    assert_eq!((&listing["done"], &listing["ended"]), (&json!(5), &json!("provider_says_done")));
    assert_eq!(asked, [0, 48, 100]);
}

#[test]
fn without_has_more_the_total_ends_it() {
    let (listing, asked) = walked(vec![
        json!({ "data": clips(1..51), "total": 52 }),
        json!({ "data": clips(49..53), "total": 52 }),
    ]);
    assert_eq!((&listing["done"], &listing["ended"]), (&json!(52), &json!("provider_says_done")));
    assert_eq!(asked, [0, 48]);
}

#[test]
fn without_any_mark_nothing_behind_the_last_row_ends_it() {
    let (listing, asked) =
        walked(vec![json!({ "data": clips(1..3) }), json!({ "data": clips(2..3) }), json!({ "data": [] })]);
    assert_eq!((&listing["done"], &listing["ended"]), (&json!(2), &json!("empty_page")));
    assert_eq!((asked, &listing["total"]), (vec![0, 1, 2], &Value::Null));
}

/// Simulation, seeds 9 and 36: such a page ended the walk, with `complete` where the total alone was told.
#[test]
fn a_page_that_ends_among_the_rows_it_shares_is_not_the_end() {
    for marks in [json!({ "total": 5 }), json!({ "has_more": true }), json!({})] {
        let page = |rows: std::ops::Range<u64>| {
            let mut page = marks.clone();
            page["data"] = clips(rows).into();
            page
        };
        let last = json!({ "data": clips(3..6), "has_more": false });
        let (listing, asked) = walked(vec![page(1..4), page(2..3), last]);
        assert_eq!(
            (&listing["done"], &listing["ended"]),
            (&json!(5), &json!("provider_says_done")),
            "{marks}"
        );
        assert_eq!((asked, &listing["torn"]), (vec![0, 1, 2], &json!(false)), "{marks}");
    }
}

#[test]
fn an_empty_page_in_the_place_of_known_rows_is_asked_for_again_further_up() {
    for empty in [json!({ "data": null }), json!({ "data": [] }), json!({}), json!([])] {
        let again = json!({ "data": clips(2..3) });
        let (listing, asked) = walked(vec![json!({ "data": clips(1..3) }), empty.clone(), again, empty]);
        assert_eq!((&listing["done"], &listing["ended"]), (&json!(2), &json!("empty_page")));
        assert_eq!(asked, [0, 1, 0, 1]);
    }
}

#[test]
fn null_data_with_a_word_of_more_is_passed() {
    let (listing, asked) = walked(vec![
        json!({ "data": null, "has_more": true, "next_offset": 50 }),
        json!({ "data": clips(1..3), "has_more": false }),
    ]);
    assert_eq!(listing["done"], 2);
    assert_eq!(asked, [0, 50]);
}

#[test]
fn a_cursor_that_stands_still_ends_it() {
    let (listing, asked) = walked(vec![
        json!({ "data": clips(1..51), "has_more": true, "next_offset": 50 }),
        json!({ "data": clips(49..53), "has_more": true, "next_offset": 50 }),
    ]);
    assert_eq!((&listing["done"], &listing["ended"]), (&json!(52), &json!("cursor_stands_still")));
    assert_eq!(asked, [0, 48]);
}

#[test]
fn a_page_that_comes_again_and_again_ends_it_and_creates_nothing_twice() {
    let same = |next: u64| json!({ "data": clips(1..4), "has_more": true, "next_offset": next });
    let (listing, asked) = walked(vec![same(50), same(100), same(150), same(200)]);
    assert_eq!(listing["ended"], "nothing_new_twice");
    assert_eq!((&listing["counts"]["created"], &listing["counts"]["seen"]), (&json!(3), &json!(3)));
    assert_eq!(asked, [0, 48, 98]);
}

#[test]
fn a_row_that_is_listed_twice_on_one_page_is_created_once() {
    let (listing, _) = walked(vec![json!({ "data": [clip(1), clip(2), clip(1)], "has_more": false })]);
    assert_eq!((&listing["counts"]["created"], &listing["counts"]["seen"]), (&json!(2), &json!(3)));
}

#[test]
fn a_limit_ends_the_run_and_leaves_it_incomplete() {
    for (limit, seen) in [(1, 1), (50, 50), (53, 53), (54, 54), (57, 57), (1_000, 61)] {
        let mut worker = Worker::new(small());
        let run = worker.sync(json!({ "limit": limit }));
        assert_adds_up(&run);
        assert_eq!((&run["counts"]["seen"], &run["state"]), (&json!(seen), &json!("done")), "limit {limit}");
        assert_eq!(run["complete"], json!(limit == 1_000), "limit {limit}");
        let shown = worker.edge.db.query("SELECT id FROM assets WHERE shown = 1").len();
        assert_eq!(json!(shown), json!(seen), "limit {limit}");
    }
}
