//! The table of operations as users see it: which operations an interface has, and what each takes. The same table is
//! what requests are checked by, so it cannot say anything else.

use serde_json::{Map, Value, json};

use super::models::{Durations, Model};
use super::table::{Fixed, Kind, Need, Parameter, Row, Slot, rows};
use crate::core::media::{Api, Relation};

/// The operations of an interface, one entry for each way in which an operation is asked for:
///
/// ```json
/// {"operation": "image_to_video", "media_type": "video",
///  "prompt": {"required": true, "most_characters": 5000}, "negative_prompt": true, "default_model": "v6",
///  "models": [{"id": "v6", "durations_s": {"least": 1, "most": 15}, "qualities": […], "aspect_ratios": […],
///              "prompt_characters": 5000, "references": 7}],
///  "parameters": [{"name": "quality", "type": "word", "of_model": "qualities", "default": "720p", "required": false}],
///  "inputs": [{"relations": ["SOURCE_IMAGE"], "media_type": "image", "least": 1, "most": 1, "named": false}]}
/// ```
///
/// `prompt` is null where none is taken, `default_model` where nothing stands in for a model that is not named. A parameter
/// with `of_model` takes what that member of the model lists; `models` names the only models that know it,
/// `default_models` those that it has a default for. `most` of an input is null where it is the model's `references`; where
/// there are none, or those are null, no document bounds it. Where an input is `named`, characters and backgrounds have a name
/// of up to 30 letters, digits, underscores and spaces, and the prompt says `@name`.
#[must_use]
pub fn operations(api: Api) -> Value {
    rows(api).iter().map(operation).collect()
}

fn operation(row: &Row) -> Value {
    let prompt = match row.prompt.need {
        Need::Refused => Value::Null,
        need => json!({"required": need == Need::Required, "most_characters": row.prompt.most}),
    };
    json!({
        "operation": row.operation.as_str(),
        "media_type": row.media_type.as_str(),
        "prompt": prompt,
        "negative_prompt": row.negative_prompt,
        "default_model": row.models.first().filter(|_| row.has_default_model).map(|model| model.id),
        "models": row.models.iter().map(|of| model(of, row)).collect::<Vec<_>>(),
        "parameters": row.parameters.iter().map(parameter).collect::<Vec<_>>(),
        "inputs": row.slots.iter().map(slot).collect::<Vec<_>>(),
    })
}

/// What a model allows, as far as the operation asks for it.
fn model(model: &Model, row: &Row) -> Value {
    let mut members = Map::new();
    let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
    put("id", model.id.into());
    put("prompt_characters", model.prompt.into());
    for parameter in row.parameters {
        match parameter.kind {
            Kind::Duration => put("durations_s", model.durations.to_value()),
            Kind::Quality => put("qualities", json!(model.qualities)),
            Kind::AspectRatio => put("aspect_ratios", json!(model.aspect_ratios)),
            _ => None,
        };
    }
    if row.slots.iter().any(|slot| slot.most.is_none()) {
        put("references", json!(model.references));
    }
    Value::Object(members)
}

fn parameter(parameter: &Parameter) -> Value {
    let mut members = Map::new();
    let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
    put("name", parameter.name.into());
    put("required", parameter.required.into());
    if let Some(default) = parameter.default {
        put("default", Fixed::to_value(default));
    }
    if !parameter.models.is_empty() {
        put("models", json!(parameter.models));
    }
    if !parameter.default_models.is_empty() {
        put("default_models", json!(parameter.default_models));
    }
    let kind = match parameter.kind {
        Kind::Whole(least, most) => {
            put("least", least.into());
            put("most", most.into());
            "whole_number"
        }
        Kind::Word(words) => {
            put("values", json!(words));
            "word"
        }
        Kind::Flag | Kind::Mark | Kind::Switch => "boolean",
        Kind::Text(most) => {
            put("most_characters", most.into());
            "text"
        }
        Kind::Id => "id",
        Kind::Texts(most) => {
            put("most_entries", most.into());
            "texts"
        }
        Kind::StretchPrompts => "text_per_stretch",
        Kind::StretchLengths(least, most) => {
            put("least", least.into());
            put("most", most.into());
            "seconds_per_stretch"
        }
        Kind::Duration => {
            put("of_model", "durations_s".into());
            "seconds"
        }
        Kind::Quality => {
            put("of_model", "qualities".into());
            "word"
        }
        Kind::AspectRatio => {
            put("of_model", "aspect_ratios".into());
            "word"
        }
    };
    put("type", kind.into());
    Value::Object(members)
}

fn slot(slot: &Slot) -> Value {
    let relations: Vec<&str> = slot.relations.iter().map(|relation| relation.as_str()).collect();
    let mut members = Map::new();
    let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
    put("relations", json!(relations));
    put("media_type", slot.media_type.as_str().into());
    put("least", slot.least.into());
    put("most", json!(slot.most));
    if !slot.models.is_empty() {
        put("models", json!(slot.models));
    }
    put("named", slot.relations.contains(&Relation::FusionCharacter).into());
    Value::Object(members)
}

impl Durations {
    fn to_value(self) -> Value {
        match self {
            Self::Between(least, most) => json!({"least": least, "most": most}),
            Self::Among(lengths) => json!(lengths),
        }
    }
}

impl std::fmt::Display for Durations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Between(least, most) => write!(f, "{least} to {most} s"),
            Self::Among(lengths) => {
                for (place, length) in lengths.iter().enumerate() {
                    write!(f, "{}{length}", if place == 0 { "" } else { ", " })?;
                }
                f.write_str(" s")
            }
        }
    }
}
