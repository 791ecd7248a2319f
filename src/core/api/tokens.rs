//! Tokens: an owner lists, makes and revokes the keys to its own inventory.

use serde::{Deserialize, Serialize};

use crate::core::api::bearer::{hash, new_bearer};
use crate::core::api::input::short_text;
use crate::core::api::page::{lead_on, parse_cursor, render_cursor};
use crate::core::api::problem::Problem;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::clock::rfc3339;
use crate::core::ids::mint;
use crate::core::inventory::intake::Broken;
use crate::core::row::row;
use crate::core::sql::access as sql;
use crate::core::statement::{BadRows, Plan, Rows, rows_at};
use crate::core::step::{Committed, NowMs, Step};

row! {
    struct TokenRow {
        id: String,
        name: String,
        created_ms: i64,
        revoked_ms: Option<i64>,
    }
}

#[derive(Serialize)]
struct TokenView {
    id: String,
    name: String,
    created_at: String,
    revoked_at: Option<String>,
    /// Whether this request came with it.
    current: bool,
}

#[derive(Serialize)]
struct TokenList {
    tokens: Vec<TokenView>,
    next_cursor: Option<String>,
}

/// Lists an owner's tokens, oldest first. Only their names: a token itself is shown once, when it is made.
#[must_use]
pub fn list(call: Call, _now: NowMs) -> Step<Response> {
    let (limit, after) = match (call.number("limit", 50, 100), parse_cursor::<String>(&call)) {
        (Ok(limit), Ok(after)) => (limit, after.unwrap_or_default()),
        (Err(problem), _) | (_, Err(problem)) => return Step::End(problem),
    };
    Step::read(vec![sql::tokens_after(call.owner.id, &after, limit + 1)], move |rows, _| {
        Step::End(render_list(&call, &rows, limit).unwrap_or_else(|error| Response::broken(&error)))
    })
}

fn render_list(call: &Call, rows: &[Rows], limit: u32) -> Result<Response, BadRows> {
    let mut rows = rows_at(rows, 0)?.parse::<TokenRow>()?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next_cursor = rows.last().filter(|_| more).map(|row| render_cursor(&row.id));
    let view = |row: TokenRow| TokenView {
        current: row.id == call.owner.token_id,
        id: row.id,
        name: row.name,
        created_at: rfc3339(row.created_ms),
        revoked_at: row.revoked_ms.map(rfc3339),
    };
    let list = TokenList { tokens: rows.into_iter().map(view).collect(), next_cursor };
    Ok(lead_on(call, Response::json(200, &list), list.next_cursor.as_deref()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewToken {
    name: String,
}

#[derive(Serialize)]
struct MadeToken {
    id: String,
    name: String,
    token: String,
    created_at: String,
}

/// Makes a token. This answer is the only place where it ever stands.
#[must_use]
pub fn create(call: Call, now: NowMs) -> Step<Response> {
    let name = call.body::<NewToken>().and_then(|body| short_text("name", &body.name));
    let name = match name {
        Ok(name) => name,
        Err(problem) => return Step::End(problem),
    };
    let token = new_bearer(&call.request.entropy);
    let id = mint("tok_", now, &format!("token\n{}", call.request.entropy));
    let statement = sql::insert_token(call.owner.id, &id, &hash(&token), &name, now);
    let made = MadeToken { id, name, token, created_at: rfc3339(now) };
    Step::commit(Plan { statements: vec![statement], sends: Vec::new() }, move |committed, _| {
        Step::End(match committed {
            Committed::Done => Response::json(201, &made).with("cache-control", "no-store"),
            _ => Problem::busy().into(),
        })
    })
}

/// Revokes a token; from the next request on nobody gets in with it.
#[must_use]
pub fn revoke(call: Call, now: NowMs) -> Step<Response> {
    let statement = sql::revoke_token(call.owner.id, call.param("id"), now);
    Step::read(vec![statement], move |rows, _| {
        let found = rows_at(&rows, 0).and_then(|rows| rows.first::<()>());
        Step::End(match found {
            Ok(Some(_)) => Response::no_content(),
            Ok(None) => Problem::not_found("token", call.param("id")).into(),
            Err(error) => Response::broken(&error),
        })
    })
}
