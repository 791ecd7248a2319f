//! The table of routes: which method and path lead to which handler, and which members of a body are secrets.

use std::collections::BTreeMap;

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

/// A text for readers of the rendered page and the document, which are files: no isolate carries it.
#[must_use]
pub const fn shown(text: &'static str) -> &'static str {
    if cfg!(target_arch = "wasm32") { "" } else { text }
}

/// Every route. Handlers register here; the OpenAPI document is made from the same table.
pub const ROUTES: &[&[Route]] = &[
    tables::service::ROUTES,
    tables::accounts::ROUTES,
    tables::sync::ROUTES,
    tables::assets::ROUTES,
    tables::drift::ROUTES,
    tables::generations::ROUTES,
    tables::ways::ROUTES,
];

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
        let Some(params) = params_of(route.path, path) else { continue };
        if Some(route.method) == method {
            return Ok((route, params));
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

/// The members of a path, decoded, where it fits the template segment by segment. A member is never empty; decoded, it
/// may hold a slash.
fn params_of(template: &str, path: &str) -> Option<BTreeMap<String, String>> {
    let mut params = BTreeMap::new();
    let mut given = path.split('/');
    for wanted in template.split('/') {
        let segment = given.next()?;
        match wanted.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) if !segment.is_empty() => {
                params.insert(name.to_owned(), decoded(segment));
            }
            None if wanted == segment => {}
            _ => return None,
        }
    }
    given.next().is_none().then_some(params)
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(method: Method, path: &str) -> Option<(&'static str, Vec<(String, String)>)> {
        find(Some(method), path)
            .ok()
            .map(|(route, params)| (route.operation_id, params.into_iter().collect()))
    }

    fn member(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn the_first_route_that_fits_is_found() {
        assert_eq!(found(Method::Get, "/api/v1/assets/counts"), Some(("count_assets", vec![])));
        assert_eq!(
            found(Method::Get, "/api/v1/assets/ast_1"),
            Some(("get_asset", vec![member("id", "ast_1")]))
        );
        assert_eq!(
            found(Method::Post, "/api/v1/providers/pixverse/accounts/acc_1/sync-assets"),
            Some(("sync_assets", vec![member("id", "acc_1"), member("provider_id", "pixverse")]))
        );
    }

    #[test]
    fn members_are_decoded_after_the_path_is_split() {
        assert_eq!(
            found(Method::Get, "/api/v1/assets/a%2Fb%20c%ff"),
            Some(("get_asset", vec![member("id", "a/b c\u{fffd}")]))
        );
        assert_eq!(found(Method::Get, "/api/v1/%61ssets"), None);
    }

    #[test]
    fn nothing_is_at_a_path_that_fits_no_template() {
        for path in [
            "",
            "/",
            "/api/v1",
            "/api/v1/assets/",
            "/api/v1/assets//lineage",
            "/api/v1/assets/a/lineage/",
            "/api/v1/assets/a/b/c",
            "//api/v1/assets",
            "/API/v1/assets",
        ] {
            assert_eq!(Response::from(refuse_method(path)).status, 404, "{path}");
        }
    }

    #[test]
    fn a_path_tells_which_methods_it_takes() {
        let refused = |method, path: &str| Response::from(find(method, path).err().unwrap());
        let response = refused(Some(Method::Post), "/api/v1/accounts/acc_1");
        assert_eq!(response.status, 405);
        assert!(response.headers.contains(&("allow", "GET, PATCH, DELETE".to_owned())));
        assert_eq!(refused(None, "/api/v1/runs/run_1").status, 405);
    }

    #[test]
    fn every_template_fits_itself() {
        for route in ROUTES.iter().copied().flatten() {
            assert_eq!(found(route.method, route.path).unwrap().0, route.operation_id, "{}", route.path);
        }
    }
}
