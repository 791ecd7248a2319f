//! What the core refuses. Odd input is no error: it leaves a warning in the facts.

/// Input that cannot be read at all. The message names the value and the rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// No extractor is registered under this name.
    UnknownProvider {
        /// The name as it was given.
        provider_id: String,
    },
    /// No media type of this name is known.
    UnknownMediaType {
        /// The name as it was given.
        media_type: String,
    },
    /// The request around a payload is not what was asked for.
    BadRequest {
        /// What the parser said.
        reason: String,
    },
    /// The request lacks a member.
    MissingMember {
        /// Its name.
        member: &'static str,
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
            Self::UnknownMediaType { .. } => "unknown_media_type",
            Self::BadRequest { .. } => "bad_request",
            Self::MissingMember { .. } => "missing_member",
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
            Self::UnknownMediaType { media_type } => {
                write!(f, "media type {media_type:?} is unknown, it must be video, image or audio")
            }
            Self::BadRequest { reason } => write!(f, "the request is not readable: {reason}"),
            Self::MissingMember { member } => write!(f, "the request lacks {member:?}"),
            Self::NotJson { reason } => write!(f, "the payload is not readable JSON: {reason}"),
            Self::NotAnObject { found } => write!(f, "the payload is {found}, an object is needed"),
        }
    }
}

impl std::error::Error for Rejection {}
