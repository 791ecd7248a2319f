//! The report: a table that counts, with a level a row.

use driftline::core::api::request::Method;
use driftline::core::media::{Feed, MediaType};
use serde_json::{Value, json};

use super::harness::{finding, library, record, scan, show};
use crate::library::{ACCOUNT, Library, clip, clip_from, still};

const ASPECTS: [&str; 9] = [
    "metadata_shape",
    "lineage_timing",
    "asset_identity",
    "source_generation_id",
    "embedded_parent_creation",
    "operation_mapping",
    "image_parity",
    "upstream_state",
    "stored_state",
];

pub fn levels(report: &Value) -> Vec<(&str, &str)> {
    let aspects = report["aspects"].as_array().unwrap();
    aspects.iter().map(|line| (line["aspect"].as_str().unwrap(), line["level"].as_str().unwrap())).collect()
}

fn level_of(library: &mut Library, aspect: &str) -> String {
    let report = library.ok("/drift/report");
    levels(&report).into_iter().find(|(name, _)| *name == aspect).unwrap().1.to_owned()
}

#[test]
fn an_empty_inventory_has_every_row_and_no_drift() {
    let mut library = library();
    let report = library.ok("/drift/report");
    assert_eq!(levels(&report), ASPECTS.map(|aspect| (aspect, "no_drift")));
    assert_eq!((&report["overall"], &report["last_scan"]), (&json!("no_drift"), &Value::Null));
    assert_eq!(report["generated_at"], "2026-11-02T08:00:00.000Z");
}

#[test]
fn a_level_is_the_worst_that_is_open_and_one_worse_where_there_are_many() {
    let mut library = library();
    show(&mut library, Feed::Listing, &(1..=100).map(|id| clip(id, 1)).collect::<Vec<_>>());
    let bare = |from: u64, to: u64| (from..=to).map(|id| clip_from(id, "")).collect::<Vec<_>>();
    show(&mut library, Feed::Listing, &bare(201, 204));
    assert_eq!(level_of(&mut library, "lineage_timing"), "medium");
    show(&mut library, Feed::Listing, &bare(205, 210));
    assert_eq!(level_of(&mut library, "lineage_timing"), "high", "10 of 110");
    let report = library.ok("/drift/report");
    let line = &report["aspects"][1];
    assert_eq!(line["counts"], json!({ "open": 10, "accepted": 0, "both_paths": 0 }));
    assert_eq!(line["lineage"], json!({ "none_expected": 100, "unresolved": 10 }));
    assert_eq!(line["examples"].as_array().unwrap().len(), 3);
    assert_eq!(report["overall"], "high");
}

#[test]
fn what_is_accepted_counts_as_accepted_and_not_as_the_worst() {
    let mut library = library();
    let mut copy = clip(2, 1);
    copy["url"] = clip(1, 1)["url"].clone();
    show(&mut library, Feed::Listing, &[clip(1, 1), copy]);
    assert_eq!(library.ok("/drift/report")["overall"], "high");
    let id = finding(&mut library, "identity_conflict")["id"].as_str().unwrap().to_owned();
    let body = json!({ "action": "accept", "reason": "one file, two results" });
    library.request("one", Method::Post, &format!("/drift/{id}/resolve"), &body, &[]);
    let report = library.ok("/drift/report");
    assert_eq!(
        (&report["overall"], level_of(&mut library, "asset_identity").as_str()),
        (&json!("accepted"), "accepted")
    );
    let mut detail = clip(1, 1);
    detail["output_width"] = json!(1280);
    show(&mut library, Feed::Detail, &[detail]);
    assert_eq!(library.ok("/drift/report")["overall"], "low");
}

#[test]
fn images_are_counted_with_all_and_apart() {
    let mut library = library();
    library.see(1, Feed::Listing, ACCOUNT, MediaType::Image, &[still(1_001), still(1_002)]);
    show(&mut library, Feed::Listing, &[clip(1, 1)]);
    let mut detail = still(1_001);
    detail["prompt"] = json!("another still");
    library.see(1, Feed::Detail, ACCOUNT, MediaType::Image, &[detail]);
    let report = library.ok("/drift/report");
    let row = |name: &str| {
        report["aspects"].as_array().unwrap().iter().find(|line| line["aspect"] == name).unwrap().clone()
    };
    for aspect in ["metadata_shape", "image_parity"] {
        assert_eq!(
            (&row(aspect)["counts"]["open"], &row(aspect)["by_kind"]),
            (&json!(1), &json!({ "field_disagrees": 1 }))
        );
    }
    assert_eq!(library.ok("/drift?aspect=image_parity")["items"].as_array().unwrap().len(), 1);
    assert_eq!(row("metadata_shape")["sync_path"]["assets"], 3);
    assert_eq!(row("image_parity")["sync_path"]["assets"], 2);
}

#[test]
fn warnings_are_counted_by_code_with_what_that_covers() {
    let mut library = library();
    let mut odd = clip(1, 1);
    odd["create_mode"] = json!("brand_new");
    show(&mut library, Feed::Listing, &[odd, clip(2, 1)]);
    assert_eq!(
        library.ok("/drift/report")["extractor_warnings"],
        json!({ "by_code": { "unknown_create_mode": 1 }, "covers": { "assets": 2, "newest_first": true, "all": true } })
    );
}

/// What is meant to be so stands in a list of its own, and counts nowhere: a clip that was only imported, one whose
/// sources are still to be linked, one that a person removed.
#[test]
fn what_is_meant_to_be_so_is_told_and_never_counts() {
    let mut library = library();
    let deferred = clip_from(3, "pixverse/i2i/ori/1001.png");
    show(&mut library, Feed::Listing, &[clip(1, 1), clip_from(2, ""), deferred]);
    library.db.execute(
        "UPDATE observations SET linked = 0 WHERE root LIKE '%:created:3'; DELETE FROM edges;
         UPDATE assets SET lineage = 'pending' WHERE provider_asset_id = '3'",
    );
    let id = library.id_of("2");
    let removed = library.request("one", Method::Delete, &format!("/assets/{id}"), &Value::Null, &[]);
    assert_eq!(removed.status, 204);
    library.now += 100 * super::harness::HOUR;
    scan(&mut library, &json!({}));
    let report = library.ok("/drift/report");
    let listed: Vec<&str> =
        report["by_design"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    for code in ["no_generation_for_synced_assets", "lineage_deferred_where_asked", "removed_by_you"] {
        assert!(listed.contains(&code), "{code}: {listed:?}");
    }
    assert!(levels(&report).iter().all(|(_, level)| *level == "no_drift"), "{report}");
    assert_eq!(report["overall"], "no_drift");
}

/// Each row says what either road brought, how much is open, and the worst of it first.
#[test]
fn a_row_tells_both_roads_and_its_worst_examples_first() {
    let mut library = library();
    let asked = record(1, driftline::core::media::Operation::TextToVideo, "Clip number 1", &[]);
    show(&mut library, Feed::Generation, &[asked, clip(1, 1)]);
    let mut odd = clip(4, 1);
    odd["video_status"] = json!(42);
    show(&mut library, Feed::Listing, &[clip(1, 1), clip(2, 1), odd]);
    library.db.execute("UPDATE assets SET missing_ms = 7 WHERE provider_asset_id = '2'");
    scan(&mut library, &json!({}));
    let report = library.ok("/drift/report");
    let row = |name: &str| {
        report["aspects"].as_array().unwrap().iter().find(|line| line["aspect"] == name).unwrap().clone()
    };
    let (by_id, upstream) = (row("source_generation_id"), row("upstream_state"));
    assert_eq!(by_id["generation_path"]["assets"], 1);
    assert_eq!(by_id["sync_path"]["assets"], 3);
    assert_eq!(by_id["counts"], json!({ "open": 0, "accepted": 0, "both_paths": 1 }));
    let worst: Vec<&str> =
        upstream["examples"].as_array().unwrap().iter().map(|one| one["level"].as_str().unwrap()).collect();
    assert_eq!(worst.len(), 2, "{upstream}");
    assert_eq!(upstream["level"], worst[0], "the worst comes first: {upstream}");
}

#[test]
fn the_last_scan_says_how_fresh_it_is() {
    let mut library = library();
    show(&mut library, Feed::Listing, &[clip(1, 1)]);
    scan(&mut library, &json!({}));
    let last = library.ok("/drift/report")["last_scan"].clone();
    assert_eq!((&last["state"], &last["done"], &last["total"]), (&json!("done"), &json!(1), &json!(1)));
}

#[test]
fn markdown_says_the_same_to_people() {
    let mut library = library();
    show(&mut library, Feed::Listing, &[clip(1, 1), clip_from(2, "")]);
    let text = library.text("/drift/report", &[("accept", "text/markdown")]);
    insta::with_settings!({ snapshot_path => "../../snapshots/drift", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("report", text.replace(&library.id_of("2"), "ast_2"));
    });
    let both = library.request(
        "one",
        Method::Get,
        "/drift/report",
        &Value::Null,
        &[("accept", "application/json, text/markdown")],
    );
    assert_eq!(both.headers["content-type"], "application/json");
}

#[test]
fn another_owners_findings_are_not_counted() {
    let mut library = library();
    show(&mut library, Feed::Listing, &[clip_from(2, "")]);
    let theirs = library.request("two", Method::Get, "/drift/report", &Value::Null, &[]);
    assert_eq!(
        (theirs.status, &theirs.body["overall"], &theirs.body["totals"]["assets"]),
        (200, &json!("no_drift"), &json!(0))
    );
}
