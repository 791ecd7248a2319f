//! The statements about webhooks. Whether a delivery is believed is left to the handler.

use crate::core::statement::{Param, Statement, json_param};

/// Reads the account that a delivery is for, with its sealed secret. A delivery names no owner: the account's id, which
/// nobody else's has, leads to its owner, and everything that follows is bound to that one.
#[must_use]
pub fn hooked_account(id: &str) -> Statement {
    Statement::new(
        "hooked_account",
        "SELECT owner, id, provider_id, api, webhook_secret FROM accounts
          WHERE id = ?1 AND webhook_secret IS NOT NULL AND deleted_ms IS NULL",
        vec![id.into()],
    )
}

/// Writes a nonce down; one that is known fails the batch.
#[must_use]
pub fn insert_nonce(owner: i64, account: &str, nonce: &str, now: i64) -> Statement {
    Statement::new(
        "insert_nonce",
        "INSERT INTO webhook_nonces (owner, account, nonce, seen_ms) VALUES (?1, ?2, ?3, ?4)",
        vec![Param::Int(owner), account.into(), nonce.into(), Param::Int(now)],
    )
}

/// Drops nonces whose timestamps would no longer be believed.
#[must_use]
pub fn forget_nonces_before(before_ms: i64) -> Statement {
    Statement::new(
        "forget_nonces_before",
        "DELETE FROM webhook_nonces WHERE seen_ms < ?1",
        vec![Param::Int(before_ms)],
    )
}

/// Has the generations that these roots came out of looked for now, where anybody waits for them.
#[must_use]
pub fn look_now(owner: i64, account: &str, roots: &[String], now: i64) -> Statement {
    Statement::new(
        "look_now",
        "UPDATE generations SET look_ms = ?4, version = version + 1
          WHERE owner = ?1 AND account = ?2 AND look_ms > ?4
            AND id IN (SELECT o.generation FROM json_each(?3) e CROSS JOIN generation_outputs o
                        WHERE o.owner = ?1 AND o.root = e.value)",
        vec![Param::Int(owner), account.into(), json_param(roots), Param::Int(now)],
    )
}

/// Makes an account's poll job due now, as a step of its own, so that its earlier hint is void.
#[must_use]
pub fn hurry_poll(owner: i64, job: &str, now: i64) -> Statement {
    Statement::new(
        "hurry_poll",
        "UPDATE jobs SET step = step + 1, due_ms = ?3, updated_ms = ?3
          WHERE owner = ?1 AND id = ?2 AND state = 'active' AND due_ms > ?3",
        vec![Param::Int(owner), job.into(), Param::Int(now)],
    )
}
