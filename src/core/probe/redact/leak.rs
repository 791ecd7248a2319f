//! The check behind the redaction: whether something of the original stands in what would be written. It knows nothing
//! of how the redaction works, so that a mistake there is found here.

use serde_json::Value;

use super::names::is_word;
use crate::core::json::is_absent_text;
use crate::core::media_url::{is_placeholder, object_key};

/// Shorter texts stand in everything.
const FEWEST_TEXT: usize = 8;
/// Digits that are an id.
const FEWEST_DIGITS: usize = 6;
/// A run of letters and digits, some of each, that may be a token.
const FEWEST_TOKEN: usize = 12;

/// The paths of the original of which something stands in the text.
#[must_use]
pub fn leaks(original: &Value, redacted: &str) -> Vec<String> {
    let mut found = Vec::new();
    look(original, "$", redacted, &mut found);
    found
}

fn look(value: &Value, path: &str, redacted: &str, found: &mut Vec<String>) {
    let leaks = match value {
        Value::Number(number) => has_piece(&number.to_string(), redacted),
        Value::String(text) => is_text_in(text, redacted) || has_piece(text, redacted),
        Value::Array(entries) => {
            for entry in entries {
                look(entry, &format!("{path}[]"), redacted, found);
            }
            false
        }
        Value::Object(members) => {
            for (name, member) in members {
                look(member, &format!("{path}.{name}"), redacted, found);
            }
            members.keys().any(|name| has_piece(name, redacted))
        }
        _ => false,
    };
    if leaks && !found.iter().any(|known| known == path) {
        found.push(path.to_owned());
    }
}

/// A whole text that is no word of a list. A file's place may be all the provider's own words; its pieces are looked at.
fn is_text_in(text: &str, redacted: &str) -> bool {
    let text = text.trim();
    let is_place = object_key(text).is_some() || is_placeholder(text);
    !is_place
        && text.len() >= FEWEST_TEXT
        && !is_absent_text(text)
        && !is_word(text)
        && redacted.contains(text)
}

/// An id, or a run that looks like a token. A time's digits are nobody's.
fn has_piece(text: &str, redacted: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric()).any(|run| {
        let digits = run.bytes().filter(u8::is_ascii_digit).count();
        let is_id = digits == run.len() && digits >= FEWEST_DIGITS && run.bytes().any(|byte| byte != b'0');
        let is_token = digits > 0 && digits < run.len() && run.len() >= FEWEST_TOKEN;
        (is_id || is_token) && redacted.contains(run)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_stays_of_an_original_is_named_with_its_path() {
        let original = json!({
            "video_id": 402_000_000_000_900_u64, "prompt": "Ann lives in Bern", "model": "v6", "list": [{ "key": "aB3aB3aB3aB3" }],
        });
        assert_eq!(leaks(&original, r#"{"a":"402000000000900"}"#), ["$.video_id"]);
        assert_eq!(leaks(&original, "… Ann lives in Bern, v6"), ["$.prompt"]);
        assert_eq!(leaks(&original, "xaB3aB3aB3aB3x"), ["$.list[].key"]);
        assert_eq!(leaks(&original, r#"{"video_id":400000000000001,"model":"v6"}"#), Vec::<String>::new());
    }
}
