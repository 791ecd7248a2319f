//! What came back when a request was sent: the ids of its outputs, or what has to be believed about a failure. What
//! becomes of the generation is left to its state machine.

use serde_json::Value;

use crate::core::media::MediaType;
use crate::core::providers::failure::{Class, Failure};
use crate::core::providers::pixverse::envelope::parse_envelope;
use crate::core::step::Reply;

/// A database error at the provider, and its code for what it cannot name: neither says what was written before it.
const SAYS_NOTHING: [&str; 2] = ["500100", "99999"];

/// The provider took the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    /// The ids of the outputs, every digit kept; at least one.
    pub ids: Vec<String>,
    /// How many of the outputs that were asked for the provider refused at once.
    pub fail_count: u32,
    /// What it charged, in credits.
    pub cost_credits: Option<i64>,
}

/// The provider did not take the request, or nobody knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateFailure {
    /// What has to be believed.
    pub fate: Fate,
    /// What was said, with its class.
    pub failure: Failure,
}

/// What has to be believed about a request that was not answered with an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The provider may have acted. It must be looked for before it is sent again, and only with the same keys.
    Unconfirmed,
    /// Nothing was made, and the same request may succeed later (`failure.retry_after_s`). It takes a new trace id: the
    /// open platform answers a known one with what it said before.
    Wait,
    /// Nothing was made: refused for its content, for good.
    Filtered,
    /// Nothing was made, and sending again will not help. Why stands in `failure.class`.
    Failed,
}

/// Reads the answer to a request. `media_type` is what was to come out.
///
/// # Errors
/// [`CreateFailure`] for every answer without a usable id, with what has to be believed about it.
pub fn parse_created(reply: &Reply, media_type: MediaType) -> Result<Created, CreateFailure> {
    let resp = parse_envelope(reply).map_err(|failure| CreateFailure { fate: fate_of(&failure), failure })?;
    let resp: Value = serde_json::from_str(resp).unwrap_or_default();
    let fail_count =
        resp.get("fail_count").and_then(Value::as_u64).and_then(|count| u32::try_from(count).ok());
    let ids = ids_of(&resp, media_type);
    if ids.is_empty() {
        return Err(without_id(fail_count.unwrap_or_default()));
    }
    let credits = resp.get("cost_credits").or_else(|| resp.get("credits"));
    Ok(Created {
        ids,
        fail_count: fail_count.unwrap_or_default(),
        cost_credits: credits.and_then(Value::as_i64),
    })
}

/// The first member with a usable id, the lists before the single ones, as the provider's own client reads them.
fn ids_of(resp: &Value, media_type: MediaType) -> Vec<String> {
    let members: [&str; 6] = match media_type {
        MediaType::Video => ["success_ids", "video_ids", "video_id", "VideoId", "id", "task_id"],
        MediaType::Image => ["success_ids", "image_ids", "image_id", "ImageId", "id", "task_id"],
        MediaType::Audio => ["success_ids", "audio_ids", "audio_id", "AudioId", "id", "task_id"],
    };
    let lists = members.iter().filter_map(|name| resp.get(name)).map(|value| match value {
        Value::Array(values) => values.as_slice(),
        one => std::slice::from_ref(one),
    });
    for list in lists {
        let mut ids: Vec<String> = Vec::new();
        for id in list.iter().filter_map(usable_id) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        if !ids.is_empty() {
            return ids;
        }
    }
    Vec::new()
}

/// An id in digits, from a number or a text. 0, blanks, fractions, booleans and words are none: a word in an id's place
/// was once stored as one, and asked for ever after.
pub fn usable_id(value: &Value) -> Option<String> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => return None,
    };
    let is_id = text.bytes().all(|byte| byte.is_ascii_digit()) && text.bytes().any(|byte| byte != b'0');
    is_id.then_some(text)
}

fn without_id(fail_count: u32) -> CreateFailure {
    let failure = Failure {
        class: Class::Schema,
        code: "no_id".to_owned(),
        message: match fail_count {
            0 => "Pixverse took the request but names no id".to_owned(),
            count => format!("Pixverse made none of the outputs ({count} refused)"),
        },
        retry_after_s: None,
    };
    CreateFailure { fate: Fate::Failed, failure }
}

/// An error with a readable code was said by the provider, and nothing was made. Anything else may have come from
/// somewhere in between, after the provider had acted.
fn fate_of(failure: &Failure) -> Fate {
    let is_between =
        failure.code == "cut" || failure.code == "http_408" || failure.code.starts_with("http_5");
    match failure.class {
        _ if is_between || SAYS_NOTHING.contains(&failure.code.as_str()) => Fate::Unconfirmed,
        Class::Schema => Fate::Unconfirmed,
        Class::Retryable | Class::Concurrency => Fate::Wait,
        Class::Moderation => Fate::Filtered,
        _ => Fate::Failed,
    }
}
