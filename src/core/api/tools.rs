//! Tools that store nothing: `inspect`, the black box by which an extractor is judged.

use crate::core::api::problem::Problem;
use crate::core::api::request::{Method, Request};
use crate::core::api::response::Response;
use crate::core::api::routes::{Handler, Route, shown};
use crate::core::error::Rejection;
use crate::core::inspect::inspect;
use crate::core::step::Step;

/// The longest request of [`INSPECT`], in bytes: a row of the largest library page is a hundredth of it.
const INSPECT_BYTES: usize = 2_000_000;

/// `POST /api/v1/inspect`. It needs no token: it touches nobody's data.
pub const INSPECT: Route = Route {
    method: Method::Post,
    path: "/api/v1/inspect",
    operation_id: "inspect",
    summary: shown("Answers with the facts of a payload; nothing is stored"),
    seals: &[],
    handler: Handler::Public(answer),
};

fn answer(request: Request) -> Step<Response> {
    if request.body.len() > INSPECT_BYTES {
        return Step::End(too_long());
    }
    Step::End(match inspect(&request.body) {
        Ok(facts) => Response::json(200, &facts),
        Err(rejection) => refused(&rejection),
    })
}

fn refused(rejection: &Rejection) -> Response {
    Problem::new(422, rejection.code(), "The payload cannot be inspected")
        .detail(rejection.to_string())
        .into()
}

fn too_long() -> Response {
    Problem::new(413, "body_too_large", "The request body is too large")
        .detail(format!("at most {INSPECT_BYTES} bytes are inspected at once"))
        .into()
}
