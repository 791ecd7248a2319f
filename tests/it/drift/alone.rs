//! Each kind planted alone is found alone, and closes by itself when its cause is gone.

use driftline::core::drift::case::Findings;
use driftline::core::drift::finding::Finding;
use driftline::core::drift::upstream::{BrokenLink, link_broken};
use driftline::core::media::{Feed, MediaType, Operation};
use driftline::core::sql::drift::write_findings;
use serde_json::{Value, json};

use super::harness::{
    HOUR, SECOND, finding, library, note_complete_scan, open, record, scan, show, still_input,
};
use crate::library::{ACCOUNT, Library, clip, clip_from, extended, still};

const NONE: [&str; 0] = [];

/// Takes away every trace of findings, so that a scan has to find them.
fn forget(library: &Library) {
    library.db.execute("DELETE FROM drift");
}

/// What ingestion found, a scan finds too, from what is stored.
fn found_both_ways(library: &mut Library, expected: &[&str]) {
    assert_eq!(open(library), expected, "while ingesting");
    let before: Vec<Value> = library.db.query("SELECT id, evidence_digest FROM drift WHERE state = 'open'");
    forget(library);
    scan(library, &json!({}));
    assert_eq!(open(library), expected, "by a scan");
    assert_eq!(library.db.query("SELECT id, evidence_digest FROM drift WHERE state = 'open'"), before);
}

#[test]
fn two_feeds_that_tell_a_field_differently() {
    let mut library = library();
    show(&mut library, Feed::Listing, &[clip(1, 1)]);
    let mut detail = clip(1, 1);
    detail["prompt"] = json!("Another prompt");
    library.now += 1;
    show(&mut library, Feed::Detail, &[detail.clone()]);
    found_both_ways(&mut library, &["field_disagrees prompts"]);
    let shown = finding(&mut library, "field_disagrees");
    assert_eq!(
        shown["decided"],
        json!({ "field": "prompts", "value": ["Another prompt"], "rule": "best_feed_then_first" })
    );
    let says: Vec<_> = shown["evidence"]["says"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (&one["feed"], &one["value"]))
        .collect();
    assert_eq!(
        says,
        [(&json!("detail"), &json!(["Another prompt"])), (&json!("listing"), &json!(["Clip number 1"]))]
    );
    assert_eq!(
        (&shown["level"], &shown["aspect"], &shown["state"]),
        (&json!("low"), &json!("metadata_shape"), &json!("open"))
    );
}

#[test]
fn a_prompt_of_a_hundred_thousand_characters_is_cut_in_the_evidence() {
    let mut library = library();
    let long = |end: &str| {
        let mut clip = clip(1, 1);
        clip["prompt"] = json!("x".repeat(100_000) + end);
        clip
    };
    show(&mut library, Feed::Listing, &[long("a")]);
    library.now += 1;
    show(&mut library, Feed::Detail, &[long("b")]);
    let shown = finding(&mut library, "field_disagrees");
    assert_eq!(shown["evidence"]["says"][0]["value"]["bytes"], 100_005);
    assert!(shown.to_string().len() < 5_000);
}

#[test]
fn an_operation_told_differently_counts_in_its_own_aspect() {
    let mut library = library();
    show(&mut library, Feed::Listing, &[still(1_001)]);
    library.see(1, Feed::Listing, ACCOUNT, MediaType::Image, &[still(1_001)]);
    let mut detail = clip_from(1, "pixverse/i2i/ori/1001.png");
    show(&mut library, Feed::Listing, &[detail.clone()]);
    detail["create_mode"] = json!("effect");
    library.now += 1;
    show(&mut library, Feed::Detail, &[detail]);
    assert_eq!(finding(&mut library, "field_disagrees")["aspect"], "operation_mapping");
}

#[test]
fn spelling_rounding_and_what_one_side_leaves_out_are_no_disagreement() {
    let mut library = library();
    let mut listed = clip(1, 1);
    listed["quality"] = json!("720P");
    listed["aspect_ratio"] = json!("16:9");
    listed["prompt"] = json!("two  spaces\nhere ");
    let mut detail = listed.clone();
    detail["quality"] = json!("720p");
    detail["prompt"] = json!("two spaces here");
    detail["video_duration"] = json!(5.04);
    detail["aspect_ratio"] = json!("auto");
    detail["url"] =
        json!("https://media.pixverse.ai/pixverse/mp4/media/web/ori/1.mp4?x-oss-process=video&auth_key=9");
    detail.as_object_mut().unwrap().remove("output_width");
    show(&mut library, Feed::Listing, &[listed]);
    library.now += 1;
    show(&mut library, Feed::Detail, &[detail]);
    scan(&mut library, &json!({}));
    assert_eq!(open(&library), NONE);
}

#[test]
fn two_feeds_that_name_other_sources() {
    let mut library = library();
    show(&mut library, Feed::Listing, &[clip(1, 1), clip(2, 1), extended(3, 1)]);
    library.now += 1;
    show(&mut library, Feed::Detail, &[extended(3, 2)]);
    // While ingesting the other list's source is not read; it is another id all the same.
    found_both_ways(&mut library, &["lineage_disagrees"]);
    let shown = finding(&mut library, "lineage_disagrees");
    let lists = shown["evidence"]["lists"].as_array().unwrap();
    assert_eq!(lists.len(), 2);
    assert_eq!(lists.iter().filter(|list| list["agrees"] == true).count(), 1);
    assert_eq!(shown["decided"]["said_by"]["feed"], "detail");
    library.now += 1;
    show(&mut library, Feed::Detail, &[extended(3, 1)]);
    assert_eq!(open(&library), NONE, "the detail says now what the listing says");
}

#[test]
fn one_parent_by_id_and_by_file_is_no_disagreement() {
    let mut library = library();
    library.see(1, Feed::Listing, ACCOUNT, MediaType::Image, &[still(1_001)]);
    show(
        &mut library,
        Feed::Generation,
        &[record(1, Operation::ImageToVideo, "Clip number 1", &[still_input(1_001)])],
    );
    library.now += 1;
    show(&mut library, Feed::Generation, &[clip_from(1, "pixverse/i2i/ori/1001.png")]);
    show(&mut library, Feed::Listing, &[clip_from(1, "pixverse/i2i/ori/1001.png")]);
    scan(&mut library, &json!({}));
    assert_eq!(open(&library), NONE);
}

#[test]
fn a_row_that_names_other_sources_than_were_recorded() {
    let mut library = library();
    library.see(1, Feed::Listing, ACCOUNT, MediaType::Image, &[still(1_001), still(1_002)]);
    show(
        &mut library,
        Feed::Generation,
        &[record(1, Operation::ImageToVideo, "Clip number 1", &[still_input(1_001)])],
    );
    library.now += 1;
    show(&mut library, Feed::Generation, &[clip_from(1, "pixverse/i2i/ori/1002.png")]);
    found_both_ways(&mut library, &["lineage_disagrees"]);
    assert_eq!(finding(&mut library, "lineage_disagrees")["decided"]["said_by"]["request_record"], true);
}

#[test]
fn an_operation_without_the_source_it_needs() {
    let mut library = library();
    let mut bare = clip(1, 1);
    bare["create_mode"] = json!("i2v");
    show(&mut library, Feed::Listing, &[bare]);
    found_both_ways(&mut library, &["lineage_missing"]);
    library.now += 1;
    show(&mut library, Feed::Listing, &[clip_from(1, "pixverse/i2i/ori/1.png")]);
    assert_eq!(open(&library), NONE);
    assert_eq!(
        library.db.query("SELECT resolution FROM drift")[0]["resolution"],
        json!({ "action": "cause_gone", "at_ms": library.now }).to_string()
    );
}

#[test]
fn two_ids_that_claim_one_file() {
    let mut library = library();
    let mut copy = clip(2, 1);
    copy["url"] = clip(1, 1)["url"].clone();
    show(&mut library, Feed::Listing, &[clip(1, 1)]);
    library.now += 1;
    show(&mut library, Feed::Listing, &[copy]);
    found_both_ways(&mut library, &["identity_conflict"]);
    let shown = finding(&mut library, "identity_conflict");
    assert_eq!(shown["subject"], "key:pixverse:pixverse/mp4/media/web/ori/1.mp4");
    assert_eq!(
        shown["decided"],
        json!({ "keeper": "id:pixverse:library:video:created:1", "rule": "smallest_id_keeps" })
    );
    assert_eq!(shown["level"], "high");
}

#[test]
fn made_here_and_never_listed() {
    let mut library = library();
    let start = library.now;
    show(
        &mut library,
        Feed::Generation,
        &[record(1, Operation::TextToVideo, "Clip number 1", &[]), clip(1, 1)],
    );
    library.now += 100 * HOUR;
    scan(&mut library, &json!({}));
    assert_eq!(open(&library), NONE, "nothing was scanned since");
    note_complete_scan(&library, start + HOUR);
    scan(&mut library, &json!({}));
    assert_eq!(open(&library), NONE, "the library may lag");
    note_complete_scan(&library, start + 50 * HOUR);
    scan(&mut library, &json!({}));
    assert_eq!(open(&library), ["generation_only"]);
    show(&mut library, Feed::Listing, &[clip(1, 1)]);
    assert_eq!(open(&library), NONE, "now it is listed");
}

#[test]
fn asked_for_here_and_only_ever_listed() {
    let mut library = library();
    show(&mut library, Feed::Generation, &[record(1, Operation::TextToVideo, "Clip number 1", &[])]);
    library.now += 1;
    show(&mut library, Feed::Listing, &[clip(1, 1)]);
    scan(&mut library, &json!({}));
    assert_eq!(open(&library), NONE, "the poll may come yet");
    library.now += 7 * HOUR;
    scan(&mut library, &json!({}));
    assert_eq!(open(&library), ["listing_only"]);
    show(&mut library, Feed::Generation, &[clip(1, 1)]);
    assert_eq!(open(&library), NONE);
}

#[test]
fn a_status_that_no_table_knows() {
    let mut library = library();
    show(&mut library, Feed::Listing, &[clip(1, 1)]);
    let mut odd = clip(1, 1);
    odd["video_status"] = json!(42);
    library.now += 1;
    show(&mut library, Feed::Listing, &[odd]);
    found_both_ways(&mut library, &["status_unknown"]);
    let shown = finding(&mut library, "status_unknown");
    assert_eq!(
        (&shown["evidence"]["path"], &shown["decided"]["value"]),
        (&json!("$.video_status"), &json!("completed"))
    );
    library.now += 1;
    show(&mut library, Feed::Listing, &[clip(1, 1)]);
    assert_eq!(open(&library), NONE);
}

#[test]
fn a_clip_that_is_under_way_for_ever() {
    let mut library = library();
    let mut pending = clip(1, 1);
    pending["video_status"] = json!(5);
    pending["created_at"] = json!(driftline::core::clock::rfc3339(library.now));
    show(&mut library, Feed::Listing, &[pending]);
    scan(&mut library, &json!({}));
    assert_eq!(open(&library), NONE);
    library.now += 7 * HOUR;
    scan(&mut library, &json!({}));
    assert_eq!(open(&library), ["status_stuck"]);
}

#[test]
fn a_row_that_is_not_what_its_observations_say() {
    let mut library = library();
    show(&mut library, Feed::Listing, &[clip(1, 1), clip(2, 1)]);
    library.db.execute("UPDATE assets SET status = 'failed', fields = json_set(fields, '$.model', 'nobody said so') WHERE provider_asset_id = '1'");
    scan(&mut library, &json!({}));
    assert_eq!(open(&library), ["recompute_differs row"]);
    let differs = finding(&mut library, "recompute_differs")["evidence"]["differs"].clone();
    assert_eq!(
        differs,
        json!({ "status": { "stored": "failed", "computed": "completed" },
                "fields.model": { "stored": "nobody said so", "computed": null } })
    );
}

#[test]
fn edges_that_are_not_what_source_lists_say() {
    for plant in [
        "DELETE FROM edges WHERE child LIKE '%:2'",
        "UPDATE edges SET relation = 'INPUT' WHERE child LIKE '%:2'",
        "INSERT INTO edges (owner, child, evidence, slot, parent, relation, denied)
         SELECT owner, root, 'no longer said', 0, root, 'SOURCE_VIDEO', 0 FROM assets WHERE provider_asset_id = '2'",
    ] {
        let mut library = library();
        show(&mut library, Feed::Listing, &[clip(1, 1), extended(2, 1), extended(3, 1)]);
        library.db.execute(plant);
        scan(&mut library, &json!({}));
        assert_eq!(open(&library), ["recompute_differs edges"], "{plant}");
    }
}

#[test]
fn what_a_complete_scan_missed() {
    let mut library = library();
    show(&mut library, Feed::Listing, &[clip(1, 1)]);
    library.db.execute("UPDATE assets SET missing_ms = 5");
    scan(&mut library, &json!({}));
    assert_eq!(open(&library), ["local_only"]);
    library.now += 1;
    show(&mut library, Feed::Listing, &[clip(1, 1)]);
    assert_eq!(open(&library), NONE, "it is there again");
}

fn write(library: &mut Library, found: Vec<Finding>) {
    let statements = write_findings(1, &Findings { found, ..Findings::default() }, library.now);
    library.db.commit(&statements);
}

#[test]
fn what_a_link_check_finds_is_listed_by_its_account() {
    let mut library = library();
    let link = BrokenLink {
        asset: "ast_1",
        media_type: MediaType::Video,
        root: "id:pixverse:library:video:created:1",
        account: Some(SECOND),
        field: "media_url",
        file: "pixverse:pixverse/mp4/1.mp4",
        answer: "404",
        checked_ms: library.now,
    };
    write(&mut library, vec![link_broken(&link)]);
    assert_eq!(open(&library), ["link_broken media_url"]);
    assert_eq!(library.ok("/drift?account_id=acc_second")["items"][0]["kind"], "link_broken");
    assert_eq!(library.ok("/drift?account_id=acc_one")["items"], json!([]));
}

#[test]
fn stubs_and_removed_assets_have_no_findings() {
    let mut library = library();
    let mut bare = clip(1, 1);
    bare["create_mode"] = json!("i2v");
    show(&mut library, Feed::Listing, &[bare, clip_from(2, "upload/nowhere.png")]);
    assert_eq!(open(&library), ["lineage_missing"]);
    let id = library.id_of("1");
    library.now += 1;
    let removed = library.request(
        "one",
        driftline::core::api::request::Method::Delete,
        &format!("/assets/{id}"),
        &Value::Null,
        &[],
    );
    assert_eq!((removed.status, open(&library)), (204, Vec::new()));
    scan(&mut library, &json!({}));
    assert_eq!(open(&library), NONE);
}
