//! Showing runs: progress, counters that add up, the reason of every skip.

use serde_json::{Map, Value, json};

use crate::core::api::dead_letter::render_dead_letter;
use crate::core::api::page::{lead_on, parse_cursor, render_cursor};
use crate::core::api::problem::Problem;
use crate::core::api::reconciliation::render_listing;
use crate::core::api::request::{Call, Platform};
use crate::core::api::response::Response;
use crate::core::clock::rfc3339;
use crate::core::ids::is_id;
use crate::core::inventory::intake::Broken;
use crate::core::jobs::budget::PLATFORM_QUOTA;
use crate::core::jobs::run::{Closing, Run};
use crate::core::jobs::walk::Walk;
use crate::core::row::row;
use crate::core::sql::runs as sql;
use crate::core::statement::{Statement, rows_at};
use crate::core::step::{NowMs, Step};

row! {
    /// A job's row as it is shown.
    #[derive(Clone, Debug)]
    pub struct JobView {
        /// Its id.
        pub id: String,
        /// The account.
        pub account: Option<String>,
        /// The kind.
        pub kind: String,
        /// The step that is due.
        pub step: i64,
        /// `active`, `paused`, `done`, `failed`, `cancelled`.
        pub state: String,
        /// When it is looked at again at the latest.
        pub due_ms: i64,
        /// When it was asked for.
        pub created_ms: i64,
        /// When it last moved.
        pub updated_ms: i64,
        /// Its body.
        pub body: String,
        /// Why the step that is due came back to its queue last.
        pub trouble: Option<String>,
        /// The step whose message was given up.
        pub dead_step: Option<i64>,
        /// When it was.
        pub dead_ms: Option<i64>,
        /// What the step that is due waits for.
        pub waits_for: Option<String>,
    }
}

impl JobView {
    /// A run that was just asked for.
    #[must_use]
    pub fn new(id: &str, account: &str, state: &str, now: NowMs, body: String) -> Self {
        Self {
            id: id.to_owned(),
            account: Some(account.to_owned()),
            kind: "sync".to_owned(),
            step: 0,
            state: state.to_owned(),
            due_ms: now,
            created_ms: now,
            updated_ms: now,
            body,
            trouble: None,
            dead_step: None,
            dead_ms: None,
            waits_for: None,
        }
    }
}

impl JobView {
    /// The job as it stands while the database takes nothing more, not even a word about that.
    #[must_use]
    pub fn on(mut self, platform: &Platform) -> Self {
        if let (Some(ends_ms), "active", None) =
            (platform.quota_ends_ms, self.state.as_str(), &self.waits_for)
        {
            self.waits_for = Some(PLATFORM_QUOTA.to_owned());
            self.due_ms = ends_ms;
        }
        self
    }

    /// The state as it is shown: what goes on by itself at a later time is due, and paused until then.
    #[must_use]
    pub fn shown_state(&self) -> &str {
        if self.state == "active" && self.waits_for.is_some() { "paused" } else { &self.state }
    }

    /// What it waits for, and until when where that is known.
    #[must_use]
    pub fn pause(&self) -> Value {
        let until_ms = (self.state == "active").then_some(self.due_ms);
        match self.waits_for.as_deref().filter(|_| matches!(self.state.as_str(), "active" | "paused")) {
            Some(reason) => json!({ "reason": reason, "until": until_ms.map(rfc3339) }),
            None => Value::Null,
        }
    }
}

/// A run as JSON.
#[must_use]
pub fn run_response(status: u16, view: &JobView) -> Response {
    match render_run(view) {
        Some(run) => Response::json(status, &run),
        None => Problem::internal(&format!("run {} has an unreadable body", view.id)).into(),
    }
}

fn render_run(view: &JobView) -> Option<Value> {
    let run: Run = serde_json::from_str(&view.body).ok()?;
    let counts = run.counts();
    let is_over = !matches!(view.state.as_str(), "active" | "paused");
    let mut shown = Map::new();
    shown.insert("id".to_owned(), view.id.clone().into());
    shown.insert("account_id".to_owned(), view.account.clone().into());
    // A credential that was renewed while its refusal was under way leaves the run due with the reason written down.
    let is_paused = view.state == "active" && run.paused.is_some();
    shown.insert("state".to_owned(), if is_paused { "paused" } else { view.shown_state() }.into());
    shown.insert("paused".to_owned(), render_pause(view, &run));
    shown.insert("mode".to_owned(), json!(run.mode));
    shown.insert("strategy".to_owned(), if run.full { "full" } else { "incremental" }.into());
    shown.insert("fills".to_owned(), run.fills.clone().into());
    shown.insert("filled_by".to_owned(), run.filled_by.clone().into());
    shown.insert("reconciliation".to_owned(), render_closing(run.closing.as_ref()));
    shown.insert("create_lineage".to_owned(), json!(run.create_lineage));
    shown.insert("dry_run".to_owned(), run.dry_run.into());
    shown.insert("limit".to_owned(), run.limit.into());
    shown.insert("counts".to_owned(), json!(counts));
    shown.insert("reasons".to_owned(), json!(run.reasons));
    shown.insert("listings".to_owned(), run.walks.iter().map(|walk| render_walk(walk, is_over)).collect());
    shown.insert("progress".to_owned(), render_progress(view, &run, is_over));
    shown.insert(
        "cost".to_owned(),
        json!({
            "statements": run.cost.0, "rows_read": run.cost.1, "rows_written": run.cost.2,
        }),
    );
    shown.insert("provider_calls".to_owned(), run.provider_calls.into());
    shown.insert("attempts".to_owned(), run.attempts.into());
    shown.insert("error".to_owned(), json!(run.last_error));
    shown.insert("dead_letter".to_owned(), render_dead_letter(view));
    shown.insert("created_at".to_owned(), rfc3339(view.created_ms).into());
    shown.insert("updated_at".to_owned(), rfc3339(view.updated_ms).into());
    shown.insert("ended_at".to_owned(), run.ended_ms.map(rfc3339).into());
    shown.insert("complete".to_owned(), is_complete(view, &run).into());
    Some(Value::Object(shown))
}

fn render_pause(view: &JobView, run: &Run) -> Value {
    match &run.paused {
        Some(reason) => json!({ "reason": reason, "until": null }),
        None => view.pause(),
    }
}

/// How fast it is, and when it ends at that pace. All is as of `updated_at`, so that a run that stands still looks the
/// same to who asks again.
fn render_progress(view: &JobView, run: &Run, is_over: bool) -> Value {
    let done: u64 = run.counts().seen;
    let left = if is_over { None } else { run.rows_left() };
    let rate = run.rows_per_s(view.updated_ms);
    let left_ms = left.zip(rate.filter(|rate| *rate > 0)).map(|(left, rate)| left * 1_000 / rate);
    let end_ms = left_ms.and_then(|left| i64::try_from(left).ok()).map(|left| view.updated_ms + left);
    json!({
        "done": done,
        "total": left.map(|left| done + left),
        "rows_per_s": rate,
        "estimated_end_at": end_ms.map(rfc3339),
    })
}

fn render_closing(closing: Option<&Closing>) -> Value {
    let Some(closing) = closing.filter(|closing| !closing.report.is_empty()) else { return Value::Null };
    let state = match closing {
        Closing { is_over: false, .. } => "under_way",
        Closing { waits: true, .. } => "waiting_for_confirmation",
        _ => "done",
    };
    json!({
        "state": state,
        "listings": closing.report.iter().map(|(name, counts)| render_listing(name, counts)).collect::<Vec<_>>(),
        "missing": { "found": closing.unseen, "marked": closing.marked },
    })
}

/// Every page of every asked listing was read.
fn is_complete(view: &JobView, run: &Run) -> bool {
    view.state == "done" && run.is_complete()
}

fn render_walk(walk: &Walk, is_over: bool) -> Value {
    let unscanned = walk.unscanned().filter(|_| is_over);
    json!({
        "listing": walk.listing,
        "done": walk.counts.seen,
        "total": walk.total,
        "pages": walk.pages,
        "offset": walk.reached,
        "ended": walk.ended,
        "torn": walk.is_torn,
        "unscanned": unscanned.map(|(from, at_most)| json!({ "from": from, "at_most": at_most })),
        "counts": walk.counts,
    })
}

/// `GET /api/v1/runs/{id}`: progress with an `ETag`, so that asking again is cheap.
#[must_use]
pub fn get_run(call: Call, _now: NowMs) -> Step<Response> {
    let id = call.param("id").to_owned();
    if !is_id("run_", &id) {
        return Step::End(Problem::not_found("run", &id).into());
    }
    Step::read(vec![sql::job(call.owner.id, &id)], move |rows, _| {
        match rows_at(&rows, 0).and_then(|rows| rows.first::<JobView>()) {
            Ok(Some(view)) => {
                let view = view.on(&call.request.platform);
                let response = run_response(200, &view);
                let response =
                    if view.state == "active" { response.with("retry-after", "1") } else { response };
                Step::End(response.with_etag(call.header("if-none-match")))
            }
            Ok(None) => Step::End(Problem::not_found("run", &id).into()),
            Err(error) => Step::End(Response::broken(&error)),
        }
    })
}

/// `GET /api/v1/runs`: newest first.
#[must_use]
pub fn list_runs(call: Call, _now: NowMs) -> Step<Response> {
    newest_first(
        call,
        "run_~",
        |owner, before, limit| sql::jobs_before(owner, "sync", before, limit),
        render_run,
    )
}

/// A page of jobs, the newest first. `top` stands above every id of theirs; `read` takes owner, the id below which the page
/// begins, and the number of rows.
pub fn newest_first(
    call: Call,
    top: &str,
    read: impl FnOnce(i64, &str, u32) -> Statement,
    render: fn(&JobView) -> Option<Value>,
) -> Step<Response> {
    let limit = match call.number("limit", 20, 100) {
        Ok(limit) => limit,
        Err(problem) => return Step::End(problem),
    };
    let before = match parse_cursor::<String>(&call) {
        Ok(cursor) => cursor.unwrap_or_else(|| top.to_owned()),
        Err(problem) => return Step::End(problem),
    };
    Step::read(vec![read(call.owner.id, &before, limit)], move |rows, _| {
        match rows_at(&rows, 0).and_then(|rows| rows.parse::<JobView>()) {
            Ok(views) => Step::End(page_of_jobs(&call, views, limit, render)),
            Err(error) => Step::End(Response::broken(&error)),
        }
    })
}

fn page_of_jobs(
    call: &Call,
    views: Vec<JobView>,
    limit: u32,
    render: fn(&JobView) -> Option<Value>,
) -> Response {
    let is_full = u32::try_from(views.len()).is_ok_and(|read| read == limit);
    let cursor = views.last().filter(|_| is_full).map(|last| render_cursor(&last.id));
    let views = views.into_iter().map(|view| view.on(&call.request.platform));
    let items: Vec<Value> = views.filter_map(|view| render(&view)).collect();
    let response = Response::json(200, &json!({ "items": items, "next_cursor": cursor }));
    lead_on(call, response, cursor.as_deref())
}

row! {
    struct ItemRow {
        step: i64,
        place: i64,
        listing: String,
        root: Option<String>,
        outcome: String,
        reason: Option<String>,
        provider_asset_id: Option<String>,
    }
}

/// `GET /api/v1/runs/{id}/items?outcome=…`: what became of every row, page by page.
#[must_use]
pub fn list_items(call: Call, _now: NowMs) -> Step<Response> {
    let id = call.param("id").to_owned();
    let outcome = call.query("outcome").map(ToOwned::to_owned);
    let words = ["created", "updated", "unchanged", "skipped", "quarantined"];
    if outcome.as_deref().is_some_and(|word| !words.contains(&word)) {
        return Step::End(Problem::invalid("outcome", format!("one of {}", words.join(", "))).into());
    }
    let limit = match call.number("limit", 100, 500) {
        Ok(limit) => limit,
        Err(problem) => return Step::End(problem),
    };
    let behind = match parse_cursor::<(i64, i64)>(&call) {
        Ok(cursor) => cursor.unwrap_or((-1, -1)),
        Err(problem) => return Step::End(problem),
    };
    let items = sql::run_items(call.owner.id, &id, outcome.as_deref(), behind, limit);
    Step::read(vec![sql::job(call.owner.id, &id), items], move |rows, _| {
        let job = rows_at(&rows, 0).and_then(|rows| rows.first::<JobView>());
        let items = rows_at(&rows, 1).and_then(|rows| rows.parse::<ItemRow>());
        match (job, items) {
            (Ok(Some(_)), Ok(items)) => Step::End(page_of_items(&call, &items, limit)),
            (Ok(None), _) => Step::End(Problem::not_found("run", &id).into()),
            (Err(error), _) | (_, Err(error)) => Step::End(Response::broken(&error)),
        }
    })
}

fn page_of_items(call: &Call, items: &[ItemRow], limit: u32) -> Response {
    let shown: Vec<Value> = items
        .iter()
        .map(|item| {
            json!({
                "listing": item.listing,
                "provider_asset_id": item.provider_asset_id,
                "alias": item.root,
                "outcome": item.outcome,
                "reason": item.reason,
            })
        })
        .collect();
    let more = u32::try_from(items.len()).is_ok_and(|read| read == limit);
    let cursor = items.last().filter(|_| more).map(|last| render_cursor(&(last.step, last.place)));
    let response = Response::json(200, &json!({ "items": shown, "next_cursor": cursor }));
    lead_on(call, response, cursor.as_deref())
}
