//! The table of routes: which method and path lead to which handler, and which members of a body are secrets.

use std::collections::BTreeMap;

use matchit::Router;

use crate::core::api::access::{unauthorized, with_owner};
use crate::core::api::idempotency;
use crate::core::api::problem::Problem;
use crate::core::api::request::{Bearer, Call, Method, Request};
use crate::core::api::response::Response;
use crate::core::api::tables;
use crate::core::step::{NowMs, Step};

/// Who may call a route.
#[derive(Clone, Copy)]
pub enum Handler {
    /// Anyone; nothing is read that belongs to somebody.
    Public(fn(Request) -> Step<Response>),
    /// The service's admin token only.
    Admin(fn(Request, NowMs) -> Step<Response>),
    /// An owner's token.
    Owned(fn(Call, NowMs) -> Step<Response>),
}

/// One operation of the interface.
pub struct Route {
    /// The verb.
    pub method: Method,
    /// The path, with `{names}` for its members.
    pub path: &'static str,
    /// The operation's id in the OpenAPI document.
    pub operation_id: &'static str,
    /// One line for readers.
    pub summary: &'static str,
    /// Members of the body (JSON pointers) that the edge seals before the core sees them.
    pub seals: &'static [&'static str],
    /// What answers.
    pub handler: Handler,
}

/// Every route. Handlers register here; the OpenAPI document is made from the same table.
pub const ROUTES: &[&[Route]] =
    &[tables::service::ROUTES, tables::accounts::ROUTES, tables::sync::ROUTES, tables::assets::ROUTES];

/// Which members of this request's body the edge must seal.
#[must_use]
pub fn seals(method: Method, path: &str) -> &'static [&'static str] {
    find(Some(method), path).ok().map_or(&[], |(route, _)| route.seals)
}

/// Answers a request.
#[must_use]
pub fn handle(request: Request, now: NowMs) -> Step<Response> {
    let (route, params) = match find(Some(request.method), &request.path) {
        Ok(found) => found,
        Err(problem) => return Step::End(problem.into()),
    };
    match route.handler {
        Handler::Public(handler) => handler(request),
        Handler::Admin(handler) => match request.bearer {
            Bearer::Admin => handler(request, now),
            Bearer::Absent => Step::End(unauthorized()),
            Bearer::Hash(_) => {
                Step::End(Problem::new(403, "admin_only", "This needs the service's admin token").into())
            }
        },
        Handler::Owned(handler) => with_owner(request, move |request, owner| {
            idempotency::once(route, handler, Call { request, owner, params }, now)
        }),
    }
}

/// What a method gets that no route takes: 405 with the methods that the path has, 404 where it has none.
#[must_use]
pub fn refuse_method(path: &str) -> Problem {
    match find(None, path) {
        Ok(_) => Problem::new(405, "method_not_allowed", "This path does not take that method"),
        Err(problem) => problem,
    }
}

fn find(method: Option<Method>, path: &str) -> Result<(&'static Route, BTreeMap<String, String>), Problem> {
    let mut allowed = Vec::new();
    for route in ROUTES.iter().copied().flatten() {
        let mut router = Router::new();
        if router.insert(route.path, ()).is_err() {
            continue;
        }
        let Ok(matched) = router.at(path) else { continue };
        if Some(route.method) == method {
            let params = matched.params.iter().map(|(name, value)| (name.to_owned(), decoded(value)));
            return Ok((route, params.collect()));
        }
        allowed.push(format!("{:?}", route.method).to_uppercase());
    }
    if allowed.is_empty() {
        return Err(Problem::new(404, "no_such_route", "There is nothing at this path")
            .detail(format!("path {path:?}")));
    }
    let allow = allowed.join(", ");
    Err(Problem::new(405, "method_not_allowed", "This path does not take that method").header("allow", allow))
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}
