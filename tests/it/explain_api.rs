//! Explaining an asset: who said what is believed, what was passed over, and why the roots are one asset.

use driftline::core::api::request::Method;
use driftline::core::media::{Feed, MediaType};
use serde_json::{Value, json};

use crate::drift::paths::at;
use crate::library::{ACCOUNT, Library, clip, clip_from, still};
use crate::world::{Dice, play, world};

fn explain(library: &mut Library, id: &str) -> Value {
    let body = library.ok(&format!("/assets/{id}/explain"));
    assert_paths_stand(library, &body);
    assert_eq!((&body["complete"], &body["agrees_with_stored"]), (&json!(true), &json!(true)), "{body}");
    body
}

/// Every path of every observation that is named leads to something in its stored payload.
fn assert_paths_stand(library: &Library, told: &Value) {
    match told {
        Value::Object(members) => {
            if let (Some(id), Some(paths)) = (members.get("observation"), members.get("paths")) {
                let digest = id.as_str().unwrap().strip_prefix("obs_").unwrap();
                let rows = library.db.query("SELECT root, digest, payload FROM observations");
                let stored =
                    rows.iter().find(|row| row["digest"] == digest && row["root"] == told["root"]).unwrap();
                let payload: Value = serde_json::from_str(stored["payload"].as_str().unwrap()).unwrap();
                for path in paths.as_array().unwrap() {
                    let value = at(&payload, path.as_str().unwrap());
                    assert!(!value.is_null(), "nothing stands at {path}: {told}");
                }
            }
            members.values().for_each(|member| assert_paths_stand(library, member));
        }
        Value::Array(items) => items.iter().for_each(|item| assert_paths_stand(library, item)),
        _ => {}
    }
}

/// A clip seen in the listing, then by detail with the prompt as it was written, then in the listing again.
fn seen_twice() -> Library {
    let mut library = Library::new();
    let mut translated = clip(1, 1);
    translated["prompt"] = "ein Fuchs".into();
    library.import(1, MediaType::Video, &[translated]);
    library.now += 10;
    let mut original = clip(1, 1);
    original["prompt"] = "a fox".into();
    original["video_status"] = 7.into();
    original["url"] = Value::Null;
    library.see(1, Feed::Detail, ACCOUNT, MediaType::Video, &[original]);
    library
}

#[test]
fn the_better_feed_gives_the_prompt_and_the_later_look_the_status() {
    let mut library = seen_twice();
    let id = library.id_of("1");
    let body = explain(&mut library, &id);
    let prompts = &body["fields"]["prompts"];
    assert_eq!((&prompts["value"], &prompts["rule"]), (&json!(["a fox"]), &json!("best_feed_first")));
    assert_eq!(
        (&prompts["chosen"]["feed"], &prompts["chosen"]["paths"]),
        (&json!("detail"), &json!(["$.prompt"]))
    );
    assert_eq!(prompts["chosen"]["provider_account_id"], "acc_one");
    let passed = &prompts["passed_over"];
    assert_eq!(passed.as_array().unwrap().len(), 1);
    assert_eq!(
        (&passed[0]["value"], &passed[0]["feed"], &passed[0]["why"]),
        (&json!(["ein Fuchs"]), &json!("listing"), &json!("worse_feed"))
    );
    let status = &body["fields"]["status"];
    assert_eq!((&status["value"], &status["rule"]), (&json!("filtered"), &json!("latest_sighting_first")));
    assert_eq!(
        (&status["passed_over"][0]["value"], &status["passed_over"][0]["why"]),
        (&json!("completed"), &json!("last_seen_earlier"))
    );
    assert_eq!(status["chosen"]["paths"], json!(["$.video_status"]));
    let claim = |alias: usize| body["identity"]["aliases"][alias]["claimants"][0]["said_by"].clone();
    assert_eq!((&claim(0)[0]["paths"], claim(0).as_array().unwrap().len()), (&json!(["$.video_id"]), 2));
    assert_eq!(body["observations"].as_array().unwrap().len(), 2);
    let said = |feed: &str| body["origin"]["observations_by_feed"][feed].clone();
    assert_eq!(said("detail"), json!([prompts["chosen"]["observation"]]));
    assert_eq!(said("listing"), json!([passed[0]["observation"]]));
    assert_eq!(body["accounts"]["rule"], "those_that_showed_it");
    assert_eq!(body["accounts"]["accounts"][0]["id"], "acc_one");
    let seen = library.ok(&format!("/assets/{id}/observations"));
    let ids: Vec<&Value> = seen["items"].as_array().unwrap().iter().map(|item| &item["id"]).collect();
    assert!(ids.contains(&&prompts["chosen"]["observation"]), "the ids are those of /observations");
}

#[test]
fn a_placeholder_is_passed_over_and_its_path_is_told() {
    let mut library = Library::new();
    library.import(1, MediaType::Video, &[clip(1, 1)]);
    library.now += 10;
    let mut waiting = clip(1, 1);
    waiting["url"] = "https://media.pixverse.ai/pixverse-preview/mp4/media/default.mp4".into();
    library.import(1, MediaType::Video, &[waiting]);
    let id = library.id_of("1");
    let body = explain(&mut library, &id);
    let file = &body["fields"]["media_url"];
    assert_eq!(file["value"], clip(1, 1)["url"]);
    assert_eq!(
        (&file["passed_over"][0]["why"], &file["passed_over"][0]["path"], &file["passed_over"][0]["value"]),
        (&json!("placeholder"), &json!("$.url"), &Value::Null)
    );
    assert_eq!(body["fields"]["warnings"]["rule"], "union");
}

#[test]
fn a_stub_tells_who_names_it_and_what_made_it_real() {
    let mut library = Library::new();
    library.import(1, MediaType::Video, &[clip_from(11, "pixverse/i2i/ori/1.png")]);
    let child = library.id_of("11");
    let body = explain(&mut library, &child);
    let edge = &body["lineage"]["lists"][0]["edges"][0];
    assert_eq!(edge["named_by"][0]["paths"], json!(["$.customer_paths.customer_img_path"]));
    assert_eq!(edge["named_by"], body["lineage"]["lists"][0]["said_by"]);
    let stub = edge["parent_id"].as_str().unwrap().to_owned();
    let before = explain(&mut library, &stub);
    assert_eq!(
        (&before["origin"]["value"], &before["accounts"]["rule"]),
        (&json!("referenced"), &json!("those_of_its_children"))
    );
    assert_eq!(before["fields"]["media_url"]["rule"], "named_as_source");
    assert_eq!(before["media_type"], json!({ "value": "image", "rule": "named_as_source", "chosen": null }));
    assert_eq!(before["identity"]["roots"][0]["rule"], "stub");
    library.import(1, MediaType::Image, &[still(1)]);
    let after = explain(&mut library, &stub);
    assert_eq!(after["asset_id"], json!(stub));
    let roots = after["identity"]["roots"].as_array().unwrap();
    let of =
        |rule: &str| roots.iter().find(|root| root["rule"] == rule).unwrap_or_else(|| panic!("{roots:?}"));
    let id_root = &of("provider_id")["root"];
    let led = of("keeper_of_strongest_alias");
    assert_eq!((&led["via"], &led["keeper"], &led["base"]), (&led["root"], id_root, id_root));
    assert_eq!((&led["observations"], &led["named_as_source"]), (&json!(0), &json!(true)));
    let listing = &after["fields"]["media_url"]["chosen"];
    assert_eq!((&listing["feed"], &listing["root"]), (&json!("listing"), id_root));
}

#[test]
fn two_lists_that_differ_are_both_told_with_who_said_them() {
    let mut library = Library::new();
    library.import(1, MediaType::Image, &[still(1), still(2)]);
    library.import(1, MediaType::Video, &[clip_from(11, "pixverse/i2i/ori/1.png")]);
    library.now += 10;
    library.see(1, Feed::Detail, ACCOUNT, MediaType::Video, &[clip_from(11, "pixverse/i2i/ori/2.png")]);
    let child = library.id_of("11");
    let body = explain(&mut library, &child);
    let lists = body["lineage"]["lists"].as_array().unwrap();
    assert_eq!(lists.len(), 2);
    assert_eq!((&lists[0]["in_force"], &lists[0]["why"]), (&json!(true), &Value::Null));
    assert_eq!(lists[0]["evidence"], body["lineage"]["evidence"]);
    assert_eq!(lists[0]["said_by"][0]["feed"], "detail");
    assert_eq!(lists[0]["edges"][0]["parent_id"], json!(library.id_of("2")));
    assert_eq!((&lists[1]["in_force"], &lists[1]["why"]), (&json!(false), &json!("worse_feed")));
    assert_eq!(lists[1]["edges"][0]["parent_id"], json!(library.id_of("1")));
    assert_eq!(lists[1]["said_by"][0]["observation"], {
        let seen = body["observations"].as_array().unwrap();
        seen.iter().find(|one| one["source_list"] == lists[1]["evidence"]).unwrap()["id"].clone()
    });
}

#[test]
fn edges_by_hand_and_denials_name_their_author_and_time() {
    let mut library = Library::new();
    library.import(1, MediaType::Image, &[still(1), still(2)]);
    library.import(1, MediaType::Video, &[clip_from(11, "pixverse/i2i/ori/1.png")]);
    let (child, one, two) = (library.id_of("11"), library.id_of("1"), library.id_of("2"));
    library.now += 1_000;
    let body = json!({ "parent_id": two, "relation": "INPUT" });
    library.request("one", Method::Post, &format!("/assets/{child}/edges"), &body, &[]);
    library.now += 1_000;
    library.request(
        "one",
        Method::Delete,
        &format!("/assets/{child}/edges?parent_id={one}"),
        &Value::Null,
        &[],
    );
    let body = explain(&mut library, &child);
    let by_hand = body["lineage"]["by_hand"].as_array().unwrap();
    let of = |id: &str| by_hand.iter().find(|edge| edge["parent_id"] == *id).unwrap().clone();
    assert_eq!((&of(&two)["denied"], &of(&two)["relation"]), (&json!(false), &json!("INPUT")));
    assert_eq!((&of(&two)["author"], &of(&two)["author_name"]), (&json!("tok_1"), &json!("t")));
    assert_eq!(of(&two)["decided_at"], "2026-11-02T08:00:01.000Z");
    assert_eq!(
        (&of(&one)["denied"], &of(&one)["decided_at"]),
        (&json!(true), &json!("2026-11-02T08:00:02.000Z"))
    );
    assert_eq!(body["lineage"]["lists"][0]["edges"][0]["denied"], true);
    assert_eq!(body["decisions"].as_array().unwrap().len(), 2);
}

#[test]
fn a_removal_names_the_decision_and_a_restoration_takes_it_out_of_force() {
    let mut library = Library::new();
    library.import(1, MediaType::Video, &[clip(1, 1)]);
    let id = library.id_of("1");
    library.now += 1;
    library.request("one", Method::Delete, &format!("/assets/{id}"), &Value::Null, &[]);
    let body = explain(&mut library, &id);
    assert_eq!(body["removed"]["value"], true);
    let by = body["removed"]["by"].as_array().unwrap();
    assert!(by.iter().all(|one| one["verdict"] == "remove" && one["author"] == "tok_1"), "{by:?}");
    assert_eq!(by.len(), body["identity"]["aliases"].as_array().unwrap().len());
    library.now += 1;
    library.request("one", Method::Post, &format!("/assets/{id}/restore"), &Value::Null, &[]);
    let body = explain(&mut library, &id);
    assert_eq!(body["removed"], json!({ "value": false, "rule": "an_alias_is_removed", "by": [] }));
    let all = body["decisions"].as_array().unwrap();
    assert_eq!(all.iter().filter(|one| one["in_force"] == true).count() * 2, all.len());
}

#[test]
fn a_contested_alias_names_everybody_who_claims_it() {
    let mut library = Library::new();
    let mut copy = clip(2, 1);
    copy["url"] = clip(1, 1)["url"].clone();
    library.import(1, MediaType::Video, &[clip(1, 1), copy]);
    let (one, two) = (library.id_of("1"), library.id_of("2"));
    let body = explain(&mut library, &two);
    let aliases = body["identity"]["aliases"].as_array().unwrap();
    let file = aliases.iter().find(|alias| alias["scheme"] == "key").unwrap();
    assert_eq!((&file["contested"], &file["kept"]), (&json!(true), &json!(false)));
    assert_eq!(file["keeper"], "id:pixverse:library:video:created:1");
    let claimants = file["claimants"].as_array().unwrap();
    let assets: Vec<&str> = claimants.iter().map(|one| one["asset_id"].as_str().unwrap()).collect();
    assert_eq!(assets, [one.as_str(), two.as_str()]);
    assert!(claimants.iter().all(|one| one["rank"] == "own_payload" && one["barred"] == false));
}

#[test]
fn more_observations_than_are_read_are_told_of_and_nothing_is_claimed_of_them() {
    let mut library = Library::new();
    for turn in 0..201 {
        let mut changed = clip(1, 1);
        changed["prompt"] = format!("turn {turn}").into();
        library.now += 1;
        library.import(1, MediaType::Video, &[changed]);
    }
    let body = library.ok(&format!("/assets/{}/explain", library.id_of("1")));
    assert_eq!((&body["complete"], &body["agrees_with_stored"]), (&json!(false), &Value::Null));
    let seen = body["observations"].as_array().unwrap();
    assert_eq!(seen.len(), 201, "each is told of with its sightings");
}

#[test]
fn nobody_explains_what_is_anothers() {
    let mut library = Library::new();
    library.import(1, MediaType::Video, &[clip(1, 1)]);
    let target = format!("/assets/{}/explain", library.id_of("1"));
    assert_eq!(library.request("two", Method::Get, &target, &Value::Null, &[]).status, 404);
}

#[test]
fn what_is_explained_is_what_is_stored_in_any_world() {
    for seed in 0..150 {
        let mut dice = Dice::new(seed);
        let events = world(&mut dice, 8);
        let mut library = Library::over(play(&events, &mut dice));
        for row in library.db.query("SELECT id, fields FROM assets") {
            let stored: serde_json::Map<String, Value> =
                serde_json::from_str(row["fields"].as_str().unwrap()).unwrap();
            let body = explain(&mut library, row["id"].as_str().unwrap());
            let told: serde_json::Map<String, Value> = body["fields"]
                .as_object()
                .unwrap()
                .iter()
                .filter(|(_, field)| !field["value"].is_null())
                .map(|(name, field)| (name.clone(), field["value"].clone()))
                .collect();
            let folded: serde_json::Map<String, Value> =
                stored.into_iter().filter(|(name, _)| !APART.contains(&name.as_str())).collect();
            assert_eq!(json!(told).to_string(), json!(folded).to_string(), "seed {seed}");
        }
    }
}

/// Explained by parts of their own.
const APART: [&str; 4] = ["feeds", "accounts", "accounts_inherited", "lineage_reason"];
