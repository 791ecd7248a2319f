//! The minute tick: sends again what is due. What is due is decided in the core.

use serde_json::json;
use worker::Env;

use crate::core::jobs;
use crate::core::step::Disposition;
use crate::edge::crypto::now_ms;
use crate::edge::drive::Driver;
use crate::edge::{log, usage};

/// Runs one tick. One that fails is made up for by the next.
pub async fn tick(env: &Env) {
    let started_ms = now_ms();
    let mut driver = Driver::new(env);
    let ended = driver.run(jobs::tick(started_ms)).await;
    usage::count(env, driver.cost.rows_written).await;
    let (ms, cost) = (now_ms() - started_ms, driver.cost.to_json());
    match ended {
        Ok(Disposition::Ack) => log::info("tick", json!({ "ms": ms, "cost": cost })),
        Ok(Disposition::RetryAfter { reason, .. }) => {
            log::error("tick", json!({ "ms": ms, "cost": cost, "reason": reason }));
        }
        Err(halt) => log::error("tick", json!({ "ms": ms, "cost": cost, "halt": halt.to_json() })),
    }
}
