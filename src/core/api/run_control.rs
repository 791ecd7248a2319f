//! Pausing, resuming, cancelling and filling runs. Whatever a step under way still brings after that is dropped by its guard: the
//! page is asked for again when the run goes on.

use crate::core::api::problem::Problem;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::api::runs::{JobView, get_run, run_response};
use crate::core::api::sync::{start, with_listable_account};
use crate::core::ids::is_id;
use crate::core::inventory::intake::Broken;
use crate::core::jobs::run::{Run, paused};
use crate::core::jobs::{LEASE_MS, hint};
use crate::core::sql::{run_control as sql, runs};
use crate::core::statement::{Plan, Send, Statement, rows_at};
use crate::core::step::{Committed, NowMs, Step};

/// `POST /api/v1/runs/{id}/pause`: until somebody resumes it. Pausing twice is no error.
#[must_use]
pub fn pause(call: Call, _now: NowMs) -> Step<Response> {
    with_run(call, |call, view, now| match view.state.as_str() {
        "active" => {
            let pause = sql::pause_run(call.owner.id, &view.id, paused::BY_YOU, now);
            commit(call, vec![pause], Vec::new())
        }
        "paused" => show(call, &view),
        _ => Step::End(is_over(&view)),
    })
}

/// `POST /api/v1/runs/{id}/resume`: a paused or failed run goes on where it stood, under the same id. With
/// `{"confirm_identity_shift": true}` a library that is all new is imported.
#[must_use]
pub fn resume(call: Call, _now: NowMs) -> Step<Response> {
    let confirms = match call.body::<serde_json::Map<String, serde_json::Value>>() {
        Ok(body) => body.get("confirm_identity_shift") == Some(&true.into()),
        Err(problem) => return Step::End(problem),
    };
    with_run(call, move |call, view, now| match view.state.as_str() {
        "active" | "paused" | "failed" => {
            let mut statements = vec![sql::resume_run(call.owner.id, &view.id, now + LEASE_MS, now)];
            if confirms {
                statements.push(sql::confirm_identity_shift(call.owner.id, &view.id));
            }
            let hints = vec![hint("sync", &view.id, view.step, 0)];
            commit(call, statements, hints)
        }
        _ => Step::End(is_over(&view)),
    })
}

/// `POST /api/v1/runs/{id}/fill`: another run looks at what this one left when it stopped early.
#[must_use]
pub fn fill(call: Call, _now: NowMs) -> Step<Response> {
    with_run(call, |call, view, _| {
        let is_over = matches!(view.state.as_str(), "done" | "failed" | "cancelled");
        let run = serde_json::from_str::<Run>(&view.body).ok().filter(|_| is_over);
        let rest = run.filter(|run| run.filled_by.is_none()).and_then(|run| run.rest(&view.id));
        match (rest, view.account) {
            (Some(rest), Some(account)) => {
                with_listable_account(call, account, None, move |call, account, _, now| {
                    start(call, account, rest, now)
                })
            }
            _ => Step::End(nothing_to_fill(&view.id)),
        }
    })
}

/// `POST /api/v1/runs/{id}/cancel`: the page under way ends in nothing; what is committed stays.
#[must_use]
pub fn cancel(call: Call, _now: NowMs) -> Step<Response> {
    with_run(call, |call, view, now| {
        let cancel = sql::cancel_run(call.owner.id, &view.id, now);
        commit(call, vec![cancel], Vec::new())
    })
}

/// `POST /api/v1/runs/{id}/confirm-missing`: marks what a complete run has not met, however much it is.
#[must_use]
pub fn confirm_missing(call: Call, _now: NowMs) -> Step<Response> {
    with_run(call, |call, view, now| {
        let run = serde_json::from_str::<Run>(&view.body).ok();
        let closing = run.and_then(|run| run.closing);
        match closing {
            Some(closing) if closing.waits => {
                let confirm = sql::confirm_missing(call.owner.id, &view.id, now + LEASE_MS, now);
                let hints = vec![hint("sync", &view.id, view.step, 0)];
                commit(call, vec![confirm], hints)
            }
            // Confirming twice is no error.
            Some(closing) if closing.is_marking || closing.marked > 0 => show(call, &view),
            _ => Step::End(nothing_to_confirm(&view.id)),
        }
    })
}

/// Reads the run that the path names and goes on; anything else ends in 404.
pub fn with_run(
    call: Call,
    then: impl FnOnce(Call, JobView, NowMs) -> Step<Response> + 'static,
) -> Step<Response> {
    let id = call.param("id").to_owned();
    if !is_id("run_", &id) {
        return Step::End(Problem::not_found("run", &id).into());
    }
    Step::read(vec![runs::job(call.owner.id, &id)], move |rows, now| {
        match rows_at(&rows, 0).and_then(|rows| rows.first::<JobView>()) {
            Ok(Some(view)) => then(call, view, now),
            Ok(None) => Step::End(Problem::not_found("run", &id).into()),
            Err(error) => Step::End(Response::broken(&error)),
        }
    })
}

fn show(call: Call, view: &JobView) -> Step<Response> {
    Step::End(run_response(200, view).with_etag(call.header("if-none-match")))
}

fn commit(call: Call, statements: Vec<Statement>, sends: Vec<Send>) -> Step<Response> {
    Step::commit(Plan { statements, sends }, move |committed, now| match committed {
        Committed::Done => get_run(call, now),
        Committed::Duplicate => Step::End(under_way(call.param("id"))),
        Committed::Conflict | Committed::Stale => Step::End(Problem::busy().into()),
    })
}

fn is_over(view: &JobView) -> Response {
    Problem::new(409, "run_over", "The run is over")
        .detail(format!("run {} is {}: start another one", view.id, view.state))
        .into()
}

fn nothing_to_fill(id: &str) -> Response {
    Problem::new(409, "nothing_to_fill", "The run left nothing unscanned")
        .detail(format!("run {id} is not over, was filled already, or looked at everything"))
        .into()
}

fn nothing_to_confirm(id: &str) -> Response {
    Problem::new(409, "nothing_to_confirm", "The run waits for no confirmation")
        .detail(format!("run {id} did not find so much missing that it would ask"))
        .into()
}

fn under_way(id: &str) -> Response {
    Problem::new(409, "run_under_way", "Another run of this account is under way or paused")
        .detail(format!("cancel that one, or wait for its end, before run {id} goes on"))
        .into()
}
