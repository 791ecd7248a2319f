//! Every rule of Driftline, as pure functions: no clock, no randomness, no async, no platform.

pub mod alias;
pub mod api;
pub mod clock;
pub mod drift;
pub mod error;
pub mod facts;
pub mod gather;
pub mod generation;
pub mod ids;
pub mod inspect;
pub mod inventory;
pub mod jobs;
pub mod json;
pub mod lineage;
pub mod media;
pub mod media_url;
pub mod payload;
pub mod probe;
pub mod proof;
pub mod providers;
pub mod row;
pub mod schema;
pub mod seal;
pub mod sql;
pub mod statement;
pub mod step;
