//! The table of routes: which method and path lead to which handler, and which members of a body are secrets.

use std::collections::BTreeMap;

use matchit::Router;

use crate::core::api::access::with_owner;
use crate::core::api::problem::Problem;
use crate::core::api::request::{Call, Method, Request};
use crate::core::api::response::Response;
use crate::core::api::{accounts, connect, credentials, providers, tokens};
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
        path: "/api/v1/providers",
        operation_id: "list_providers",
        summary: "What can be connected, and what each interface can do.",
        seals: &[],
        handler: Handler::Public(providers::list),
    },
    Route {
        method: Method::Post,
        path: "/api/v1/accounts/connect",
        operation_id: "start_connection",
        summary: "Begin a device flow: a person approves a code, and an account follows.",
        seals: &[],
        handler: Handler::Owned(connect::start),
    },
    Route {
        method: Method::Get,
        path: "/api/v1/accounts/connect/{id}",
        operation_id: "get_connection",
        summary: "How a device flow stands: pending, connected, expired or denied.",
        seals: &[],
        handler: Handler::Owned(connect::status),
    },
    Route {
        method: Method::Get,
        path: "/api/v1/accounts",
        operation_id: "list_accounts",
        summary: "Your provider accounts, oldest first.",
        seals: &[],
        handler: Handler::Owned(accounts::list),
    },
    Route {
        method: Method::Post,
        path: "/api/v1/accounts",
        operation_id: "create_account",
        summary: "Add an account by its credential, or renew the one that it belongs to.",
        seals: &["/credential/value"],
        handler: Handler::Owned(credentials::create),
    },
    Route {
        method: Method::Get,
        path: "/api/v1/accounts/{id}",
        operation_id: "get_account",
        summary: "One account.",
        seals: &[],
        handler: Handler::Owned(accounts::get),
    },
    Route {
        method: Method::Patch,
        path: "/api/v1/accounts/{id}",
        operation_id: "update_account",
        summary: "Give an account another label.",
        seals: &[],
        handler: Handler::Owned(accounts::patch),
    },
    Route {
        method: Method::Delete,
        path: "/api/v1/accounts/{id}",
        operation_id: "delete_account",
        summary: "Drop an account's credential and stop its runs; its assets stay.",
        seals: &[],
        handler: Handler::Owned(accounts::delete),
    },
    Route {
        method: Method::Post,
        path: "/api/v1/accounts/{id}/check",
        operation_id: "check_account",
        summary: "Ask the provider how an account stands.",
        seals: &[],
        handler: Handler::Owned(credentials::check),
    },
    Route {
        method: Method::Get,
        path: "/api/v1/tokens",
        operation_id: "list_tokens",
        summary: "Your tokens, by name.",
        seals: &[],
        handler: Handler::Owned(tokens::list),
    },
    Route {
        method: Method::Post,
        path: "/api/v1/tokens",
        operation_id: "create_token",
        summary: "Make a token; it is shown this once.",
        seals: &[],
        handler: Handler::Owned(tokens::create),
    },
    Route {
        method: Method::Delete,
        path: "/api/v1/tokens/{id}",
        operation_id: "revoke_token",
        summary: "Revoke a token at once.",
        seals: &[],
        handler: Handler::Owned(tokens::revoke),
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
