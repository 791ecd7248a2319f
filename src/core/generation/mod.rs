//! Media made through Driftline: what was asked for, how it stands, and the record of it that the inventory folds like
//! any other payload. How a provider is asked stands with the provider; when, with the jobs.

pub mod history;
pub mod progress;
pub mod record;
pub mod request;
pub mod state;
pub mod stored;
pub mod uploaded;
