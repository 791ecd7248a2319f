//! What was asked for, as it was accepted: the operation, its words, its inputs with every identity that is known of
//! them. Whether a provider takes it is left to the provider's own folder.

use serde_json::{Map, Value, json};

use crate::core::alias::Alias;
use crate::core::media::{Anchor, MediaType, Operation, Relation};

/// An accepted request.
#[derive(Clone, Debug, PartialEq)]
pub struct GenerationRequest {
    /// What is to be done.
    pub operation: Operation,
    /// What will come out.
    pub media_type: MediaType,
    /// The prompt.
    pub prompt: Option<String>,
    /// What is to be avoided.
    pub negative_prompt: Option<String>,
    /// The model's name at the provider.
    pub model: Option<String>,
    /// Everything else, by our own names (`quality`, `duration`, `seed`, `count`, …).
    pub parameters: Map<String, Value>,
    /// The sources, by position.
    pub inputs: Vec<Input>,
}

/// One source of a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// What kind of file it is.
    pub media_type: MediaType,
    /// How it goes in.
    pub relation: Relation,
    /// Its slot, counted from 0.
    pub position: u32,
    /// Which end of the result it is tied to.
    pub anchor: Option<Anchor>,
    /// The name by which the prompt refers to it.
    pub name: Option<String>,
    /// Where the file is; absolute.
    pub url: Option<String>,
    /// Its object key at the provider, without the namespace.
    pub path: Option<String>,
    /// The provider's id of it, in the interface that is asked.
    pub id: Option<String>,
    /// Whether it was uploaded rather than made by the provider.
    pub uploaded: bool,
    /// Seconds.
    pub duration_s: Option<f64>,
    /// Pixels.
    pub width: Option<u32>,
    /// Pixels.
    pub height: Option<u32>,
    /// The provider's word for its resolution, such as `720p`.
    pub quality: Option<String>,
    /// A still of it.
    pub first_frame_url: Option<String>,
    /// Our own id of it, as it was asked for.
    pub asset_id: Option<String>,
    /// Every identity, strongest first, its asset's root among them. Never empty.
    pub aliases: Vec<Alias>,
}

impl GenerationRequest {
    /// The request as JSON, as it is stored.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "operation": self.operation.as_str(),
            "media_type": self.media_type.as_str(),
            "prompt": self.prompt,
            "negative_prompt": self.negative_prompt,
            "model": self.model,
            "parameters": self.parameters,
            "inputs": self.inputs.iter().map(Input::to_json).collect::<Vec<_>>(),
        })
    }

    /// Reads what [`Self::to_json`] wrote; `None` when it is something else.
    #[must_use]
    pub fn from_json(value: &Value) -> Option<Self> {
        let inputs = value.get("inputs").and_then(Value::as_array)?;
        Some(Self {
            operation: Operation::parse(text(value, "operation")?.as_str())?,
            media_type: MediaType::parse(text(value, "media_type")?.as_str())?,
            prompt: text(value, "prompt"),
            negative_prompt: text(value, "negative_prompt"),
            model: text(value, "model"),
            parameters: value.get("parameters").and_then(Value::as_object).cloned().unwrap_or_default(),
            inputs: inputs.iter().map(Input::from_json).collect::<Option<_>>()?,
        })
    }
}

impl Input {
    /// The input as JSON. In a request record, too: what the record's reader does not know does no harm there.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "media_type": self.media_type.as_str(),
            "relation": self.relation.as_str(),
            "position": self.position,
            "anchor": self.anchor.map(Anchor::as_str),
            "name": self.name,
            "url": self.url,
            "path": self.path,
            "id": self.id,
            "uploaded": self.uploaded,
            "duration_s": self.duration_s,
            "width": self.width,
            "height": self.height,
            "quality": self.quality,
            "first_frame_url": self.first_frame_url,
            "asset_id": self.asset_id,
            "aliases": self.aliases.iter().map(Alias::text).collect::<Vec<_>>(),
        })
    }

    /// Reads what [`Self::to_json`] wrote; `None` when it is something else.
    #[must_use]
    pub fn from_json(value: &Value) -> Option<Self> {
        Some(Self {
            media_type: MediaType::parse(text(value, "media_type")?.as_str())?,
            relation: Relation::parse(text(value, "relation")?.as_str())?,
            position: number(value, "position")?,
            anchor: text(value, "anchor").and_then(|word| Anchor::parse(&word)),
            name: text(value, "name"),
            url: text(value, "url"),
            path: text(value, "path"),
            id: text(value, "id"),
            uploaded: value.get("uploaded").and_then(Value::as_bool).unwrap_or(false),
            duration_s: value.get("duration_s").and_then(Value::as_f64),
            width: number(value, "width"),
            height: number(value, "height"),
            quality: text(value, "quality"),
            first_frame_url: text(value, "first_frame_url"),
            asset_id: text(value, "asset_id"),
            aliases: aliases(value)?,
        })
    }
}

fn aliases(value: &Value) -> Option<Vec<Alias>> {
    let aliases: Option<Vec<Alias>> =
        value.get("aliases")?.as_array()?.iter().map(|alias| Alias::parse(alias.as_str()?)).collect();
    aliases.filter(|aliases| !aliases.is_empty())
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name)?.as_str().map(ToOwned::to_owned)
}

fn number(value: &Value, name: &str) -> Option<u32> {
    u32::try_from(value.get(name)?.as_u64()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_reads_back_as_it_was_written() {
        let input = Input {
            media_type: MediaType::Image,
            relation: Relation::TransitionInput,
            position: 1,
            anchor: Some(Anchor::Last),
            name: Some("dusk".into()),
            url: Some("https://media.pixverse.ai/upload/a.png".into()),
            path: Some("upload/a.png".into()),
            id: Some("98765432109876543210".into()),
            uploaded: true,
            duration_s: None,
            width: Some(1280),
            height: Some(720),
            quality: None,
            first_frame_url: None,
            asset_id: Some("ast_1".into()),
            aliases: vec![Alias::key("pixverse:upload/a.png")],
        };
        let request = GenerationRequest {
            operation: Operation::VideoTransition,
            media_type: MediaType::Video,
            prompt: Some("dusk falls".into()),
            negative_prompt: None,
            model: Some("v6".into()),
            parameters: Map::from_iter([("seed".to_owned(), json!(7))]),
            inputs: vec![input],
        };
        assert_eq!(GenerationRequest::from_json(&request.to_json()), Some(request));
    }

    #[test]
    fn an_input_without_identity_is_no_input() {
        let mut value =
            json!({"media_type": "image", "relation": "SOURCE_IMAGE", "position": 0, "aliases": []});
        assert_eq!(Input::from_json(&value), None);
        value["aliases"] = json!(["key:pixverse:upload/a.png"]);
        assert!(Input::from_json(&value).is_some());
    }
}
