//! Reading JSON as providers send it: every digit kept, lone surrogates survived. What the members mean is left to
//! the extractors.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;

use crate::core::error::Rejection;

/// Texts that a sloppy client writes where it had nothing to say. They count as absent everywhere.
const ABSENT_TEXTS: [&str; 4] = ["null", "(null)", "undefined", "(undefined)"];

/// Parses a payload. A byte order mark is skipped and an unpaired surrogate escape becomes U+FFFD, because one emoji
/// cut in half by a provider must not cost the whole payload.
///
/// # Errors
/// [`Rejection::NotJson`] when the text is still no JSON, or is nested deeper than 128 levels.
pub fn parse_lenient(text: &str) -> Result<Value, Rejection> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    serde_json::from_str(&without_lone_surrogates(text))
        .map_err(|error| Rejection::NotJson { reason: error.to_string() })
}

/// The JSON text of plain data. `Display` says the same by a detour over the formatter.
#[must_use]
pub fn json_text<T: Serialize + ?Sized>(value: &T) -> String {
    // Plain data without maps of odd keys cannot fail to serialise; `null` would make a set-based statement do nothing.
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

/// What a JSON value is called in a message or in a schema.
#[must_use]
pub const fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Whether a value says nothing: null, a blank text, or one of the texts that stand for nothing.
#[must_use]
pub fn is_absent(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => is_absent_text(text),
        _ => false,
    }
}

/// Whether a value is empty, whatever its type: absent, or a list or an object of nothing.
#[must_use]
pub fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Array(entries) => entries.is_empty(),
        Value::Object(members) => members.is_empty(),
        other => is_absent(other),
    }
}

/// Whether a text is blank or stands for nothing. NUL counts as blank: databases cannot hold it.
#[must_use]
pub fn is_absent_text(text: &str) -> bool {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    text.is_empty() || ABSENT_TEXTS.contains(&text)
}

/// Replaces every `\uD800`–`\uDFFF` escape that has no partner by `\uFFFD`, which has the same length.
fn without_lone_surrogates(text: &str) -> Cow<'_, str> {
    let mut rest = text;
    let mut out = String::new();
    // A backslash stands only inside a string in JSON, so strings need not be told from the rest.
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        let (kept, length) = match (surrogate(escape), escape.get(6..).and_then(surrogate)) {
            (Some(Surrogate::High), Some(Surrogate::Low)) => (escape.get(..12), 12),
            (Some(_), _) => (Some("\\uFFFD"), 6),
            (None, _) => {
                let length = 1 + escape.chars().nth(1).map_or(0, char::len_utf8);
                (escape.get(..length), length)
            }
        };
        out.push_str(before);
        out.push_str(kept.unwrap_or_default());
        rest = escape.get(length..).unwrap_or_default();
    }
    if out.is_empty() && rest.len() == text.len() {
        return Cow::Borrowed(text);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

enum Surrogate {
    High,
    Low,
}

fn surrogate(escape: &str) -> Option<Surrogate> {
    let digits = escape.strip_prefix("\\u")?.get(..4)?;
    match u16::from_str_radix(digits, 16).ok()? {
        0xD800..=0xDBFF => Some(Surrogate::High),
        0xDC00..=0xDFFF => Some(Surrogate::Low),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_an_emoji_costs_one_character() {
        let value =
            parse_lenient(r#"{"a":"x\ud83d","b":"\ud83d\ude00","c":"\\ud83d","d":"\ude00\ud83dz"}"#).unwrap();
        assert_eq!(value["a"], "x\u{fffd}");
        assert_eq!(value["b"], "😀");
        assert_eq!(value["c"], "\\ud83d");
        assert_eq!(value["d"], "\u{fffd}\u{fffd}z");
    }

    #[test]
    fn numbers_keep_their_digits() {
        let value = parse_lenient("\u{feff}{\"n\":98765432109876543210,\"h\":1e400}").unwrap();
        assert_eq!(value["n"].to_string(), "98765432109876543210");
        assert!(value["h"].to_string().starts_with("1e"), "{}", value["h"]);
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in ["", "{", "{\"a\":\"\\u12\"}", "\\", "{\"a\":1,}"] {
            assert!(matches!(parse_lenient(text), Err(Rejection::NotJson { .. })), "{text}");
        }
        let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
        assert!(parse_lenient(&deep).is_err());
    }

    #[test]
    fn texts_that_stand_for_nothing_are_absent() {
        for text in ["", "  ", "\0", "null", "(null)", "undefined", " (undefined) "] {
            assert!(is_absent_text(text), "{text:?}");
        }
        assert!(!is_absent_text("nullify the gravity"));
    }
}
