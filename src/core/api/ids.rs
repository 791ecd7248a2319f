//! `POST /accounts/{id}/ids`: assets asked for by their ids, as a job.

use serde_json::{Value, json};

use crate::core::api::account_view::AccountRow;
use crate::core::api::accounts::with_account;
use crate::core::api::jobs::{members, start_for};
use crate::core::api::problem::Problem;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::jobs::paged::Paged;
use crate::core::jobs::received::COUNTERS;
use crate::core::media::{Api, MediaType};
use crate::core::step::{NowMs, Step};

/// The most ids of a request.
const MOST_IDS: usize = 500;

struct Asked {
    media_type: MediaType,
    ids: Vec<String>,
}

/// `POST /api/v1/accounts/{id}/ids`: 202 with a job.
#[must_use]
pub fn ask(call: Call, _now: NowMs) -> Step<Response> {
    let asked = match parse(&call) {
        Ok(asked) => asked,
        Err(problem) => return Step::End(problem),
    };
    with_account(call, move |call, account, now| {
        if let Some(problem) = not_askable(&call, &account, asked.media_type) {
            return Step::End(problem.into());
        }
        let asked = json!({ "media_type": asked.media_type, "ids": asked.ids });
        start_for(&call, "ids", Some(&account.id), &Paged::new(asked, &COUNTERS), now)
    })
}

fn parse(call: &Call) -> Result<Asked, Response> {
    let body = members(call, &["media_type", "making", "ids"])?;
    let word = body.get("media_type").and_then(Value::as_str);
    let media_type = word.and_then(MediaType::parse).ok_or_else(|| {
        Response::from(Problem::invalid("media_type", "this must be video, image or audio"))
    })?;
    if body.get("making").and_then(Value::as_str).is_some_and(|making| making != "created") {
        let detail = "Pixverse tells of created assets by id, not of uploads";
        return Err(Problem::invalid("making", detail).into());
    }
    let mut ids: Vec<String> = Vec::new();
    for id in body.get("ids").and_then(Value::as_array).into_iter().flatten() {
        let id = digits(id)?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    if ids.is_empty() || ids.len() > MOST_IDS {
        return Err(Problem::invalid("ids", format!("1 to {MOST_IDS} ids are needed")).into());
    }
    Ok(Asked { media_type, ids })
}

/// An id to its last digit, as text or as a number.
fn digits(value: &Value) -> Result<String, Response> {
    let text = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    let is_id = (1..=40).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && !text.starts_with('0');
    if is_id {
        return Ok(text);
    }
    Err(Problem::invalid("ids", format!("{value} is no id of Pixverse: those are whole numbers")).into())
}

fn not_askable(call: &Call, account: &AccountRow, media_type: MediaType) -> Option<Problem> {
    if account.access(call.owner.sandbox).is_none() {
        let detail = format!("connect account {} to ask for its assets, or hand in pages", account.id);
        let title = "This account holds no credential";
        return Some(Problem::new(409, "auth_required", title).detail(detail));
    }
    let is_silent = account.api == Api::OpenPlatform && media_type == MediaType::Audio;
    is_silent.then(|| Problem::invalid("media_type", "the open platform tells nothing about audio by id"))
}
