//! Paging: opaque cursors and the `Link` header. What a cursor points at is left to each listing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::core::api::problem::Problem;
use crate::core::api::request::Call;
use crate::core::api::response::Response;

/// Writes a position as an opaque cursor.
#[must_use]
pub fn render_cursor<T: Serialize>(position: &T) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_string(position).unwrap_or_default())
}

/// Reads the `cursor` of a request.
///
/// # Errors
/// A problem document for text that is no cursor of this listing.
pub fn parse_cursor<T: DeserializeOwned>(call: &Call) -> Result<Option<T>, Response> {
    let Some(text) = call.query("cursor") else { return Ok(None) };
    let decoded = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    // Read as text, like every other JSON here: a reader of bytes would be a second one in the Worker.
    let decoded = decoded.and_then(|text| serde_json::from_str(&text).ok());
    decoded
        .map(Some)
        .ok_or_else(|| Problem::invalid("cursor", "this is no cursor that this listing has given out").into())
}

/// A page of a listing, with its `Link` header where another one follows.
#[must_use]
pub fn lead_on(call: &Call, page: Response, cursor: Option<&str>) -> Response {
    match cursor {
        Some(cursor) => page.with("link", next_link(call, cursor)),
        None => page,
    }
}

/// The `Link` header to the next page: the same request with another cursor.
#[must_use]
pub fn next_link(call: &Call, cursor: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in call.request.query.iter().filter(|(name, _)| name != "cursor") {
        query.append_pair(name, value);
    }
    query.append_pair("cursor", cursor);
    format!("<{}?{}>; rel=\"next\"", call.request.path, query.finish())
}
