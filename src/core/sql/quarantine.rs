//! The statements of quarantine: what nobody could read yet.

use serde_json::Value;

use crate::core::sql::inventory::chunked;
use crate::core::statement::{Param, Statement};

/// Where payloads that could not be read were seen.
pub struct Quarantined<'a> {
    /// Whose.
    pub owner: i64,
    /// The account, `acc_…`.
    pub account: Option<&'a str>,
    /// The job.
    pub job: &'a str,
    /// The provider.
    pub provider_id: &'a str,
    /// Its interface.
    pub api: &'a str,
    /// What the listing was about.
    pub media_type: &'a str,
    /// The listing.
    pub listing: &'a str,
    /// The feed.
    pub feed: &'a str,
    /// The account's identity, as sightings name it.
    pub identity: &'a str,
    /// When they were received.
    pub seen_ms: i64,
}

/// Keeps unreadable payloads, objects of id, reason, detail and payload; one that is there already stays as it is. One
/// statement, as long as the payloads are not unusually long.
#[must_use]
pub fn insert_quarantine(place: &Quarantined<'_>, rows: &[Value]) -> Vec<Statement> {
    chunked(rows)
        .into_iter()
        .map(|chunk| {
            Statement::new(
                "insert_quarantine",
                "INSERT OR IGNORE INTO quarantine
                   (owner, id, account, job, provider_id, api, media_type, listing, feed, identity, seen_ms, reason,
                    detail, payload)
                 SELECT ?1, value ->> 'id', ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, value ->> 'reason',
                        value ->> 'detail', value ->> 'payload'
                   FROM json_each(?11)",
                vec![
                    Param::Int(place.owner),
                    place.account.into(),
                    place.job.into(),
                    place.provider_id.into(),
                    place.api.into(),
                    place.media_type.into(),
                    place.listing.into(),
                    place.feed.into(),
                    place.identity.into(),
                    Param::Int(place.seen_ms),
                    Param::Text(chunk),
                ],
            )
        })
        .collect()
}

/// Reads a page of the quarantine before an id, the latest first, each payload's beginning only.
#[must_use]
pub fn quarantine_page(owner: i64, before: &str, payload_chars: i64, limit: u32) -> Statement {
    Statement::new(
        "quarantine_page",
        "SELECT id, account, job, provider_id, media_type, listing, reason, detail, substr(payload, 1, ?3) AS payload,
                length(payload) AS payload_chars, seen_ms, replayed_ms
           FROM quarantine WHERE owner = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?4",
        vec![Param::Int(owner), before.into(), Param::Int(payload_chars), Param::Int(i64::from(limit))],
    )
}
