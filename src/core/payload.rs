//! A payload as it is stored: without personal members, and with a digest that says whether it brings anything new.
//! What its members mean is left to the extractors.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

use crate::core::error::Rejection;
use crate::core::facts::Facts;
use crate::core::ids::short_digest;
use crate::core::json::{json_text, parse_lenient, type_name};

/// Members about the person behind the account, by the length of their names. They are cut wherever they stand, compared
/// without case.
const fn personal(length: usize) -> &'static [&'static str] {
    match length {
        4 => &["mail"],
        5 => &["email", "phone"],
        6 => &["avatar", "mobile"],
        8 => &["nickname", "username", "birthday"],
        9 => &["nick_name", "user_name", "real_name"],
        10 => &["avatar_url"],
        11 => &["user_avatar"],
        12 => &["phone_number"],
        _ => &[],
    }
}

/// Members that change without the asset changing. They are stored, but bring no news.
const VOLATILE: [&str; 10] = [
    "likes",
    "like_count",
    "liked",
    "is_liked",
    "is_collected",
    "collect_count",
    "queue_data",
    "off_peak",
    "view_count",
    "views",
];

/// Members that an earlier collector added while it looked for ids.
const VOLATILE_PREFIX: &str = "_resolved";

/// A payload that may be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cleaned {
    /// The payload as JSON text, every digit kept, members sorted by name.
    pub json: String,
    /// The JSON paths of what was cut.
    pub cut: Vec<String>,
}

/// The schema of a payload: each member's path, list indexes as `[]`, with the JSON type found there.
pub type Shape = BTreeSet<(String, &'static str)>;

/// Cuts the personal members out of a payload and notes which ones there were.
///
/// # Errors
/// [`Rejection`] when the text is no JSON object.
pub fn cleaned(payload_text: &str) -> Result<Cleaned, Rejection> {
    cleaned_with_value(payload_text).map(|(cleaned, _)| cleaned)
}

/// As [`cleaned`], with the JSON that the text now holds: whoever reads it need not parse it once more.
///
/// # Errors
/// As for [`cleaned`].
pub fn cleaned_with_value(payload_text: &str) -> Result<(Cleaned, Value), Rejection> {
    let mut value = parse_lenient(payload_text)?;
    if !value.is_object() {
        return Err(Rejection::NotAnObject { found: type_name(&value) });
    }
    let mut cut = Vec::new();
    cut_personal(&mut value, &Place::Payload, &mut cut);
    Ok((Cleaned { json: json_text(&value), cut }, value))
}

/// The schema of a payload, personal and volatile members left out.
#[must_use]
pub fn shape(payload: &Value) -> Shape {
    // In the order of the members, which is nearly that of the set: sorting them at once is cheaper than one by one.
    let mut found = Vec::new();
    add_shape(payload, &mut "$".to_owned(), &mut found);
    found.into_iter().collect()
}

/// The digest of a reading: 32 hex digits over the facts and the schema. Two payloads with equal digests say the same,
/// whatever their likes and queues. The extractor's version is left out, so that an update alone is no news.
#[must_use]
pub fn reading_digest(facts: &Facts, shape: &Shape) -> String {
    let mut facts = serde_json::to_value(facts).unwrap_or_default();
    if let Some(members) = facts.as_object_mut() {
        members.remove("extractor_version");
    }
    // `serde_json` keeps the members of an object sorted, so the text is canonical.
    short_digest(&format!("{{\"facts\":{},\"shape\":{}}}", json_text(&facts), json_text(shape)))
}

fn is_personal(name: &str) -> bool {
    personal(name.len()).iter().any(|personal| name.eq_ignore_ascii_case(personal))
}

/// Whether a member changes without the asset changing.
#[must_use]
pub fn is_volatile(name: &str) -> bool {
    VOLATILE.contains(&name) || name.starts_with(VOLATILE_PREFIX)
}

/// Where a value stands. Nearly nothing is ever cut, so its path is written only where something is.
enum Place<'a> {
    Payload,
    Member(&'a Place<'a>, &'a str),
    Entry(&'a Place<'a>, usize),
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Payload => f.write_str("$"),
            Self::Member(above, name) => write!(f, "{above}.{name}"),
            Self::Entry(above, at) => write!(f, "{above}[{at}]"),
        }
    }
}

fn cut_personal(value: &mut Value, place: &Place<'_>, cut: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            let known = cut.len();
            cut.extend(members.keys().filter(|name| is_personal(name)).map(|name| format!("{place}.{name}")));
            if cut.len() > known {
                members.retain(|name, _| !is_personal(name));
            }
            for (name, member) in members.iter_mut() {
                cut_personal(member, &Place::Member(place, name), cut);
            }
        }
        Value::Array(entries) => {
            for (at, entry) in entries.iter_mut().enumerate() {
                cut_personal(entry, &Place::Entry(place, at), cut);
            }
        }
        _ => {}
    }
}

fn add_shape(value: &Value, path: &mut String, found: &mut Vec<(String, &'static str)>) {
    found.push((path.clone(), type_name(value)));
    let length = path.len();
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter().filter(|(name, _)| !is_volatile(name) && !is_personal(name))
            {
                path.push('.');
                path.push_str(name);
                add_shape(member, path, found);
                path.truncate(length);
            }
        }
        Value::Array(entries) => {
            path.push_str("[]");
            for entry in entries {
                add_shape(entry, path, found);
            }
            path.truncate(length);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::media::MediaType;
    use crate::core::providers::extract;

    fn digest(payload: &str) -> String {
        let facts = extract("pixverse", MediaType::Video, payload).unwrap();
        reading_digest(&facts, &shape(&parse_lenient(payload).unwrap()))
    }

    #[test]
    fn personal_members_are_cut_and_noted() {
        let payload = r#"{"nick_name":"x","video_id":98765432109876543210,"Resp":[{"Mail":"a@b.c","avatar":{"url":"u"}}]}"#;
        let cleaned = cleaned(payload).unwrap();
        assert_eq!(cleaned.json, r#"{"Resp":[{}],"video_id":98765432109876543210}"#);
        assert_eq!(cleaned.cut, ["$.nick_name", "$.Resp[0].Mail", "$.Resp[0].avatar"]);
    }

    #[test]
    fn odd_numbers_survive_cleaning() {
        let once = cleaned(r#"{"a":1e400,"b":0.10,"c":-0,"d":"\ud83d"}"#).unwrap();
        assert_eq!(cleaned(&once.json).unwrap(), once);
        assert!(once.json.contains("0.10"), "{}", once.json);
    }

    #[test]
    fn only_an_object_can_be_stored() {
        assert_eq!(cleaned("[1]"), Err(Rejection::NotAnObject { found: "array" }));
        assert!(matches!(cleaned("nope"), Err(Rejection::NotJson { .. })));
    }

    #[test]
    fn shapes_name_paths_and_types() {
        let shape = shape(&parse_lenient(r#"{"a":[1,"x"],"likes":3,"b":{"c":null}}"#).unwrap());
        let expect = [
            ("$", "object"),
            ("$.a", "array"),
            ("$.a[]", "number"),
            ("$.a[]", "string"),
            ("$.b", "object"),
            ("$.b.c", "null"),
        ];
        assert_eq!(shape.iter().map(|(path, kind)| (path.as_str(), *kind)).collect::<Vec<_>>(), expect);
    }

    #[test]
    fn a_like_brings_no_news() {
        let before =
            r#"{"video_id":1,"video_status":1,"likes":3,"queue_data":{"queue_time":4},"nick_name":"x"}"#;
        let after = r#"{"video_id":1,"video_status":1,"likes":null,"is_collected":1,"off_peak":0,"_resolved_numeric_id":"9"}"#;
        assert_eq!(digest(before), digest(after));
        assert_eq!(digest(before).len(), 32);
    }

    #[test]
    fn a_new_fact_or_a_new_member_is_news() {
        let before = r#"{"video_id":1,"video_status":5}"#;
        assert_ne!(digest(before), digest(r#"{"video_id":1,"video_status":1}"#));
        assert_ne!(digest(before), digest(r#"{"video_id":1,"video_status":5,"brand_new":true}"#));
        assert_ne!(digest(r#"{"video_id":1,"x":"a"}"#), digest(r#"{"video_id":1,"x":1}"#));
    }
}
