//! The plans of the statements by which a step reads around and writes: every table is searched by the keys that the
//! arrays bring, and never walked because one owner has many rows.

use std::collections::BTreeSet;

use driftline::core::inventory::columns::AssetColumns;
use driftline::core::sql::drift::{close_drift, close_drift_by_id, resolve_drift, upsert_drift};
use driftline::core::sql::inventory::{
    DueStep, delete_redirects, guard, near, payloads, update_observations, upsert_assets,
};
use driftline::core::sql::jobs::{due_job, lease_due_jobs, unlinked_payloads};
use driftline::core::sql::quarantine::{mark_replayed, quarantined_behind, quarantined_by_id, renew_reasons};
use driftline::core::sql::reextract::{
    delete_observations, mark_extracted, observations_behind, owners_behind, roll_out,
};
use driftline::core::sql::refresh::{delete_edges, refreshed_assets};
use driftline::core::sql::run_control::resume_renewed;
use driftline::core::sql::schemas::schemas;
use driftline::core::sql::{
    access, auto_sync, dead_letters, digest, drift_scan, export, handed, links, pace, runs, scans, usage,
};
use driftline::core::statement::{Message, Param, Statement};
use serde_json::json;

use crate::support::db::Db;

const TABLES: [&str; 17] = [
    "handed_pages",
    "accounts",
    "claims",
    "observations",
    "assets",
    "edges",
    "decisions",
    "jobs",
    "scan_pages",
    "redirects",
    "tokens",
    "quarantine",
    "schemas",
    "extractor_state",
    "q",
    "s",
    "drift",
];

/// Every real table in the plan is searched, and by more than its owner alone where `keyed` names it.
fn assert_keyed(statement: &Statement, keyed: &[&str]) {
    let plan = Db::new().explain(statement);
    for line in &plan {
        let words: Vec<&str> = line.split_whitespace().collect();
        let scans = words.first() == Some(&"SCAN") && !line.contains("VIRTUAL TABLE");
        assert!(
            !(scans && words.get(1).is_some_and(|name| TABLES.contains(name))),
            "{}: {plan:#?}",
            statement.name
        );
    }
    for table in keyed {
        let start = format!("SEARCH {table} USING");
        let line = plan.iter().find(|line| line.starts_with(&start));
        let line = line.unwrap_or_else(|| panic!("{}: {table} is not searched: {plan:#?}", statement.name));
        assert!(!line.ends_with("(owner=?)"), "{}: {table} is walked: {plan:#?}", statement.name);
    }
}

#[test]
fn the_columns_of_an_asset_are_written_in_their_order() {
    let statement = upsert_assets(1, &[0]).remove(0);
    let words: Vec<&str> = statement.sql.split_whitespace().collect();
    let places: Vec<String> =
        (0..AssetColumns::NAMES.len()).map(|place| format!("value ->> {place}")).collect();
    let expect = format!("(owner, {}) SELECT ?1, {} FROM", AssetColumns::NAMES.join(", "), places.join(", "));
    assert!(words.join(" ").contains(&expect), "{}", statement.sql);
}

#[test]
fn the_neighbourhood_is_read_by_alias_root_and_id() {
    let touched = BTreeSet::from(["key:a".to_owned()]);
    let near = near(1, &touched, 5);
    assert_keyed(&near, &["claims", "assets", "observations", "decisions", "d", "a", "c"]);
    // Each part of it is worked out once, however many others rest on it.
    let plan = Db::new().explain(&near);
    for part in ["touched", "near", "held", "known", "listed"] {
        let line = format!("MATERIALIZE {part}");
        assert_eq!(plan.iter().filter(|known| **known == line).count(), 1, "{part}: {plan:#?}");
    }
    assert_keyed(&payloads(1, &[("r".to_owned(), "d".to_owned())]), &["o"]);
}

#[test]
fn the_guard_and_the_writes_look_up_what_they_name() {
    let due = DueStep { job: "run_1".to_owned(), step: 0 };
    let guard = guard(1, Some(&due), &BTreeSet::from(["key:a".to_owned()]), 2, &[("ast_1".to_owned(), 1)]);
    assert_keyed(&guard, &["jobs", "claims", "a"]);
    assert_keyed(&update_observations(1, &[json!({ "owner": 1 })]), &["observations"]);
    assert_keyed(&delete_redirects(1, &BTreeSet::from(["ast_1".to_owned()])), &["redirects"]);
    assert_keyed(&delete_edges(1, &json!([["c", "e", 0]])), &["edges"]);
}

#[test]
fn jobs_links_and_refreshes_are_found_by_key() {
    let message = Message { job: "run_1".to_owned(), step: 0 };
    assert_keyed(&due_job(&message, Some(1)), &["j", "s"]);
    assert_keyed(&lease_due_jobs(5, 9), &["jobs"]);
    assert_keyed(&unlinked_payloads(1, &BTreeSet::from(["r".to_owned()])), &["observations"]);
    for (statement, table) in refreshed_assets(1, &["ast_1".to_owned()]).iter().zip(["a", "o", "e"]) {
        assert_keyed(statement, &[table]);
    }
    assert_keyed(&access::owner_of_token("hash"), &["t"]);
}

#[test]
fn the_end_of_a_run_reads_its_own_pages_and_a_page_of_assets() {
    assert_keyed(&scans::count_scanned(1, "run_1"), &["s", "c", "a"]);
    assert_keyed(&scans::only_there(1, "run_1"), &["s", "c", "a"]);
    let sweep = scans::Sweep {
        owner: 1,
        after: String::new(),
        limit: 5_000,
        account: "pixverse:library:1:0".to_owned(),
        listings: vec!["video/created".to_owned()],
        since_ms: 5,
    };
    for statement in scans::sweep(&sweep).iter().chain([&scans::mark_missing(&sweep, 9)]) {
        assert_keyed(
            statement,
            if statement.name == "end_of_page" { &["assets"] } else { &["s", "o", "assets"] },
        );
    }
    assert_keyed(&resume_renewed(1, "pixverse:library:1:0", 5), &["jobs"]);
    assert_keyed(&runs::open_run(1, "acc_1"), &["jobs"]);
}

#[test]
fn the_tick_reads_what_is_due() {
    let plan = Db::new().explain(&auto_sync::accounts_due(5)).join("\n");
    assert!(plan.contains("USING INDEX accounts_next_sync (next_sync_ms<?)"), "{plan}");
    let plan = Db::new().explain(&pace::accounts_to_look(5)).join("\n");
    assert!(plan.contains("USING INDEX accounts_next_look (next_look_ms<?)"), "{plan}");
    assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    let plan = Db::new().explain(&pace::push_next_looks(&[])).join("\n");
    assert!(plan.contains("SEARCH accounts USING PRIMARY KEY (owner=? AND id=?)"), "{plan}");
    assert_keyed(&pace::end_look(1, "job_1", 5), &["jobs"]);
    let plan = Db::new().explain(&auto_sync::push_next_syncs(&[])).join("\n");
    assert!(plan.contains("SEARCH accounts USING PRIMARY KEY (owner=? AND id=?)"), "{plan}");
}

#[test]
fn the_rows_of_a_day_and_what_waits_are_found_by_key() {
    let mut db = Db::new();
    let plan = db.explain(&due_job(&Message { job: "run_1".to_owned(), step: 0 }, Some(1))).join("\n");
    assert!(plan.contains("SEARCH rows_written USING INTEGER PRIMARY KEY (rowid=?)"), "{plan}");
    assert_keyed(&usage::rows_of_day(1), &["rows_written"]);
    assert_keyed(&usage::wait_until("run_1", 0, "rows_budget", None, 5, 4), &["jobs"]);
    let plan = db.explain(&resume_renewed(1, "pixverse:library:1:0", 5)).join("\n");
    assert!(plan.contains("jobs USING INDEX jobs_paused (owner=? AND account=?)"), "{plan}");
    // Among the jobs that are under way, whoever's they are.
    let plan = db.explain(&pace::other_look(1, "acc_1", "job_1")).join("\n");
    assert_eq!(plan, "SCAN jobs USING INDEX jobs_due");
    for written in [3, 4] {
        db.commit(&[usage::count_rows(7, written)]);
    }
    assert_eq!(db.query("SELECT * FROM rows_written"), [json!({ "day": 7, "written": 7 })]);
}

#[test]
fn what_lists_an_asset_is_looked_for_in_few_pages() {
    let plan = Db::new().explain(&links::last_listed(1, "ast_1", &["r".to_owned()])).join("\n");
    assert!(plan.contains("SEARCH scan_pages USING PRIMARY KEY (owner=?)"), "{plan}");
    assert!(!plan.contains("TEMP B-TREE") && plan.contains("CO-ROUTINE"), "it stops at the first: {plan}");
}

#[test]
fn what_is_read_again_is_found_by_key() {
    let ids = ["qua_1".to_owned()];
    assert_keyed(&quarantined_by_id(1, &ids), &["q"]);
    assert_keyed(&quarantined_behind(1, None, "qua_1", 25), &["q"]);
    assert_keyed(&mark_replayed(1, &ids, "folded", 5), &["quarantine"]);
    assert_keyed(&renew_reasons(1, &[json!({ "owner": 1 })]), &["quarantine"]);
    let keys = [("r".to_owned(), "d".to_owned())];
    assert_keyed(&mark_extracted(1, &keys, 2), &["observations"]);
    assert_keyed(&delete_observations(1, &keys), &["observations"]);
    for statement in observations_behind(1, ("r", "d"), 2, 50) {
        assert_keyed(&statement, &["observations"]);
        let plan = Db::new().explain(&statement);
        assert!(!plan.iter().any(|line| line.contains("TEMP B-TREE")), "{plan:#?}");
    }
    assert_keyed(&owners_behind(2, 20), &["s"]);
    assert_keyed(&roll_out(2, 5, false), &["extractor_state"]);
    assert_keyed(&schemas(1), &[]);
}

#[test]
fn a_digest_page_reads_its_own_assets_only() {
    for (statement, table) in
        digest::digest_page(1, "", 500).iter().zip(["a", "claims", "decisions", "e", "o"])
    {
        assert_keyed(statement, &[table]);
    }
}

#[test]
fn findings_are_written_and_closed_by_key() {
    assert_keyed(&upsert_drift(1, &[json!({ "id": "dri_1" })], 5), &["c"]);
    let none = || Param::Text("[]".to_owned());
    let close = close_drift(1, none(), none(), 5);
    assert_keyed(&close, &["drift"]);
    let plan = Db::new().explain(&close).join("\n");
    assert!(plan.contains("drift USING INDEX drift_asset (owner=? AND asset=? AND kind=?)"), "{plan}");
    assert_keyed(&close_drift_by_id(1, &["dri_1".to_owned()], 5), &["drift"]);
    assert_keyed(&resolve_drift(1, "dri_1", "digest", "closed", &json!({}), 5), &["drift"]);
}

#[test]
fn a_page_of_a_scan_reads_its_own_assets_only() {
    for (statement, table) in drift_scan::stored_rows(1, &["ast_1".to_owned()]).iter().zip(["a", "e"]) {
        assert_keyed(statement, &[table]);
    }
    assert_keyed(&drift_scan::ids_behind(1, "ast_1", 25), &["assets"]);
    assert_keyed(&drift_scan::ended_syncs(1), &["j", "a"]);
}

#[test]
fn handed_in_pages_and_dead_letters_are_found_by_key() {
    for insert in handed::insert_handed_pages(1, "job_1", &[json!({ "rows": [] })]) {
        assert_keyed(&insert, &["handed_pages", "jobs"]);
    }
    assert_keyed(&handed::handed_page(1, "job_1", 3), &["handed_pages"]);
    assert_keyed(&handed::delete_handed_page(1, "job_1", 3), &["handed_pages"]);
    let message = Message { job: "job_1".to_owned(), step: 0 };
    assert_keyed(&dead_letters::note_trouble(&message, "why"), &["jobs"]);
    assert_keyed(&dead_letters::mark_dead(&message, 5), &["jobs"]);
    assert_keyed(&dead_letters::replay_job(1, "job_1", 0, 5, 5), &["jobs"]);
}

#[test]
fn a_page_of_an_export_goes_on_where_the_last_one_ended() {
    let tables =
        ["accounts", "observations", "scan_pages", "decisions", "edges", "claims", "redirects", "assets"];
    assert_eq!(tables.len(), export::SECTIONS.len());
    for (section, table) in tables.into_iter().enumerate() {
        let page = export::export_page(1, section, r#"["a","a",1,1,"a","a"]"#).unwrap();
        assert_keyed(&page, &[table]);
        let plan = Db::new().explain(&page);
        assert!(!plan.iter().any(|line| line.contains("TEMP B-TREE")), "{table}: {plan:#?}");
    }
    assert_eq!(export::export_page(1, tables.len(), "[]"), None);
}

#[test]
fn what_an_import_brings_is_looked_up_by_what_it_names() {
    let lines = [json!({ "root": "r" })];
    assert_keyed(&export::import_public_ids(1, &lines), &["c"]);
    assert_keyed(&export::import_missing(1, &lines), &["c", "assets"]);
    assert_keyed(&export::import_state(1), &["jobs"]);
}
