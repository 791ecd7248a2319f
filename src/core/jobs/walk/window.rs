//! Walking a listing by windows of time, the latest first, for a provider that hides old rows from a listing without
//! one. The provider's own client needs none: a run has them only where they are asked for.

use serde::{Deserialize, Serialize};

use crate::core::step::NowMs;

/// How long a window is, in seconds: 91 days, as on the provider's own site.
const LENGTH_S: i64 = 91 * 24 * 3600;
/// Windows without any row, one after the other, behind which nothing is expected: two years.
const MOST_EMPTY: u8 = 8;

/// A window of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Its beginning, in Unix seconds.
    pub start_s: i64,
    /// Its end, in Unix seconds. Bounds are part of a window, so two share no second.
    pub end_s: i64,
    /// Empty windows just before this one.
    empty: u8,
    /// Rows that the walk had seen when it came to this one.
    seen: u64,
}

impl Window {
    /// The latest window. It reaches a day into the future: the provider's clock is not ours.
    #[must_use]
    pub const fn latest(now: NowMs) -> Self {
        let end_s = now.div_euclid(1000) + 24 * 3600;
        Self { start_s: end_s - LENGTH_S, end_s, empty: 0, seen: 0 }
    }

    /// Goes on to the window before; `false` when there is none to look at.
    pub(super) const fn go_back(&mut self, seen: u64) -> bool {
        self.empty = if seen > self.seen { 0 } else { self.empty + 1 };
        if self.empty >= MOST_EMPTY || self.start_s <= 0 {
            return false;
        }
        self.seen = seen;
        self.end_s = self.start_s - 1;
        self.start_s = self.end_s - LENGTH_S;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_meet_and_end_behind_two_empty_years() {
        let mut window = Window::latest(1_790_000_000_000);
        let first = window.clone();
        assert!(window.go_back(5));
        assert_eq!(window.end_s, first.start_s - 1);
        let mut empty = 0;
        while window.go_back(5) {
            empty += 1;
        }
        assert_eq!(empty, MOST_EMPTY - 1);
    }
}
