//! Pixverse: what its payloads mean.

use crate::core::error::Rejection;
use crate::core::facts::{Context, Facts};

/// The provider's name in ids, rows and requests.
pub const PROVIDER_ID: &str = "pixverse";

/// Reads the facts out of one Pixverse payload.
///
/// # Errors
/// When the payload is no JSON object.
pub fn extract(_context: Context, payload: &str) -> Result<Facts, Rejection> {
    Err(Rejection::NotJson { reason: payload.to_owned() })
}
