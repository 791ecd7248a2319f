//! Makes a payload of a person's account fit to be shown: its ids are replaced consistently, its texts and times are
//! removed, of its urls the form stays. What is kept is a short list; everything else is replaced, so that a member that
//! nobody knows yet gives nothing away. Which payloads are written is left to `report`.

mod file;
mod leak;
mod names;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Number, Value, json};

use crate::core::clock::{parse_rfc3339, parse_utc};
use crate::core::gather::set_of;
use crate::core::ids::short_digest;
use crate::core::json::{is_absent_text, parse_lenient};
use crate::core::media_url::as_uuid;
use crate::core::schema::shown_name;
use names::{is_id, is_kept_word, is_path, is_time};

pub use leak::leaks;

/// Longer runs of digits are ids, whatever they are called.
const MOST_DIGITS: usize = 5;
/// Shorter ids may meet other digits by chance; they only differ from what they stand for.
const FEWEST_ID_DIGITS: usize = 6;

/// Replaces what belongs to a person, the same thing by the same thing in every payload.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    /// Everything that is to be redacted, so that no replacement happens to be somebody's id.
    raw: String,
    /// The runs of digits in it.
    ids: BTreeSet<String>,
    given: BTreeMap<(Sort, String), String>,
    counts: BTreeMap<(Sort, usize), u64>,
}

/// What is replaced; each sort has its own form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sort {
    Digits,
    Uuid,
    Name,
    Host,
    Text,
}

impl Redactor {
    /// A redactor for payloads that together read `raw`.
    #[must_use]
    pub fn new(raw: String) -> Self {
        let runs = raw.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() >= FEWEST_ID_DIGITS);
        let ids = set_of(runs.filter(|run| run.bytes().any(|byte| byte != b'0')).map(ToOwned::to_owned));
        Self { raw, ids, ..Self::default() }
    }

    /// The payload without what belongs to a person.
    #[must_use]
    pub fn redact(&mut self, payload: &Value) -> Value {
        self.value("", payload)
    }

    fn value(&mut self, name: &str, value: &Value) -> Value {
        match value {
            Value::Null | Value::Bool(_) => value.clone(),
            Value::Number(number) => self.number(name, number),
            Value::String(text) => Value::String(self.text(name, text)),
            Value::Array(entries) => entries.iter().map(|entry| self.value(name, entry)).collect(),
            Value::Object(members) => {
                let mut redacted = Map::new();
                for (name, member) in members {
                    let shown = self.member_name(name);
                    redacted.insert(shown, self.value(name, member));
                }
                Value::Object(redacted)
            }
        }
    }

    /// The name of a member; one that is data is replaced like data.
    fn member_name(&mut self, name: &str) -> String {
        if shown_name(name) == name {
            name.to_owned()
        } else if let Some(uuid) = as_uuid(name) {
            self.uuid(&uuid)
        } else if is_digits(name) {
            self.digits(name)
        } else {
            self.name(name)
        }
    }

    fn number(&mut self, name: &str, number: &Number) -> Value {
        let text = number.to_string();
        let shown = if is_digits(&text) {
            match time_like(name, &text) {
                Some(time) => time,
                None if is_id(name) || text.len() > MOST_DIGITS => self.digits(&text),
                None => return Value::Number(number.clone()),
            }
        } else if text.bytes().filter(u8::is_ascii_digit).count() <= MOST_DIGITS {
            return Value::Number(number.clone());
        } else {
            // A long fraction may be a place on earth.
            return json!(0.5);
        };
        parse_lenient(&shown).unwrap_or_default()
    }

    fn text(&mut self, name: &str, text: &str) -> String {
        let trimmed = text.trim();
        if is_absent_text(text) {
            return text.to_owned();
        }
        if let Some(uuid) = as_uuid(trimmed) {
            return self.uuid(&uuid);
        }
        if is_digits(trimmed) {
            return match time_like(name, trimmed) {
                Some(time) => time,
                None if is_id(name) || trimmed.len() > MOST_DIGITS => self.digits(trimmed),
                None => text.to_owned(),
            };
        }
        if is_kept_word(name, trimmed) || is_short_number(trimmed) {
            return text.to_owned();
        }
        if parse_utc(trimmed).is_some() && trimmed.contains(' ') {
            return "2026-01-01 00:00:00".to_owned();
        }
        if parse_rfc3339(trimmed).is_some() || parse_utc(trimmed).is_some() {
            return "2026-01-01T00:00:00Z".to_owned();
        }
        if trimmed.starts_with(['[', '{']) {
            // A prompt may be JSON of its own.
            if let Ok(inner @ (Value::Array(_) | Value::Object(_))) = parse_lenient(trimmed) {
                return self.value(name, &inner).to_string();
            }
        }
        if is_id(name) && !trimmed.contains(char::is_whitespace) {
            return self.segment(trimmed);
        }
        if is_path(name, trimmed) {
            return self.file(trimmed);
        }
        self.given(Sort::Text, text, |count| format!("text {count}"))
    }

    /// Digits by as many other ones, of an id the first one kept, so that the size of the number stays. Noughts say
    /// nothing.
    fn digits(&mut self, digits: &str) -> String {
        if digits.bytes().all(|byte| byte == b'0') {
            return digits.to_owned();
        }
        if let Some(given) = self.given.get(&(Sort::Digits, digits.to_owned())) {
            return given.clone();
        }
        let width = digits.len();
        loop {
            let count = self.count(Sort::Digits, width);
            let shown = if width < FEWEST_ID_DIGITS { short(width, count) } else { self.long(digits, count) };
            if shown != digits && !self.is_somebodys(&shown) {
                self.given.insert((Sort::Digits, digits.to_owned()), shown.clone());
                return shown;
            }
        }
    }

    /// A number that is easily told from the others, or, where it would hold somebody's id, one that looks like any.
    fn long(&self, digits: &str, count: u64) -> String {
        let first = digits.get(..1).unwrap_or_default();
        let rest = digits.len() - first.len();
        let plain = format!("{first}{count:0rest$}");
        if !self.is_somebodys(&plain) {
            return plain;
        }
        let hex = short_digest(&format!("{digits}/{count}"));
        let other = hex.bytes().cycle().take(rest).map(|byte| char::from(b'0' + byte % 10));
        first.chars().chain(other).collect()
    }

    /// Whether digits are an id of the original, or hold one.
    fn is_somebodys(&self, digits: &str) -> bool {
        digits.len() >= FEWEST_ID_DIGITS
            && (self.raw.contains(digits) || self.ids.iter().any(|id| digits.contains(id.as_str())))
    }

    fn uuid(&mut self, uuid: &str) -> String {
        self.given(Sort::Uuid, &uuid.to_ascii_lowercase(), |count| {
            format!("00000000-0000-4000-8000-{}", in_letters(count))
        })
    }

    fn name(&mut self, name: &str) -> String {
        self.given(Sort::Name, name, |count| format!("name-{count}"))
    }

    fn host(&mut self, host: &str) -> String {
        self.given(Sort::Host, host, |count| format!("host-{count}.example.com"))
    }

    fn given(&mut self, sort: Sort, original: &str, make: impl Fn(u64) -> String) -> String {
        let key = (sort, original.to_owned());
        if let Some(given) = self.given.get(&key) {
            return given.clone();
        }
        loop {
            let shown = make(self.count(sort, 0));
            if !self.raw.contains(&shown) {
                self.given.insert(key, shown.clone());
                return shown;
            }
        }
    }

    fn count(&mut self, sort: Sort, width: usize) -> u64 {
        let count = self.counts.entry((sort, width)).or_default();
        *count += 1;
        *count
    }
}

/// A short number; behind the last of its width come longer ones.
fn short(width: usize, count: u64) -> String {
    let width = u32::try_from(width).unwrap_or(u32::MAX);
    (10_u64.saturating_pow(width.saturating_sub(1)) + count - 1).to_string()
}

/// Twelve hex digits that are letters, so that they hold no number.
fn in_letters(count: u64) -> String {
    (0..12)
        .rev()
        .map(|place| char::from(b'a' + u8::try_from(count / 6_u64.pow(place) % 6).unwrap_or(0)))
        .collect()
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A number as a text, too short to be anybody's.
fn is_short_number(text: &str) -> bool {
    text.len() <= MOST_DIGITS + 2
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-')
        && text.bytes().filter(u8::is_ascii_digit).count() <= MOST_DIGITS
}

/// The same moment for every time, in the same form: seconds or milliseconds.
fn time_like(name: &str, digits: &str) -> Option<String> {
    match digits.len() {
        10 if is_time(name) => Some("1767225600".to_owned()),
        13 if is_time(name) => Some("1767225600000".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
#[path = "redact_tests.rs"]
mod tests;
