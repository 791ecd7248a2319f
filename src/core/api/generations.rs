//! `/generations`: what was asked for, how it stands, and giving it up. Asking is left to `ask`.

pub mod ask;
mod inputs;
mod view;

use serde_json::{Value, json};

use crate::core::api::filters::{parse_time, parse_word};
use crate::core::api::page::{lead_on, parse_cursor, render_cursor};
use crate::core::api::problem::Problem;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::generation::history::Event;
use crate::core::generation::state::State;
use crate::core::generation::stored::{Generation, GenerationRow};
use crate::core::ids::{is_id, mint};
use crate::core::inventory::intake::Broken as _;
use crate::core::media::Operation;
use crate::core::row::row;
use crate::core::sql::generations as sql;
use crate::core::statement::{BadRows, Plan, Rows, rows_at};
use crate::core::step::{Committed, MAX_TRIES, NowMs, Step};
use view::{OutputRow, document, retry_after_s, summary};

/// The most rows that one page looks at.
const MOST_ROWS: u32 = 2_000;
/// Behind every id of a generation.
const LAST: &str = "gen_~";

row! {
    struct Marks {
        last: i64,
        matches: i64,
    }
}

/// `GET /api/v1/generations/{id}`: everything that is known of it, with an `ETag`.
#[must_use]
pub fn get(call: Call, _now: NowMs) -> Step<Response> {
    with_generation(call, |call, generation, outputs, now| {
        Step::End(shown(&generation, &outputs, now).with_etag(call.header("if-none-match")))
    })
}

/// The generation as it is shown by itself.
fn shown(generation: &Generation, outputs: &[OutputRow], now: NowMs) -> Response {
    let response = Response::json(200, &document(generation, outputs));
    match retry_after_s(generation, now) {
        Some(seconds) => response.with("retry-after", seconds.to_string()),
        None => response,
    }
}

fn with_generation(
    call: Call,
    then: impl FnOnce(Call, Generation, Vec<OutputRow>, NowMs) -> Step<Response> + 'static,
) -> Step<Response> {
    let id = call.param("id").to_owned();
    if !is_id("gen_", &id) {
        return Step::End(Problem::not_found("generation", &id).into());
    }
    let ids = [id.clone()];
    let statements = vec![sql::generations(call.owner.id, &ids), sql::output_assets(call.owner.id, &ids)];
    Step::read(statements, move |rows, now| match found(&rows) {
        Ok(Some((generation, outputs))) => then(call, generation, outputs, now),
        Ok(None) => Step::End(Problem::not_found("generation", &id).into()),
        Err(error) => Step::End(Response::broken(&error)),
    })
}

fn found(rows: &[Rows]) -> Result<Option<(Generation, Vec<OutputRow>)>, BadRows> {
    let outputs = rows_at(rows, 1)?.parse()?;
    let generation = rows_at(rows, 0)?.first::<GenerationRow>()?.map(Generation::read).transpose()?;
    Ok(generation.map(|generation| (generation, outputs)))
}

/// A request for a page, read.
struct Asked {
    filter: sql::Filter,
    between: (String, String),
    limit: u32,
}

fn parse(call: &Call) -> Result<Asked, Response> {
    let names = ["state", "account_id", "operation", "created_after", "created_before", "cursor", "limit"];
    if let Some((name, _)) = call.request.query.iter().find(|(name, _)| !names.contains(&name.as_str())) {
        let detail = format!("there is no filter {name:?}; there are {}", names.join(", "));
        return Err(Problem::invalid(name, detail).into());
    }
    let states: Vec<&str> = State::ALL.iter().map(|state| state.as_str()).collect();
    let operations: Vec<&str> = Operation::ALL.iter().map(|word| word.as_str()).collect();
    let filter = sql::Filter {
        state: parse_word(call, "state", &states)?,
        account: call.query("account_id").map(ToOwned::to_owned),
        operation: parse_word(call, "operation", &operations)?,
    };
    // Ids sort by the time at which they were made, so a range of times is one of ids.
    let edge = |ms: i64| mint("gen_", ms, "").get(..14).unwrap_or_default().to_owned();
    let from = parse_time(call, "created_after")?.map_or_else(String::new, edge);
    let to = parse_time(call, "created_before")?.map_or_else(|| LAST.to_owned(), edge);
    let to = parse_cursor::<String>(call)?.map_or(to.clone(), |cursor| cursor.min(to));
    Ok(Asked { filter, between: (from, to), limit: call.number("limit", 20, 100)? })
}

/// `GET /api/v1/generations`: newest first.
#[must_use]
pub fn list(call: Call, _now: NowMs) -> Step<Response> {
    let asked = match parse(&call) {
        Ok(asked) => asked,
        Err(problem) => return Step::End(problem),
    };
    let owner = call.owner.id;
    let between = (asked.between.0.as_str(), asked.between.1.as_str());
    let page = sql::generations_page(owner, &asked.filter, between, MOST_ROWS, asked.limit + 1);
    Step::read(vec![page], move |rows, _| match page_of(&rows, asked.limit) {
        Ok((generations, looked_to)) => {
            let ids: Vec<String> = generations.iter().map(|one| one.id.clone()).collect();
            Step::read(vec![sql::output_assets(owner, &ids)], move |rows, _| {
                Step::End(match rows_at(&rows, 0).and_then(|rows| rows.parse::<OutputRow>()) {
                    Ok(outputs) => render_page(&call, &generations, &outputs, looked_to.as_deref()),
                    Err(error) => Response::broken(&error),
                })
            })
        }
        Err(error) => Step::End(Response::broken(&error)),
    })
}

/// The generations to show, and the id behind which the next page goes on.
fn page_of(rows: &[Rows], limit: u32) -> Result<(Vec<Generation>, Option<String>), BadRows> {
    let marks = rows_at(rows, 0)?.parse::<Marks>()?;
    let rows = rows_at(rows, 0)?.parse::<GenerationRow>()?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut matching = Vec::new();
    let mut last = None;
    for (row, marks) in rows.into_iter().zip(&marks) {
        if marks.last == 1 {
            last = Some(row.id.clone());
        }
        if marks.matches == 1 {
            matching.push(row);
        }
    }
    if matching.len() > limit {
        matching.truncate(limit);
        last = matching.last().map(|row| row.id.clone());
    }
    let generations: Result<Vec<_>, _> = matching.into_iter().map(Generation::read).collect();
    Ok((generations?, last))
}

fn render_page(
    call: &Call,
    generations: &[Generation],
    outputs: &[OutputRow],
    looked_to: Option<&str>,
) -> Response {
    let items: Vec<Value> = generations.iter().map(|one| Value::Object(summary(one, outputs))).collect();
    let cursor = looked_to.map(|id| render_cursor(&id));
    let response = Response::json(200, &json!({ "items": items, "next_cursor": cursor }));
    lead_on(call, response, cursor.as_deref())
}

/// `POST /api/v1/generations/{id}/cancel`: before it is sent it is withdrawn; afterwards it is no longer waited for, and
/// what comes of it all the same is kept and shown. Again is as good as once.
#[must_use]
pub fn cancel(call: Call, _now: NowMs) -> Step<Response> {
    give_up(call, MAX_TRIES)
}

fn give_up(call: Call, tries: u32) -> Step<Response> {
    with_generation(call, move |call, mut generation, outputs, now| {
        if generation.state == State::Cancelled {
            return Step::End(shown(&generation, &outputs, now));
        }
        if generation.state.is_over() {
            let state = generation.state.as_str();
            let detail = format!("it is {state}; there is nothing left to wait for");
            let problem = Problem::new(409, "already_over", "This generation is over").detail(detail);
            return Step::End(problem.member("state", state).into());
        }
        let owner = call.owner.id;
        let expected = generation.expected();
        generation.progress.is_cancelled = true;
        let was_sent = generation.progress.is_unconfirmed || !generation.progress.outputs.is_empty();
        generation.progress.reason =
            Some(if was_sent { "no_longer_waited_for" } else { "withdrawn" }.to_owned());
        generation.note(Event::Cancelled, json!({ "by": call.owner.token_id }), now);
        generation.turn(State::Cancelled, now);
        let statements = vec![
            sql::guard_generations(owner, &[expected], None),
            sql::update_generations(owner, &[generation.changed(now)]),
        ];
        Step::commit(Plan { statements, sends: Vec::new() }, move |committed, now| match committed {
            Committed::Done => {
                generation.updated_ms = now;
                generation.version += 1;
                Step::End(shown(&generation, &outputs, now))
            }
            _ if tries > 1 => give_up(call, tries - 1),
            _ => Step::End(Problem::busy().into()),
        })
    })
}
