//! Sending a request: first it is written down that it is sent, then it is. Killed between the two, or before the answer
//! is written down, the next step finds it unconfirmed.

use serde_json::json;

use super::inputs::{no_answer, resolve};
use super::news::News;
use super::{Job, MOST_SENDS, Work, decide, lease, read, try_again};
use crate::core::generation::history::Event;
use crate::core::generation::request::GenerationRequest;
use crate::core::generation::state::State;
use crate::core::jobs::row::JobRow;
use crate::core::providers::failure::{Class, Failure};
use crate::core::providers::pixverse::calls::AccountAccess;
use crate::core::providers::pixverse::create::{
    CreateFailure, Fate, Keys, Prepared, create_call, deadline_ms, parse_created,
};
use crate::core::step::{Committed, Disposition, NowMs, ProviderCall, Step};

/// Sends a request whose answer was lost once more, under the same keys, or waits for its deadline.
pub fn again(work: Work, access: AccountAccess, now: NowMs) -> Step<Disposition> {
    let progress = &work.generation.progress;
    if progress.sent >= MOST_SENDS || progress.is_cancelled {
        return work.hear(News::NothingFound, now);
    }
    resolve(work, access, now)
}

/// Writes down that the request is sent, and sends it. The keys were made with the generation itself.
pub fn write_ahead(
    work: Work,
    access: &AccountAccess,
    request: &GenerationRequest,
    now: NowMs,
) -> Step<Disposition> {
    match call_of(&work, access, request) {
        Some(call) => commit_and_send(work, call, now),
        None => work.hear(News::Refused(no_such_operation()), now),
    }
}

fn call_of(work: &Work, access: &AccountAccess, request: &GenerationRequest) -> Option<ProviderCall> {
    let progress = &work.generation.progress;
    let keys = Keys {
        idempotency_key: progress.idempotency_key.clone(),
        trace_id: progress.trace_id.clone(),
        webhook_id: work.row.webhook_id.clone(),
    };
    let prepared = Prepared { members: progress.prepared.clone().unwrap_or_default() };
    create_call(request, work.api(), access, &keys, &prepared)
}

fn commit_and_send(mut work: Work, call: ProviderCall, now: NowMs) -> Step<Disposition> {
    let generation = &mut work.generation;
    let progress = &mut generation.progress;
    progress.is_unconfirmed = true;
    progress.sent += 1;
    progress.first_sent_ms.get_or_insert(now);
    progress.deadline_ms.get_or_insert(now + deadline_ms(&generation.request));
    let detail = json!({ "sent": progress.sent });
    generation.turn(State::Submitted, now);
    generation.note(Event::Sending, detail, now);
    let mut plan = work.plan(Vec::new(), Vec::new(), Job::Next(lease(now)), now);
    // This step goes on here. Should it not, the tick sends its hint when the lease is over.
    plan.sends.clear();
    let media_type = work.generation.request.media_type;
    let tries = work.tries;
    let sent = JobRow { step: work.row.step + 1, ..work.row.clone() };
    Step::commit(plan, move |committed, _| match committed {
        Committed::Done => Step::call(vec![call], move |replies, _| {
            let reply = replies.into_iter().next().unwrap_or_else(no_answer);
            let news = match parse_created(&reply, media_type) {
                Ok(created) => News::Created(created),
                Err(failure) => News::Refused(failure),
            };
            read(sent, tries, move |work, now| work.hear(news, now))
        }),
        Committed::Stale => Step::End(Disposition::Ack),
        Committed::Conflict | Committed::Duplicate => try_again(work.row, tries, decide),
    })
}

fn no_such_operation() -> CreateFailure {
    let failure = Failure {
        class: Class::Validation,
        code: "operation_not_supported".to_owned(),
        message: "the account's interface has no such operation".to_owned(),
        retry_after_s: None,
    };
    CreateFailure { fate: Fate::Failed, failure }
}
