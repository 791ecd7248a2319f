//! The plans of the statements by which a step reads around and writes: every table is searched by the keys that the
//! arrays bring, and never walked because one owner has many rows.

use std::collections::BTreeSet;

use driftline::core::sql::drift::{close_drift, close_drift_by_id, resolve_drift, upsert_drift};
use driftline::core::sql::inventory::{
    DueStep, delete_redirects, guard, near, payloads, update_observations,
};
use driftline::core::sql::jobs::{due_job, lease_due_jobs, unlinked_payloads};
use driftline::core::sql::quarantine::{mark_replayed, quarantined_behind, quarantined_by_id, renew_reasons};
use driftline::core::sql::reextract::{
    delete_observations, mark_extracted, observations_behind, owners_behind, roll_out,
};
use driftline::core::sql::refresh::{delete_edges, refreshed_assets};
use driftline::core::sql::run_control::resume_renewed;
use driftline::core::sql::schemas::schemas;
use driftline::core::sql::{access, auto_sync, digest, drift_scan, runs, scans};
use driftline::core::statement::{Message, Param, Statement};
use serde_json::json;

use crate::support::db::Db;

const TABLES: [&str; 15] = [
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
    assert_keyed(&due_job(&message), &["j", "s"]);
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
    let plan = Db::new().explain(&auto_sync::push_next_syncs(&[])).join("\n");
    assert!(plan.contains("SEARCH accounts USING PRIMARY KEY (owner=? AND id=?)"), "{plan}");
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
