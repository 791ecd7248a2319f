//! `GET /providers`: what can be connected, and what each interface can do. `GET /operations`: what can be asked of one.

use serde_json::json;

use crate::core::api::problem::Problem;
use crate::core::api::request::Request;
use crate::core::api::response::Response;
use crate::core::media::Api;
use crate::core::providers::catalogue::PROVIDERS;
use crate::core::providers::pixverse;
use crate::core::step::Step;

/// Lists the providers. It needs no token: it says nothing of anybody.
#[must_use]
pub fn list(request: Request) -> Step<Response> {
    let known = request.headers.get("if-none-match").map(String::as_str);
    Step::End(Response::json(200, &json!({ "providers": PROVIDERS })).with_etag(known))
}

/// Tells what an interface can be asked to make: each operation with its models, parameters, limits and inputs. Requests
/// are checked by the same table.
#[must_use]
pub fn operations(request: Request) -> Step<Response> {
    let named =
        |name: &str| request.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let Some(api) = Api::parse(named("api").unwrap_or("library")) else {
        return Step::End(Problem::invalid("api", "one of library, open_platform").into());
    };
    let known = request.headers.get("if-none-match").map(String::as_str);
    let body = json!({
        "provider_id": pixverse::PROVIDER_ID,
        "api": api,
        "operations": pixverse::create::operations(api),
    });
    Step::End(Response::json(200, &body).with_etag(known))
}
