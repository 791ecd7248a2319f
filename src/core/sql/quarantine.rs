//! The statements of quarantine: what nobody could read yet.

use serde_json::Value;

use crate::core::sql::inventory::chunked;
use crate::core::statement::{Param, Statement, json_param};

/// Keeps unreadable payloads, objects of all columns by their names; one that is there already stays as it is. One
/// statement, as long as the payloads are not unusually long; none for none.
#[must_use]
pub fn insert_quarantine(owner: i64, rows: &[Value]) -> Vec<Statement> {
    chunked(rows)
        .into_iter()
        .map(|chunk| {
            Statement::new(
                "insert_quarantine",
                "INSERT OR IGNORE INTO quarantine
                   (owner, id, account, job, provider_id, api, media_type, listing, feed, identity, seen_ms, reason,
                    detail, payload)
                 SELECT ?1, value ->> 'id', value ->> 'account', value ->> 'job', value ->> 'provider_id',
                        value ->> 'api', value ->> 'media_type', value ->> 'listing', value ->> 'feed',
                        value ->> 'identity', value ->> 'seen_ms', value ->> 'reason', value ->> 'detail',
                        value ->> 'payload'
                   FROM json_each(?2)",
                vec![Param::Int(owner), Param::Text(chunk)],
            )
        })
        .collect()
}

/// What a replay reads of a payload: where it was seen, and why it could not be read.
macro_rules! kept {
    ($where:literal) => {
        concat!(
            "SELECT q.id, q.provider_id, q.api, q.media_type, q.listing, q.feed, q.reason, q.detail, q.payload, q.seen_ms,
                    coalesce(q.identity, a.identity, q.account, '') AS identity
               FROM quarantine q LEFT JOIN accounts a ON a.owner = q.owner AND a.id = q.account
              WHERE q.owner = ?1 AND q.replayed_ms IS NULL AND ",
            $where
        )
    };
}

/// Reads the payloads of these ids that are still in quarantine, by id.
#[must_use]
pub fn quarantined_by_id(owner: i64, ids: &[String]) -> Statement {
    Statement::new(
        "quarantined_by_id",
        kept!("q.id IN (SELECT value FROM json_each(?2)) ORDER BY q.id"),
        vec![Param::Int(owner), json_param(ids)],
    )
}

/// Reads the next payloads that are still in quarantine, of one reason or of all.
#[must_use]
pub fn quarantined_behind(owner: i64, reason: Option<&str>, after: &str, limit: usize) -> Statement {
    Statement::new(
        "quarantined_behind",
        kept!("q.id > ?3 AND (?2 IS NULL OR q.reason = ?2) ORDER BY q.id LIMIT ?4"),
        vec![
            Param::Int(owner),
            reason.into(),
            after.into(),
            Param::Int(i64::try_from(limit).unwrap_or(i64::MAX)),
        ],
    )
}

/// Notes that payloads were taken in, and how.
#[must_use]
pub fn mark_replayed(owner: i64, ids: &[String], outcome: &str, now: i64) -> Statement {
    Statement::new(
        "mark_replayed",
        "UPDATE quarantine SET replayed_ms = ?4, outcome = ?3
          WHERE owner = ?1 AND id IN (SELECT value FROM json_each(?2)) AND replayed_ms IS NULL",
        vec![Param::Int(owner), json_param(ids), outcome.into(), Param::Int(now)],
    )
}

/// Writes today's reasons and details, objects of owner, id, reason and detail. The owner stands in each row too: with
/// `?1` alone SQLite walks all of the owner's quarantine and looks each payload up in the array.
#[must_use]
pub fn renew_reasons(owner: i64, rows: &[Value]) -> Statement {
    Statement::new(
        "renew_reasons",
        "UPDATE quarantine SET reason = e.value ->> 'reason', detail = e.value ->> 'detail' FROM json_each(?2) e
          WHERE quarantine.owner = e.value ->> 'owner' AND quarantine.id = e.value ->> 'id'
            AND e.value ->> 'owner' = ?1",
        vec![Param::Int(owner), json_param(rows)],
    )
}

/// Which payloads a page of the quarantine shows.
#[derive(Clone, Debug, Default)]
pub struct Shown<'a> {
    /// Only of this provider.
    pub provider_id: Option<&'a str>,
    /// Only of this media type.
    pub media_type: Option<&'a str>,
    /// Only for this reason.
    pub reason: Option<&'a str>,
    /// Only from this job.
    pub job: Option<&'a str>,
    /// Those that a replay has taken in, in place of those that wait.
    pub replayed: bool,
}

/// The columns of a page, and what it shows.
macro_rules! page {
    ($which:literal) => {
        concat!(
            "SELECT id, account, job, provider_id, media_type, listing, feed, reason, detail,
                    substr(payload, 1, ?3) AS payload, length(payload) AS payload_chars, seen_ms, replayed_ms, outcome
               FROM quarantine
              WHERE owner = ?1 AND id < ?2 AND (?5 IS NULL OR provider_id = ?5) AND (?6 IS NULL OR media_type = ?6)
                AND (?7 IS NULL OR reason = ?7) AND (?8 IS NULL OR job = ?8) AND ",
            $which,
            " ORDER BY id DESC LIMIT ?4"
        )
    };
}

/// Reads a page of the quarantine before an id, each payload's beginning only.
#[must_use]
pub fn quarantine_page(
    owner: i64,
    before: &str,
    shown: &Shown<'_>,
    payload_chars: i64,
    limit: u32,
) -> Statement {
    let params = vec![
        Param::Int(owner),
        before.into(),
        Param::Int(payload_chars),
        Param::Int(i64::from(limit)),
        shown.provider_id.into(),
        shown.media_type.into(),
        shown.reason.into(),
        shown.job.into(),
    ];
    if shown.replayed {
        return Statement::new("replayed_page", page!("replayed_ms IS NOT NULL"), params);
    }
    Statement::new("quarantine_page", page!("replayed_ms IS NULL"), params)
}
