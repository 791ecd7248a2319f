//! Every rule of Driftline, as pure functions: no clock, no randomness, no async, no platform.

pub mod alias;
pub mod error;
pub mod facts;
pub mod inspect;
pub mod json;
pub mod media;
pub mod media_url;
pub mod payload;
pub mod providers;
