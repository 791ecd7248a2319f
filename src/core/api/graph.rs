//! `GET /assets/{id}/lineage`: reads the graph around an asset, one round trip a level, both ways at once. How the
//! graph grows is left to `lineage::graph`.

use serde_json::{Value, json};

use crate::core::api::found::{Found, with_asset};
use crate::core::api::problem::Problem;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::inventory::intake::Broken as _;
use crate::core::lineage::graph::{Cut, Graph, Level, LevelRow, Node, Way, thumbnail_of};
use crate::core::sql::assets::AssetRow;
use crate::core::sql::lineage as sql;
use crate::core::statement::{BadRows, Rows, Statement, rows_at};
use crate::core::step::{NowMs, Step};

const MAX_DEPTH: u32 = 20;
const MAX_NODES: u32 = 1_000;

/// How far the walk has come.
struct Walk {
    call: Call,
    found: Found,
    graph: Graph,
    depth: u32,
    most_depth: u32,
    max_nodes: u32,
    /// For each way that is walked: the assets to go on from.
    from: Vec<(Way, Vec<String>)>,
}

/// Answers with the graph around one asset.
#[must_use]
pub fn lineage(call: Call, _now: NowMs) -> Step<Response> {
    let asked = (ways(&call), call.number("depth", 3, MAX_DEPTH), call.number("max_nodes", 200, MAX_NODES));
    let (ways, most_depth, max_nodes) = match asked {
        (Ok(ways), Ok(depth), Ok(nodes)) => (ways, depth, nodes),
        (Err(response), ..) | (_, Err(response), _) | (.., Err(response)) => return Step::End(response),
    };
    with_asset(call, move |call, found, _| {
        let start = found.row.id.clone();
        let graph = Graph::new(start_node(&found.row), usize::try_from(max_nodes).unwrap_or(usize::MAX));
        let from = ways.into_iter().map(|way| (way, vec![start.clone()])).collect();
        go_on(Walk { call, found, graph, depth: 0, most_depth, max_nodes, from })
    })
}

fn ways(call: &Call) -> Result<Vec<Way>, Response> {
    match call.query("direction").unwrap_or("both") {
        "both" => Ok(vec![Way::Ancestors, Way::Descendants]),
        "ancestors" => Ok(vec![Way::Ancestors]),
        "descendants" => Ok(vec![Way::Descendants]),
        other => {
            let detail = format!("{other:?} is none of ancestors, descendants, both");
            Err(Problem::invalid("direction", detail).into())
        }
    }
}

/// Reads one level more than is shown: it closes the edges between the last nodes and counts what is cut off.
fn go_on(mut walk: Walk) -> Step<Response> {
    walk.from.retain(|(_, from)| !from.is_empty());
    if walk.from.is_empty() || walk.depth > walk.most_depth {
        return Step::End(render(walk));
    }
    let closed = if walk.depth == walk.most_depth {
        Some(Cut::Depth)
    } else {
        walk.graph.is_full().then_some(Cut::MaxNodes)
    };
    let limit = row_limit(walk.max_nodes);
    let owner = walk.call.owner.id;
    let statements = walk.from.iter().map(|(way, from)| level(owner, *way, from, limit)).collect();
    Step::read(statements, move |rows, _| match grow(&mut walk, &rows, limit, closed) {
        Ok(()) => go_on(walk),
        Err(error) => Step::End(Response::broken(&error)),
    })
}

/// An asset may go into another more than once (a loop's first and last frame), so a level of n nodes has up to about
/// 2n rows; one asset with ten thousand children still costs no more than this.
fn row_limit(max_nodes: u32) -> u32 {
    2 * max_nodes + 50
}

fn level(owner: i64, way: Way, from: &[String], limit: u32) -> Statement {
    match way {
        Way::Ancestors => sql::parents_of(owner, from, limit),
        Way::Descendants => sql::children_of(owner, from, limit),
    }
}

fn grow(walk: &mut Walk, rows: &[Rows], limit: u32, closed: Option<Cut>) -> Result<(), BadRows> {
    walk.depth += 1;
    for (index, (way, from)) in walk.from.iter_mut().enumerate() {
        let rows = rows_at(rows, index)?.parse::<LevelRow>()?;
        let is_cut = rows.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
        let level = Level { way: *way, from: std::mem::take(from), rows, is_cut, depth: walk.depth, closed };
        *from = walk.graph.grow(level);
    }
    Ok(())
}

fn render(walk: Walk) -> Response {
    let Walk { call, found, graph, most_depth, max_nodes, .. } = walk;
    let (nodes, edges) = graph.finish();
    let nodes: Vec<Value> = nodes.iter().map(render_node).collect();
    let body = json!({
        "asset_id": found.row.id,
        "direction": call.query("direction").unwrap_or("both"),
        "depth": most_depth,
        "max_nodes": max_nodes,
        "complete": nodes.iter().all(|node| node.get("cut").is_none()),
        "nodes": nodes,
        "edges": edges,
    });
    let response = found.located(Response::json(200, &body), call.param("id"), "/lineage");
    response.with_etag(call.header("if-none-match"))
}

/// A node, its cut marks only where it was cut.
fn render_node(node: &Node) -> Value {
    let mut shown = serde_json::to_value(node).unwrap_or_default();
    if let Value::Object(members) = &mut shown {
        members.retain(|name, value| !value.is_null() || !matches!(name.as_str(), "cut" | "more"));
    }
    shown
}

fn start_node(row: &AssetRow) -> Node {
    let fields: Value = serde_json::from_str(&row.fields).unwrap_or_default();
    let text = |name: &str| fields.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
    let (still, file) = (text("thumbnail_url"), text("media_url"));
    Node {
        id: row.id.clone(),
        thumbnail_url: thumbnail_of(&row.media_type, still.as_ref(), file.as_ref()),
        media_type: row.media_type.clone(),
        status: row.status.clone(),
        operation: row.operation.clone(),
        origin: row.origin.clone(),
        provider_id: row.provider_id.clone(),
        provider_asset_id: row.provider_asset_id.clone(),
        lineage: row.lineage.clone(),
        parent_unknown: row.origin == "referenced",
        removed: row.removed == 1,
        depth: 0,
        cut: None,
        more: None,
    }
}
