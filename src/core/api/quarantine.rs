//! `GET /quarantine`: payloads that nobody could read yet, with their reasons; asked for, those that a replay has taken
//! in since. Replaying them is left to its job.

use serde_json::{Value, json};

use crate::core::api::found::{AccountNames, end};
use crate::core::api::page::{lead_on, parse_cursor, render_cursor};
use crate::core::api::problem::Problem;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::clock::rfc3339;
use crate::core::row::row;
use crate::core::sql::assets::account_names;
use crate::core::sql::quarantine as sql;
use crate::core::statement::{BadRows, Rows, rows_at};
use crate::core::step::{NowMs, Step};

/// How much of a payload a page shows, in characters: enough to see what it is. What stands here may be no JSON at all.
const PAYLOAD_CHARS: i64 = 16_384;

const NAMES: [&str; 7] = ["provider_id", "media_type", "reason", "run_id", "replayed", "cursor", "limit"];

row! {
    struct QuarantineRow {
        id: String,
        account: Option<String>,
        job: Option<String>,
        provider_id: String,
        media_type: String,
        listing: String,
        feed: String,
        reason: String,
        detail: String,
        payload: String,
        payload_chars: i64,
        seen_ms: i64,
        replayed_ms: Option<i64>,
        outcome: Option<String>,
    }
}

/// Answers with a page of the quarantine, the latest first.
#[must_use]
pub fn list(call: Call, _now: NowMs) -> Step<Response> {
    let (limit, before) = match (call.number("limit", 50, 100), parse_cursor::<String>(&call)) {
        (Ok(limit), Ok(before)) => (limit, before.unwrap_or_else(|| "~".to_owned())),
        (Err(response), _) | (_, Err(response)) => return Step::End(response),
    };
    let shown = match shown(&call) {
        Ok(shown) => shown,
        Err(response) => return Step::End(response),
    };
    let owner = call.owner.id;
    let page = sql::quarantine_page(owner, &before, &shown, PAYLOAD_CHARS, limit + 1);
    let statements = vec![page, account_names(owner)];
    Step::read(statements, move |rows, _| end(render(&call, limit, &rows)))
}

fn shown(call: &Call) -> Result<sql::Shown<'_>, Response> {
    let mut names = call.request.query.iter().map(|(name, _)| name.as_str());
    if let Some(name) = names.find(|name| !NAMES.contains(name)) {
        let detail = format!("there is no filter {name:?}; there are {}", NAMES.join(", "));
        return Err(Problem::invalid(name, detail).into());
    }
    let replayed = match call.query("replayed") {
        None | Some("false") => false,
        Some("true") => true,
        Some(word) => {
            return Err(Problem::invalid("replayed", format!("{word:?} is neither true nor false")).into());
        }
    };
    Ok(sql::Shown {
        provider_id: call.query("provider_id"),
        media_type: call.query("media_type"),
        reason: call.query("reason"),
        job: call.query("run_id"),
        replayed,
    })
}

fn render(call: &Call, limit: u32, rows: &[Rows]) -> Result<Response, BadRows> {
    let accounts = AccountNames::load(rows_at(rows, 1)?)?;
    let rows = rows_at(rows, 0)?.parse::<QuarantineRow>()?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let items: Vec<Value> = rows.iter().take(limit).map(|row| render_row(row, &accounts)).collect();
    let last = rows.iter().take(limit).next_back().filter(|_| rows.len() > limit);
    let cursor = last.map(|row| render_cursor(&row.id));
    let response = Response::json(200, &json!({ "items": items, "next_cursor": cursor }));
    Ok(lead_on(call, response, cursor.as_deref()))
}

fn render_row(row: &QuarantineRow, accounts: &AccountNames) -> Value {
    let account = row.account.as_ref().map(|one| accounts.get(one).map_or(one, |name| &name.id));
    json!({
        "id": row.id,
        "provider_account_id": account,
        "run_id": row.job,
        "provider_id": row.provider_id,
        "media_type": row.media_type,
        "listing": row.listing,
        "feed": row.feed,
        "reason": row.reason,
        "detail": row.detail,
        "payload": row.payload,
        "payload_complete": row.payload_chars <= PAYLOAD_CHARS,
        "payload_chars": row.payload_chars,
        "seen_at": rfc3339(row.seen_ms),
        "replayed_at": row.replayed_ms.map(rfc3339),
        "outcome": row.outcome,
    })
}
