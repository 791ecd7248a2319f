//! Removing and restoring: a decision that every later import meets.

use driftline::core::api::request::Method;
use driftline::core::media::MediaType;
use driftline::core::step::Committed;
use serde_json::{Value, json};

use crate::library::{Library, clip, clip_from, extended};

fn remove(library: &mut Library, id: &str) -> u16 {
    library.now += 1;
    library.request("one", Method::Delete, &format!("/assets/{id}"), &Value::Null, &[]).status
}

fn listed(library: &mut Library, query: &str) -> usize {
    library.ok(&format!("/assets{query}"))["items"].as_array().unwrap().len()
}

#[test]
fn what_was_removed_stays_removed_and_can_be_brought_back() {
    let mut library = Library::new();
    library.import(1, MediaType::Video, &[clip(1, 1), clip(2, 2)]);
    let id = library.id_of("1");
    assert_eq!(remove(&mut library, &id), 204);
    assert_eq!((listed(&mut library, ""), listed(&mut library, "?removed=true")), (1, 1));
    let decisions = library.db.query("SELECT * FROM decisions").len();
    assert_eq!(remove(&mut library, &id), 204);
    assert_eq!(library.db.query("SELECT * FROM decisions").len(), decisions, "again is as good as once");
    let mut changed = clip(1, 1);
    changed["quality"] = json!("1080p");
    library.import(1, MediaType::Video, &[changed]);
    assert_eq!(listed(&mut library, ""), 1);
    assert_eq!(library.ok(&format!("/assets/{id}"))["removed"], true);
    library.now += 1;
    let restored = library.request("one", Method::Post, &format!("/assets/{id}/restore"), &Value::Null, &[]);
    assert_eq!((restored.status, &restored.body["removed"]), (200, &json!(false)));
    assert_eq!((listed(&mut library, ""), listed(&mut library, "?removed=true")), (2, 0));
}

#[test]
fn removing_one_of_two_that_share_a_file_leaves_the_other() {
    let mut library = Library::new();
    let mut copy = clip(2, 1);
    copy["url"] = clip(1, 1)["url"].clone();
    library.import(1, MediaType::Video, &[clip(1, 1), copy]);
    let id = library.id_of("1");
    remove(&mut library, &id);
    assert_eq!(library.ok(&format!("/assets/{}", library.id_of("2")))["removed"], false);
    assert_eq!(library.ok(&format!("/assets/{id}"))["removed"], true);
}

#[test]
fn a_removed_source_stays_removed_when_the_real_thing_comes() {
    let mut library = Library::new();
    let file = "pixverse/mp4/media/web/ori/7.mp4";
    let mut modified = clip_from(8, "");
    modified["create_mode"] = "modify".into();
    modified["customer_paths"] = json!({ "customer_video_path": file });
    library.import(1, MediaType::Video, &[modified]);
    let stub = library.ok("/assets?q=7.mp4")["items"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(remove(&mut library, &stub), 204);
    library.import(1, MediaType::Video, &[clip(7, 1)]);
    let body = library.ok(&format!("/assets/{stub}"));
    assert_eq!((&body["provider_asset_id"], &body["removed"]), (&json!("7"), &json!(true)));
    assert_eq!(listed(&mut library, ""), 1);
}

#[test]
fn a_removed_parent_is_marked_in_the_graph() {
    let mut library = Library::new();
    library.import(1, MediaType::Video, &[clip(1, 1), extended(2, 1)]);
    let parent = library.id_of("1");
    remove(&mut library, &parent);
    let body = library.ok(&format!("/assets/{}/lineage", library.id_of("2")));
    let node = body["nodes"].as_array().unwrap().iter().find(|node| node["id"] == json!(parent)).unwrap();
    assert_eq!(node["removed"], true);
}

#[test]
fn a_removal_that_meets_an_import_decides_again() {
    let mut library = Library::new();
    library.import(1, MediaType::Video, &[clip(1, 1)]);
    let id = library.id_of("1");
    let (answer, commits) =
        library.interrupted(Method::Delete, &format!("/assets/{id}"), &Value::Null, |library| {
            let mut changed = clip(1, 1);
            changed["uuid"] = json!("0b6e5e6a-7c3d-4e8a-9f10-1234567890ab");
            library.import(1, MediaType::Video, &[changed]);
        });
    assert_eq!((answer.status, commits), (204, vec![Committed::Conflict, Committed::Done]));
    let decided = library.db.query("SELECT alias FROM decisions WHERE alias LIKE 'uuid:%'");
    assert_eq!(decided.len(), 1, "the alias that came in between is removed too");
    assert_eq!(library.ok(&format!("/assets/{id}"))["removed"], true);
}
