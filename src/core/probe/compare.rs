//! How live payloads differ from the fixtures: members that no fixture shows, members in another type, members that did
//! not come, words that are new. It tells paths and forms, never what stood there.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::core::facts::Facts;
use crate::core::media::MediaType;
use crate::core::payload::Shape;
use crate::core::probe::ask::mode_of;
use crate::core::probe::known::{Known, types_at};
use crate::core::providers::documented;
use crate::core::providers::pixverse::PROVIDER_ID;
use crate::core::schema::{each_member, redacted};

/// The names of a kind of difference, in the order in which they are told.
pub mod kind {
    /// No fixture of the media type shows the member.
    pub const NEW: &str = "new";
    /// Fixtures of other modes show it, and it is not documented.
    pub const NEW_HERE: &str = "new here";
    /// Fixtures, or the documents, have it in other types.
    pub const CHANGED: &str = "changed";
    /// A fixture of the mode shows it, and no payload did.
    pub const MISSING: &str = "missing";
    /// A word that is new.
    pub const WORD: &str = "new word";
}

/// A live payload, personal members cut.
#[derive(Clone, Debug)]
pub struct Live {
    /// What the extractor reads out of it.
    pub facts: Facts,
    /// The row as an object.
    pub row: Value,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// One of [`kind`].
    pub kind: &'static str,
    /// The member.
    pub path: String,
    /// Its type, or the word. Two differences are the same when all is but the text.
    pub found: String,
    /// What was found, and what was known.
    pub text: String,
}

impl Difference {
    /// As JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({ "kind": self.kind, "path": self.path, "text": self.text })
    }
}

/// The differences of all payloads of one media type and create mode.
#[must_use]
pub fn compare(live: &[&Live], known: &Known) -> BTreeSet<Difference> {
    let mut differences: BTreeSet<Difference> = BTreeSet::new();
    let (mut shape, mut met) = (Shape::new(), BTreeSet::new());
    for one in live {
        let fresh = |one: &Difference| met.insert((one.kind, one.path.clone(), one.found.clone()));
        differences.extend(differences_of(one, known).into_iter().filter(fresh));
        each_member(&one.row, &mut |path, found, _| {
            shape.insert((path.to_owned(), found));
        });
    }
    let mode = live.first().map(|one| mode_of(&one.facts)).unwrap_or_default();
    let expected = known.by_mode.get(&mode);
    let missing = expected.into_iter().flatten().filter(|(path, _)| types_at(&shape, path).is_empty());
    differences.extend(missing.map(|(path, found)| Difference {
        kind: kind::MISSING,
        path: path.clone(),
        found: (*found).to_owned(),
        text: format!("a fixture has it as {found}"),
    }));
    differences
}

/// The differences of one payload, but for what it lacks.
#[must_use]
pub fn differences_of(live: &Live, known: &Known) -> BTreeSet<Difference> {
    let mode = mode_of(&live.facts);
    let mut differences = words_of(live, known, &mode);
    let none = Shape::new();
    let own = known.by_mode.get(&mode).unwrap_or(&none);
    let row = live.row.as_object();
    each_member(&live.row, &mut |path, found, value| {
        let told = row.and_then(|row| documented(PROVIDER_ID, row, path));
        if let Some((kind, before)) = judged(path, found, told, own, &known.all) {
            let text = match kind {
                kind::CHANGED => format!("{found} ({}), was {before}", redacted(value)),
                _ => format!("{found} ({}){before}", redacted(value)),
            };
            differences.insert(Difference { kind, path: path.to_owned(), found: found.to_owned(), text });
        }
    });
    differences
}

/// What a member is, beside what is documented, what its mode's fixtures show and what all show.
fn judged(
    path: &str,
    found: &str,
    told: Option<&[&str]>,
    own: &Shape,
    all: &Shape,
) -> Option<(&'static str, String)> {
    if let Some(types) = told.filter(|types| !types.is_empty() && !types.contains(&found)) {
        return Some((kind::CHANGED, types.join(", ")));
    }
    let (here, anywhere) = (types_at(own, path), types_at(all, path));
    if here.contains(&found) {
        None
    } else if told.is_none() && !anywhere.is_empty() && !anywhere.contains(&found) {
        Some((kind::CHANGED, anywhere.join(", ")))
    } else if !here.is_empty() {
        // Another of its documented types.
        None
    } else if anywhere.is_empty() {
        let known = if told.is_some() { ", documented" } else { "" };
        Some((kind::NEW, known.to_owned()))
    } else {
        told.is_none().then(|| (kind::NEW_HERE, String::new()))
    }
}

/// Words of the provider's own that no fixture has. One that means nothing to the extractor is the news that matters.
fn words_of(live: &Live, known: &Known, mode: &str) -> BTreeSet<Difference> {
    let facts = &live.facts;
    let mut words = BTreeSet::new();
    let mut add = |path: &str, word: &str, code: &str| {
        let is_odd = facts.warnings.iter().any(|warning| warning.code == code);
        let text = format!("{}, {}", shown(word), if is_odd { "not understood" } else { "understood" });
        words.insert(Difference { kind: kind::WORD, path: path.to_owned(), found: text.clone(), text });
    };
    if let Some(word) = facts.create_mode.as_deref().filter(|_| !known.by_mode.contains_key(mode)) {
        add("create_mode", word, "unknown_create_mode");
    }
    if let Some(code) = facts.status_code.as_deref().filter(|code| !known.statuses.contains(*code)) {
        add("status", code, "unknown_status");
    }
    words
}

/// A word as it may be printed.
#[must_use]
pub fn shown(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ' ');
    if word.len() <= 32 && word.chars().all(is_plain) && word.bytes().filter(u8::is_ascii_digit).count() <= 5
    {
        word.to_owned()
    } else {
        redacted(&Value::from(word))
    }
}

/// The payloads by media type and mode.
#[must_use]
pub fn grouped(live: &[Live]) -> BTreeMap<(MediaType, String), Vec<&Live>> {
    let mut groups: BTreeMap<(MediaType, String), Vec<&Live>> = BTreeMap::new();
    for one in live {
        groups.entry((one.facts.media_type, mode_of(&one.facts))).or_default().push(one);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::media::{Api, Making};
    use crate::core::probe::known::known;
    use crate::core::providers::extract_in;

    const FIXTURE: &str =
        r#"{"video_id":7,"video_status":1,"create_mode":"extend","prompt":"a","odd":5,"fine":{"a":1}}"#;
    const OTHER: &str = r#"{"video_id":7,"video_status":1,"create_mode":"fusion","else":"x"}"#;

    fn told(row: &Value) -> Vec<(&'static str, String)> {
        let context = crate::core::facts::Context {
            media_type: MediaType::Video,
            api: Some(Api::Library),
            making: Some(Making::Created),
        };
        let facts = extract_in(PROVIDER_ID, context, &row.to_string()).unwrap();
        let fixtures = [("video-a.json", FIXTURE), ("video-b.json", OTHER)]
            .map(|(name, text)| (name.to_owned(), text.to_owned()));
        let known = known(&fixtures);
        let live = Live { facts, row: row.clone() };
        let found = compare(&[&live], &known[&MediaType::Video]);
        found.into_iter().map(|one| (one.kind, format!("{}: {}", one.path, one.text))).collect()
    }

    fn row(more: &Value) -> Value {
        let mut row: Value = serde_json::from_str(FIXTURE).unwrap();
        row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        row
    }

    #[test]
    fn a_payload_like_the_fixtures_is_no_news() {
        assert_eq!(told(&row(&json!({ "prompt": "b", "odd": 900, "likes": 4 }))), []);
    }

    #[test]
    fn every_kind_of_difference_is_told_without_what_stood_there() {
        let live = row(&json!({
            "brand_new": "Ann", "else": "y", "odd": "six", "prompt": ["a"], "seed": 4, "fine": null, "video_status": 23,
        }));
        let missing = ["$.fine: a fixture has it as object", "$.fine.a: a fixture has it as number"]
            .map(|text| (kind::MISSING, text));
        let expect = [
            (kind::CHANGED, "$.odd: string (text of 3 characters), was number"),
            (kind::CHANGED, "$.prompt: array (list of 1, the first: text of 1 characters), was string"),
        ]
        .into_iter()
        .chain(missing)
        .chain([
            (kind::NEW, "$.brand_new: string (text of 3 characters)"),
            (kind::NEW, "$.prompt[]: string (text of 1 characters), documented"),
            (kind::NEW, "$.seed: number (1 digits), documented"),
            (kind::NEW_HERE, "$.else: string (text of 1 characters)"),
            (kind::WORD, "status: 23, not understood"),
        ]);
        let expect: Vec<_> = expect.map(|(kind, text)| (kind, text.to_owned())).collect();
        assert_eq!(told(&live), expect);
    }

    #[test]
    fn a_mode_that_is_new_is_a_new_word() {
        let found = told(&row(&json!({ "create_mode": "hologram" })));
        assert!(
            found.contains(&(kind::WORD, "create_mode: hologram, not understood".to_owned())),
            "{found:?}"
        );
        assert!(found.iter().all(|(kind, _)| *kind != kind::MISSING));
        assert_eq!(shown("Ann's own, 402000000000900"), "text of 26 characters");
    }
}
