//! Findings that others come to: what a complete scan misses, a link check, a schema that is new. Here is what they look
//! like; when they are true is left to the reconciliation, the link check and the schema ledger.

use serde_json::{Value, json};

use crate::core::clock::rfc3339;
use crate::core::drift::case::{Case, Looked, said_by};
use crate::core::drift::finding::Finding;
use crate::core::drift::kind::Kind;
use crate::core::inventory::identity::Root;
use crate::core::media::MediaType;
use crate::core::step::NowMs;

/// How many of a crowd a finding names.
const NAMED: usize = 20;

/// `local_only`: a complete scan has marked the asset as missing. It is a mark, nothing is deleted.
pub fn missing(case: &Case<'_>) -> Looked {
    let Some(missing_ms) = case.asset.missing_ms else { return Some(Vec::new()) };
    let said: Vec<Value> = case.candidates.iter().map(said_by).collect();
    Some(vec![case.finding(
        Kind::LocalOnly,
        "",
        json!({ "missing_since": rfc3339(missing_ms), "said_by": said }),
        json!({ "missing": true, "rule": "complete_scan_marks" }),
        json!("missing"),
    )])
}

/// `remote_only`: a complete scan of an account's listing has shown roots that are not in the inventory. One finding a
/// listing: what is not here has no asset to speak of. `None` when there are none.
#[must_use]
pub fn remote_only(account: &str, listing: &str, run: &str, roots: &[Root], now: NowMs) -> Option<Finding> {
    if roots.is_empty() {
        return None;
    }
    let named: Vec<&Root> = roots.iter().take(NAMED).collect();
    Some(Finding {
        kind: Kind::RemoteOnly,
        asset: None,
        account: Some(account.to_owned()),
        subject: account.to_owned(),
        part: listing.to_owned(),
        evidence: json!({ "run": run, "scanned_at": rfc3339(now), "count": roots.len(), "aliases": named }),
        decided: json!({ "rule": "not_imported" }),
        gist: json!(roots),
    })
}

/// What a link check says of one asset's file.
pub struct BrokenLink<'a> {
    /// Our id.
    pub asset: &'a str,
    /// Its kind of file.
    pub media_type: MediaType,
    /// Its strongest root.
    pub root: &'a str,
    /// The account's identity.
    pub account: Option<&'a str>,
    /// Which link: `media_url`, `thumbnail_url`.
    pub field: &'a str,
    /// The file's key, or the url without its query: no signature stands in a finding.
    pub file: &'a str,
    /// What came back: an HTTP status, or a word.
    pub answer: &'a str,
    /// When it was tried.
    pub checked_ms: i64,
}

/// `link_broken`: the file does not come.
#[must_use]
pub fn link_broken(link: &BrokenLink<'_>) -> Finding {
    Finding {
        kind: Kind::LinkBroken,
        asset: Some((link.asset.to_owned(), link.media_type)),
        account: link.account.map(ToOwned::to_owned),
        subject: link.root.to_owned(),
        part: link.field.to_owned(),
        evidence: json!({
            "field": link.field,
            "file": link.file,
            "answer": link.answer,
            "checked_at": rfc3339(link.checked_ms),
        }),
        decided: json!({ "field": link.field, "rule": "latest_then_best_feed" }),
        gist: json!([link.file, link.answer]),
    }
}

/// What the schema ledger noted: a path, or a type at a known path, that was not seen before.
pub struct SchemaNews<'a> {
    /// The provider.
    pub provider_id: &'a str,
    /// What the payloads are about.
    pub media_type: MediaType,
    /// The feed.
    pub feed: &'a str,
    /// The JSON path, list places as `[]`.
    pub path: &'a str,
    /// The JSON types known before; none for a new path.
    pub before: &'a [String],
    /// The type that is new.
    pub found: &'a str,
    /// A redacted sample.
    pub sample: Option<&'a str>,
    /// When it was first seen.
    pub first_ms: i64,
}

/// `schema_changed`: for information where a path is new; where a type changed, its items are in quarantine.
#[must_use]
pub fn schema_changed(news: &SchemaNews<'_>) -> Finding {
    let rule = if news.before.is_empty() { "new_paths_are_noted" } else { "changed_types_are_quarantined" };
    Finding {
        kind: Kind::SchemaChanged,
        asset: None,
        account: None,
        subject: format!("{}:{}:{}", news.provider_id, news.media_type, news.feed),
        part: news.path.to_owned(),
        evidence: json!({
            "path": news.path,
            "known_types": news.before,
            "found_type": news.found,
            "sample": news.sample,
            "first_seen_at": rfc3339(news.first_ms),
        }),
        decided: json!({ "rule": rule }),
        gist: json!([news.found]),
    }
}
