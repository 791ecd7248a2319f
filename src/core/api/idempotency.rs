//! `Idempotency-Key`: a POST that comes again gets the answer of the first time. The key is claimed in the very batch
//! that takes effect, so no crash and no race makes a request count twice. What a request does is left to its handler.

use std::rc::Rc;

use crate::core::api::problem::Problem;
use crate::core::api::request::{Call, Method};
use crate::core::api::response::Response;
use crate::core::api::routes::Route;
use crate::core::ids::{digest, short_digest};
use crate::core::inventory::intake::Broken;
use crate::core::row::row;
use crate::core::sql::idempotency::{self as sql, Key};
use crate::core::statement::{BadRows, JSON_PARAM_BYTES, Plan, Rows, Statement, rows_at};
use crate::core::step::{AfterCommit, Committed, NowMs, Step};

/// The longest key, in characters.
const MOST_CHARS: usize = 255;
/// How long an answer is kept.
const KEPT_MS: i64 = 24 * 3600 * 1000;
/// Operations whose answer holds a secret that is shown this once: it is never written down.
const SHOWN_ONCE: [&str; 1] = ["create_token"];

/// One try of a request that carries a key.
struct Attempt {
    owner: i64,
    key: String,
    request: String,
    /// Tells this try from every other one. It stands in the row until the answer does.
    id: String,
    is_shown_once: bool,
}

row! {
    /// What is kept under a key. Status 0: the request took effect, its answer is not known yet.
    struct KeptRow {
        request: String,
        status: i64,
        location: Option<String>,
        response: String,
    }
}

/// Runs a handler; with an `Idempotency-Key` on a POST, once only.
#[must_use]
pub fn once(
    route: &Route,
    handler: fn(Call, NowMs) -> Step<Response>,
    call: Call,
    now: NowMs,
) -> Step<Response> {
    if call.request.method != Method::Post {
        return handler(call, now);
    }
    let Some(key) = call.header("idempotency-key") else { return handler(call, now) };
    let attempt = match Attempt::parse(route, key, &call) {
        Ok(attempt) => Rc::new(attempt),
        Err(problem) => return Step::End(problem.into()),
    };
    let statements = attempt.look_up(now);
    Step::read(statements, move |rows, now| match kept_in(&rows) {
        Ok(Some(row)) => Step::End(attempt.answer_again(row)),
        Ok(None) => follow(attempt, handler(call, now), false, now),
        Err(error) => Step::End(Response::broken(&error)),
    })
}

impl Attempt {
    fn parse(route: &Route, key: &str, call: &Call) -> Result<Self, Problem> {
        if key.trim().is_empty() || key.chars().count() > MOST_CHARS {
            let rule = format!("a key has 1 to {MOST_CHARS} characters");
            return Err(Problem::invalid("idempotency-key", rule));
        }
        let request = &call.request;
        let whole = format!("POST\n{}\n{:?}\n{}", request.path, request.query, request.body_digest);
        Ok(Self {
            owner: call.owner.id,
            key: key.to_owned(),
            request: digest(&whole),
            id: format!("attempt {}", short_digest(&format!("attempt\n{}", request.entropy))),
            is_shown_once: SHOWN_ONCE.contains(&route.operation_id),
        })
    }

    fn as_key(&self) -> Key<'_> {
        Key { owner: self.owner, key: &self.key, request: &self.request, attempt: &self.id }
    }

    fn look_up(&self, now: NowMs) -> Vec<Statement> {
        vec![sql::forget_keys_before(self.owner, now - KEPT_MS), sql::kept_under_key(self.owner, &self.key)]
    }

    /// What is written down of an answer: all of it, or only that there was one.
    fn kept_text<'a>(&'a self, response: &'a Response) -> &'a str {
        let is_secret = self.is_shown_once && response.status < 300;
        if is_secret || response.body.len() > JSON_PARAM_BYTES { &self.id } else { &response.body }
    }

    fn answer_again(&self, row: KeptRow) -> Response {
        if row.request != self.request {
            return Problem::new(422, "idempotency_key_reused", "This key belongs to another request")
                .detail(
                    "the path or the body differs from the request that used this key first: take a new key",
                )
                .into();
        }
        if row.status == 0 {
            return Problem::new(409, "idempotency_key_in_use", "The first request with this key has no answer yet")
                .detail("it took effect, and is still at work or its answer was lost: look before you try with a new key")
                .header("retry-after", "2")
                .into();
        }
        if row.response.starts_with("attempt ") {
            return Problem::new(
                409,
                "already_created",
                "This was done before, and its answer is not shown twice",
            )
            .detail("nothing was changed; where the answer is lost, revoke what was made and use a new key")
            .into();
        }
        replayed(row)
    }
}

fn replayed(row: KeptRow) -> Response {
    let mut response = Response {
        status: u16::try_from(row.status).unwrap_or(500),
        headers: Vec::new(),
        body: row.response,
    };
    if !response.body.is_empty() {
        let is_problem = row.status >= 400;
        let kind = if is_problem { "application/problem+json" } else { "application/json" };
        response = response.with("content-type", kind);
    }
    if let Some(location) = row.location {
        response = response.with("location", location);
    }
    response.with("idempotency-replayed", "true")
}

/// Goes along with a handler's chain: its first batch claims the key, its end is written down.
fn follow(attempt: Rc<Attempt>, step: Step<Response>, is_claimed: bool, now: NowMs) -> Step<Response> {
    match step {
        Step::Read(statements, then) => {
            Step::read(statements, move |rows, now| follow(attempt, then(rows, now), is_claimed, now))
        }
        Step::Call(calls, then) => {
            Step::call(calls, move |replies, now| follow(attempt, then(replies, now), is_claimed, now))
        }
        Step::Prove(proof, then) => {
            Step::prove(proof, move |holds, now| follow(attempt, then(holds, now), is_claimed, now))
        }
        Step::Commit(plan, then) if is_claimed || plan.statements.is_empty() => {
            Step::commit(plan, move |done, now| follow(attempt, then(done, now), is_claimed, now))
        }
        Step::Commit(plan, then) => claim(attempt, plan, then, now),
        Step::End(response) => keep(attempt, response, is_claimed, now),
    }
}

/// The claim stands last, so that the batch's own guards speak first.
fn claim(attempt: Rc<Attempt>, plan: Plan, then: AfterCommit<Response>, now: NowMs) -> Step<Response> {
    let mut claiming = plan.clone();
    claiming.statements.push(sql::claim_key(&attempt.as_key(), now));
    Step::commit(claiming, move |committed, now| match committed {
        Committed::Duplicate => tell_duplicates_apart(attempt, plan, then, now),
        committed => {
            let is_claimed = committed == Committed::Done;
            follow(attempt, then(committed, now), is_claimed, now)
        }
    })
}

/// Either the key was claimed meanwhile, or the handler's own row was there already: that is the handler's to judge.
fn tell_duplicates_apart(
    attempt: Rc<Attempt>,
    plan: Plan,
    then: AfterCommit<Response>,
    now: NowMs,
) -> Step<Response> {
    Step::read(attempt.look_up(now), move |rows, now| match kept_in(&rows) {
        // A batch of this very attempt whose outcome was unknown had taken effect after all.
        Ok(Some(row)) if row.response == attempt.id => follow(attempt, Step::Commit(plan, then), true, now),
        Ok(Some(row)) => Step::End(attempt.answer_again(row)),
        Ok(None) => follow(attempt, then(Committed::Duplicate, now), false, now),
        Err(error) => Step::End(Response::broken(&error)),
    })
}

/// Writes an answer down, and gives it. Our own failures are not kept: the same request may succeed next time.
fn keep(attempt: Rc<Attempt>, response: Response, is_claimed: bool, now: NowMs) -> Step<Response> {
    if response.status >= 500 {
        if !is_claimed {
            return Step::End(response);
        }
        let release = Plan { statements: vec![sql::release_key(&attempt.as_key())], sends: Vec::new() };
        return Step::commit(release, |_, _| Step::End(response));
    }
    let location = response.headers.iter().find(|(name, _)| *name == "location").map(|(_, to)| to.as_str());
    let text = attempt.kept_text(&response);
    let kept = sql::keep_answer(&attempt.as_key(), response.status, location, text, now);
    let statements = vec![kept, sql::kept_under_key(attempt.owner, &attempt.key)];
    // It may run twice without harm, as a read does: the second time it changes nothing.
    Step::read(statements, move |rows, _| match kept_in(&rows) {
        Ok(Some(row)) if !is_claimed && row.response != attempt.kept_text(&response) => {
            Step::End(attempt.answer_again(row))
        }
        Ok(_) => Step::End(response),
        Err(error) => Step::End(Response::broken(&error)),
    })
}

/// The second statement's row.
fn kept_in(rows: &[Rows]) -> Result<Option<KeptRow>, BadRows> {
    rows_at(rows, 1)?.first()
}
