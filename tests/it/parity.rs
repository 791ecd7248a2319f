//! What a run leaves in the tables, natively: every fixture, listed page by page to the sync job and its link jobs.
//! `tests/e2e/parity.test.mjs` lists the same pages to the Worker and compares its D1 with the same snapshot.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use driftline::core::jobs;
use driftline::core::statement::Message;
use driftline::core::step::{Disposition, ProviderCall, Reply};
use serde_json::Value;

use crate::library::NOW;
use crate::support::db::Db;
use crate::support::drive::{Provider, drive};

/// The tables, with the query that shows them without our own ids and times.
const TABLES: [(&str, &str); 8] = [
    ("claims", include_str!("../parity/claims.sql")),
    ("observations", include_str!("../parity/observations.sql")),
    ("assets", include_str!("../parity/assets.sql")),
    ("edges", include_str!("../parity/edges.sql")),
    ("scan_pages", include_str!("../parity/scan_pages.sql")),
    ("quarantine", include_str!("../parity/quarantine.sql")),
    ("schemas", include_str!("../parity/schemas.sql")),
    ("jobs", include_str!("../parity/jobs.sql")),
];

/// Every fixture as it is written, by the listing that shows it: its name says the media type, and whether it is an
/// upload. Within a listing they stand in the order of their names.
fn listings() -> BTreeMap<String, Vec<String>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/pixverse");
    let files = fs::read_dir(&folder).expect("the fixtures are there");
    let mut names: Vec<String> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let mut listings: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for name in names {
        let media_type = name.split('-').next().unwrap();
        let making = if name.contains("-upload") { "uploaded" } else { "created" };
        let text = fs::read_to_string(folder.join(&name)).unwrap();
        listings.entry(format!("{media_type}/{making}")).or_default().push(text);
    }
    listings
}

fn page(listings: &BTreeMap<String, Vec<String>>, call: &ProviderCall) -> Reply {
    let asked: Value = serde_json::from_str(call.body.as_deref().unwrap()).unwrap();
    let number = |name: &str| usize::try_from(asked[name].as_u64().unwrap()).unwrap();
    let making = if number("asset_source") == 1 { "created" } else { "uploaded" };
    let listing = format!("{}/{making}", asked["tab"].as_str().unwrap());
    let rows = listings.get(&listing).map_or(&[][..], Vec::as_slice);
    let end = rows.len().min(number("offset") + number("limit"));
    let body = format!(
        r#"{{"ErrCode":0,"ErrMsg":"success","Resp":{{"data":[{}],"total":{},"has_more":{},"next_offset":{end}}}}}"#,
        rows[number("offset").min(end)..end].join(","),
        rows.len(),
        end < rows.len(),
    );
    Reply::Answer { status: 200, retry_after_s: None, body }
}

/// Delivers the steps of one kind of job that are due; `false` when there was none.
fn deliver_due(db: &mut Db, kind: &str, now: i64, provider: &mut Provider<'_>) -> bool {
    let due: Vec<Message> = db
        .query("SELECT id, step, kind FROM jobs WHERE state = 'active' ORDER BY id")
        .into_iter()
        .filter(|row| row["kind"] == kind)
        .map(|row| Message {
            job: row["id"].as_str().unwrap().to_owned(),
            step: row["step"].as_i64().unwrap(),
        })
        .collect();
    for message in &due {
        let (disposition, _) = drive(db, now, provider, jobs::deliver(message.clone()));
        assert_eq!(disposition, Disposition::Ack, "{message:?}");
    }
    !due.is_empty()
}

#[test]
fn all_fixtures_leave_these_tables() {
    let listings = listings();
    let mut db = Db::new();
    db.execute(include_str!("../parity/start.sql"));
    // Every page has a time of its own, as it has in the Worker.
    let mut now = NOW;
    while deliver_due(&mut db, "sync", now, &mut |call| page(&listings, call)) {
        deliver_due(&mut db, "link", now, &mut |call| panic!("linking calls nobody: {}", call.path));
        now += 1_000;
    }
    let lines: Vec<String> = TABLES
        .into_iter()
        .flat_map(|(table, sql)| db.query(sql).into_iter().map(move |row| format!("{table} {row}")))
        .collect();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots/parity");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("tables", lines.join("\n")));
}
