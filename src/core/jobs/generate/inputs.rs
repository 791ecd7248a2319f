//! What has to be with the provider before a request is sent: inputs that are uploaded by their url, once, and the
//! answer to what some operations ask first. Both are kept, so that a request that is sent again is the same.

use serde_json::{Value, json};

use super::news::News;
use super::{Work, send, try_again};
use crate::core::generation::history::Event;
use crate::core::generation::request::GenerationRequest;
use crate::core::inventory::intake::Broken;
use crate::core::jobs::row::JobRow;
use crate::core::providers::failure::{Class, Failure};
use crate::core::providers::pixverse::calls::AccountAccess;
use crate::core::providers::pixverse::create::{
    CreateFailure, Fate, Missing, Uploaded, missing_inputs, parse_prepared, parse_upload, prepare_call,
    upload_call,
};
use crate::core::row::row;
use crate::core::sql::generations as sql;
use crate::core::statement::{BadRows, Rows, rows_at};
use crate::core::step::{Committed, Disposition, NowMs, Reply, Step};

row! {
    struct UploadRow {
        source: String,
        body: String,
    }
}

/// Sees to the inputs and sends the request.
pub fn resolve(work: Work, access: AccountAccess, now: NowMs) -> Step<Disposition> {
    let request = work.generation.request.clone();
    let sources = sources(&work, &request);
    if sources.is_empty() {
        return prepare(work, access, request, now);
    }
    let statement = sql::uploads(work.row.owner, &work.generation.account, &sources);
    Step::read(vec![statement], move |rows, now| match with_uploads(request, &rows) {
        Ok(request) if self::sources(&work, &request).is_empty() => prepare(work, access, request, now),
        Ok(request) => upload(work, &access, &request, now),
        Err(error) => Step::End(Disposition::broken(&error)),
    })
}

/// The urls of the inputs that the provider does not have yet.
fn sources(work: &Work, request: &GenerationRequest) -> Vec<String> {
    let missing = missing_inputs(request, work.api());
    let by_url = missing.iter().filter(|one| one.missing == Missing::UploadByUrl);
    by_url.filter_map(|one| source_of(request, one.place)).collect()
}

fn source_of(request: &GenerationRequest, place: usize) -> Option<String> {
    let input = request.inputs.get(place)?;
    input.url.clone().or_else(|| input.path.clone())
}

/// The request with what was uploaded before in the place of its inputs. It is sent, not stored: what an input is known
/// by stays as it was asked.
fn with_uploads(mut request: GenerationRequest, rows: &[Rows]) -> Result<GenerationRequest, BadRows> {
    for row in rows_at(rows, 0)?.parse::<UploadRow>()? {
        let Some(uploaded) = uploaded_of(&row.body) else { continue };
        for place in 0..request.inputs.len() {
            if source_of(&request, place).as_ref() == Some(&row.source)
                && let Some(input) = request.inputs.get_mut(place)
            {
                uploaded.stand_in(input);
            }
        }
    }
    Ok(request)
}

fn uploaded_of(body: &str) -> Option<Uploaded> {
    let body: Value = serde_json::from_str(body).ok()?;
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
    Some(Uploaded { id: text("id")?, url: text("url"), path: text("path") })
}

/// Uploads what is missing, each file once, and begins again: then it is there.
fn upload(work: Work, access: &AccountAccess, request: &GenerationRequest, now: NowMs) -> Step<Disposition> {
    let mut sources = Vec::new();
    let mut calls = Vec::new();
    for one in missing_inputs(request, work.api()) {
        let call = request.inputs.get(one.place).and_then(|input| upload_call(access, work.api(), input));
        match (one.missing, source_of(request, one.place), call) {
            (Missing::UploadByUrl, Some(source), Some(call)) if !sources.contains(&source) => {
                sources.push(source);
                calls.push(call);
            }
            _ => {}
        }
    }
    if calls.is_empty() {
        return work.hear(News::Refused(not_at_provider()), now);
    }
    Step::call(calls, move |replies, now| uploaded(work, &sources, &replies, now))
}

fn uploaded(mut work: Work, sources: &[String], replies: &[Reply], now: NowMs) -> Step<Disposition> {
    let mut rows = Vec::new();
    let mut refused = None;
    for (source, reply) in sources.iter().zip(replies) {
        match parse_upload(reply) {
            Ok(Uploaded { id, url, path }) => {
                let body = json!({ "id": id, "url": url, "path": path }).to_string();
                rows.push(json!({ "source": source, "body": body }));
                work.generation.note(Event::InputUploaded, json!({ "url": source }), now);
            }
            Err(failure) => refused = Some(failure),
        }
    }
    match refused {
        Some(failure) if rows.is_empty() => {
            let fate = fate_of(failure.class);
            work.hear(News::Refused(CreateFailure { fate, failure }), now)
        }
        _ => remember(work, &rows, now),
    }
}

/// What was uploaded is written down at once, so that no other step uploads it again.
fn remember(work: Work, rows: &[Value], now: NowMs) -> Step<Disposition> {
    let insert = sql::insert_uploads(work.row.owner, &work.generation.account, rows, now);
    let plan = work.plan(Vec::new(), vec![insert], super::Job::Next(super::lease(now)), now);
    let tries = work.tries;
    let next = JobRow { step: work.row.step + 1, ..work.row.clone() };
    Step::commit(plan, move |committed, _| match committed {
        Committed::Done => super::read(next, tries, super::decide),
        Committed::Stale => Step::End(Disposition::Ack),
        Committed::Conflict | Committed::Duplicate => try_again(work.row, tries, super::decide),
    })
}

const fn fate_of(class: Class) -> Fate {
    match class {
        Class::Retryable | Class::Concurrency | Class::Schema => Fate::Wait,
        Class::Moderation => Fate::Filtered,
        _ => Fate::Failed,
    }
}

fn not_at_provider() -> CreateFailure {
    let failure = Failure {
        class: Class::Validation,
        code: "input_not_at_provider".to_owned(),
        message: "the provider does not have an input, and it cannot be uploaded".to_owned(),
        retry_after_s: None,
    };
    CreateFailure { fate: Fate::Failed, failure }
}

/// Asks what the operation needs to know, unless that was asked before.
fn prepare(
    mut work: Work,
    access: AccountAccess,
    request: GenerationRequest,
    now: NowMs,
) -> Step<Disposition> {
    let call = prepare_call(&request, work.api(), &access);
    let call = call.filter(|_| work.generation.progress.prepared.is_none());
    let Some(call) = call else {
        return send::write_ahead(work, &access, &request, now);
    };
    Step::call(vec![call], move |replies, now| {
        let reply = replies.into_iter().next().unwrap_or_else(no_answer);
        match parse_prepared(&request, work.api(), &reply) {
            Ok(prepared) => {
                work.generation.progress.prepared = Some(prepared.members);
                send::write_ahead(work, &access, &request, now)
            }
            Err(failure) => work.hear(News::Refused(failure), now),
        }
    })
}

/// A call that got no reply at all.
pub fn no_answer() -> Reply {
    Reply::Cut { reason: "no answer".to_owned() }
}
