//! Edges by hand: what a person says about a parent stands beside what payloads say, and the last word counts.

use driftline::core::api::request::Method;
use driftline::core::media::MediaType;
use driftline::core::step::Committed;
use serde_json::{Value, json};

use crate::library::{Answer, Library, clip, clip_from, still};

fn stocked() -> Library {
    let mut library = Library::new();
    library.import(1, MediaType::Image, &[still(1), still(2)]);
    library.import(1, MediaType::Video, &[clip(10, 1), clip_from(11, "pixverse/i2i/ori/1.png")]);
    library
}

fn add(library: &mut Library, child: &str, body: &Value) -> Answer {
    library.now += 1;
    let target = format!("/assets/{}/edges", library.id_of(child));
    library.request("one", Method::Post, &target, body, &[])
}

fn deny(library: &mut Library, child: &str, parent: &str) -> Answer {
    library.now += 1;
    let target = format!("/assets/{}/edges?parent_id={}", library.id_of(child), library.id_of(parent));
    library.request("one", Method::Delete, &target, &Value::Null, &[])
}

fn parents(library: &mut Library, child: &str) -> Vec<(String, i64, bool, bool)> {
    let target = format!("/assets/{}/lineage?direction=ancestors", library.id_of(child));
    let body = library.ok(&target);
    let edges = body["edges"].as_array().unwrap().clone();
    let name = |id: &Value| {
        let node = body["nodes"].as_array().unwrap().iter().find(|node| node["id"] == *id).unwrap();
        node["provider_asset_id"].as_str().unwrap().to_owned()
    };
    edges
        .iter()
        .map(|edge| {
            let position = edge["position"].as_i64().unwrap();
            (name(&edge["parent"]), position, edge["by_hand"] == true, edge["evidence"].is_null())
        })
        .collect()
}

#[test]
fn a_parent_by_hand_is_shown_and_asking_again_changes_nothing() {
    let mut library = stocked();
    let body = json!({ "parent_id": library.id_of("1"), "relation": "SOURCE_IMAGE" });
    let first = add(&mut library, "10", &body);
    assert_eq!(
        (first.status, &first.body["position"], &first.body["by_hand"]),
        (201, &json!(0), &json!(true))
    );
    assert_eq!(parents(&mut library, "10"), [("1".to_owned(), 0, true, true)]);
    let before = library.db.query("SELECT * FROM decisions");
    assert_eq!(add(&mut library, "10", &body).status, 200);
    assert_eq!(library.db.query("SELECT * FROM decisions"), before);
    assert_eq!(before[0]["family"], "edge");
    assert_eq!(before[0]["author"], "tok_1");
    let second = json!({ "parent_id": library.id_of("2"), "relation": "REFERENCE_IMAGE" });
    assert_eq!(add(&mut library, "10", &second).body["position"], 1);
    assert_eq!(parents(&mut library, "10").len(), 2);
    let asset = library.ok(&format!("/assets/{}", library.id_of("1")));
    assert_eq!(asset["lineage"]["children_count"], 2);
}

#[test]
fn a_parent_that_a_payload_names_can_be_confirmed_denied_and_brought_back() {
    let mut library = stocked();
    let body = json!({ "parent_id": library.id_of("1"), "relation": "SOURCE_IMAGE" });
    assert_eq!(parents(&mut library, "11"), [("1".to_owned(), 0, false, false)]);
    assert_eq!(add(&mut library, "11", &body).status, 201);
    assert_eq!(parents(&mut library, "11"), [("1".to_owned(), 0, true, false)], "one edge, confirmed");
    assert_eq!(deny(&mut library, "11", "1").status, 204);
    assert_eq!(parents(&mut library, "11"), []);
    let asset = library.ok(&format!("/assets/{}", library.id_of("1")));
    assert_eq!(asset["lineage"]["children_count"], 0);
    let again = library.db.query("SELECT * FROM decisions");
    assert_eq!(deny(&mut library, "11", "1").status, 204);
    assert_eq!(library.db.query("SELECT * FROM decisions"), again, "said once is enough");
    assert_eq!(add(&mut library, "11", &body).status, 201);
    assert_eq!(parents(&mut library, "11"), [("1".to_owned(), 0, true, false)]);
    assert_eq!(library.db.query("SELECT * FROM edges WHERE evidence = 'by_hand'").len(), 1);
}

#[test]
fn what_was_denied_stays_denied_when_its_payload_comes_again() {
    let mut library = stocked();
    deny(&mut library, "11", "1");
    let mut richer = clip_from(11, "pixverse/i2i/ori/1.png");
    richer["quality"] = "720p".into();
    library.import(1, MediaType::Video, &[richer]);
    assert_eq!(parents(&mut library, "11"), []);
}

#[test]
fn a_change_of_edges_is_a_new_version_of_both() {
    let mut library = stocked();
    let version = |library: &mut Library, id: &str| {
        library.ok(&format!("/assets/{}", library.id_of(id)))["version"].as_i64().unwrap()
    };
    let before = (version(&mut library, "10"), version(&mut library, "1"));
    let body = json!({ "parent_id": library.id_of("1"), "relation": "INPUT" });
    add(&mut library, "10", &body);
    assert!(version(&mut library, "10") > before.0);
    assert!(version(&mut library, "1") > before.1);
}

#[test]
fn what_cannot_be_an_edge_is_refused() {
    let mut library = stocked();
    let one = library.id_of("1");
    let own = json!({ "parent_id": library.id_of("10"), "relation": "INPUT" });
    assert_eq!(add(&mut library, "10", &own).status, 422);
    assert_eq!(add(&mut library, "10", &json!({ "parent_id": one, "relation": "PARENT" })).status, 422);
    assert_eq!(add(&mut library, "10", &json!({ "relation": "INPUT" })).status, 422);
    assert_eq!(add(&mut library, "10", &json!({ "parent_id": "ast_x", "relation": "INPUT" })).status, 404);
    assert_eq!(deny(&mut library, "10", "1").status, 404);
    let at = |parent: String| json!({ "parent_id": parent, "relation": "INPUT", "position": 3 });
    assert_eq!(add(&mut library, "10", &at(one)).body["position"], 3);
    let two = library.id_of("2");
    let taken = add(&mut library, "10", &at(two));
    assert_eq!((taken.status, &taken.body["code"]), (409, &json!("position_taken")));
    let foreign = library.request("two", Method::Post, "/assets/ast_x/edges", &at("ast_y".into()), &[]);
    assert_eq!(foreign.status, 404);
}

#[test]
fn two_that_add_a_parent_at_once_both_have_their_edge() {
    let mut library = stocked();
    let one = json!({ "parent_id": library.id_of("1"), "relation": "SOURCE_IMAGE" });
    let two = json!({ "parent_id": library.id_of("2"), "relation": "SOURCE_IMAGE" });
    let target = format!("/assets/{}/edges", library.id_of("10"));
    let (answer, commits) = library.interrupted(Method::Post, &target, &one, |library| {
        assert_eq!(add(library, "10", &two).status, 201);
    });
    assert_eq!((answer.status, commits), (201, vec![Committed::Conflict, Committed::Done]));
    let found = parents(&mut library, "10");
    assert_eq!(found, [("2".to_owned(), 0, true, true), ("1".to_owned(), 1, true, true)]);
}
