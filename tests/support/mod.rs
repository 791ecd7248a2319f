//! SQLite in D1's place and a driver in the edge's: the tests run the very statements and jobs that the Worker runs.
//!
//! Tests that use this are modules of the one binary `tests/it` (add a `mod` line to `tests/it/main.rs`, and reach
//! this as `crate::support`): one binary links once, and nothing here is dead code in some other binary.

pub mod db;
pub mod drive;
pub mod memory;
pub mod sha1;
