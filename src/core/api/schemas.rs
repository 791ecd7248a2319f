//! `GET /schemas`: the members, by path and type, that each kind of payload has had, and what was new about them.

use serde_json::{Map, Value, json};

use crate::core::api::found::end;
use crate::core::api::problem::Problem;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::clock::rfc3339;
use crate::core::schema::LedgerRow;
use crate::core::sql::schemas as sql;
use crate::core::statement::{BadRows, Rows, rows_at};
use crate::core::step::{NowMs, Step};

const FILTERS: [&str; 3] = ["provider_id", "media_type", "feed"];

/// Answers with the ledger.
#[must_use]
pub fn list(call: Call, now: NowMs) -> Step<Response> {
    if let Some((name, _)) = call.request.query.iter().find(|(name, _)| !FILTERS.contains(&name.as_str())) {
        let detail = format!("there is no filter {name:?}; there are {}", FILTERS.join(", "));
        return Step::End(Problem::invalid(name, detail).into());
    }
    Step::read(vec![sql::schemas(call.owner.id)], move |rows, _| end(render(&call, &rows, now)))
}

fn render(call: &Call, rows: &[Rows], now: NowMs) -> Result<Response, BadRows> {
    let mut items = Vec::new();
    for row in rows_at(rows, 0)?.parse::<LedgerRow>()? {
        let shown = |name: &str, value: &str| call.query(name).is_none_or(|asked| asked == value);
        if shown("provider_id", &row.provider_id)
            && shown("media_type", &row.media_type)
            && shown("feed", &row.feed)
        {
            items.push(render_row(&row, now)?);
        }
    }
    Ok(Response::json(200, &json!({ "items": items })).with_etag(call.header("if-none-match")))
}

fn render_row(row: &LedgerRow, now: NowMs) -> Result<Value, BadRows> {
    let paths: Vec<Value> = members(&row.paths)?
        .iter()
        .map(|(path, types)| {
            let types = typed(types).map(|(found, at)| json!({ "type": found, "first_seen_at": time(at) }));
            json!({ "path": path, "types": types.collect::<Vec<_>>() })
        })
        .collect();
    let news: Vec<Value> = members(row.news.as_deref().unwrap_or("{}"))?
        .iter()
        .flat_map(|(path, types)| typed(types).map(move |(found, news)| render_news(path, found, news)))
        .collect();
    Ok(json!({
        "provider_id": row.provider_id,
        "api": row.api,
        "media_type": row.media_type,
        "feed": row.feed,
        "since": rfc3339(row.since_ms),
        "learning": !row.is_learned(now),
        "paths": paths,
        "news": news,
    }))
}

fn render_news(path: &str, found: &str, news: &Value) -> Value {
    json!({
        "path": path,
        "type": found,
        "before": news.get("before"),
        "sample": news.get("sample"),
        "seen_at": news.get("at_ms").map(time),
        "alias": news.get("root"),
        "digest": news.get("digest"),
    })
}

fn typed(types: &Value) -> impl Iterator<Item = (&str, &Value)> {
    types.as_object().into_iter().flatten().map(|(found, value)| (found.as_str(), value))
}

fn time(at: &Value) -> Option<String> {
    at.as_i64().map(rfc3339)
}

fn members(text: &str) -> Result<Map<String, Value>, BadRows> {
    serde_json::from_str(text).map_err(|error| BadRows { reason: error.to_string() })
}
