//! Asking about one asset by its id. What the answer means is left to the extractor; asking about many at once by a
//! page of the library to `listing`.

use serde_json::Value;

use super::body::number_of;
use crate::core::media::{Api, MediaType};
use crate::core::providers::failure::{Class, Failure};
use crate::core::providers::pixverse::calls::{AccountAccess, library_call, open_platform_call};
use crate::core::providers::pixverse::envelope::parse_envelope;
use crate::core::step::{ProviderCall, Reply, Verb};

/// The call that asks about one created asset; `None` for what the interface cannot be asked about: the open platform
/// tells nothing about sound, and ids are digits.
#[must_use]
pub fn result_call(
    access: &AccountAccess,
    api: Api,
    media_type: MediaType,
    id: &str,
) -> Option<ProviderCall> {
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let post = |path, member: &str| {
        let body = format!("{{\"{member}\":{}}}", number_of(id));
        library_call(access, Verb::Post, path, Some(body))
    };
    Some(match (api, media_type) {
        (Api::Library, MediaType::Video) => post("video/list/detail", "video_id"),
        (Api::Library, MediaType::Image) => post("image/detail", "image_id"),
        (Api::Library, MediaType::Audio) => {
            let path = format!("audio/detail?asset_source=1&audio_id={id}");
            library_call(access, Verb::Get, &path, None)
        }
        (Api::OpenPlatform, MediaType::Video) => {
            open_platform_call(access, Verb::Get, &format!("video/result/{id}"), None)
        }
        (Api::OpenPlatform, MediaType::Image) => {
            open_platform_call(access, Verb::Get, &format!("image/result/{id}"), None)
        }
        (Api::OpenPlatform, MediaType::Audio) => return None,
    })
}

/// The row in the answer, with every digit.
///
/// # Errors
/// A classed [`Failure`]; an answer without a row is one, never an empty row.
pub fn parse_result(reply: &Reply) -> Result<String, Failure> {
    let resp = parse_envelope(reply)?;
    let value: Value = serde_json::from_str(resp).unwrap_or_default();
    match value.as_object() {
        // The library tells about sound one level further down.
        Some(members) if !members.is_empty() => {
            Ok(members.get("audio").filter(|row| row.is_object()).map_or(resp.to_owned(), Value::to_string))
        }
        _ => Err(no_row()),
    }
}

fn no_row() -> Failure {
    Failure {
        class: Class::Schema,
        code: "no_row".to_owned(),
        message: "Pixverse's answer holds no row".to_owned(),
        retry_after_s: None,
    }
}
