//! Queue messages: each is decoded, delivered, and then acked or retried, said once and aloud. One bad message does
//! not fail its batch.

use serde_json::{Value, json};
use worker::{Env, MessageBatch, MessageExt, QueueRetryOptionsBuilder, RawMessage};

use crate::core::jobs::run::Cost;
use crate::core::jobs::{self, budget};
use crate::core::statement::{Message, Queue, Send};
use crate::core::step::Disposition;
use crate::edge::crypto::now_ms;
use crate::edge::drive::Driver;
use crate::edge::halt::Halt;
use crate::edge::send::send_all;
use crate::edge::{log, settings, usage};

const DEAD_LETTERS: &str = "driftline-dead-letters";

/// For how long a message goes on from step to step, in milliseconds: others wait behind it.
const GOING_ON_MS: i64 = 2_000;

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

/// Works on the step that a message hints at, and on the steps after it that are due at once, as many as one message
/// may bring on the way.
async fn deliver(message: &RawMessage, hint: Message, spent: Cost, queue: &str, env: &Env) {
    let started_ms = now_ms();
    let allowance = settings::allowance(env, started_ms);
    let steps = settings::steps_at_once(env, allowance);
    let job = hint.job.clone();
    let mut step = jobs::deliver_with(hint.clone(), spent, allowance);
    let (mut hint, mut asked) = (hint, None);
    for number in 1..=steps {
        let step_ms = now_ms();
        let may_go_on = number < steps && step_ms - started_ms < GOING_ON_MS;
        let mut driver = Driver::going_on(env, may_go_on.then_some(job.as_str()), asked.take());
        let (disposition, halt) = match driver.run(step).await {
            Ok(disposition) => (disposition, None),
            Err(halt @ Halt::PlatformQuota) => {
                (stopped_by_quota(&hint, &mut driver).await, Some(halt.to_json()))
            }
            Err(halt) => (halt.disposition(), Some(halt.to_json())),
        };
        usage::count(env, driver.cost.rows_written).await;
        let next = driver.next.take().filter(|_| disposition == Disposition::Ack);
        let (outcome, retry_after_s, reason) = match (&next, number) {
            (Some(_), _) => ("ack", None, None),
            (None, 1) => conclude(message, disposition),
            (None, _) => conclude_later_step(message, &hint, queue, disposition, &driver, env).await,
        };
        let line = json!({
            "queue": queue,
            "job": hint.job,
            "step": hint.step,
            "outcome": outcome,
            "retry_after_s": retry_after_s,
            "reason": reason,
            "ms": now_ms() - step_ms,
            "cost": driver.cost.to_json(),
            "halt": halt,
        });
        if outcome == "ack" {
            log::info("message", line)
        } else {
            log::error("message", line)
        }
        let Some(next) = next else { return };
        step = jobs::go_on(next.hint.clone(), &next.row, driver.cost.as_spent(), now_ms());
        (hint, asked) = (next.hint, next.asked);
    }
}

/// A step that came without a message of its own, and is to be tried again, gets one: the message that brought it on
/// the way is about a step that is done.
async fn conclude_later_step(
    message: &RawMessage,
    hint: &Message,
    queue: &str,
    disposition: Disposition,
    driver: &Driver<'_>,
    env: &Env,
) -> (&'static str, Option<u32>, Option<String>) {
    message.ack();
    let Disposition::RetryAfter { seconds, reason } = disposition else { return ("ack", None, None) };
    let queue = if queue == "driftline-sync" { Queue::Sync } else { Queue::Lineage };
    let again = Send { queue, message: hint.clone(), delay_s: seconds, ahead: None };
    send_all(env, &[again], &driver.cost).await;
    ("retry", Some(seconds.min(LONGEST_DELAY_S)), Some(reason))
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
