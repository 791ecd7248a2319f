//! The digest of an owner's inventory: what two inventories that know the same have in common.

use serde_json::{Value, json};

use crate::core::api::page::{next_link, parse_cursor, render_cursor};
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::inventory::digest::{AssetRow, EdgeRow, InventoryDigest};
use crate::core::inventory::identity::{Claims, Verdict};
use crate::core::inventory::intake::Broken;
use crate::core::row::row;
use crate::core::sql::digest as sql;
use crate::core::statement::{BadRows, Rows, rows_at};
use crate::core::step::{NowMs, Step};

/// Assets a read.
const PAGE: i64 = 500;
/// Reads a request: five statements each, so that a request stays below the free plan's fifty.
const READS: u32 = 9;

/// A digest that is being taken, page by page.
#[derive(Clone, Default)]
pub struct Progress {
    after: String,
    sum: InventoryDigest,
    /// The oldest and the newest extractor that has read what was added, where there is any.
    extractors: Option<(u32, u32)>,
}

/// Where a walk goes on.
pub type Cursor = (String, [u64; 7], Option<(u32, u32)>);

row! {
    struct ExtractorRow {
        extractor: u32,
    }
}

row! {
    struct ClaimRow {
        alias: String,
        root: String,
        rank: u8,
        lists: Option<String>,
    }
}

row! {
    struct DecisionRow {
        alias: String,
        other: String,
        at_ms: i64,
        verdict: String,
        author: String,
    }
}

/// `GET /api/v1/digest`. A large inventory takes several requests: follow `next_cursor` until there is none.
#[must_use]
pub fn digest(call: Call, _now: NowMs) -> Step<Response> {
    match parse_cursor::<Cursor>(&call) {
        Ok(cursor) => read_on(call, Progress::of(cursor.unwrap_or_default()), READS),
        Err(problem) => Step::End(problem),
    }
}

fn read_on(call: Call, progress: Progress, reads: u32) -> Step<Response> {
    if reads == 0 {
        return Step::End(unfinished(&call, &progress));
    }
    Step::read(sql::digest_page(call.owner.id, &progress.after, PAGE), move |rows, _| {
        let mut progress = progress;
        match progress.add(&rows) {
            Ok(false) => read_on(call, progress, reads - 1),
            Ok(true) => Step::End(finished(&progress)),
            Err(error) => Step::End(Response::broken(&error)),
        }
    })
}

impl Progress {
    /// Goes on from a cursor.
    #[must_use]
    pub fn of((after, parts, extractors): Cursor) -> Self {
        Self { after, sum: InventoryDigest::from_parts(parts), extractors }
    }

    /// Where it goes on.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        (self.after.clone(), self.sum.parts(), self.extractors)
    }

    /// The id behind which the next page begins.
    #[must_use]
    pub fn after(&self) -> &str {
        &self.after
    }

    /// The digest, once everything is added: of one extractor's readings, and while no lineage is pending.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        let is_mixed = self.extractors.is_some_and(|(oldest, newest)| oldest != newest);
        (self.sum.pending == 0 && !is_mixed).then(|| self.sum.text())
    }

    /// Adds a page; `true` when it was the last one.
    ///
    /// # Errors
    /// [`BadRows`] when a stored row does not have the expected shape.
    pub fn add(&mut self, rows: &[Rows]) -> Result<bool, BadRows> {
        let assets: Vec<AssetRow> = rows_at(rows, 0)?.parse()?;
        let mut claims = Claims::default();
        for row in rows_at(rows, 1)?.parse::<ClaimRow>()? {
            claims.claim(&row.alias, &row.root, row.rank);
            let lists: Vec<(u8, String)> = serde_json::from_str(row.lists.as_deref().unwrap_or("[]"))
                .map_err(|error| BadRows { reason: error.to_string() })?;
            for (strength, alias) in lists {
                claims.list(&row.root, &alias, strength);
            }
        }
        for row in rows_at(rows, 2)?.parse::<DecisionRow>()? {
            let verdict = Verdict { at_ms: row.at_ms, same: row.verdict == "same", author: row.author };
            claims.decide(&row.alias, &row.other, verdict);
        }
        let edges: Vec<EdgeRow> = rows_at(rows, 3)?.parse()?;
        self.sum.add(&assets, &claims, &edges);
        for row in rows_at(rows, 4)?.parse::<ExtractorRow>()? {
            let (oldest, newest) = self.extractors.unwrap_or((row.extractor, row.extractor));
            self.extractors = Some((oldest.min(row.extractor), newest.max(row.extractor)));
        }
        let last = assets.last().map(|asset| asset.id.clone());
        let over = i64::try_from(assets.len()).unwrap_or(0) < PAGE;
        self.after = last.unwrap_or_else(|| self.after.clone());
        Ok(over)
    }
}

/// The digest is that of one extractor's readings: while payloads stand as two versions have read them, there is none.
fn finished(progress: &Progress) -> Response {
    Response::json(200, &render(progress, progress.text(), None))
}

fn unfinished(call: &Call, progress: &Progress) -> Response {
    let cursor = render_cursor(&progress.cursor());
    let body = render(progress, None, Some(&cursor));
    Response::json(200, &body).with("link", next_link(call, &cursor))
}

fn render(progress: &Progress, digest: Option<String>, cursor: Option<&str>) -> Value {
    let sum = &progress.sum;
    json!({
        "complete": cursor.is_none(),
        "digest": digest,
        "assets": sum.assets,
        "edges": sum.edges,
        "pending_lineage": sum.pending,
        "oldest_extractor": progress.extractors.map(|(oldest, _)| oldest),
        "newest_extractor": progress.extractors.map(|(_, newest)| newest),
        "next_cursor": cursor,
    })
}
