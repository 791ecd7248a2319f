//! HTTP at the edge: decodes a request, lets the core answer it, renders the response. Every error is a problem
//! document; every request is logged once.

use serde_json::json;
use worker::{Context, Env, Headers, ResponseBuilder};

use crate::core::api::problem::Problem;
use crate::core::api::request::{Method, Request};
use crate::core::api::response::Response;
use crate::core::api::routes;
use crate::core::gather::map_of;
use crate::core::ids::{digest, hex};
use crate::core::seal::{SealError, change_members, seal};
use crate::edge::body::{BodyError, Rest, read_body};
use crate::edge::crypto::{CREDENTIAL, bearer_of, entropy, nonce, now_ms};
use crate::edge::drive::Driver;
use crate::edge::halt::Halt;
use crate::edge::{log, settings, usage};

/// The longest body, in bytes: pages handed in are the largest, and a job's row takes 1.5 MB of them at a time.
const BODY_BYTES: usize = 6_000_000;

/// The headers that rules depend on.
const HEADERS: [&str; 7] = [
    "if-none-match",
    "if-match",
    "idempotency-key",
    "accept",
    "webhook-timestamp",
    "webhook-nonce",
    "webhook-signature",
];

/// Answers a request.
///
/// # Errors
/// Only when the platform refuses to make a response.
pub async fn answer(
    request: &worker::Request,
    env: &Env,
    context: &Context,
) -> worker::Result<worker::Response> {
    let started_ms = now_ms();
    let request_id = request_id(request);
    let mut driver = Driver::new(env);
    let answered = respond(request, env, &request_id, &mut driver).await;
    let (response, halt) = match answered {
        Ok(response) => (response, None),
        Err(halt) => (halt.response(now_ms()), Some(halt.to_json())),
    };
    count_later(env, context, driver.cost.rows_written);
    let verb = request.inner().method();
    let line = json!({
        "request_id": request_id,
        "method": verb,
        "path": request.path(),
        "status": response.status,
        "ms": now_ms() - started_ms,
        "cost": driver.cost.to_json(),
        "halt": halt,
    });
    if response.status >= 500 {
        log::error("request", line)
    } else {
        log::info("request", line)
    }
    let headers = headers_of(&response, &request_id, &driver.cost.header())?;
    let builder = ResponseBuilder::new().with_status(response.status).with_headers(headers);
    let is_empty = response.body.is_empty() || verb == "HEAD";
    Ok(if is_empty { builder.empty() } else { builder.fixed(response.body.into_bytes()) })
}

/// Counts what was written once the answer is out: nobody waits for it.
fn count_later(env: &Env, context: &Context, rows_written: u64) {
    if rows_written > 0 {
        let env = env.clone();
        context.wait_until(async move { usage::count(&env, rows_written).await });
    }
}

/// The core's answer, or the edge's own when the request cannot be decoded.
async fn respond(
    request: &worker::Request,
    env: &Env,
    request_id: &str,
    driver: &mut Driver<'_>,
) -> Result<Response, Halt> {
    match decode(request, env, request_id).await? {
        Ok(request) => driver.run(routes::handle(request, now_ms())).await,
        Err(problem) => Ok(problem.into()),
    }
}

async fn decode(
    request: &worker::Request,
    env: &Env,
    request_id: &str,
) -> Result<Result<Request, Problem>, Halt> {
    let path = request.path();
    let Some(method) = method_of(&request.inner().method()) else {
        return Ok(Err(routes::refuse_method(&path)));
    };
    let body = match body_of(request).await {
        Ok(body) => body,
        Err(problem) => return Ok(Err(problem)),
    };
    let seals = routes::seals(method, &path);
    let has_key = header(request, "idempotency-key").is_some();
    let body_digest = if has_key { digest_of(&body, seals, env)? } else { String::new() };
    let body = match seal_members(body, seals, env)? {
        Ok(body) => body,
        Err(problem) => return Ok(Err(problem)),
    };
    let authorization = header(request, "authorization");
    let headers = HEADERS.iter().filter_map(|name| Some(((*name).to_owned(), header(request, name)?)));
    Ok(Ok(Request {
        method,
        path,
        query: query_of(request),
        bearer: bearer_of(authorization.as_deref(), settings::admin_token(env).as_deref()),
        headers: map_of(headers),
        body,
        body_digest,
        request_id: request_id.to_owned(),
        entropy: entropy()?,
        platform: usage::platform(env),
    }))
}

fn method_of(verb: &str) -> Option<Method> {
    match verb {
        "GET" | "HEAD" => Some(Method::Get),
        "POST" => Some(Method::Post),
        "PATCH" => Some(Method::Patch),
        "DELETE" => Some(Method::Delete),
        _ => None,
    }
}

fn query_of(request: &worker::Request) -> Vec<(String, String)> {
    request.url().map(|url| url.query_pairs().into_owned().collect()).unwrap_or_default()
}

async fn body_of(request: &worker::Request) -> Result<String, Problem> {
    let bytes =
        read_body(request.inner().body(), BODY_BYTES, Rest::Drain).await.map_err(|error| match error {
            BodyError::TooLong => too_large(),
            BodyError::Cut { .. } => Problem::new(400, "body_cut", "The request body did not arrive in full"),
        })?;
    String::from_utf8(bytes).map_err(|error| {
        let place = error.utf8_error().valid_up_to();
        Problem::new(400, "invalid_utf8", "The request body is not UTF-8")
            .detail(format!("the byte at {place} starts no character"))
    })
}

fn too_large() -> Problem {
    Problem::new(413, "body_too_large", "The request body is too large")
        .detail(format!("at most {BODY_BYTES} bytes are taken"))
}

/// Seals the members of a body that the route calls secret. A body that is not JSON goes no further: nobody knows
/// where a secret would stand in it.
fn seal_members(body: String, pointers: &[&str], env: &Env) -> Result<Result<String, Problem>, Halt> {
    if pointers.is_empty() || body.trim().is_empty() {
        return Ok(Ok(body));
    }
    let key = settings::credential_key(env)?;
    let sealed = change_members(&body, pointers, |plain| {
        let nonce = nonce().map_err(|_| SealError::NotSealed)?;
        Ok(seal(&key, &nonce, plain, CREDENTIAL))
    });
    match sealed {
        Ok(body) => Ok(Ok(body)),
        Err(SealError::NotJson) => {
            Ok(Err(Problem::new(422, "invalid_body", "The request body is not of the documented shape")
                .detail("the body is not readable JSON")))
        }
        Err(_) => Err(Halt::NoEntropy),
    }
}

/// What tells a body from another one. A secret that is short enough to be guessed must not stand in the database as
/// its bare digest, so where there may be one the key goes in first.
fn digest_of(body: &str, seals: &[&str], env: &Env) -> Result<String, Halt> {
    if seals.is_empty() {
        return Ok(digest(body));
    }
    let key = settings::credential_key(env)?;
    Ok(digest(&format!("driftline body\n{}\n{body}", hex(&key))))
}

fn headers_of(response: &Response, request_id: &str, cost: &str) -> worker::Result<Headers> {
    let headers = Headers::new();
    headers.set("cache-control", "no-store")?;
    headers.set("x-content-type-options", "nosniff")?;
    headers.set("x-request-id", request_id)?;
    headers.set("x-driftline-cost", cost)?;
    for (name, value) in &response.headers {
        headers.set(name, value)?;
    }
    Ok(headers)
}

fn header(request: &worker::Request, name: &str) -> Option<String> {
    request.headers().get(name).ok().flatten()
}

/// Cloudflare's own id of the request where there is one; what a sender makes up stays harmless in a log.
fn request_id(request: &worker::Request) -> String {
    let is_plain = |text: &String| {
        (1..=64).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let ray = header(request, "cf-ray").filter(is_plain);
    ray.unwrap_or_else(|| entropy().unwrap_or_default().chars().take(32).collect())
}
