//! `GET /drift` and `GET /drift/{id}`: the findings, open ones first asked for. Resolving them and the report are left
//! to files of their own.

use serde_json::{Map, Value, json};

use crate::core::api::found::{AccountNames, end};
use crate::core::api::page::{lead_on, parse_cursor, render_cursor};
use crate::core::api::problem::Problem;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::clock::rfc3339;
use crate::core::drift::kind::{Aspect, Kind, level_of};
use crate::core::sql::assets::{LAST_MS, account_names};
use crate::core::sql::drift::{DriftRow, Filter, drift_by_id, drift_of_asset, drift_page};
use crate::core::statement::{BadRows, Rows, rows_at};
use crate::core::step::{NowMs, Step};

const STATES: [&str; 3] = ["open", "accepted", "closed"];
const LEVELS: [&str; 3] = ["low", "medium", "high"];
const NAMES: [&str; 8] = ["kind", "state", "account_id", "asset_id", "aspect", "level", "cursor", "limit"];

/// Answers with a page of findings.
#[must_use]
pub fn list(call: Call, _now: NowMs) -> Step<Response> {
    let (filter, limit, before) = match parse(&call) {
        Ok(asked) => asked,
        Err(response) => return Step::End(response),
    };
    let owner = call.owner.id;
    let page = match call.query("asset_id") {
        Some(asset) => {
            let after = before.map(|(_, id)| id).unwrap_or_default();
            drift_of_asset(owner, asset, &filter, &after, limit + 1)
        }
        None => {
            let (ms, id) = before.unwrap_or((LAST_MS, String::new()));
            drift_page(owner, filter.state.as_deref().unwrap_or("open"), &filter, (ms, &id), limit + 1)
        }
    };
    Step::read(vec![page, account_names(owner)], move |rows, _| end(render_page(&call, limit, &rows)))
}

type Asked = (Filter, u32, Option<(i64, String)>);

fn parse(call: &Call) -> Result<Asked, Response> {
    if let Some((name, _)) = call.request.query.iter().find(|(name, _)| !NAMES.contains(&name.as_str())) {
        let detail = format!("there is no filter {name:?}; there are {}", NAMES.join(", "));
        return Err(Problem::invalid(name, detail).into());
    }
    let word = |name: &str, words: &[&str]| match call.query(name) {
        Some(word) if !words.contains(&word) => {
            let detail = format!("{word:?} is none of {}", words.join(", "));
            Err(Response::from(Problem::invalid(name, detail)))
        }
        word => Ok(word.map(ToOwned::to_owned)),
    };
    let kinds: Vec<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
    let aspects: Vec<&str> = Aspect::ALL.iter().map(|aspect| aspect.as_str()).collect();
    let level = word("level", &LEVELS)?;
    let severity = level.and_then(|level| LEVELS.iter().zip(1..).find(|(word, _)| **word == level));
    let filter = Filter {
        state: word("state", &STATES)?,
        kind: word("kind", &kinds)?,
        aspect: word("aspect", &aspects)?,
        severity: severity.map(|(_, severity)| severity),
        account_id: call.query("account_id").map(ToOwned::to_owned),
    };
    Ok((filter, call.number("limit", 50, 200)?, parse_cursor(call)?))
}

fn render_page(call: &Call, limit: u32, rows: &[Rows]) -> Result<Response, BadRows> {
    let accounts = AccountNames::load(rows_at(rows, 1)?)?;
    let rows = rows_at(rows, 0)?.parse::<DriftRow>()?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let items: Vec<Value> = rows.iter().take(limit).map(|row| render(row, &accounts)).collect();
    let last = rows.iter().take(limit).next_back().filter(|_| rows.len() > limit);
    let cursor = last.map(|row| render_cursor(&(row.first_ms, &row.id)));
    let response = Response::json(200, &json!({ "items": items, "next_cursor": cursor }));
    Ok(lead_on(call, response, cursor.as_deref()))
}

/// A finding as JSON.
#[must_use]
pub fn render(row: &DriftRow, accounts: &AccountNames) -> Value {
    let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    let account = row.account.as_ref().map(|one| accounts.get(one).map_or(one, |name| &name.id));
    let mut shown = Map::new();
    let mut put = |name: &str, value: Value| shown.insert(name.to_owned(), value);
    put("id", row.id.clone().into());
    put("kind", row.kind.clone().into());
    put("level", level_of(row.severity).into());
    put("aspect", row.aspect.clone().into());
    put("state", row.state.clone().into());
    put("asset_id", row.asset.clone().into());
    put("media_type", row.media_type.clone().into());
    put("account_id", account.cloned().into());
    put("subject", row.subject.clone().into());
    put("part", row.part.clone().into());
    put("evidence", parsed(&row.evidence));
    put("evidence_digest", row.evidence_digest.clone().into());
    put("decided", parsed(&row.decided));
    put("suggestion", suggestion(row));
    put("first_found_at", rfc3339(row.first_ms).into());
    put("changed_at", rfc3339(row.last_ms).into());
    put("closed_at", row.closed_ms.map(rfc3339).into());
    put("resolution", row.resolution.as_deref().map_or(Value::Null, |text| render_resolution(&parsed(text))));
    Value::Object(shown)
}

/// Times are stored as numbers and shown as text.
fn render_resolution(stored: &Value) -> Value {
    let mut shown = stored.clone();
    if let Some(members) = shown.as_object_mut()
        && let Some(at_ms) = members.remove("at_ms").as_ref().and_then(Value::as_i64)
    {
        members.insert("at".to_owned(), rfc3339(at_ms).into());
    }
    shown
}

/// What can be done: by `resolve`, or by which other request.
#[must_use]
pub fn suggestion(row: &DriftRow) -> Value {
    let applies = matches!(row.action.as_str(), "rewrite" | "relink");
    json!({ "action": row.action, "applies_here": applies, "request": request(row) })
}

fn request(row: &DriftRow) -> Value {
    let asset = row.asset.as_deref().unwrap_or_default();
    let post = |path: String, body: Value| json!({ "method": "POST", "path": path, "body": body });
    match row.action.as_str() {
        "rewrite" | "relink" => {
            post(format!("/api/v1/drift/{}/resolve", row.id), json!({ "action": "apply" }))
        }
        "merge_or_unmerge" => {
            let other = other_contender(row);
            post(format!("/api/v1/assets/{asset}/merge"), json!({ "other_id": other }))
        }
        _ => Value::Null,
    }
}

/// The other asset of a conflict, where it was known when the conflict was found. Where it was not, `GET /assets?q=`
/// finds it by the alias that the evidence names.
fn other_contender(row: &DriftRow) -> Value {
    let evidence: Value = serde_json::from_str(&row.evidence).unwrap_or_default();
    let claims = evidence.get("claimed_by").and_then(Value::as_array);
    let ids = claims.into_iter().flatten().filter_map(|claim| claim.get("asset_id")?.as_str());
    ids.into_iter().find(|id| row.asset.as_deref() != Some(*id)).into()
}

/// Answers with one finding.
#[must_use]
pub fn show(call: Call, _now: NowMs) -> Step<Response> {
    with_finding(call, |call, row, accounts, _| {
        Step::End(Response::json(200, &render(&row, &accounts)).with_etag(call.header("if-none-match")))
    })
}

/// Reads the finding that the path's `id` names and goes on; 404 when this owner has none.
pub fn with_finding(
    call: Call,
    then: impl FnOnce(Call, DriftRow, AccountNames, NowMs) -> Step<Response> + 'static,
) -> Step<Response> {
    let id = call.param("id").to_owned();
    let statements = vec![drift_by_id(call.owner.id, &id), account_names(call.owner.id)];
    Step::read(statements, move |rows, now| match found(&rows) {
        Ok((Some(row), accounts)) => then(call, row, accounts, now),
        Ok((None, _)) => Step::End(Problem::not_found("finding", &id).into()),
        Err(error) => end(Err(error)),
    })
}

fn found(rows: &[Rows]) -> Result<(Option<DriftRow>, AccountNames), BadRows> {
    Ok((rows_at(rows, 0)?.first()?, AccountNames::load(rows_at(rows, 1)?)?))
}
