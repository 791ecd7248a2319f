//! What a page says about the shape of payloads: its rows against the schema ledger that came with the job's row. When
//! the rows are written is left to the page: with its batch, or with its link job where the batch has no room.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::core::alias::Alias;
use crate::core::drift::case::Findings;
use crate::core::drift::shape::schema_changed;
use crate::core::inventory::world::Incoming;
use crate::core::jobs::read_row::{Place, ReadRow, Unreadable, read};
use crate::core::jobs::row::JobRow;
use crate::core::media::MediaType;
use crate::core::schema::{Kind, LedgerRow, Look};
use crate::core::sql::drift::write_findings;
use crate::core::sql::schemas::upsert_schemas;
use crate::core::statement::{BadRows, Rows, Statement};
use crate::core::step::NowMs;

/// The ledger of the account's listings, and the look that a page takes.
#[derive(Clone, Debug)]
pub struct Ledger {
    rows: Vec<LedgerRow>,
    account: Kind,
    now: NowMs,
}

impl Ledger {
    /// Reads the ledger out of the job's row.
    ///
    /// # Errors
    /// [`BadRows`] when a stored row does not have the expected shape.
    pub fn of(job: &JobRow, feed: &str, now: NowMs) -> Result<Self, BadRows> {
        let json = job.schemas.clone().unwrap_or_else(|| "[]".to_owned());
        let account = Kind {
            provider_id: job.provider_id.clone().unwrap_or_default(),
            api: job.api.clone().unwrap_or_default(),
            media_type: String::new(),
            feed: feed.to_owned(),
        };
        Ok(Self { rows: Rows { json }.parse()?, account, now })
    }

    /// Begins a look at payloads about this media type.
    #[must_use]
    pub fn look(&self, media_type: MediaType) -> Look {
        let kind = Kind { media_type: media_type.as_str().to_owned(), ..self.account.clone() };
        Look::new(kind.clone(), self.rows.iter().find(|row| row.is_about(&kind)), self.now)
    }

    /// The rows to write once a page has been looked at. `wholly_seen`: the media types of which the page ends a complete
    /// scan. One of which nothing was seen goes on learning.
    #[must_use]
    pub fn rows(&self, media_type: MediaType, look: &Look, wholly_seen: &BTreeSet<MediaType>) -> Vec<Value> {
        let others = wholly_seen.iter().filter(|other| **other != media_type);
        let ended = others.filter_map(|other| self.look(*other).row(true));
        look.row(wholly_seen.contains(&media_type)).into_iter().chain(ended).collect()
    }
}

/// The statements for what was learned, with a finding for each path that is news; none where nothing was learned.
#[must_use]
pub fn write_learned(owner: i64, learned: &[Value], now: NowMs) -> Vec<Statement> {
    if learned.is_empty() {
        return Vec::new();
    }
    let found = schema_changed(learned);
    let findings = write_findings(owner, &Findings { found, ..Findings::default() }, now);
    [upsert_schemas(owner, learned)].into_iter().chain(findings).collect()
}

/// Reads a row of a page and looks at its shape, whether or not it is taken in.
pub fn read_and_look(place: &Place, text: &str, look: &mut Look) -> Result<Incoming, Box<Unreadable>> {
    let ReadRow { result, value } = read(place, text, false);
    let (root, digest) = match &result {
        Ok(incoming) => (incoming.facts.root().map(Alias::text), Some(incoming.digest.as_str())),
        Err(unreadable) => (unreadable.root.clone(), unreadable.digest.as_deref()),
    };
    if let Some(value) = value {
        look.see(&value, (root.as_deref(), digest));
    }
    result
}
