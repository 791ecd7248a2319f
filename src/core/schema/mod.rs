//! The schema ledger: which members, in which types, payloads of one kind have had so far, and what is new about one
//! that comes in. News informs; it refuses nothing. Which row is refused for a changed type is left to the provider's
//! documented table, because the ledger depends on the order of arrival and the inventory must not.

mod sample;
mod walk;

use serde_json::{Map, Value, json};

use crate::core::providers::documented;
use crate::core::row::row;
use crate::core::step::NowMs;

pub use sample::redacted;
pub use walk::{each as each_member, shown_name};

/// How long a ledger learns in silence where no complete scan ends it sooner, in milliseconds: a week.
const LEARNING_MS: i64 = 7 * 86_400_000;
/// More paths than any provider's payloads have. A provider that puts its data into the names of members must not make
/// the row grow for ever.
const MOST_PATHS: usize = 1_000;

/// What a ledger row is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    /// The provider.
    pub provider_id: String,
    /// Its interface.
    pub api: String,
    /// What was listed or asked about.
    pub media_type: String,
    /// The feed.
    pub feed: String,
}

row! {
    /// A ledger row as it is stored.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct LedgerRow {
        /// The provider.
        pub provider_id: String,
        /// Its interface.
        pub api: String,
        /// What was listed or asked about.
        pub media_type: String,
        /// The feed.
        pub feed: String,
        /// When its first payload was looked at.
        pub since_ms: i64,
        /// When a first scan ended complete.
        pub learned_ms: Option<i64>,
        /// JSON.
        pub paths: String,
        /// JSON.
        pub news: Option<String>,
    }
}

impl LedgerRow {
    /// Whether what is new is news.
    #[must_use]
    pub const fn is_learned(&self, now: NowMs) -> bool {
        self.learned_ms.is_some() || now - self.since_ms >= LEARNING_MS
    }

    /// Whether the row is about this kind of payload.
    #[must_use]
    pub fn is_about(&self, kind: &Kind) -> bool {
        (&self.provider_id, &self.api, &self.media_type, &self.feed)
            == (&kind.provider_id, &kind.api, &kind.media_type, &kind.feed)
    }
}

/// One thing that is new about the shape of payloads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaNews {
    /// What it is about.
    pub kind: Kind,
    /// The member, list indexes as `[]`.
    pub path: String,
    /// The type that was found.
    pub found: String,
    /// The types that it had before, documented ones too; empty for a new path.
    pub before: Vec<String>,
    /// Whether it contradicts what is documented, so that its item went to quarantine.
    pub refused: bool,
    /// What stood there, its values left out.
    pub sample: String,
    /// The root of the payload, where it has one.
    pub root: Option<String>,
    /// The digest of its reading.
    pub digest: Option<String>,
}

/// A look at payloads of one kind.
#[derive(Clone, Debug)]
pub struct Look {
    kind: Kind,
    known: Map<String, Value>,
    is_learned: bool,
    now: NowMs,
    learned: Map<String, Value>,
    news: Vec<SchemaNews>,
}

impl Look {
    /// Begins a look, with the ledger's row if there is one.
    #[must_use]
    pub fn new(kind: Kind, row: Option<&LedgerRow>, now: NowMs) -> Self {
        let known = row.and_then(|row| serde_json::from_str(&row.paths).ok()).unwrap_or_default();
        let is_learned = row.is_some_and(|row| row.is_learned(now));
        Self { kind, known, is_learned, now, learned: Map::new(), news: Vec::new() }
    }

    /// Looks at one payload, personal members cut. `about` is its root and the digest of its reading.
    pub fn see(&mut self, payload: &Value, about: (Option<&str>, Option<&str>)) {
        let Some(row) = payload.as_object() else { return };
        walk::each(payload, &mut |path, found, value| {
            if has(&self.known, path, found) || has(&self.learned, path, found) {
                return;
            }
            let types = types_of(&self.known, path).chain(types_of(&self.learned, path));
            let mut before: Vec<String> = types.map(ToOwned::to_owned).collect();
            if before.is_empty() && self.known.len() + self.learned.len() >= MOST_PATHS {
                return;
            }
            let told = documented(&self.kind.provider_id, row, path);
            if self.is_news(told, found) {
                for known in told.unwrap_or_default() {
                    if !before.iter().any(|one| one == known) {
                        before.push((*known).to_owned());
                    }
                }
                self.news.push(SchemaNews {
                    kind: self.kind.clone(),
                    path: path.to_owned(),
                    found: found.to_owned(),
                    before,
                    refused: told.is_some(),
                    sample: redacted(value),
                    root: about.0.map(ToOwned::to_owned),
                    digest: about.1.map(ToOwned::to_owned),
                });
            }
            let types = self.learned.entry(path).or_insert_with(|| json!({}));
            if let Some(types) = types.as_object_mut() {
                types.insert(found.to_owned(), self.now.into());
            }
        });
    }

    /// What is documented is no news. What contradicts it always is; what is not documented is while nothing is learned.
    fn is_news(&self, told: Option<&[&str]>, found: &str) -> bool {
        match told {
            Some([]) => false,
            Some(types) => !types.contains(&found),
            None => self.is_learned,
        }
    }

    /// What was new, in the order it was met.
    #[must_use]
    pub fn news(&self) -> &[SchemaNews] {
        &self.news
    }

    /// The row to write, for `upsert_schemas`; `None` when nothing is to be written. `is_complete`: this look ends a scan
    /// that left nothing out.
    #[must_use]
    pub fn row(&self, is_complete: bool) -> Option<Value> {
        let ends_learning = is_complete && !self.is_learned;
        if self.learned.is_empty() && !ends_learning {
            return None;
        }
        let mut news = Map::new();
        for one in &self.news {
            let types = news.entry(one.path.clone()).or_insert_with(|| json!({}));
            if let Some(types) = types.as_object_mut() {
                types.insert(one.found.clone(), one.stored(self.now));
            }
        }
        Some(json!({
            "provider_id": self.kind.provider_id,
            "api": self.kind.api,
            "media_type": self.kind.media_type,
            "feed": self.kind.feed,
            "since_ms": self.now,
            "learned_ms": ends_learning.then_some(self.now),
            "paths": self.learned,
            "news": news,
        }))
    }
}

impl SchemaNews {
    fn stored(&self, now: NowMs) -> Value {
        let mut stored = json!({ "at_ms": now, "before": self.before, "sample": self.sample });
        if let (true, Some(members)) = (self.refused, stored.as_object_mut()) {
            members.insert("refused".to_owned(), true.into());
        }
        // A null would delete the member when rows are merged.
        for (name, value) in [("root", &self.root), ("digest", &self.digest)] {
            if let (Some(value), Some(members)) = (value, stored.as_object_mut()) {
                members.insert(name.to_owned(), value.clone().into());
            }
        }
        stored
    }
}

fn has(paths: &Map<String, Value>, path: &str, found: &str) -> bool {
    paths.get(path).is_some_and(|types| types.get(found).is_some())
}

fn types_of<'a>(paths: &'a Map<String, Value>, path: &str) -> impl Iterator<Item = &'a str> {
    paths.get(path).and_then(Value::as_object).into_iter().flat_map(|types| types.keys()).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: NowMs = 1_793_606_400_000;

    fn kind() -> Kind {
        Kind {
            provider_id: "pixverse".into(),
            api: "library".into(),
            media_type: "video".into(),
            feed: "listing".into(),
        }
    }

    fn ledger(learned_ms: Option<i64>, paths: &Value) -> LedgerRow {
        LedgerRow {
            provider_id: "pixverse".into(),
            api: "library".into(),
            media_type: "video".into(),
            feed: "listing".into(),
            since_ms: NOW - 1_000,
            learned_ms,
            paths: paths.to_string(),
            news: Some("{}".into()),
        }
    }

    fn look(row: Option<&LedgerRow>, payloads: &[Value], now: NowMs) -> Look {
        let mut look = Look::new(kind(), row, now);
        for payload in payloads {
            look.see(payload, (Some("r"), Some("d")));
        }
        look
    }

    fn told(look: &Look) -> Vec<(String, String, Vec<String>)> {
        look.news().iter().map(|one| (one.path.clone(), one.found.clone(), one.before.clone())).collect()
    }

    #[test]
    fn the_first_look_learns_in_silence() {
        let first = look(None, &[json!({ "video_id": 7, "odd": 1, "other": { "a": [true] } })], NOW);
        assert_eq!(told(&first), []);
        let row = first.row(false).unwrap();
        assert_eq!(row["learned_ms"], Value::Null);
        assert_eq!(row["paths"]["$.other.a[]"], json!({ "boolean": NOW }));
        assert_eq!(row["paths"]["$.video_id"], json!({ "number": NOW }));
    }

    #[test]
    fn afterwards_a_new_path_is_news_once() {
        let known = ledger(Some(5), &json!({ "$": { "object": 1 }, "$.odd": { "number": 1 } }));
        let payload = json!({ "odd": 3, "brand_new": "a text" });
        let later = look(Some(&known), &[payload.clone(), payload], NOW);
        assert_eq!(told(&later), [("$.brand_new".into(), "string".into(), vec![])]);
        assert_eq!(
            later.row(false).unwrap()["news"]["$.brand_new"]["string"]["sample"],
            "text of 6 characters"
        );
    }

    #[test]
    fn a_new_type_of_a_known_path_names_the_old_ones() {
        let known = ledger(Some(5), &json!({ "$": { "object": 1 }, "$.odd": { "number": 1, "string": 2 } }));
        let later = look(Some(&known), &[json!({ "odd": { "a": 1 } })], NOW);
        assert_eq!(
            told(&later)[0],
            ("$.odd".into(), "object".into(), vec!["number".into(), "string".into()])
        );
    }

    #[test]
    fn what_is_documented_is_no_news_and_what_contradicts_it_is_even_at_first() {
        let known = ledger(Some(5), &json!({ "$": { "object": 1 } }));
        let row = json!({ "video_id": "7", "customer_paths": { "prompts": ["a"], "ext_info": { "x": 1 } } });
        assert_eq!(told(&look(Some(&known), &[row], NOW)), []);
        let first = look(None, &[json!({ "prompt": ["a"] })], NOW);
        assert_eq!(told(&first)[0], ("$.prompt".into(), "array".into(), vec!["string".into()]));
    }

    #[test]
    fn what_says_nothing_is_neither_learned_nor_news() {
        let known = ledger(Some(5), &json!({ "$": { "object": 1 } }));
        let row = json!({ "a": null, "b": "", "c": [], "d": {}, "likes": 4, "queue_data": { "x": 1 } });
        let later = look(Some(&known), &[row], NOW);
        assert_eq!((told(&later), later.row(true)), (vec![], None));
    }

    #[test]
    fn a_complete_scan_ends_the_learning_and_so_does_a_week() {
        let known = ledger(None, &json!({ "$": { "object": 1 }, "$.odd": { "number": 1 } }));
        let quiet = look(Some(&known), &[json!({ "odd": 1 })], NOW);
        assert_eq!(quiet.row(false), None);
        assert_eq!(quiet.row(true).unwrap()["learned_ms"], NOW);
        let early = look(Some(&known), &[json!({ "fresh": 1 })], NOW);
        assert_eq!(told(&early), []);
        let late = look(Some(&known), &[json!({ "fresh": 1 })], NOW + LEARNING_MS);
        assert_eq!(told(&late).len(), 1);
        assert_eq!(late.row(true).unwrap()["learned_ms"], Value::Null, "it is over already");
    }

    #[test]
    fn a_ledger_that_is_full_takes_no_more() {
        let payload: Map<String, Value> = (0..2_000).map(|n| (format!("m{n}"), json!(1))).collect();
        let look = look(None, &[Value::Object(payload)], NOW);
        assert_eq!(look.row(false).unwrap()["paths"].as_object().unwrap().len(), MOST_PATHS);
    }
}
