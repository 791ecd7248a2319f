//! Everything that is wrong with a request, at once, before anything is sent: what each parameter and each input must
//! be is left to `parameters` and `slot_rules`, what must fit together to `rules`.

use serde_json::{Value, json};

use super::accept::with_defaults;
use super::table::{Need, Row, row_of, rows};
use super::{parameters, rules, slot_rules};
use crate::core::generation::request::GenerationRequest;
use crate::core::media::{Api, Operation};

/// One thing that is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Where: a JSON pointer into the request's body, such as `/parameters/duration` or `/inputs/0/relation`.
    pub pointer: String,
    /// What kind of thing, stable, `snake_case`.
    pub code: &'static str,
    /// In plain words: the value, and the rule that it breaks.
    pub message: String,
}

impl Violation {
    /// As it stands in the problem document.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({"pointer": self.pointer, "code": self.code, "message": self.message})
    }
}

/// More violations than a person reads at once; what is beyond is left until those are mended.
const MOST_VIOLATIONS: usize = 100;
/// No operation takes more inputs than that by far; of longer lists nothing else is said.
const MOST_INPUTS: usize = 50;
/// Characters of a value that a message repeats.
const SHOWN_CHARACTERS: usize = 80;

/// What was found so far.
#[derive(Default)]
pub struct Report {
    violations: Vec<Violation>,
}

impl Report {
    /// Notes one thing.
    pub fn add(&mut self, pointer: impl Into<String>, code: &'static str, message: impl Into<String>) {
        if self.violations.len() < MOST_VIOLATIONS {
            self.violations.push(Violation { pointer: pointer.into(), code, message: message.into() });
        }
    }
}

/// Every rule of the interface that the request breaks, in the order of the request's members; empty when it may be
/// sent. The pointers count the inputs as they stand in the request, so this goes before [`accept`](super::accept).
///
/// Values that stand in for missing ones count as given. At most a hundred are named. An operation that the interface does not have is the only
/// thing that can be said of a request.
#[must_use]
pub fn validate(request: &GenerationRequest, api: Api) -> Vec<Violation> {
    let mut report = Report::default();
    match row_of(request, api) {
        Some(row) => check(row, &with_defaults(row, request), api, &mut report),
        None => report.add("/operation", "operation_not_supported", unsupported(request, api)),
    }
    report.violations
}

fn check(row: &Row, request: &GenerationRequest, api: Api, report: &mut Report) {
    prompt(row, request, report);
    negative_prompt(row, request, report);
    model(row, request, report);
    parameters::check(row, request, report);
    if request.inputs.len() > MOST_INPUTS {
        let message = format!("{} inputs; {} takes fewer by far", request.inputs.len(), request.operation);
        report.add("/inputs", "too_many_inputs", message);
        return;
    }
    slot_rules::check(row, request, api, report);
    rules::check(row, request, report);
}

fn prompt(row: &Row, request: &GenerationRequest, report: &mut Report) {
    let most = row.model(request).map_or(row.prompt.most, |model| model.prompt);
    match (&request.prompt, row.prompt.need) {
        (None, Need::Required) => {
            report.add("/prompt", "required", format!("{} needs a prompt", request.operation));
        }
        (Some(_), Need::Refused) => {
            report.add("/prompt", "not_supported", format!("{} takes no prompt", request.operation));
        }
        (Some(prompt), _) => length("/prompt", prompt, most, report),
        (None, _) => {}
    }
}

fn negative_prompt(row: &Row, request: &GenerationRequest, report: &mut Report) {
    let Some(prompt) = &request.negative_prompt else { return };
    if row.negative_prompt {
        let most = row.model(request).map_or(row.prompt.most, |model| model.prompt);
        length("/negative_prompt", prompt, most, report);
    } else {
        let message = format!("{} takes no negative_prompt", request.operation);
        report.add("/negative_prompt", "not_supported", message);
    }
}

fn model(row: &Row, request: &GenerationRequest, report: &mut Report) {
    let Some(name) = &request.model else { return };
    if row.models.is_empty() {
        report.add("/model", "not_supported", format!("{} has no choice of models", request.operation));
    } else if row.model(request).is_none() {
        let known = row.models.iter().map(|model| model.id).collect::<Vec<_>>().join(", ");
        report.add(
            "/model",
            "unknown_model",
            format!("{} does not know the model {:?}; it knows {known}", request.operation, shown(name)),
        );
    }
}

/// The beginning of a text, as much as a message repeats of it.
pub fn shown(text: &str) -> String {
    let mut characters = text.chars();
    let beginning: String = characters.by_ref().take(SHOWN_CHARACTERS).collect();
    if characters.next().is_some() { beginning + "…" } else { beginning }
}

/// Notes a text that is too long.
pub fn length(pointer: &str, text: &str, most: usize, report: &mut Report) {
    let characters = text.chars().count();
    if characters > most {
        report.add(pointer, "too_long", format!("{characters} characters, {most} at most"));
    }
}

fn unsupported(request: &GenerationRequest, api: Api) -> String {
    let mut known: Vec<&str> = Vec::new();
    for row in rows(api) {
        if known.last() != Some(&row.operation.as_str()) {
            known.push(row.operation.as_str());
        }
    }
    let wanted = match request.operation {
        Operation::Template => format!("template for the media type {}", request.media_type),
        operation => operation.to_string(),
    };
    format!("the {api} interface has no {wanted}; it has {}", known.join(", "))
}
