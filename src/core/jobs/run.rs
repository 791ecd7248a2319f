//! A run: one sync of one account. Its counters and its reasons, as they stand in the job's body. How far a listing has
//! been walked is left to `walk`, what its rows mean to the inventory.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::core::gather::set_of;
use crate::core::jobs::walk::{Ended, Walk, Window};
use crate::core::media::MediaType;
use crate::core::providers::failure::Failure;
use crate::core::providers::pixverse::listing::{LISTINGS, Listing};
use crate::core::step::NowMs;

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
    /// In the page's own batch where the page is not too large for that, else by a job of its own.
    Auto,
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
    /// Why it is paused; see [`paused`].
    #[serde(default)]
    pub paused: Option<String>,
    /// Whether every page of every listing is read, whatever is known.
    #[serde(default)]
    pub full: bool,
    /// True once a person has said that a library full of new ids is meant.
    #[serde(default)]
    pub confirm_identity_shift: bool,
    /// The run whose unscanned range this one looks at.
    #[serde(default)]
    pub fills: Option<String>,
    /// The run that looked at what this one left.
    #[serde(default)]
    pub filled_by: Option<String>,
    /// How far the end of a complete run is.
    #[serde(default)]
    pub closing: Option<Closing>,
    /// Since when it has been reading without a stop, and how many rows it had seen by then.
    #[serde(default)]
    pub going_since: Option<(i64, u64)>,
    /// How often its step's message was given up by the queue.
    #[serde(default)]
    pub dead_letters: u32,
    /// What its steps have cost, but for the one that has just ended.
    #[serde(default)]
    pub cost: Cost,
}

/// What steps cost the database: statements, rows read, rows written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost(pub u64, pub u64, pub u64);

impl Cost {
    /// Adds what another step has cost.
    pub const fn add(&mut self, other: Self) {
        self.0 += other.0;
        self.1 += other.1;
        self.2 += other.2;
    }
}

/// The end of a complete run: what is here is compared with what is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// The last asset that was looked at.
    pub after: String,
    /// By listing: `there`, `here`, `removed`, `unreadable`, `only_here`.
    pub report: Map<String, Value>,
    /// Assets that the scan has not met and that are not marked yet.
    pub unseen: u64,
    /// How many of them were marked as missing upstream.
    pub marked: u64,
    /// Whether they are so many that a person decides.
    pub waits: bool,
    /// Whether they are being marked.
    pub is_marking: bool,
    /// Whether all is done.
    pub is_over: bool,
}

/// Why a run is paused.
pub mod paused {
    /// A person asked for it.
    pub const BY_YOU: &str = "by_you";
    /// The provider no longer accepts the credential; renewing it resumes the run.
    pub const AUTH_REQUIRED: &str = "auth_required";
    /// Everything on a first page is new, though the listing has not grown: the provider may have changed its ids.
    pub const IDENTITY_SHIFT: &str = "identity_shift";
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
            paused: None,
            full: false,
            confirm_identity_shift: false,
            fills: None,
            filled_by: None,
            closing: None,
            going_since: None,
            dead_letters: 0,
            cost: Cost::default(),
        }
    }

    /// Gives the walks what earlier scans of the account have established: JSON by listing, as `accounts.scans` has it.
    pub fn stand_on(&mut self, scans: Option<&str>) {
        let scans: Value = scans.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        for walk in &mut self.walks {
            let Some(known) = scans.get(&walk.listing) else { continue };
            walk.before = known.get("there").and_then(Value::as_u64);
            walk.ground_ms = known.get("ground_ms").and_then(Value::as_i64).filter(|_| !self.full);
            walk.hides_history = known.get("hides_history").and_then(Value::as_bool) == Some(true);
            // Behind the end of an honest listing the scan that established the ground has looked.
            walk.behind = walk.behind.take().filter(|_| walk.ground_ms.is_none() || walk.hides_history);
        }
    }

    /// Rows a second since it last began to read, as of `updated_ms`; `None` while there is too little to tell.
    #[must_use]
    pub fn rows_per_s(&self, updated_ms: i64) -> Option<u64> {
        let (since_ms, before) = self.going_since?;
        let elapsed_ms = u64::try_from(updated_ms - since_ms).ok().filter(|elapsed| *elapsed >= 1_000)?;
        Some((self.counts().seen.saturating_sub(before) * 1_000) / elapsed_ms)
    }

    /// Rows that are still to be read, where the provider has said of every listing how many it has.
    #[must_use]
    pub fn rows_left(&self) -> Option<u64> {
        let open = self.walks.iter().filter(|walk| walk.ended.is_none());
        // Nothing is expected behind the end of a listing.
        let expected = |walk: &Walk| if walk.is_behind() { Some(0) } else { walk.before };
        open.map(|walk| walk.total.or(expected(walk)).map(|total| total.saturating_sub(walk.reached))).sum()
    }

    /// Whether the run saw every row of every listing that it was asked for.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.fills.is_none() && self.walks.iter().all(Walk::is_whole)
    }

    /// Walks by windows of time where a listing can be asked for by them.
    pub fn walk_by_windows(&mut self, now: NowMs) {
        for walk in self.walks.iter_mut().filter(|walk| !walk.listing.starts_with("audio")) {
            walk.window = Some(Window::latest(now));
        }
    }

    /// A run over what this one left unscanned; `None` when it left nothing.
    #[must_use]
    pub fn rest(&self, id: &str) -> Option<Self> {
        let walks: Vec<Walk> =
            self.walks.iter().filter(|walk| walk.unscanned().is_some()).map(Walk::rest).collect();
        if walks.is_empty() || self.dry_run {
            return None;
        }
        let mut rest = Self::new(self.mode, self.create_lineage, false, None);
        rest.full = self.full;
        rest.confirm_identity_shift = self.confirm_identity_shift;
        rest.fills = Some(id.to_owned());
        rest.walks = walks;
        Some(rest)
    }

    /// What the run has established for later ones, by listing: where a walk came to its end or to known ground, all that
    /// was made before the run began has been seen.
    #[must_use]
    pub fn established(&self, started_ms: i64) -> Map<String, Value> {
        let mut scans = Map::new();
        for walk in &self.walks {
            if walk.is_whole() && self.fills.is_none() {
                let there = walk.total.map_or(walk.counts.seen, |total| total.max(walk.counts.seen));
                scans.insert(walk.listing.clone(), json!({ "ground_ms": started_ms, "there": there }));
                if let (true, Some(scan)) = (walk.hides_history, scans.get_mut(&walk.listing)) {
                    scan["hides_history"] = true.into();
                }
            } else if walk.ended == Some(Ended::KnownGround) && self.fills.is_none() {
                scans.insert(walk.listing.clone(), json!({ "ground_ms": started_ms }));
            }
        }
        scans
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

    /// Ends the run when its walks are over. One that is complete compares first what is here with what is there.
    pub fn end_when_over(&mut self, now: NowMs) {
        if self.current().is_some() {
            return;
        }
        if self.is_complete() && !self.dry_run {
            self.closing = Some(Closing::default());
        } else {
            self.ended_ms = Some(now);
        }
    }

    /// The media types of which a run that left nothing out has seen rows; none while it is not over.
    #[must_use]
    pub fn wholly_seen(&self) -> BTreeSet<MediaType> {
        if !self.is_complete() {
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
