//! What each parameter may be, by its row of the table and by the model. What parameters must be together is left to
//! `rules`.

use serde_json::Value;

use super::models::Model;
use super::table::{Kind, Parameter, Row};
use super::validate::{Report, length, shown};
use crate::core::generation::request::GenerationRequest;

/// Checks the parameters: the unknown ones, the missing ones, and each that is given.
pub fn check(row: &Row, request: &GenerationRequest, report: &mut Report) {
    let model = row.model(request);
    for (name, value) in &request.parameters {
        let pointer = format!("/parameters/{}", escaped(&shown(name)));
        match row.parameters.iter().find(|parameter| parameter.name == *name) {
            None => report.add(pointer, "unknown_parameter", unknown(row, request, &shown(name))),
            Some(parameter) => {
                for_model(parameter, model, request, &pointer, report);
                value_of(parameter.kind, value, model, &pointer, report);
            }
        }
    }
    for parameter in row.parameters.iter().filter(|parameter| parameter.required) {
        if !request.parameters.contains_key(parameter.name) {
            let message = format!("{} needs {}", request.operation, parameter.name);
            report.add(format!("/parameters/{}", parameter.name), "required", message);
        }
    }
}

/// A member's name in a JSON pointer (RFC 6901).
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn unknown(row: &Row, request: &GenerationRequest, name: &str) -> String {
    let known = row.parameters.iter().map(|parameter| parameter.name).collect::<Vec<_>>().join(", ");
    match known.as_str() {
        "" => format!("{} knows no parameters, {name:?} among them", request.operation),
        known => format!("{} does not know {name:?}; it knows {known}", request.operation),
    }
}

fn for_model(
    parameter: &Parameter,
    model: Option<&Model>,
    request: &GenerationRequest,
    pointer: &str,
    report: &mut Report,
) {
    let Some(model) = model else { return };
    if !parameter.models.is_empty() && !parameter.models.contains(&model.id) {
        let message = format!(
            "{} takes {} with the models {} only, not with {}",
            request.operation,
            parameter.name,
            parameter.models.join(", "),
            model.id
        );
        report.add(pointer, "not_with_model", message);
    }
}

fn value_of(kind: Kind, value: &Value, model: Option<&Model>, pointer: &str, report: &mut Report) {
    match (kind, model) {
        (Kind::Whole(least, most), _) => whole(value, least, most, pointer, report),
        (Kind::Word(words), _) => word(value, words, pointer, report),
        (Kind::Flag | Kind::Mark | Kind::Switch, _) => {
            expect(value.is_boolean(), "true or false", value, pointer, report);
        }
        (Kind::Text(most), _) => text(value, most, pointer, report),
        (Kind::Id, _) => {
            let is_id = value.as_str().is_some_and(|id| {
                !id.is_empty() && !id.starts_with('0') && id.bytes().all(|byte| byte.is_ascii_digit())
            });
            expect(is_id, "an id in digits", value, pointer, report);
        }
        (Kind::Texts(most), _) => {
            list(value, pointer, report, |entry, pointer, report| text(entry, 2048, pointer, report));
            at_most(value, most, pointer, report);
        }
        (Kind::StretchPrompts, model) => {
            let most = model.map_or(2048, |model| model.prompt);
            list(value, pointer, report, |entry, pointer, report| text(entry, most, pointer, report));
        }
        (Kind::StretchLengths(least, most), _) => {
            list(value, pointer, report, |entry, pointer, report| whole(entry, least, most, pointer, report));
        }
        (Kind::Duration, Some(model)) => duration(value, model, pointer, report),
        (Kind::Quality, Some(model)) => word(value, model.qualities, pointer, report),
        (Kind::AspectRatio, Some(model)) => word(value, model.aspect_ratios, pointer, report),
        // Of an unknown model nothing is known; that it is unknown has been noted.
        (Kind::Duration | Kind::Quality | Kind::AspectRatio, None) => {}
    }
}

fn expect(fits: bool, wanted: &str, value: &Value, pointer: &str, report: &mut Report) {
    if !fits {
        report.add(pointer, "wrong_type", format!("{} is not {wanted}", shown(&value.to_string())));
    }
}

fn whole(value: &Value, least: i64, most: i64, pointer: &str, report: &mut Report) {
    match value.as_i64() {
        None => expect(false, &format!("a whole number from {least} to {most}"), value, pointer, report),
        Some(number) if (least..=most).contains(&number) => {}
        Some(number) => {
            report.add(pointer, "out_of_range", format!("{number} is not from {least} to {most}"));
        }
    }
}

fn word(value: &Value, words: &[&str], pointer: &str, report: &mut Report) {
    match value.as_str() {
        None => expect(false, &format!("one of {}", words.join(", ")), value, pointer, report),
        Some(word) if words.contains(&word) => {}
        Some(word) => {
            report.add(
                pointer,
                "not_allowed",
                format!("{:?} is not one of {}", shown(word), words.join(", ")),
            );
        }
    }
}

fn text(value: &Value, most: usize, pointer: &str, report: &mut Report) {
    match value.as_str() {
        Some(text) if !text.trim().is_empty() => length(pointer, text, most, report),
        _ => expect(false, "a text", value, pointer, report),
    }
}

fn duration(value: &Value, model: &Model, pointer: &str, report: &mut Report) {
    match value.as_i64() {
        None => expect(false, "a whole number of seconds", value, pointer, report),
        Some(seconds) if model.durations.allow(seconds) => {}
        Some(seconds) => {
            report.add(
                pointer,
                "out_of_range",
                format!("{} makes clips of {}, not of {seconds} s", model.id, model.durations),
            );
        }
    }
}

fn list(value: &Value, pointer: &str, report: &mut Report, check: impl Fn(&Value, &str, &mut Report)) {
    match value.as_array() {
        None => expect(false, "a list", value, pointer, report),
        Some(entries) => {
            for (place, entry) in entries.iter().enumerate() {
                check(entry, &format!("{pointer}/{place}"), report);
            }
        }
    }
}

fn at_most(value: &Value, most: usize, pointer: &str, report: &mut Report) {
    let count = value.as_array().map_or(0, Vec::len);
    if count > most {
        report.add(pointer, "too_many", format!("{count} entries, {most} at most"));
    }
}
