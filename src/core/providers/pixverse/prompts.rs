//! What was asked for in words: the main prompt, what to avoid, and a transition's segments.

use serde_json::Value;

use super::fields::{Field, Warnings};
use super::modes::Mode;
use super::output::seconds;
use super::unwrap::Item;
use crate::core::facts::Segment;
use crate::core::json;

/// The main prompt, at most one: the job's, the item's, then `text`, then the untranslated original.
pub fn main_prompt(item: &Item<'_>, mode: Mode, warnings: &mut Warnings) -> Vec<String> {
    let texts = item.anywhere("prompt").chain(item.top("text")).chain(item.nested("text"));
    let prompt = texts.chain(item.anywhere("original_prompt")).find_map(|field| {
        let text = field.text(warnings)?;
        let is_original = field.path.ends_with(".original_prompt");
        let prompt = if mode == Mode::Modify || is_original { plain_text(&text) } else { Some(text) };
        field.noted("prompts", prompt, warnings)
    });
    prompt.into_iter().collect()
}

/// What was to be avoided.
pub fn negative_prompt(item: &Item<'_>, warnings: &mut Warnings) -> Option<String> {
    item.anywhere("negative_prompt").find_map(|field| {
        let text = field.text(warnings);
        field.noted("negative_prompt", text, warnings)
    })
}

/// A transition's stretches: slot by slot, a prompt and a length.
pub fn segments(item: &Item<'_>, mode: Mode, warnings: &mut Warnings) -> Vec<Segment> {
    let prompts = slots(item, &["prompts", "translate_prompts"]);
    let mut lengths = slots(item, &["durations"]);
    if mode == Mode::Transition && prompts.len() == 1 && lengths.is_empty() {
        // With one stretch, a client may write its length once, beside the list.
        lengths.extend(item.anywhere("duration").next());
    }
    (0..prompts.len().max(lengths.len()))
        .map(|slot| Segment {
            prompt: prompts.get(slot).and_then(|field| {
                let text = field.text(warnings);
                in_segment(slot, "prompt", field, text, warnings)
            }),
            duration_s: lengths.get(slot).and_then(|field| {
                let seconds = length(field, warnings);
                in_segment(slot, "duration_s", field, seconds, warnings)
            }),
        })
        .collect()
}

/// Notes where a stretch's member was read, if it was.
fn in_segment<T>(
    slot: usize,
    member: &str,
    field: &Field<'_>,
    value: Option<T>,
    warnings: &mut Warnings,
) -> Option<T> {
    if value.is_some() {
        warnings.trail.note(format_args!("segments[{slot}].{member}"), &field.path);
    }
    value
}

/// A stretch's length; a list of one inside the list is a slip that is easily undone.
fn length(field: &Field<'_>, warnings: &mut Warnings) -> Option<f64> {
    match field.value {
        Value::Array(_) | Value::Object(_) => field.wrong_type(warnings),
        _ => seconds(field, warnings),
    }
}

/// The slots of the first list that has any, the job's before the item's.
fn slots<'a>(item: &Item<'a>, names: &[&str]) -> Vec<Field<'a>> {
    let mut lists = names.iter().flat_map(|name| item.anywhere(name)).map(|field| field.entries());
    lists.find(|entries| entries.iter().any(|entry| !json::is_absent(entry.value))).unwrap_or_default()
}

/// The text parts of a prompt that is JSON (`[{"type":"text","text":"…"}]`), joined; any other text as it is.
fn plain_text(text: &str) -> Option<String> {
    if !text.trim_start().starts_with(['[', '{']) {
        return Some(text.to_owned());
    }
    let Ok(value) = json::parse_lenient(text) else { return Some(text.to_owned()) };
    let parts = match &value {
        Value::Array(parts) => parts.as_slice(),
        other => std::slice::from_ref(other),
    };
    let mut joined = String::new();
    for part in parts.iter().filter_map(part_text) {
        let touches =
            joined.ends_with(|c: char| !c.is_whitespace()) && part.starts_with(|c: char| !c.is_whitespace());
        if touches {
            joined.push(' ');
        }
        joined.push_str(&part.replace('\0', ""));
    }
    (!json::is_absent_text(&joined)).then(|| joined.trim().to_owned())
}

fn part_text(part: &Value) -> Option<&str> {
    match part {
        Value::String(text) => Some(text),
        Value::Object(members) => members.get("text").and_then(Value::as_str),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_parts_are_joined_and_the_rest_is_left_out() {
        let parts = r#"[{"type":"text","text":"put "},{"type":"image","url":"x"},{"type":"text","text":"it"},{"text":"here"}]"#;
        assert_eq!(plain_text(parts).as_deref(), Some("put it here"));
        assert_eq!(plain_text(r#"{"type":"text","text":"one"}"#).as_deref(), Some("one"));
        assert_eq!(plain_text("[]"), None);
    }

    #[test]
    fn a_text_that_only_looks_like_json_stays() {
        assert_eq!(plain_text("[wide shot] a pier").as_deref(), Some("[wide shot] a pier"));
    }
}
