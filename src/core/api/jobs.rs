//! Jobs that go through something page by page: started with 202, shown with their progress. A kind of job is shown
//! here as soon as its body is a [`Paged`] one, or can be told as one; runs and refreshes of lineage have routes of
//! their own.

use serde_json::{Map, Value, json};

use crate::core::api::dead_letter::render_dead_letter;
use crate::core::api::problem::Problem;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::api::runs::{JobView, newest_first};
use crate::core::clock::rfc3339;
use crate::core::ids::mint;
use crate::core::inventory::intake::Broken;
use crate::core::jobs::drift_scan::ScanBody;
use crate::core::jobs::paged::Paged;
use crate::core::jobs::reextract::COUNTERS;
use crate::core::jobs::{LEASE_MS, hint};
use crate::core::sql::{jobs as job_sql, runs as sql};
use crate::core::statement::{Plan, Statement, rows_at};
use crate::core::step::{Committed, NowMs, Step};

/// The kinds that the list of jobs is about: those whose body can be told as a [`Paged`] one.
const KINDS: [&str; 7] = ["replay", "reextract", "push", "ids", "import", "drift_scan", "verify"];

/// Inserts a job and answers 202 with where to look.
#[must_use]
pub fn start(call: &Call, kind: &'static str, body: &Paged, now: NowMs) -> Step<Response> {
    start_for(call, kind, None, body, now)
}

/// As [`start`], for an account.
#[must_use]
pub fn start_for(
    call: &Call,
    kind: &'static str,
    account: Option<&str>,
    body: &Paged,
    now: NowMs,
) -> Step<Response> {
    start_with(call, kind, account, Vec::new(), body, now)
}

/// As [`start_for`], with what the job will need, in the same batch.
#[must_use]
pub fn start_with(
    call: &Call,
    kind: &'static str,
    account: Option<&str>,
    mut statements: Vec<Statement>,
    body: &Paged,
    now: NowMs,
) -> Step<Response> {
    let id = mint("job_", now, &format!("{kind}\n{}", call.request.entropy));
    let text = body.text();
    let insert = job_sql::insert_job(&job_sql::NewJob {
        id: &id,
        owner: call.owner.id,
        kind,
        account,
        due_ms: now + LEASE_MS,
        now,
        body: &text,
    });
    statements.push(insert);
    let plan = Plan { statements, sends: vec![hint(kind, &id, 0, 0)] };
    Step::commit(plan, move |committed, now| match committed {
        Committed::Done => {
            let new = JobView::new(&id, "", "active", now, text);
            let view = JobView { kind: kind.to_owned(), account: None, ..new };
            let location = format!("/api/v1/jobs/{id}");
            Step::End(render(202, &view).with("location", location).with("retry-after", "1"))
        }
        _ => Step::End(Problem::busy().into()),
    })
}

/// `GET /api/v1/jobs/{id}`: progress with an `ETag`.
#[must_use]
pub fn get_job(call: Call, _now: NowMs) -> Step<Response> {
    let id = call.param("id").to_owned();
    Step::read(vec![sql::job(call.owner.id, &id)], move |rows, _| {
        match rows_at(&rows, 0).and_then(|rows| rows.first::<JobView>()) {
            Ok(Some(view)) => {
                let view = view.on(&call.request.platform);
                let response = render(200, &view);
                let response =
                    if view.state == "active" { response.with("retry-after", "1") } else { response };
                Step::End(response.with_etag(call.header("if-none-match")))
            }
            Ok(None) => Step::End(Problem::not_found("job", &id).into()),
            Err(error) => Step::End(Response::broken(&error)),
        }
    })
}

/// `GET /api/v1/jobs`: newest first.
#[must_use]
pub fn list_jobs(call: Call, _now: NowMs) -> Step<Response> {
    let read = |owner, before: &str, limit| sql::jobs_of_kinds_before(owner, &KINDS, before, limit);
    newest_first(call, "job_~", read, shown)
}

/// A job as JSON.
#[must_use]
pub fn render(status: u16, view: &JobView) -> Response {
    match shown(view) {
        Some(job) => Response::json(status, &job),
        None => Problem::not_found("job with pages", &view.id).into(),
    }
}

fn shown(view: &JobView) -> Option<Value> {
    let body = paged(view)?;
    Some(json!({
        "id": view.id,
        "kind": view.kind,
        "state": view.shown_state(),
        "paused": view.pause(),
        "step": view.step,
        "counts": body.counts(),
        "reasons": reasons_of(&body),
        "failures": body.failures(),
        "dead_letter": render_dead_letter(view),
        "created_at": rfc3339(view.created_ms),
        "updated_at": rfc3339(view.updated_ms),
        "ended_at": body.ended_ms().map(rfc3339),
    }))
}

/// A job's body as that of one that goes page by page. A scan for drift has a body of its own, because it names the kinds
/// that it looks for; how often it found each is told as the reasons are.
fn paged(view: &JobView) -> Option<Paged> {
    if view.kind != "drift_scan" {
        return Paged::parse(&view.body).ok();
    }
    let scan = ScanBody::parse(&view.body)?;
    let mut body = Paged::new(Value::Null, &[]);
    for (name, count) in [("total", scan.total), ("done", scan.done), ("not_found", scan.not_found)] {
        body.count(name, usize::try_from(count).unwrap_or(0));
    }
    body.give_reasons(&scan.found);
    if view.state == "done" {
        body.end(view.updated_ms);
    }
    Some(body)
}

fn reasons_of(body: &Paged) -> Value {
    if body.reasons().is_object() { body.reasons().clone() } else { json!({}) }
}

/// `POST /api/v1/observations/reextract`: 202 with a job that reads stored payloads again.
#[must_use]
pub fn reextract(call: Call, now: NowMs) -> Step<Response> {
    match members(&call, &[]) {
        Ok(_) => start(&call, "reextract", &Paged::new(Value::Null, &COUNTERS), now),
        Err(problem) => Step::End(problem),
    }
}

/// The members of a request's body, refusing those that have no meaning there.
///
/// # Errors
/// A problem document that names the member.
pub fn members(call: &Call, known: &[&str]) -> Result<Map<String, Value>, Response> {
    let body = call.body::<Map<String, Value>>()?;
    match body.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(Problem::invalid(name, format!("there is no member {name:?} here")).into()),
        None => Ok(body),
    }
}
