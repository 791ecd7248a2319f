//! The statements that read what nobody could read yet. Writing it is left to the jobs that receive it.

use crate::core::statement::{Param, Statement};

/// Reads a page of the quarantine before an id, the latest first, each payload's beginning only.
#[must_use]
pub fn quarantine_page(owner: i64, before: &str, payload_chars: i64, limit: u32) -> Statement {
    Statement::new(
        "quarantine_page",
        "SELECT id, account, job, provider_id, media_type, listing, reason, detail, substr(payload, 1, ?3) AS payload,
                length(payload) AS payload_chars, seen_ms, replayed_ms
           FROM quarantine WHERE owner = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?4",
        vec![Param::Int(owner), before.into(), Param::Int(payload_chars), Param::Int(i64::from(limit))],
    )
}
