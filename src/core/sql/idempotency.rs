//! The statements about requests that may come twice: a key is claimed in the batch that takes effect, and the answer
//! is written behind it.

use crate::core::statement::{Param, Statement};

/// Reads what is kept under a key.
#[must_use]
pub fn kept_under_key(owner: i64, key: &str) -> Statement {
    Statement::new(
        "kept_under_key",
        "SELECT request, status, location, response FROM idempotency WHERE owner = ?1 AND key = ?2",
        vec![Param::Int(owner), key.into()],
    )
}

/// Drops what an owner's keys keep from before that time. It reads every key of the owner: those of about a day.
#[must_use]
pub fn forget_keys_before(owner: i64, before_ms: i64) -> Statement {
    Statement::new(
        "forget_keys_before",
        "DELETE FROM idempotency WHERE owner = ?1 AND created_ms < ?2",
        vec![Param::Int(owner), Param::Int(before_ms)],
    )
}

/// Claims a key for one attempt; a claimed or used key fails the batch. Status 0 says that no answer is known yet.
#[must_use]
pub fn claim_key(key: &Key<'_>, now: i64) -> Statement {
    Statement::new(
        "claim_key",
        "INSERT INTO idempotency (owner, key, request, status, location, response, created_ms)
         VALUES (?1, ?2, ?3, 0, NULL, ?4, ?5)",
        vec![Param::Int(key.owner), key.key.into(), key.request.into(), key.attempt.into(), Param::Int(now)],
    )
}

/// Keeps an answer under a key that is free, or claimed by this attempt; otherwise nothing.
#[must_use]
pub fn keep_answer(
    key: &Key<'_>,
    status: u16,
    location: Option<&str>,
    response: &str,
    now: i64,
) -> Statement {
    Statement::new(
        "keep_answer",
        "INSERT INTO idempotency (owner, key, request, status, location, response, created_ms)
         VALUES (?1, ?2, ?3, ?5, ?6, ?7, ?8)
         ON CONFLICT (owner, key) DO UPDATE SET status = ?5, location = ?6, response = ?7
          WHERE status = 0 AND response = ?4",
        vec![
            Param::Int(key.owner),
            key.key.into(),
            key.request.into(),
            key.attempt.into(),
            Param::Int(i64::from(status)),
            location.into(),
            response.into(),
            Param::Int(now),
        ],
    )
}

/// Gives a key back that this attempt has claimed.
#[must_use]
pub fn release_key(key: &Key<'_>) -> Statement {
    Statement::new(
        "release_key",
        "DELETE FROM idempotency WHERE owner = ?1 AND key = ?2 AND status = 0 AND response = ?3",
        vec![Param::Int(key.owner), key.key.into(), key.attempt.into()],
    )
}

/// A key as one attempt holds it.
#[derive(Clone, Copy, Debug)]
pub struct Key<'a> {
    /// Whose it is.
    pub owner: i64,
    /// The sender's word.
    pub key: &'a str,
    /// Digest of method, path, query and body.
    pub request: &'a str,
    /// What tells this attempt from any other.
    pub attempt: &'a str,
}
