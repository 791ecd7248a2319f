//! Refreshing lineage, at once and as a job: what was stored is read again, and swapped in one batch.

use driftline::core::api::request::Method;
use driftline::core::api::routes::handle;
use driftline::core::jobs;
use driftline::core::step::{Disposition, Step};
use serde_json::{Value, json};

use crate::shelf::{Shelf, clip, extended, small};
use crate::support::drive::drive_alone;
use crate::worker::{Worker, difference};
use crate::world::said_by_tables;

const STALE: &str = "INSERT INTO edges (owner, child, evidence, slot, parent, relation, denied)
    SELECT owner, root, 'no longer said', 0, root, 'SOURCE_VIDEO', 0 FROM assets WHERE provider_asset_id = '2'";

const BY_HAND: &str = "INSERT INTO edges (owner, child, evidence, slot, parent, relation, denied)
    SELECT owner, root, 'by_hand', 0, root, 'SOURCE_VIDEO', 0 FROM assets WHERE provider_asset_id = '4'";

fn imported(lineage: &str) -> Worker {
    let mut worker = Worker::new(small());
    worker.sync(json!({ "create_lineage": lineage }));
    worker
}

fn ids(worker: &Worker, most: usize) -> Vec<Value> {
    let rows = worker.edge.db.query("SELECT id FROM assets WHERE shown = 1 ORDER BY provider_asset_id + 0");
    rows.into_iter().take(most).map(|row| row["id"].clone()).collect()
}

fn id_of(worker: &Worker, number: &str) -> Value {
    let rows = worker.edge.db.query("SELECT id, provider_asset_id FROM assets WHERE shown = 1");
    rows.iter().find(|row| row["provider_asset_id"] == number).expect("the asset is there")["id"].clone()
}

fn refresh(worker: &mut Worker, body: Value) -> Value {
    let answer = worker.ask(Method::Post, "/lineage/refresh", body);
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body
}

/// Starts a refresh job and runs it to its end.
fn refresh_job(worker: &mut Worker, body: Value) -> Value {
    let answer = worker.ask(Method::Post, "/lineage/refresh", body);
    assert_eq!(answer.status, 202, "{}", answer.body);
    worker.settle();
    let location = answer.headers["location"].strip_prefix("/api/v1").unwrap().to_owned();
    worker.get(&location)
}

fn sum(results: &Value, name: &str) -> u64 {
    results["results"].as_array().unwrap().iter().map(|one| one[name].as_u64().unwrap()).sum()
}

#[test]
fn up_to_fifty_are_refreshed_at_once_and_the_second_time_finds_nothing() {
    let mut worker = imported("none");
    let body = json!({ "asset_ids": ids(&worker, 50) });
    let first = refresh(&mut worker, body.clone());
    assert_eq!(first["count"], 50);
    assert_eq!(sum(&first, "new_edges"), u64::try_from(worker.count("edges")).unwrap());
    assert!(sum(&first, "new_edges") > 20);
    let before = worker.dump();
    let second = refresh(&mut worker, body);
    assert_eq!((sum(&second, "new_edges"), sum(&second, "removed_edges")), (0, 0));
    assert_eq!(difference(&before, &worker.dump()), Vec::<Value>::new());
}

#[test]
fn more_than_fifty_are_a_job_with_a_report_that_adds_up() {
    let mut worker = imported("none");
    let mut asked = ids(&worker, 61);
    asked.push("ast_nobody".into());
    for body in [json!({ "asset_ids": asked }), json!({ "provider_id": "pixverse", "scope": "current_user" })]
    {
        let edges = worker.count("edges");
        let done = refresh_job(&mut worker, body.clone());
        assert_eq!(done["state"], "done", "{done}");
        let named = body["asset_ids"].is_array();
        assert_eq!(
            (&done["done"], &done["failed"]),
            (&json!(61 + u64::from(named)), &json!(u64::from(named)))
        );
        assert_eq!(done["new_edges"], json!(worker.count("edges") - edges));
        assert_eq!(done["removed_edges"], 0);
    }
    assert_eq!(said_by_tables(&worker.edge.db), said_by_tables(&imported("inline").edge.db));
}

#[test]
fn an_edge_that_no_payload_supports_goes_when_asked_and_stays_when_not() {
    let mut worker = imported("inline");
    let edges = worker.count("edges");
    worker.edge.db.execute(STALE);
    let id = id_of(&worker, "2");
    let kept = refresh(&mut worker, json!({ "asset_ids": [id], "clear_existing": false }));
    assert_eq!((sum(&kept, "removed_edges"), worker.count("edges")), (0, edges + 1));
    let cleared = refresh(&mut worker, json!({ "asset_ids": [id] }));
    assert_eq!((sum(&cleared, "removed_edges"), worker.count("edges")), (1, edges));
    worker.edge.db.execute(STALE);
    let job = refresh_job(&mut worker, json!({ "provider_id": "pixverse", "scope": "current_user" }));
    assert_eq!((&job["removed_edges"], worker.count("edges")), (&json!(1), edges));
}

#[test]
fn an_edge_by_hand_survives() {
    let mut worker = imported("inline");
    worker.edge.db.execute(BY_HAND);
    let before = worker.dump()["edges"].clone();
    let id = id_of(&worker, "4");
    let result = refresh(&mut worker, json!({ "asset_ids": [id], "clear_existing": true }));
    assert_eq!(sum(&result, "removed_edges"), 0);
    refresh_job(&mut worker, json!({ "provider_id": "pixverse", "scope": "current_user" }));
    assert_eq!(worker.dump()["edges"], before);
}

#[test]
fn one_unreadable_payload_does_not_stop_the_others() {
    let shelf =
        Shelf::default().with("video/created", [clip(1), extended(2, 1), extended(3, 1), extended(5, 2)]);
    let mut worker = Worker::new(shelf);
    worker.sync(json!({ "create_lineage": "inline" }));
    worker.edge.db.execute(
        "UPDATE observations SET payload = '[]' WHERE root = 'id:pixverse:library:video:created:2';
         DELETE FROM edges WHERE child <> 'id:pixverse:library:video:created:2'",
    );
    let asked: Vec<Value> = ["2", "3", "5"].map(|number| id_of(&worker, number)).into();
    let result = refresh(&mut worker, json!({ "asset_ids": asked }));
    let shown: Vec<(&str, u64, u64)> = result["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let number = |name: &str| one[name].as_u64().unwrap();
            (one["status"].as_str().unwrap(), number("new_edges"), number("removed_edges"))
        })
        .collect();
    assert_eq!(shown, [("unreadable", 0, 0), ("ok", 1, 0), ("ok", 1, 0)]);
    assert_eq!(worker.count("edges"), 3, "its own edge stays, the others are back");
    let job = refresh_job(&mut worker, json!({ "provider_id": "pixverse", "scope": "current_user" }));
    assert_eq!((&job["state"], &job["failed"]), (&json!("done"), &json!(1)));
    assert_eq!(job["failures"][0], json!({ "asset_id": asked[0], "status": "unreadable" }));
}

#[test]
fn a_refresh_that_breaks_off_leaves_the_old_edges() {
    let mut worker = imported("inline");
    worker.edge.db.execute(STALE);
    let before = worker.dump();
    let body = json!({ "asset_ids": [id_of(&worker, "2")] });
    let request = worker.edge.request("ann", Method::Post, "/api/v1/lineage/refresh", body);
    let mut step = handle(request, worker.edge.now);
    loop {
        step = match step {
            Step::Read(statements, then) => then(worker.edge.db.read(&statements), worker.edge.now),
            Step::Commit(plan, _) => {
                assert!(plan.statements.iter().any(|statement| statement.name == "delete_edges"));
                break;
            }
            Step::Call(..) | Step::Prove(..) | Step::End(_) => panic!("a refresh reads and commits"),
        };
    }
    assert_eq!(difference(&before, &worker.dump()), Vec::<Value>::new());
}

#[test]
fn a_refresh_never_asks_a_provider_and_a_copy_of_its_message_changes_nothing() {
    let mut worker = imported("none");
    let asked = worker.shelf.asked.len();
    worker.ask(
        Method::Post,
        "/lineage/refresh",
        json!({ "provider_id": "pixverse", "scope": "current_user" }),
    );
    while let Some(send) = worker.queue.pop_front() {
        worker.deliver(send.message.clone());
        let before = worker.dump();
        let (end, trace) = drive_alone(&mut worker.edge.db, worker.edge.now, jobs::deliver(send.message));
        assert_eq!((end, trace.sends.len()), (Disposition::Ack, 0));
        assert_eq!(difference(&before, &worker.dump()), Vec::<Value>::new());
    }
    assert_eq!(worker.shelf.asked.len(), asked);
}

#[test]
fn another_owners_asset_is_not_found() {
    let mut worker = imported("inline");
    let before = worker.dump();
    let body = json!({ "asset_ids": [id_of(&worker, "2")] });
    let answer = worker.ask_as("bob", Method::Post, "/lineage/refresh", body);
    assert_eq!((answer.status, &answer.body["results"][0]["status"]), (200, &json!("not_found")));
    assert_eq!(difference(&before, &worker.dump()), Vec::<Value>::new());
}
