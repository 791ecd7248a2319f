//! A response as the edge sends it: status, headers, JSON text.

use serde::Serialize;

use crate::core::api::problem::Problem;
use crate::core::ids::short_digest;
use crate::core::inventory::intake::Broken;
use crate::core::statement::BadRows;

/// A rendered response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// Headers beyond the ones that every response has.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty for 204 and 304.
    pub body: String,
}

impl Response {
    /// A JSON response.
    #[must_use]
    pub fn json<T: Serialize>(status: u16, body: &T) -> Self {
        match serde_json::to_string(body) {
            Ok(body) => Self { status, headers: vec![("content-type", "application/json".to_owned())], body },
            Err(error) => Problem::internal(&error.to_string()).into(),
        }
    }

    /// 204.
    #[must_use]
    pub const fn no_content() -> Self {
        Self { status: 204, headers: Vec::new(), body: String::new() }
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Adds an `ETag` of the body, and answers 304 when the sender has it already.
    #[must_use]
    pub fn with_etag(self, if_none_match: Option<&str>) -> Self {
        let version = self.body.clone();
        self.with_etag_of(&version, if_none_match)
    }

    /// As [`Response::with_etag`], of another text than the body, which may say what time changes.
    #[must_use]
    pub fn with_etag_of(self, version: &str, if_none_match: Option<&str>) -> Self {
        let etag = format!("\"{}\"", short_digest(version));
        let known = if_none_match.is_some_and(|known| known.split(',').any(|one| one.trim() == etag));
        if known {
            let kept = self.headers.into_iter().filter(|(name, _)| *name != "content-type").collect();
            return Self { status: 304, headers: kept, body: String::new() }.with("etag", etag);
        }
        self.with("etag", etag)
    }
}

impl Broken for Response {
    fn broken(error: &BadRows) -> Self {
        Problem::internal(&error.to_string()).into()
    }
}
