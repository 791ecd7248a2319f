//! An inventory with two accounts, generations made here, scans, and a count of what was written.

use driftline::core::api::request::Method;
use driftline::core::generation::record::write_record;
use driftline::core::generation::request::{GenerationRequest, Input};
use driftline::core::jobs;
use driftline::core::jobs::run::{Closing, CreateLineage, Mode, Run};
use driftline::core::jobs::walk::Ended;
use driftline::core::media::{Feed, MediaType, Operation};
use driftline::core::statement::Message;
use driftline::core::step::Disposition;
use serde_json::{Map, Value, json};

use crate::library::{ACCOUNT, Library};
use crate::support::drive::{Trace, drive_alone};

/// A second account of the first owner, as sightings name it.
pub const SECOND: &str = "pixverse:library:78:0";
pub const HOUR: i64 = 3_600_000;

/// A library with a second account.
pub fn library() -> Library {
    let library = Library::new();
    library.db.execute(
        "INSERT INTO accounts (owner, id, provider_id, api, identity, workspace, label, state, created_ms, updated_ms)
         VALUES (1, 'acc_second', 'pixverse', 'library', 'pixverse:library:78:0', '0', 'other', 'ready', 0, 0)",
    );
    library
}

/// Shows clips on the first account.
pub fn show(library: &mut Library, feed: Feed, payloads: &[Value]) {
    library.see(1, feed, ACCOUNT, MediaType::Video, payloads);
}

/// The request record of a clip made here.
pub fn record(id: u64, operation: Operation, prompt: &str, inputs: &[Value]) -> Value {
    let request = GenerationRequest {
        operation,
        media_type: MediaType::Video,
        prompt: Some(prompt.to_owned()),
        negative_prompt: None,
        model: Some("v6".into()),
        parameters: Map::from_iter([("quality".into(), json!("720p")), ("duration".into(), json!(5))]),
        inputs: inputs.iter().map(|input| Input::from_json(input).expect("an input")).collect(),
    };
    let text = write_record(&format!("gen_{id}"), 0, &id.to_string(), &request);
    serde_json::from_str(&text).expect("a record is JSON")
}

/// An input given as a still of the library, by its id and its file.
pub fn still_input(id: u64) -> Value {
    json!({
        "media_type": "image", "relation": "SOURCE_IMAGE", "position": 0,
        "url": format!("https://media.pixverse.ai/pixverse/i2i/ori/{id}.png"),
        "aliases": [format!("id:pixverse:library:image:created:{id}"), format!("key:pixverse:pixverse/i2i/ori/{id}.png")],
    })
}

/// Kinds and parts of the open findings, in order.
pub fn open(library: &Library) -> Vec<String> {
    in_state(library, "open")
}

pub fn in_state(library: &Library, state: &str) -> Vec<String> {
    let rows = library.db.query("SELECT kind, part, subject, state FROM drift ORDER BY kind, subject, part");
    let own = rows.iter().filter(|row| row["state"] == state);
    own.map(|row| {
        let part = row["part"].as_str().unwrap();
        let kind = row["kind"].as_str().unwrap();
        if part.is_empty() { kind.to_owned() } else { format!("{kind} {part}") }
    })
    .collect()
}

/// Runs a scan to its end and hands back how it is shown then.
pub fn scan(library: &mut Library, body: &Value) -> Value {
    scan_traced(library, body).0
}

/// As [`scan`], with what each step did.
pub fn scan_traced(library: &mut Library, body: &Value) -> (Value, Vec<Trace>) {
    let answer = library.request("one", Method::Post, "/drift/scan", body, &[]);
    assert_eq!(answer.status, 202, "{}", answer.body);
    let mut traces = Vec::new();
    while let Some(message) = due(library) {
        let (end, trace) = drive_alone(&mut library.db, library.now, jobs::deliver(message));
        assert_eq!(end, Disposition::Ack);
        traces.push(trace);
    }
    let location = answer.headers["location"].strip_prefix("/api/v1").expect("a location of the interface");
    let shown = library.ok(location);
    // The next one gets an id of its own.
    library.db.execute(
        "UPDATE jobs SET id = id || '.' || (SELECT count(*) FROM jobs) WHERE kind = 'drift_scan' AND instr(id, '.') = 0",
    );
    (shown, traces)
}

fn due(library: &Library) -> Option<Message> {
    let rows = library.db.query("SELECT id, step FROM jobs WHERE kind = 'drift_scan' AND state = 'active'");
    let row = rows.first()?;
    Some(Message { job: row["id"].as_str()?.to_owned(), step: row["step"].as_i64()? })
}

/// How many rows were written since the database was opened.
pub fn written(library: &Library) -> i64 {
    library.db.query("SELECT total_changes() AS n")[0]["n"].as_i64().unwrap()
}

/// Says that a complete scan of the account's clips and stills began at this time.
pub fn note_complete_scan(library: &Library, began_ms: i64) {
    let mut run = Run::new(Mode::Both, CreateLineage::Inline, false, None);
    for walk in &mut run.walks {
        walk.ended = Some(Ended::ProviderSaysDone);
    }
    let body = serde_json::to_string(&run).expect("a run is JSON");
    library.db.execute(&format!(
        "INSERT INTO jobs (id, owner, kind, account, step, state, due_ms, created_ms, updated_ms, body)
         VALUES ('run_{began_ms}', 1, 'sync', 'acc_one', 9, 'done', 0, {began_ms}, {began_ms}, '{body}')"
    ));
}

/// Works on the end of a complete scan of the second account's sounds, which showed this one. None is here, so that the
/// end marks nothing.
pub fn end_scan_of_sounds(library: &mut Library, root: &str) {
    let mut run = Run::new(Mode::Audio, CreateLineage::Inline, false, None);
    for walk in &mut run.walks {
        walk.ended = Some(Ended::ProviderSaysDone);
    }
    run.closing = Some(Closing::default());
    let body = serde_json::to_string(&run).expect("a run is JSON");
    library.db.execute(&format!(
        "INSERT INTO jobs (id, owner, kind, account, step, state, due_ms, created_ms, updated_ms, body)
         VALUES ('run_sounds', 1, 'sync', 'acc_second', 1, 'active', 0, 0, 0, '{body}');
         INSERT INTO scan_pages (owner, seen_ms, job, step, feed, account, listing, rows)
         VALUES (1, 1, 'run_sounds', 0, 'listing', '{SECOND}', 'audio/created', '[[\"{root}\",null,\"created\",null]]')"
    ));
    let step = jobs::deliver(Message { job: "run_sounds".to_owned(), step: 1 });
    assert_eq!(drive_alone(&mut library.db, library.now, step).0, Disposition::Ack);
}

/// The first open finding of a kind, as it is listed.
pub fn finding(library: &mut Library, kind: &str) -> Value {
    let listed = library.ok(&format!("/drift?kind={kind}"));
    listed["items"].get(0).unwrap_or_else(|| panic!("no {kind} is open")).clone()
}
