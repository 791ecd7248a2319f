//! A walk: how far one listing has been read, page by page, and when it is over. What its rows mean is left to the
//! inventory, which listings there are to the run.
//!
//! Listings are sorted newest first and asked for by offset, so everything behind a change moves while it is read. A page
//! is therefore asked for from a little before the last one's end: a row that it shares with that page proves that
//! nothing between the two was passed over. Where no row is shared, rows were deleted meanwhile, and the walk goes back
//! until it meets one that it knows, then on from where it was.

mod behind;
pub mod mark;
mod window;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use behind::Behind;
pub use window::Window;

use crate::core::jobs::run::Counts;
use crate::core::jobs::walk::mark::share_a_row;
use crate::core::media::MediaType;
use crate::core::providers::pixverse::listing::{Listing, PAGE_ROWS, Page, Part};
use crate::core::step::NowMs;

/// Rows that a page shares with the one before it. One would do; the second allows for one deleted row without going
/// back.
const OVERLAP: u64 = 2;
/// How many rows the walk goes back at a time where no row is shared. The page that is asked for then shares the rest
/// with what lies ahead.
const BACK: u64 = PAGE_ROWS - 10;
/// How often in a row it goes back: 800 rows deleted between two pages. Behind that the scan is not complete.
const MOST_BACK: u8 = 20;

/// Known, final and old rows in a row that make known ground: two pages of them. Results come in late now and then, a
/// little below the head.
const KNOWN_ROWS: u64 = 2 * PAGE_ROWS;

/// How far one listing has been walked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walk {
    /// `video/created` and so on.
    pub listing: String,
    /// Where the next page is asked for.
    pub offset: u64,
    /// How far the provider has led: behind it nothing has been seen.
    #[serde(default)]
    pub reached: u64,
    /// How many rows the provider says there are.
    pub total: Option<u64>,
    /// Pages read.
    pub pages: u64,
    /// Why the walk is over; `None` while it is not.
    pub ended: Option<Ended>,
    /// What became of its rows.
    pub counts: Counts,
    /// Pages in a row that brought no row which the page before did not bring.
    pub barren: u8,
    /// Marks of the last page's rows, by which they are known again.
    #[serde(default)]
    pub last_rows: BTreeSet<String>,
    /// Where the walk goes on, and whether it is over then, while it closes a gap.
    #[serde(default)]
    gap: Option<Gap>,
    /// True when a gap could not be closed: rows may have been passed over.
    #[serde(default)]
    pub is_torn: bool,
    /// How many rows there were at the last complete scan.
    #[serde(default)]
    pub before: Option<u64>,
    /// Up to when everything is known to have been seen: an incremental walk ends behind it. `None`: at the listing's end.
    #[serde(default)]
    pub ground_ms: Option<i64>,
    /// Rows in a row that were known, final, and made before `ground_ms`.
    #[serde(default)]
    pub known_rows: u64,
    /// The window of time that is walked, and how many before it were empty.
    #[serde(default)]
    pub window: Option<Window>,
    /// What is looked for behind the listing's end; `None` when it has been looked at, or is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub behind: Option<Behind>,
    /// Whether older rows lay behind an end that the provider gave the listing, in this scan or an earlier one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hides_history: bool,
}

/// A place where two pages share no row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Gap {
    /// Marks of the rows before it.
    before: BTreeSet<String>,
    /// Marks of the rows behind the gap, on the page that was not joined.
    #[serde(default)]
    ahead: BTreeSet<String>,
    /// Where the walk goes on when it is closed.
    offset: u64,
    /// Why the walk is over then.
    ended: Option<Ended>,
    /// Positions a row takes.
    stride: u64,
    /// How often the walk has gone back.
    back: u8,
}

/// Why a walk is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// The provider says that there is no more.
    ProviderSaysDone,
    /// Nothing behind the last row, and no word of more.
    EmptyPage,
    /// The provider's cursor did not move.
    CursorStandsStill,
    /// Two pages in a row brought nothing new.
    NothingNewTwice,
    /// Known ground: everything behind it was seen by an earlier run.
    KnownGround,
    /// The run's own limit.
    Limit,
}

/// Positions that a row takes: some cursors count ten to a row. Where a page passes over positions that show no row, it
/// is one.
const fn stride(positions: u64, rows: u64) -> u64 {
    if rows > 0 && positions > rows && positions.is_multiple_of(rows) { positions / rows } else { 1 }
}

impl Walk {
    /// A walk at its beginning.
    #[must_use]
    pub fn new(listing: Listing) -> Self {
        Self {
            listing: listing.name(),
            offset: 0,
            reached: 0,
            total: None,
            pages: 0,
            ended: None,
            counts: Counts::default(),
            barren: 0,
            last_rows: BTreeSet::new(),
            gap: None,
            is_torn: false,
            before: None,
            ground_ms: None,
            known_rows: 0,
            window: None,
            // Listings of sound cannot be asked for by time.
            behind: (listing.media_type != MediaType::Audio).then(Behind::default),
            hides_history: false,
        }
    }

    /// The page that is due. An incremental walk asks for as many rows as it wants to know in a row.
    #[must_use]
    pub fn part(&self) -> Part {
        let rows = if self.ground_ms.is_some() { KNOWN_ROWS } else { PAGE_ROWS };
        let window = self.window.as_ref().map(|window| (window.start_s, window.end_s));
        let window = window.or_else(|| self.behind.as_ref().and_then(Behind::window));
        Part { offset: self.offset, rows, window }
    }

    /// Notes what became of a row, in the order of the listing: whether it was known and final, and when it was made.
    pub fn note(&mut self, is_known: bool, created_ms: Option<i64>) {
        let is_old = |ground: i64| created_ms.is_none_or(|created| created < ground);
        let is_ground = is_known && self.ground_ms.is_some_and(is_old);
        self.known_rows = if is_ground { self.known_rows + 1 } else { 0 };
        if let (Some(behind), Some(created_ms)) = (self.behind.as_mut(), created_ms) {
            behind.note(created_ms);
        }
    }

    /// Whether a page of rows that were made at these times is no answer to what was asked.
    #[must_use]
    pub fn is_beside(&self, created_ms: &[i64]) -> bool {
        self.window.is_none() && self.behind.as_ref().is_some_and(|behind| behind.is_beside(created_ms))
    }

    /// Ends the walk where it has come to known ground, or takes it to the next window.
    pub fn settle(&mut self, now: NowMs) {
        if self.ended.is_none() && self.gap.is_none() && self.known_rows >= KNOWN_ROWS {
            self.ended = Some(Ended::KnownGround);
            self.forget_when_over();
        }
        if self.is_whole() {
            self.look_further(now);
        }
    }

    /// What is left to be looked at of a walk that stopped before its end: from which row on, and how many at most.
    #[must_use]
    pub fn unscanned(&self) -> Option<(u64, Option<u64>)> {
        let is_over = self.is_whole() || self.ended == Some(Ended::KnownGround);
        let left = self.total.map(|total| total.saturating_sub(self.reached));
        (!is_over && left != Some(0)).then_some((self.reached, left))
    }

    /// A walk that looks at what this one left.
    #[must_use]
    pub fn rest(&self) -> Self {
        Self { ended: None, pages: 0, counts: Counts::default(), barren: 0, known_rows: 0, ..self.clone() }
    }

    /// Whether this very row stood on the page before: it has been taken in and counted.
    #[must_use]
    pub fn has_seen(&self, mark: &str) -> bool {
        self.last_rows.contains(mark) || self.gap.as_ref().is_some_and(|gap| gap.before.contains(mark))
    }

    /// Whether every row of the listing was seen: the walk came to the end that the provider gives it, and nothing was
    /// passed over.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        matches!(self.ended, Some(Ended::ProviderSaysDone | Ended::EmptyPage)) && !self.is_torn
    }

    /// Moves on behind a page with these rows. A short page is not the end: only the provider's word is, a cursor that
    /// stands still, nothing behind the last row without a word of more, or two pages in a row that bring nothing new.
    pub fn advance(&mut self, page: &Page, rows: BTreeSet<String>) {
        self.pages += 1;
        self.total = page.total.or(self.total);
        match self.gap.take() {
            Some(gap) => self.close(gap, page, rows),
            None => self.go_on(page, rows),
        }
    }

    fn go_on(&mut self, page: &Page, rows: BTreeSet<String>) {
        let brings_new = rows.iter().any(|row| !self.last_rows.contains(row));
        let read = u64::try_from(page.rows.len()).unwrap_or(u64::MAX);
        let next = page.next_offset.unwrap_or(self.offset + if read == 0 { PAGE_ROWS } else { read });
        let stride = stride(next.saturating_sub(self.offset), read);
        let asked = self.offset;
        let overlaps = asked < self.reached;
        // A page so short that it ends among the positions which it shares says nothing of what lies behind them.
        let is_within = overlaps && read > 0 && next <= self.reached && next.saturating_sub(asked) >= read;
        self.barren = if brings_new { 0 } else { self.barren + u8::from(!is_within) };
        self.ended = self.end_behind(page, read, next, is_within);
        self.reached = next.max(self.reached);
        let from = if is_within { next } else { self.reached };
        self.offset = from - (OVERLAP.min(read.saturating_sub(1)) * stride).min(from);
        if is_within {
            self.offset = self.offset.max(asked + 1);
        }
        let is_joined = !overlaps || share_a_row(&rows, &self.last_rows);
        if !is_joined && (read > 0 || self.ended.is_some()) {
            let gap = Gap {
                before: self.last_rows.clone(),
                ahead: rows.clone(),
                offset: self.offset,
                ended: self.ended.take(),
                stride,
                back: 1,
            };
            self.offset = asked.saturating_sub(BACK * stride);
            self.gap = Some(gap);
        }
        if is_within {
            self.last_rows.extend(rows);
        } else if !rows.is_empty() {
            self.last_rows = rows;
        }
        self.forget_when_over();
    }

    fn end_behind(&self, page: &Page, read: u64, next: u64, is_within: bool) -> Option<Ended> {
        let said = page.has_more.is_some();
        if self.is_last(page) {
            Some(Ended::ProviderSaysDone)
        } else if is_within {
            None
        } else if !said && (read == 0 || next <= self.reached) {
            Some(Ended::EmptyPage)
        } else if next <= self.reached {
            Some(Ended::CursorStandsStill)
        } else if self.barren >= 2 {
            Some(Ended::NothingNewTwice)
        } else {
            None
        }
    }

    /// Goes on where the gap was found, if this page joins what lies on both of its sides. A page that only joins what
    /// was seen before is where the walk goes on: it may be too short to reach over the gap.
    fn close(&mut self, mut gap: Gap, page: &Page, rows: BTreeSet<String>) {
        let is_joined = self.offset == 0 || share_a_row(&rows, &gap.before);
        let reaches_over = match gap.ahead.is_empty() {
            true => self.is_last(page),
            false => share_a_row(&rows, &gap.ahead),
        };
        if is_joined && !reaches_over {
            (self.reached, self.last_rows) = (self.offset, gap.before);
            // That nothing new came is what going back is for.
            self.barren = self.barren.saturating_sub(1);
            return self.go_on(page, rows);
        }
        // What lies ahead of the gap is known by its own rows and by these.
        self.last_rows.extend(rows.iter().cloned());
        if is_joined || gap.back >= MOST_BACK {
            self.is_torn |= !is_joined;
            self.offset = gap.offset;
            self.ended = gap.ended;
            self.forget_when_over();
            return;
        }
        if reaches_over {
            gap.ahead.extend(rows);
        }
        gap.back += 1;
        self.offset = self.offset.saturating_sub(BACK * gap.stride);
        self.gap = Some(gap);
    }

    /// Whether the provider says that nothing lies behind this page.
    fn is_last(&self, page: &Page) -> bool {
        let read = u64::try_from(page.rows.len()).unwrap_or(u64::MAX);
        let next = page.next_offset.unwrap_or(self.offset.saturating_add(read));
        let is_past_total = read > 0 && self.total.is_some_and(|total| next >= total);
        page.has_more.map_or(is_past_total, |more| !more)
    }

    /// A walk that is over needs no rows to know again: every step writes them.
    fn forget_when_over(&mut self) {
        if self.ended.is_some() {
            self.last_rows.clear();
        }
    }
}

#[cfg(test)]
mod tests;
