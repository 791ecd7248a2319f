//! The routes, one table a subject.

pub mod accounts;
pub mod assets;
pub mod drift;
pub mod generations;
pub mod service;
pub mod sync;
pub mod ways;
