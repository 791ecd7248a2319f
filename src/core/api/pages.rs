//! `POST /accounts/{id}/pages`: pages that a person hands in, the same road as a scan's. A small one is taken in at once,
//! a large one by a job.

use serde_json::{Map, Value, json};

use crate::core::api::account_view::AccountRow;
use crate::core::api::accounts::with_account;
use crate::core::api::jobs::render;
use crate::core::api::problem::Problem;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::api::runs::JobView;
use crate::core::ids::mint;
use crate::core::inventory::intake::{Taken, take_in};
use crate::core::jobs::paged::Paged;
use crate::core::jobs::push::{Batch, batches};
use crate::core::jobs::received::{COUNTERS, Received};
use crate::core::jobs::row::JobRow;
use crate::core::jobs::{LEASE_MS, hint};
use crate::core::media::{Making, MediaType};
use crate::core::providers::pixverse::handed_in::{Around, HandedIn, Refusal, parse_handed_in};
use crate::core::sql::handed::insert_handed_pages;
use crate::core::sql::jobs as sql;
use crate::core::statement::{Plan, Statement};
use crate::core::step::{Committed, MAX_TRIES, NowMs, Step};

const KIND: &str = "push";

/// `POST /api/v1/accounts/{id}/pages`.
#[must_use]
pub fn hand_in(call: Call, _now: NowMs) -> Step<Response> {
    let around = match (word(&call, "media_type", MediaType::parse), word(&call, "making", Making::parse)) {
        (Ok(media_type), Ok(making)) => Around { media_type, making, seen_ms: None },
        (Err(problem), _) | (_, Err(problem)) => return Step::End(problem),
    };
    with_account(call, move |call, account, now| match parse_handed_in(&call.request.body, around) {
        Ok(found) if found.rows.is_empty() && !found.failures.is_empty() => Step::End(only_failures(&found)),
        Ok(found) => take(&call, &account, found, now),
        Err(refusal) => Step::End(refused(refusal)),
    })
}

fn word<T>(call: &Call, name: &str, parse: fn(&str) -> Option<T>) -> Result<Option<T>, Response> {
    let Some(text) = call.query(name) else { return Ok(None) };
    let rule = || Problem::invalid(name, format!("{text:?} is no {}", name.replace('_', " "))).into();
    parse(text).map(Some).ok_or_else(rule)
}

fn refused(refusal: Refusal) -> Response {
    match refusal {
        Refusal::NotJson(reason) => {
            Problem::new(422, "not_json", "What was handed in is not readable JSON").detail(reason)
        }
        Refusal::NotAPage(reason) => {
            Problem::new(422, "not_a_page", "There are no rows in what was handed in").detail(reason)
        }
        Refusal::MediaTypeUnknown(reason) => Problem::invalid("media_type", reason),
    }
    .into()
}

/// Pages in which the provider failed are no empty pages.
fn only_failures(found: &HandedIn) -> Response {
    Problem::new(422, "not_a_page", "Every answer that was handed in is a failure")
        .detail("hand in pages that were answered; the failures are the provider's own")
        .member("failures", failures(found))
        .into()
}

fn failures(found: &HandedIn) -> Value {
    let failures = found.failures.iter().map(
        |(at, failure)| json!({ "id": at, "reason": "provider_failure", "detail": failure.to_string() }),
    );
    failures.collect()
}

fn take(call: &Call, account: &AccountRow, found: HandedIn, now: NowMs) -> Step<Response> {
    let id = mint("job_", now, &format!("{KIND}\n{}", call.request.entropy));
    let failures = failures(&found);
    let pages = found.pages;
    let mut batches = batches(found.rows, now);
    let mut asked = Map::new();
    asked.insert("pages".to_owned(), batches.len().into());
    asked.insert("handed_in".to_owned(), pages.into());
    let mut body = Paged::new(Value::Object(asked), &COUNTERS);
    for failure in failures.as_array().into_iter().flatten() {
        body.fail(failure.clone());
    }
    let job = job_of(call, account, &id, now);
    if batches.len() <= 1 {
        let batch = batches.pop().unwrap_or_else(|| Batch { seen_ms: now, rows: Vec::new() });
        return at_once(batch.receive(&job), job, body, MAX_TRIES);
    }
    by_a_job(&job, &batches, &body, now)
}

/// The job as its step would read it: what is taken in at once is recorded as a job that is done.
fn job_of(call: &Call, account: &AccountRow, id: &str, now: NowMs) -> JobRow {
    JobRow {
        id: id.to_owned(),
        owner: call.owner.id,
        kind: KIND.to_owned(),
        step: 0,
        created_ms: now,
        body: String::new(),
        sandbox: i64::from(call.owner.sandbox),
        account: Some(account.id.clone()),
        provider_id: Some(account.provider_id.clone()),
        api: Some(account.api.as_str().to_owned()),
        identity: Some(account.identity.clone()),
        workspace: Some(account.workspace.clone()),
        account_state: None,
        credential: None,
        credential_kind: None,
        schemas: None,
        calls_per_minute: None,
        webhook_id: None,
        written_today: None,
    }
}

fn insert(job: &JobRow, body: &Paged, now: NowMs) -> Statement {
    sql::insert_job(&sql::NewJob {
        id: &job.id,
        owner: job.owner,
        kind: KIND,
        account: job.account.as_deref(),
        due_ms: now + LEASE_MS,
        now,
        body: &body.text(),
    })
}

fn at_once(received: Received, job: JobRow, body: Paged, tries: u32) -> Step<Response> {
    take_in(received.intake(job.owner, None), move |taken, now| {
        let (plan, counted) = plan(&received, &job, body.clone(), &taken, now);
        Step::commit(plan, move |committed, _| match committed {
            Committed::Done => Step::End(answer(200, &job, "done", &counted, now)),
            Committed::Conflict if tries > 1 => at_once(received, job, body, tries - 1),
            _ => Step::End(Problem::busy().into()),
        })
    })
}

fn plan(received: &Received, job: &JobRow, body: Paged, taken: &Taken, now: NowMs) -> (Plan, Paged) {
    let mut counted = body;
    let mut statements = taken.statements.clone();
    statements.extend(received.record(job, taken, &mut counted));
    counted.end(now);
    statements.push(insert(job, &counted, now));
    statements.push(sql::advance_job(&job.id, 0, "done", now, &counted.text(), now));
    (Plan { statements, sends: taken.sends.clone() }, counted)
}

fn by_a_job(job: &JobRow, batches: &[Batch], body: &Paged, now: NowMs) -> Step<Response> {
    let pages: Vec<Value> = batches.iter().map(Batch::to_json).collect();
    let mut statements = insert_handed_pages(job.owner, &job.id, &pages);
    statements.push(insert(job, body, now));
    let plan = Plan { statements, sends: vec![hint(KIND, &job.id, 0, 0)] };
    let (job, body) = (job.clone(), body.clone());
    Step::commit(plan, move |committed, now| match committed {
        Committed::Done => Step::End(answer(202, &job, "active", &body, now).with("retry-after", "1")),
        _ => Step::End(Problem::busy().into()),
    })
}

fn answer(status: u16, job: &JobRow, state: &str, body: &Paged, now: NowMs) -> Response {
    let account = job.account.as_deref().unwrap_or_default();
    let view = JobView { kind: KIND.to_owned(), ..JobView::new(&job.id, account, state, now, body.text()) };
    render(status, &view).with("location", format!("/api/v1/jobs/{}", job.id))
}
