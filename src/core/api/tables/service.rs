//! The routes of the service itself, and of the tools that need no account.

use crate::core::api::routes::Route;
use crate::core::api::{health, owners, tools};

/// In the order in which they are tried.
pub const ROUTES: &[Route] = &[health::HEALTH, health::READY, owners::CREATE, tools::INSPECT];
