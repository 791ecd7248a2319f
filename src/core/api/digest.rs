//! The digest of an owner's inventory: what two inventories that know the same have in common.

use serde_json::json;

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
/// Reads a request: four statements each, so that a request stays below the free plan's fifty.
const READS: u32 = 10;

#[derive(Clone, Default)]
struct Progress {
    after: String,
    sum: InventoryDigest,
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
    match parse_cursor::<(String, [u64; 7])>(&call) {
        Ok(cursor) => {
            let (after, parts) = cursor.unwrap_or_default();
            read_on(call, Progress { after, sum: InventoryDigest::from_parts(parts) }, READS)
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
            Ok((progress, true)) => Step::End(finished(&progress.sum)),
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
    let last = assets.last().map(|asset| asset.id.clone());
    let over = i64::try_from(assets.len()).unwrap_or(0) < PAGE;
    progress.after = last.unwrap_or(progress.after);
    Ok((progress, over))
}

fn finished(sum: &InventoryDigest) -> Response {
    let digest = (sum.pending == 0).then(|| sum.text());
    Response::json(
        200,
        &json!({
            "complete": true,
            "digest": digest,
            "assets": sum.assets,
            "edges": sum.edges,
            "pending_lineage": sum.pending,
            "next_cursor": null,
        }),
    )
}

fn unfinished(call: &Call, progress: &Progress) -> Response {
    let cursor = render_cursor(&(&progress.after, progress.sum.parts()));
    let body = json!({
        "complete": false,
        "digest": null,
        "assets": progress.sum.assets,
        "edges": progress.sum.edges,
        "pending_lineage": progress.sum.pending,
        "next_cursor": cursor,
    });
    Response::json(200, &body).with("link", next_link(call, &cursor))
}
