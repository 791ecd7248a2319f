//! The routes, one table a subject.

pub mod accounts;
pub mod service;
pub mod sync;
