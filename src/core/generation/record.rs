//! The request record: what was asked for, as a payload of the feed `generation`. It is written when the provider names
//! the id of an output, one record an output, and read here like any provider's payload, so that lineage from recorded
//! inputs needs no road of its own. A provider's answers about the same output are left to its extractor.

use serde_json::{Map, Value};

use crate::core::alias::Alias;
use crate::core::facts::{Context, Facts, Segment, SourceEntry, Warning};
use crate::core::generation::request::{GenerationRequest, Input};
use crate::core::media::{Api, Making, MediaType, Operation, Status};
use crate::core::paths::Trail;

/// The member by which a record is told from a provider's payload. A listing that shows it is not the provider's.
pub const MARK: &str = "driftline_generation";

/// Writes the record of one output: `asset_id` is the provider's id of it, `output` its place among the outputs.
#[must_use]
pub fn write_record(generation: &str, output: u32, asset_id: &str, request: &GenerationRequest) -> String {
    let mut record = request.to_json();
    if let Some(members) = record.as_object_mut() {
        members.insert(MARK.to_owned(), generation.into());
        members.insert("output".to_owned(), output.into());
        members.insert("asset_id".to_owned(), asset_id.into());
    }
    record.to_string()
}

/// Whether a payload is a request record.
#[must_use]
pub fn is_record(payload: &Map<String, Value>) -> bool {
    payload.contains_key(MARK)
}

/// Reads a record. Whatever is odd about one is a warning: only Driftline writes them. `extractor_version` is that of
/// the provider's extractor, so that stored rows have one version to compare; `settings` are the names that it keeps,
/// so that a request and a row of the same clip speak of the same things.
#[must_use]
pub fn read_record(
    (provider_id, extractor_version, settings): (&str, u32, &[&str]),
    context: Context,
    record: &Map<String, Value>,
    trail: &mut Trail,
) -> Facts {
    let text = |name: &str| record.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
    let mut warnings = Vec::new();
    let mut warn = |code: &str, path: String| warnings.push(Warning { code: code.to_owned(), path });
    let api = context.api.unwrap_or(Api::Library);
    let media_type =
        text("media_type").and_then(|word| MediaType::parse(&word)).unwrap_or(context.media_type);
    let asset_id = text("asset_id").filter(|id| !id.is_empty());
    if asset_id.is_none() {
        warn("no_identity", "$.asset_id".to_owned());
    }
    let mut parents = Vec::new();
    for (place, input) in record.get("inputs").and_then(Value::as_array).into_iter().flatten().enumerate() {
        match Input::from_json(input) {
            Some(input) => parents.push(source_of(input)),
            None => warn("unreadable_source", format!("$.inputs[{place}]")),
        }
    }
    let parameters = record.get("parameters").and_then(Value::as_object).cloned().unwrap_or_default();
    let operation = text("operation").and_then(|word| Operation::parse(&word));
    let prompt = text("prompt");
    let aliases = asset_id.iter().map(|id| Alias::id(provider_id, api, media_type, Making::Created, id));
    let facts = Facts {
        aliases: aliases.collect(),
        asset_id,
        media_type,
        api,
        making: Making::Created,
        operation,
        create_mode: None,
        status: Status::Processing,
        status_code: None,
        media_url: None,
        thumbnail_url: None,
        preview_url: None,
        width: None,
        height: None,
        duration_s: None,
        model: text("model"),
        seed: parameters.get("seed").and_then(scalar),
        created_ms: None,
        name: None,
        provider_account: None,
        parents,
        segments: segments(operation, prompt.as_ref(), &parameters),
        prompts: prompt.into_iter().collect(),
        negative_prompt: text("negative_prompt"),
        settings: parameters
            .iter()
            .filter(|(name, _)| settings.contains(&name.as_str()))
            .filter_map(|(name, value)| Some((name.clone(), scalar(value)?)))
            .collect(),
        warnings,
        extractor_version,
        generation_id: text(MARK),
    };
    if trail.is_kept() {
        note_paths(&facts, record, trail);
    }
    facts
}

/// Says where each part stands: a record is written by us, and every part has one place.
fn note_paths(facts: &Facts, record: &Map<String, Value>, trail: &mut Trail) {
    for (part, is_said, path) in [
        ("asset_id", facts.asset_id.is_some(), "$.asset_id"),
        ("media_type", record.contains_key("media_type"), "$.media_type"),
        ("operation", facts.operation.is_some(), "$.operation"),
        ("model", facts.model.is_some(), "$.model"),
        ("seed", facts.seed.is_some(), "$.parameters.seed"),
        ("prompts", !facts.prompts.is_empty(), "$.prompt"),
        ("negative_prompt", facts.negative_prompt.is_some(), "$.negative_prompt"),
        ("generation_id", facts.generation_id.is_some(), "$.driftline_generation"),
    ] {
        if is_said {
            trail.note(format_args!("{part}"), path);
        }
    }
    for alias in &facts.aliases {
        trail.note(format_args!("aliases[{alias}]"), "$.asset_id");
    }
    for (name, _) in &facts.settings {
        trail.note(format_args!("settings.{name}"), &format!("$.parameters.{name}"));
    }
    note_segments(facts, record, trail);
    note_inputs(record, trail);
}

fn note_segments(facts: &Facts, record: &Map<String, Value>, trail: &mut Trail) {
    let has = |list: &str| {
        record.get("parameters").and_then(|all| all.get(list)?.as_array()).is_some_and(|all| !all.is_empty())
    };
    let are_listed = has("prompts") || has("durations");
    for (at, segment) in facts.segments.iter().enumerate() {
        let place = |list: &str, own: &str| {
            if are_listed { format!("$.parameters.{list}[{at}]") } else { own.to_owned() }
        };
        if segment.prompt.is_some() {
            trail.note(format_args!("segments[{at}].prompt"), &place("prompts", "$.prompt"));
        }
        if segment.duration_s.is_some() {
            trail.note(
                format_args!("segments[{at}].duration_s"),
                &place("durations", "$.parameters.duration"),
            );
        }
    }
}

fn note_inputs(record: &Map<String, Value>, trail: &mut Trail) {
    let inputs = record.get("inputs").and_then(Value::as_array).into_iter().flatten().enumerate();
    let readable = inputs.filter_map(|(at, input)| Some((at, Input::from_json(input)?)));
    for (place, (at, input)) in readable.enumerate() {
        let members = [
            ("url", input.url.is_some()),
            ("id", input.id.is_some()),
            ("name", input.name.is_some()),
            ("relation", true),
            ("aliases", true),
        ];
        for (member, _) in members.iter().filter(|(_, is_said)| *is_said) {
            trail.note(format_args!("parents[{place}].{member}"), &format!("$.inputs[{at}].{member}"));
        }
    }
}

fn source_of(input: Input) -> SourceEntry {
    SourceEntry {
        media_type: input.media_type,
        url: input.url,
        id: input.id,
        uuid: None,
        relation: input.relation,
        position: input.position,
        anchor: input.anchor,
        name: input.name,
        aliases: input.aliases,
    }
}

/// A transition: one prompt and one duration between each two stills. Between two of them, the request's own.
fn segments(
    operation: Option<Operation>,
    prompt: Option<&String>,
    parameters: &Map<String, Value>,
) -> Vec<Segment> {
    if operation != Some(Operation::VideoTransition) {
        return Vec::new();
    }
    let list = |name: &str| parameters.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let (prompts, durations) = (list("prompts"), list("durations"));
    if prompts.is_empty() && durations.is_empty() {
        let duration_s = parameters.get("duration").and_then(Value::as_f64);
        return vec![Segment { prompt: prompt.cloned(), duration_s }];
    }
    (0..prompts.len().max(durations.len()))
        .map(|place| Segment {
            prompt: prompts.get(place).and_then(Value::as_str).map(ToOwned::to_owned),
            duration_s: durations.get(place).and_then(Value::as_f64),
        })
        .collect()
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) => Some(value.to_string()),
        // As providers write their switches.
        Value::Bool(is_on) => Some(u8::from(*is_on).to_string()),
        _ => None,
    }
}

/// The columns by which a record is read the same way again.
#[must_use]
pub const fn context_of(api: Api, media_type: MediaType) -> Context {
    Context { media_type, api: Some(api), making: Some(Making::Created) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::core::media::Relation;
    use crate::core::providers::extract_in;

    fn request() -> GenerationRequest {
        let input = json!({"media_type": "image", "relation": "SOURCE_IMAGE", "position": 0, "url": "https://media.pixverse.ai/upload/a.png",
            "aliases": ["id:pixverse:library:image:uploaded:7", "key:pixverse:upload/a.png"]});
        GenerationRequest {
            operation: Operation::ImageToVideo,
            media_type: MediaType::Video,
            prompt: Some("she turns".into()),
            negative_prompt: None,
            model: Some("v6".into()),
            parameters: Map::from_iter([
                ("quality".into(), json!("720p")),
                ("multi_shot".into(), json!(true)),
                ("count".into(), json!(2)),
                ("seed".into(), json!(5)),
            ]),
            inputs: vec![Input::from_json(&input).unwrap()],
        }
    }

    #[test]
    fn a_record_says_what_was_asked_for() {
        let record = write_record("gen_1", 0, "98765432109876543210", &request());
        let context = context_of(Api::Library, MediaType::Video);
        let facts = extract_in("pixverse", context, &record).unwrap();
        assert_eq!(facts.root().unwrap().text(), "id:pixverse:library:video:created:98765432109876543210");
        assert_eq!(facts.operation, Some(Operation::ImageToVideo));
        assert_eq!(facts.status, Status::Processing);
        assert_eq!(facts.generation_id.as_deref(), Some("gen_1"));
        assert_eq!(facts.settings, [("multi_shot".into(), "1".into()), ("quality".into(), "720p".into())]);
        assert_eq!((facts.seed.as_deref(), facts.segments.len()), (Some("5"), 0));
        assert_eq!(facts.parents.len(), 1);
        assert_eq!(facts.parents[0].relation, Relation::SourceImage);
        assert_eq!(facts.parents[0].aliases[0].text(), "id:pixverse:library:image:uploaded:7");
        assert!(facts.warnings.is_empty());
    }

    #[test]
    fn a_transition_of_two_stills_is_one_segment() {
        let mut asked = request();
        asked.operation = Operation::VideoTransition;
        asked.parameters.insert("duration".into(), json!(5));
        let record = write_record("gen_1", 0, "1", &asked);
        let facts = extract_in("pixverse", context_of(Api::Library, MediaType::Video), &record).unwrap();
        let segment = Segment { prompt: Some("she turns".into()), duration_s: Some(5.0) };
        assert_eq!(facts.segments, [segment]);
    }

    #[test]
    fn a_broken_record_warns_and_is_read_all_the_same() {
        let context = context_of(Api::Library, MediaType::Video);
        let facts =
            extract_in("pixverse", context, r#"{"driftline_generation":"gen_1","inputs":[{}]}"#).unwrap();
        let codes: Vec<_> = facts.warnings.iter().map(|warning| warning.code.as_str()).collect();
        assert_eq!(codes, ["no_identity", "unreadable_source"]);
        assert_eq!(facts.root(), None);
    }
}
