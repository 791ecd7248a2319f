//! The workspaces of one account: libraries of their own, each an observer of what it lists.

use serde_json::{Value, json};

use crate::shelf::{Shelf, clip};
use crate::worker::{ACCOUNT, Worker};

/// The team's library of the same account at the provider.
const TEAM: &str = "acc_00000000000000000000000077";
const LISTING: &str = "video/created";

fn worker() -> Worker {
    let worker = Worker::new(Shelf::default());
    worker.edge.db.execute(
        "INSERT INTO accounts (owner, id, provider_id, api, identity, workspace, label, credential, credential_kind,
                               state, created_ms, updated_ms)
         SELECT id, 'acc_00000000000000000000000077', 'pixverse', 'library', 'pixverse:library:77:7', '7', 'team', 's',
                'token', 'ready', 0, 0 FROM owners WHERE name = 'ann'",
    );
    worker
}

/// Scans a workspace's library, which holds these clips; the run, and the workspaces that were asked.
fn scan(worker: &mut Worker, account: &str, ids: &[u64]) -> (Value, Vec<String>) {
    worker.edge.now += 60_000;
    worker.shelf.rows.insert(LISTING, ids.iter().map(|id| clip(*id).to_string()).collect());
    worker.shelf.asked_in.clear();
    let body = json!({ "mode": "videos", "strategy": "full", "create_lineage": "none" });
    let id = worker.start_on(account, body);
    worker.settle();
    let mut asked = std::mem::take(&mut worker.shelf.asked_in);
    asked.dedup();
    (worker.get(&format!("/runs/{id}")), asked)
}

fn missing(worker: &Worker) -> Vec<Value> {
    worker
        .edge
        .db
        .query("SELECT provider_asset_id AS id FROM assets WHERE missing_ms IS NOT NULL ORDER BY id")
}

#[test]
fn each_workspace_is_asked_for_by_its_number_and_scanned_for_itself() {
    let mut worker = worker();
    let (own, asked) = scan(&mut worker, ACCOUNT, &[1, 2, 3]);
    assert_eq!((&own["counts"]["created"], asked.as_slice()), (&json!(3), &["0".to_owned()][..]), "{own}");
    // The team shares one clip, and knows nothing of the others: that says nothing about them.
    let (team, asked) = scan(&mut worker, TEAM, &[3, 4]);
    assert_eq!(asked, ["7"]);
    assert_eq!((&team["counts"]["created"], &team["complete"]), (&json!(1), &json!(true)), "{team}");
    let there = &team["reconciliation"]["listings"][0];
    assert_eq!(
        (&there["there"], &there["here"], &there["only_here"]),
        (&json!(2), &json!(2), &json!(0)),
        "{team}"
    );
    assert_eq!(missing(&worker), Vec::<Value>::new());
    assert_eq!(worker.count("assets"), 4, "one asset, whoever lists it");
}

#[test]
fn an_asset_of_two_workspaces_has_two_observers_and_is_gone_when_both_have_lost_it() {
    let mut worker = worker();
    scan(&mut worker, ACCOUNT, &(1..=40).collect::<Vec<_>>());
    scan(&mut worker, TEAM, &(38..=80).collect::<Vec<_>>());
    let seen = worker
        .edge
        .db
        .query("SELECT seen FROM observations WHERE root = 'id:pixverse:library:video:created:40'");
    let seen = seen[0]["seen"].as_str().unwrap();
    assert!(seen.contains("pixverse:library:77:0") && seen.contains("pixverse:library:77:7"), "{seen}");
    let by_account = |worker: &mut Worker, account: &str| {
        worker.get(&format!("/assets?account_id={account}&limit=100"))["items"].as_array().unwrap().len()
    };
    assert_eq!(
        (by_account(&mut worker, ACCOUNT), by_account(&mut worker, TEAM)),
        (40, 40),
        "by its first observer"
    );
    scan(&mut worker, ACCOUNT, &(1..=39).collect::<Vec<_>>());
    assert_eq!(missing(&worker), Vec::<Value>::new(), "the team still has it");
    scan(&mut worker, TEAM, &(38..=80).filter(|id| *id != 40).collect::<Vec<_>>());
    assert_eq!(missing(&worker), [json!({ "id": "40" })]);
}
