//! `field_disagrees`: two feeds give usable, different values for a field that describes how an asset came to be. What
//! changes over an asset's life is no disagreement; neither is what one feed leaves out, spells otherwise, or rounds.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::core::alias::Scheme;
use crate::core::drift::case::{Case, Looked, saying, shown};
use crate::core::drift::finding::Finding;
use crate::core::drift::kind::Kind;
use crate::core::gather::object_of;
use crate::core::inventory::fold::choice::{Candidate, GROUPS, Group, Order};
use crate::core::media::{Feed, Status};

/// Providers round lengths differently: 5 and 5.04 are one length.
const DURATION_S: f64 = 0.5;
/// A job's row and its result may be stamped minutes apart.
const CREATED_MS: f64 = 600_000.0;

/// Left out: which account a row is about (accounts are a set), and settings, which are compared name by name.
const NOT_COMPARED: [&str; 2] = ["provider_account", "settings"];

/// One feed's word: its candidate, what it says, and that in the form in which it is compared.
struct Word<'a> {
    candidate: &'a Candidate<'a>,
    value: Value,
    canonical: Value,
}

/// Every field about which feeds disagree.
pub fn disagreements(case: &Case<'_>) -> Looked {
    // One voice has nobody to disagree with.
    if case.candidates.len() < 2 {
        return Some(Vec::new());
    }
    let mut found = Vec::new();
    for group in GROUPS.iter().filter(|group| group.order == Order::Description) {
        let Some(name) = group.names.first().filter(|name| !NOT_COMPARED.contains(name)) else { continue };
        found.extend(compare(case, name, &words(case, group)));
    }
    if let Some(settings) = GROUPS.iter().find(|group| group.names.contains(&"settings")) {
        for (name, words) in settings_by_name(case, settings) {
            found.extend(compare(case, &format!("settings.{name}"), &words));
        }
    }
    found.extend(compare(case, "media_url", &files(case)));
    Some(found)
}

/// The finding about one field, when a feed's word is not the word of the best.
fn compare(case: &Case<'_>, name: &str, words: &[Word<'_>]) -> Option<Finding> {
    let (best, others) = words.split_first()?;
    if others.iter().all(|other| is_same(name, &best.canonical, &other.canonical)) {
        return None;
    }
    let parts = if name == "width" { &["width", "height"][..] } else { &[name] };
    let says = words.iter().map(|word| saying(word.candidate, parts, word.value.clone()));
    let evidence: Vec<Value> = says.collect();
    let gist =
        object_of(words.iter().map(|word| (word.candidate.feed.as_str().to_owned(), word.canonical.clone())));
    let rule = if name == "media_url" { "latest_then_best_feed" } else { "best_feed_then_first" };
    let field = name.split('.').next().unwrap_or(name);
    let decided = json!({ "field": field, "value": case.field(field).cloned().map(shown), "rule": rule });
    Some(case.finding(Kind::FieldDisagrees, name, json!({ "field": name, "says": evidence }), decided, gist))
}

/// For each feed, the candidate that it would be believed by, best feed first.
fn voices<'a>(
    case: &'a Case<'_>,
    order: Order,
    is_usable: impl Fn(&Candidate<'_>) -> bool,
) -> impl Iterator<Item = &'a Candidate<'a>> {
    Feed::ALL.iter().filter_map(move |feed| {
        let said = case.candidates.iter().filter(|one| one.feed == *feed && is_usable(one));
        order.first_of(said)
    })
}

fn words<'a>(case: &'a Case<'_>, group: &Group) -> Vec<Word<'a>> {
    let speaking = voices(case, group.order, |one| group.unusable(one).is_none());
    let words = speaking.filter_map(|candidate| {
        let value = match group.names {
            [one] => candidate.says.get(*one)?.clone(),
            ["operation", ..] => candidate.says.get("operation")?.clone(),
            several => {
                let all: Vec<Value> =
                    several.iter().filter_map(|name| candidate.says.get(*name).cloned()).collect();
                if all.len() < several.len() || all.iter().any(Value::is_null) {
                    return None;
                }
                Value::Array(all)
            }
        };
        let canonical = canonical(group.names.first()?, &value)?;
        Some(Word { candidate, value, canonical })
    });
    words.collect()
}

fn settings_by_name<'a>(case: &'a Case<'_>, group: &Group) -> BTreeMap<String, Vec<Word<'a>>> {
    let mut by_name: BTreeMap<String, Vec<Word<'a>>> = BTreeMap::new();
    for candidate in voices(case, group.order, |one| group.unusable(one).is_none()) {
        for (name, text) in &candidate.facts.settings {
            let value = Value::String(text.clone());
            let Some(canonical) = canonical("settings", &value) else { continue };
            by_name.entry(name.clone()).or_default().push(Word { candidate, value, canonical });
        }
    }
    by_name
}

/// The file of each feed's latest finished row. Its url changes with every signature; its object key does not.
fn files<'a>(case: &'a Case<'_>) -> Vec<Word<'a>> {
    let is_finished =
        |one: &Candidate<'_>| one.facts.status == Status::Completed && one.facts.media_url.is_some();
    let words = voices(case, Order::State, is_finished).filter_map(|candidate| {
        let key = candidate.facts.aliases.iter().find(|alias| alias.scheme == Scheme::Key)?;
        let value = candidate.says.get("media_url")?.clone();
        Some(Word { candidate, value, canonical: key.value.clone().into() })
    });
    words.collect()
}

/// A value in the form in which it is compared; `None` for one that says nothing.
fn canonical(name: &str, value: &Value) -> Option<Value> {
    match (name, value) {
        ("model", Value::String(text)) => Some(folded(text).into()),
        // Zero and below ask the provider to choose.
        ("seed", Value::String(text)) => (!matches!(text.as_str(), "0" | "-1")).then(|| text.clone().into()),
        ("settings", Value::String(text)) => setting(text),
        ("segments", Value::Array(segments)) => Some(segments.iter().map(segment).collect()),
        (_, Value::String(text)) => Some(spaced(text).into()),
        (_, Value::Array(items)) => Some(items.iter().map(text_of).collect()),
        (_, other) => Some(other.clone()),
    }
}

fn setting(text: &str) -> Option<Value> {
    let text = folded(text);
    match text.as_str() {
        "" | "auto" | "default" => None,
        "true" => Some("1".into()),
        "false" => Some("0".into()),
        _ => Some(text.into()),
    }
}

fn segment(segment: &Value) -> Value {
    // Halves of a second, so that rounding does not show.
    let halves = segment.get("duration_s").and_then(Value::as_f64).map(|seconds| (seconds * 2.0).round());
    json!([segment.get("prompt").map(text_of), halves])
}

fn text_of(value: &Value) -> Value {
    value.as_str().map_or_else(|| value.clone(), |text| spaced(text).into())
}

fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Runs of white space are one space.
fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_same(name: &str, one: &Value, other: &Value) -> bool {
    let tolerance = match name {
        "duration_s" => DURATION_S,
        "created_ms" => CREATED_MS,
        _ => return one == other,
    };
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => (one - other).abs() <= tolerance,
        _ => one == other,
    }
}
