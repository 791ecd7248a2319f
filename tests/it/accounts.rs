//! Accounts and access: who gets in, what the provider is asked, and where a secret may stand (nowhere in the clear).

mod connecting;
mod credentials;
pub mod edge;
mod tokens;
