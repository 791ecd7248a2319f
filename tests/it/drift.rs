//! Drift: findings as they arise, as a scan finds them, as they are resolved, and the report.

mod alone;
mod harness;
pub mod paths;
mod report;
mod resolve;
mod scan;
mod seeded;
