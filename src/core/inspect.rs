//! The black box by which an extractor is judged: a payload in, its facts out, nothing stored. The command line and
//! the HTTP interface both answer with what stands here.

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::core::clock::rfc3339_short;
use crate::core::error::Rejection;
use crate::core::facts::Facts;
use crate::core::gather::object_of;
use crate::core::media::MediaType;
use crate::core::providers::extract;

/// A request, its payload still as it was written: a parsed number could lose digits.
#[derive(Deserialize)]
struct Request<'a> {
    provider_id: Option<String>,
    media_type: Option<String>,
    #[serde(borrow)]
    payload: Option<&'a RawValue>,
}

/// Answers a request `{provider_id, media_type, payload}` with the facts of the payload.
///
/// # Errors
/// [`Rejection`] when the request or its payload cannot be read, or names what nobody knows.
pub fn inspect(request: &str) -> Result<Value, Rejection> {
    let request = request.strip_prefix('\u{feff}').unwrap_or(request);
    let request: Request<'_> =
        serde_json::from_str(request).map_err(|error| Rejection::BadRequest { reason: error.to_string() })?;
    let missing = |member| Rejection::MissingMember { member };
    let provider_id = request.provider_id.ok_or(missing("provider_id"))?;
    let media_type = request.media_type.ok_or(missing("media_type"))?;
    let payload = request.payload.ok_or(missing("payload"))?;
    inspect_payload(&provider_id, &media_type, payload.get())
}

/// Answers with the facts of a payload that stands alone.
///
/// # Errors
/// As for [`inspect`].
pub fn inspect_payload(provider_id: &str, media_type: &str, payload: &str) -> Result<Value, Rejection> {
    let known = MediaType::parse(media_type);
    let media_type =
        known.ok_or_else(|| Rejection::UnknownMediaType { media_type: media_type.to_owned() })?;
    Ok(answer(provider_id, &extract(provider_id, media_type, payload)?))
}

/// What is said when a request is refused.
#[must_use]
pub fn refusal(rejection: &Rejection) -> Value {
    json!({ "error": { "code": rejection.code(), "detail": rejection.to_string() } })
}

fn answer(provider_id: &str, facts: &Facts) -> Value {
    let mut answer = serde_json::to_value(facts).unwrap_or_default();
    if let Some(members) = answer.as_object_mut() {
        members.insert("provider_id".to_owned(), json!(provider_id));
        members.insert("created_at".to_owned(), json!(facts.created_ms.and_then(rfc3339_short)));
        let settings = facts.settings.iter().map(|(name, value)| (name.clone(), json!(value)));
        members.insert("settings".to_owned(), object_of(settings));
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_has_every_member_of_the_contract() {
        let request = r#"{"provider_id":"pixverse","media_type":"video","payload":{"video_id":98765432109876543210,
            "create_mode":"image_text","created_at":"2026-11-02T08:00:01Z","customer_img_path":"upload/a.png"}}"#;
        let answer = inspect(request).unwrap();
        for member in [
            "asset_id",
            "aliases",
            "operation",
            "status",
            "media_url",
            "thumbnail_url",
            "parents",
            "prompts",
            "segments",
            "warnings",
            "extractor_version",
        ] {
            assert!(answer.get(member).is_some(), "{member}");
        }
        for member in ["media_type", "url", "id", "uuid", "relation", "position", "anchor", "name"] {
            assert!(answer["parents"][0].get(member).is_some(), "{member}");
        }
        assert_eq!(answer["asset_id"], "98765432109876543210");
        assert_eq!(answer["created_at"], "2026-11-02T08:00:01Z");
        assert_eq!(
            answer["aliases"][0],
            json!({"scheme": "id", "value": "pixverse:library:video:created:98765432109876543210"})
        );
    }

    #[test]
    fn what_cannot_be_answered_says_why() {
        let refused = |request: &str| inspect(request).map_err(|rejection| rejection.code());
        assert_eq!(refused("nope"), Err("bad_request"));
        assert_eq!(refused("{}"), Err("missing_member"));
        assert_eq!(
            refused(r#"{"provider_id":"pixverse","media_type":"smell","payload":{}}"#),
            Err("unknown_media_type")
        );
        assert_eq!(
            refused(r#"{"provider_id":"acme","media_type":"video","payload":{}}"#),
            Err("unknown_provider")
        );
        assert_eq!(
            refused(r#"{"provider_id":"pixverse","media_type":"video","payload":[]}"#),
            Err("not_an_object")
        );
    }

    #[test]
    fn a_broken_emoji_does_not_stop_a_request() {
        let request =
            r#"{"provider_id":"pixverse","media_type":"video","payload":{"id":7,"prompt":"a\ud83d"}}"#;
        assert_eq!(inspect(request).unwrap()["prompts"][0], "a\u{fffd}");
    }
}
