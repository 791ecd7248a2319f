//! After an update of the extractor: stored payloads are read again, and the inventory is what a fresh import would be.

use driftline::core::api::request::Method;
use serde_json::{Value, json};

use crate::shelf::{Shelf, clip, extended, small};
use crate::worker::{Worker, difference};
use crate::world::said_by_tables;

/// Makes every observation one that an older extractor has read to another digest, in its row and in those of pages.
const OLDER: &str = "
    UPDATE observations SET extractor = 0, digest = 'old' || substr(digest, 4);
    UPDATE scan_pages SET rows = (
      SELECT json_group_array(json_array(value ->> 0, 'old' || substr(value ->> 1, 4), value ->> 2, value ->> 3, value ->> 4))
        FROM json_each(scan_pages.rows));";

/// And the source lists are ones that nobody would read today.
const OTHER_SOURCES: &str = "
    UPDATE edges SET evidence = 'older ' || substr(evidence, 7), relation = 'INPUT';
    UPDATE assets SET evidence = 'older ' || substr(evidence, 7) WHERE evidence IS NOT NULL;";

fn imported() -> Worker {
    let mut worker = Worker::new(small());
    worker.sync(json!({ "create_lineage": "inline" }));
    worker
}

fn reextract(worker: &mut Worker) -> Value {
    let answer = worker.ask(Method::Post, "/observations/reextract", Value::Null);
    assert_eq!(answer.status, 202, "{}", answer.body);
    worker.settle();
    let location = answer.headers["location"].strip_prefix("/api/v1").unwrap().to_owned();
    worker.get(&location)
}

#[test]
fn what_is_up_to_date_stays_as_it_is() {
    let mut worker = imported();
    let before = worker.dump();
    let job = reextract(&mut worker);
    assert_eq!((&job["kind"], &job["state"]), (&json!("reextract"), &json!("done")));
    assert_eq!((&job["counts"]["seen"], &job["counts"]["current"]), (&json!(61), &json!(61)));
    let changed = difference(&before, &worker.dump());
    assert_eq!(changed.iter().map(|one| &one["table"]).collect::<Vec<_>>(), [&json!("jobs")]);
}

#[test]
fn an_equal_reading_only_takes_the_new_version() {
    let mut worker = imported();
    let before = worker.dump();
    worker.edge.db.execute("UPDATE observations SET extractor = 0");
    let job = reextract(&mut worker);
    assert_eq!((&job["counts"]["seen"], &job["counts"]["same"]), (&json!(61), &json!(61)));
    for table in ["observations", "assets", "claims", "edges", "scan_pages", "quarantine"] {
        assert_eq!(before[table], worker.dump()[table], "{table}");
    }
}

#[test]
fn another_reading_takes_the_place_of_the_older_one_with_all_of_its_sightings() {
    let mut worker = imported();
    let first = worker.edge.now;
    worker.edge.now += 60_000;
    worker.sync(json!({}));
    let last = worker.edge.now;
    let said = said_by_tables(&worker.edge.db);
    let digests = worker.edge.db.query("SELECT root, digest FROM observations ORDER BY root");
    worker.edge.db.execute(OLDER);
    worker.edge.db.execute(OTHER_SOURCES);
    let job = reextract(&mut worker);
    assert_eq!((&job["counts"]["seen"], &job["counts"]["replaced"]), (&json!(61), &json!(61)), "{job}");
    assert_eq!(said_by_tables(&worker.edge.db), said);
    assert_eq!(worker.edge.db.query("SELECT root, digest FROM observations ORDER BY root"), digests);
    let versions = worker.edge.db.query("SELECT DISTINCT extractor, linked FROM observations");
    assert_eq!(versions, [json!({ "extractor": 1, "linked": 1 })]);
    let seen = worker
        .edge
        .db
        .query("SELECT DISTINCT seen ->> '$[0][2]' AS first, seen ->> '$[0][3]' AS last FROM observations");
    assert_eq!(seen, [json!({ "first": first, "last": last })], "the look that changed nothing counts");
    let stale = worker.edge.db.query("SELECT child FROM edges WHERE relation = 'INPUT'");
    assert_eq!(stale, Vec::<Value>::new(), "edges of the older lists are cleared away");
}

#[test]
fn a_reading_that_came_again_since_the_update_is_one_with_the_older_one() {
    let mut worker = imported();
    let said = said_by_tables(&worker.edge.db);
    worker.edge.db.execute(OLDER);
    worker.edge.now += 60_000;
    worker.sync(json!({}));
    assert_eq!(worker.count("observations"), 122, "today's readings stand beside the older ones");
    let job = reextract(&mut worker);
    assert_eq!((&job["counts"]["replaced"], &job["counts"]["current"]), (&json!(61), &json!(61)));
    assert_eq!(worker.count("observations"), 61);
    assert_eq!(said_by_tables(&worker.edge.db), said);
}

#[test]
fn the_digest_is_that_of_one_version() {
    let mut worker = imported();
    let before = worker.get("/digest");
    assert_eq!((&before["oldest_extractor"], &before["newest_extractor"]), (&json!(1), &json!(1)));
    assert!(before["digest"].is_string());
    worker.edge.db.execute(
        "UPDATE observations SET extractor = 0, digest = 'old' || substr(digest, 4)
          WHERE root = 'id:pixverse:library:video:created:2'",
    );
    let mixed = worker.get("/digest");
    assert_eq!((&mixed["complete"], &mixed["digest"]), (&json!(true), &Value::Null));
    assert_eq!((&mixed["oldest_extractor"], &mixed["newest_extractor"]), (&json!(0), &json!(1)));
    reextract(&mut worker);
    assert_eq!(worker.get("/digest"), before);
}

#[test]
fn a_payload_of_another_root_stays_and_waits_for_a_person() {
    let mut worker = Worker::new(Shelf::default().with("video/created", [clip(1), clip(2)]));
    worker.sync(json!({}));
    let payload = worker.edge.db.query("SELECT payload FROM observations ORDER BY root");
    let changed: String =
        payload[0]["payload"].as_str().unwrap().replace("\"video_id\":1,", "\"video_id\":8,");
    worker.edge.db.execute(&format!(
        "UPDATE observations SET extractor = 0, payload = '{changed}' WHERE root = 'id:pixverse:library:video:created:1'"
    ));
    let before = worker.dump();
    let job = reextract(&mut worker);
    assert_eq!((&job["counts"]["seen"], &job["counts"]["root_changed"]), (&json!(2), &json!(1)), "{job}");
    assert_eq!(job["failures"][0]["reason"], "root_changed");
    assert_eq!(before["assets"], worker.dump()["assets"]);
    let kept = worker.get("/quarantine");
    assert_eq!(
        (&kept["items"][0]["reason"], &kept["items"][0]["listing"]),
        (&json!("root_changed"), &json!("video/created"))
    );
    assert_eq!(kept["items"].as_array().unwrap().len(), 1);
    let again = reextract(&mut worker);
    assert_eq!((&again["counts"]["current"], worker.count("quarantine")), (&json!(2), 1));
}

#[test]
fn a_payload_that_nobody_reads_any_more_stays_and_is_named() {
    let mut worker = Worker::new(Shelf::default().with("video/created", [clip(1), extended(2, 1)]));
    worker.sync(json!({}));
    worker.edge.db.execute(
        "UPDATE observations SET extractor = 0, payload = '[]' WHERE root = 'id:pixverse:library:video:created:2'",
    );
    let job = reextract(&mut worker);
    assert_eq!((&job["counts"]["unreadable"], &job["counts"]["current"]), (&json!(1), &json!(1)));
    assert_eq!(worker.get("/quarantine")["items"][0]["reason"], "unreadable");
}

#[test]
fn a_message_that_comes_twice_or_a_process_that_dies_changes_nothing_more() {
    let mut worker = imported();
    let said = said_by_tables(&worker.edge.db);
    worker.edge.db.execute(OLDER);
    worker.ask(Method::Post, "/observations/reextract", Value::Null);
    let first = worker.queue.pop_front().unwrap();
    worker.deliver(first.message.clone());
    let before = worker.dump();
    worker.deliver(first.message);
    assert_eq!(difference(&before, &worker.dump()), Vec::<Value>::new());
    worker.queue.clear();
    worker.recover();
    assert_eq!(said_by_tables(&worker.edge.db), said);
    let left = worker.edge.db.query("SELECT root FROM observations WHERE extractor = 0");
    assert_eq!(left, Vec::<Value>::new());
}

#[test]
fn the_tick_brings_every_owner_to_a_new_version_once() {
    let mut worker = imported();
    worker.edge.db.execute(OLDER);
    worker.tick();
    assert_eq!(worker.edge.db.query("SELECT id FROM jobs WHERE kind = 'reextract'"), Vec::<Value>::new());
    worker.edge.db.execute("UPDATE extractor_state SET version = 0");
    worker.tick();
    let owners = worker.edge.db.query("SELECT id FROM owners").len();
    assert_eq!(worker.edge.db.query("SELECT id FROM jobs WHERE kind = 'reextract'").len(), owners);
    assert_eq!(
        worker.edge.db.query("SELECT version, after FROM extractor_state"),
        [json!({ "version": 1, "after": 0 })]
    );
    worker.tick();
    worker.recover();
    assert_eq!(worker.edge.db.query("SELECT id FROM jobs WHERE kind = 'reextract'").len(), owners);
    let left = worker.edge.db.query("SELECT root FROM observations WHERE extractor = 0");
    assert_eq!(left, Vec::<Value>::new());
}

#[test]
fn many_owners_are_brought_up_to_date_some_a_tick() {
    let mut worker = Worker::new(Shelf::default());
    for n in 0..45 {
        worker.edge.db.execute(&format!("INSERT INTO owners VALUES ({}, 'owner {n}', 1, 0)", 100 + n));
    }
    let owners = worker.edge.db.query("SELECT id FROM owners").len();
    worker.edge.db.execute("UPDATE extractor_state SET version = 0");
    for ticks in 1..=3 {
        worker.tick();
        let jobs = worker.edge.db.query("SELECT id FROM jobs WHERE kind = 'reextract'").len();
        assert_eq!(jobs, owners.min(20 * ticks));
    }
    assert_eq!(worker.edge.db.query("SELECT version FROM extractor_state"), [json!({ "version": 1 })]);
}

#[test]
fn a_body_with_members_is_refused() {
    let mut worker = Worker::new(Shelf::default());
    let answer = worker.ask(Method::Post, "/observations/reextract", json!({ "provider_id": "pixverse" }));
    assert_eq!((answer.status, &answer.body["code"]), (422, &json!("invalid_parameter")));
}
