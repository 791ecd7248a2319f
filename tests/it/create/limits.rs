//! What is refused before anything is sent: every violation at once, each with its place.

use driftline::core::generation::request::GenerationRequest;
use driftline::core::media::Api;
use driftline::core::providers::pixverse::create::validate;
use serde_json::{Value, json};

use super::sample::{clip, kept, made, request, sound, still, uploaded};

fn told(request: &GenerationRequest, api: Api) -> Vec<String> {
    let violations = validate(request, api);
    violations.iter().map(|one| format!("{} {}", one.pointer, one.code)).collect()
}

#[test]
fn every_violation_is_named_at_once() {
    let request = request(
        "text_to_video",
        json!({
            "prompt": "x".repeat(5001), "negative_prompt": "y".repeat(5001), "model": "v6",
            "parameters": {"duration": 16, "quality": "2160p", "aspect_ratio": "5:4", "count": 0, "seed": 2_147_483_648_i64,
                "off_peak": 1, "audio": "yes", "colour/~": "red"},
            "inputs": [still("SOURCE_IMAGE", 0, 'a')],
        }),
    );
    let violations = validate(&request, Api::Library);
    let told: Vec<String> =
        violations.iter().map(|one| format!("{} {}: {}", one.pointer, one.code, one.message)).collect();
    assert_eq!(
        told,
        [
            "/prompt too_long: 5001 characters, 5000 at most",
            "/negative_prompt too_long: 5001 characters, 5000 at most",
            "/parameters/aspect_ratio not_allowed: \"5:4\" is not one of 16:9, 4:3, 1:1, 3:4, 9:16, 2:3, 3:2, 21:9",
            "/parameters/audio wrong_type: \"yes\" is not true or false",
            "/parameters/colour~1~0 unknown_parameter: text_to_video does not know \"colour/~\"; it knows duration, \
             quality, aspect_ratio, count, seed, off_peak, audio, multi_shot",
            "/parameters/count out_of_range: 0 is not from 1 to 4",
            "/parameters/duration out_of_range: v6 makes clips of 1 to 15 s, not of 16 s",
            "/parameters/off_peak wrong_type: 1 is not true or false",
            "/parameters/quality not_allowed: \"2160p\" is not one of 360p, 540p, 720p, 1080p",
            "/parameters/seed out_of_range: 2147483648 is not from 0 to 2147483647",
            "/inputs/0/relation relation_not_allowed: text_to_video takes no image as SOURCE_IMAGE; it takes no inputs",
        ]
    );
    assert_eq!(
        violations[0].to_json(),
        json!({"pointer": "/prompt", "code": "too_long", "message": "5001 characters, 5000 at most"})
    );
}

#[test]
fn an_operation_that_the_interface_does_not_have_is_named_with_those_it_has() {
    let violations = validate(&request("lip_sync", json!({"prompt": "x"})), Api::Library);
    assert_eq!(violations.len(), 1);
    assert_eq!(
        (violations[0].pointer.as_str(), violations[0].code),
        ("/operation", "operation_not_supported")
    );
    assert!(
        violations[0]
            .message
            .contains("no lip_sync; it has text_to_video, image_to_video, video_transition, ")
    );
}

#[test]
fn an_unknown_model_is_named_with_the_known_ones_and_its_limits_are_not_guessed() {
    let request = request(
        "video_extend",
        json!({"prompt": "x", "model": "v7", "parameters": {"duration": 99}, "inputs": [clip("SOURCE_VIDEO", 0)]}),
    );
    let violations = validate(&request, Api::Library);
    assert_eq!(violations.len(), 1);
    assert_eq!(
        violations[0].message,
        "video_extend does not know the model \"v7\"; it knows v6, grok-imagine"
    );
}

#[test]
fn limits_follow_the_interface_and_the_model() {
    let table: [(Api, &str, Value, &[&str]); 12] = [
        (
            Api::Library,
            "text_to_video",
            json!({"model": "sora-2", "parameters": {"duration": 5, "quality": "1080p"}}),
            &["/parameters/duration out_of_range", "/parameters/quality not_allowed"],
        ),
        (
            Api::Library,
            "text_to_video",
            json!({"model": "veo-3.1-lite", "parameters": {"quality": "2160p", "duration": 6}}),
            &[],
        ),
        (
            Api::Library,
            "text_to_image",
            json!({"model": "qwen-image", "parameters": {"detail_level": "low"}}),
            &["/parameters/detail_level not_with_model"],
        ),
        (
            Api::Library,
            "text_to_image",
            json!({"negative_prompt": "rain", "parameters": {"detail_level": "most"}}),
            &["/negative_prompt not_supported", "/parameters/detail_level not_allowed"],
        ),
        (
            Api::OpenPlatform,
            "text_to_video",
            json!({"model": "v5.6", "parameters": {"duration": 7, "aspect_ratio": "21:9"}}),
            &["/parameters/aspect_ratio not_allowed", "/parameters/duration out_of_range"],
        ),
        (
            Api::OpenPlatform,
            "text_to_video",
            json!({"model": "v6", "parameters": {"duration": 7, "aspect_ratio": "21:9"}}),
            &[],
        ),
        (
            Api::OpenPlatform,
            "text_to_video",
            json!({"model": "v5", "prompt": "x".repeat(2049)}),
            &["/prompt too_long"],
        ),
        (Api::OpenPlatform, "text_to_video", json!({"model": "v6", "prompt": "x".repeat(2049)}), &[]),
        (
            Api::OpenPlatform,
            "text_to_video",
            json!({"model": "v5", "parameters": {"motion_mode": "normal", "style": "clay"}}),
            &["/parameters/motion_mode not_with_model", "/parameters/style not_with_model"],
        ),
        (
            Api::OpenPlatform,
            "text_to_video",
            json!({"model": "v4.5", "parameters": {"motion_mode": "fast", "duration": 8, "quality": "720p"}}),
            &["/parameters/motion_mode conflict"],
        ),
        (
            Api::OpenPlatform,
            "text_to_video",
            json!({"parameters": {"lip_sync_tts_switch": true}}),
            &["/inputs required"],
        ),
        (
            Api::OpenPlatform,
            "text_to_video",
            json!({"parameters": {"lip_sync_tts_content": "x".repeat(201)}}),
            &["/parameters/lip_sync_tts_content too_long", "/parameters/lip_sync_tts_speaker_id required"],
        ),
    ];
    for (api, operation, members, expect) in table {
        let mut members = members;
        if members.get("prompt").is_none() {
            members["prompt"] = "x".into();
        }
        assert_eq!(told(&request(operation, members.clone()), api), expect, "{api} {operation} {members}");
    }
}

#[test]
fn a_prompt_is_wanted_or_refused() {
    let inputs = json!([clip("SOURCE_VIDEO", 0)]);
    assert_eq!(told(&request("text_to_video", json!({"prompt": " \n"})), Api::Library), ["/prompt required"]);
    assert_eq!(
        told(
            &request("video_upscale", json!({"prompt": "x", "model": "v6", "inputs": inputs})),
            Api::Library
        ),
        ["/prompt not_supported", "/model not_supported"]
    );
    let source = json!([made("SOURCE_VIDEO", 0, "71")]);
    assert_eq!(told(&request("restyle", json!({"inputs": source})), Api::OpenPlatform), ["/prompt required"]);
}

#[test]
fn inputs_are_counted_by_what_they_are() {
    let api = Api::Library;
    let stills = |count: u32, relation: &str| -> Vec<Value> {
        (0..count).map(|at| still(relation, at, 'a')).collect()
    };
    let case = |operation, members: Value| {
        let mut members = members;
        members["prompt"] = "x".into();
        told(&request(operation, members), api)
    };
    assert_eq!(case("image_to_video", json!({})), ["/inputs too_few_inputs"]);
    assert_eq!(
        case("image_to_video", json!({"inputs": stills(2, "SOURCE_IMAGE")})),
        ["/inputs/1 too_many_inputs"]
    );
    assert_eq!(
        case("video_transition", json!({"inputs": stills(1, "TRANSITION_INPUT")})),
        ["/inputs too_few_inputs"]
    );
    assert_eq!(
        case("video_transition", json!({"inputs": stills(8, "TRANSITION_INPUT")})),
        ["/inputs/7 too_many_inputs"]
    );
    assert_eq!(
        case("video_extend", json!({"inputs": [still("SOURCE_VIDEO", 0, 'a')]})),
        ["/inputs/0/relation relation_not_allowed", "/inputs too_few_inputs"]
    );
    assert_eq!(
        case("image_to_image", json!({"model": "kling-image-v3", "inputs": stills(2, "SOURCE_IMAGE")})),
        ["/inputs/1 too_many_inputs"]
    );
    assert_eq!(
        case(
            "fusion",
            json!({"inputs": [still("FUSION_REFERENCE", 0, 'a'), clip("FUSION_REFERENCE", 0), sound(0)]})
        ),
        ["/inputs/1 not_with_model", "/inputs/2 not_with_model"]
    );
    assert_eq!(
        case(
            "fusion",
            json!({"inputs": [still("FUSION_REFERENCE", 3, 'a'), still("FUSION_REFERENCE", 3, 'b')]})
        ),
        ["/inputs/1/position position_taken"]
    );
}

#[test]
fn the_open_platforms_omni_mode_takes_ten_references() {
    let inputs = |count: u32| -> Vec<Value> {
        let input = |at: u32| {
            let mut input = uploaded("image", "FUSION_CHARACTER", at, &format!("7{at}"));
            input["name"] = format!("n{at}").into();
            input
        };
        (0..count).map(input).collect()
    };
    let prompt: String = (0..11).map(|at| format!("@n{at} ")).collect();
    let case = |count, parameters: Value| {
        let members = json!({"prompt": prompt, "inputs": inputs(count), "parameters": parameters});
        told(&request("fusion", members), Api::OpenPlatform)
    };
    assert_eq!(case(7, json!({})), [""; 0]);
    assert_eq!(case(8, json!({})), ["/inputs/7 too_many_inputs"]);
    assert_eq!(case(10, json!({"reference_mode": "omni"})), [""; 0]);
    assert_eq!(case(11, json!({"reference_mode": "omni"})), ["/inputs/10 too_many_inputs"]);
}

#[test]
fn between_n_stills_there_are_n_minus_one_stretches() {
    let inputs: Vec<Value> = (0..3).map(|at| still("TRANSITION_INPUT", at, 'a')).collect();
    let request = request(
        "video_transition",
        json!({"prompt": "x", "inputs": inputs,
            "parameters": {"prompts": ["a"], "durations": [5, 11, "3"], "duration": 5}}),
    );
    assert_eq!(
        told(&request, Api::Library),
        [
            "/parameters/duration unknown_parameter",
            "/parameters/durations/1 out_of_range",
            "/parameters/durations/2 wrong_type",
            "/parameters/prompts wrong_count",
            "/parameters/durations wrong_count",
        ]
    );
}

#[test]
fn names_are_plain_unique_and_said_in_the_prompt() {
    let named = |at: u32, name: Value| {
        let mut input = still("FUSION_CHARACTER", at, 'a');
        input["name"] = name;
        input
    };
    let inputs = json!([
        named(0, "knight".into()),
        named(1, "knight".into()),
        named(2, "night sky".into()),
        named(3, "naïve".into()),
        named(4, "x".repeat(31).into()),
        named(5, Value::Null),
        still("FUSION_REFERENCE", 6, 'b'),
    ]);
    let request =
        request("fusion", json!({"prompt": "@knights and @knight meet under @night skys", "inputs": inputs}));
    assert_eq!(
        told(&request, Api::Library),
        [
            "/inputs/6/relation conflict",
            "/inputs/1/name name_taken",
            "/inputs/2/name name_not_in_prompt",
            "/inputs/3/name invalid_name",
            "/inputs/4/name invalid_name",
            "/inputs/5/name required",
        ]
    );
}

#[test]
fn speech_comes_from_one_place() {
    let case = |inputs: Value, parameters: Value| {
        told(&request("lip_sync", json!({"inputs": inputs, "parameters": parameters})), Api::OpenPlatform)
    };
    let video = made("SOURCE_VIDEO", 0, "71");
    let audio = uploaded("audio", "SOURCE_AUDIO", 0, "72");
    let both = json!({"lip_sync_tts_speaker_id": "7", "lip_sync_tts_content": "good evening"});
    assert_eq!(case(json!([video]), both.clone()), [""; 0]);
    assert_eq!(case(json!([video, audio]), json!({})), [""; 0]);
    assert_eq!(case(json!([video]), json!({})), ["/inputs required"]);
    assert_eq!(case(json!([video, audio]), both), ["/parameters/lip_sync_tts_content conflict"]);
}

#[test]
fn references_last_fifteen_seconds_together() {
    let long = |at: u32| {
        let mut input = clip("FUSION_REFERENCE", at);
        input["duration_s"] = json!(8.0);
        input
    };
    let inputs = json!([still("FUSION_REFERENCE", 0, 'a'), long(1), long(2)]);
    let request = request("fusion", json!({"prompt": "x", "model": "seedance-2.0-fast", "inputs": inputs}));
    assert_eq!(told(&request, Api::Library), ["/inputs too_long"]);
}

#[test]
fn an_endless_request_gets_a_short_answer() {
    let parameters: serde_json::Map<String, Value> =
        (0..5000).map(|at| (format!("{at}{}", "x".repeat(200)), Value::Null)).collect();
    let mut members = json!({"prompt": "x", "parameters": {"quality": "q".repeat(5000)}});
    let request_of = |members: &Value| request("text_to_video", members.clone());
    let violations = validate(&request_of(&members), Api::Library);
    assert!(violations[0].message.len() < 200, "{}", violations[0].message);
    // A parameter without a value is none.
    members["parameters"] = parameters.clone().into();
    assert_eq!(told(&request_of(&members), Api::Library), [""; 0]);
    members["parameters"] = parameters.into_iter().map(|(name, _)| (name, json!(1))).collect();
    let violations = validate(&request_of(&members), Api::Library);
    assert_eq!(violations.len(), 100);
    assert!(violations.iter().all(|one| one.pointer.chars().count() < 100 && one.message.len() < 300));
    let inputs: Vec<Value> = (0..5000).map(|at| still("SOURCE_IMAGE", at, 'a')).collect();
    let endless = request("image_to_video", json!({"prompt": "x", "inputs": inputs}));
    assert_eq!(told(&endless, Api::Library), ["/inputs too_many_inputs"]);
}

#[test]
fn an_avatar_is_a_still_with_a_sound_and_two_stills_are_none() {
    let asked = |inputs: Value, parameters: Value| {
        told(
            &request("image_to_video", json!({"inputs": inputs, "parameters": parameters})),
            Api::OpenPlatform,
        )
    };
    let still = || uploaded("image", "SOURCE_IMAGE", 0, "70");
    let speech = || uploaded("audio", "SOURCE_AUDIO", 1, "71");
    assert_eq!(asked(json!([still(), speech()]), json!({"quality": "1080p"})), Vec::<String>::new());
    assert_eq!(
        asked(json!([still(), speech()]), json!({"quality": "4k", "duration": 5})),
        ["/parameters/duration unknown_parameter", "/parameters/quality not_allowed"]
    );
    let two = request(
        "image_to_video",
        json!({"prompt": "x", "inputs": [still(), uploaded("image", "SOURCE_IMAGE", 1, "72")]}),
    );
    assert_eq!(told(&two, Api::OpenPlatform), ["/inputs/1 too_many_inputs"], "it is the row of one still");
}

#[test]
fn an_agent_is_named_by_its_id_and_told_what_to_do() {
    let asked = |members: Value| told(&request("video_agent", members), Api::OpenPlatform);
    assert_eq!(
        asked(json!({
            "model": "v6", "negative_prompt": "rain", "parameters": {"product_url": 7, "quality": "720p"},
            "inputs": [uploaded("image", "SOURCE_IMAGE", 0, "70"), uploaded("image", "REFERENCE_IMAGE", 1, "71")],
        })),
        [
            "/negative_prompt not_supported",
            "/model unknown_model",
            "/parameters/product_url wrong_type",
            "/parameters/quality unknown_parameter",
            "/parameters/agent_id required",
            "/inputs/0/relation relation_not_allowed",
            "/inputs/1 input_not_at_provider",
        ]
    );
    assert_eq!(
        asked(json!({"parameters": {"agent_id": "ad master"}})),
        ["/parameters/agent_id wrong_type", "/prompt required"]
    );
    let page = json!({"agent_id": 41, "product_url": "https://shop.example.com/cups"});
    assert_eq!(asked(json!({"parameters": page})), Vec::<String>::new(), "the page says what it is about");
    let many: Vec<Value> = (0..30)
        .map(|at| {
            kept(uploaded("image", "REFERENCE_IMAGE", at, &format!("7{at}")), &format!("upload/{at}.png"))
        })
        .collect();
    for model in [Value::Null, "pro".into(), "fast".into()] {
        let members =
            json!({"prompt": "x", "model": model, "parameters": {"agent_id": "41"}, "inputs": many});
        assert_eq!(asked(members), Vec::<String>::new(), "no document says how many are too many");
    }
}

#[test]
fn a_music_video_is_made_to_one_sound() {
    let asked = |members: Value| told(&request("music_video", members), Api::OpenPlatform);
    let sound = |at, id| uploaded("audio", "SOURCE_AUDIO", at, id);
    assert_eq!(asked(json!({"inputs": [sound(0, "70")]})), Vec::<String>::new());
    assert_eq!(
        asked(json!({
            "prompt": "x", "model": "v6", "parameters": {"quality": "4k", "aspect_ratio": "5:4", "duration": 5, "mv_agent_type": 1},
            "inputs": [sound(0, "70"), sound(1, "71"), made("SOURCE_VIDEO", 2, "72")],
        })),
        [
            "/prompt not_supported",
            "/model not_supported",
            "/parameters/aspect_ratio not_allowed",
            "/parameters/duration unknown_parameter",
            "/parameters/mv_agent_type wrong_type",
            "/parameters/quality not_allowed",
            "/inputs/2/relation relation_not_allowed",
            "/inputs/1 too_many_inputs",
        ]
    );
    let still = uploaded("image", "REFERENCE_IMAGE", 0, "73");
    assert_eq!(asked(json!({"inputs": [still]})), ["/inputs too_few_inputs"]);
}
