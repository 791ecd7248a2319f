//! The end of a complete run: what is there, what is here, and what went missing upstream.

use driftline::core::api::request::Method;
use serde_json::{Value, json};

use crate::shelf::{Shelf, clip, refusal, still};
use crate::worker::{ACCOUNT, SECOND, Worker, assert_adds_up};

const LISTING: &str = "video/created";
const HOUR: i64 = 3_600_000;

fn clips(ids: impl IntoIterator<Item = u64>) -> Shelf {
    Shelf::default().with(LISTING, ids.into_iter().map(clip))
}

fn full(worker: &mut Worker) -> Value {
    worker.edge.now += HOUR;
    let run = worker.sync(json!({ "strategy": "full", "create_lineage": "none" }));
    assert_adds_up(&run);
    run
}

fn delete_upstream(worker: &mut Worker, ids: impl Fn(u64) -> bool) {
    for rows in worker.shelf.rows.values_mut() {
        rows.retain(|row| {
            let row: Value = serde_json::from_str(row).unwrap();
            !row["video_id"].as_u64().is_some_and(&ids)
        });
    }
}

/// The provider's ids of what is marked as missing.
fn missing(worker: &Worker) -> Vec<u64> {
    let rows = worker.edge.db.query(
        "SELECT CAST(provider_asset_id AS INTEGER) AS id FROM assets WHERE missing_ms IS NOT NULL ORDER BY 1",
    );
    rows.iter().map(|row| row["id"].as_u64().unwrap()).collect()
}

fn asset_path(worker: &Worker, id: u64) -> String {
    let name = id.to_string();
    let rows = worker.edge.db.query("SELECT id, provider_asset_id FROM assets");
    let row = rows.iter().find(|row| row["provider_asset_id"] == name.as_str()).unwrap();
    format!("/assets/{}", row["id"].as_str().unwrap())
}

fn listing(run: &Value) -> &Value {
    &run["reconciliation"]["listings"][4]
}

#[test]
fn a_complete_run_says_that_everything_is_here() {
    let mut worker = Worker::new(clips(1..=1_012).with("image/created", (5_000..5_030).map(still)));
    assert_eq!(worker.get(&format!("/accounts/{ACCOUNT}"))["reconciliation"], Value::Null);
    let run = full(&mut worker);
    assert_eq!((&run["complete"], &run["reconciliation"]["state"]), (&json!(true), &json!("done")));
    assert_eq!(
        listing(&run),
        &json!({
            "listing": LISTING, "there": 1_012, "here": 1_012, "only_there": 0, "only_here": 0, "removed_by_you": 0,
            "unreadable": 0,
        })
    );
    worker.edge.now += 2 * HOUR;
    let sentence = "Everything at Pixverse is here: 1,042 of 1,042, checked 2 hours ago.";
    assert_eq!(worker.get(&format!("/accounts/{ACCOUNT}"))["reconciliation"], sentence);
    let report = worker.get(&format!("/accounts/{ACCOUNT}/reconciliation"));
    assert_eq!((&report["sentence"], &report["digest"]), (&json!(sentence), &json!("/api/v1/digest")));
    let videos = &report["listings"][4];
    assert_eq!((&videos["listing"], &videos["run_id"]), (&json!(LISTING), &run["id"]));
    assert!(videos["started_at"].as_str().unwrap() <= videos["finished_at"].as_str().unwrap());
    assert_eq!(worker.get(&format!("/accounts/{SECOND}"))["reconciliation"], Value::Null);
    assert_eq!(
        worker.ask_as("bob", Method::Get, &format!("/accounts/{ACCOUNT}/reconciliation"), Value::Null).status,
        404
    );
}

#[test]
fn the_clock_alone_does_not_change_an_accounts_version() {
    let mut worker = Worker::new(clips(1..=3));
    full(&mut worker);
    let path = format!("/accounts/{ACCOUNT}");
    let first = worker.ask(Method::Get, &path, Value::Null);
    worker.edge.now += 10 * HOUR;
    let later = worker.ask(Method::Get, &path, Value::Null);
    assert_eq!(first.headers["etag"], later.headers["etag"]);
    assert_ne!(first.body["reconciliation"], later.body["reconciliation"]);
    full(&mut worker);
    assert_ne!(worker.ask(Method::Get, &path, Value::Null).headers["etag"], first.headers["etag"]);
}

#[test]
fn what_is_removed_or_unreadable_is_told_apart() {
    let mut shelf = clips(1..=30);
    shelf.rows.get_mut(LISTING).unwrap().extend(["7".to_owned(), "[]".to_owned()]);
    let mut worker = Worker::new(shelf);
    full(&mut worker);
    worker.edge.now += HOUR;
    let path = asset_path(&worker, 4);
    assert_eq!(worker.ask(Method::Delete, &path, Value::Null).status, 204);
    let run = full(&mut worker);
    let videos = listing(&run);
    assert_eq!(
        (
            &videos["there"],
            &videos["here"],
            &videos["removed_by_you"],
            &videos["unreadable"],
            &videos["only_there"]
        ),
        (&json!(32), &json!(29), &json!(1), &json!(2), &json!(0))
    );
    assert_eq!(
        worker.get(&format!("/accounts/{ACCOUNT}"))["reconciliation"],
        "29 of 32 at Pixverse are here (1 removed by you, 2 unreadable), checked just now."
    );
}

#[test]
fn a_few_that_are_gone_upstream_are_marked_and_come_back_when_seen_again() {
    let mut worker = Worker::new(clips(1..=100));
    full(&mut worker);
    let kept = worker.shelf.clone();
    delete_upstream(&mut worker, |id| id % 40 == 0);
    let run = full(&mut worker);
    assert_eq!(run["reconciliation"]["missing"], json!({ "found": 2, "marked": 2 }));
    assert_eq!((&listing(&run)["there"], &listing(&run)["only_here"]), (&json!(98), &json!(2)));
    assert_eq!(missing(&worker), [40, 80]);
    let shown = worker.get(&asset_path(&worker, 40));
    assert!(shown["missing_since"].is_string() && shown["removed"] == false, "{shown}");
    let run = full(&mut worker);
    assert_eq!(run["reconciliation"]["missing"], json!({ "found": 0, "marked": 0 }), "it is known already");
    assert_eq!(listing(&run)["only_here"], 2);
    worker.shelf.rows = kept.rows;
    let run = full(&mut worker);
    assert_eq!((&run["counts"]["updated"], missing(&worker)), (&json!(2), vec![]));
}

#[test]
fn only_a_complete_scan_marks_anything() {
    for body in [
        json!({}),
        json!({ "strategy": "full", "limit": 90 }),
        json!({ "strategy": "full", "dry_run": true }),
        json!({ "strategy": "full", "mode": "images" }),
    ] {
        let mut worker = Worker::new(clips(1..=200));
        full(&mut worker);
        delete_upstream(&mut worker, |id| id == 150);
        worker.edge.now += HOUR;
        assert_eq!(worker.sync(body.clone())["state"], "done");
        assert_eq!(missing(&worker), Vec::<u64>::new(), "{body}");
    }
}

#[test]
fn an_error_is_no_absence() {
    let mut worker = Worker::new(clips(1..=200));
    full(&mut worker);
    worker.edge.now += HOUR;
    let id = worker.start(json!({ "strategy": "full" }));
    worker.deliver_next();
    worker.shelf.stumbles = [refusal(200, 500_020)].into();
    worker.settle();
    assert_eq!(worker.get(&format!("/runs/{id}"))["state"], "failed");
    assert_eq!(missing(&worker), Vec::<u64>::new());
}

#[test]
fn much_that_is_gone_waits_for_a_person() {
    for (all, gone) in [(100, 6), (1_000, 21), (10, 1)] {
        let mut worker = Worker::new(clips(1..=all));
        full(&mut worker);
        delete_upstream(&mut worker, |id| id <= gone);
        let run = full(&mut worker);
        assert_eq!(
            (&run["state"], &run["reconciliation"]["state"]),
            (&json!("done"), &json!("waiting_for_confirmation"))
        );
        assert_eq!(run["reconciliation"]["missing"], json!({ "found": gone, "marked": 0 }));
        assert_eq!(missing(&worker), Vec::<u64>::new());
        let path = format!("/runs/{}/confirm-missing", run["id"].as_str().unwrap());
        for _ in 0..2 {
            assert_eq!(worker.ask(Method::Post, &path, Value::Null).status, 200);
        }
        worker.settle();
        assert_eq!(missing(&worker), (1..=gone).collect::<Vec<_>>());
        let run = worker.get(&format!("/runs/{}", run["id"].as_str().unwrap()));
        assert_eq!((&run["state"], &run["reconciliation"]["state"]), (&json!("done"), &json!("done")));
        assert_eq!(run["reconciliation"]["missing"], json!({ "found": gone, "marked": gone }));
    }
}

#[test]
fn an_unreadable_row_may_be_any_of_them_so_that_a_person_decides() {
    let mut worker = Worker::new(clips(1..=100));
    full(&mut worker);
    worker.shelf.rows.get_mut(LISTING).unwrap()[49] = "null".to_owned();
    let run = full(&mut worker);
    assert_eq!(run["reconciliation"]["state"], "waiting_for_confirmation");
    assert_eq!(missing(&worker), Vec::<u64>::new());
}

#[test]
fn what_was_seen_between_the_scan_and_the_confirmation_is_not_marked() {
    let mut worker = Worker::new(clips(1..=100));
    full(&mut worker);
    let kept = worker.shelf.clone();
    delete_upstream(&mut worker, |id| id <= 10);
    let waiting = full(&mut worker);
    worker.shelf.rows = kept.rows;
    worker.edge.now += HOUR;
    worker.sync(json!({ "limit": 4, "create_lineage": "none" }));
    let path = format!("/runs/{}/confirm-missing", waiting["id"].as_str().unwrap());
    assert_eq!(worker.ask(Method::Post, &path, Value::Null).status, 200);
    worker.settle();
    assert_eq!(missing(&worker), (5..=10).collect::<Vec<_>>());
}

#[test]
fn nothing_to_confirm_is_said() {
    let mut worker = Worker::new(clips(1..=10));
    let run = full(&mut worker);
    let path = format!("/runs/{}/confirm-missing", run["id"].as_str().unwrap());
    let answer = worker.ask(Method::Post, &path, Value::Null);
    assert_eq!((answer.status, &answer.body["code"]), (409, &json!("nothing_to_confirm")));
}

#[test]
fn an_asset_of_two_accounts_is_missing_only_when_it_is_missing_in_both() {
    let mut worker = Worker::new(clips(1..=100));
    let both = |worker: &mut Worker, account: &str| {
        worker.edge.now += HOUR;
        worker.start_on(account, json!({ "strategy": "full", "create_lineage": "none" }));
        worker.settle();
    };
    both(&mut worker, ACCOUNT);
    both(&mut worker, SECOND);
    assert_eq!(worker.count("assets"), 100, "one asset, two observers");
    delete_upstream(&mut worker, |id| id == 7);
    both(&mut worker, ACCOUNT);
    assert_eq!(missing(&worker), Vec::<u64>::new(), "the second account's last scan met it");
    both(&mut worker, SECOND);
    assert_eq!(missing(&worker), [7]);
}

#[test]
fn an_account_that_was_never_scanned_whole_may_have_it_still() {
    let mut worker = Worker::new(clips(1..=100));
    full(&mut worker);
    worker.edge.now += HOUR;
    worker.start_on(SECOND, json!({ "limit": 20, "create_lineage": "none" }));
    worker.settle();
    delete_upstream(&mut worker, |id| id == 7 || id == 50);
    full(&mut worker);
    assert_eq!(missing(&worker), [50], "the second account listed 7 and was never read to the end");
}

#[test]
fn what_a_listing_never_showed_is_not_missed() {
    let mut worker = Worker::new(clips(1..=100));
    full(&mut worker);
    worker.edge.db.execute(
        "UPDATE observations SET seen = replace(seen, 'listing', 'generation') WHERE root LIKE '%created:33'",
    );
    delete_upstream(&mut worker, |id| id == 33);
    full(&mut worker);
    assert_eq!(missing(&worker), Vec::<u64>::new());
}

#[test]
fn a_removed_asset_that_is_gone_upstream_stays_removed() {
    let mut worker = Worker::new(clips(1..=100));
    full(&mut worker);
    worker.edge.now += HOUR;
    let path = asset_path(&worker, 33);
    assert_eq!(worker.ask(Method::Delete, &path, Value::Null).status, 204);
    delete_upstream(&mut worker, |id| id == 33);
    full(&mut worker);
    assert_eq!((missing(&worker), &worker.get(&path)["removed"]), (vec![], &json!(true)));
}

/// Kind and part of the findings about what is where, in one state.
fn findings(worker: &Worker, state: &str) -> Vec<String> {
    let rows = worker.edge.db.query(
        "SELECT kind, part, state FROM drift WHERE kind IN ('remote_only', 'local_only') ORDER BY kind, part",
    );
    let own = rows.iter().filter(|row| row["state"] == state);
    own.map(|row| format!("{} {}", row["kind"].as_str().unwrap(), row["part"].as_str().unwrap())).collect()
}

fn scan_for_drift(worker: &mut Worker) {
    worker.edge.now += HOUR;
    assert_eq!(worker.ask(Method::Post, "/drift/scan", json!({})).status, 202);
    worker.settle();
}

#[test]
fn what_is_marked_as_missing_is_found_by_a_scan_for_drift_until_it_is_seen_again() {
    let mut worker = Worker::new(clips(1..=100));
    full(&mut worker);
    let kept = worker.shelf.clone();
    delete_upstream(&mut worker, |id| id == 7);
    full(&mut worker);
    assert_eq!(missing(&worker), [7]);
    scan_for_drift(&mut worker);
    assert_eq!(findings(&worker, "open"), ["local_only "]);
    let found = worker.get("/drift?kind=local_only")["items"][0].clone();
    assert_eq!(found["subject"], "id:pixverse:library:video:created:7");
    worker.shelf.rows = kept.rows;
    full(&mut worker);
    assert_eq!((missing(&worker), findings(&worker, "open")), (vec![], vec![]));
    assert_eq!(findings(&worker, "closed"), ["local_only "]);
}

#[test]
fn what_is_there_and_not_here_is_a_finding_until_a_complete_run_has_it() {
    let mut worker = Worker::new(clips(1..=30).with("image/created", (5_000..5_030).map(still)));
    // The last page's assets go between the pages and the end, as by a database that was set back.
    worker.edge.now += HOUR;
    worker.start(json!({ "strategy": "full", "create_lineage": "none" }));
    while !is_closing(&worker) {
        let send = worker.queue.pop_front().unwrap();
        worker.deliver(send.message);
    }
    worker.edge.db.execute(
        "DELETE FROM claims WHERE asset IN (SELECT id FROM assets WHERE provider_asset_id IN ('29', '30'));
         DELETE FROM observations WHERE root LIKE '%video:created:29' OR root LIKE '%video:created:30';
         DELETE FROM assets WHERE provider_asset_id IN ('29', '30')",
    );
    worker.settle();
    assert_eq!(findings(&worker, "open"), ["remote_only video/created"]);
    let found = worker.get("/drift?kind=remote_only")["items"][0].clone();
    assert_eq!((&found["level"], &found["account_id"]), (&json!("low"), &json!(ACCOUNT)));
    let evidence = &found["evidence"];
    assert_eq!(
        (&evidence["count"], &evidence["there"], &evidence["here"], &evidence["aliases"]),
        (
            &json!(2),
            &json!(30),
            &json!(28),
            &json!(["id:pixverse:library:video:created:29", "id:pixverse:library:video:created:30"])
        )
    );
    worker.edge.now += HOUR;
    worker.sync(json!({ "mode": "images", "strategy": "full", "create_lineage": "none" }));
    assert_eq!(findings(&worker, "open"), ["remote_only video/created"], "that run did not read clips");
    full(&mut worker);
    assert_eq!(
        (findings(&worker, "open"), findings(&worker, "closed")),
        (vec![], vec!["remote_only video/created".to_owned()])
    );
}

fn is_closing(worker: &Worker) -> bool {
    let runs = worker.edge.db.query("SELECT body FROM jobs WHERE kind = 'sync' AND state = 'active'");
    let body: Value = serde_json::from_str(runs[0]["body"].as_str().unwrap()).unwrap();
    body["closing"].is_object()
}

#[test]
fn what_is_removed_or_unreadable_is_no_finding_of_what_is_only_there() {
    let mut shelf = clips(1..=30);
    shelf.rows.get_mut(LISTING).unwrap().push("7".to_owned());
    let mut worker = Worker::new(shelf);
    full(&mut worker);
    worker.edge.now += HOUR;
    let path = asset_path(&worker, 4);
    assert_eq!(worker.ask(Method::Delete, &path, Value::Null).status, 204);
    full(&mut worker);
    assert_eq!(findings(&worker, "open"), Vec::<String>::new());
}
