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

#[derive(Clone, Default)]
struct Progress {
    after: String,
    sum: InventoryDigest,
    /// The oldest and the newest extractor that has read what was added, where there is any.
    extractors: Option<(u32, u32)>,
}

/// Where a walk goes on.
type Cursor = (String, [u64; 7], Option<(u32, u32)>);

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
        Ok(cursor) => {
            let (after, parts, extractors) = cursor.unwrap_or_default();
            read_on(call, Progress { after, sum: InventoryDigest::from_parts(parts), extractors }, READS)
        }
        Err(problem) => Step::End(problem),
    }
}

fn read_on(call: Call, progress: Progress, reads: u32) -> Step<Response> {
    if reads == 0 {
        return Step::End(unfinished(&call, &progress));
    }
    Step::read(sql::digest_page(call.owner.id, &progress.after, PAGE), move |rows, _| {
        match add(progress, &rows) {
            Ok((progress, false)) => read_on(call, progress, reads - 1),
            Ok((progress, true)) => Step::End(finished(&progress)),
            Err(error) => Step::End(Response::broken(&error)),
        }
    })
}

/// Adds a page; `true` when it was the last one.
fn add(mut progress: Progress, rows: &[Rows]) -> Result<(Progress, bool), BadRows> {
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
    progress.sum.add(&assets, &claims, &edges);
    for row in rows_at(rows, 4)?.parse::<ExtractorRow>()? {
        let (oldest, newest) = progress.extractors.unwrap_or((row.extractor, row.extractor));
        progress.extractors = Some((oldest.min(row.extractor), newest.max(row.extractor)));
    }
    let last = assets.last().map(|asset| asset.id.clone());
    let over = i64::try_from(assets.len()).unwrap_or(0) < PAGE;
    progress.after = last.unwrap_or(progress.after);
    Ok((progress, over))
}

/// The digest is that of one extractor's readings: while payloads stand as two versions have read them, there is none.
fn finished(progress: &Progress) -> Response {
    let sum = &progress.sum;
    let is_mixed = progress.extractors.is_some_and(|(oldest, newest)| oldest != newest);
    let digest = (sum.pending == 0 && !is_mixed).then(|| sum.text());
    Response::json(200, &render(progress, digest, None))
}

fn unfinished(call: &Call, progress: &Progress) -> Response {
    let cursor = render_cursor(&(&progress.after, progress.sum.parts(), progress.extractors));
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
