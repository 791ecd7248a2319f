//! The tests that run on SQLite in D1's place: one binary, one module a subject.
//!
//! `cfg(test)` is always set here; it tells clippy that the helpers may panic too.

#[cfg(test)]
#[path = "../support/mod.rs"]
mod support;

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod counterexamples;
#[cfg(test)]
mod world;
