//! What is shown of a job whose message died, and trying its step again.

use serde_json::{Value, json};

use crate::core::api::problem::Problem;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::api::runs::JobView;
use crate::core::api::{jobs, runs};
use crate::core::clock::rfc3339;
use crate::core::inventory::intake::Broken;
use crate::core::jobs::{LEASE_MS, hint};
use crate::core::sql::{dead_letters as sql, runs as job_sql};
use crate::core::statement::{Plan, rows_at};
use crate::core::step::{Committed, NowMs, Step};

/// When the message of the step that is due was given up, and why that step kept coming back; null once it is past.
#[must_use]
pub fn render_dead_letter(view: &JobView) -> Value {
    match (view.dead_step, view.dead_ms) {
        (Some(step), Some(dead_ms)) if step == view.step && view.state == "active" => {
            json!({ "step": step, "at": rfc3339(dead_ms), "reason": view.trouble })
        }
        _ => Value::Null,
    }
}

/// `POST /api/v1/jobs/{id}/replay` and `/api/v1/runs/{id}/replay`: the step at which a job stands is due again now.
#[must_use]
pub fn replay(call: Call, _now: NowMs) -> Step<Response> {
    let id = call.param("id").to_owned();
    Step::read(vec![job_sql::job(call.owner.id, &id)], move |rows, now| {
        match rows_at(&rows, 0).and_then(|rows| rows.first::<JobView>()) {
            Ok(Some(view)) if is_replayable(&view) => again(call, &view, now),
            Ok(Some(view)) => Step::End(not_replayable(format!("it is {}", view.state))),
            Ok(None) => Step::End(Problem::not_found("job", &id).into()),
            Err(error) => Step::End(Response::broken(&error)),
        }
    })
}

fn is_replayable(view: &JobView) -> bool {
    matches!(view.state.as_str(), "active" | "failed") || (view.state == "paused" && view.kind != "sync")
}

fn again(call: Call, view: &JobView, now: NowMs) -> Step<Response> {
    let replay = sql::replay_job(call.owner.id, &view.id, view.step, now + LEASE_MS, now);
    let plan = Plan { statements: vec![replay], sends: vec![hint(&view.kind, &view.id, view.step, 0)] };
    Step::commit(plan, move |committed, now| match committed {
        Committed::Done if call.request.path.contains("/runs/") => runs::get_run(call, now),
        Committed::Done => jobs::get_job(call, now),
        Committed::Duplicate => {
            Step::End(not_replayable("another run of its account is under way".to_owned()))
        }
        _ => Step::End(Problem::busy().into()),
    })
}

fn not_replayable(why: String) -> Response {
    Problem::new(409, "not_replayable", "Only what is under way or failed can be tried again")
        .detail(why)
        .into()
}
