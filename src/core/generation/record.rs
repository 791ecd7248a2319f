//! The request record: what was asked for, as a payload of the feed `generation`. It is written when the provider names
//! the id of an output, one record an output, and read here like any provider's payload, so that lineage from recorded
//! inputs needs no road of its own. A provider's answers about the same output are left to its extractor.

use serde_json::{Map, Value};

use crate::core::alias::Alias;
use crate::core::facts::{Context, Facts, Segment, SourceEntry, Warning};
use crate::core::generation::request::{GenerationRequest, Input};
use crate::core::media::{Api, Making, MediaType, Operation, Status};

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
/// the provider's extractor, so that stored rows have one version to compare.
#[must_use]
pub fn read_record(
    provider_id: &str,
    extractor_version: u32,
    context: Context,
    record: &Map<String, Value>,
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
    let aliases = asset_id.iter().map(|id| Alias::id(provider_id, api, media_type, Making::Created, id));
    Facts {
        aliases: aliases.collect(),
        asset_id,
        media_type,
        api,
        making: Making::Created,
        operation: text("operation").and_then(|word| Operation::parse(&word)),
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
        prompts: text("prompt").into_iter().collect(),
        negative_prompt: text("negative_prompt"),
        segments: segments(&parameters),
        settings: parameters
            .iter()
            .filter_map(|(name, value)| Some((name.clone(), scalar(value)?)))
            .collect(),
        warnings,
        extractor_version,
        generation_id: text(MARK),
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

/// A transition of several stills: one prompt and one duration between each two.
fn segments(parameters: &Map<String, Value>) -> Vec<Segment> {
    let list = |name: &str| parameters.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let (prompts, durations) = (list("prompts"), list("durations"));
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
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
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
            parameters: Map::from_iter([("quality".into(), json!("720p")), ("seed".into(), json!(5))]),
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
        assert_eq!(facts.settings, [("quality".into(), "720p".into()), ("seed".into(), "5".into())]);
        assert_eq!(facts.parents.len(), 1);
        assert_eq!(facts.parents[0].relation, Relation::SourceImage);
        assert_eq!(facts.parents[0].aliases[0].text(), "id:pixverse:library:image:uploaded:7");
        assert!(facts.warnings.is_empty());
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
