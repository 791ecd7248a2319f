//! How inputs are written into a body: by object key for the library, by id for the open platform. Whether they are the
//! right ones is left to `slot_rules`.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::body::{Body, number_of, put, seconds_of};
use super::call::Keys;
use super::inputs::{path_of, url_of};
use super::prepare::made_id;
use super::table::Form;
use crate::core::generation::request::{GenerationRequest, Input};
use crate::core::media::Relation;
use crate::core::media_url::{absolute, object_key};

/// Writes the inputs of one slot, which are in order.
pub fn write(form: Form, inputs: &[&Input], request: &GenerationRequest, keys: &Keys, body: &mut Body) {
    let Some((first, rest)) = inputs.split_first() else { return };
    match form {
        Form::Path(member) => put(body, member, path(first)),
        Form::Paths(member) => put(body, member, paths(inputs)),
        Form::TwoStills => two_stills(inputs, request, body),
        Form::Cast => cast(inputs, keys, body),
        Form::Clips => clips(inputs, body),
        Form::Clip => clip(first, body),
        Form::ClipKey => clip_key(first, body),
        Form::Id(member) => put(body, member, id(first)),
        Form::Ids(member) => put(body, member, inputs.iter().map(|input| id(input)).collect::<Vec<_>>()),
        Form::Ends => {
            put(body, "first_frame_img", id(first));
            put(body, "last_frame_img", rest.last().map_or(Value::Null, |last| id(last)));
        }
        Form::Stretches => put(body, "multi_transition", stretches(inputs, request)),
        Form::References => put(body, "image_references", references(inputs)),
        Form::IdEntries(list, member) => put(body, list, entries(inputs, member, id)),
        Form::UrlEntries(list, member) => put(body, list, entries(inputs, member, url)),
        Form::ClipId if first.uploaded => put(body, "video_media_id", id(first)),
        Form::ClipId | Form::MadeClipId => put(body, "source_video_id", id(first)),
    }
}

fn path(input: &Input) -> Value {
    path_of(input).map_or(Value::Null, Value::String)
}

fn paths(inputs: &[&Input]) -> Vec<Value> {
    inputs.iter().map(|input| path(input)).collect()
}

fn id(input: &Input) -> Value {
    input.id.as_deref().map_or(Value::Null, number_of)
}

/// Where the provider itself keeps the file, as far as it said so.
fn url(input: &Input) -> Value {
    let kept = path_of(input).and_then(|path| absolute(&path));
    kept.or_else(|| url_of(input)).map_or(Value::Null, Value::String)
}

fn entries(inputs: &[&Input], member: &str, value: fn(&Input) -> Value) -> Vec<Value> {
    inputs.iter().map(|input| json!({ member: value(input) })).collect()
}

/// The prompt and the length of the one stretch stand in lists of one, and beside them again.
fn two_stills(inputs: &[&Input], request: &GenerationRequest, body: &mut Body) {
    put(body, "customer_img_paths", paths(inputs));
    put(body, "prompts", json!([request.prompt]));
    if let Some(duration) = request.parameters.get("duration") {
        put(body, "durations", json!([duration]));
    }
}

/// Stills without roles go by position alone; with roles, each has a name and an id that only this body knows.
fn cast(inputs: &[&Input], keys: &Keys, body: &mut Body) {
    put(body, "customer_img_paths", paths(inputs));
    if inputs.iter().all(|input| input.relation == Relation::FusionReference) {
        return;
    }
    let list = |value: fn(&Input) -> Value| inputs.iter().map(|input| value(input)).collect::<Vec<_>>();
    put(body, "fusion_name_list", list(|input| json!(input.name)));
    put(body, "fusion_type_list", list(role));
    let ids = (0..inputs.len()).map(|place| number_of(&made_up_id(keys, place)));
    put(body, "fusion_id_list", ids.collect::<Vec<_>>());
}

fn role(input: &Input) -> Value {
    if input.relation == Relation::FusionBackground { json!("background") } else { json!("subject") }
}

/// Fifteen digits, the same whenever the same request is sent.
fn made_up_id(keys: &Keys, place: usize) -> String {
    let digest = Sha256::digest(format!("{}/{place}", keys.idempotency_key));
    let number = digest.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    (100_000_000_000_000 + number % 900_000_000_000_000).to_string()
}

fn clips(inputs: &[&Input], body: &mut Body) {
    put(body, "customer_video_paths", paths(inputs));
    let frames: Option<Vec<String>> = inputs.iter().map(|input| first_frame_path(input)).collect();
    if let Some(frames) = frames {
        put(body, "customer_video_frame_paths", frames);
    }
}

/// Everything that is known of the clip. Its last frame is not: what the provider's own client sends as such is often
/// the first one, so it is asked for before the request.
fn clip(input: &Input, body: &mut Body) {
    clip_key(input, body);
    if let Some(url) = url_of(input) {
        put(body, "customer_video_url", url);
    }
    if let Some(seconds) = input.duration_s {
        put(body, "customer_video_duration", seconds_of(seconds));
    }
    if let Some(url) = input.first_frame_url.as_deref().and_then(absolute) {
        put(body, "customer_video_first_frame_url", url);
    }
    if let Some(path) = first_frame_path(input) {
        put(body, "customer_video_first_frame_path", path);
    }
}

fn clip_key(input: &Input, body: &mut Body) {
    if let Some(id) = made_id(input) {
        put(body, "original_video_id", number_of(id));
    }
    put(body, "customer_video_path", path(input));
}

fn first_frame_path(input: &Input) -> Option<String> {
    let key = object_key(input.first_frame_url.as_deref()?)?;
    key.strip_prefix("pixverse:").map(ToOwned::to_owned)
}

/// Every still with the length of the stretch that follows it; the last one has none.
fn stretches(inputs: &[&Input], request: &GenerationRequest) -> Vec<Value> {
    let of_list = |name: &str, place: usize| {
        request.parameters.get(name).and_then(Value::as_array).and_then(|list| list.get(place)).cloned()
    };
    let still = |(place, input): (usize, &&Input)| {
        let mut entry = Body::new();
        put(&mut entry, "img_id", id(input));
        if let Some(duration) = of_list("durations", place) {
            put(&mut entry, "duration", duration);
        }
        if let Some(prompt) = of_list("prompts", place) {
            put(&mut entry, "prompt", prompt);
        }
        Value::Object(entry)
    };
    inputs.iter().enumerate().map(still).collect()
}

fn references(inputs: &[&Input]) -> Vec<Value> {
    let reference =
        |input: &&Input| json!({"type": role(input), "img_id": id(input), "ref_name": input.name});
    inputs.iter().map(reference).collect()
}
