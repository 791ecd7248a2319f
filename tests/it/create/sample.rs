//! One request for every row of the table of operations, each as a user gives it: with nothing that has a default.

use driftline::core::generation::request::GenerationRequest;
use driftline::core::media::Api;
use driftline::core::providers::pixverse::calls::AccountAccess;
use driftline::core::providers::pixverse::create::Keys;
use serde_json::{Value, json};

/// Above 2^64: no number type of any language in between may touch it.
pub const LONG_ID: &str = "98765432109876543210987";

pub fn access(api: Api) -> AccountAccess {
    let kind = match api {
        Api::Library => "token",
        Api::OpenPlatform => "api_key",
    };
    AccountAccess::from_row(false, "0", Some("sealed"), Some(kind)).unwrap()
}

pub fn keys() -> Keys {
    Keys {
        idempotency_key: "gen_1-0".into(),
        trace_id: "5f0c6e1e-0000-4000-8000-000000000001".into(),
        webhook_id: None,
    }
}

/// A request out of its operation, such as `text_to_video`, and the members that differ from an empty one.
pub fn request(operation: &str, members: Value) -> GenerationRequest {
    let media_type = if operation.ends_with("_image") { "image" } else { "video" };
    let mut value = json!({"operation": operation, "media_type": media_type, "parameters": {}, "inputs": []});
    value.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    GenerationRequest::from_json(&value).unwrap()
}

/// A still in the library, by the letter in its name.
pub fn still(relation: &str, position: u32, letter: char) -> Value {
    json!({
        "media_type": "image", "relation": relation, "position": position,
        "url": format!("https://media.pixverse.ai/upload%2F{letter}.png"),
        "aliases": [format!("key:pixverse:upload/{letter}.png")],
    })
}

/// A clip that the library made.
pub fn clip(relation: &str, position: u32) -> Value {
    json!({
        "media_type": "video", "relation": relation, "position": position, "id": LONG_ID, "duration_s": 5.0,
        "quality": "540p",
        "url": "https://media.pixverse.ai/pixverse%2Fmp4%2Fmedia%2Fweb%2Fori%2Fc.mp4",
        "first_frame_url": "https://media.pixverse.ai/pixverse%2Fjpg%2Fmedia%2Fweb%2Fc.jpg",
        "aliases": [
            format!("id:pixverse:library:video:created:{LONG_ID}"),
            "key:pixverse:pixverse/mp4/media/web/ori/c.mp4".to_owned(),
        ],
    })
}

/// Sound in the library.
pub fn sound(position: u32) -> Value {
    json!({
        "media_type": "audio", "relation": "SOURCE_AUDIO", "position": position, "path": "upload/s.mp3",
        "aliases": ["key:pixverse:upload/s.mp3"],
    })
}

/// Something that was uploaded to the open platform.
pub fn uploaded(media_type: &str, relation: &str, position: u32, id: &str) -> Value {
    json!({
        "media_type": media_type, "relation": relation, "position": position, "id": id, "uploaded": true,
        "aliases": [format!("id:pixverse:open_platform:{media_type}:uploaded:{id}")],
    })
}

/// A clip that the open platform made.
pub fn made(relation: &str, position: u32, id: &str) -> Value {
    json!({
        "media_type": "video", "relation": relation, "position": position, "id": id,
        "aliases": [format!("id:pixverse:open_platform:video:created:{id}")],
    })
}

/// An input of which it is known where the provider keeps it.
pub fn kept(mut input: Value, path: &str) -> Value {
    input["url"] = format!("https://media.pixverse.ai/{path}").into();
    input
}

fn named(mut input: Value, name: &str) -> Value {
    input["name"] = name.into();
    input
}

/// Every row of the library, by name.
pub fn library() -> Vec<(&'static str, GenerationRequest)> {
    let stills = |relation, letters: &str| {
        (0..).zip(letters.chars()).map(|(at, letter)| still(relation, at, letter)).collect()
    };
    let transition = |letters| -> Value { stills("TRANSITION_INPUT", letters) };
    let i2i: Value = stills("SOURCE_IMAGE", "ab");
    let fusion: Value = stills("FUSION_REFERENCE", "ab");
    vec![
        ("text-to-video", request("text_to_video", json!({"prompt": "a paper crane"}))),
        (
            "text-to-video-everything",
            request(
                "text_to_video",
                json!({
                    "prompt": "a paper crane", "negative_prompt": "rain", "model": "veo-3.1-fast",
                    "parameters": {"duration": 8, "quality": "1080p", "aspect_ratio": "9:16", "count": 2, "seed": 2147483647,
                        "off_peak": true, "audio": false, "multi_shot": false},
                }),
            ),
        ),
        (
            "image-to-video",
            request(
                "image_to_video",
                json!({"prompt": "she turns", "inputs": [still("SOURCE_IMAGE", 0, 'a')]}),
            ),
        ),
        (
            "transition-of-two",
            request("video_transition", json!({"prompt": "morph", "inputs": transition("ab")})),
        ),
        (
            "transition-of-three",
            request(
                "video_transition",
                json!({
                    "prompt": "morph", "inputs": transition("abc"), "parameters": {"durations": [5, 3]},
                }),
            ),
        ),
        (
            "extend",
            request("video_extend", json!({"prompt": "goes on", "inputs": [clip("SOURCE_VIDEO", 0)]})),
        ),
        ("fusion", request("fusion", json!({"prompt": "@image1 meets @image2", "inputs": fusion}))),
        (
            "fusion-with-roles",
            request(
                "fusion",
                json!({
                    "prompt": "@knight walks into @great hall",
                    "inputs": [named(still("FUSION_CHARACTER", 0, 'a'), "knight"),
                        named(still("FUSION_BACKGROUND", 1, 'b'), "great hall")],
                }),
            ),
        ),
        (
            "fusion-with-clip-and-sound",
            request(
                "fusion",
                json!({
                    "prompt": "@image1 sings", "model": "seedance-2.0-standard",
                    "inputs": [sound(0), clip("FUSION_REFERENCE", 0), still("FUSION_REFERENCE", 0, 'a')],
                }),
            ),
        ),
        (
            "modify",
            request(
                "video_modify",
                json!({
                    "prompt": "put @image1 near @image2",
                    "inputs": [still("REFERENCE_IMAGE", 1, 'b'), still("REFERENCE_IMAGE", 0, 'a'), clip("SOURCE_VIDEO", 0)],
                }),
            ),
        ),
        (
            "motion-control",
            request(
                "motion_control",
                json!({"inputs": [still("SOURCE_IMAGE", 0, 'a'), clip("CONTROL_INPUT", 1)]}),
            ),
        ),
        ("upscale", request("video_upscale", json!({"inputs": [clip("SOURCE_VIDEO", 0)]}))),
        ("text-to-image", request("text_to_image", json!({"prompt": "a lantern"}))),
        ("image-to-image", request("image_to_image", json!({"prompt": "oil painting", "inputs": i2i}))),
    ]
}

/// Every row of the open platform, by name.
pub fn open_platform() -> Vec<(&'static str, GenerationRequest)> {
    let image = |relation, position| uploaded("image", relation, position, &format!("{LONG_ID}{position}"));
    let ends = |count: u32| (0..count).map(|at| image("TRANSITION_INPUT", at)).collect::<Vec<_>>();
    let source = || made("SOURCE_VIDEO", 0, LONG_ID);
    vec![
        ("text-to-video", request("text_to_video", json!({"prompt": "a paper crane"}))),
        (
            "text-to-video-everything",
            request(
                "text_to_video",
                json!({
                    "prompt": "a paper crane", "negative_prompt": "rain", "model": "v4.5",
                    "parameters": {"duration": 5, "quality": "720p", "aspect_ratio": "9:16", "seed": 0, "motion_mode": "fast",
                        "style": "clay", "camera_movement": "zoom_in", "water_mark": false, "sound_effect_switch": true,
                        "sound_effect_content": "wind", "lip_sync_tts_switch": true, "lip_sync_tts_speaker_id": "7",
                        "lip_sync_tts_content": "good evening", "audio": true, "multi_shot": false, "thinking_type": "auto"},
                }),
            ),
        ),
        (
            "image-to-video",
            request("image_to_video", json!({"prompt": "she turns", "inputs": [image("SOURCE_IMAGE", 0)]})),
        ),
        ("transition-of-two", request("video_transition", json!({"prompt": "morph", "inputs": ends(2)}))),
        (
            "transition-of-three",
            request(
                "video_transition",
                json!({
                    "inputs": ends(3), "parameters": {"durations": [5, 3], "prompts": ["dusk", "dawn"]},
                }),
            ),
        ),
        (
            "fusion",
            request(
                "fusion",
                json!({
                    "prompt": "@knight walks into @great hall", "parameters": {"reference_mode": "omni"},
                    "inputs": [named(image("FUSION_CHARACTER", 0), "knight"), named(image("FUSION_BACKGROUND", 1), "great hall")],
                }),
            ),
        ),
        ("extend", request("video_extend", json!({"prompt": "goes on", "inputs": [source()]}))),
        (
            "extend-an-upload",
            request(
                "video_extend",
                json!({
                    "prompt": "goes on", "inputs": [uploaded("video", "SOURCE_VIDEO", 0, LONG_ID)],
                }),
            ),
        ),
        (
            "lip-sync-speaker",
            request(
                "lip_sync",
                json!({
                    "inputs": [source()],
                    "parameters": {"lip_sync_tts_speaker_id": "7", "lip_sync_tts_content": "good evening"},
                }),
            ),
        ),
        (
            "lip-sync-sound",
            request("lip_sync", json!({"inputs": [source(), uploaded("audio", "SOURCE_AUDIO", 0, "71")]})),
        ),
        (
            "avatar",
            request(
                "image_to_video",
                json!({"inputs": [image("SOURCE_IMAGE", 0), uploaded("audio", "SOURCE_AUDIO", 1, "71")]}),
            ),
        ),
        (
            "agent",
            request(
                "video_agent",
                json!({
                    "prompt": "the same with our cups", "model": "fast", "parameters": {"agent_id": LONG_ID},
                    "inputs": [
                        kept(image("REFERENCE_IMAGE", 0), "upload/cup.png"),
                        kept(image("REFERENCE_IMAGE", 1), "upload/table.png"),
                        kept(made("REFERENCE_VIDEO", 2, LONG_ID), "openapi/output/dance.mp4"),
                    ],
                }),
            ),
        ),
        (
            "agent-reads-a-page",
            request(
                "video_agent",
                json!({"parameters": {"agent_id": 41, "product_url": "https://shop.example.com/cups?size=2"}}),
            ),
        ),
        (
            "music-video",
            request(
                "music_video",
                json!({
                    "inputs": [
                        image("REFERENCE_IMAGE", 0), image("REFERENCE_IMAGE", 1),
                        uploaded("audio", "SOURCE_AUDIO", 2, LONG_ID),
                    ],
                    "parameters": {"mv_agent_type": "vibe_mv"},
                }),
            ),
        ),
        ("sound-effect", request("sound_effect", json!({"prompt": "wind", "inputs": [source()]}))),
        ("restyle", request("restyle", json!({"inputs": [source()], "parameters": {"restyle_id": 31}}))),
        ("restyle-by-prompt", request("restyle", json!({"prompt": "as clay", "inputs": [source()]}))),
        ("upscale", request("video_upscale", json!({"inputs": [source()]}))),
        (
            "motion-control",
            request(
                "motion_control",
                json!({
                    "inputs": [image("SOURCE_IMAGE", 0), uploaded("video", "CONTROL_INPUT", 1, "72")],
                }),
            ),
        ),
        (
            "modify",
            request(
                "video_modify",
                json!({
                    "prompt": "@selection0 becomes @img0", "inputs": [source(), image("REFERENCE_IMAGE", 1)],
                    "parameters": {"mask_ids": ["1"]},
                }),
            ),
        ),
        (
            "replace",
            request(
                "video_replace",
                json!({
                    "inputs": [source(), image("REFERENCE_IMAGE", 1)], "parameters": {"mask_id": "1"},
                }),
            ),
        ),
        (
            "template-without-still",
            request("template", json!({"prompt": "x", "parameters": {"template_id": "302325299692608"}})),
        ),
        (
            "template-of-one",
            request(
                "template",
                json!({
                    "inputs": [image("SOURCE_IMAGE", 0)], "parameters": {"template_id": 302_325_299_692_608_i64},
                }),
            ),
        ),
        (
            "template-of-two",
            request(
                "template",
                json!({
                    "inputs": [image("SOURCE_IMAGE", 0), image("SOURCE_IMAGE", 1)],
                    "parameters": {"template_id": "302325299692608"},
                }),
            ),
        ),
        (
            "image-template",
            request(
                "template",
                json!({
                    "media_type": "image", "inputs": [image("SOURCE_IMAGE", 0)], "parameters": {"template_id": "31"},
                }),
            ),
        ),
    ]
}
