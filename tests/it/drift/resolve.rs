//! Resolving: an acceptance is about evidence, applying makes rows what they should be, and lists find it all.

use driftline::core::api::request::Method;
use driftline::core::drift::kind::Kind;
use driftline::core::media::Feed;
use serde_json::{Value, json};

use super::harness::{finding, in_state, library, open, scan, show};
use crate::library::{Answer, Library, clip, clip_from, extended};
use crate::world::said_by_tables;

fn resolve(library: &mut Library, finding: &Value, body: Value) -> Answer {
    let path = format!("/drift/{}/resolve", finding["id"].as_str().unwrap());
    library.request("one", Method::Post, &path, &body, &[])
}

/// A clip whose detail has another prompt than its listing.
fn disagreeing(prompt: &str) -> Library {
    let mut library = library();
    show(&mut library, Feed::Listing, &[clip(1, 1)]);
    detail(&mut library, prompt);
    library
}

fn detail(library: &mut Library, prompt: &str) {
    let mut detail = clip(1, 1);
    detail["prompt"] = json!(prompt);
    library.now += 1;
    show(library, Feed::Detail, &[detail]);
}

fn accepted(prompt: &str) -> Library {
    let mut library = disagreeing(prompt);
    let found = finding(&mut library, "field_disagrees");
    let answer = resolve(&mut library, &found, json!({ "action": "accept", "reason": "edited on the web" }));
    assert_eq!((answer.status, &answer.body["state"]), (200, &json!("accepted")), "{}", answer.body);
    library
}

#[test]
fn an_acceptance_survives_scans_and_imports() {
    let mut library = accepted("x");
    library.now += 1;
    scan(&mut library, &json!({}));
    let mut moved = clip(1, 1);
    moved["video_status"] = json!(6);
    show(&mut library, Feed::Listing, &[moved]);
    scan(&mut library, &json!({}));
    assert_eq!(
        (open(&library), in_state(&library, "accepted")),
        (vec![], vec!["field_disagrees prompts".to_owned()])
    );
    let shown = library.ok("/drift?state=accepted")["items"][0].clone();
    let resolution = &shown["resolution"];
    assert_eq!(
        (&resolution["action"], &resolution["reason"], &resolution["author"]),
        (&json!("accept"), &json!("edited on the web"), &json!("tok_1"))
    );
    assert!(resolution["at"].is_string());
}

#[test]
fn an_acceptance_ends_when_the_evidence_changes_and_holds_again_when_it_returns() {
    let mut library = accepted("x");
    // The first sighting of the best feed is believed: another listing changes the other side.
    let mut listed = clip(1, 1);
    listed["prompt"] = json!("a third prompt");
    library.now += 1;
    library.db.execute("DELETE FROM observations WHERE instr(seen, 'listing') > 0");
    show(&mut library, Feed::Listing, &[listed]);
    assert_eq!(open(&library), ["field_disagrees prompts"]);
    library.db.execute("DELETE FROM observations WHERE instr(seen, 'listing') > 0");
    library.now += 1;
    show(&mut library, Feed::Listing, &[clip(1, 1)]);
    assert_eq!(in_state(&library, "accepted"), ["field_disagrees prompts"]);
}

#[test]
fn an_acceptance_is_a_decision_that_outlives_the_finding() {
    let mut library = accepted("x");
    let decided = library.db.query("SELECT alias, family, other, verdict, author FROM decisions");
    assert_eq!(
        decided,
        [
            json!({ "alias": "id:pixverse:library:video:created:1", "family": "drift", "other": "field_disagrees:prompts",
                 "verdict": "accept", "author": "tok_1" })
        ]
    );
    library.db.execute("DELETE FROM drift");
    scan(&mut library, &json!({}));
    assert_eq!(in_state(&library, "accepted"), ["field_disagrees prompts"]);
    let shown = library.ok("/drift?state=accepted")["items"][0]["resolution"]["reason"].clone();
    assert_eq!(shown, "edited on the web");
}

/// Spoils the tables, scans, applies, and compares them with what they were.
fn mends(spoil: &str, expected: &str) {
    let mut library = library();
    show(&mut library, Feed::Listing, &[clip(1, 1), extended(2, 1), extended(3, 1)]);
    let before = said_by_tables(&library.db);
    library.db.execute(spoil);
    scan(&mut library, &json!({}));
    assert_eq!(open(&library), [expected], "{spoil}");
    let found = finding(&mut library, "recompute_differs");
    assert_eq!(found["suggestion"]["applies_here"], true);
    library.now += 1;
    let answer = resolve(&mut library, &found, json!({ "action": "apply" }));
    assert_eq!((answer.status, &answer.body["state"]), (200, &json!("closed")), "{}", answer.body);
    assert_eq!(answer.body["resolution"]["action"], "apply");
    assert_eq!(said_by_tables(&library.db), before, "{spoil}");
    let again = scan(&mut library, &json!({}));
    assert_eq!(again["found"], json!({}), "{spoil}");
}

#[test]
fn applying_rewrites_the_row_and_its_edges() {
    mends(
        "UPDATE assets SET status = 'failed', fields = '{}' WHERE provider_asset_id = '2'",
        "recompute_differs row",
    );
    mends(
        "UPDATE assets SET evidence = NULL, lineage = 'none_expected' WHERE provider_asset_id = '2'",
        "recompute_differs row",
    );
    mends("DELETE FROM edges WHERE child LIKE '%:2'", "recompute_differs edges");
    mends(
        "UPDATE edges SET parent = child, relation = 'INPUT' WHERE child LIKE '%:2'",
        "recompute_differs edges",
    );
    mends(
        "INSERT INTO edges (owner, child, evidence, slot, parent, relation, denied)
         SELECT owner, root, 'no longer said', 0, root, 'SOURCE_VIDEO', 0 FROM assets WHERE provider_asset_id = '2'",
        "recompute_differs edges",
    );
}

#[test]
fn applying_one_of_two_findings_about_an_asset_settles_both() {
    let mut library = library();
    show(&mut library, Feed::Listing, &[clip(1, 1), extended(2, 1)]);
    library
        .db
        .execute("UPDATE assets SET status = 'failed' WHERE provider_asset_id = '2'; DELETE FROM edges");
    scan(&mut library, &json!({}));
    assert_eq!(open(&library), ["recompute_differs edges", "recompute_differs row"]);
    let found = finding(&mut library, "recompute_differs");
    assert_eq!(resolve(&mut library, &found, json!({ "action": "apply" })).status, 200);
    assert_eq!(open(&library), Vec::<String>::new());
    assert_eq!(scan(&mut library, &json!({}))["found"], json!({}));
}

#[test]
fn applying_relinks_what_a_stored_payload_names_after_all() {
    let mut library = library();
    show(&mut library, Feed::Listing, &[clip(1, 1), clip_from(2, "")]);
    let found = finding(&mut library, "lineage_missing");
    assert_eq!(
        (&found["suggestion"]["action"], &found["suggestion"]["applies_here"]),
        (&json!("relink"), &json!(true))
    );
    // As if an update read a source out of what is stored.
    let named = clip_from(2, "pixverse/i2i/ori/1001.png").to_string();
    library.db.execute(&format!("UPDATE observations SET payload = '{named}' WHERE root LIKE '%:created:2'"));
    library.now += 1;
    let answer = resolve(&mut library, &found, json!({ "action": "apply" }));
    assert_eq!((answer.status, &answer.body["state"]), (200, &json!("closed")), "{}", answer.body);
    assert_eq!(open(&library), Vec::<String>::new());
    let edges = library.db.query("SELECT parent, relation FROM edges WHERE child LIKE '%:created:2'");
    assert_eq!(
        edges,
        [json!({ "parent": "key:pixverse:pixverse/i2i/ori/1001.png", "relation": "SOURCE_IMAGE" })]
    );
    let id = library.id_of("2");
    assert_eq!(library.ok(&format!("/assets/{id}"))["lineage"]["state"], "complete");
    assert_eq!(scan(&mut library, &json!({}))["found"], json!({}));
}

/// Every kind says what can be done about it, and only what is mended here is offered to be applied here.
#[test]
fn each_kind_has_a_suggestion_that_holds() {
    let applied: Vec<&str> = Kind::ALL
        .iter()
        .filter(|kind| matches!(kind.action(), "rewrite" | "relink"))
        .map(|kind| kind.as_str())
        .collect();
    assert_eq!(applied, ["lineage_missing", "recompute_differs"]);
    for kind in Kind::ALL.iter().filter(|kind| !applied.contains(&kind.as_str())) {
        let mut library = disagreeing("x");
        // The finding of the one kind that is easily made stands in for each of the others.
        library.db.execute(&format!(
            "UPDATE drift SET kind = '{}', action = '{}'",
            kind.as_str(),
            kind.action()
        ));
        let found = finding(&mut library, kind.as_str());
        assert_eq!(found["suggestion"]["applies_here"], false, "{found}");
        let answer = resolve(&mut library, &found, json!({ "action": "apply" }));
        assert_eq!((answer.status, &answer.body["code"]), (409, &json!("nothing_to_apply")), "{found}");
        assert!(!answer.body["detail"].as_str().unwrap().is_empty(), "{found}");
        assert_eq!(answer.body["suggestion"], found["suggestion"], "{found}");
        assert_eq!(in_state(&library, "open").len(), 1, "{found}");
    }
}

#[test]
fn what_cannot_be_applied_says_what_can_be_done() {
    let mut library = library();
    let mut copy = clip(2, 1);
    copy["url"] = clip(1, 1)["url"].clone();
    let mut stuck = clip(3, 1);
    stuck["video_status"] = json!(5);
    show(&mut library, Feed::Listing, &[clip(1, 1), copy, stuck, clip_from(4, "")]);
    for (kind, says) in
        [("identity_conflict", "one"), ("status_stuck", "/ids"), ("lineage_missing", "by hand")]
    {
        let found = finding(&mut library, kind);
        let answer = resolve(&mut library, &found, json!({ "action": "apply" }));
        assert_eq!((answer.status, &answer.body["code"]), (409, &json!("nothing_to_apply")), "{kind}");
        assert!(answer.body["detail"].as_str().unwrap().contains(says), "{kind}: {}", answer.body);
    }
    let request = finding(&mut library, "identity_conflict")["suggestion"]["request"].clone();
    assert!(request["body"].as_object().unwrap().contains_key("other_id"), "{request}");
    assert!(request["path"].as_str().unwrap().ends_with("/merge"));
}

#[test]
fn odd_resolutions_are_refused() {
    let mut library = disagreeing("x");
    let found = finding(&mut library, "field_disagrees");
    for (body, parameter) in [
        (json!({}), "action"),
        (json!({ "action": "forget" }), "action"),
        (json!({ "action": "accept" }), "reason"),
        (json!({ "action": "accept", "reason": "  " }), "reason"),
        (json!({ "action": "accept", "reason": "x", "for": "ever" }), "for"),
    ] {
        let answer = resolve(&mut library, &found, body);
        assert_eq!((answer.status, &answer.body["parameter"]), (422, &json!(parameter)));
    }
    let path = format!("/drift/{}", found["id"].as_str().unwrap());
    let accept = json!({ "action": "accept", "reason": "x" });
    let theirs = library.request("two", Method::Post, &format!("{path}/resolve"), &accept, &[]);
    assert_eq!(
        (theirs.status, library.request("two", Method::Get, &path, &Value::Null, &[]).status),
        (404, 404)
    );
    assert_eq!(library.request("two", Method::Get, "/drift", &Value::Null, &[]).body["items"], json!([]));
    library.db.execute("UPDATE drift SET state = 'closed', closed_ms = 1");
    let closed = resolve(&mut library, &found, accept);
    assert_eq!((closed.status, &closed.body["code"]), (409, &json!("drift_closed")));
}

#[test]
fn lists_are_filtered_and_paged() {
    let mut library = disagreeing("x");
    show(&mut library, Feed::Listing, &[clip_from(4, ""), clip_from(5, "")]);
    let kinds = |library: &mut Library, query: &str| -> Vec<String> {
        let items = library.ok(&format!("/drift{query}"))["items"].clone();
        items.as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(kinds(&mut library, "").len(), 3);
    assert_eq!(kinds(&mut library, "?kind=field_disagrees"), ["field_disagrees"]);
    assert_eq!(kinds(&mut library, "?level=medium"), ["lineage_missing", "lineage_missing"]);
    assert_eq!(kinds(&mut library, "?aspect=metadata_shape"), ["field_disagrees"]);
    assert_eq!(kinds(&mut library, "?aspect=image_parity").len(), 0);
    assert_eq!(kinds(&mut library, "?account_id=acc_one").len(), 3);
    assert_eq!(kinds(&mut library, "?account_id=acc_second").len(), 0);
    let asset = library.id_of("1");
    assert_eq!(kinds(&mut library, &format!("?asset_id={asset}")), ["field_disagrees"]);
    assert_eq!(kinds(&mut library, &format!("?asset_id={asset}&state=closed")).len(), 0);
    let mut next = "/drift?limit=1".to_owned();
    let mut seen = std::collections::BTreeSet::new();
    for page in 0..3 {
        let answer = library.get(&next);
        seen.insert(answer.body["items"][0]["id"].as_str().unwrap().to_owned());
        match answer.headers.get("link") {
            Some(link) => next = link.trim_start_matches("</api/v1").split('>').next().unwrap().to_owned(),
            None => assert_eq!(page, 2),
        }
    }
    assert_eq!(seen.len(), 3);
    for refused in ["?kind=rumour", "?state=old", "?level=worst", "?limit=0", "?cursor=x", "?sort=id"] {
        assert_eq!(library.get(&format!("/drift{refused}")).status, 422, "{refused}");
    }
}
