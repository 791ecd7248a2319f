//! The statements about what was handed in and waits to be read, cut into pages.

use serde_json::Value;

use crate::core::sql::inventory::chunked;
use crate::core::statement::{Param, Statement};

/// Keeps pages, objects of page, `seen_ms` and rows, behind those that the job has already: behind its step at least,
/// because what is read is gone.
#[must_use]
pub fn insert_handed_pages(owner: i64, job: &str, pages: &[Value]) -> Vec<Statement> {
    chunked(pages)
        .into_iter()
        .map(|chunk| {
            Statement::new(
                "insert_handed_pages",
                "INSERT INTO handed_pages (owner, job, page, seen_ms, rows)
                 SELECT ?1, ?2,
                        max(coalesce((SELECT max(page) + 1 FROM handed_pages WHERE owner = ?1 AND job = ?2), 0),
                            coalesce((SELECT step FROM jobs WHERE id = ?2), 0)) + e.key,
                        e.value ->> 'seen_ms', e.value ->> 'rows'
                   FROM json_each(?3) e",
                vec![Param::Int(owner), job.into(), Param::Text(chunk)],
            )
        })
        .collect()
}

/// Reads one page.
#[must_use]
pub fn handed_page(owner: i64, job: &str, page: i64) -> Statement {
    Statement::new(
        "handed_page",
        "SELECT seen_ms, rows FROM handed_pages WHERE owner = ?1 AND job = ?2 AND page = ?3",
        vec![Param::Int(owner), job.into(), Param::Int(page)],
    )
}

/// Drops a page that was read.
#[must_use]
pub fn delete_handed_page(owner: i64, job: &str, page: i64) -> Statement {
    Statement::new(
        "delete_handed_page",
        "DELETE FROM handed_pages WHERE owner = ?1 AND job = ?2 AND page = ?3",
        vec![Param::Int(owner), job.into(), Param::Int(page)],
    )
}
