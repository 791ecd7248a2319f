//! `GET /assets/{id}` and `/assets/{id}/observations`: all that is known of one asset, and what it rests on.

use serde_json::{Map, Value, json};

use crate::core::api::asset_view::{ObservationRow, View, file_of, render_aliases};
use crate::core::api::found::{Found, end, with_asset};
use crate::core::api::page::{lead_on, parse_cursor, render_cursor};
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::clock::rfc3339;
use crate::core::gather::set_of;
use crate::core::inventory::world::World;
use crate::core::lineage::graph::LevelRow;
use crate::core::sql::links::{LinkRow, ListedRow, last_listed, link_of};
use crate::core::sql::{assets as sql, inventory, lineage};
use crate::core::statement::{BadRows, Rows, Statement, rows_at};
use crate::core::step::{NowMs, Step};

/// How many payloads the asset's own document shows; the rest are a page away.
const PAYLOADS: u32 = 5;
/// How many edges are read to count parents and children; a still that made more clips shows `…_at_least`.
const COUNTED_EDGES: u32 = 1_000;
/// How much payload a page of observations holds, in characters, give or take one payload.
const PAGE_CHARS: i64 = 2_000_000;

/// Answers with one asset.
#[must_use]
pub fn show(call: Call, _now: NowMs) -> Step<Response> {
    with_asset(call, |call, found, _| {
        let statements = statements(call.owner.id, &found);
        Step::read(statements, move |rows, _| {
            end(document(&call, &found, &rows).map(|body| {
                let response = found.located(Response::json(200, &body), call.param("id"), "");
                response.with_etag(call.header("if-none-match"))
            }))
        })
    })
}

fn statements(owner: i64, found: &Found) -> Vec<Statement> {
    let roots = set_of(roots_of(found));
    let asset = [found.row.id.clone()];
    vec![
        inventory::near(owner, &roots, sql::LAST_MS),
        sql::latest_payloads(owner, &found.row.roots, PAYLOADS + 1),
        lineage::parents_of(owner, &asset, COUNTED_EDGES),
        lineage::children_of(owner, &asset, COUNTED_EDGES),
        link_of(owner, &found.row.id),
        last_listed(owner, &found.row.id, &roots_of(found)),
    ]
}

fn document(call: &Call, found: &Found, rows: &[Rows]) -> Result<Map<String, Value>, BadRows> {
    let roots = roots_of(found);
    let world = World::load(call.owner.id, &set_of(roots.iter().cloned()), rows)?;
    let mut body = View::new(&found.row, &found.accounts)?.document();
    body.insert("aliases".to_owned(), render_aliases(&world, &roots));
    let payloads = rows_at(rows, 1)?.parse::<ObservationRow>()?;
    let most = usize::try_from(PAYLOADS).unwrap_or(usize::MAX);
    let shown: Result<Vec<Value>, _> =
        payloads.iter().take(most).map(|row| row.render(&found.accounts)).collect();
    body.insert("media_metadata".to_owned(), shown?.into());
    body.insert("media_metadata_complete".to_owned(), (payloads.len() <= most).into());
    let link = rows_at(rows, 4)?.first::<LinkRow>()?;
    let listed = rows_at(rows, 5)?.first::<ListedRow>()?;
    let url = body.get("remote_url").and_then(Value::as_str).map(file_of);
    let seen_ms = url.and_then(|file| seen_ms(&file, &payloads, listed.as_ref(), link.as_ref()));
    body.insert("media_url_seen_at".to_owned(), seen_ms.map(rfc3339).into());
    body.insert("link".to_owned(), render_link(link));
    if let Some(Value::Object(lineage)) = body.get_mut("lineage") {
        count(lineage, "parents", rows_at(rows, 2)?)?;
        count(lineage, "children", rows_at(rows, 3)?)?;
    }
    Ok(body)
}

/// How its file was found when somebody last looked; null where nobody has looked for this url.
fn render_link(row: Option<LinkRow>) -> Value {
    row.map_or(Value::Null, |row| {
        json!({
            "state": row.state,
            "checked_at": rfc3339(row.checked_ms),
            "broken_since": row.broken_since_ms.map(rfc3339),
        })
    })
}

/// When a file was last seen good: a payload told of it, by its own sightings or by the page that lists it without news,
/// or somebody looked and it was there. Who tells of a file that is gone does not see it.
fn seen_ms(
    file: &str,
    payloads: &[ObservationRow],
    listed: Option<&ListedRow>,
    link: Option<&LinkRow>,
) -> Option<i64> {
    let rows: Vec<Value> = listed.and_then(|page| serde_json::from_str(&page.rows).ok()).unwrap_or_default();
    let mut told: Vec<i64> = Vec::new();
    for payload in payloads {
        let Some(times) = payload.told_ms(file) else { continue };
        told.extend(times);
        let is_listed = |row: &Value| {
            let text = |place: usize| row.get(place).and_then(Value::as_str);
            text(0) == Some(&payload.root) && text(1) == Some(&payload.digest)
        };
        told.extend(listed.filter(|_| rows.iter().any(is_listed)).map(|page| page.seen_ms));
    }
    let missed_ms = link.and_then(|link| link.broken_since_ms).unwrap_or(i64::MAX);
    let looked_ms = link.filter(|link| link.state == "ok").map(|link| link.checked_ms);
    told.into_iter().filter(|at| *at < missed_ms).max().max(looked_ms)
}

/// Adds how many different assets stand at the far end of these edges, and whether that is all.
fn count(lineage: &mut Map<String, Value>, what: &str, rows: &Rows) -> Result<(), BadRows> {
    let rows = rows.parse::<LevelRow>()?;
    let assets = set_of(rows.iter().map(|row| row.id.clone()));
    lineage.insert(format!("{what}_count"), assets.len().into());
    let is_all = rows.len() < usize::try_from(COUNTED_EDGES).unwrap_or(usize::MAX);
    lineage.insert(format!("{what}_count_is_exact"), is_all.into());
    Ok(())
}

fn roots_of(found: &Found) -> Vec<String> {
    serde_json::from_str(&found.row.roots).unwrap_or_default()
}

/// Answers with a page of what was observed of one asset.
#[must_use]
pub fn observations(call: Call, _now: NowMs) -> Step<Response> {
    let (limit, after) = match (call.number("limit", 10, 50), parse_cursor::<(String, String)>(&call)) {
        (Ok(limit), Ok(after)) => (limit, after.unwrap_or_default()),
        (Err(response), _) | (_, Err(response)) => return Step::End(response),
    };
    with_asset(call, move |call, found, _| {
        let position = (after.0.as_str(), after.1.as_str());
        let page = sql::observations_page(call.owner.id, &found.row.roots, position, limit + 1, PAGE_CHARS);
        Step::read(vec![page], move |rows, _| end(render_observations(&call, &found, limit, &rows)))
    })
}

fn render_observations(call: &Call, found: &Found, limit: u32, rows: &[Rows]) -> Result<Response, BadRows> {
    let rows = rows_at(rows, 0)?.parse::<ObservationRow>()?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let size: usize = rows.iter().map(ObservationRow::size).sum();
    // The statement counts characters and stops behind the budget; bytes are at least as many.
    let may_have_more = rows.len() > limit || size >= usize::try_from(PAGE_CHARS).unwrap_or(usize::MAX);
    let items: Result<Vec<Value>, _> =
        rows.iter().take(limit).map(|row| row.render(&found.accounts)).collect();
    let last = rows.iter().take(limit).next_back().filter(|_| may_have_more);
    let cursor = last.map(|row| render_cursor(&(&row.root, &row.digest)));
    let body = json!({ "items": items?, "next_cursor": cursor });
    let response = found.located(Response::json(200, &body), call.param("id"), "/observations");
    Ok(lead_on(call, response, cursor.as_deref()))
}
