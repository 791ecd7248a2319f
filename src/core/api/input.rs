//! Members of request bodies that several handlers read by the same rule.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::core::api::problem::Problem;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::providers::catalogue::{ProviderInfo, provider};

/// The longest label or name, in characters.
const LONGEST_NAME: usize = 100;

/// A name that a person gave: trimmed, of one line, 1 to 100 characters.
///
/// # Errors
/// A problem document that names the parameter and the rule.
pub fn short_text(parameter: &str, text: &str) -> Result<String, Response> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > LONGEST_NAME || text.chars().any(char::is_control) {
        let rule = format!("this must be one line of 1 to {LONGEST_NAME} characters");
        return Err(Problem::invalid(parameter, rule).into());
    }
    Ok(text.to_owned())
}

/// As [`short_text`], for a member that may be left out.
///
/// # Errors
/// As for [`short_text`].
pub fn optional_short_text(parameter: &str, text: Option<&str>) -> Result<Option<String>, Response> {
    text.map(|text| short_text(parameter, text)).transpose()
}

/// A workspace in digits, given as text or as a number; `0`, the personal one, when left out.
///
/// # Errors
/// A problem document for anything that is not a whole number of at most 20 digits.
pub fn workspace_id(value: Option<&Value>) -> Result<String, Response> {
    let text = match value {
        None | Some(Value::Null) => return Ok("0".to_owned()),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    let digits = (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || (text.starts_with('0') && text != "0") {
        return Err(
            Problem::invalid("workspace_id", "this must be a whole number; 0 is the personal one").into()
        );
    }
    Ok(text)
}

/// A body that may hold these members, each a text; blank and null ones are as good as absent.
///
/// # Errors
/// A problem document that names the first member that does not fit: a misspelt one must not be passed over.
pub fn text_members(call: &Call, known: &[&str]) -> Result<BTreeMap<String, String>, Response> {
    let body: Value = call.body()?;
    let Some(members) = body.as_object() else {
        return Err(misshapen("it is no JSON object"));
    };
    let mut texts = BTreeMap::new();
    for (name, value) in members {
        match value {
            _ if !known.contains(&name.as_str()) => {
                return Err(misshapen(format!("unknown member {name:?}")));
            }
            Value::Null => {}
            Value::String(text) if text.is_empty() => {}
            Value::String(text) => {
                texts.insert(name.clone(), text.clone());
            }
            _ => return Err(misshapen(format!("{name} must be a text"))),
        }
    }
    Ok(texts)
}

fn misshapen(detail: impl Into<String>) -> Response {
    Problem::new(422, "invalid_body", "The request body is not of the documented shape").detail(detail).into()
}

/// A provider that is known here.
///
/// # Errors
/// A problem document that names the value.
pub fn known_provider(id: &str) -> Result<&'static ProviderInfo, Response> {
    provider(id).ok_or_else(|| {
        let detail = format!("provider {id:?} is not known; GET /api/v1/providers lists those that are");
        Problem::invalid("provider_id", detail).into()
    })
}
