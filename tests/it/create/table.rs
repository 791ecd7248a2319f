//! The table of operations as users see it, and that it agrees with itself.

use std::collections::BTreeSet;

use driftline::core::generation::request::Input;
use driftline::core::media::{Api, MediaType, Operation};
use driftline::core::providers::pixverse::create::{accept, media_type_of, operations, validate};
use serde_json::{Value, json};

use super::sample::{library, open_platform, request};

fn texts<'a>(value: &'a Value, name: &str) -> Vec<&'a str> {
    value[name].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

#[test]
fn every_operation_is_described() {
    let told = |api| {
        let operations = operations(api);
        let entries = operations.as_array().unwrap().iter();
        entries.map(|entry| entry["operation"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>()
    };
    let both = [
        "text_to_video",
        "image_to_video",
        "video_transition",
        "video_extend",
        "fusion",
        "video_modify",
        "motion_control",
        "video_upscale",
    ];
    for operation in both {
        assert!(
            told(Api::Library).contains(operation) && told(Api::OpenPlatform).contains(operation),
            "{operation}"
        );
    }
    for operation in ["text_to_image", "image_to_image"] {
        assert!(told(Api::Library).contains(operation));
    }
    for operation in
        ["lip_sync", "sound_effect", "restyle", "video_replace", "template", "video_agent", "music_video"]
    {
        assert!(told(Api::OpenPlatform).contains(operation));
    }
    assert_eq!(media_type_of(Operation::TextToImage, Api::Library), Some(MediaType::Image));
    assert_eq!(media_type_of(Operation::TextToImage, Api::OpenPlatform), None);
}

#[test]
fn a_description_says_what_a_form_needs() {
    let operations = operations(Api::Library);
    let entry =
        operations.as_array().unwrap().iter().find(|entry| entry["operation"] == "video_upscale").unwrap();
    assert_eq!(
        *entry,
        json!({
            "operation": "video_upscale", "media_type": "video", "prompt": null, "negative_prompt": false,
            "default_model": null, "models": [],
            "parameters": [
                {"name": "quality", "type": "word", "required": false, "default": "2160p",
                    "values": ["1080p", "1440p", "2160p"]},
                {"name": "off_peak", "type": "boolean", "required": false},
            ],
            "inputs": [{"relations": ["SOURCE_VIDEO"], "media_type": "video", "least": 1, "most": 1, "named": false}],
        })
    );
}

#[test]
fn what_a_row_names_it_has() {
    for api in [Api::Library, Api::OpenPlatform] {
        for entry in operations(api).as_array().unwrap() {
            let name = &entry["operation"];
            let models: BTreeSet<&str> = entry["models"]
                .as_array()
                .unwrap()
                .iter()
                .map(|model| model["id"].as_str().unwrap())
                .collect();
            assert_eq!(models.len(), entry["models"].as_array().unwrap().len(), "{name}: a model twice");
            let parameters = entry["parameters"].as_array().unwrap();
            let names: BTreeSet<&str> = parameters.iter().map(|one| one["name"].as_str().unwrap()).collect();
            assert_eq!(names.len(), parameters.len(), "{name}: a parameter twice");
            for part in parameters.iter().chain(entry["inputs"].as_array().unwrap()) {
                for model in texts(part, "models").into_iter().chain(texts(part, "default_models")) {
                    assert!(models.contains(model), "{name}: {part} names a model that it does not have");
                }
                let of_model = part.get("of_model").is_some();
                assert!(!of_model || !models.is_empty(), "{name}: {part} depends on a model");
            }
        }
    }
}

/// With every model of its row a request that leaves everything out is made complete, and fits.
#[test]
fn defaults_fit_every_model() {
    let mut tried = 0;
    for (api, cases) in [(Api::Library, library()), (Api::OpenPlatform, open_platform())] {
        for (name, request) in cases.into_iter().filter(|(_, request)| request.model.is_none()) {
            for entry in operations(api).as_array().unwrap() {
                let has_place = |one: &Input| {
                    let mut places = entry["inputs"].as_array().unwrap().iter();
                    places.any(|place| place["media_type"] == one.media_type.as_str())
                };
                // Of several rows for one operation the one with a place for each input answers.
                let is_asked = entry["operation"] == request.operation.as_str()
                    && entry["media_type"] == request.media_type.as_str()
                    && request.inputs.iter().all(has_place);
                for model in entry["models"].as_array().unwrap().iter().filter(|_| is_asked) {
                    let mut asked = request.clone();
                    asked.model = model["id"].as_str().map(ToOwned::to_owned);
                    let about_model = ["unknown_model", "not_with_model", "too_many_inputs"];
                    let wrong = validate(&asked, api);
                    let wrong: Vec<_> = wrong.iter().filter(|one| !about_model.contains(&one.code)).collect();
                    assert_eq!(wrong, Vec::<&_>::new(), "{api} {name} with {model}");
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 100, "{tried} models were tried");
}

#[test]
fn what_stands_in_is_part_of_the_request() {
    let asked = request("text_to_video", json!({"prompt": "x", "negative_prompt": " "}));
    let accepted = accept(&asked, Api::Library);
    assert_eq!(accepted.model.as_deref(), Some("v6"));
    assert_eq!(accepted.negative_prompt, None);
    assert_eq!(
        Value::Object(accepted.parameters),
        json!({"duration": 5, "quality": "720p", "aspect_ratio": "16:9", "count": 1, "audio": true, "multi_shot": true})
    );
    let sora = request("text_to_video", json!({"prompt": "x", "model": "sora-2"}));
    assert_eq!(
        Value::Object(accept(&sora, Api::Library).parameters),
        json!({"duration": 8, "quality": "720p", "aspect_ratio": "16:9", "count": 1})
    );
}

#[test]
fn an_extension_keeps_its_sources_quality() {
    let (_, request) = library().into_iter().find(|(name, _)| *name == "extend").unwrap();
    assert_eq!(accept(&request, Api::Library).parameters["quality"], "540p");
}

#[test]
fn inputs_stand_in_the_order_in_which_the_extractor_counts_them() {
    let order = |wanted: &str| {
        let (_, request) = library().into_iter().find(|(name, _)| *name == wanted).unwrap();
        let inputs = accept(&request, Api::Library).inputs;
        let told = inputs.iter().map(|input| {
            let anchor = input.anchor.map(|anchor| format!(" {anchor}")).unwrap_or_default();
            format!("{} {}{anchor}", input.position, input.relation)
        });
        told.collect::<Vec<_>>()
    };
    assert_eq!(order("modify"), ["0 SOURCE_VIDEO", "1 REFERENCE_IMAGE", "2 REFERENCE_IMAGE"]);
    assert_eq!(
        order("fusion-with-clip-and-sound"),
        ["0 FUSION_REFERENCE", "1 FUSION_REFERENCE", "2 SOURCE_AUDIO"]
    );
    assert_eq!(
        order("transition-of-three"),
        ["0 TRANSITION_INPUT first", "1 TRANSITION_INPUT", "2 TRANSITION_INPUT last"]
    );
}

/// Of the agents only some have a choice of models, and none says how many references it takes.
#[test]
fn what_no_document_says_stands_nowhere() {
    let operations = operations(Api::OpenPlatform);
    let entry =
        operations.as_array().unwrap().iter().find(|entry| entry["operation"] == "video_agent").unwrap();
    let model = |id| json!({"id": id, "prompt_characters": 5000, "references": null});
    assert_eq!(
        (&entry["default_model"], &entry["models"]),
        (&Value::Null, &json!([model("pro"), model("fast")]))
    );
    for place in entry["inputs"].as_array().unwrap() {
        assert_eq!((&place["least"], &place["most"]), (&json!(0), &Value::Null));
    }
    let asked = request("video_agent", json!({"prompt": "x", "parameters": {"agent_id": 41}}));
    let accepted = accept(&asked, Api::OpenPlatform);
    assert_eq!((accepted.model, Value::Object(accepted.parameters)), (None, json!({"agent_id": "41"})));
}
