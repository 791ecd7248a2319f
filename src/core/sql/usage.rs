//! The statements about the rows of a day. Their limit is the database's, so that the rows are everybody's: no owner is
//! named, and nothing of an owner stands here.

use crate::core::statement::{Param, Statement};

/// Counts rows that were written on a day.
#[must_use]
pub fn count_rows(day: i64, rows: i64) -> Statement {
    Statement::new(
        "count_rows",
        "INSERT INTO rows_written (day, written) VALUES (?1, ?2)
             ON CONFLICT (day) DO UPDATE SET written = written + excluded.written",
        vec![Param::Int(day), Param::Int(rows)],
    )
}

/// Reads how many rows were written on a day; no row where none were.
#[must_use]
pub fn rows_of_day(day: i64) -> Statement {
    Statement::new("rows_of_day", "SELECT written FROM rows_written WHERE day = ?1", vec![Param::Int(day)])
}

/// Lets the step that is due wait for a time. With a body, that is kept too.
#[must_use]
pub fn wait_until(
    job: &str,
    step: i64,
    waits_for: &'static str,
    body: Option<String>,
    due_ms: i64,
    now: i64,
) -> Statement {
    Statement::new(
        "wait_until",
        "UPDATE jobs SET waits_for = ?3, due_ms = ?5, updated_ms = ?6, body = coalesce(?4, body)
          WHERE id = ?1 AND step = ?2 AND state = 'active'",
        vec![
            job.into(),
            Param::Int(step),
            waits_for.into(),
            body.into(),
            Param::Int(due_ms),
            Param::Int(now),
        ],
    )
}
