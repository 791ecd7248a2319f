//! A request as the edge hands it in: decoded, with secrets sealed or hashed before the core sees them.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use crate::core::api::problem::Problem;
use crate::core::api::response::Response;
use crate::core::jobs::budget::Allowance;
use crate::core::step::NowMs;

/// The verb of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// GET (HEAD is answered like it).
    Get,
    /// POST.
    Post,
    /// PATCH.
    Patch,
    /// DELETE.
    Delete,
}

/// What the request proved about its sender. The token itself stays in the edge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Bearer {
    /// No `Authorization: Bearer` header.
    #[default]
    Absent,
    /// The service's own admin token.
    Admin,
    /// The SHA-256 of some other token, in hex.
    Hash(String),
}

/// A decoded request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The verb.
    pub method: Method,
    /// The path, percent-decoded by segment where it is used, without the query.
    pub path: String,
    /// Query members in order, decoded.
    pub query: Vec<(String, String)>,
    /// Who asks.
    pub bearer: Bearer,
    /// Lower-case names of the headers that rules depend on: `if-none-match`, `if-match`, `idempotency-key`, `accept`,
    /// and the three of a webhook.
    pub headers: BTreeMap<String, String>,
    /// The body as text; secrets in it are sealed already (see `routes::Route::seals`).
    pub body: String,
    /// With an `Idempotency-Key`: SHA-256 of the body as it came, in hex; where the body holds secrets, keyed. Sealing
    /// makes another text each time, so the body itself could not tell a repetition. Empty without a key.
    pub body_digest: String,
    /// For logs and problem documents.
    pub request_id: String,
    /// 64 hex digits that nobody can guess, made by the edge for this request alone.
    pub entropy: String,
    /// What the platform lets the service do today.
    pub platform: Platform,
}

/// What the platform lets the service do today, as far as the edge knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Platform {
    /// What jobs may write; `None` for what they like.
    pub allowance: Option<Allowance>,
    /// Until when the database takes nothing more; `None` when nobody here has been told so.
    pub quota_ends_ms: Option<NowMs>,
}

/// Whose data a request may touch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The owner's row.
    pub id: i64,
    /// True when its accounts live at the local simulator.
    pub sandbox: bool,
    /// The token that was used: the author of decisions.
    pub token_id: String,
}

/// A request whose sender is known, with the members of its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The request.
    pub request: Request,
    /// Whose it is.
    pub owner: Owner,
    /// The path's members by name.
    pub params: BTreeMap<String, String>,
}

impl Request {
    /// Reads the body as JSON of this shape. An empty body reads as `{}`.
    ///
    /// # Errors
    /// A problem document that names the first member that does not fit.
    pub fn parse_body<T: DeserializeOwned>(&self) -> Result<T, Response> {
        let text = if self.body.trim().is_empty() { "{}" } else { &self.body };
        serde_json::from_str(text).map_err(|error| {
            Problem::new(422, "invalid_body", "The request body is not of the documented shape")
                .detail(error.to_string())
                .into()
        })
    }
}

impl Call {
    /// A member of the path; empty when the route has none of that name.
    #[must_use]
    pub fn param(&self, name: &str) -> &str {
        self.params.get(name).map_or("", String::as_str)
    }

    /// The first query member of that name, blank ones left out.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        let mut values =
            self.request.query.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        values.find(|value| !value.is_empty())
    }

    /// A header that rules depend on, by its lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.request.headers.get(name).map(String::as_str)
    }

    /// Reads the body as JSON of this shape.
    ///
    /// # Errors
    /// As for [`Request::parse_body`].
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, Response> {
        self.request.parse_body()
    }

    /// A whole number from the query, within bounds.
    ///
    /// # Errors
    /// A problem document that names the member, the value and the bounds.
    pub fn number(&self, name: &str, default: u32, most: u32) -> Result<u32, Response> {
        let Some(text) = self.query(name) else { return Ok(default) };
        match text.parse::<u32>() {
            Ok(number) if (1..=most).contains(&number) => Ok(number),
            _ => {
                Err(Problem::invalid(name, format!("{text:?} is not a whole number from 1 to {most}")).into())
            }
        }
    }
}
