//! Queue messages: each is decoded, delivered, and then acked or retried, said once and aloud. One bad message does
//! not fail its batch.

use serde_json::{Value, json};
use worker::{Env, MessageBatch, MessageExt, QueueRetryOptionsBuilder, RawMessage};

use crate::core::jobs::run::Cost;
use crate::core::jobs::{self, budget};
use crate::core::statement::Message;
use crate::core::step::Disposition;
use crate::edge::crypto::now_ms;
use crate::edge::drive::Driver;
use crate::edge::halt::Halt;
use crate::edge::{log, settings, usage};

const DEAD_LETTERS: &str = "driftline-dead-letters";

/// The platform's longest delay, in seconds.
const LONGEST_DELAY_S: u32 = 43_200;

/// Takes every message of a batch.
pub async fn consume(batch: &MessageBatch<Value>, env: &Env) {
    let queue = batch.queue();
    for message in batch.raw_iter() {
        match decode(&message) {
            Ok((hint, _)) if queue == DEAD_LETTERS => bury(&message, &hint, env).await,
            Ok((hint, spent)) => deliver(&message, hint, spent, &queue, env).await,
            Err(reason) => park(&message, &queue, &reason),
        }
    }
}

async fn deliver(message: &RawMessage, hint: Message, spent: Cost, queue: &str, env: &Env) {
    let started_ms = now_ms();
    let (job, step) = (hint.job.clone(), hint.step);
    let mut driver = Driver::new(env);
    let allowance = settings::allowance(env, started_ms);
    let (disposition, halt) = match driver.run(jobs::deliver_with(hint.clone(), spent, allowance)).await {
        Ok(disposition) => (disposition, None),
        Err(halt @ Halt::PlatformQuota) => (stopped_by_quota(&hint, &mut driver).await, Some(halt.to_json())),
        Err(halt) => (halt.disposition(), Some(halt.to_json())),
    };
    usage::count(env, driver.cost.rows_written).await;
    let (outcome, retry_after_s, reason) = conclude(message, disposition);
    let line = json!({
        "queue": queue,
        "job": job,
        "step": step,
        "outcome": outcome,
        "retry_after_s": retry_after_s,
        "reason": reason,
        "ms": now_ms() - started_ms,
        "cost": driver.cost.to_json(),
        "halt": halt,
    });
    if outcome == "ack" { log::info("message", line) } else { log::error("message", line) }
}

/// Lets the step wait for the platform. Where not even that can be written, its row is due all the same.
async fn stopped_by_quota(hint: &Message, driver: &mut Driver<'_>) -> Disposition {
    match driver.run(budget::stopped_by_quota(hint, now_ms())).await {
        Ok(disposition) => disposition,
        Err(halt) => {
            log::error("not_parked", json!({ "job": hint.job, "step": hint.step, "halt": halt.to_json() }));
            Disposition::Ack
        }
    }
}

/// Says to the platform, once, what becomes of a message; returns the same for the log.
fn conclude(message: &RawMessage, disposition: Disposition) -> (&'static str, Option<u32>, Option<String>) {
    match disposition {
        Disposition::Ack => {
            message.ack();
            ("ack", None, None)
        }
        Disposition::RetryAfter { seconds, reason } => {
            let delay_s = seconds.min(LONGEST_DELAY_S);
            message.retry_with_options(&QueueRetryOptionsBuilder::new().with_delay_seconds(delay_s).build());
            ("retry", Some(delay_s), Some(reason))
        }
    }
}

/// A message that failed too often. Its job's row says so and is still due, so that nothing is lost with it.
async fn bury(message: &RawMessage, hint: &Message, env: &Env) {
    let buried = Driver::new(env).run(jobs::bury(hint, now_ms())).await;
    let disposition = buried.unwrap_or_else(|halt| halt.disposition());
    let (outcome, ..) = conclude(message, disposition);
    log::error(
        "dead_letter",
        json!({ "job": hint.job, "step": hint.step, "message": message.id(), "outcome": outcome }),
    );
}

/// A message that nobody can read: no later try would read it either.
fn park(message: &RawMessage, queue: &str, reason: &str) {
    message.ack();
    log::error("unreadable_message", json!({ "queue": queue, "message": message.id(), "reason": reason }));
}

fn decode(message: &RawMessage) -> Result<(Message, Cost), String> {
    let text = js_sys::JSON::stringify(&message.body()).ok().and_then(|text| text.as_string());
    let text = text.ok_or("the body cannot be written as JSON")?;
    let hint = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    Ok((hint, spent_in(&text)))
}

/// What the step before has cost, where the message says so.
fn spent_in(text: &str) -> Cost {
    let message: Value = serde_json::from_str(text).unwrap_or_default();
    let part = |index: usize| message.get("spent").and_then(|spent| spent.get(index)).and_then(Value::as_u64);
    Cost(part(0).unwrap_or(0), part(1).unwrap_or(0), part(2).unwrap_or(0))
}
