//! What is sent comes back in the library's row, and the extractor reads out of it what the request's own record says:
//! the same operation, and the same sources in the same order. Where the two differed, every clip would be a finding.

use driftline::core::facts::Facts;
use driftline::core::generation::record::{context_of, write_record};
use driftline::core::generation::request::GenerationRequest;
use driftline::core::media::{Api, MediaType, Operation};
use driftline::core::providers::extract_in;
use driftline::core::providers::pixverse::create::{Prepared, accept, create_call};
use serde_json::{Map, Value, json};

use super::sample::{access, keys, library, open_platform};

const fn create_mode(operation: Operation) -> &'static str {
    match operation {
        Operation::VideoTransition => "transition",
        Operation::VideoExtend => "extend",
        Operation::Fusion => "fusion",
        Operation::VideoModify => "modify",
        Operation::MotionControl => "motion_control",
        Operation::VideoUpscale => "upscale",
        Operation::TextToImage | Operation::ImageToImage => "create_image",
        _ => "image_text",
    }
}

/// The row that the library shows of a request: its sources nested, the id of a source clip beside them.
fn row_of(request: &GenerationRequest) -> String {
    let api = Api::Library;
    let call = create_call(request, api, &access(api), &keys(), &Prepared::default()).unwrap();
    let mut body: Map<String, Value> = serde_json::from_str(&call.body.unwrap()).unwrap();
    let source = body.remove("original_video_id");
    let nested = ["customer_", "fusion_", "prompts", "durations"];
    body.retain(|name, _| nested.iter().any(|prefix| name.starts_with(prefix)));
    let is_still = request.media_type == MediaType::Image;
    let (id, status) = if is_still { ("image_id", "image_status") } else { ("video_id", "video_status") };
    json!({
        id: 71, status: 5, "create_mode": create_mode(request.operation), "prompt": request.prompt,
        "model": request.model, "original_video_id": source, "customer_paths": body,
    })
    .to_string()
}

/// Operation, words and sources. A row names a clip by id and key, a record by all that is known of it: that both name
/// the same is said by an alias that they share.
fn told(facts: &Facts) -> Vec<String> {
    let mut told = vec![format!("{:?} {:?} {:?}", facts.operation, facts.prompts, facts.model)];
    told.extend(facts.parents.iter().map(|source| {
        format!(
            "{} {} {} {:?} {:?}",
            source.position, source.media_type, source.relation, source.anchor, source.name
        )
    }));
    told
}

#[test]
fn a_row_of_the_library_says_what_the_record_says() {
    for (name, request) in library() {
        let request = accept(&request, Api::Library);
        let context = context_of(Api::Library, request.media_type);
        let listed = extract_in("pixverse", context, &row_of(&request)).unwrap();
        let record = extract_in("pixverse", context, &write_record("gen_1", 0, "71", &request)).unwrap();
        assert_eq!(told(&listed), told(&record), "{name}");
        assert_eq!(listed.root(), record.root(), "{name}");
        for (listed, recorded) in listed.parents.iter().zip(&record.parents) {
            let is_shared = listed.aliases.iter().any(|alias| recorded.aliases.contains(alias));
            assert!(is_shared, "{name}: {:?} and {:?}", listed.aliases, recorded.aliases);
        }
    }
}

/// The open platform's results name no sources, and none says what was done: the record alone does.
#[test]
fn a_record_of_the_open_platform_says_what_was_asked_for() {
    let api = Api::OpenPlatform;
    for (name, request) in open_platform() {
        let request = accept(&request, api);
        let context = context_of(api, request.media_type);
        let record = extract_in("pixverse", context, &write_record("gen_1", 0, "71", &request)).unwrap();
        assert_eq!((record.operation, &record.model), (Some(request.operation), &request.model), "{name}");
        assert_eq!(record.parents.len(), request.inputs.len(), "{name}");
        for (place, (source, input)) in (0..).zip(record.parents.iter().zip(&request.inputs)) {
            let told = (source.position, source.media_type, source.relation, &source.aliases);
            assert_eq!(told, (place, input.media_type, input.relation, &input.aliases), "{name}");
        }
        assert_eq!(record.warnings, [], "{name}");
    }
}
