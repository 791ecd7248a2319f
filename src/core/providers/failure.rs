//! How a provider's failure is classed, whichever provider it was: what it means for the run, and whether it is worth
//! asking again. Which code means what is left to each provider.

use serde::{Deserialize, Serialize};

/// What kind of failure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// The credential is not accepted, or no longer.
    Auth,
    /// This credential may not do that.
    Forbidden,
    /// Credits or quota are used up.
    Credit,
    /// Too many jobs at once.
    Concurrency,
    /// The provider stumbled or asks to slow down.
    Retryable,
    /// Refused for its content.
    Moderation,
    /// There is no such thing, or no longer.
    NotFound,
    /// The request is not as the provider wants it.
    Validation,
    /// The answer is not of a form that is known.
    Schema,
    /// A code that nobody has documented.
    Unknown,
}

impl Class {
    /// Whether the same request may succeed later without anybody doing anything.
    #[must_use]
    pub const fn is_passing(self) -> bool {
        matches!(self, Self::Retryable | Self::Concurrency)
    }

    /// The class as text, as it stands in runs and problem documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Forbidden => "forbidden",
            Self::Credit => "credit",
            Self::Concurrency => "concurrency",
            Self::Retryable => "retryable",
            Self::Moderation => "moderation",
            Self::NotFound => "not_found",
            Self::Validation => "validation",
            Self::Schema => "schema",
            Self::Unknown => "unknown",
        }
    }
}

/// A provider's failure, told apart from an empty answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What kind it is.
    pub class: Class,
    /// The provider's own code, or the HTTP status where it gave none.
    pub code: String,
    /// In plain words.
    pub message: String,
    /// Seconds that the provider asks to wait.
    pub retry_after_s: Option<u32>,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({}): {}", self.class.as_str(), self.code, self.message)
    }
}

impl std::error::Error for Failure {}
