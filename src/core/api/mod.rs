//! The HTTP interface, as pure data: a request comes in decoded, a response goes out rendered, and what lies between
//! is a chain of steps like any job's. Bytes and sockets are left to the edge.

pub mod access;
pub mod bearer;
pub mod health;
pub mod owners;
pub mod page;
pub mod problem;
pub mod request;
pub mod response;
pub mod routes;
pub mod runs;
pub mod sync;
pub mod tools;
