//! `/accounts`: an owner lists, reads, renames and deletes its provider accounts. How one gets in is left to
//! `credentials` (a secret at hand) and `connect` (a person approves).

use serde_json::{Map, Value, json};

use crate::core::api::account_view::AccountRow;
use crate::core::api::input::short_text;
use crate::core::api::page::{lead_on, parse_cursor, render_cursor};
use crate::core::api::problem::Problem;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::inventory::intake::Broken;
use crate::core::jobs::verify::pace::slow_look;
use crate::core::sql::accounts as sql;
use crate::core::sql::accounts::AccountChanges;
use crate::core::sql::pace::end_look;
use crate::core::statement::{BadRows, Plan, Rows, Statement, rows_at};
use crate::core::step::{Committed, NowMs, Step};

/// Lists an owner's accounts, oldest first.
#[must_use]
pub fn list(call: Call, _now: NowMs) -> Step<Response> {
    let (limit, after) = match (call.number("limit", 50, 100), parse_cursor::<String>(&call)) {
        (Ok(limit), Ok(after)) => (limit, after.unwrap_or_default()),
        (Err(problem), _) | (_, Err(problem)) => return Step::End(problem),
    };
    Step::read(vec![sql::accounts_after(call.owner.id, &after, limit + 1)], move |rows, now| {
        Step::End(render_list(&call, &rows, limit, now).unwrap_or_else(|error| Response::broken(&error)))
    })
}

fn render_list(call: &Call, rows: &[Rows], limit: u32, now: NowMs) -> Result<Response, BadRows> {
    let mut rows = rows_at(rows, 0)?.parse::<AccountRow>()?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next_cursor = rows.last().filter(|_| more).map(|row| render_cursor(&row.id));
    let accounts: Vec<_> = rows.iter().map(|row| row.view(now)).collect();
    let response = Response::json(200, &json!({ "accounts": accounts, "next_cursor": next_cursor }));
    let response = lead_on(call, response, next_cursor.as_deref());
    let versions: Vec<_> = rows.iter().map(|row| row.version(now)).collect();
    Ok(response.with_etag_of(&versions.join("\n"), call.header("if-none-match")))
}

/// Shows one account.
#[must_use]
pub fn get(call: Call, _now: NowMs) -> Step<Response> {
    with_account(call, |call, row, now| Step::End(tagged(&row, call.header("if-none-match"), now)))
}

/// The members of a PATCH, each by its rule. A member that is not known is refused rather than passed over.
fn parse_changes(call: &Call, now: NowMs) -> Result<(AccountChanges, sql::WebhookChanges), Response> {
    let mut changes = AccountChanges::default();
    let members = call.body::<Map<String, Value>>()?;
    let webhook = webhook_changes(&members)?;
    if members.is_empty() {
        return Err(Problem::invalid("label", "say what is to change").into());
    }
    for (name, value) in members {
        match (name.as_str(), &value) {
            ("label", Value::String(label)) => changes.label = Some(short_text("label", label)?),
            ("calls_per_minute", Value::Null) => changes.calls_per_minute = Some(None),
            ("calls_per_minute", Value::Number(calls)) => {
                let calls = calls.as_i64().filter(|calls| (1..=600).contains(calls));
                let rule = "this must be a whole number from 1 to 600, or null for the usual pace";
                changes.calls_per_minute = Some(Some(calls.ok_or_else(|| Problem::invalid(&name, rule))?));
            }
            ("auto_sync", Value::String(word)) => changes.auto_sync = Some(parse_auto_sync(word, now)?),
            ("link_checks", Value::String(word)) if matches!(word.as_str(), "slow" | "off") => {
                changes.link_checks = Some(word.clone());
            }
            ("link_checks", _) => return Err(Problem::invalid("link_checks", "one of slow, off").into()),
            ("webhook_id" | "webhook_secret", _) => {}
            _ => {
                let rule = "label (text), calls_per_minute, auto_sync, link_checks, webhook_id and webhook_secret \
                            can be changed";
                return Err(Problem::invalid(&name, rule).into());
            }
        }
    }
    Ok((changes, webhook))
}

/// The first automatic sync is due at once.
fn parse_auto_sync(word: &str, now: NowMs) -> Result<Option<(String, i64)>, Response> {
    match word {
        "off" => Ok(None),
        "hourly" | "daily" => Ok(Some((word.to_owned(), now))),
        _ => Err(Problem::invalid("auto_sync", "one of off, hourly, daily").into()),
    }
}

/// Changes an account's label, pace, automatic sync, looks at its files, or webhook. With `If-Match`, only the account as it was last shown.
#[must_use]
pub fn patch(call: Call, now: NowMs) -> Step<Response> {
    let (changes, webhook) = match parse_changes(&call, now) {
        Ok(changes) => changes,
        Err(problem) => return Step::End(problem),
    };
    with_account(call, move |call, row, now| {
        if let Err(problem) = check_if_match(&call, &row, now) {
            return Step::End(problem);
        }
        let mut statements = vec![sql::change_account(call.owner.id, &row.id, &changes, now)];
        if changes.link_checks.as_deref() == Some("off") {
            statements.push(end_look(call.owner.id, &slow_look(call.owner.id, &row.id), now));
        }
        if webhook != sql::WebhookChanges::default() {
            if row.view(now).webhook.is_none() {
                return Step::End(no_webhooks().into());
            }
            statements.push(sql::set_webhook(call.owner.id, &row.id, &webhook, now));
        }
        commit(statements, move |_| get(call, now))
    })
}

/// What a body says of an account's webhook: a text sets a part, null takes it away.
///
/// # Errors
/// A problem document that names the parameter.
pub fn webhook_changes(members: &Map<String, Value>) -> Result<sql::WebhookChanges, Response> {
    let part = |name: &str| match members.get(name) {
        None => Ok(None),
        Some(Value::Null) => Ok(Some(None)),
        Some(Value::String(text)) => Ok(Some(Some(text.clone()))),
        // Ids of webhooks are numbers at some providers.
        Some(Value::Number(id)) => Ok(Some(Some(id.to_string()))),
        Some(_) => Err(Response::from(Problem::invalid(name, "this must be a text"))),
    };
    let id = part("webhook_id")?;
    if let Some(Some(id)) = &id {
        short_text("webhook_id", id)?;
    }
    Ok(sql::WebhookChanges { id, secret: part("webhook_secret")? })
}

/// 422: the account's interface does not call back.
#[must_use]
pub fn no_webhooks() -> Problem {
    Problem::invalid("webhook_id", "this account's interface has no webhooks")
}

/// Deletes an account: its credential is gone and its runs stop; its assets stay. Doing it twice is no error.
#[must_use]
pub fn delete(call: Call, now: NowMs) -> Step<Response> {
    let (owner, id) = (call.owner.id, call.param("id").to_owned());
    Step::read(vec![sql::account_or_deleted(owner, &id)], move |rows, _| match row_at(&rows, 0) {
        Ok(Some(_)) => {
            let statements = vec![
                sql::delete_account(owner, &id, now),
                sql::cancel_runs_of_account(owner, &id, now),
                end_look(owner, &slow_look(owner, &id), now),
            ];
            commit(statements, |_| Step::End(Response::no_content()))
        }
        Ok(None) => Step::End(Problem::not_found("account", &id).into()),
        Err(error) => Step::End(Response::broken(&error)),
    })
}

/// Reads the account that the path names and goes on; anything else ends in 404.
pub fn with_account(
    call: Call,
    then: impl FnOnce(Call, AccountRow, NowMs) -> Step<Response> + 'static,
) -> Step<Response> {
    let statement = sql::account(call.owner.id, call.param("id"));
    Step::read(vec![statement], move |rows, now| match row_at(&rows, 0) {
        Ok(Some(row)) => then(call, row, now),
        Ok(None) => Step::End(Problem::not_found("account", call.param("id")).into()),
        Err(error) => Step::End(Response::broken(&error)),
    })
}

/// The account that the `index`-th statement of a read found.
///
/// # Errors
/// As for [`rows_at`].
pub fn row_at(rows: &[Rows], index: usize) -> Result<Option<AccountRow>, BadRows> {
    rows_at(rows, index)?.first()
}

/// Commits statements that no other writer can be at odds with, and goes on.
pub fn commit(
    statements: Vec<Statement>,
    then: impl FnOnce(NowMs) -> Step<Response> + 'static,
) -> Step<Response> {
    Step::commit(Plan { statements, sends: Vec::new() }, move |committed, now| match committed {
        Committed::Done => then(now),
        _ => Step::End(Problem::busy().into()),
    })
}

fn tagged(row: &AccountRow, known: Option<&str>, now: NowMs) -> Response {
    Response::json(200, &row.view(now)).with_etag_of(&row.version(now), known)
}

fn check_if_match(call: &Call, row: &AccountRow, now: NowMs) -> Result<(), Response> {
    let Some(wanted) = call.header("if-match").filter(|wanted| wanted.trim() != "*") else { return Ok(()) };
    if tagged(row, Some(wanted), now).status == 304 {
        return Ok(());
    }
    Err(Problem::new(412, "precondition_failed", "The account is not as you saw it last")
        .detail("read it again and decide again")
        .into())
}
