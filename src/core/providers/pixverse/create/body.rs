//! The body of a request, written from its row of the table: words, model, parameters, inputs. How each input is
//! written is left to `input_forms`.

use serde_json::{Map, Number, Value};

use super::call::Keys;
use super::input_forms;
use super::prepare::Prepared;
use super::table::{Kind, Parameter, Row};
use crate::core::generation::request::GenerationRequest;
use crate::core::media::Api;

/// A JSON object under construction.
pub type Body = Map<String, Value>;

/// The body, of a request as it was accepted.
pub fn create_body(
    row: &Row,
    request: &GenerationRequest,
    api: Api,
    keys: &Keys,
    prepared: &Prepared,
) -> Body {
    let mut body = Body::new();
    for (member, value) in row.fixed {
        put(&mut body, member, value.to_value());
    }
    for (member, text) in
        [(row.prompt.member, &request.prompt), ("negative_prompt", &request.negative_prompt)]
    {
        if let Some(text) = text {
            put(&mut body, member, text.as_str());
        }
    }
    if let Some(model) = row.model(request) {
        put(&mut body, "model", model.id);
        if let (Api::Library, Some(name)) = (api, model.name) {
            put(&mut body, "model_name_default", name);
        }
    }
    for parameter in row.parameters {
        put_parameter(&mut body, parameter, request);
    }
    for slot in row.slots {
        input_forms::write(slot.form, &slot.inputs(request), request, keys, &mut body);
    }
    body.extend(prepared.members.clone());
    match api {
        Api::Library => put(&mut body, "idempotency_key", keys.idempotency_key.as_str()),
        Api::OpenPlatform => {
            if let Some(webhook) = &keys.webhook_id {
                put(&mut body, "webhook_id", number_of(webhook));
            }
        }
    }
    body
}

fn put_parameter(body: &mut Body, parameter: &Parameter, request: &GenerationRequest) {
    let (Some(member), Some(value)) = (parameter.member, request.parameters.get(parameter.name)) else {
        return;
    };
    let is_yes = value.as_bool() == Some(true);
    match parameter.kind {
        Kind::Flag => put(body, member, i64::from(is_yes)),
        Kind::Mark if is_yes => put(body, member, 1),
        Kind::Mark => {}
        Kind::Id => put(body, member, value.as_str().map_or_else(|| value.clone(), number_of)),
        _ => put(body, member, value.clone()),
    }
}

/// Puts one member into a body.
pub fn put(body: &mut Body, member: &str, value: impl Into<Value>) {
    body.insert(member.to_owned(), value.into());
}

/// An id as the JSON number that the provider wants, every digit kept; any other text as it is.
pub fn number_of(id: &str) -> Value {
    let is_number = !id.is_empty() && !id.starts_with('0') && id.bytes().all(|byte| byte.is_ascii_digit());
    let number = if is_number { id.parse::<Number>().ok() } else { None };
    number.map_or_else(|| id.into(), Value::Number)
}

/// Seconds as a JSON number, whole ones without a fraction.
pub fn seconds_of(seconds: f64) -> Value {
    // Rust writes 5.0 as "5", and never with an exponent.
    format!("{seconds}").parse::<Number>().map_or(Value::Null, Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_written_as_numbers_to_the_last_digit() {
        assert_eq!(number_of("98765432109876543210987").to_string(), "98765432109876543210987");
        assert_eq!(number_of("627410861853514292").to_string(), "627410861853514292");
        for text in ["", "007", "a1", "-1", "1.5", "1e9"] {
            assert_eq!(number_of(text), Value::from(text));
        }
    }

    #[test]
    fn whole_seconds_have_no_fraction() {
        assert_eq!(seconds_of(5.0).to_string(), "5");
        assert_eq!(seconds_of(5.04).to_string(), "5.04");
        assert_eq!(seconds_of(f64::NAN), Value::Null);
    }
}
