//! The plans of the statements that readers wait for: an index for each, no sorting where the index has the order.

use std::collections::BTreeSet;

use driftline::core::sql::gallery::{Filter, Walk, Window, assets_page, claimants, found_assets, verdicts};
use driftline::core::sql::inventory::ids_leading_to;
use driftline::core::sql::lineage::{children_of, edges_of_child, parents_of};
use driftline::core::sql::quarantine::{Shown, quarantine_page};
use driftline::core::sql::{assets, drift, drift_report, explain, gallery, links, runs};
use driftline::core::statement::Statement;

use crate::library::Library;

const ROOTS: &str = r#"["id:pixverse:library:video:created:1"]"#;

fn plan(statement: &Statement) -> String {
    Library::new().db.explain(statement).join("\n")
}

/// No table is read from end to end. What a statement has put together itself may be: arrays, the ids of a chain of
/// redirects (`hop`), the rows of a subquery (`made`).
fn assert_searches(statement: &Statement, made: &[&str]) {
    let plan = plan(statement);
    for line in plan.lines().filter(|line| line.starts_with("SCAN")) {
        let is_made = made.iter().any(|name| line == format!("SCAN {name}"));
        let is_array = line.contains("VIRTUAL TABLE");
        let is_row = line == "SCAN CONSTANT ROW" || line == "SCAN hop" || line.starts_with("SCAN (subquery");
        assert!(is_made || is_array || is_row, "{}: {line}\nin\n{plan}", statement.name);
    }
    assert!(plan.contains("SEARCH"), "{}: {plan}", statement.name);
}

fn window() -> Window {
    Window { before: (1, "ast_1".into()), from_ms: 0, most_rows: 5_000, limit: 51 }
}

#[test]
fn each_page_walks_its_index_in_order() {
    for (walk, index) in [
        (Walk::Newest, "assets_newest (owner=? AND created_ms>? AND (created_ms,id)<(?,?))"),
        (
            Walk::MediaType,
            "assets_type (owner=? AND media_type=? AND created_ms>? AND (created_ms,id)<(?,?))",
        ),
        (Walk::Account, "assets_account (owner=? AND account=? AND created_ms>? AND (created_ms,id)<(?,?))"),
        (Walk::Attention, "assets_attention (owner=? AND created_ms>? AND (created_ms,id)<(?,?))"),
        (Walk::ById, "PRIMARY KEY (owner=? AND id<?)"),
    ] {
        let page = assets_page(1, walk, &window(), &Filter::default());
        let plan = plan(&page);
        assert!(plan.contains(index), "{walk:?}: {plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{walk:?} sorts: {plan}");
        assert!(plan.contains("CO-ROUTINE"), "{walk:?} must stop when its page is full: {plan}");
        assert!(
            plan.contains("SEARCH d USING INDEX drift_asset (owner=? AND asset=? AND kind=?)"),
            "{walk:?}: {plan}"
        );
        assert!(plan.contains("SEARCH l USING PRIMARY KEY (owner=? AND root=?)"), "{walk:?}: {plan}");
        assert_searches(&page, &["a"]);
    }
}

#[test]
fn levels_of_the_graph_search_edges_by_both_ends() {
    let from = ["ast_1".to_owned()];
    let up = parents_of(1, &from, 10);
    assert!(
        plan(&up).contains("SEARCH e USING PRIMARY KEY (owner=? AND child=? AND evidence=?)"),
        "{}",
        plan(&up)
    );
    let down = children_of(1, &from, 10);
    assert!(
        plan(&down).contains("SEARCH e USING INDEX edges_parent (owner=? AND parent=?)"),
        "{}",
        plan(&down)
    );
    for statement in [up, down, edges_of_child(1, "ast_1")] {
        assert_searches(&statement, &[]);
        assert!(!plan(&statement).contains("TEMP B-TREE"), "{}", plan(&statement));
    }
}

#[test]
fn an_asset_and_what_it_rests_on_are_found_by_key() {
    let aliases = BTreeSet::from(["key:x".to_owned()]);
    for statement in [
        assets::asset_by_id(1, "ast_1"),
        assets::account_names(1),
        assets::observations_page(1, ROOTS, ("", ""), 11, 1_000),
        claimants(1, &aliases),
        verdicts(1, &aliases),
        found_assets(1, &aliases, &window(), &gallery::Filter::default()),
        quarantine_page(1, "~", &Shown::default(), 10, 51),
        quarantine_page(1, "~", &Shown { replayed: true, ..Shown::default() }, 10, 51),
    ] {
        assert_searches(&statement, &[]);
    }
    assert_searches(&assets::latest_payloads(1, ROOTS, 6), &["newest"]);
    let ids = BTreeSet::from(["ast_1".to_owned()]);
    assert_searches(&explain::edges_told(1, ROOTS, 10), &[]);
    assert_searches(&explain::assets_of_roots(1, &aliases), &[]);
    assert_searches(&explain::decisions_about(1, ROOTS, 10), &["listed"]);
    assert_searches(&ids_leading_to(1, &ids, "ast_2"), &["way"]);
}

#[test]
fn files_are_walked_by_account_and_links_found_by_key() {
    let page = links::files_page(1, "acc", (5, "ast_1"), 20);
    let plan_of_page = plan(&page);
    assert!(
        plan_of_page.contains("assets_account (owner=? AND account=? AND (created_ms,id)<(?,?))"),
        "{plan_of_page}"
    );
    assert!(!plan_of_page.contains("TEMP B-TREE"), "{plan_of_page}");
    let link = links::link_of(1, "ast_1");
    assert!(plan(&link).contains("SEARCH l USING PRIMARY KEY (owner=? AND root=?)"), "{}", plan(&link));
    for statement in [page, links::files_of(1, "acc", &["ast_1".to_owned()]), link] {
        assert_searches(&statement, &[]);
    }
    let filter = Filter { link: Some("broken".to_owned()), ..Filter::default() };
    let broken = plan(&assets_page(1, Walk::Newest, &window(), &filter));
    assert!(broken.contains("SEARCH l USING PRIMARY KEY (owner=? AND root=?)"), "{broken}");
    assert!(!broken.contains("SCAN l"), "{broken}");
}

#[test]
fn the_totals_read_each_row_once_by_the_primary_key() {
    let plan = plan(&assets::count_assets(1));
    assert!(plan.contains("SEARCH assets USING PRIMARY KEY (owner=?)"), "{plan}");
}

#[test]
fn findings_are_listed_by_state_and_by_asset_and_counted_where_they_are_open() {
    let page = drift::drift_page(1, "open", &drift::Filter::default(), (5, "dri_1"), 51);
    let plan_of_page = plan(&page);
    assert!(
        plan_of_page.contains("drift_state (owner=? AND state=? AND (first_ms,id)<(?,?))"),
        "{plan_of_page}"
    );
    assert!(!plan_of_page.contains("TEMP B-TREE"), "{plan_of_page}");
    assert_searches(&page, &[]);
    let of_asset = drift::drift_of_asset(1, "ast_1", &drift::Filter::default(), "", 51);
    assert!(plan(&of_asset).contains("drift_asset (owner=? AND asset=?"), "{}", plan(&of_asset));
    assert_searches(&of_asset, &[]);
    assert_searches(&drift::drift_by_id(1, "dri_1"), &[]);
    let counted = plan(&drift_report::count_drift(1));
    assert!(counted.contains("SEARCH drift USING INDEX drift_state (owner=? AND state=?)"), "{counted}");
    let worst = plan(&drift_report::worst_drift(1));
    assert!(worst.contains("SEARCH drift USING INDEX drift_state (owner=? AND state=?)"), "{worst}");
    let warned = plan(&drift_report::count_warnings(1));
    assert!(warned.contains("SEARCH assets USING INDEX assets_newest (owner=?)"), "{warned}");
    let roads = plan(&drift_report::count_roads(1));
    assert!(roads.contains("SEARCH assets USING PRIMARY KEY (owner=?)"), "{roads}");
}

#[test]
fn jobs_of_many_kinds_are_read_by_the_index_of_each() {
    let page = runs::jobs_of_kinds_before(1, &["replay", "verify"], "job_~", 20);
    let plan = plan(&page);
    assert!(plan.contains("SEARCH n USING COVERING INDEX jobs_kind (owner=? AND kind=? AND id<?)"), "{plan}");
    assert_searches(&page, &[]);
}
