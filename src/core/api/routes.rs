//! The table of routes: which method and path lead to which handler, and which members of a body are secrets.

use std::collections::BTreeMap;

use matchit::Router;

use crate::core::api;
use crate::core::api::access::with_owner;
use crate::core::api::problem::Problem;
use crate::core::api::request::{Call, Method, Request};
use crate::core::api::response::Response;
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
pub const ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/api/v1/assets",
        operation_id: "list_assets",
        summary: "Pages of the inventory, by filters or by a search text",
        seals: &[],
        handler: Handler::Owned(api::assets::list),
    },
    Route {
        method: Method::Get,
        path: "/api/v1/assets/counts",
        operation_id: "count_assets",
        summary: "How many assets there are of each kind",
        seals: &[],
        handler: Handler::Owned(api::counts::counts),
    },
    Route {
        method: Method::Get,
        path: "/api/v1/assets/{id}",
        operation_id: "get_asset",
        summary: "All that is known of one asset",
        seals: &[],
        handler: Handler::Owned(api::asset::show),
    },
    Route {
        method: Method::Delete,
        path: "/api/v1/assets/{id}",
        operation_id: "remove_asset",
        summary: "Remove an asset; it stays removed whatever is imported",
        seals: &[],
        handler: Handler::Owned(api::removal::remove),
    },
    Route {
        method: Method::Post,
        path: "/api/v1/assets/{id}/restore",
        operation_id: "restore_asset",
        summary: "Bring a removed asset back",
        seals: &[],
        handler: Handler::Owned(api::removal::restore),
    },
    Route {
        method: Method::Get,
        path: "/api/v1/assets/{id}/observations",
        operation_id: "list_observations",
        summary: "What was observed of one asset, with the payloads",
        seals: &[],
        handler: Handler::Owned(api::asset::observations),
    },
    Route {
        method: Method::Get,
        path: "/api/v1/assets/{id}/lineage",
        operation_id: "get_lineage",
        summary: "What an asset was made from, and what was made from it",
        seals: &[],
        handler: Handler::Owned(api::graph::lineage),
    },
    Route {
        method: Method::Post,
        path: "/api/v1/assets/{id}/edges",
        operation_id: "add_edge",
        summary: "Say that an asset was made from another",
        seals: &[],
        handler: Handler::Owned(api::edges::add),
    },
    Route {
        method: Method::Delete,
        path: "/api/v1/assets/{id}/edges",
        operation_id: "remove_edge",
        summary: "Say that an asset was not made from another",
        seals: &[],
        handler: Handler::Owned(api::edges::remove),
    },
    Route {
        method: Method::Get,
        path: "/api/v1/quarantine",
        operation_id: "list_quarantine",
        summary: "Payloads that nobody could read yet",
        seals: &[],
        handler: Handler::Owned(api::quarantine::list),
    },
];

/// Which members of this request's body the edge must seal.
#[must_use]
pub fn seals(method: Method, path: &str) -> &'static [&'static str] {
    find(method, path).ok().map_or(&[], |(route, _)| route.seals)
}

/// Answers a request.
#[must_use]
pub fn handle(request: Request, now: NowMs) -> Step<Response> {
    let (route, params) = match find(request.method, &request.path) {
        Ok(found) => found,
        Err(problem) => return Step::End(problem.into()),
    };
    match route.handler {
        Handler::Public(handler) => handler(request),
        Handler::Admin(handler) => match request.bearer {
            crate::core::api::request::Bearer::Admin => handler(request, now),
            _ => Step::End(Problem::new(403, "admin_only", "This needs the service's admin token").into()),
        },
        Handler::Owned(handler) => {
            with_owner(request, move |request, owner| handler(Call { request, owner, params }, now))
        }
    }
}

fn find(method: Method, path: &str) -> Result<(&'static Route, BTreeMap<String, String>), Problem> {
    let mut allowed = Vec::new();
    for route in ROUTES {
        let mut router = Router::new();
        if router.insert(route.path, ()).is_err() {
            continue;
        }
        let Ok(matched) = router.at(path) else { continue };
        if route.method == method {
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
