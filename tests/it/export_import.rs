//! Writing an inventory out and bringing it in: the digest comes out the same, whatever the world.

use driftline::core::api::request::Method;
use driftline::core::api::routes::handle;
use serde_json::{Value, json};

use crate::openapi::assert_told;
use crate::pages_api::hand_in;
use crate::shelf::{Shelf, clip, clip_from, small};
use crate::worker::{ACCOUNT, Worker};

/// Every page of an export of `ann`, as text.
fn export(worker: &mut Worker, query: &str) -> Vec<String> {
    let mut pages = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let path = match &cursor {
            Some(cursor) => format!("/api/v1/export?{query}&cursor={cursor}"),
            None => format!("/api/v1/export?{query}"),
        };
        let request = worker.edge.request("ann", Method::Get, &path, Value::Null);
        let response = worker.response(|now| handle(request, now));
        assert_eq!(response.status, 200, "{}", response.body);
        pages.push(response.body);
        cursor = response.headers.into_iter().find(|(name, _)| *name == "x-next-cursor").map(|(_, at)| at);
        if cursor.is_none() {
            return pages;
        }
    }
}

fn lines(pages: &[String]) -> Vec<Value> {
    pages.iter().flat_map(|page| page.lines()).map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Brings pages into a fresh Worker; the import's job as it ends.
fn import(pages: &[String]) -> (Worker, Value) {
    let mut worker = Worker::new(Shelf::default());
    let mut location = String::new();
    for page in pages {
        let mut request = worker.edge.request("ann", Method::Post, "/api/v1/import", Value::Null);
        page.clone_into(&mut request.body);
        let answer = worker.answer(|now| handle(request, now));
        assert!(matches!(answer.status, 200 | 202), "{}", answer.body);
        assert_told("import_inventory", answer.status, &answer.body);
        location = format!("/jobs/{}", answer.body["id"].as_str().unwrap());
        worker.edge.now += 1_000;
    }
    worker.settle();
    let job = worker.get(&location);
    (worker, job)
}

fn lived_in() -> Worker {
    let mut worker = Worker::new(small());
    worker.sync(json!({}));
    worker.edge.now += 60_000;
    worker.sync(json!({}));
    let mut changed = clip(4);
    changed["video_status"] = 7.into();
    hand_in(&mut worker, ACCOUNT, "", &changed.to_string());
    let ids: Vec<Value> = worker.get("/assets?limit=4")["items"].as_array().unwrap().clone();
    let id = |n: usize| ids[n]["id"].as_str().unwrap().to_owned();
    assert_eq!(worker.ask(Method::Delete, &format!("/assets/{}", id(0)), Value::Null).status, 204);
    let edge = json!({ "parent_id": id(2), "relation": "INPUT" });
    let added = worker.ask(Method::Post, &format!("/assets/{}/edges", id(1)), edge);
    assert!(added.status < 300, "{}", added.body);
    worker.edge.db.execute("UPDATE assets SET missing_ms = 5 WHERE provider_asset_id = '9'");
    worker.settle();
    worker
}

#[test]
fn what_was_written_out_comes_in_with_the_same_digest() {
    let mut worker = lived_in();
    let pages = export(&mut worker, "format=jsonl");
    let lines = lines(&pages);
    let manifest = lines.last().unwrap();
    let digest = worker.get("/digest");
    assert_eq!((&manifest["kind"], &manifest["digest"]), (&json!("manifest"), &digest["digest"]));
    assert_eq!(manifest["counts"]["asset"], json!(worker.count("assets")));
    assert_eq!(manifest["counts"]["observation"], json!(worker.count("observations")));
    let (mut there, job) = import(&pages);
    assert_eq!((&job["state"], &job["reasons"]), (&json!("done"), &json!({ "digest_matches": 1 })), "{job}");
    assert_eq!(there.get("/digest")["digest"], digest["digest"]);
    let counts = job["counts"].as_object().unwrap();
    let parts: u64 =
        counts.iter().filter(|(name, _)| *name != "seen").map(|(_, n)| n.as_u64().unwrap()).sum();
    assert_eq!(counts["seen"], json!(parts));
    assert_eq!(there.count("handed_pages"), 0);
    let seen = "SELECT root, digest, seen FROM observations ORDER BY root, digest";
    assert_eq!(there.edge.db.query(seen), worker.edge.db.query(seen), "sightings keep their times");
    let decided =
        "SELECT alias, other, at_ms, verdict, author, body FROM decisions ORDER BY alias, other, at_ms";
    assert_eq!(there.edge.db.query(decided), worker.edge.db.query(decided));
    let old = worker.edge.db.query("SELECT id FROM assets WHERE provider_asset_id = '7'");
    let path = format!("/assets/{}", old[0]["id"].as_str().unwrap());
    assert_eq!(there.get(&path)["provider_asset_id"], "7", "the public id of before leads there");
    let again = export(&mut there, "format=jsonl");
    assert_eq!(self::lines(&again).last().unwrap()["digest"], digest["digest"]);
}

#[test]
fn nothing_secret_goes_out() {
    let mut worker = lived_in();
    worker.edge.db.execute("UPDATE accounts SET credential = 'very-secret'");
    let text = export(&mut worker, "format=jsonl").concat();
    assert!(!text.contains("very-secret") && !text.contains("credential"));
    // Of a token only the name goes out that decisions are signed with.
    let hash = driftline::core::api::bearer::hash("ann");
    assert!(!text.contains(&hash) && text.contains("tok_ann"));
}

#[test]
fn random_worlds_come_in_as_they_went_out() {
    for seed in 0..40 {
        let mut dice = crate::world::Dice::new(seed);
        let events = crate::world::world(&mut dice, 12);
        let mut worker = Worker::new(Shelf::default());
        worker.edge.db = crate::world::play(&events, &mut dice);
        worker.adopt();
        let pages = export(&mut worker, "format=jsonl");
        let (there, job) = import(&pages);
        assert_eq!(
            (&job["state"], &job["failures"]),
            (&json!("done"), &json!([])),
            "seed {seed}: {events:#?}"
        );
        let said = crate::world::said_by_tables;
        assert_eq!(said(&there.edge.db), said(&worker.edge.db), "seed {seed}");
    }
}

#[test]
fn an_import_that_lacks_something_says_so_and_never_fills_what_is_filled() {
    let mut worker = Worker::new(Shelf::default());
    hand_in(&mut worker, ACCOUNT, "", &json!([clip(1), clip_from(2, "upload/a.png")]).to_string());
    let text = export(&mut worker, "format=jsonl").concat();
    let less: String =
        text.lines().filter(|line| !line.contains("upload/a.png")).map(|line| format!("{line}\n")).collect();
    let (_, job) = import(&[less]);
    assert_eq!((&job["state"], &job["reasons"]), (&json!("failed"), &json!({ "digest_differs": 1 })));
    let mut request = worker.edge.request("ann", Method::Post, "/api/v1/import", Value::Null);
    text.clone_into(&mut request.body);
    let refused = worker.answer(|now| handle(request, now));
    assert_eq!((refused.status, &refused.body["code"]), (409, &json!("import_not_empty")));
    let broken = worker.ask_as("bob", Method::Post, "/import", json!({ "a": 1 }));
    assert_eq!((broken.status, &broken.body["code"]), (422, &json!("not_an_export")));
}

#[test]
fn a_table_has_a_row_an_asset_and_runs_nothing() {
    let mut worker = Worker::new(Shelf::default());
    let mut odd = clip(1);
    odd["prompt"] = "=1+1, \"quoted\"".into();
    hand_in(&mut worker, ACCOUNT, "", &odd.to_string());
    let table = export(&mut worker, "format=csv").concat();
    let rows: Vec<&str> = table.split("\r\n").collect();
    assert!(rows[0].starts_with("id,provider_id,provider_asset_id,") && rows.len() == 3, "{table}");
    assert!(rows[1].contains(r#","'=1+1, ""quoted""","#), "{table}");
}
