//! `POST /import`: the chunks of an export, in order, into an owner that holds nothing yet. A job takes them in and says at
//! the end whether the digest is the manifest's.

use serde_json::{Value, json};

use crate::core::api::jobs::{get_job, start_with};
use crate::core::api::problem::Problem;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::api::runs::JobView;
use crate::core::ids::mint;
use crate::core::inventory::intake::Broken;
use crate::core::jobs::hint;
use crate::core::jobs::import::COUNTERS;
use crate::core::jobs::paged::Paged;
use crate::core::json::parse_lenient;
use crate::core::row::row;
use crate::core::sql::handed::insert_handed_pages;
use crate::core::sql::{export as sql, runs};
use crate::core::statement::{JSON_PARAM_BYTES, Plan, rows_at};
use crate::core::step::{Committed, NowMs, Step};

/// Lines of a page.
const PAGE_LINES: usize = 50;

row! {
    struct StateRow {
        job: Option<String>,
        filled: i64,
    }
}

/// `POST /api/v1/import`.
#[must_use]
pub fn import(call: Call, now: NowMs) -> Step<Response> {
    let pages = match pages(&call.request.body, now) {
        Ok(pages) => pages,
        Err(problem) => return Step::End(problem.into()),
    };
    Step::read(vec![sql::import_state(call.owner.id)], move |rows, now| {
        match rows_at(&rows, 0).and_then(|rows| rows.first::<StateRow>()) {
            Ok(Some(StateRow { job: Some(job), .. })) => add_chunk(call, job, pages),
            Ok(Some(StateRow { filled: 0, .. })) => begin(&call, &pages, now),
            Ok(_) => Step::End(not_empty().into()),
            Err(error) => Step::End(Response::broken(&error)),
        }
    })
}

fn not_empty() -> Problem {
    Problem::new(409, "import_not_empty", "This inventory holds something already")
        .detail("an import goes into an owner without assets, observations and decisions")
}

/// Cuts a chunk into pages: lines of one kind, as many as a step takes in.
fn pages(text: &str, now: NowMs) -> Result<Vec<Value>, Problem> {
    let mut pages: Vec<(String, Vec<&str>)> = Vec::new();
    let mut bytes = 0;
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let value = parse_lenient(line).map_err(|refused| bad_line(number, &refused.to_string()))?;
        let kind = value.get("kind").and_then(Value::as_str);
        let kind = kind.ok_or_else(|| bad_line(number, "it has no kind"))?.to_owned();
        bytes += line.len();
        match pages.last_mut() {
            Some((known, lines))
                if *known == kind && lines.len() < PAGE_LINES && bytes < JSON_PARAM_BYTES / 2 =>
            {
                lines.push(line);
            }
            _ => {
                bytes = line.len();
                pages.push((kind, vec![line]));
            }
        }
    }
    if pages.is_empty() {
        return Err(bad_line(1, "there is none"));
    }
    Ok(pages.iter().map(|(_, lines)| json!({ "seen_ms": now, "rows": lines })).collect())
}

fn bad_line(number: u32, reason: &str) -> Problem {
    Problem::new(422, "not_an_export", "This is no part of an export")
        .detail(format!("line {number}: {reason}"))
}

fn begin(call: &Call, pages: &[Value], now: NowMs) -> Step<Response> {
    // `start_with` mints the same id.
    let id = mint("job_", now, &format!("import\n{}", call.request.entropy));
    let statements = insert_handed_pages(call.owner.id, &id, pages);
    start_with(call, "import", None, statements, &Paged::new(json!({}), &COUNTERS), now)
}

fn add_chunk(mut call: Call, job: String, pages: Vec<Value>) -> Step<Response> {
    Step::read(vec![runs::job(call.owner.id, &job)], move |rows, _| {
        let view = match rows_at(&rows, 0).and_then(|rows| rows.first::<JobView>()) {
            Ok(Some(view)) => view,
            Ok(None) => return Step::End(Problem::busy().into()),
            Err(error) => return Step::End(Response::broken(&error)),
        };
        let statements = insert_handed_pages(call.owner.id, &job, &pages);
        let plan = Plan { statements, sends: vec![hint("import", &job, view.step, 0)] };
        Step::commit(plan, move |committed, now| match committed {
            Committed::Done => {
                call.params.insert("id".to_owned(), job);
                get_job(call, now)
            }
            _ => Step::End(Problem::busy().into()),
        })
    })
}
