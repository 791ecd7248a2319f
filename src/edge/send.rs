//! Hints onto the queues, after their plan took effect. A hint that cannot be sent is logged and forgotten: the tick
//! sends again what is due.

use serde_json::json;
use worker::{Env, MessageBuilder, SendMessage};

use crate::core::statement::{Message, Queue, Send};
use crate::edge::log;

/// The platform's limit for one batch.
const BATCH: usize = 100;

/// The platform's longest delay, in seconds.
const LONGEST_DELAY_S: u32 = 43_200;

/// Sends every hint, those of one queue together.
pub async fn send_all(env: &Env, sends: &[Send]) {
    for (queue, binding) in [(Queue::Sync, "SYNC_QUEUE"), (Queue::Lineage, "LINEAGE_QUEUE")] {
        let hints: Vec<&Send> = sends.iter().filter(|send| send.queue == queue).collect();
        for batch in hints.chunks(BATCH) {
            if let Err(error) = send_batch(env, binding, batch).await {
                let hints = batch.len();
                log::error(
                    "send_failed",
                    json!({ "queue": binding, "hints": hints, "reason": error.to_string() }),
                );
            }
        }
    }
}

async fn send_batch(env: &Env, binding: &str, hints: &[&Send]) -> worker::Result<()> {
    let messages: Vec<SendMessage<Message>> = hints.iter().map(|hint| message_of(hint)).collect();
    env.queue(binding)?.send_batch(messages).await
}

fn message_of(hint: &Send) -> SendMessage<Message> {
    MessageBuilder::new(hint.message.clone()).delay_seconds(hint.delay_s.min(LONGEST_DELAY_S)).build()
}
