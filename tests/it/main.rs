//! The tests that run on SQLite in D1's place: one binary, one module a subject.

#[path = "../support/mod.rs"]
mod support;

mod counterexamples;
mod world;
