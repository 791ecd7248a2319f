//! One test for every bug and failure of the predecessor that concerns extraction, named for the fact it comes from
//! (facts C-1 to C-20, B.1 to B.5, H-…).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail, its helpers too")]

use std::fs;

use driftline::core::inspect::inspect_payload;
use serde_json::{Value, json};

fn answer(media_type: &str, payload: &Value) -> Value {
    inspect_payload("pixverse", media_type, &payload.to_string()).unwrap()
}

fn video(payload: &Value) -> Value {
    answer("video", payload)
}

fn fixture(name: &str) -> Value {
    let path = format!("{}/fixtures/pixverse/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let payload = fs::read_to_string(path).unwrap();
    inspect_payload("pixverse", name.split('-').next().unwrap(), &payload).unwrap()
}

/// Each parent as `position relation url-or-id`.
fn parents(answer: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().map(|text| text.replace("https://media.pixverse.ai/", ""));
    answer["parents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|parent| {
            let what = text(&parent["url"]).or_else(|| text(&parent["id"])).unwrap();
            format!("{} {} {what}", parent["position"], parent["relation"].as_str().unwrap())
        })
        .collect()
}

fn codes(answer: &Value) -> Vec<&str> {
    answer["warnings"].as_array().unwrap().iter().map(|warning| warning["code"].as_str().unwrap()).collect()
}

const PARENT: &str = "https://media.pixverse.ai/pixverse%2Fmp4%2Fparent.mp4";

#[test]
fn c_1_a_transition_with_paths_only_has_its_parents() {
    let answer = fixture("video-transition-paths-only");
    let expect = [
        "0 TRANSITION_INPUT upload/a1.png",
        "1 TRANSITION_INPUT upload/b2.png",
        "2 TRANSITION_INPUT upload/c3.png",
    ];
    assert_eq!(parents(&answer), expect);
    assert_eq!(answer["parents"][0]["anchor"], "first");
    assert_eq!(answer["parents"][1]["anchor"], Value::Null);
    assert_eq!(answer["parents"][2]["anchor"], "last");
}

#[test]
fn c_2_null_paths_are_absent() {
    let answer = fixture("video-paths-null");
    assert_eq!(parents(&answer).len(), 1);
    assert_eq!(codes(&answer), [""; 0]);
}

#[test]
fn c_3_paths_of_the_wrong_type_are_absent_and_noted() {
    for name in ["video-paths-list", "video-paths-string"] {
        let answer = fixture(name);
        assert_eq!(parents(&answer).len(), 1, "{name}");
        assert_eq!(answer["warnings"], json!([{"code": "wrong_type", "path": "$.customer_paths"}]), "{name}");
    }
}

#[test]
fn c_4_an_extend_that_is_named_inside_is_an_extend() {
    let answer = fixture("video-extend-mode-nested-only");
    assert_eq!(answer["operation"], "video_extend");
    assert_eq!(parents(&answer), ["0 SOURCE_VIDEO 401000000000100"]);
}

#[test]
fn c_5_a_fusion_that_is_named_inside_is_a_fusion() {
    let answer = fixture("video-fusion-mode-nested-only");
    assert_eq!(answer["operation"], "fusion");
    assert_eq!(parents(&answer), ["0 FUSION_CHARACTER upload/mira.png"]);
}

#[test]
fn c_6_an_extend_with_an_id_alone_has_its_parent() {
    let answer = fixture("video-extend-id-only");
    assert_eq!(parents(&answer), ["0 SOURCE_VIDEO 401000000000100"]);
    assert_eq!(answer["parents"][0]["url"], Value::Null);
}

#[test]
fn c_7_an_extend_with_a_path_alone_has_its_parent() {
    let answer = fixture("video-extend-path-only");
    assert_eq!(
        parents(&answer),
        ["0 SOURCE_VIDEO pixverse/mp4/media/web/ori/3d3d0000-0000-4000-8000-00000000000c.mp4"]
    );
}

#[test]
fn c_8_a_still_of_an_extend_is_no_clip() {
    let answer = fixture("video-extend-with-image");
    assert_eq!(answer["parents"][1]["relation"], "SOURCE_IMAGE");
    assert_eq!(answer["parents"][1]["media_type"], "image");
}

#[test]
fn c_9_a_still_is_not_its_own_parent() {
    let answer = fixture("image-no-mode");
    assert_eq!(parents(&answer), [""; 0]);
    assert_eq!(answer["operation"], "text_to_image");
}

#[test]
fn c_10_a_clip_without_mode_and_sources_is_from_text() {
    assert_eq!(fixture("video-no-mode-no-source")["operation"], "text_to_video");
}

#[test]
fn c_11_an_original_id_of_zero_is_absent() {
    for zero in [json!(0), json!("0"), json!(""), json!(null), json!("null")] {
        let answer = video(&json!({"video_id": 1, "create_mode": "extend", "original_video_id": zero}));
        assert_eq!(parents(&answer), [""; 0]);
        assert_eq!(codes(&answer), ["source_missing"]);
    }
}

#[test]
fn c_12_names_and_types_stay_with_their_slots() {
    let answer = fixture("video-fusion-empty-slot");
    assert_eq!(
        parents(&answer),
        ["0 FUSION_CHARACTER upload/mira.png", "2 FUSION_BACKGROUND upload/plaza.png"]
    );
    assert_eq!(answer["parents"][1]["name"], "plaza");
}

#[test]
fn c_13_a_single_member_only_adds_to_the_list() {
    let answer = fixture("video-fusion-scalar-beside-list");
    assert_eq!(
        parents(&answer),
        ["0 FUSION_CHARACTER upload/mira.png", "1 FUSION_BACKGROUND upload/plaza.png"]
    );
    let more = json!({"video_id": 1, "create_mode": "fusion", "customer_paths": {
        "customer_img_url": "https://media.pixverse.ai/upload/c.png", "customer_img_paths": ["upload/a.png", "upload/b.png"]}});
    assert_eq!(parents(&video(&more)).last().unwrap(), "2 FUSION_REFERENCE upload/c.png");
}

#[test]
fn c_14_spellings_of_one_object_are_one_parent() {
    assert_eq!(parents(&fixture("video-source-spellings-of-one-object")).len(), 1);
}

#[test]
fn c_15_junk_is_no_parent() {
    let answer = fixture("video-source-junk");
    assert_eq!(parents(&answer), ["5 SOURCE_IMAGE upload/a1.png"]);
    assert_eq!(
        codes(&answer),
        ["not_a_source", "not_a_source", "not_a_source", "not_a_source", "unusable_source"]
    );
}

#[test]
fn c_16_a_loop_keeps_both_ends() {
    let answer = fixture("video-transition-loop");
    let expect = [
        "0 TRANSITION_INPUT upload/a1.png",
        "1 TRANSITION_INPUT upload/b2.png",
        "2 TRANSITION_INPUT upload/a1.png",
    ];
    assert_eq!(parents(&answer), expect);
    assert_eq!(answer["parents"][0]["aliases"], answer["parents"][2]["aliases"]);
}

#[test]
fn c_17_a_placeholder_is_no_parent() {
    let answer = fixture("video-source-placeholder");
    assert_eq!(parents(&answer), [""; 0]);
    assert_eq!(codes(&answer), ["placeholder_source"]);
}

#[test]
fn c_18_a_modified_clip_has_its_clip_and_its_references() {
    let answer = fixture("video-modify");
    assert_eq!(answer["operation"], "video_modify");
    let relations: Vec<_> =
        answer["parents"].as_array().unwrap().iter().map(|parent| &parent["relation"]).collect();
    assert_eq!(relations, ["SOURCE_VIDEO", "REFERENCE_IMAGE", "REFERENCE_IMAGE"]);
    assert_eq!(answer["prompts"], json!(["put @image1 on the table"]));
}

#[test]
fn c_19_the_row_inside_an_sdk_object_is_read() {
    let answer = fixture("video-sdk-wrapped");
    assert_eq!(parents(&answer), ["0 SOURCE_VIDEO pixverse/mp4/parent.mp4"]);
    assert_eq!(answer["media_url"], Value::Null);
    assert_eq!(answer["prompts"], json!(["on and on"]));
}

#[test]
fn c_19_notes_beside_a_row_are_no_row() {
    let answer = video(
        &json!({"video_id": 7, "video_status": 1, "url": "pixverse/mp4/a.mp4", "metadata": {"id": 9, "prompt": "x"}}),
    );
    assert_eq!(answer["asset_id"], "7");
    assert_eq!(answer["media_url"], "https://media.pixverse.ai/pixverse/mp4/a.mp4");
}

#[test]
fn c_20_an_encoded_hash_or_question_mark_ends_nothing() {
    let answer = fixture("video-source-encoded-hash");
    assert_eq!(parents(&answer), ["0 SOURCE_IMAGE upload/a%23b.png", "1 SOURCE_IMAGE upload/a%3Fb.png"]);
}

#[test]
fn b_1_the_first_usable_id_stands() {
    let id = |media_type: &str, payload: Value| answer(media_type, &payload)["asset_id"].clone();
    assert_eq!(id("video", json!({"video_id": 1, "VideoId": 2, "id": 3})), "1");
    assert_eq!(id("video", json!({"video_id": null, "VideoId": " 2 ", "id": 3})), "2");
    assert_eq!(id("video", json!({"video_id": "0", "VideoId": false, "id": "abc"})), "abc");
    assert_eq!(
        id("image", json!({"image_id": "", "ImageId": {}, "pixverse_image_id": 4, "asset_id": 5})),
        "4"
    );
    assert_eq!(id("image", json!({"asset_id": 5, "id": 6})), "5");
    assert_eq!(id("audio", json!({"audio_id": 0, "asset_id": 5})), "5");
    assert_eq!(id("video", json!({"video_id": [], "id": {"a": 1}})), Value::Null);
}

#[test]
fn b_2_a_uuid_in_an_id_member_is_a_declared_uuid() {
    let answer = fixture("video-id-is-uuid");
    assert_eq!(answer["aliases"][0]["scheme"], "uuid");
    let both = video(&json!({"video_id": 9, "id": "3B1F0C52-1111-4222-8333-AAAAAAAAAAAA"}));
    assert_eq!(both["asset_id"], "9");
    assert_eq!(
        both["aliases"][1]["value"],
        "pixverse:library:video:created:3b1f0c52-1111-4222-8333-aaaaaaaaaaaa"
    );
}

#[test]
fn b_2_the_uuid_in_a_sources_url_is_shown_but_is_no_identity() {
    let answer = fixture("video-i2v-flat");
    assert_eq!(answer["parents"][0]["uuid"], "1b1b0000-0000-4000-8000-00000000000b");
    assert_eq!(answer["parents"][0]["aliases"].as_array().unwrap().len(), 1);
}

#[test]
fn b_4_and_h_8_an_input_is_never_the_output() {
    for name in ["video-customer-video-url-is-not-own", "video-sdk-wrapped"] {
        assert_eq!(fixture(name)["media_url"], Value::Null, "{name}");
    }
    let still =
        answer("image", &json!({"image_id": 1, "image_status": 1, "customer_img_url": "upload/a.png"}));
    assert_eq!(still["media_url"], Value::Null);
}

#[test]
fn b_5_a_relative_path_that_is_unknown_is_no_url() {
    let answer = video(&json!({"video_id": 1, "create_mode": "i2v", "customer_img_path": "UPLOAD/x.png"}));
    assert_eq!(parents(&answer), [""; 0]);
    assert_eq!(codes(&answer), ["unusable_source", "source_missing"]);
}

#[test]
fn b_6_a_placeholder_is_no_alias() {
    let answer = fixture("video-status-1-placeholder");
    assert_eq!(answer["aliases"].as_array().unwrap().len(), 1);
    assert_eq!(answer["thumbnail_url"], Value::Null);
}

#[test]
fn c_5_segments_survive_scalars_and_broken_lengths() {
    assert_eq!(
        fixture("video-transition-scalar-segments")["segments"],
        json!([{"prompt": "bloom", "duration_s": 5.0}])
    );
    let broken = fixture("video-transition-broken-durations");
    assert_eq!(broken["segments"][1], json!({"prompt": null, "duration_s": null}));
    assert_eq!(parents(&broken).len(), 4);
}

#[test]
fn c_6_the_prompt_of_the_job_comes_first() {
    let prompts = |payload: Value| video(&payload)["prompts"].clone();
    let all = json!({"video_id": 1, "prompt": "top", "text": "text", "original_prompt": "original", "customer_paths": {"prompt": "nested"}});
    assert_eq!(prompts(all), json!(["nested"]));
    assert_eq!(
        prompts(json!({"prompt": " ", "text": "text", "original_prompt": "original"})),
        json!(["text"])
    );
    assert_eq!(prompts(json!({"prompt": "undefined", "original_prompt": "original"})), json!(["original"]));
    assert_eq!(prompts(json!({"prompt": "\u{0}"})), json!([]));
}

#[test]
fn zero_6_the_level_decides_whose_frame_it_is() {
    let answer = fixture("video-extend-id-and-url");
    assert_eq!(parents(&answer).len(), 1);
    assert_eq!(answer["media_url"], "https://media.pixverse.ai/pixverse/mp4/media/web/ori/child.mp4");
}

#[test]
fn zero_9_and_h_3_completed_needs_real_media() {
    for name in [
        "video-status-1-placeholder",
        "video-status-1-placeholder-beside-path",
        "video-status-1-zero-size",
        "video-status-10-preallocated",
        "video-sdk-wrapped-false-completion",
    ] {
        let answer = fixture(name);
        assert_eq!(answer["status"], "processing", "{name}");
        assert_eq!(answer["media_url"], Value::Null, "{name}");
    }
    assert_eq!(fixture("video-status-1-url-blank")["status"], "completed");
}

#[test]
fn h_6_a_refused_clip_shows_no_file() {
    let answer = fixture("video-status-7");
    assert_eq!(answer["status"], "filtered");
    assert_eq!(answer["media_url"], Value::Null);
    assert_eq!(answer["status_code"], "7");
}

#[test]
fn h_10_proxied_models_have_their_own_codes() {
    let status = |model: &str, code: i64| {
        video(&json!({"video_id": 1, "video_status": code, "model": model}))["status"].clone()
    };
    assert_eq!(status("grok-imagine-1.5", 8), "filtered");
    assert_eq!(status("happyhorse-1.0", 9), "processing");
    assert_eq!(status("v6", 8), "failed");
}

#[test]
fn h_14_the_media_type_is_part_of_every_id() {
    let still = answer("image", &json!({"image_id": 5}));
    let clip = video(&json!({"video_id": 5}));
    assert_ne!(still["aliases"][0], clip["aliases"][0]);
}

#[test]
fn h_20_a_synthetic_id_is_no_id() {
    let answer = fixture("video-id-synthetic");
    assert_eq!(answer["asset_id"], Value::Null);
    assert_eq!(answer["aliases"], json!([]));
}

#[test]
fn h_28_texts_for_nothing_are_nothing() {
    let answer = fixture("video-texts-for-nothing");
    for member in ["create_mode", "model", "thumbnail_url", "negative_prompt"] {
        assert_eq!(answer[member], Value::Null, "{member}");
    }
    assert_eq!(answer["prompts"], json!([]));
    assert_eq!(answer["parents"], json!([]));
}

#[test]
fn h_34_an_upload_was_not_generated() {
    for name in ["video-upload", "image-upload-row", "audio-upload"] {
        let answer = fixture(name);
        assert_eq!(answer["operation"], Value::Null, "{name}");
        assert_eq!(answer["status"], "completed", "{name}");
        assert_eq!(answer["making"], "uploaded", "{name}");
    }
}

#[test]
fn h_35_a_resized_variant_is_not_the_file() {
    assert_eq!(fixture("video-own-url-resized")["media_url"], "https://media.pixverse.ai/pixverse/mp4/a.mp4");
}

#[test]
fn h_19_and_d_3_5_frames_and_client_ids_are_no_identity() {
    let answer = video(&json!({"video_id": 1, "create_mode": "extend", "img_id": 5, "customer_paths": {
        "customer_video_url": PARENT, "customer_video_last_frame_url": "https://media.pixverse.ai/upload/f.png",
        "customer_video_first_frame_path": "upload/g.png", "key_frame_path": "upload/h.png", "fusion_id_list": [1, 2]}}));
    assert_eq!(parents(&answer), ["0 SOURCE_VIDEO pixverse/mp4/parent.mp4"]);
}

#[test]
fn j_19_a_self_reference_is_left_for_the_reader() {
    assert_eq!(parents(&fixture("video-extend-self-reference")).len(), 1);
}
