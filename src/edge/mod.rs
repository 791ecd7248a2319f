//! Cloudflare: entry points, D1, queues, fetch, crypto, HTTP rendering. No rule about media stands here.

use serde_json::{Value, json};
use worker::{
    Context, Env, MessageBatch, Method, Request, Response, Result, ScheduleContext, ScheduledEvent, event,
};

/// Reports a panic to the log and then to the platform, whose own hook makes the next request get a fresh instance.
#[event(start)]
fn start() {
    let platform = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        console_error_panic_hook::hook(info);
        platform(info);
    }));
}

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    let path = request.path();
    match (request.method(), path.as_str()) {
        (Method::Get, "/health") => Response::from_json(&json!({ "status": "ok" })),
        (Method::Get, "/__panic") if is_panic_route_enabled(&env) => panic_on_purpose(),
        (Method::Get, "/api/v1/accounts") => Response::from_json(&json!({ "accounts": [] })),
        (Method::Post, "/api/v1/accounts") => created(&json!({ "id": "acc_0" })),
        (Method::Post, "/api/v1/owners") => created(&json!({ "owner_id": "own_0", "token": "token_0" })),
        _ => Response::error("not found", 404),
    }
}

#[event(queue)]
async fn queue(_batch: MessageBatch<Value>, _env: Env, _context: Context) -> Result<()> {
    Ok(())
}

#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, _env: Env, _context: ScheduleContext) {}

fn created(body: &Value) -> Result<Response> {
    Ok(Response::from_json(body)?.with_status(201))
}

fn is_panic_route_enabled(env: &Env) -> bool {
    env.var("ENABLE_PANIC_ROUTE").is_ok_and(|value| value.to_string() == "1")
}

#[expect(clippy::panic, reason = "the end-to-end tests prove that a panic costs one request only")]
fn panic_on_purpose() -> ! {
    panic!("asked to panic");
}
