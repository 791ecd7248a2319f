//! `GET /providers`: what can be connected, and what each interface can do.

use serde_json::json;

use crate::core::api::request::Request;
use crate::core::api::response::Response;
use crate::core::providers::catalogue::PROVIDERS;
use crate::core::step::Step;

/// Lists the providers. It needs no token: it says nothing of anybody.
#[must_use]
pub fn list(request: Request) -> Step<Response> {
    let known = request.headers.get("if-none-match").map(String::as_str);
    Step::End(Response::json(200, &json!({ "providers": PROVIDERS })).with_etag(known))
}
