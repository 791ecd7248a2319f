//! Asking for lineage to be read again: up to fifty assets at once, more as a job.

use serde::Deserialize;
use serde_json::json;

use crate::core::api::problem::Problem;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::api::runs::JobView;
use crate::core::clock::rfc3339;
use crate::core::ids::mint;
use crate::core::inventory::intake::Broken;
use crate::core::jobs::refresh::RefreshBody;
use crate::core::jobs::{LEASE_MS, hint};
use crate::core::lineage::refresh::{BATCH, Refresh, prepare};
use crate::core::providers::pixverse;
use crate::core::sql::{jobs as job_sql, runs as sql};
use crate::core::statement::{Plan, rows_at};
use crate::core::step::{Committed, MAX_TRIES, NowMs, Step};

/// The most ids that one request may name.
const MOST_IDS: usize = 5_000;

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    #[serde(default)]
    asset_ids: Option<Vec<String>>,
    #[serde(default)]
    provider_id: Option<String>,
    #[serde(default)]
    scope: Option<String>,
    #[serde(default = "yes")]
    clear_existing: bool,
}

const fn yes() -> bool {
    true
}

/// `POST /api/v1/lineage/refresh`.
#[must_use]
pub fn refresh(call: Call, now: NowMs) -> Step<Response> {
    let body = match call.body::<Body>() {
        Ok(body) => body,
        Err(problem) => return Step::End(problem),
    };
    match (body.asset_ids, body.provider_id, body.scope.as_deref()) {
        (Some(ids), None, None) if ids.len() > MOST_IDS => {
            Step::End(Problem::invalid("asset_ids", format!("at most {MOST_IDS} ids a request")).into())
        }
        (Some(ids), None, None) if ids.len() > BATCH => {
            start_job(&call, &RefreshBody::new(None, distinct(ids), body.clear_existing), now)
        }
        (Some(ids), None, None) => inline(call, distinct(ids), body.clear_existing, MAX_TRIES),
        (None, Some(provider), Some("current_user")) if provider == pixverse::PROVIDER_ID => {
            start_job(&call, &RefreshBody::new(Some(provider), Vec::new(), body.clear_existing), now)
        }
        (None, Some(provider), Some("current_user")) => {
            Step::End(Problem::invalid("provider_id", format!("{provider:?} is no provider here")).into())
        }
        _ => Step::End(
            Problem::new(422, "invalid_selector", "Say which assets")
                .detail("send either {asset_ids: […]} or {provider_id, scope: \"current_user\"}")
                .into(),
        ),
    }
}

fn distinct(ids: Vec<String>) -> Vec<String> {
    let mut seen = std::collections::BTreeSet::new();
    ids.into_iter().filter(|id| seen.insert(id.clone())).collect()
}

fn inline(call: Call, ids: Vec<String>, clear_existing: bool, tries: u32) -> Step<Response> {
    let asked =
        Refresh { owner: call.owner.id, due: None, asset_ids: ids.clone(), clear_existing, refold: false };
    prepare(asked, move |prepared, _| {
        let response =
            Response::json(200, &json!({ "count": prepared.results.len(), "results": prepared.results }));
        if prepared.statements.is_empty() {
            return Step::End(response);
        }
        let plan = Plan { statements: prepared.statements, sends: prepared.sends };
        Step::commit(plan, move |committed, _| match committed {
            Committed::Done => Step::End(response),
            _ if tries > 1 => inline(call, ids, clear_existing, tries - 1),
            _ => Step::End(Problem::busy().into()),
        })
    })
}

fn start_job(call: &Call, body: &RefreshBody, now: NowMs) -> Step<Response> {
    let id = mint("job_", now, &call.request.entropy);
    let text = serde_json::to_string(body).unwrap_or_default();
    let insert = job_sql::insert_job(&job_sql::NewJob {
        id: &id,
        owner: call.owner.id,
        kind: "refresh",
        account: None,
        due_ms: now + LEASE_MS,
        now,
        body: &text,
    });
    let plan = Plan { statements: vec![insert], sends: vec![hint("refresh", &id, 0, 0)] };
    Step::commit(plan, move |committed, now| match committed {
        Committed::Done => {
            let view = JobView {
                kind: "refresh".to_owned(),
                account: None,
                ..JobView::new(&id, "", "active", now, text)
            };
            Step::End(
                render(202, &view)
                    .with("location", format!("/api/v1/lineage/jobs/{id}"))
                    .with("retry-after", "1"),
            )
        }
        _ => Step::End(Problem::busy().into()),
    })
}

/// `GET /api/v1/lineage/jobs/{id}`: progress with an `ETag`.
#[must_use]
pub fn get_job(call: Call, _now: NowMs) -> Step<Response> {
    let id = call.param("id").to_owned();
    Step::read(vec![sql::job(call.owner.id, &id)], move |rows, _| {
        match rows_at(&rows, 0).and_then(|rows| rows.first::<JobView>()) {
            Ok(Some(view)) if view.kind == "refresh" => {
                let view = view.on(&call.request.platform);
                Step::End(render(200, &view).with_etag(call.header("if-none-match")))
            }
            Ok(_) => Step::End(Problem::not_found("lineage job", &id).into()),
            Err(error) => Step::End(Response::broken(&error)),
        }
    })
}

fn render(status: u16, view: &JobView) -> Response {
    let Ok(body) = serde_json::from_str::<RefreshBody>(&view.body) else {
        return Problem::internal(&format!("job {} has an unreadable body", view.id)).into();
    };
    let failures: Vec<_> =
        body.failures.iter().map(|(id, status)| json!({ "asset_id": id, "status": status })).collect();
    Response::json(
        status,
        &json!({
            "id": view.id,
            "state": view.shown_state(),
            "paused": view.pause(),
            "provider_id": body.provider_id,
            "clear_existing": body.clear_existing,
            "done": body.done,
            "left": body.provider_id.is_none().then_some(body.asset_ids.len()),
            "removed_edges": body.removed_edges,
            "new_edges": body.new_edges,
            "failed": body.failed,
            "failures": failures,
            "created_at": rfc3339(view.created_ms),
            "updated_at": rfc3339(view.updated_ms),
        }),
    )
}
