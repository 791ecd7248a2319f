//! `GET /drift/report`: where two sources disagree, as a living table. As JSON, or as Markdown where that is asked for.

use serde_json::{Value, json};

use crate::core::api::found::end;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::api::runs::JobView;
use crate::core::clock::rfc3339;
use crate::core::drift::report::report;
use crate::core::drift::report_text::render_markdown;
use crate::core::jobs::drift_scan::ScanBody;
use crate::core::sql::drift_report as sql;
use crate::core::sql::runs::jobs_before;
use crate::core::statement::{BadRows, Rows, rows_at};
use crate::core::step::{NowMs, Step};

/// Answers with the report.
#[must_use]
pub fn show(call: Call, now: NowMs) -> Step<Response> {
    let owner = call.owner.id;
    let statements = vec![
        sql::count_drift(owner),
        sql::worst_drift(owner),
        sql::count_roads(owner),
        sql::count_warnings(owner),
        jobs_before(owner, "drift_scan", "job_~", 1),
    ];
    Step::read(statements, move |rows, _| end(render(&call, &rows, now)))
}

fn render(call: &Call, rows: &[Rows], now: NowMs) -> Result<Response, BadRows> {
    let last_scan = rows_at(rows, 4)?.first::<JobView>()?.map_or(Value::Null, |view| render_scan(&view));
    let report = report(rows, &rfc3339(now), last_scan)?;
    if !wants_markdown(call.header("accept")) {
        return Ok(Response::json(200, &report));
    }
    let headers = vec![("content-type", "text/markdown; charset=utf-8".to_owned())];
    Ok(Response { status: 200, headers, body: render_markdown(&report) })
}

/// Whether the header names Markdown, and before JSON where it names both.
fn wants_markdown(accept: Option<&str>) -> bool {
    let mut kinds = accept.unwrap_or_default().split(',').filter_map(|kind| kind.split(';').next());
    let known = kinds.find(|kind| matches!(kind.trim(), "text/markdown" | "application/json"));
    known.is_some_and(|kind| kind.trim() == "text/markdown")
}

fn render_scan(view: &JobView) -> Value {
    let body = ScanBody::parse(&view.body).unwrap_or_default();
    json!({
        "id": view.id,
        "state": view.state,
        "done": body.done,
        "total": body.total,
        "updated_at": rfc3339(view.updated_ms),
    })
}
