//! Cloudflare: entry points, D1, queues, fetch, crypto, HTTP rendering. No rule about media stands here.

pub mod body;
pub mod carry;
pub mod cost;
pub mod crypto;
pub mod d1;
pub mod drive;
pub mod halt;
pub mod http;
pub mod log;
pub mod provider;
pub mod queue;
pub mod schedule;
pub mod send;
pub mod settings;
pub mod usage;

use serde_json::Value;
use worker::{Context, Env, MessageBatch, Request, Response, Result, ScheduleContext, ScheduledEvent, event};

/// The allocator of the whole module.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

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
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    if request.path() == "/__panic" && settings::is_panic_route_enabled(&env) {
        panic_on_purpose();
    }
    http::answer(&request, &env, &context).await
}

#[event(queue)]
async fn queue(batch: MessageBatch<Value>, env: Env, _context: Context) -> Result<()> {
    queue::consume(&batch, &env).await;
    Ok(())
}

#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    schedule::tick(&env).await;
}

#[expect(clippy::panic, reason = "the end-to-end tests prove that a panic costs one request only")]
fn panic_on_purpose() -> ! {
    panic!("asked to panic");
}
