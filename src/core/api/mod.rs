//! The HTTP interface, as pure data: a request comes in decoded, a response goes out rendered, and what lies between
//! is a chain of steps like any job's. Bytes and sockets are left to the edge.

pub mod access;
pub mod account_view;
pub mod accounts;
pub mod asset;
pub mod asset_view;
pub mod assets;
pub mod bearer;
pub mod connect;
pub mod counts;
pub mod credentials;
pub mod digest;
pub mod dry_run;
pub mod edges;
pub mod filters;
pub mod found;
pub mod graph;
pub mod health;
pub mod input;
pub mod owners;
pub mod page;
pub mod problem;
pub mod provider_failure;
pub mod providers;
pub mod quarantine;
pub mod refresh;
pub mod removal;
pub mod request;
pub mod response;
pub mod routes;
pub mod runs;
pub mod search;
pub mod sync;
pub mod tables;
pub mod tokens;
pub mod tools;
