//! What the platform gives on a day, as this instance knows it: rows are counted where they were written, because only
//! the database's own answer says how many they were, and a limit that was met is remembered.

use std::cell::Cell;

use serde_json::json;
use worker::Env;

use crate::core::api::request::Platform;
use crate::core::jobs::budget::{day_of, quota_ends_ms};
use crate::core::sql::usage::count_rows;
use crate::edge::crypto::now_ms;
use crate::edge::d1::Database;
use crate::edge::{log, settings};

thread_local! {
    /// Until when the database takes nothing more. It cannot be written down there, of all places.
    static QUOTA_ENDS_MS: Cell<i64> = const { Cell::new(0) };
}

/// What the platform lets the service do now.
#[must_use]
pub fn platform(env: &Env) -> Platform {
    let now = now_ms();
    let ends_ms = QUOTA_ENDS_MS.get();
    Platform { allowance: settings::allowance(env, now), quota_ends_ms: (ends_ms > now).then_some(ends_ms) }
}

/// Remembers that the database takes nothing more today.
pub fn note_quota() {
    QUOTA_ENDS_MS.set(quota_ends_ms(now_ms()));
}

/// Remembers that it has taken something.
pub fn note_written() {
    QUOTA_ENDS_MS.set(0);
}

/// Counts rows that were written, in a batch of its own that writes one more: a step's own batch cannot know its cost.
/// What is lost on the way is lost to the count alone, and the limit leaves room for it.
pub async fn count(env: &Env, rows_written: u64) {
    let now = now_ms();
    if rows_written == 0 || settings::allowance(env, now).is_none() {
        return;
    }
    let rows = i64::try_from(rows_written).unwrap_or(i64::MAX).saturating_add(1);
    let counted = match Database::open(env) {
        Ok(database) => database.run(&[count_rows(day_of(now), rows)]).await.map(|_| ()),
        Err(reason) => Err(reason),
    };
    if let Err(reason) = counted {
        log::error("rows_not_counted", json!({ "rows": rows, "reason": reason }));
    }
}
