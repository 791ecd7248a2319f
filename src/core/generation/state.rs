//! How a generation stands, and the one table of what may follow what. What makes it change is left to `progress`.

use crate::core::media::Status;

/// How a generation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Written down, not with the provider: not sent yet, or sent and turned away for now.
    Pending,
    /// Sent. Until an answer names its outputs it is unconfirmed.
    Submitted,
    /// The provider is at work.
    Processing,
    /// Real media is there.
    Completed,
    /// The provider could not or would not make it.
    Failed,
    /// Refused by moderation.
    Filtered,
    /// The user no longer waits for it.
    Cancelled,
    /// Its time is over and nobody knows.
    Unknown,
}

use State::{Cancelled, Completed, Failed, Filtered, Pending, Processing, Submitted, Unknown};

/// What may follow what, apart from staying as it is. Behind an end only evidence leads on: an observation of an output
/// that says otherwise. What the user gave up stays given up; what comes of it all the same is shown with its outputs.
const FOLLOWERS: [(State, &[State]); 8] = [
    (Pending, &[Submitted, Failed, Filtered, Cancelled]),
    (Submitted, &[Pending, Processing, Completed, Failed, Filtered, Cancelled, Unknown]),
    (Processing, &[Completed, Failed, Filtered, Cancelled, Unknown]),
    (Completed, &[Failed, Filtered]),
    (Failed, &[Completed, Filtered]),
    (Filtered, &[Completed, Failed]),
    (Cancelled, &[]),
    (Unknown, &[Completed, Failed, Filtered]),
];

impl State {
    /// Every state.
    pub const ALL: [Self; 8] =
        [Pending, Submitted, Processing, Completed, Failed, Filtered, Cancelled, Unknown];

    /// The word in JSON and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Pending => "pending",
            Submitted => "submitted",
            Processing => "processing",
            Completed => "completed",
            Failed => "failed",
            Filtered => "filtered",
            Cancelled => "cancelled",
            Unknown => "unknown",
        }
    }

    /// Reads it back; `None` for a word that is no state.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether this state may follow that one, or is that one.
    #[must_use]
    pub fn may_follow(self, before: Self) -> bool {
        self == before
            || FOLLOWERS.iter().any(|(state, followers)| *state == before && followers.contains(&self))
    }

    /// Whether nothing more is waited for.
    #[must_use]
    pub const fn is_over(self) -> bool {
        !matches!(self, Pending | Submitted | Processing)
    }
}

/// Whether the provider is done with an output of this status, one way or another.
#[must_use]
pub const fn is_settled(status: Status) -> bool {
    !matches!(status, Status::Processing | Status::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every pair of states, written out: a row says what may follow, in the order of `State::ALL`.
    #[test]
    fn the_table_allows_these_and_no_others() {
        let expected = [
            "PS..FXC.", // pending
            "PSRDFXC?", // submitted
            "..RDFXC?", // processing
            "...DFX..", // completed
            "...DFX..", // failed
            "...DFX..", // filtered
            "......C.", // cancelled
            "...DFX.?", // unknown
        ];
        for (before, row) in State::ALL.into_iter().zip(expected) {
            for (after, letter) in State::ALL.into_iter().zip(row.chars()) {
                assert_eq!(after.may_follow(before), letter != '.', "{before:?} to {after:?}");
            }
        }
    }

    #[test]
    fn an_end_leads_to_ends_only() {
        for before in State::ALL.into_iter().filter(|state| state.is_over()) {
            for after in State::ALL.into_iter().filter(|state| !state.is_over()) {
                assert!(!after.may_follow(before), "{before:?} to {after:?}");
            }
        }
    }

    #[test]
    fn words_read_back() {
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Some(state));
        }
        assert_eq!(State::parse("done"), None);
    }
}
