//! What keeps the edge itself from going on, and the two things that follow: which response, and which disposition.

use serde_json::{Value, json};

use crate::core::api::problem::Problem;
use crate::core::api::response::Response;
use crate::core::jobs::budget::{PLATFORM_QUOTA, quota_problem};
use crate::core::step::{Disposition, NowMs};

/// Why a chain of steps could not be run to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Halt {
    /// A secret or binding is missing or not usable.
    NotConfigured {
        /// Its name.
        name: &'static str,
        /// What it must be.
        rule: &'static str,
    },
    /// The plan's share of the platform is used up for today.
    PlatformQuota,
    /// The database has reached its largest size: no new day changes that.
    DatabaseFull,
    /// The database could not be reached, again and again.
    DatabaseUnavailable,
    /// The connection was lost while a batch was written that cannot be run twice.
    OutcomeUnknown,
    /// The database lacks tables.
    NotMigrated,
    /// The database refused a statement.
    Database {
        /// The database's own words, for the log only.
        reason: String,
    },
    /// The platform gave no random bytes.
    NoEntropy,
    /// A chain of steps did not come to an end.
    Endless,
}

impl Halt {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotConfigured { .. } => "not_configured",
            Self::PlatformQuota => PLATFORM_QUOTA,
            Self::DatabaseFull => "database_full",
            Self::DatabaseUnavailable => "database_unavailable",
            Self::OutcomeUnknown => "outcome_unknown",
            Self::NotMigrated => "not_migrated",
            Self::Database { .. } => "database_error",
            Self::NoEntropy => "no_entropy",
            Self::Endless => "endless",
        }
    }

    /// The problem document that an HTTP request gets.
    #[must_use]
    pub fn response(&self, now: NowMs) -> Response {
        if *self == Self::PlatformQuota {
            return quota_problem(now).into();
        }
        let (status, title, detail) = self.told();
        let problem = Problem::new(status, self.code(), title).detail(detail);
        if status == 503 { problem.header("retry-after", self.wait_s().to_string()) } else { problem }.into()
    }

    /// What becomes of a queued step: it comes again, and by then somebody may have helped.
    #[must_use]
    pub fn disposition(&self) -> Disposition {
        Disposition::RetryAfter { seconds: self.wait_s(), reason: self.code().to_owned() }
    }

    /// For the log.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match self {
            Self::Database { reason } => json!({ "code": self.code(), "reason": reason }),
            Self::NotConfigured { name, .. } => json!({ "code": self.code(), "name": name }),
            _ => json!({ "code": self.code() }),
        }
    }

    fn told(&self) -> (u16, &'static str, String) {
        let internal = "Driftline itself is at fault";
        let not_now = "The service cannot work right now";
        match self {
            Self::NotConfigured { name, rule } => {
                (500, "The service is not configured", format!("{name} must be set: {rule}"))
            }
            Self::PlatformQuota => (503, not_now, "the platform's limit for today is used up".to_owned()),
            Self::DatabaseFull => {
                (503, not_now, "the database holds as much as the plan gives it".to_owned())
            }
            Self::DatabaseUnavailable => (503, not_now, "the database does not answer".to_owned()),
            Self::OutcomeUnknown => {
                (503, not_now, "the connection was lost while writing: look before you try again".to_owned())
            }
            Self::NotMigrated => (503, not_now, "the database lacks tables: apply the migrations".to_owned()),
            Self::Database { .. } => {
                (500, internal, "the database refused a statement; see the log".to_owned())
            }
            Self::NoEntropy => (500, internal, "the platform gave no random bytes".to_owned()),
            Self::Endless => (500, internal, "the work did not come to an end".to_owned()),
        }
    }

    const fn wait_s(&self) -> u32 {
        match self {
            Self::PlatformQuota | Self::DatabaseFull => 3600,
            Self::NotConfigured { .. } | Self::NotMigrated | Self::Endless => 300,
            Self::DatabaseUnavailable | Self::OutcomeUnknown => 10,
            Self::Database { .. } | Self::NoEntropy => 60,
        }
    }
}
