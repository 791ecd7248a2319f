//! Looking behind the end of a listing: a provider may show recent rows only and call that the end. Whoever believes it
//! takes everything older for deleted. So a walk that came to the end asks once for what is older than the oldest row;
//! where there is more, it walks that too, and asks again. What a window of time is to a run that was told to walk by
//! them is left to `window`.

use serde::{Deserialize, Serialize};

use super::{Ended, Walk};
use crate::core::step::NowMs;

/// Before the provider's first picture, in Unix seconds: 2020.
const FIRST_S: i64 = 1_577_836_800;
/// The provider's clock is not ours: a day.
const AHEAD_S: i64 = 24 * 3600;

/// How far a walk has looked behind the end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Behind {
    /// The last second of what is asked for now; `None` while the listing itself is walked.
    end_s: Option<i64>,
    /// When the oldest row was made, in Unix seconds.
    oldest_s: Option<i64>,
    /// Rows that the provider said there are in what was walked so far.
    total: Option<u64>,
    /// How the walk ended before it was asked once more.
    ended: Option<Ended>,
}

impl Walk {
    /// Takes a walk that came to its end to what may lie behind it, where there is anything to look at.
    pub(super) fn look_further(&mut self, now: NowMs) {
        let (seen, total) = (self.counts.seen, self.total);
        let was_empty = seen == 0 && self.before == Some(0);
        self.hides_history |= self.behind.as_ref().is_some_and(Behind::has_found);
        let goes_on = match (self.window.as_mut(), self.behind.as_mut()) {
            (Some(window), _) => window.go_back(seen),
            (None, Some(behind)) => !was_empty && behind.go_on(total, seen, now),
            (None, None) => false,
        };
        if goes_on {
            if let Some(behind) = self.behind.as_mut() {
                behind.ended = self.ended;
            }
            (self.ended, self.total) = (None, None);
            (self.offset, self.reached, self.barren, self.known_rows) = (0, 0, 0, 0);
        } else if let Some(behind) = self.behind.take().filter(|behind| behind.ended.is_some()) {
            // A question that brought nothing is no page of the listing, and says nothing of how it ended.
            (self.ended, self.total) = (behind.ended, behind.total);
            self.pages = self.pages.saturating_sub(1);
        }
    }

    /// Whether what is walked now lies behind the listing's end.
    #[must_use]
    pub fn is_behind(&self) -> bool {
        self.behind.as_ref().is_some_and(|behind| behind.end_s.is_some())
    }
}

impl Behind {
    /// The window to ask for.
    #[must_use]
    pub fn window(&self) -> Option<(i64, i64)> {
        self.end_s.map(|end_s| (FIRST_S, end_s))
    }

    /// Whether there was something behind the listing's end.
    fn has_found(&self) -> bool {
        self.end_s.zip(self.oldest_s).is_some_and(|(end_s, oldest_s)| oldest_s <= end_s)
    }

    /// Notes when a row was made.
    pub fn note(&mut self, created_ms: i64) {
        let created_s = created_ms.div_euclid(1_000);
        self.oldest_s = Some(self.oldest_s.map_or(created_s, |oldest| oldest.min(created_s)));
    }

    /// Whether a page answers something else than was asked: rows that are all newer. Such a provider has no window, and
    /// its rows were read before.
    #[must_use]
    pub fn is_beside(&self, created_ms: &[i64]) -> bool {
        let is_newer = |created: &i64| self.end_s.is_some_and(|end_s| created.div_euclid(1_000) > end_s);
        !created_ms.is_empty() && created_ms.iter().all(is_newer)
    }

    /// What is to be looked at next, when all that was asked for is read: `true` when there is something. `total` is what
    /// the provider said of it, `seen` how many rows the walk has seen in all.
    pub(super) fn go_on(&mut self, total: Option<u64>, seen: u64, now: NowMs) -> bool {
        self.total = match (self.end_s, self.total) {
            (None, _) => total,
            // A listing without a total has none because of a part that has one.
            (Some(_), before) => before.map(|before| before + total.unwrap_or(0)),
        };
        let next_s = match (self.end_s, self.oldest_s) {
            // A listing without a row may hide all of them.
            (None, None) if seen == 0 => Some(now.div_euclid(1_000) + AHEAD_S),
            (None, Some(oldest_s)) => Some(oldest_s - 1),
            (Some(_), Some(oldest_s)) if self.has_found() => Some(oldest_s - 1),
            // Rows that do not say when they were made, or nothing older.
            _ => None,
        };
        self.end_s = next_s.filter(|next_s| *next_s >= FIRST_S);
        self.end_s.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: NowMs = 1_790_000_000_000;

    #[test]
    fn it_ends_when_nothing_older_comes() {
        let mut behind = Behind::default();
        assert_eq!(behind.window(), None);
        behind.note(1_700_000_000_999);
        behind.note(1_750_000_000_000);
        assert!(behind.go_on(Some(2), 2, NOW));
        assert_eq!(behind.window(), Some((FIRST_S, 1_699_999_999)));
        behind.note(1_600_000_000_000);
        assert!(behind.go_on(Some(1), 3, NOW));
        assert_eq!(behind.window(), Some((FIRST_S, 1_599_999_999)));
        assert!(!behind.go_on(Some(0), 3, NOW));
        assert_eq!(behind.total, Some(3));
        let mut silent = Behind { oldest_s: Some(1_700_000_000), ..Behind::default() };
        assert!(silent.go_on(None, 2, NOW) && !silent.go_on(Some(0), 2, NOW));
        assert_eq!(silent.total, None);
    }

    #[test]
    fn an_empty_listing_is_asked_for_all_of_its_time_and_rows_without_a_time_for_nothing() {
        let mut empty = Behind::default();
        assert!(empty.go_on(Some(0), 0, NOW));
        assert_eq!(empty.window(), Some((FIRST_S, 1_790_000_000 + AHEAD_S)));
        assert!(!empty.go_on(None, 0, NOW));
        assert!(!Behind::default().go_on(Some(5), 5, NOW));
    }

    #[test]
    fn a_page_of_newer_rows_alone_is_no_answer() {
        let behind = Behind { end_s: Some(1_700_000_000), ..Behind::default() };
        assert!(behind.is_beside(&[1_700_000_001_000, 1_750_000_000_000]));
        assert!(!behind.is_beside(&[1_700_000_000_999, 1_750_000_000_000]));
        assert!(!behind.is_beside(&[]));
        assert!(!Behind::default().is_beside(&[1]));
    }
}
