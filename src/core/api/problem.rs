//! Problem documents (RFC 9457) with a stable `code`.

use serde_json::{Map, Value};

use crate::core::api::response::Response;

/// A problem document under construction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    status: u16,
    code: &'static str,
    title: &'static str,
    detail: Option<String>,
    members: Map<String, Value>,
    headers: Vec<(&'static str, String)>,
}

impl Problem {
    /// A problem of this status, code and title.
    #[must_use]
    pub fn new(status: u16, code: &'static str, title: &'static str) -> Self {
        Self { status, code, title, detail: None, members: Map::new(), headers: Vec::new() }
    }

    /// What is wrong this time, and what to do about it.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// An extension member.
    #[must_use]
    pub fn member(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// A header, such as `Retry-After`.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// 404 for a thing that is not there, or is another owner's: the two look the same.
    #[must_use]
    pub fn not_found(what: &str, id: &str) -> Self {
        Self::new(404, "not_found", "There is no such thing here")
            .detail(format!("no {what} has the id {id:?}"))
    }

    /// 422 for one parameter.
    #[must_use]
    pub fn invalid(parameter: &str, detail: impl Into<String>) -> Self {
        Self::new(422, "invalid_parameter", "A parameter is not as documented")
            .detail(detail)
            .member("parameter", parameter)
    }

    /// 500 with a reason that names no secret.
    #[must_use]
    pub fn internal(reason: &str) -> Self {
        Self::new(500, "internal", "Driftline itself is at fault").detail(reason)
    }

    /// 503 when too many writers meet on the same rows.
    #[must_use]
    pub fn busy() -> Self {
        Self::new(503, "busy", "The same rows are being written by others")
            .detail("nothing was changed; try again in a few seconds")
            .header("retry-after", "2")
    }
}

impl From<Problem> for Response {
    fn from(problem: Problem) -> Self {
        let mut body = Map::new();
        body.insert("type".to_owned(), format!("/docs#{}", problem.code).into());
        body.insert("title".to_owned(), problem.title.into());
        body.insert("status".to_owned(), problem.status.into());
        body.insert("code".to_owned(), problem.code.into());
        if let Some(detail) = problem.detail {
            body.insert("detail".to_owned(), detail.into());
        }
        body.extend(problem.members);
        let mut headers = vec![("content-type", "application/problem+json".to_owned())];
        headers.extend(problem.headers);
        Self { status: problem.status, headers, body: Value::Object(body).to_string() }
    }
}
