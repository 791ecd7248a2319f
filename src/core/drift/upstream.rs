//! Findings that others come to: what a complete scan misses, and a link check. Here is what they look like; when they
//! are true is left to the reconciliation and the link check. What the schema ledger finds is left to `shape`.

use serde_json::{Value, json};

use crate::core::clock::rfc3339;
use crate::core::drift::case::{Case, Looked, said_at};
use crate::core::drift::finding::Finding;
use crate::core::drift::kind::Kind;
use crate::core::media::MediaType;
use crate::core::step::NowMs;

/// `local_only`: a complete scan has marked the asset as missing. It is a mark, nothing is deleted.
pub fn missing(case: &Case<'_>) -> Looked {
    let Some(missing_ms) = case.asset.missing_ms else { return Some(Vec::new()) };
    let said: Vec<Value> = case.candidates.iter().map(|one| said_at(one, &["asset_id"])).collect();
    Some(vec![case.finding(
        Kind::LocalOnly,
        "",
        json!({ "missing_since": rfc3339(missing_ms), "said_by": said }),
        json!({ "missing": true, "rule": "complete_scan_marks" }),
        json!("missing"),
    )])
}

/// What a complete scan of a listing has shown, and of it what is neither here nor removed by a person nor in quarantine.
pub struct Unheld<'a> {
    /// The account's identity.
    pub account: &'a str,
    /// Which listing.
    pub listing: &'a str,
    /// The run.
    pub run: &'a str,
    /// The counts of the reconciliation's report.
    pub counts: &'a Value,
    /// Some of what is not here, by root. What the provider counts and does not list has no name.
    pub roots: &'a [&'a str],
}

impl Unheld<'_> {
    /// `remote_only`: one finding a listing, for what is not here has no asset to speak of. `None` when all is here.
    #[must_use]
    pub fn finding(&self, now: NowMs) -> Option<Finding> {
        let count = only_there(self.counts);
        (count > 0).then(|| Finding {
            kind: Kind::RemoteOnly,
            severity: Kind::RemoteOnly.severity(),
            asset: None,
            account: Some(self.account.to_owned()),
            subject: self.account.to_owned(),
            part: self.listing.to_owned(),
            evidence: json!({
                "run": self.run,
                "scanned_at": rfc3339(now),
                "count": count,
                "there": self.counts.get("there"),
                "here": self.counts.get("here"),
                "aliases": self.roots,
            }),
            decided: json!({ "rule": "not_imported" }),
            gist: json!([count, self.roots]),
        })
    }
}

/// How much of a listing is at the provider, and neither here nor removed nor in quarantine.
#[must_use]
pub fn only_there(counts: &Value) -> u64 {
    let number = |name: &str| counts.get(name).and_then(Value::as_u64).unwrap_or(0);
    number("there").saturating_sub(number("here") + number("removed") + number("unreadable"))
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
        severity: Kind::LinkBroken.severity(),
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
