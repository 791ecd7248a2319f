//! What the core refuses. Odd input is no error: it leaves a warning in the facts.

/// Input that cannot be read at all. The message names the value and the rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// No extractor is registered under this name.
    UnknownProvider {
        /// The name as it was given.
        provider_id: String,
    },
    /// The payload is not JSON that can be read.
    NotJson {
        /// What the parser said.
        reason: String,
    },
    /// The payload is JSON, but not an object.
    NotAnObject {
        /// The JSON type that was found.
        found: &'static str,
    },
}

impl Rejection {
    /// The stable code, as it stands in quarantine and in problem documents.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownProvider { .. } => "unknown_provider",
            Self::NotJson { .. } => "not_json",
            Self::NotAnObject { .. } => "not_an_object",
        }
    }
}

impl std::fmt::Display for Rejection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::UnknownProvider { provider_id } => {
                write!(f, "no extractor is registered for provider {provider_id:?}")
            }
            Self::NotJson { reason } => write!(f, "the payload is not readable JSON: {reason}"),
            Self::NotAnObject { found } => write!(f, "the payload is {found}, an object is needed"),
        }
    }
}

impl std::error::Error for Rejection {}
