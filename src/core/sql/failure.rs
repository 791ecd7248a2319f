//! What the database's error texts mean. Retrying and waiting are left to the edge.

use crate::core::step::Committed;

/// Why a batch failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseFailure {
    /// The batch was refused by a rule of its own: nothing took effect.
    Refused(Committed),
    /// Whether the batch took effect is unknown.
    Unknown,
    /// The account has used up what its plan gives for a day: it ends at midnight UTC.
    Quota,
    /// The database, or all of the account's together, are as large as they may be: waiting does not help.
    Full,
    /// A table or column is missing: the migrations have not been applied.
    NotMigrated,
    /// Anything else.
    Other,
}

/// After these D1 documents a retry of an idempotent query.
const UNKNOWN_OUTCOME: &[&str] = &[
    "Network connection lost",
    "reset because its code was updated",
    "storage caused object to be reset",
    "Cannot resolve D1 DB",
];

/// The daily limits of the free plan.
const QUOTA: &[&str] = &["daily row read limit", "daily row write limit"];

/// The limits on size.
const FULL: &[&str] =
    &["Exceeded maximum DB size", "Exceeded maximum account storage", "maximum account storage limit"];

const NOT_MIGRATED: &[&str] = &["no such table", "no such column", "has no column named"];

impl DatabaseFailure {
    /// Reads an error's text.
    #[must_use]
    pub fn parse(message: &str) -> Self {
        let says_any = |texts: &[&str]| texts.iter().any(|text| message.contains(text));
        if message.contains("CHECK constraint failed: step_already_done") {
            Self::Refused(Committed::Stale)
        } else if message.contains("CHECK constraint failed: changed_since_read") {
            Self::Refused(Committed::Conflict)
        } else if message.contains("UNIQUE constraint failed") {
            Self::Refused(Committed::Duplicate)
        } else if says_any(UNKNOWN_OUTCOME) {
            Self::Unknown
        } else if says_any(QUOTA) {
            Self::Quota
        } else if says_any(FULL) {
            Self::Full
        } else if says_any(NOT_MIGRATED) {
            Self::NotMigrated
        } else {
            Self::Other
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_batch_says_which_rule_refused_it() {
        let refused = |message: &str| DatabaseFailure::parse(message);
        assert_eq!(
            refused("D1_ERROR: CHECK constraint failed: step_already_done: SQLITE_CONSTRAINT"),
            DatabaseFailure::Refused(Committed::Stale)
        );
        assert_eq!(
            refused("D1_ERROR: CHECK constraint failed: changed_since_read: SQLITE_CONSTRAINT"),
            DatabaseFailure::Refused(Committed::Conflict)
        );
        assert_eq!(
            refused("D1_ERROR: UNIQUE constraint failed: jobs.owner, jobs.account: SQLITE_CONSTRAINT"),
            DatabaseFailure::Refused(Committed::Duplicate)
        );
    }

    #[test]
    fn platform_failures_are_told_apart() {
        assert_eq!(DatabaseFailure::parse("D1_ERROR: Network connection lost."), DatabaseFailure::Unknown);
        for what in ["read", "write"] {
            let told = format!(
                "D1_ERROR: Your account has exceeded D1's free tier daily row {what} limit. Upgrade to a paid plan \
                 or wait until tomorrow (midnight UTC) to continue."
            );
            assert_eq!(DatabaseFailure::parse(&told), DatabaseFailure::Quota, "{told}");
        }
        for told in ["D1_ERROR: Exceeded maximum DB size.", "D1_ERROR: Exceeded maximum account storage."] {
            assert_eq!(DatabaseFailure::parse(told), DatabaseFailure::Full, "no midnight makes room: {told}");
        }
        assert_eq!(
            DatabaseFailure::parse("D1_ERROR: no such table: owners: SQLITE_ERROR"),
            DatabaseFailure::NotMigrated
        );
        assert_eq!(
            DatabaseFailure::parse("D1_ERROR: FOREIGN KEY constraint failed: SQLITE_CONSTRAINT"),
            DatabaseFailure::Other
        );
    }
}
