//! What some of the library's operations ask before the request itself, because the answer is a part of its body. It
//! makes nothing and costs nothing, so it may be asked again.

use serde_json::{Map, Value};

use super::body::{Body, number_of, put};
use super::created::{CreateFailure, Fate};
use super::inputs::path_of;
use super::table::{First, row_of};
use crate::core::generation::request::{GenerationRequest, Input};
use crate::core::media::{Api, MediaType};
use crate::core::providers::failure::{Class, Failure};
use crate::core::providers::pixverse::calls::{AccountAccess, library_call};
use crate::core::providers::pixverse::envelope::parse_envelope;
use crate::core::step::{ProviderCall, Reply, Verb};

/// Members of the body that were asked for. Empty for operations that ask nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prepared {
    /// The members, as they go into the body.
    pub members: Map<String, Value>,
}

/// The call that comes before the request; `None` for most operations.
///
/// An extension asks for its source's last frame, an edit for the frame at `cut_time_ms`, motion control whether its
/// character can be moved.
#[must_use]
pub fn prepare_call(request: &GenerationRequest, api: Api, access: &AccountAccess) -> Option<ProviderCall> {
    let first = row_of(request, api)?.first?;
    let mut body = Body::new();
    let path = match first {
        First::LastFrame => {
            put_clip(&mut body, request);
            put(&mut body, "platform", "web");
            "video/frame/last"
        }
        First::KeyFrame => {
            put_clip(&mut body, request);
            let time = request.parameters.get("cut_time_ms").cloned();
            put(&mut body, "time_ms", time.unwrap_or_else(|| 0.into()));
            "video/frame/at_time"
        }
        First::Precheck => {
            let stills = request.inputs.iter().filter(|input| input.media_type == MediaType::Image);
            put(&mut body, "paths", stills.filter_map(path_of).collect::<Vec<_>>());
            put(&mut body, "type", 1);
            "video/mimic/precheck"
        }
    };
    Some(library_call(access, Verb::Post, path, Some(Value::Object(body).to_string())))
}

/// Reads what was asked. A missing last frame is none: the request goes without.
///
/// # Errors
/// [`CreateFailure`], never [`Fate::Unconfirmed`]: the request itself has not been sent.
pub fn parse_prepared(
    request: &GenerationRequest,
    api: Api,
    reply: &Reply,
) -> Result<Prepared, CreateFailure> {
    let mut members = Body::new();
    let Some(first) = row_of(request, api).and_then(|row| row.first) else {
        return Ok(Prepared { members });
    };
    let answer = parse_envelope(reply);
    if first == First::LastFrame && answer.is_err() {
        return Ok(Prepared { members });
    }
    let answer = answer.map_err(|failure| CreateFailure { fate: fate_of(failure.class), failure })?;
    let mut answer: Map<String, Value> = serde_json::from_str(answer).unwrap_or_default();
    let (from, to) = match first {
        First::LastFrame => ("last_frame", "customer_video_last_frame_url"),
        First::KeyFrame => ("frame_path", "key_frame_path"),
        First::Precheck if answer.get("pass") == Some(&Value::Bool(false)) => return Err(not_movable()),
        First::Precheck => ("result", "img_detection_result"),
    };
    match answer.remove(from).filter(|value| !value.is_null()) {
        Some(value) => put(&mut members, to, value),
        None if first == First::LastFrame => {}
        None => return Err(without(from)),
    }
    Ok(Prepared { members })
}

/// The clip by its id where it has one, else by its object key.
fn put_clip(body: &mut Body, request: &GenerationRequest) {
    let Some(clip) = request.inputs.iter().find(|input| input.media_type == MediaType::Video) else { return };
    match made_id(clip) {
        Some(id) => put(body, "video_id", number_of(id)),
        None => put(body, "video_path", path_of(clip).unwrap_or_default()),
    }
}

/// The id of an input that the provider made.
pub fn made_id(input: &Input) -> Option<&str> {
    input.id.as_deref().filter(|_| !input.uploaded)
}

const fn fate_of(class: Class) -> Fate {
    match class {
        Class::Retryable | Class::Concurrency | Class::Schema => Fate::Wait,
        Class::Moderation => Fate::Filtered,
        _ => Fate::Failed,
    }
}

fn not_movable() -> CreateFailure {
    let message = "Pixverse finds nobody in the picture whom it could move".to_owned();
    let code = "precheck_refused".to_owned();
    CreateFailure {
        fate: Fate::Failed,
        failure: Failure { class: Class::Validation, code, message, retry_after_s: None },
    }
}

fn without(member: &str) -> CreateFailure {
    let message = format!("Pixverse's answer has no {member}");
    let code = "not_prepared".to_owned();
    CreateFailure {
        fate: Fate::Wait,
        failure: Failure { class: Class::Schema, code, message, retry_after_s: None },
    }
}
