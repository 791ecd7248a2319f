//! Whether the service is up, and whether its database answers. A failing database is left to the driver, which
//! answers 503 for it.

use serde_json::json;

use crate::core::api::request::{Method, Request};
use crate::core::api::response::Response;
use crate::core::api::routes::{Handler, Route, shown};
use crate::core::sql::access as sql;
use crate::core::step::Step;

/// `GET /health`.
pub const HEALTH: Route = Route {
    method: Method::Get,
    path: "/health",
    operation_id: "health",
    summary: shown("Says that the service runs; nothing is read"),
    seals: &[],
    handler: Handler::Public(health),
};

/// `GET /ready`.
pub const READY: Route = Route {
    method: Method::Get,
    path: "/ready",
    operation_id: "ready",
    summary: shown("Says whether the database answers and has its tables"),
    seals: &[],
    handler: Handler::Public(ready),
};

fn health(_request: Request) -> Step<Response> {
    Step::End(Response::json(200, &json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") })))
}

fn ready(_request: Request) -> Step<Response> {
    Step::read(vec![sql::database_is_ready()], |_, _| {
        Step::End(Response::json(200, &json!({ "status": "ready" })))
    })
}
