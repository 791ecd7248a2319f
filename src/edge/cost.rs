//! What a request, a message or a tick cost, counted where it was spent: limits and tests are stated in these numbers.

use serde_json::{Value, json};

use crate::core::jobs::run::Cost as Spent;

/// Counters of one chain of steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// SQL statements, every one of a batch counted.
    pub statements: u32,
    /// Rows read, by the database's own count.
    pub rows_read: u64,
    /// Rows written, index entries among them, by the database's own count.
    pub rows_written: u64,
    /// Batches sent to the database.
    pub round_trips: u32,
    /// Requests sent to providers.
    pub calls: u32,
}

impl Cost {
    /// As the header `x-driftline-cost`.
    #[must_use]
    pub fn header(&self) -> String {
        format!(
            "statements={};reads={};writes={};round_trips={};calls={}",
            self.statements, self.rows_read, self.rows_written, self.round_trips, self.calls
        )
    }

    /// As the next step of a job is told.
    #[must_use]
    pub fn as_spent(&self) -> Spent {
        Spent(u64::from(self.statements), self.rows_read, self.rows_written)
    }

    /// For the log.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "statements": self.statements,
            "rows_read": self.rows_read,
            "rows_written": self.rows_written,
            "round_trips": self.round_trips,
            "calls": self.calls,
        })
    }
}
