//! `POST /accounts/{id}/uploads`: hands a file to a library, from its url, and answers with the asset that it is there. What
//! was handed over before is not handed over again.

use serde_json::{Value, json};

use crate::core::alias::Alias;
use crate::core::api::account_view::AccountRow;
use crate::core::api::accounts::with_account;
use crate::core::api::jobs::members;
use crate::core::api::problem::Problem;
use crate::core::api::provider_failure::{account_problem, unavailable};
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::generation::uploaded::Uploaded;
use crate::core::inventory::intake::{Broken as _, Intake, Sources, take_in};
use crate::core::jobs::uploading::{Handed, Wanted, hand_over, known_uploads};
use crate::core::media::{Api, Making, MediaType};
use crate::core::media_url::{absolute, object_key};
use crate::core::providers::failure::{Class, Failure};
use crate::core::providers::pixverse::PROVIDER_ID;
use crate::core::providers::pixverse::calls::AccountAccess;
use crate::core::providers::source::{Place, place_of};
use crate::core::row::row;
use crate::core::sql::generations as sql;
use crate::core::statement::{BadRows, Plan, Rows, rows_at};
use crate::core::step::{Committed, MAX_TRIES, NowMs, Step};

/// What the file is to become, and where it is.
#[derive(Clone)]
struct Asked {
    owner: i64,
    account: String,
    identity: String,
    source: String,
    media_type: MediaType,
}

row! {
    struct AssetRow {
        asset: Option<String>,
    }
}

/// Hands a file over: 201 with its asset, 200 when that was done before.
#[must_use]
pub fn upload(call: Call, _now: NowMs) -> Step<Response> {
    let (source, media_type) = match parse(&call) {
        Ok(asked) => asked,
        Err(problem) => return Step::End(problem),
    };
    with_account(call, move |call, account, now| {
        if let Some(problem) = unable(&account, now) {
            return Step::End(problem.into());
        }
        let Some(access) = account.access(call.owner.sandbox) else {
            return Step::End(no_credential().into());
        };
        let asked = Asked {
            owner: call.owner.id,
            identity: account.identity.clone(),
            account: account.id,
            source,
            media_type,
        };
        let known = sql::uploads(asked.owner, &asked.account, std::slice::from_ref(&asked.source));
        Step::read(vec![known], move |rows, _| match known_uploads(&rows) {
            Ok(known) => match known.into_iter().next() {
                Some((_, uploaded)) => answer(asked, uploaded, 200),
                None => hand(asked, access),
            },
            Err(error) => Step::End(Response::broken(&error)),
        })
    })
}

fn parse(call: &Call) -> Result<(String, MediaType), Response> {
    let body = members(call, &["url", "media_type"])?;
    let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
    let media_type = MediaType::parse(text("media_type"))
        .ok_or_else(|| Problem::invalid("media_type", "this must be video, image or audio"))?;
    let url = absolute(text("url")).filter(|_| place_of(text("url")) != Place::Closed);
    let url =
        url.ok_or_else(|| Problem::invalid("url", "this must be a public http or https url of a file"))?;
    if object_key(&url).is_some_and(|key| key.starts_with("pixverse:")) {
        let detail = "this file is at Pixverse already: name it as an input as it is";
        return Err(Problem::invalid("url", detail).into());
    }
    Ok((url, media_type))
}

fn unable(account: &AccountRow, now: NowMs) -> Option<Problem> {
    if account.api != Api::Library {
        let problem = Problem::new(409, "operation_not_supported", "This account's interface has no uploads");
        return Some(problem.detail("the open platform fetches inputs by itself: name them by their urls"));
    }
    let is_refused = account.view(now).state == "auth_required";
    is_refused.then(no_credential)
}

fn no_credential() -> Problem {
    let title = "This account cannot be used now";
    Problem::new(409, "auth_required", title).detail("connect it again (POST /api/v1/accounts/connect)")
}

fn hand(asked: Asked, access: AccountAccess) -> Step<Response> {
    let wanted = Wanted {
        access,
        account: asked.account.clone(),
        source: asked.source.clone(),
        media_type: asked.media_type,
        is_patient: false,
    };
    hand_over(wanted, move |handed, _| match handed {
        Ok(handed) => take(asked, handed, MAX_TRIES),
        Err(failure) => Step::End(refused(&failure.failure).into()),
    })
}

/// What is wrong with the file is the caller's to mend, what is wrong with the credential too; the rest passes.
fn refused(failure: &Failure) -> Problem {
    let code = match failure.code.as_str() {
        "input_unreachable" => "input_unreachable",
        "input_too_large" => "input_too_large",
        "input_not_media" => "input_not_media",
        _ => match failure.class {
            Class::Auth => return account_problem(failure),
            Class::Validation | Class::Moderation | Class::Forbidden | Class::Credit => "upload_refused",
            _ => return unavailable(failure),
        },
    };
    Problem::new(422, code, "The file cannot be uploaded")
        .detail(failure.message.clone())
        .member("class", failure.class.as_str())
        .member("provider_code", failure.code.as_str())
}

/// Takes the row in and remembers it, in one batch. Behind a conflict the same row is taken in again.
fn take(asked: Asked, handed: Handed, tries: u32) -> Step<Response> {
    let (_, read) = handed.read(&asked.identity);
    let incoming = match read.result {
        Ok(incoming) => incoming,
        Err(unreadable) => {
            let message = format!("the provider's row of the file cannot be read: {}", unreadable.detail);
            let code = unreadable.reason.to_owned();
            let failure = Failure { class: Class::Schema, code, message, retry_after_s: None };
            return Step::End(unavailable(&failure).into());
        }
    };
    let intake =
        Intake { owner: asked.owner, incoming: vec![incoming], sources: Sources::All, ..Intake::default() };
    take_in(intake, move |taken, now| {
        let body = handed.uploaded.to_json().to_string();
        let rows = [json!({ "source": asked.source, "body": body })];
        let mut statements = taken.statements;
        statements.push(sql::insert_uploads(asked.owner, &asked.account, &rows, now));
        Step::commit(Plan { statements, sends: taken.sends }, move |committed, _| match committed {
            Committed::Done => answer(asked, handed.uploaded, 201),
            _ if tries > 1 => take(asked, handed, tries - 1),
            _ => Step::End(Problem::busy().into()),
        })
    })
}

/// Answers with the asset that the upload is.
fn answer(asked: Asked, uploaded: Uploaded, status: u16) -> Step<Response> {
    let id = uploaded.id.as_deref();
    let id = id.map(|id| Alias::id(PROVIDER_ID, Api::Library, asked.media_type, Making::Uploaded, id));
    let key = || Alias::key(format!("pixverse:{}", uploaded.path.as_deref().unwrap_or_default()));
    let root = id.unwrap_or_else(key).text();
    Step::read(vec![sql::known_roots(asked.owner, &[root])], move |rows, _| match asset_of(&rows) {
        Ok(asset) => {
            let body = json!({
                "asset_id": asset,
                "provider_asset_id": uploaded.id,
                "remote_url": uploaded.url.or_else(|| absolute(uploaded.path.as_deref()?)),
                "source_url": asked.source,
            });
            let response = Response::json(status, &body);
            Step::End(match asset {
                Some(asset) => response.with("location", format!("/api/v1/assets/{asset}")),
                None => response,
            })
        }
        Err(error) => Step::End(Response::broken(&error)),
    })
}

fn asset_of(rows: &[Rows]) -> Result<Option<String>, BadRows> {
    Ok(rows_at(rows, 0)?.first::<AssetRow>()?.and_then(|row| row.asset))
}
