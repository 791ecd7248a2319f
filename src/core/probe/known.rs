//! What the fixtures show: for each media type and create mode the members and their types, and the words that the
//! provider uses. What a live payload has beyond that is left to `compare`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::core::facts::{Context, Facts};
use crate::core::json::parse_lenient;
use crate::core::media::{Api, MediaType, Status};
use crate::core::payload::Shape;
use crate::core::probe::ask::mode_of;
use crate::core::providers::changed_type;
use crate::core::providers::pixverse::handed_in::{Around, parse_handed_in};
use crate::core::providers::pixverse::{PROVIDER_ID, extract};
use crate::core::schema::each_member;

/// What fixtures of one media type show.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// By create mode.
    pub by_mode: BTreeMap<String, Shape>,
    /// Of all modes together.
    pub all: Shape,
    /// Statuses, verbatim, that mean something.
    pub statuses: BTreeSet<String>,
}

/// Reads the fixtures: file names with their texts. A fixture that shows what cannot be read is no model of anything.
#[must_use]
pub fn known(fixtures: &[(String, String)]) -> BTreeMap<MediaType, Known> {
    let mut known: BTreeMap<MediaType, Known> = BTreeMap::new();
    for (name, text) in fixtures {
        let Some(media_type) = name.split('-').next().and_then(MediaType::parse) else { continue };
        let around = Around { media_type: Some(media_type), ..Around::default() };
        let rows = parse_handed_in(text, around).map(|found| found.rows).unwrap_or_default();
        for row in rows {
            let context = Context { media_type, api: None, making: None };
            let (Some(value), Ok(facts)) = (bare(&row.text), extract(context, &row.text)) else { continue };
            if changed_type(PROVIDER_ID, &value).is_none() && facts.api == Api::Library {
                known.entry(facts.media_type).or_default().learn(&Value::Object(value), &facts);
            }
        }
    }
    known
}

/// A row as an object, without the envelope that answers about sound have.
#[must_use]
pub fn bare(text: &str) -> Option<Map<String, Value>> {
    let Value::Object(mut members) = parse_lenient(text).ok()? else { return None };
    match members.remove("audio") {
        Some(Value::Object(row)) if members.is_empty() => Some(row),
        Some(other) => {
            members.insert("audio".to_owned(), other);
            Some(members)
        }
        None => Some(members),
    }
}

impl Known {
    fn learn(&mut self, row: &Value, facts: &Facts) {
        let mode = self.by_mode.entry(mode_of(facts)).or_default();
        each_member(row, &mut |path, found, _| {
            mode.insert((path.to_owned(), found));
            self.all.insert((path.to_owned(), found));
        });
        if facts.status != Status::Unknown {
            self.statuses.extend(facts.status_code.clone());
        }
    }
}

/// The types of a path.
#[must_use]
pub fn types_at(shape: &Shape, path: &str) -> Vec<&'static str> {
    let from = (path.to_owned(), "");
    shape.range(from..).take_while(|(known, _)| known == path).map(|(_, found)| *found).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, text: &str) -> BTreeMap<MediaType, Known> {
        known(&[(name.to_owned(), text.to_owned())])
    }

    #[test]
    fn a_fixture_is_read_whatever_stands_around_its_row() {
        let row = r#"{"video_id":7,"video_status":1,"create_mode":"extend","odd":{"a":1}}"#;
        for text in [
            row.to_owned(),
            format!("{{\"ErrCode\":0,\"Resp\":{row}}}"),
            format!("{{\"items\":[{row}],\"total\":1}}"),
        ] {
            let known = of("video-x.json", &text);
            let clips = &known[&MediaType::Video];
            assert_eq!(types_at(&clips.by_mode["extend"], "$.odd.a"), ["number"], "{text}");
            assert_eq!(clips.statuses, BTreeSet::from(["1".to_owned()]));
        }
        let sound =
            of("audio-x.json", r#"{"ErrCode":0,"Resp":{"audio":{"audio_id":7,"create_mode":"tts"}}}"#);
        assert_eq!(types_at(&sound[&MediaType::Audio].by_mode["tts"], "$.audio_id"), ["number"]);
    }

    #[test]
    fn what_cannot_be_read_is_no_model() {
        assert!(of("video-x.json", r#"{"video_id":7,"prompt":["a"]}"#).is_empty());
        assert!(of("README.md", "# no").is_empty());
        let odd = of("video-x.json", r#"{"video_id":7,"video_status":42}"#);
        assert_eq!(odd[&MediaType::Video].statuses, BTreeSet::new());
    }
}
