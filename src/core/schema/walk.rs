//! Walks through a payload: every member that says something, with its path and type. Names that are data (ids, uuids,
//! whatever a person typed) become `*`, so that they are neither kept nor taken for new members.

use serde_json::Value;

use crate::core::json::{says_nothing, type_name};
use crate::core::payload::is_volatile;

/// Deeper than any payload that was ever seen.
const MOST_LEVELS: usize = 8;
/// The longest name of a member; longer ones are texts.
const LONGEST_NAME: usize = 48;
/// More digits than a name has; more are an id.
const MOST_DIGITS: usize = 5;
/// A longer run of letters with digits among them may be somebody's token.
const LONGEST_RUN: usize = 20;

/// Hands on path, type and value of everything that says something, volatile members left out.
pub fn each(payload: &Value, see: &mut dyn FnMut(&str, &'static str, &Value)) {
    step_into(payload, &mut "$".to_owned(), 0, see);
}

fn step_into(
    value: &Value,
    path: &mut String,
    level: usize,
    see: &mut dyn FnMut(&str, &'static str, &Value),
) {
    if says_nothing(value) {
        return;
    }
    see(path, type_name(value), value);
    if level == MOST_LEVELS {
        return;
    }
    let length = path.len();
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter().filter(|(name, _)| !is_volatile(name)) {
                path.push('.');
                path.push_str(shown_name(name));
                step_into(member, path, level + 1, see);
                path.truncate(length);
            }
        }
        Value::Array(entries) => {
            path.push_str("[]");
            for entry in entries {
                step_into(entry, path, level + 1, see);
            }
            path.truncate(length);
        }
        _ => {}
    }
}

/// The name as it may be kept.
pub fn shown_name(name: &str) -> &str {
    let mut digits = 0;
    for byte in name.bytes() {
        match byte {
            b'0'..=b'9' => digits += 1,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => {}
            _ => return "*",
        }
    }
    let is_name = digits < name.len() && digits <= MOST_DIGITS && name.len() <= LONGEST_NAME;
    if is_name && !has_token(name) { name } else { "*" }
}

fn has_token(name: &str) -> bool {
    name.len() > LONGEST_RUN
        && name.split('_').any(|run| run.len() > LONGEST_RUN && run.bytes().any(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_that_are_data_are_not_kept() {
        let payload = json!({
            "by_id": { "402000000000900": 1, "3b1f0c52-1111-4222-8333-00000000000a": 1, "ann@example.com": 1, "tokAbcDefGhiJklMno4q5": 1 },
            "outputWidth": 2, "v4_5": 3,
        });
        let mut seen = Vec::new();
        each(&payload, &mut |path, _, _| seen.push(path.to_owned()));
        assert_eq!(
            seen,
            ["$", "$.by_id", "$.by_id.*", "$.by_id.*", "$.by_id.*", "$.by_id.*", "$.outputWidth", "$.v4_5"]
        );
    }

    #[test]
    fn a_joke_of_depth_ends() {
        let deep: Value = serde_json::from_str(&format!("{}1{}", "[".repeat(60), "]".repeat(60))).unwrap();
        let mut seen = 0;
        each(&json!({ "a": deep }), &mut |_, _, _| seen += 1);
        assert_eq!(seen, MOST_LEVELS + 1);
    }
}
