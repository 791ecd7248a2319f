//! The counterexamples by which looser identity rules were refuted, each as the shortest sequence that breaks them,
//! played in every order.

use driftline::core::inventory::world::Family;
use driftline::core::media::{Feed, MediaType};
use serde_json::{Value, json};

use crate::world::{Dice, Event, check, said_by_events};

const U: &str = "pixverse/mp4/media/web/ori/u.mp4";
const V: &str = "pixverse/mp4/media/web/ori/v.mp4";
const W: &str = "pixverse/mp4/media/web/ori/w.mp4";
const UUID: &str = "9d6e1c7a-2222-4333-8444-bbbbbbbbbbbb";

fn seen_at(payload: Value, at_ms: i64) -> Event {
    Event::Seen {
        payload,
        media_type: MediaType::Video,
        feed: Feed::Listing,
        account: "pixverse:library:1:0",
        at_ms,
    }
}

fn seen(payload: Value) -> Event {
    seen_at(payload, 5)
}

fn by(event: Event, feed: Feed, account: &'static str) -> Event {
    match event {
        Event::Seen { payload, media_type, at_ms, .. } => {
            Event::Seen { payload, media_type, feed, account, at_ms }
        }
        decided @ Event::Decided { .. } => decided,
    }
}

fn decided(family: Family, alias: &str, other: &str, verdict: &'static str, at_ms: i64) -> Event {
    Event::Decided { family, alias: alias.to_owned(), other: other.to_owned(), verdict, at_ms }
}

fn clip(id: u32, path: &str) -> Value {
    json!({ "video_id": id, "video_path": path, "video_status": 1 })
}

fn extends(id: u32, source: Value) -> Value {
    json!({ "video_id": id, "video_status": 1, "create_mode": "extend", "customer_paths": source })
}

fn key(path: &str) -> String {
    format!("key:pixverse:{path}")
}

fn id(number: u32) -> String {
    format!("id:pixverse:library:video:created:{number}")
}

/// Plays the events in every order, each also with its first event once more at the end, and hands back how many
/// assets there are and all that is said of them.
fn in_every_order(events: &[Event]) -> Vec<String> {
    let mut dice = Dice::new(7);
    for (number, mut order) in (0u64..).zip(orders(events)) {
        check(number, events, &order, &mut dice);
        order.push(events[0].clone());
        check(number, events, &order, &mut dice);
    }
    said_by_events(events).into_iter().collect()
}

fn orders(events: &[Event]) -> Vec<Vec<Event>> {
    if events.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for index in 0..events.len() {
        let mut rest = events.to_vec();
        let first = rest.remove(index);
        for mut order in orders(&rest) {
            order.insert(0, first.clone());
            all.push(order);
        }
    }
    all
}

/// The one asset that has this root among its own.
fn asset_with<'a>(said: &'a [String], root: &str) -> Value {
    let holds = |text: &&'a String| {
        let value: Value = serde_json::from_str(text).unwrap();
        value["roots"].as_array().unwrap().iter().any(|one| one == root)
    };
    let text = said.iter().find(holds).unwrap_or_else(|| panic!("no asset holds {root}: {said:#?}"));
    serde_json::from_str(text).unwrap()
}

#[test]
fn counterexample_01_a_payload_without_id_follows_the_keeper() {
    let said = in_every_order(&[
        seen(clip(12, U)),
        seen(clip(11, U)),
        seen(json!({ "video_path": U, "video_status": 1 })),
    ]);
    assert_eq!(said.len(), 2);
    assert_eq!(asset_with(&said, &key(U))["roots"], json!([id(11), key(U)]));
}

#[test]
fn counterexample_02_and_03_a_payload_without_id_never_bridges() {
    let bridge = json!({ "media_uuid": UUID, "video_path": U, "video_status": 1 });
    let other = json!({ "video_id": 12, "media_uuid": UUID, "video_status": 1 });
    let said = in_every_order(&[seen(clip(11, U)), seen(other), seen(bridge)]);
    assert_eq!(said.len(), 2);
}

#[test]
fn counterexample_04_a_source_that_is_the_asset_itself_is_dropped_when_read() {
    let own_source = extends(11, json!({ "customer_video_path": U }));
    let said = in_every_order(&[seen_at(own_source, 5), seen_at(clip(11, U), 6)]);
    assert_eq!(said.len(), 1, "{said:#?}");
}

#[test]
fn counterexample_05_an_own_payload_beats_a_source_entry() {
    let wrong = extends(19, json!({ "original_video_id": 15, "customer_video_path": V }));
    let right = extends(18, json!({ "customer_video_path": V }));
    let said = in_every_order(&[seen(wrong), seen(clip(17, V)), seen(right)]);
    assert!(asset_with(&said, &key(V))["roots"].as_array().unwrap().contains(&json!(id(17))));
}

#[test]
fn counterexample_06_stubs_of_every_list_ever_stored_stay() {
    let first = seen_at(extends(11, json!({ "customer_video_path": U })), 5);
    let second = seen_at(extends(11, json!({ "customer_video_path": V })), 6);
    let said = in_every_order(&[first, second]);
    assert_eq!(said.len(), 3);
    assert!(asset_with(&said, &id(11))["edges"].to_string().contains(V), "the later list is in force");
}

#[test]
fn counterexample_07_a_stubs_accounts_are_a_set() {
    let (one, other) = ("pixverse:library:1:0", "pixverse:library:2:0");
    let events = [
        by(seen(extends(11, json!({ "customer_video_path": U }))), Feed::Listing, one),
        by(seen(extends(12, json!({ "customer_video_path": U }))), Feed::Listing, other),
    ];
    let stub = asset_with(&in_every_order(&events), &key(U));
    assert_eq!(stub["fields"]["accounts"], json!([one, other]));
    assert_eq!(stub["fields"]["accounts_inherited"], json!(true));
}

#[test]
fn counterexample_08_and_09_an_edge_names_a_root_and_follows_it() {
    let by_key = seen_at(extends(19, json!({ "customer_video_path": U })), 5);
    let by_id =
        by(seen_at(extends(19, json!({ "original_video_id": 12 })), 6), Feed::Detail, "pixverse:library:1:0");
    let said = in_every_order(&[by_key, by_id, seen(clip(12, U)), seen(clip(11, U))]);
    assert_eq!(asset_with(&said, &key(U))["roots"], json!([id(11), key(U)]));
}

#[test]
fn counterexample_10_a_removal_is_about_an_alias() {
    let said = in_every_order(&[
        decided(Family::Presence, &key(U), "", "remove", 9),
        seen(extends(12, json!({ "customer_video_path": U }))),
        seen(clip(11, U)),
    ]);
    assert_eq!(asset_with(&said, &id(11))["removed"], json!(true));
    assert_eq!(asset_with(&said, &id(12))["removed"], json!(false));
}

#[test]
fn counterexample_11_what_a_person_took_apart_stays_apart() {
    let said = in_every_order(&[
        seen(clip(11, U)),
        seen(json!({ "video_path": U, "video_status": 1 })),
        decided(Family::Identity, &key(U), &id(11), "different", 9),
    ]);
    assert_eq!(said.len(), 2);
}

#[test]
fn counterexample_12_and_13_the_latest_look_counts_by_its_own_time() {
    let status = |status: u32| json!({ "video_id": 11, "video_status": status, "output_width": 1, "output_height": 1 });
    let said = in_every_order(&[seen_at(status(1), 1), seen_at(status(7), 2), seen_at(status(1), 3)]);
    assert_eq!(asset_with(&said, &id(11))["status"], json!("completed"));
}

#[test]
fn counterexample_14_two_truthful_feeds_do_not_flip_a_prompt() {
    let row = |prompt: &str| json!({ "video_id": 11, "video_status": 1, "prompt": prompt });
    let made = by(seen_at(row("original"), 1), Feed::Generation, "pixverse:library:1:0");
    let said = in_every_order(&[made, seen_at(row("translated"), 9)]);
    assert_eq!(asset_with(&said, &id(11))["fields"]["prompts"], json!(["original"]));
}

#[test]
fn counterexample_15_an_object_key_is_one_thing_whatever_kind_was_guessed() {
    let still = json!({ "image_id": 21, "image_status": 1, "create_mode": "i2i", "customer_img_paths": [U] });
    let image = Event::Seen {
        payload: still,
        media_type: MediaType::Image,
        feed: Feed::Listing,
        account: "pixverse:library:1:0",
        at_ms: 5,
    };
    let said = in_every_order(&[image, seen(clip(11, U))]);
    assert_eq!(said.len(), 2);
    assert_eq!(asset_with(&said, &id(11))["media_type"], json!("video"));
}

#[test]
fn counterexample_16_a_uuid_in_the_id_field_is_a_uuid() {
    let numbered = json!({ "video_id": 401, "media_uuid": UUID, "video_status": 1 });
    let said = in_every_order(&[seen(json!({ "id": UUID, "video_status": 1 })), seen(numbered)]);
    assert_eq!(said.len(), 1);
}

#[test]
fn counterexample_17_a_childs_lineage_is_its_own_payloads_matter() {
    let said = in_every_order(&[seen(extends(12, json!({ "customer_video_path": U }))), seen(clip(11, U))]);
    assert_eq!(asset_with(&said, &id(12))["lineage"], json!("complete"));
}

#[test]
fn counterexample_18_one_page_may_hold_one_thing_twice() {
    let said = in_every_order(&[
        seen(extends(12, json!({ "customer_video_path": W }))),
        seen(extends(13, json!({ "customer_video_path": W }))),
        seen_at(extends(12, json!({ "customer_video_path": W })), 6),
    ]);
    assert_eq!(said.len(), 3);
}

#[test]
fn a_record_written_after_an_answer_does_not_put_the_clip_back_under_way() {
    let record = json!({ "driftline_generation": "gen_1", "asset_id": "9", "operation": "text_to_video" });
    let said =
        in_every_order(&[seen(clip(9, U)), by(seen_at(record, 7), Feed::Generation, "pixverse:library:1:0")]);
    assert_eq!(said.len(), 1);
    assert!(said[0].contains(r#""status":"completed""#), "{}", said[0]);
}
