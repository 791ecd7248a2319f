//! SQLite in D1's place and a driver in the edge's: the tests run the very statements and jobs that the Worker runs.
//!
//! Tests that use this are modules of the binary `tests/it` (add a `mod` line to `tests/it/main.rs`, and reach this as
//! `crate::support`), or belong to the simulation, which is a binary of its own.

pub mod db;
pub mod dice;
pub mod drive;
pub mod memory;
pub mod said;
pub mod sha1;
