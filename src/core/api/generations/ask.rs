//! `POST /generations`: everything that is wrong with a request in one answer, or the request written down with the job
//! that sends it. Nothing is sent here.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::inputs::{self, InputAsset, Wanted};
use super::view::document;
use crate::core::api::account_view::AccountRow;
use crate::core::api::accounts::row_at;
use crate::core::api::problem::Problem;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::gather::map_of;
use crate::core::generation::request::GenerationRequest;
use crate::core::generation::stored::Generation;
use crate::core::ids::{digest, is_id, mint};
use crate::core::inventory::intake::Broken as _;
use crate::core::jobs::{LEASE_MS, hint};
use crate::core::media::{MediaType, Operation};
use crate::core::providers::catalogue::api_of;
use crate::core::providers::pixverse::create::{Violation, accept, media_type_of, operations, validate};
use crate::core::sql::accounts::account;
use crate::core::sql::generations as sql;
use crate::core::sql::jobs::{NewJob, insert_job};
use crate::core::statement::{BadRows, Plan, Rows, rows_at};
use crate::core::step::{Committed, NowMs, Step};

/// The most inputs that a request may name; of no operation is it documented that it takes more.
const MOST_INPUTS: usize = 32;
const MEMBERS: [&str; 8] =
    ["account_id", "operation", "media_type", "prompt", "negative_prompt", "model", "parameters", "inputs"];

/// A request's body, read as far as it can be.
struct Asked {
    account_id: String,
    operation: Option<Operation>,
    media_type: Option<MediaType>,
    texts: [Option<String>; 3],
    parameters: Map<String, Value>,
    inputs: Vec<Option<Wanted>>,
    wrong: Vec<Violation>,
}

/// Asks for media: 202 with the generation.
#[must_use]
pub fn ask(call: Call, _now: NowMs) -> Step<Response> {
    let asked = match call.body::<Value>().map(|body| parse(&body)) {
        Ok(Some(asked)) => asked,
        Ok(None) => return Step::End(not_an_object()),
        Err(problem) => return Step::End(problem),
    };
    if !is_id("acc_", &asked.account_id) {
        return Step::End(match asked.account_id.as_str() {
            "" => refuse(vec![missing("/account_id", "the account that is to make it")]),
            id => Problem::not_found("account", id).into(),
        });
    }
    let ids: Vec<String> = asked.inputs.iter().flatten().filter_map(|input| input.asset_id.clone()).collect();
    let owner = call.owner.id;
    let statements = vec![account(owner, &asked.account_id), sql::input_assets(owner, &ids)];
    Step::read(statements, move |rows, now| match found(&rows) {
        Ok((Some(account), assets)) => decide(call, asked, &account, &assets, now),
        Ok((None, _)) => Step::End(Problem::not_found("account", &asked.account_id).into()),
        Err(error) => Step::End(Response::broken(&error)),
    })
}

fn not_an_object() -> Response {
    Problem::new(422, "invalid_body", "The request body is not of the documented shape")
        .detail("the body is no object")
        .into()
}

fn found(rows: &[Rows]) -> Result<(Option<AccountRow>, BTreeMap<String, InputAsset>), BadRows> {
    let assets = rows_at(rows, 1)?.parse::<InputAsset>()?;
    let assets = map_of(assets.into_iter().map(|asset| (asset.asked.clone(), asset)));
    Ok((row_at(rows, 0)?, assets))
}

fn parse(body: &Value) -> Option<Asked> {
    let members = body.as_object()?;
    let mut wrong = Vec::new();
    for name in members.keys().filter(|name| !MEMBERS.contains(&name.as_str())) {
        let message = format!("a generation has {}", MEMBERS.join(", "));
        wrong.push(Violation { pointer: format!("/{name}"), code: "unknown_member", message });
    }
    let mut text = |name: &str| match members.get(name) {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text.clone()),
        Some(_) => {
            wrong.push(wrong_type(name, "a text"));
            None
        }
    };
    let account_id = text("account_id").unwrap_or_default();
    let (operation, media_type) = (text("operation"), text("media_type"));
    let texts = [text("prompt"), text("negative_prompt"), text("model")];
    let known = operation.as_deref().and_then(Operation::parse).filter(|word| *word != Operation::Unknown);
    match operation {
        None => wrong.push(missing("/operation", "what is to be done")),
        Some(word) if known.is_none() => wrong.push(no_word("/operation", &word)),
        Some(_) => {}
    }
    let kind = media_type.as_deref().and_then(MediaType::parse);
    if let Some(word) = media_type.filter(|_| kind.is_none()) {
        wrong.push(no_word("/media_type", &word));
    }
    let parameters = match members.get("parameters") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(parameters)) => parameters.clone(),
        Some(_) => {
            wrong.push(wrong_type("parameters", "an object"));
            Map::new()
        }
    };
    let inputs = match members.get("inputs") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(inputs)) if inputs.len() <= MOST_INPUTS => {
            (0..).zip(inputs).map(|(place, input)| inputs::parse(place, input, &mut wrong)).collect()
        }
        Some(_) => {
            wrong.push(wrong_type("inputs", "a list of at most 32"));
            Vec::new()
        }
    };
    Some(Asked { account_id, operation: known, media_type: kind, texts, parameters, inputs, wrong })
}

fn missing(pointer: &str, what: &str) -> Violation {
    Violation { pointer: pointer.to_owned(), code: "required", message: format!("this is missing: {what}") }
}

fn wrong_type(name: &str, rule: &str) -> Violation {
    Violation { pointer: format!("/{name}"), code: "wrong_type", message: format!("this must be {rule}") }
}

fn no_word(pointer: &str, word: &str) -> Violation {
    let message = format!("{word:?} is no such word");
    Violation { pointer: pointer.to_owned(), code: "invalid_value", message }
}

/// One problem document for everything that is wrong.
fn refuse(wrong: Vec<Violation>) -> Response {
    let errors: Vec<Value> = wrong.iter().map(Violation::to_json).collect();
    let first = wrong.first().map(|one| format!("{}: {}", one.pointer, one.message)).unwrap_or_default();
    Problem::new(422, "invalid_generation", "The request cannot be made as it is")
        .detail(format!("{first}; `errors` names all {} of them", errors.len()))
        .member("errors", errors)
        .into()
}

fn decide(
    call: Call,
    mut asked: Asked,
    account: &AccountRow,
    assets: &BTreeMap<String, InputAsset>,
    now: NowMs,
) -> Step<Response> {
    if let Some(problem) = unable(account, now) {
        return Step::End(problem.into());
    }
    let mut wrong = std::mem::take(&mut asked.wrong);
    let mut inputs = Vec::new();
    for (place, wanted) in asked.inputs.iter().enumerate() {
        let input = wanted.as_ref().and_then(|wanted| wanted.resolve(place, assets, account.api, &mut wrong));
        inputs.push(input);
    }
    let are_known = inputs.iter().all(Option::is_some);
    let Some(operation) = asked.operation else { return Step::End(refuse(wrong)) };
    let Some(usual) = media_type_of(operation, account.api) else {
        return Step::End(not_supported(operation, account).into());
    };
    let [prompt, negative_prompt, model] = asked.texts;
    let request = GenerationRequest {
        operation,
        media_type: asked.media_type.unwrap_or(usual),
        prompt,
        negative_prompt,
        model,
        parameters: asked.parameters,
        inputs: inputs.into_iter().flatten().collect(),
    };
    let is_about_inputs = |one: &Violation| one.pointer.starts_with("/inputs");
    // With an input that is not known, what else is wrong with the inputs would be counted wrongly.
    wrong
        .extend(validate(&request, account.api).into_iter().filter(|one| are_known || !is_about_inputs(one)));
    if !wrong.is_empty() {
        return Step::End(refuse(wrong));
    }
    write_down(call, account.id.clone(), accept(&request, account.api), now)
}

/// Why an account cannot make anything now.
fn unable(account: &AccountRow, now: NowMs) -> Option<Problem> {
    let can_generate = api_of(&account.provider_id, account.api).is_some_and(|api| api.can_generate);
    if !can_generate {
        let problem = Problem::new(409, "operation_not_supported", "This account's interface makes nothing");
        return Some(problem.detail(format!("its interface is {}", account.api)));
    }
    if account.credential.is_none() || account.view(now).state == "auth_required" {
        let detail = account.view(now).reason.unwrap_or_else(|| {
            format!("account {} holds no credential: connect it (POST /api/v1/accounts/connect)", account.id)
        });
        return Some(Problem::new(409, "auth_required", "This account cannot be used now").detail(detail));
    }
    None
}

fn not_supported(operation: Operation, account: &AccountRow) -> Problem {
    let known = operations(account.api);
    let words = known.as_array().into_iter().flatten().filter_map(|one| one.get("operation").cloned());
    Problem::new(409, "operation_not_supported", "This account's interface has no such operation")
        .detail(format!("the interface {} has no {operation}", account.api))
        .member("api", account.api.as_str())
        .member("operations", words.collect::<Vec<_>>())
}

/// The generation and the job that sends it, in one batch: what is asked for stands before anything leaves.
fn write_down(call: Call, account: String, request: GenerationRequest, now: NowMs) -> Step<Response> {
    let id = mint("gen_", now, &format!("generation\n{}", call.request.entropy));
    let seed = digest(&format!("generation keys\n{}", call.request.entropy));
    let generation = Generation::new(id.clone(), account, request, &seed, now);
    let job = mint("job_", now, &format!("generate\n{id}"));
    let body = json!({ "generation": id }).to_string();
    let owner = call.owner.id;
    let insert = insert_job(&NewJob {
        id: &job,
        owner,
        kind: "generate",
        account: Some(&generation.account),
        due_ms: now + LEASE_MS,
        now,
        body: &body,
    });
    let statements = vec![sql::insert_generation(owner, &generation), insert];
    let plan = Plan { statements, sends: vec![hint("generate", &job, 0, 0)] };
    Step::commit(plan, move |committed, _| match committed {
        Committed::Done => Step::End(
            Response::json(202, &document(&generation, &[]))
                .with("location", format!("/api/v1/generations/{id}"))
                .with("retry-after", "2"),
        ),
        _ => Step::End(Problem::busy().into()),
    })
}
