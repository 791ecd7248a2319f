//! Hints onto the queues, after their plan took effect. A hint that cannot be sent is logged and forgotten: the tick
//! sends again what is due.

use serde::Serialize;
use serde_json::json;
use worker::{Env, MessageBuilder, SendMessage};

use crate::core::statement::{Queue, Send};
use crate::edge::cost::Cost;
use crate::edge::log;

/// The platform's limit for one batch.
const BATCH: usize = 100;

/// The platform's longest delay, in seconds.
const LONGEST_DELAY_S: u32 = 43_200;

/// A hint as it travels, with what the step that sent it has cost so far: statements, rows read, rows written. 32 bits
/// cross into JavaScript as numbers, 64 would not.
#[derive(Serialize)]
struct Hint {
    job: String,
    step: i64,
    spent: [u32; 3],
}

/// Sends every hint, those of one queue together.
pub async fn send_all(env: &Env, sends: &[Send], cost: &Cost) {
    for (queue, binding) in [(Queue::Sync, "SYNC_QUEUE"), (Queue::Lineage, "LINEAGE_QUEUE")] {
        let hints: Vec<&Send> = sends.iter().filter(|send| send.queue == queue).collect();
        for batch in hints.chunks(BATCH) {
            if let Err(error) = send_batch(env, binding, batch, cost).await {
                let hints = batch.len();
                log::error(
                    "send_failed",
                    json!({ "queue": binding, "hints": hints, "reason": error.to_string() }),
                );
            }
        }
    }
}

async fn send_batch(env: &Env, binding: &str, hints: &[&Send], cost: &Cost) -> worker::Result<()> {
    let messages: Vec<SendMessage<Hint>> = hints.iter().map(|hint| message_of(hint, cost)).collect();
    env.queue(binding)?.send_batch(messages).await
}

fn message_of(send: &Send, cost: &Cost) -> SendMessage<Hint> {
    let part = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    let spent = [cost.statements, part(cost.rows_read), part(cost.rows_written)];
    let hint = Hint { job: send.message.job.clone(), step: send.message.step, spent };
    MessageBuilder::new(hint).delay_seconds(send.delay_s.min(LONGEST_DELAY_S)).build()
}
