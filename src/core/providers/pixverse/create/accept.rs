//! What a request becomes when it is accepted: with the values that stand in for those the user left out, and with its
//! inputs in the provider's order. Whether it may be accepted is left to `validate`.

use serde_json::{Value, json};

use super::table::{Fixed, Kind, Parameter, Row, row_of, rows};
use crate::core::generation::request::{GenerationRequest, Input};
use crate::core::json::is_absent_text;
use crate::core::media::{Anchor, Api, MediaType, Operation, Relation};

/// What comes out of an operation of this interface; `None` when it has no such operation. Of a template, which may
/// make either, it is the clip.
#[must_use]
pub fn media_type_of(operation: Operation, api: Api) -> Option<MediaType> {
    rows(api).iter().find(|row| row.operation == operation).map(|row| row.media_type)
}

/// The request as it is stored and sent: blanks dropped, the model and every parameter that has a default filled in, ids
/// as text, the inputs in the order in which the provider counts them, with positions from 0 and a transition's ends
/// anchored. Accepting twice changes nothing.
///
/// The order is that of the extractor, so that a listing's source list says the same as the record's.
#[must_use]
pub fn accept(request: &GenerationRequest, api: Api) -> GenerationRequest {
    let Some(row) = row_of(request, api) else { return request.clone() };
    let mut request = with_defaults(row, request);
    order_inputs(row, &mut request);
    if request.operation == Operation::VideoTransition {
        anchor_ends(&mut request);
    }
    close_last_name(&mut request);
    request
}

/// The provider knows a name in a prompt by the space behind it, also at the end.
fn close_last_name(request: &mut GenerationRequest) {
    let Some(prompt) = &mut request.prompt else { return };
    let mut names = request.inputs.iter().filter_map(|input| input.name.as_deref());
    if names.any(|name| prompt.ends_with(&format!("@{name}"))) {
        prompt.push(' ');
    }
}

/// The request with everything that stands in for what was left out; its inputs as they were.
pub fn with_defaults(row: &Row, request: &GenerationRequest) -> GenerationRequest {
    let mut request = request.clone();
    for text in [&mut request.prompt, &mut request.negative_prompt, &mut request.model] {
        if text.as_deref().is_some_and(is_absent_text) {
            *text = None;
        }
    }
    if request.model.is_none() && row.has_default_model {
        request.model = row.models.first().map(|model| model.id.to_owned());
    }
    request.parameters.retain(|_, value| !value.is_null());
    for parameter in row.parameters {
        match (request.parameters.get(parameter.name), parameter.kind) {
            (Some(Value::Number(id)), Kind::Id) => {
                let id = id.to_string();
                request.parameters.insert(parameter.name.to_owned(), id.into());
            }
            (Some(_), _) => {}
            (None, _) => {
                if let Some(value) = stand_in(row, parameter, &request) {
                    request.parameters.insert(parameter.name.to_owned(), value);
                }
            }
        }
    }
    request
}

fn stand_in(row: &Row, parameter: &Parameter, request: &GenerationRequest) -> Option<Value> {
    let model = row.model(request);
    let names_model = |list: &[&str]| list.is_empty() || model.is_some_and(|model| list.contains(&model.id));
    if !names_model(parameter.default_models) || !names_model(parameter.models) {
        return None;
    }
    let stretches = request.inputs.len().saturating_sub(1);
    match (parameter.kind, parameter.default, model) {
        (Kind::StretchPrompts, _, _) => {
            let prompt = request.prompt.as_deref()?;
            Some(std::iter::repeat_n(Value::from(prompt), stretches).collect())
        }
        (Kind::StretchLengths(..), Some(Fixed::Whole(seconds)), _) => {
            Some(std::iter::repeat_n(Value::from(seconds), stretches).collect())
        }
        (Kind::Duration, Some(Fixed::Whole(seconds)), Some(model)) => {
            Some(model.durations.nearest(seconds).into())
        }
        (Kind::Quality, Some(Fixed::Word(word)), Some(model)) => {
            let of_source = source_quality(request).filter(|word| model.qualities.contains(word));
            let usual = model.qualities.iter().copied().find(|quality| *quality == word);
            of_source.or(usual).or(model.qualities.first().copied()).map(Value::from)
        }
        (_, default, _) => default.map(Fixed::to_value),
    }
}

/// A clip is continued in its own quality, as the provider's own client does it.
fn source_quality(request: &GenerationRequest) -> Option<&str> {
    let is_extension = request.operation == Operation::VideoExtend;
    let source = request.inputs.iter().find(|input| input.relation == Relation::SourceVideo)?;
    source.quality.as_deref().filter(|_| is_extension)
}

fn order_inputs(row: &Row, request: &mut GenerationRequest) {
    let group = |input: &Input| row.slots.iter().position(|slot| slot.media_type == input.media_type);
    let order = |input: &Input| (group(input), input.position);
    let mut inputs: Vec<Input> = Vec::new();
    for input in request.inputs.drain(..) {
        inputs.insert(inputs.partition_point(|known| order(known) <= order(&input)), input);
    }
    for (position, input) in (0..).zip(&mut inputs) {
        input.position = position;
    }
    request.inputs = inputs;
}

fn anchor_ends(request: &mut GenerationRequest) {
    for input in &mut request.inputs {
        input.anchor = None;
    }
    if let Some(last) = request.inputs.last_mut() {
        last.anchor = Some(Anchor::Last);
    }
    if let Some(first) = request.inputs.first_mut() {
        first.anchor = Some(Anchor::First);
    }
}

impl Fixed {
    /// The value as JSON.
    #[must_use]
    pub fn to_value(self) -> Value {
        match self {
            Self::Word(word) => word.into(),
            Self::Whole(number) => number.into(),
            Self::Flag(flag) => json!(flag),
        }
    }
}
