//! `POST /drift/scan` and `GET /drift/scan/{id}`: looking through the inventory for disagreements, as a job.

use serde_json::{Map, Value, json};

use crate::core::api::problem::Problem;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::api::runs::JobView;
use crate::core::clock::rfc3339;
use crate::core::drift::kind::Kind;
use crate::core::drift::scan::SCANNED;
use crate::core::ids::mint;
use crate::core::inventory::intake::Broken as _;
use crate::core::jobs::drift_scan::ScanBody;
use crate::core::jobs::{LEASE_MS, hint};
use crate::core::row::row;
use crate::core::sql::{drift_scan as sql, jobs as job_sql, runs};
use crate::core::statement::{Plan, rows_at};
use crate::core::step::{Committed, NowMs, Step};

/// The most ids that one request may name.
const MOST_IDS: usize = 5_000;

row! {
    struct CountRow {
        count: i64,
    }
}

/// Starts a scan.
#[must_use]
pub fn start(call: Call, _now: NowMs) -> Step<Response> {
    let body = match call.body::<Map<String, Value>>().and_then(|body| parse(&body)) {
        Ok(body) => body,
        Err(response) => return Step::End(response),
    };
    Step::read(vec![sql::count_all(call.owner.id)], move |rows, now| {
        match rows_at(&rows, 0).and_then(|rows| rows.first::<CountRow>()) {
            Ok(count) => insert(&call, body, count.map_or(0, |row| row.count), now),
            Err(error) => Step::End(Response::broken(&error)),
        }
    })
}

fn parse(body: &Map<String, Value>) -> Result<ScanBody, Response> {
    if let Some(name) = body.keys().find(|name| !matches!(name.as_str(), "kinds" | "asset_ids")) {
        return Err(Problem::invalid(name, "a scan takes kinds and asset_ids").into());
    }
    let mut scan = ScanBody::default();
    for kind in texts(body, "kinds")?.unwrap_or_default() {
        match Kind::parse(&kind).filter(|kind| SCANNED.contains(kind)) {
            Some(kind) => scan.kinds.push(kind),
            None => {
                let words: Vec<&str> = SCANNED.iter().map(|kind| kind.as_str()).collect();
                let detail = format!("a scan can tell {}, not {kind:?}", words.join(", "));
                return Err(Problem::invalid("kinds", detail).into());
            }
        }
    }
    let ids = texts(body, "asset_ids")?;
    if ids.as_ref().is_some_and(|ids| ids.is_empty() || ids.len() > MOST_IDS) {
        return Err(
            Problem::invalid("asset_ids", format!("name 1 to {MOST_IDS} ids, or leave it out")).into()
        );
    }
    scan.asset_ids = ids.map(|ids| crate::core::gather::set_of(ids).into_iter().collect());
    Ok(scan)
}

fn texts(body: &Map<String, Value>, name: &str) -> Result<Option<Vec<String>>, Response> {
    let refused = || Response::from(Problem::invalid(name, "this must be a list of texts"));
    match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Array(items)) => {
            let texts = items.iter().map(|item| item.as_str().map(ToOwned::to_owned));
            texts.collect::<Option<_>>().map(Some).ok_or_else(refused)
        }
        Some(_) => Err(refused()),
    }
}

fn insert(call: &Call, mut body: ScanBody, count: i64, now: NowMs) -> Step<Response> {
    let id = mint("job_", now, &call.request.entropy);
    body.total = body.asset_ids.as_ref().map_or(count, |ids| i64::try_from(ids.len()).unwrap_or(i64::MAX));
    let text = body.to_json().to_string();
    let insert = job_sql::insert_job(&job_sql::NewJob {
        id: &id,
        owner: call.owner.id,
        kind: "drift_scan",
        account: None,
        due_ms: now + LEASE_MS,
        now,
        body: &text,
    });
    let plan = Plan { statements: vec![insert], sends: vec![hint("drift_scan", &id, 0, 0)] };
    Step::commit(plan, move |committed, now| match committed {
        Committed::Done => {
            let view = JobView { account: None, ..JobView::new(&id, "", "active", now, text) };
            Step::End(
                render(202, &view)
                    .with("location", format!("/api/v1/drift/scan/{id}"))
                    .with("retry-after", "1"),
            )
        }
        _ => Step::End(Problem::busy().into()),
    })
}

/// How far a scan is.
#[must_use]
pub fn get(call: Call, _now: NowMs) -> Step<Response> {
    let id = call.param("id").to_owned();
    Step::read(vec![runs::job(call.owner.id, &id)], move |rows, _| {
        match rows_at(&rows, 0).and_then(|rows| rows.first::<JobView>()) {
            Ok(Some(view)) if view.kind == "drift_scan" => {
                let view = view.on(&call.request.platform);
                Step::End(render(200, &view).with_etag(call.header("if-none-match")))
            }
            Ok(_) => Step::End(Problem::not_found("drift scan", &id).into()),
            Err(error) => Step::End(Response::broken(&error)),
        }
    })
}

fn render(status: u16, view: &JobView) -> Response {
    let Some(body) = ScanBody::parse(&view.body) else {
        return Problem::internal(&format!("job {} has an unreadable body", view.id)).into();
    };
    let kinds = if body.kinds.is_empty() { SCANNED.to_vec() } else { body.kinds };
    Response::json(
        status,
        &json!({
            "id": view.id,
            "state": view.shown_state(),
            "paused": view.pause(),
            "kinds": kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>(),
            "total": body.total,
            "done": body.done,
            "not_found": body.not_found,
            "found": body.found,
            "created_at": rfc3339(view.created_ms),
            "updated_at": rfc3339(view.updated_ms),
        }),
    )
}
