//! The scenarios J-1 to J-30 that went wrong elsewhere, as far as what was seen decides them. Those about runs and
//! jobs stand in `scenarios_of_jobs`.

use driftline::core::api::request::Method;
use driftline::core::media::{Feed, MediaType};
use serde_json::{Value, json};

use crate::library::{ACCOUNT, Library, clip, clip_from, extended, still};

const SECOND: &str = "pixverse:library:78:0";
const UUID: &str = "3b1f0c52-1111-4222-8333-aaaaaaaaaaaa";

fn video(library: &mut Library, feed: Feed, payload: &Value) {
    library.now += 1;
    library.see(1, feed, ACCOUNT, MediaType::Video, std::slice::from_ref(payload));
}

fn image(library: &mut Library, feed: Feed, payload: &Value) {
    library.now += 1;
    library.see(1, feed, ACCOUNT, MediaType::Image, std::slice::from_ref(payload));
}

/// The record of a clip made here from the still with this id.
fn record(id: u64, still: u64) -> Value {
    json!({
        "driftline_generation": "gen_1", "asset_id": id.to_string(), "operation": "image_to_video", "prompt": "asked",
        "parameters": {}, "inputs": [{
            "media_type": "image", "relation": "SOURCE_IMAGE", "position": 0,
            "aliases": [format!("id:pixverse:library:image:created:{still}"), format!("key:pixverse:pixverse/i2i/ori/{still}.png")],
        }],
    })
}

fn assets(library: &Library) -> Vec<Value> {
    library.db.query("SELECT id, root, origin, source_generation_id, status, fields FROM assets WHERE owner = 1 ORDER BY root")
}

fn asset(library: &mut Library, id: u64) -> Value {
    let id = library.id_of(&id.to_string());
    library.ok(&format!("/assets/{id}"))
}

/// Relation, position and the parent's root or provider id of every edge up from an asset.
fn parents(library: &mut Library, id: u64) -> Vec<(String, u64, String)> {
    let id = library.id_of(&id.to_string());
    let graph = library.ok(&format!("/assets/{id}/lineage?direction=ancestors&depth=1"));
    let names = library.db.query("SELECT id, root FROM assets");
    let edges = graph["edges"].as_array().unwrap().iter().map(|edge| {
        let parent = names.iter().find(|row| row["id"] == edge["parent"]).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (text(&edge["relation"]), edge["position"].as_u64().unwrap(), text(&parent["root"]))
    });
    edges.collect()
}

fn still_root(id: u64) -> String {
    format!("id:pixverse:library:image:created:{id}")
}

#[test]
fn j_01_a_generation_completes_and_then_a_sync_lists_it() {
    let mut library = Library::new();
    video(&mut library, Feed::Generation, &record(401, 7));
    video(&mut library, Feed::Generation, &clip(401, 0));
    let before = asset(&mut library, 401);
    assert_eq!((&before["origin"], &before["status"]), (&json!("generated"), &json!("completed")));
    video(&mut library, Feed::Listing, &clip_from(401, "pixverse/i2i/ori/7.png"));
    let after = asset(&mut library, 401);
    assert_eq!(assets(&library).len(), 2, "the clip and the stub of its source");
    assert_eq!(after["id"], before["id"]);
    assert_eq!((&after["origin"], &after["source_generation_id"]), (&json!("both"), &json!("gen_1")));
    let id = library.id_of("401");
    assert_eq!(library.ok(&format!("/assets/{id}/observations"))["items"].as_array().unwrap().len(), 3);
    assert_eq!(parents(&mut library, 401), [("SOURCE_IMAGE".into(), 0, still_root(7))]);
}

#[test]
fn j_02_a_sync_lists_it_and_then_the_generation_completes() {
    let mut library = Library::new();
    video(&mut library, Feed::Listing, &clip_from(401, "pixverse/i2i/ori/7.png"));
    let before = asset(&mut library, 401);
    assert_eq!((&before["origin"], &before["source_generation_id"]), (&json!("synced"), &Value::Null));
    video(&mut library, Feed::Generation, &record(401, 7));
    video(&mut library, Feed::Generation, &clip(401, 0));
    let after = asset(&mut library, 401);
    assert_eq!(after["id"], before["id"]);
    assert_eq!((&after["origin"], &after["source_generation_id"]), (&json!("both"), &json!("gen_1")));
    // The source is one asset, whether it was named by its id or by its file.
    assert_eq!(parents(&mut library, 401), [("SOURCE_IMAGE".into(), 0, still_root(7))]);
    assert_eq!(assets(&library).len(), 2);
}

fn uuid_first() -> Value {
    json!({ "id": UUID, "video_status": 1, "output_width": 640, "output_height": 360,
            "url": format!("https://media.pixverse.ai/pixverse/mp4/media/web/ori/{UUID}.mp4") })
}

fn numbered() -> Value {
    let mut clip = clip(401, 0);
    clip["media_uuid"] = UUID.into();
    clip
}

#[test]
fn j_03_a_uuid_is_seen_first_and_the_number_later() {
    let mut library = Library::new();
    video(&mut library, Feed::Pushed, &uuid_first());
    let first = assets(&library)[0]["id"].clone();
    video(&mut library, Feed::Listing, &numbered());
    let shown = asset(&mut library, 401);
    assert_eq!((assets(&library).len(), &shown["id"]), (1, &first));
    assert_eq!(shown["provider_asset_id"], "401");
    assert!(shown["aliases"].to_string().contains(UUID), "{shown}");
}

#[test]
fn j_04_a_number_is_seen_first_and_the_uuid_later() {
    let mut library = Library::new();
    video(&mut library, Feed::Listing, &numbered());
    let first = assets(&library)[0]["id"].clone();
    video(&mut library, Feed::Pushed, &uuid_first());
    let shown = asset(&mut library, 401);
    assert_eq!((assets(&library).len(), &shown["id"]), (1, &first));
    assert_eq!(shown["provider_asset_id"], "401");
}

#[test]
fn j_05_a_stub_becomes_the_real_thing_and_has_parents_of_its_own() {
    let mut library = Library::new();
    video(&mut library, Feed::Listing, &extended(402, 401));
    let stub = asset(&mut library, 401);
    assert_eq!(stub["origin"], "referenced");
    video(&mut library, Feed::Listing, &extended(401, 400));
    let real = asset(&mut library, 401);
    assert_eq!(
        (&real["id"], &real["origin"], &real["status"]),
        (&stub["id"], &json!("synced"), &json!("completed"))
    );
    assert_eq!(real["prompts"], json!(["Clip number 401"]));
    assert_eq!(parents(&mut library, 401).len(), 1);
}

#[test]
fn j_06_one_still_is_one_parent_of_many_clips() {
    let mut library = Library::new();
    let clips: Vec<Value> = (401..=410).map(|id| clip_from(id, "upload/sun.png")).collect();
    library.import(1, MediaType::Video, &clips);
    assert_eq!(assets(&library).len(), 11);
    assert_eq!(library.db.query("SELECT * FROM edges").len(), 10);
}

#[test]
fn j_07_a_parent_known_by_its_file_gets_its_id_later() {
    let mut library = Library::new();
    video(&mut library, Feed::Listing, &clip_from(401, "pixverse/i2i/ori/7.png"));
    let stub = parents(&mut library, 401);
    assert_eq!(stub, [("SOURCE_IMAGE".into(), 0, "key:pixverse:pixverse/i2i/ori/7.png".into())]);
    image(&mut library, Feed::Listing, &still(7));
    assert_eq!(parents(&mut library, 401), [("SOURCE_IMAGE".into(), 0, still_root(7))]);
    assert_eq!(assets(&library).len(), 2);
}

#[test]
fn j_08_and_j_09_spellings_of_one_file_are_one_parent() {
    let mut library = Library::new();
    let spellings = [
        "upload/sun.png",
        "https://media.pixverse.ai/upload%2Fsun.png",
        "https://media.pixverse.ai/upload/sun.png?x-oss-process=image/resize,w_200",
        "http://cdn.pixverse.ai/upload/sun.png",
        "https://pixverse-fe-upload.oss-accelerate.aliyuncs.com/upload/sun.png",
    ];
    let mut clips = Vec::new();
    for (place, spelling) in spellings.into_iter().enumerate() {
        let mut one = clip(401 + u64::try_from(place).unwrap(), 0);
        one["customer_paths"] = json!({ "customer_img_url": spelling });
        clips.push(one);
    }
    library.import(1, MediaType::Video, &clips);
    assert_eq!(assets(&library).len(), spellings.len() + 1);
}

#[test]
fn j_10_a_clip_and_its_frame_with_one_stem_are_two() {
    let mut library = Library::new();
    let mut one = clip(401, 0);
    one["url"] = format!("https://media.pixverse.ai/pixverse/mp4/media/web/ori/{UUID}.mp4").into();
    video(&mut library, Feed::Listing, &one);
    let mut frame = still(402);
    frame["image_url"] = format!("https://media.pixverse.ai/pixverse/jpg/media/web/{UUID}.jpg").into();
    image(&mut library, Feed::Listing, &frame);
    assert_eq!(assets(&library).len(), 2);
}

#[test]
fn j_11_a_source_of_two_accounts_is_one_asset_with_two_observers() {
    let mut library = Library::new();
    library.db.execute(
        "INSERT INTO accounts (owner, id, provider_id, api, identity, workspace, label, state, created_ms, updated_ms)
         VALUES (1, 'acc_more', 'pixverse', 'library', 'pixverse:library:78:0', '0', 'more', 'ready', 0, 0)",
    );
    library.see(1, Feed::Listing, ACCOUNT, MediaType::Image, &[still(7)]);
    library.see(1, Feed::Listing, SECOND, MediaType::Image, &[still(7)]);
    assert_eq!(assets(&library).len(), 1);
    let fields: Value = serde_json::from_str(assets(&library)[0]["fields"].as_str().unwrap()).unwrap();
    assert_eq!(fields["accounts"], json!([ACCOUNT, SECOND]));
}

#[test]
fn j_12_the_same_object_of_two_owners_is_two_assets_and_neither_sees_the_others() {
    let mut library = Library::new();
    library.import(1, MediaType::Video, &[clip(401, 0)]);
    library.import(2, MediaType::Video, &[clip(401, 0)]);
    let rows = library.db.query("SELECT owner, id FROM assets ORDER BY owner");
    assert_eq!(rows.len(), 2);
    let theirs = rows[1]["id"].as_str().unwrap().to_owned();
    assert_eq!(library.get(&format!("/assets/{theirs}")).status, 404);
}

#[test]
fn j_16_an_input_and_a_payloads_source_are_one_edge() {
    let mut library = Library::new();
    image(&mut library, Feed::Listing, &still(7));
    video(&mut library, Feed::Generation, &record(401, 7));
    // The answer names the source by its file alone.
    video(&mut library, Feed::Generation, &clip_from(401, "pixverse/i2i/ori/7.png"));
    assert_eq!(library.db.query("SELECT DISTINCT evidence FROM edges").len(), 2, "both lists are kept");
    assert_eq!(parents(&mut library, 401), [("SOURCE_IMAGE".into(), 0, still_root(7))]);
}

#[test]
fn j_18_the_ancestors_of_a_chain_are_all_of_it() {
    let mut library = Library::new();
    library.import(1, MediaType::Video, &[clip(1, 3), extended(2, 1), extended(3, 2)]);
    let id = library.id_of("3");
    let graph = library.ok(&format!("/assets/{id}/lineage?direction=ancestors&depth=5"));
    let ids: Vec<&str> = graph["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| node["provider_asset_id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["3", "2", "1"]);
}

#[test]
fn j_19_an_asset_is_never_its_own_parent() {
    let mut library = Library::new();
    library.import(1, MediaType::Video, &[extended(401, 401)]);
    assert_eq!(parents(&mut library, 401), []);
}

#[test]
fn j_20_a_removed_parent_stays_removed_and_its_child_stays() {
    let mut library = Library::new();
    library.import(1, MediaType::Video, &[clip(1, 1), extended(2, 1)]);
    let (parent, child) = (library.id_of("1"), library.id_of("2"));
    let gone = library.request("one", Method::Delete, &format!("/assets/{parent}"), &Value::Null, &[]);
    assert_eq!(gone.status, 204);
    let body = json!({ "asset_ids": [child] });
    let refreshed = library.request("one", Method::Post, "/lineage/refresh", &body, &[]);
    assert_eq!(refreshed.status, 200, "{}", refreshed.body);
    library.now += 1;
    library.import(1, MediaType::Video, &[clip(1, 1), extended(2, 1)]);
    assert_eq!(asset(&mut library, 2)["removed"], false);
    assert_eq!(library.ok(&format!("/assets/{parent}"))["removed"], true);
    let shown = library.ok("/assets");
    assert_eq!(shown["items"].as_array().unwrap().len(), 1, "{shown}");
}

#[test]
fn j_21_and_j_22_a_blank_or_a_placeholder_never_replaces_a_good_url() {
    for url in
        [json!(""), json!(null), json!("https://media.pixverse.ai/pixverse-preview/mp4/media/default.mp4")]
    {
        let mut library = Library::new();
        video(&mut library, Feed::Listing, &clip(401, 0));
        let mut later = clip(401, 0);
        later["url"] = url.clone();
        video(&mut library, Feed::Listing, &later);
        let shown = asset(&mut library, 401);
        assert_eq!(
            shown["remote_url"], "https://media.pixverse.ai/pixverse/mp4/media/web/ori/401.mp4",
            "{url}"
        );
    }
}

#[test]
fn j_23_a_refused_clip_that_is_done_later_is_ready() {
    let mut library = Library::new();
    let mut refused = clip(401, 0);
    refused["video_status"] = 7.into();
    video(&mut library, Feed::Generation, &record(401, 7));
    video(&mut library, Feed::Generation, &refused);
    let shown = asset(&mut library, 401);
    assert_eq!((&shown["status"], &shown["remote_url"]), (&json!("filtered"), &Value::Null));
    video(&mut library, Feed::Listing, &clip(401, 0));
    let shown = asset(&mut library, 401);
    assert_eq!(shown["status"], "completed");
    assert_eq!(shown["remote_url"], "https://media.pixverse.ai/pixverse/mp4/media/web/ori/401.mp4");
}

#[test]
fn j_29_a_loop_has_two_parents_and_three_edges() {
    let mut library = Library::new();
    let mut looped = clip(401, 0);
    looped["create_mode"] = "transition".into();
    looped["customer_paths"] =
        json!({ "customer_img_paths": ["upload/a.png", "upload/b.png", "upload/a.png"] });
    library.import(1, MediaType::Video, &[looped]);
    assert_eq!(assets(&library).len(), 3);
    let key = |name: &str| format!("key:pixverse:upload/{name}.png");
    assert_eq!(
        parents(&mut library, 401),
        [
            ("TRANSITION_INPUT".into(), 0, key("a")),
            ("TRANSITION_INPUT".into(), 1, key("b")),
            ("TRANSITION_INPUT".into(), 2, key("a")),
        ]
    );
}
