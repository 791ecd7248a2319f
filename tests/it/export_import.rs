//! Writing an inventory out and bringing it in: the digest comes out the same, whatever the world.

use driftline::core::api::request::Method;
use driftline::core::api::routes::handle;
use serde_json::{Value, json};

use crate::openapi::assert_told;
use crate::pages_api::hand_in;
use crate::shelf::{Shelf, clip, clip_from, small};
use crate::worker::{ACCOUNT, Worker};

/// Every page of an export of `ann`, as text.
pub fn export(worker: &mut Worker, query: &str) -> Vec<String> {
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
    assert_eq!(
        (&job["state"], &job["reasons"]),
        (&json!("failed"), &json!({ "digest_differs": 1, "lines_missing": 1 }))
    );
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

/// An inventory that holds every fixture that can be taken in, and a decision of every kind.
fn everything() -> Worker {
    let mut worker = Worker::new(Shelf::default());
    let mut taken = 0;
    let mut names: Vec<_> =
        std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/pixverse")).unwrap().collect();
    names.sort_by_key(|entry| entry.as_ref().unwrap().path());
    for entry in names {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let query = format!("?media_type={}", name.split('-').next().unwrap());
        worker.edge.now += 1_000;
        let answer = hand_in(&mut worker, ACCOUNT, &query, &std::fs::read_to_string(&path).unwrap());
        assert!(matches!(answer.status, 200 | 202 | 422), "{name}: {}", answer.body);
        taken += u32::from(answer.status != 422);
    }
    assert!(taken > 100, "{taken} fixtures were taken in");
    worker.settle();
    worker
}

/// The id of the asset with this provider id.
fn id_of(worker: &Worker, provider_asset_id: &str) -> String {
    let rows = worker.edge.db.query("SELECT id, provider_asset_id AS own FROM assets");
    let row = rows.iter().find(|row| row["own"] == provider_asset_id).unwrap();
    row["id"].as_str().unwrap().to_owned()
}

fn decide(worker: &mut Worker, method: Method, path: &str, body: Value) -> Value {
    worker.edge.now += 1_000;
    let answer = worker.ask(method, path, body);
    assert!(answer.status < 300, "{path}: {} {}", answer.status, answer.body);
    worker.settle();
    answer.body
}

fn decided() -> Worker {
    let mut worker = everything();
    let rows = (900_001..=900_008).map(|id| clip_from(id, &format!("upload/{id}.png")));
    hand_in(&mut worker, ACCOUNT, "", &json!(rows.collect::<Vec<_>>()).to_string());
    let id = |worker: &Worker, n: u32| id_of(worker, &format!("90000{n}"));
    let ids: Vec<String> = (1..=8).map(|n| id(&worker, n)).collect();
    decide(&mut worker, Method::Delete, &format!("/assets/{}", ids[0]), Value::Null);
    decide(&mut worker, Method::Delete, &format!("/assets/{}", ids[1]), Value::Null);
    decide(&mut worker, Method::Post, &format!("/assets/{}/restore", ids[1]), json!({}));
    let edge = json!({ "parent_id": ids[3], "relation": "INPUT" });
    decide(&mut worker, Method::Post, &format!("/assets/{}/edges", ids[2]), edge);
    decide(&mut worker, Method::Post, &format!("/assets/{}/merge", ids[4]), json!({ "other_id": ids[5] }));
    decide(&mut worker, Method::Post, &format!("/assets/{}/merge", ids[6]), json!({ "other_id": ids[7] }));
    decide(
        &mut worker,
        Method::Post,
        &format!("/assets/{}/unmerge", ids[6]),
        json!({ "alias": "id:pixverse:library:video:created:900008" }),
    );
    let mut renamed = clip_from(900_003, "upload/900003.png");
    renamed["prompt"] = "as the library has it".into();
    worker.shelf.rows.insert("video/created", vec![renamed.to_string()]);
    worker.sync(json!({ "mode": "videos" }));
    let open = worker.get("/drift?state=open&kind=field_disagrees")["items"].as_array().unwrap().clone();
    let finding =
        open.iter().find(|one| one["part"] == "prompts" || one["field"] == "prompts").or(open.first());
    let finding = finding.expect("two feeds disagree")["id"].as_str().unwrap().to_owned();
    let accept = json!({ "action": "accept", "reason": "meant so" });
    decide(&mut worker, Method::Post, &format!("/drift/{finding}/resolve"), accept);
    let made = crate::generate::asked(&mut worker, crate::generate::plain());
    worker.settle();
    assert!(!crate::generate::shown(&mut worker, &made)["outputs"].as_array().unwrap().is_empty());
    worker
}

#[test]
fn every_fixture_and_every_kind_of_decision_comes_in_as_it_went_out() {
    let mut worker = decided();
    let verdicts = worker.edge.db.query("SELECT DISTINCT verdict FROM decisions ORDER BY verdict");
    assert!(verdicts.len() >= 6, "{verdicts:?}");
    let feeds = worker
        .edge
        .db
        .query("SELECT count(*) AS n FROM observations WHERE instr(seen, '\"generation\"') > 0");
    assert_ne!(feeds[0]["n"], 0, "something was made here");
    let pages = export(&mut worker, "format=jsonl");
    let manifest = lines(&pages).last().unwrap().clone();
    for (section, table) in [
        ("account", "accounts WHERE owner = 1"),
        ("observation", "observations"),
        ("page", "scan_pages"),
        ("decision", "decisions"),
        ("edge", "edges"),
        ("alias", "claims"),
        ("redirect", "redirects"),
        ("asset", "assets"),
    ] {
        let counted = lines(&pages).iter().filter(|line| line["kind"] == section).count();
        assert_eq!(manifest["counts"][section], json!(counted), "{section} ({table})");
    }
    for table in ["observations", "decisions", "edges", "claims", "redirects", "assets", "scan_pages"] {
        let section = match table {
            "claims" => "alias",
            "scan_pages" => "page",
            other => other.strip_suffix('s').unwrap(),
        };
        assert_eq!(manifest["counts"][section], json!(worker.count(table)), "{table}");
    }
    let digest = worker.get("/digest")["digest"].clone();
    assert_eq!(manifest["digest"], digest);
    let (mut there, job) = import(&pages);
    assert_eq!((&job["state"], &job["failures"]), (&json!("done"), &json!([])), "{job}");
    assert_eq!(there.get("/digest")["digest"], digest);
    let said = crate::world::said_by_tables;
    assert_eq!(said(&there.edge.db), said(&worker.edge.db));
    let decisions = "SELECT alias, family, other, at_ms, verdict, author, body FROM decisions
                      ORDER BY alias, family, other, at_ms, verdict, author";
    assert_eq!(there.edge.db.query(decisions), worker.edge.db.query(decisions));
    decide(&mut there, Method::Post, "/drift/scan", json!({}));
    let accepted = "SELECT kind, subject, part FROM drift WHERE state = 'accepted'";
    assert_eq!(there.edge.db.query(accepted).len(), 1);
    assert_eq!(there.edge.db.query(accepted), worker.edge.db.query(accepted));
}

/// The text of a small export.
fn small_export() -> String {
    let mut worker = Worker::new(Shelf::default());
    hand_in(&mut worker, ACCOUNT, "", &json!([clip(1), clip_from(2, "upload/a.png")]).to_string());
    hand_in(&mut worker, ACCOUNT, "", &json!([clip(1)]).to_string());
    export(&mut worker, "format=jsonl").concat()
}

#[test]
fn a_file_that_ends_in_the_middle_is_refused_with_its_line() {
    let text = small_export();
    let cut = &text[..text.len() - 20];
    let mut worker = Worker::new(Shelf::default());
    let mut request = worker.edge.request("ann", Method::Post, "/api/v1/import", Value::Null);
    cut.clone_into(&mut request.body);
    let refused = worker.answer(|now| handle(request, now));
    let last = cut.lines().count();
    assert_eq!((refused.status, &refused.body["code"]), (422, &json!("not_an_export")));
    assert!(
        refused.body["detail"].as_str().unwrap().starts_with(&format!("line {last}: ")),
        "{}",
        refused.body
    );
    assert_eq!((worker.count("jobs"), worker.count("handed_pages")), (0, 0));
}

#[test]
fn a_line_that_is_gone_is_missed_though_the_digest_does_not_hold_it() {
    let text = small_export();
    for kind in ["account", "page", "alias"] {
        let mark = format!("\"kind\":\"{kind}\"");
        let mut gone = false;
        let kept =
            text.lines().filter(|line| gone || !line.contains(&mark) || std::mem::replace(&mut gone, true));
        let less: String = kept.map(|line| format!("{line}\n")).collect();
        assert!(less.len() < text.len(), "{kind}");
        let (_, job) = import(&[less]);
        assert_eq!(job["state"], "failed", "{kind}: {job}");
        assert_eq!(job["reasons"]["lines_missing"], 1, "{kind}: {job}");
    }
    let (_, job) = import(&[text]);
    assert_eq!(job["state"], "done", "{job}");
}

#[test]
fn a_line_that_was_changed_is_named() {
    let text = small_export();
    let spoiled = text.replacen("\"media_type\":\"video\"", "\"media_type\":\"smell\"", 1);
    let line = 1 + spoiled.lines().position(|line| line.contains("smell")).unwrap();
    let (_, job) = import(&[spoiled]);
    assert_eq!((&job["state"], &job["counts"]["unreadable"]), (&json!("failed"), &json!(1)), "{job}");
    assert_eq!(job["reasons"]["lines_unreadable"], 1, "{job}");
    let failure = &job["failures"][0];
    assert_eq!(
        (&failure["id"], &failure["reason"]),
        (&json!(format!("line {line}")), &json!("unreadable_line"))
    );
    let changed = text.replacen("clip 1", "clip 9", 1);
    let (_, job) = import(&[changed]);
    assert_eq!(
        (&job["state"], &job["reasons"]),
        (&json!("failed"), &json!({ "digest_differs": 1 })),
        "{job}"
    );
}
