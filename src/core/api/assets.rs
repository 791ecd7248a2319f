//! `GET /assets`: pages of the inventory, by filters or by a search text. The filters' words are read by `filters`,
//! what a search text may name by `search`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::core::api::asset_view::View;
use crate::core::api::filters::{self, Asked};
use crate::core::api::found::{AccountNames, end};
use crate::core::api::page::{lead_on, render_cursor};
use crate::core::api::problem::Problem;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::api::search;
use crate::core::clock::rfc3339;
use crate::core::gather::set_of;
use crate::core::ids::{is_id, minted_ms};
use crate::core::inventory::intake::Broken as _;
use crate::core::row::row;
use crate::core::sql::assets::{self as sql, AssetRow};
use crate::core::sql::gallery::{self, Walk};
use crate::core::statement::{BadRows, Rows, rows_at};
use crate::core::step::{NowMs, Step};

row! {
    /// The columns that a page has beside the asset's own. `serde(flatten)` loses numbers under `arbitrary_precision`, so
    /// each row is read twice, once for each shape.
    #[derive(Clone, Copy)]
    struct Marks {
        last: i64,
        matches: i64,
    }
}

/// Answers with a page of assets.
#[must_use]
pub fn list(call: Call, _now: NowMs) -> Step<Response> {
    match filters::parse(&call) {
        Ok(asked) => match asked.search.clone() {
            Some(text) => find(call, asked, &text),
            None => walk(call, asked),
        },
        Err(response) => Step::End(response),
    }
}

fn walk(call: Call, asked: Asked) -> Step<Response> {
    let owner = call.owner.id;
    let page = gallery::assets_page(owner, asked.walk, &asked.window, &asked.filter);
    Step::read(vec![page, sql::account_names(owner)], move |rows, _| end(render_page(&call, &asked, &rows)))
}

fn render_page(call: &Call, asked: &Asked, rows: &[Rows]) -> Result<Response, BadRows> {
    let accounts = AccountNames::load(rows_at(rows, 1)?)?;
    if let Some(problem) = unknown_account(asked, &accounts) {
        return Ok(problem);
    }
    let marks = rows_at(rows, 0)?.parse::<Marks>()?;
    let rows = rows_at(rows, 0)?.parse::<AssetRow>()?;
    let matching: Vec<&AssetRow> =
        rows.iter().zip(&marks).filter(|(_, marks)| marks.matches == 1).map(|(row, _)| row).collect();
    let shown: Vec<&AssetRow> = matching.iter().take(asked.limit).copied().collect();
    // A full page goes on behind its last row; a walk that ended for its length goes on behind the last row it saw.
    let looked_to = if matching.len() > asked.limit {
        shown.last().copied()
    } else {
        rows.iter().zip(&marks).find(|(_, marks)| marks.last == 1).map(|(row, _)| row)
    };
    render(call, &shown, &accounts, looked_to.map(|row| (row, asked.walk)))
}

fn render(
    call: &Call,
    shown: &[&AssetRow],
    accounts: &AccountNames,
    looked_to: Option<(&AssetRow, Walk)>,
) -> Result<Response, BadRows> {
    let items: Result<Vec<Value>, _> =
        shown.iter().map(|row| View::new(row, accounts).map(|view| Value::Object(view.summary()))).collect();
    let cursor = looked_to.map(|(row, _)| render_cursor(&(row.created_ms, &row.id)));
    let until = looked_to.map(|(row, walk)| match walk {
        Walk::ById => minted_ms(&row.id).unwrap_or(row.created_ms),
        _ => row.created_ms,
    });
    let body = json!({
        "items": items?,
        "next_cursor": cursor,
        "scan_complete": cursor.is_none(),
        "scanned_until": until.map(rfc3339),
    });
    let response = Response::json(200, &body);
    Ok(lead_on(call, response, cursor.as_deref()))
}

fn unknown_account(asked: &Asked, accounts: &AccountNames) -> Option<Response> {
    let id = asked.filter.account_id.as_ref().filter(|id| !accounts.has_id(id))?;
    Some(Problem::invalid("account_id", format!("no account has the id {id:?}")).into())
}

/// Finds by alias; our own ids are looked up as they are.
fn find(call: Call, asked: Asked, text: &str) -> Step<Response> {
    let owner = call.owner.id;
    let text = text.trim();
    if is_id("ast_", text) {
        return Step::read(vec![sql::asset_by_id(owner, text)], move |rows, _| {
            match rows_at(&rows, 0).and_then(|rows| rows.first::<AssetRow>()) {
                Ok(row) => show_found(call, asked, &set_of(row.map(|row| row.id))),
                Err(error) => Step::End(Response::broken(&error)),
            }
        });
    }
    let aliases = search::candidates(text);
    let statements = vec![gallery::claimants(owner, &aliases), gallery::verdicts(owner, &aliases)];
    Step::read(statements, move |rows, _| match search::holders(&rows) {
        Ok(found) => show_found(call, asked, &found),
        Err(error) => Step::End(Response::broken(&error)),
    })
}

fn show_found(call: Call, asked: Asked, found: &BTreeSet<String>) -> Step<Response> {
    let owner = call.owner.id;
    let statements =
        vec![gallery::found_assets(owner, found, &asked.window, &asked.filter), sql::account_names(owner)];
    Step::read(statements, move |rows, _| end(render_found(&call, &asked, &rows)))
}

/// What a search finds fits one page: an alias has few claimants.
fn render_found(call: &Call, asked: &Asked, rows: &[Rows]) -> Result<Response, BadRows> {
    let accounts = AccountNames::load(rows_at(rows, 1)?)?;
    if let Some(problem) = unknown_account(asked, &accounts) {
        return Ok(problem);
    }
    let rows = rows_at(rows, 0)?.parse::<AssetRow>()?;
    let shown: Vec<&AssetRow> = rows.iter().take(asked.limit).collect();
    let looked_to = shown.last().filter(|_| rows.len() > shown.len()).map(|row| (*row, asked.walk));
    render(call, &shown, &accounts, looked_to)
}
