//! `GET /assets/{id}/lineage`: what the graph shows, where it stops, and that it always ends.

use driftline::core::media::MediaType;
use serde_json::{Value, json};

use crate::library::{Library, clip, clip_from, extended, still};

fn nodes(body: &Value) -> Vec<(String, u64)> {
    let nodes = body["nodes"].as_array().unwrap();
    nodes
        .iter()
        .map(|node| {
            (node["provider_asset_id"].as_str().unwrap_or("stub").to_owned(), node["depth"].as_u64().unwrap())
        })
        .collect()
}

fn node<'a>(body: &'a Value, id: &str) -> &'a Value {
    body["nodes"].as_array().unwrap().iter().find(|node| node["provider_asset_id"] == id).unwrap()
}

/// still 1 → clip 11 → clip 12 → … each extended from the one before.
fn chain(length: u64) -> Library {
    let mut library = Library::new();
    library.import(1, MediaType::Image, &[still(1)]);
    library.import(1, MediaType::Video, &[clip_from(11, "pixverse/i2i/ori/1.png")]);
    for id in 12..11 + length {
        library.import(1, MediaType::Video, &[extended(id, id - 1)]);
    }
    library
}

fn lineage(library: &mut Library, id: &str, query: &str) -> Value {
    let id = library.id_of(id);
    library.ok(&format!("/assets/{id}/lineage?{query}"))
}

#[test]
fn both_ways_are_walked_from_the_middle() {
    let mut library = chain(4);
    let body = lineage(&mut library, "12", "");
    let found = nodes(&body);
    assert_eq!(found.len(), 5);
    for expect in [("12", 0), ("11", 1), ("13", 1), ("1", 2), ("14", 2)] {
        assert!(found.contains(&(expect.0.to_owned(), expect.1)), "{found:?}");
    }
    assert_eq!(body["complete"], true);
    assert_eq!(body["edges"].as_array().unwrap().len(), 4);
    let first =
        body["edges"].as_array().unwrap().iter().find(|edge| edge["relation"] == "SOURCE_IMAGE").unwrap();
    assert_eq!(first["child"], json!(library.id_of("11")));
    assert_eq!(first["operation"], "image_to_video");
    assert_eq!(
        (&first["position"], &first["by_hand"], &first["cycle"]),
        (&json!(0), &json!(false), &json!(false))
    );
    assert_eq!(nodes(&lineage(&mut library, "12", "direction=ancestors")).len(), 3);
    assert_eq!(nodes(&lineage(&mut library, "12", "direction=descendants")).len(), 3);
    assert_eq!(node(&body, "1")["thumbnail_url"], "https://media.pixverse.ai/pixverse/i2i/ori/1.png");
}

#[test]
fn the_depth_cuts_and_says_how_many_more_there_are() {
    let mut library = chain(6);
    library.import(1, MediaType::Video, &[extended(99, 13)]);
    let body = lineage(&mut library, "11", "direction=descendants&depth=2");
    assert_eq!(nodes(&body).len(), 3);
    assert_eq!(body["complete"], false);
    assert_eq!((&node(&body, "13")["cut"], &node(&body, "13")["more"]), (&json!("depth"), &json!(2)));
    assert_eq!(node(&body, "12").get("cut"), None);
    let whole = lineage(&mut library, "11", "direction=descendants&depth=20");
    assert_eq!((nodes(&whole).len(), &whole["complete"]), (7, &json!(true)));
}

#[test]
fn a_popular_parent_shows_as_many_children_as_were_asked_for() {
    let mut library = Library::new();
    library.import(1, MediaType::Image, &[still(1)]);
    let children: Vec<Value> = (100..300).map(|id| clip_from(id, "pixverse/i2i/ori/1.png")).collect();
    library.import(1, MediaType::Video, &children);
    let body = lineage(&mut library, "1", "max_nodes=10");
    assert_eq!(nodes(&body).len(), 10);
    assert_eq!(node(&body, "1")["cut"], "max_nodes");
    assert!(node(&body, "1")["more"].as_u64().unwrap() > 0);
    let whole = lineage(&mut library, "1", "max_nodes=1000");
    assert_eq!((nodes(&whole).len(), &whole["complete"]), (201, &json!(true)));
    let asset = library.ok(&format!("/assets/{}", library.id_of("1")));
    assert_eq!(asset["lineage"]["children_count"], 200);
}

#[test]
fn cycles_end_and_are_marked() {
    let mut library = Library::new();
    library.import(1, MediaType::Video, &[extended(1, 3), extended(2, 1), extended(3, 2), extended(4, 4)]);
    let body = lineage(&mut library, "1", "depth=20");
    assert_eq!(nodes(&body).len(), 3);
    let edges = body["edges"].as_array().unwrap();
    assert_eq!(edges.len(), 3);
    assert_eq!(edges.iter().filter(|edge| edge["cycle"] == true).count(), 1);
    assert_eq!(body["complete"], true);
    let own = lineage(&mut library, "4", "");
    assert_eq!((nodes(&own).len(), &own["edges"]), (1, &json!([])), "an asset is no parent of its own");
}

#[test]
fn a_parent_that_was_only_named_is_a_node_of_its_own_until_it_comes() {
    let mut library = Library::new();
    library.import(1, MediaType::Video, &[clip_from(11, "upload/a.png"), extended(12, 500)]);
    let body = lineage(&mut library, "11", "");
    assert_eq!(nodes(&body)[1], ("stub".to_owned(), 1));
    let stub = body["nodes"][1].clone();
    assert_eq!((&stub["parent_unknown"], &stub["origin"]), (&json!(true), &json!("referenced")));
    library.import(1, MediaType::Video, &[clip(500, 3)]);
    let body = lineage(&mut library, "12", "");
    assert_eq!(node(&body, "500")["parent_unknown"], false);
}

#[test]
fn two_frames_of_one_picture_are_two_edges_to_one_node() {
    let mut library = Library::new();
    let mut looped = clip(11, 1);
    looped["create_mode"] = "transition".into();
    looped["customer_paths"] = json!({
        "customer_img_paths": ["pixverse/i2i/ori/1.png", "pixverse/i2i/ori/1.png"],
    });
    library.import(1, MediaType::Image, &[still(1)]);
    library.import(1, MediaType::Video, &[looped]);
    let body = lineage(&mut library, "11", "");
    assert_eq!(nodes(&body).len(), 2);
    let positions: Vec<&Value> =
        body["edges"].as_array().unwrap().iter().map(|edge| &edge["position"]).collect();
    assert_eq!(positions, [0, 1]);
    let asset = library.ok(&format!("/assets/{}", library.id_of("11")));
    assert_eq!(asset["lineage"]["parents_count"], 1);
}

#[test]
fn a_diamond_is_closed_at_its_last_level() {
    let mut library = Library::new();
    let from = |id: u64, keys: [&str; 2]| {
        let mut made = clip(id, 1);
        made["create_mode"] = "transition".into();
        made["customer_paths"] = json!({ "customer_img_paths": keys });
        made
    };
    library.import(1, MediaType::Image, &[still(1), still(2)]);
    let mut edited = still(2);
    edited["create_mode"] = "i2i".into();
    edited["customer_img_paths"] = json!(["pixverse/i2i/ori/1.png"]);
    library.import(1, MediaType::Image, &[edited]);
    library.import(1, MediaType::Video, &[from(11, ["pixverse/i2i/ori/1.png", "pixverse/i2i/ori/2.png"])]);
    let body = lineage(&mut library, "11", "depth=1");
    assert_eq!(nodes(&body).len(), 3);
    assert_eq!(body["edges"].as_array().unwrap().len(), 3, "{}", body["edges"]);
    assert_eq!(body["complete"], true);
}

#[test]
fn odd_bounds_are_refused() {
    let mut library = chain(1);
    let id = library.id_of("11");
    for query in ["depth=21", "depth=0", "max_nodes=1001", "direction=up"] {
        assert_eq!(library.get(&format!("/assets/{id}/lineage?{query}")).status, 422, "{query}");
    }
}
