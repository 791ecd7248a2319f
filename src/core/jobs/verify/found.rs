//! What the answers to HEADs mean, and what is written of them. When to ask is left to the job.

use serde_json::{Value, json};

use crate::core::drift::case::Findings;
use crate::core::drift::kind::Kind;
use crate::core::drift::upstream::{BrokenLink, link_broken};
use crate::core::inventory::settle::Settled;
use crate::core::jobs::row::JobRow;
use crate::core::media::{Making, MediaType, Status};
use crate::core::media_url::object_key;
use crate::core::providers::address::NO_MEDIA_HOST;
use crate::core::sql::links::{FileRow, upsert_links};
use crate::core::statement::Statement;
use crate::core::step::{NowMs, Reply};

/// A file that has just been made may be missing this long, while it is copied to where it is served from.
const SETTLING_MS: i64 = 180_000;

/// A file to look for.
#[derive(Clone)]
pub struct File {
    id: String,
    root: String,
    /// Where it should be.
    pub url: String,
    /// What it is.
    pub media_type: MediaType,
    /// Uploads cannot be asked for by id.
    pub making: Option<Making>,
    /// The provider's id.
    pub provider_id: Option<String>,
    told_ms: i64,
}

impl File {
    /// `None` for an asset that is not complete, or names no file.
    #[must_use]
    pub fn of(row: FileRow) -> Option<Self> {
        if row.status != Status::Completed.as_str() {
            return None;
        }
        Some(Self {
            id: row.id,
            root: row.root,
            url: row.media_url?,
            media_type: MediaType::parse(&row.media_type)?,
            making: Making::parse(&row.making),
            provider_id: row.provider_asset_id,
            told_ms: row.told_ms.unwrap_or(0),
        })
    }
}

/// What came of a step's looks.
#[derive(Clone, Default)]
pub struct Looks {
    /// Found, with the status.
    pub ok: Vec<(File, u16)>,
    /// Gone, with the status.
    pub broken: Vec<(File, u16)>,
    /// Ids of those that nobody can tell of now.
    pub undecided: Vec<String>,
    /// How many are where nothing is asked.
    pub not_checkable: usize,
}

impl Looks {
    /// Reads the answers.
    #[must_use]
    pub fn of(files: Vec<File>, replies: &[Reply], now: NowMs) -> Self {
        let mut looks = Self::default();
        for (file, reply) in files.into_iter().zip(replies) {
            match reply {
                Reply::Answer { status: status @ 200..=299, .. } => looks.ok.push((file, *status)),
                Reply::Answer { status: status @ (403 | 404 | 410), .. }
                    if now - file.told_ms > SETTLING_MS =>
                {
                    looks.broken.push((file, *status));
                }
                Reply::Cut { reason } if reason == NO_MEDIA_HOST => looks.not_checkable += 1,
                Reply::Answer { .. } | Reply::Cut { .. } | Reply::Carried(_) => looks.undecided.push(file.id),
            }
        }
        looks
    }

    /// The rows to write; none where nothing was decided.
    #[must_use]
    pub fn statements(&self, job: &JobRow, now: NowMs) -> Vec<Statement> {
        let row = |state: &str, (file, status): &(File, u16)| json!({ "root": file.root, "url": file.url, "state": state, "status": status });
        let mut rows: Vec<Value> = self.ok.iter().map(|look| row("ok", look)).collect();
        rows.extend(self.broken.iter().map(|look| row("broken", look)));
        if rows.is_empty() { Vec::new() } else { vec![upsert_links(job.owner, &rows, now)] }
    }

    /// How many of those that are gone have another url now.
    #[must_use]
    pub fn renewed(&self, settled: &Settled) -> usize {
        let is_renewed = |file: &File| {
            let asset = settled.assets.iter().find(|asset| asset.id == file.id);
            let url = asset.and_then(|asset| asset.folded.fields.get("media_url")).and_then(Value::as_str);
            url.is_some_and(|url| url != file.url)
        };
        self.broken.iter().filter(|(file, _)| is_renewed(file)).count()
    }

    /// The findings: one for each that is gone; those of what was found close.
    #[must_use]
    pub fn findings(&self, job: &JobRow, now: NowMs) -> Findings {
        let mut findings = Findings::default();
        for (file, _) in self.ok.iter().chain(&self.broken) {
            findings.looked.insert((file.id.clone(), Kind::LinkBroken));
        }
        for (file, status) in &self.broken {
            let key = object_key(&file.url).unwrap_or_default();
            findings.found.push(link_broken(&BrokenLink {
                asset: &file.id,
                media_type: file.media_type,
                root: &file.root,
                account: job.identity.as_deref(),
                field: "media_url",
                file: key.split('?').next().unwrap_or_default(),
                answer: &status.to_string(),
                checked_ms: now,
            }));
        }
        findings
    }
}
