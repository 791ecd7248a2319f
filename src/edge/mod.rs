//! Cloudflare: entry points, D1, queues, fetch, crypto, HTTP rendering. No rule about media stands here.

use worker::{event, Context, Env, MessageBatch, Request, Response, Result, ScheduleContext, ScheduledEvent};

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
    match request.path().as_str() {
        "/health" => Response::from_json(&serde_json::json!({ "status": "ok" })),
        _ => {
            let _ = env;
            Response::error("not found", 404)
        }
    }
}

#[event(queue)]
async fn queue(batch: MessageBatch<serde_json::Value>, _env: Env, _context: Context) -> Result<()> {
    for message in batch.raw_iter() {
        let _ = message;
    }
    Ok(())
}

#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, _env: Env, _context: ScheduleContext) {}
