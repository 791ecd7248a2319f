//! What has to be with the provider before a request is sent: inputs that are uploaded from their url, once, and the
//! answer to what some operations ask first. Both are kept, so that a request that is sent again is the same.

use serde_json::{Value, json};

use super::news::News;
use super::{Work, send, try_again};
use crate::core::generation::history::Event;
use crate::core::generation::uploaded::Uploaded;
use crate::core::inventory::intake::{Broken, Intake, Sources, take_in};
use crate::core::jobs::quarantine::quarantine;
use crate::core::jobs::row::JobRow;
use crate::core::jobs::uploading::{Handed, Wanted, fate_of, hand_over, known_uploads};
use crate::core::media::{Api, MediaType};
use crate::core::providers::failure::{Class, Failure};
use crate::core::providers::pixverse::calls::AccountAccess;
use crate::core::providers::pixverse::create::{
    CreateFailure, Fate, Missing, missing_inputs, parse_prepared, parse_upload, prepare_call, source_of,
    upload_call,
};
use crate::core::sql::generations as sql;
use crate::core::statement::{Plan, Statement};
use crate::core::step::{Committed, Disposition, NowMs, Reply, Step};

/// Sees to the inputs and sends the request.
pub fn resolve(mut work: Work, access: AccountAccess, now: NowMs) -> Step<Disposition> {
    let sources: Vec<String> = missing(&work).into_iter().map(|(source, _)| source).collect();
    if sources.is_empty() {
        return prepare(work, access, now);
    }
    let statement = sql::uploads(work.row.owner, &work.generation.account, &sources);
    Step::read(vec![statement], move |rows, now| match known_uploads(&rows) {
        Ok(known) => {
            work.generation.progress.uploaded.extend(known);
            match missing(&work).into_iter().next() {
                None => prepare(work, access, now),
                Some(_) if work.api() == Api::OpenPlatform => upload(work, &access, now),
                Some((source, media_type)) => {
                    let account = work.generation.account.clone();
                    let is_patient = work.generation.progress.tries == 0;
                    let wanted = Wanted { access, account, source: source.clone(), media_type, is_patient };
                    hand_over(wanted, move |handed, now| match handed {
                        Ok(handed) => take(work, source, handed, now),
                        Err(failure) => work.hear(News::Refused(failure), now),
                    })
                }
            }
        }
        Err(error) => Step::End(Disposition::broken(&error)),
    })
}

/// The files that the provider does not have yet, each once, by their sources.
fn missing(work: &Work) -> Vec<(String, MediaType)> {
    let request = work.as_sent();
    let mut files: Vec<(String, MediaType)> = Vec::new();
    for one in missing_inputs(&request, work.api()) {
        let input = request.inputs.get(one.place).filter(|_| one.missing == Missing::UploadByUrl);
        let Some((input, source)) = input.and_then(|input| Some((input, source_of(input)?))) else {
            continue;
        };
        if files.iter().all(|(known, _)| *known != source) {
            files.push((source, input.media_type));
        }
    }
    files
}

/// Has the open platform fetch what is missing, each file once, and begins again: then it is there.
fn upload(work: Work, access: &AccountAccess, now: NowMs) -> Step<Disposition> {
    let request = work.as_sent();
    let mut sources = Vec::new();
    let mut calls = Vec::new();
    for (source, _) in missing(&work) {
        let input = request.inputs.iter().find(|input| source_of(input).as_ref() == Some(&source));
        if let Some(call) = input.and_then(|input| upload_call(access, work.api(), input)) {
            sources.push(source);
            calls.push(call);
        }
    }
    if calls.is_empty() {
        return work.hear(News::Refused(not_at_provider()), now);
    }
    Step::call(calls, move |replies, now| uploaded(work, &sources, &replies, now))
}

fn uploaded(work: Work, sources: &[String], replies: &[Reply], now: NowMs) -> Step<Disposition> {
    let mut known = Vec::new();
    let mut refused = None;
    for (source, reply) in sources.iter().zip(replies) {
        match parse_upload(reply) {
            Ok(uploaded) => known.push((source.clone(), uploaded)),
            Err(failure) => refused = Some(failure),
        }
    }
    match refused {
        Some(failure) if known.is_empty() => {
            let fate = fate_of(failure.class);
            work.hear(News::Refused(CreateFailure { fate, failure }), now)
        }
        _ => remember(work, known, Vec::new(), now),
    }
}

/// Takes the row of an upload in: what it is made of is an asset, like every other. When somebody else has changed the
/// generation meanwhile, it is read again, and nothing is uploaded twice.
fn take(work: Work, source: String, handed: Handed, now: NowMs) -> Step<Disposition> {
    let (place, read) = handed.read(work.row.identity.as_deref().unwrap_or_default());
    let incoming = match read.result {
        Ok(incoming) => incoming,
        Err(unreadable) => {
            let kept = quarantine(&work.row, &place, &[&unreadable]);
            return remember(work, vec![(source, handed.uploaded)], kept, now);
        }
    };
    let intake = Intake {
        owner: work.row.owner,
        due: Some(work.due()),
        incoming: vec![incoming],
        sources: Sources::All,
        ..Intake::default()
    };
    take_in(intake, move |taken, now| {
        let kept = (source.clone(), handed.clone());
        let mut plan =
            remembering(work.clone(), vec![(source, handed.uploaded)], taken.statements, Vec::new(), now);
        plan.sends = taken.sends;
        commit(work, plan, move |work, now| take(work, kept.0, kept.1, now))
    })
}

/// Writes down what was uploaded, at once, so that no other step uploads it again, and begins again.
fn remember(
    work: Work,
    known: Vec<(String, Uploaded)>,
    more: Vec<Statement>,
    now: NowMs,
) -> Step<Disposition> {
    let plan = remembering(work.clone(), known.clone(), Vec::new(), more.clone(), now);
    commit(work, plan, move |work, now| remember(work, known, more, now))
}

fn remembering(
    mut work: Work,
    known: Vec<(String, Uploaded)>,
    guarded: Vec<Statement>,
    mut more: Vec<Statement>,
    now: NowMs,
) -> Plan {
    let body = |uploaded: &Uploaded| uploaded.to_json().to_string();
    let rows: Vec<Value> =
        known.iter().map(|(source, uploaded)| json!({ "source": source, "body": body(uploaded) })).collect();
    more.push(sql::insert_uploads(work.row.owner, &work.generation.account, &rows, now));
    for (source, _) in &known {
        work.generation.note(Event::InputUploaded, json!({ "url": source }), now);
    }
    work.generation.progress.uploaded.extend(known);
    // This step goes on by itself. Should it not, the tick sends its hint when the lease is over.
    let plan = work.plan(guarded, more, super::Job::Next(super::lease(now)), now);
    Plan { sends: Vec::new(), ..plan }
}

/// Commits and goes on with the next step. When somebody else has changed the generation meanwhile, it is read and the same
/// written down again: nothing is uploaded twice.
fn commit(
    work: Work,
    plan: Plan,
    again: impl FnOnce(Work, NowMs) -> Step<Disposition> + 'static,
) -> Step<Disposition> {
    let (row, tries) = (work.row, work.tries);
    let next = JobRow { step: row.step + 1, ..row.clone() };
    Step::commit(plan, move |committed, _| match committed {
        Committed::Done => super::read(next, tries, super::decide),
        Committed::Stale => Step::End(Disposition::Ack),
        Committed::Conflict | Committed::Duplicate => try_again(row, tries, again),
    })
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
fn prepare(mut work: Work, access: AccountAccess, now: NowMs) -> Step<Disposition> {
    let request = work.as_sent();
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
