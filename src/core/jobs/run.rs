//! A run: one sync of one account. Its cursor, its counters and its reasons, as they stand in the job's body. When a
//! walk is over is decided here; what its rows mean is left to the inventory.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::core::gather::set_of;
use crate::core::media::MediaType;
use crate::core::providers::failure::Failure;
use crate::core::providers::pixverse::listing::{LISTINGS, Listing, Page};

/// Which listings a run walks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Clips.
    Videos,
    /// Stills.
    Images,
    /// Sound.
    Audio,
    /// Clips and stills.
    Both,
    /// Everything.
    All,
}

impl Mode {
    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "videos" => Self::Videos,
            "images" => Self::Images,
            "audio" => Self::Audio,
            "both" => Self::Both,
            "all" => Self::All,
            _ => return None,
        })
    }

    /// The walks of this mode, in order.
    #[must_use]
    pub fn listings(self) -> Vec<Listing> {
        let wanted = |media_type: MediaType| match self {
            Self::Videos => media_type == MediaType::Video,
            Self::Images => media_type == MediaType::Image,
            Self::Audio => media_type == MediaType::Audio,
            Self::Both => media_type != MediaType::Audio,
            Self::All => true,
        };
        LISTINGS.into_iter().filter(|listing| wanted(listing.media_type)).collect()
    }
}

/// When the sources that a page names are written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CreateLineage {
    /// By a job of its own, queued with the page.
    Deferred,
    /// In the page's own batch.
    Inline,
    /// Not until somebody refreshes lineage.
    None,
}

/// What became of the rows that were seen. The parts always add up to `seen`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Rows received.
    pub seen: u64,
    /// New to the inventory (in a dry run: would be).
    pub created: u64,
    /// Known, with news.
    pub updated: u64,
    /// Known, without news.
    pub unchanged: u64,
    /// Left out, for a reason that is named.
    pub skipped: u64,
    /// Unreadable; kept for a replay.
    pub quarantined: u64,
}

impl Counts {
    /// Counts one row.
    pub const fn add(&mut self, outcome: Outcome) {
        self.seen += 1;
        match outcome {
            Outcome::Created => self.created += 1,
            Outcome::Updated => self.updated += 1,
            Outcome::Unchanged => self.unchanged += 1,
            Outcome::Skipped => self.skipped += 1,
            Outcome::Quarantined => self.quarantined += 1,
        }
    }

    /// Adds another count.
    pub const fn sum(&mut self, other: &Self) {
        self.seen += other.seen;
        self.created += other.created;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
        self.skipped += other.skipped;
        self.quarantined += other.quarantined;
    }
}

/// What became of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// New to the inventory.
    Created,
    /// Known, with news.
    Updated,
    /// Known, without news.
    Unchanged,
    /// Left out, for a reason.
    Skipped,
    /// Unreadable.
    Quarantined,
}

impl Outcome {
    /// The word in page rows.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
            Self::Skipped => "skipped",
            Self::Quarantined => "quarantined",
        }
    }
}

/// How far one listing has been walked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walk {
    /// `video/created` and so on.
    pub listing: String,
    /// Where the next page starts.
    pub offset: u64,
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
    /// Digests of the last page's rows, to notice a page that comes again.
    #[serde(default)]
    pub last_rows: BTreeSet<String>,
}

/// Why a walk is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// The provider says that there is no more.
    ProviderSaysDone,
    /// An empty page, and no word of more.
    EmptyPage,
    /// The provider's cursor did not move.
    CursorStandsStill,
    /// Two pages in a row brought nothing new.
    NothingNewTwice,
    /// The run's own limit.
    Limit,
}

impl Walk {
    /// A walk at its beginning.
    #[must_use]
    pub fn new(listing: Listing) -> Self {
        Self {
            listing: listing.name(),
            offset: 0,
            total: None,
            pages: 0,
            ended: None,
            counts: Counts::default(),
            barren: 0,
            last_rows: BTreeSet::new(),
        }
    }

    /// Moves on behind a page. A short page is not the end: only the provider's word is, a cursor that stands still, an
    /// empty page without a word of more, or two pages in a row that bring nothing new.
    pub fn advance(&mut self, page: &Page, rows: BTreeSet<String>) {
        self.pages += 1;
        self.total = page.total.or(self.total);
        let brings_new = rows.iter().any(|row| !self.last_rows.contains(row));
        self.barren = if brings_new { 0 } else { self.barren + 1 };
        if !rows.is_empty() {
            self.last_rows = rows;
        }
        let read = u64::try_from(page.rows.len()).unwrap_or(u64::MAX);
        let step = if read == 0 { crate::core::providers::pixverse::listing::PAGE_ROWS } else { read };
        let next = page.next_offset.unwrap_or(self.offset + step);
        let said = page.has_more.is_some();
        let past_total = !said && read > 0 && self.total.is_some_and(|total| next >= total);
        self.ended = if page.has_more == Some(false) || past_total {
            Some(Ended::ProviderSaysDone)
        } else if !said && read == 0 {
            Some(Ended::EmptyPage)
        } else if next <= self.offset {
            Some(Ended::CursorStandsStill)
        } else if self.barren >= 2 {
            Some(Ended::NothingNewTwice)
        } else {
            None
        };
        self.offset = next.max(self.offset);
    }
}

/// The body of a run's job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// What was asked for.
    pub mode: Mode,
    /// When edges are written.
    pub create_lineage: CreateLineage,
    /// True: compare only, write no asset.
    pub dry_run: bool,
    /// The most rows to look at.
    pub limit: Option<u64>,
    /// The walks, in order.
    pub walks: Vec<Walk>,
    /// How often each reason was given.
    pub reasons: BTreeMap<String, u64>,
    /// Provider calls made.
    pub provider_calls: u64,
    /// Tries of the step that is due.
    pub attempts: u32,
    /// The last error; it stays for the reader when a later try succeeds.
    pub last_error: Option<Failure>,
    /// When it ended, Unix milliseconds.
    pub ended_ms: Option<i64>,
}

impl Run {
    /// A run at its beginning.
    #[must_use]
    pub fn new(mode: Mode, create_lineage: CreateLineage, dry_run: bool, limit: Option<u64>) -> Self {
        Self {
            mode,
            create_lineage,
            dry_run,
            limit,
            walks: mode.listings().into_iter().map(Walk::new).collect(),
            reasons: BTreeMap::new(),
            provider_calls: 0,
            attempts: 0,
            last_error: None,
            ended_ms: None,
        }
    }

    /// The walk that is due, with its listing.
    #[must_use]
    pub fn current(&self) -> Option<(usize, Listing)> {
        let index = self.walks.iter().position(|walk| walk.ended.is_none())?;
        let name = &self.walks.get(index)?.listing;
        LISTINGS.into_iter().find(|listing| listing.name() == *name).map(|listing| (index, listing))
    }

    /// All counts together.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut sum = Counts::default();
        for walk in &self.walks {
            sum.sum(&walk.counts);
        }
        sum
    }

    /// How many rows may still be looked at.
    #[must_use]
    pub fn room(&self) -> u64 {
        self.limit.map_or(u64::MAX, |limit| limit.saturating_sub(self.counts().seen))
    }

    /// The media types of which a run that left nothing out has seen rows; none while it is not over.
    #[must_use]
    pub fn wholly_seen(&self) -> BTreeSet<MediaType> {
        let is_whole = |walk: &Walk| walk.ended.is_some_and(|ended| ended != Ended::Limit);
        if !self.walks.iter().all(is_whole) {
            return BTreeSet::new();
        }
        let seen = self.walks.iter().filter(|walk| walk.counts.seen > 0);
        set_of(seen.filter_map(|walk| MediaType::parse(walk.listing.split('/').next()?)))
    }

    /// Ends every walk that is not over, because the limit is reached.
    pub fn stop_at_limit(&mut self) {
        for walk in self.walks.iter_mut().filter(|walk| walk.ended.is_none()) {
            walk.ended = Some(Ended::Limit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows, `has_more`, `next_offset` and `total` of a page.
    type Said = (usize, Option<bool>, Option<u64>, Option<u64>);

    fn walked(pages: &[Said]) -> Walk {
        let mut walk = Walk::new(LISTINGS[0]);
        for (number, (rows, has_more, next_offset, total)) in pages.iter().enumerate() {
            let rows: Vec<String> = (0..*rows).map(|row| format!("{number}-{row}")).collect();
            let digests = rows.iter().cloned().collect();
            walk.advance(
                &Page { rows, total: *total, has_more: *has_more, next_offset: *next_offset },
                digests,
            );
        }
        walk
    }

    #[test]
    fn a_short_page_is_not_the_end() {
        let walk = walked(&[(50, Some(true), Some(50), None), (3, Some(true), Some(100), None)]);
        assert_eq!((walk.ended, walk.offset), (None, 100));
    }

    #[test]
    fn an_empty_page_in_the_middle_is_passed() {
        let walk = walked(&[
            (50, Some(true), None, None),
            (0, Some(true), None, None),
            (2, Some(false), None, None),
        ]);
        assert_eq!((walk.ended, walk.pages), (Some(Ended::ProviderSaysDone), 3));
    }

    #[test]
    fn without_any_mark_the_total_or_an_empty_page_ends_it() {
        assert_eq!(walked(&[(50, None, None, Some(50))]).ended, Some(Ended::ProviderSaysDone));
        assert_eq!(walked(&[(50, None, None, None)]).ended, None);
        assert_eq!(walked(&[(50, None, None, None), (0, None, None, None)]).ended, Some(Ended::EmptyPage));
    }

    #[test]
    fn a_cursor_that_stands_still_ends_it() {
        let walk = walked(&[(50, Some(true), Some(50), None), (50, Some(true), Some(50), None)]);
        assert_eq!(walk.ended, Some(Ended::CursorStandsStill));
    }

    #[test]
    fn a_page_that_comes_again_twice_ends_it() {
        let mut walk = Walk::new(LISTINGS[0]);
        let same = Page { rows: vec!["a".into()], has_more: Some(true), ..Page::default() };
        for ended in [None, None, Some(Ended::NothingNewTwice)] {
            walk.advance(&same, BTreeSet::from(["a".to_owned()]));
            assert_eq!(walk.ended, ended);
        }
    }
}
