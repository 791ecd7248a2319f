//! The statements about what scans of an account have established.

use serde_json::Value;

use crate::core::statement::{Param, Statement, json_param};

/// Adds to what is established of an account, by listing.
#[must_use]
pub fn record_scans(owner: i64, account: &str, scans: &Value) -> Statement {
    Statement::new(
        "record_scans",
        "UPDATE accounts SET scans = json_patch(coalesce(scans, '{}'), ?3) WHERE owner = ?1 AND id = ?2",
        vec![Param::Int(owner), account.into(), json_param(scans)],
    )
}
