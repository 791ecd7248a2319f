//! `GET /openapi.json`: the interface as an OpenAPI 3.1 document. The document is the file at the root of the
//! repository; `tests/it/openapi.rs` holds it to the routes and to what the handlers really answer.

use crate::core::api::request::{Method, Request};
use crate::core::api::response::Response;
use crate::core::api::routes::{Handler, Route};
use crate::core::step::Step;

/// The document.
pub const DOCUMENT: &str = include_str!("../../../openapi.json");

/// `GET /openapi.json`. It needs no token: it says nothing of anybody.
pub const OPENAPI: Route = Route {
    method: Method::Get,
    path: "/openapi.json",
    operation_id: "get_openapi",
    summary: "This interface, as an OpenAPI 3.1 document.",
    seals: &[],
    handler: Handler::Public(document),
};

fn document(request: Request) -> Step<Response> {
    let headers = vec![("content-type", "application/json".to_owned())];
    let response = Response { status: 200, headers, body: DOCUMENT.to_owned() };
    let known = request.headers.get("if-none-match").map(String::as_str);
    Step::End(response.with("cache-control", "no-cache").with_etag(known))
}
