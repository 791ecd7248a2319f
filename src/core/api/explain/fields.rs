//! The fields of an explanation: for each its value, who said it, the rule, and what was passed over.

use serde_json::{Map, Value, json};

use crate::core::api::asset_view::render_sighting;
use crate::core::api::explain::{Told, observation_id};
use crate::core::drift::case::with;
use crate::core::gather::set_of;
use crate::core::inventory::explain::{Explained, Passed, Why, explain_fields};
use crate::core::inventory::fold::choice::{Candidate, Key, Order, Unusable};
use crate::core::inventory::fold::{Member, evidence_of, referenced};
use crate::core::inventory::observe::Sighting;

/// The observations that everything rests on. Sightings that changed nothing stand in their page's row alone.
pub fn render_observations(told: &Told, members: &[Member<'_>]) -> Value {
    let mut shown = Vec::new();
    for member in members {
        for (digest, observed) in &member.observations {
            let sightings: Vec<Value> =
                observed.seen.iter().map(|seen| render_sighting(seen, &told.found.accounts)).collect();
            shown.push(json!({
                "id": observation_id(digest),
                "root": member.root,
                "digest": digest,
                "was_read": observed.said.is_some(),
                "sightings": sightings,
                "source_list": observed.facts().and_then(evidence_of),
                "warnings": observed.facts().map_or(&[][..], |facts| &facts.warnings),
            }));
        }
    }
    shown.into()
}

/// Every field by name.
pub fn render_fields(told: &Told, candidates: &[Candidate<'_>], members: &[Member<'_>]) -> Value {
    let mut fields = Map::new();
    for one in explain_fields(candidates) {
        for name in one.group.names {
            let value = one.winner.and_then(|winner| winner.says.get(*name)).filter(|value| !value.is_null());
            if value.is_some() || Some(name) == one.group.names.first() {
                fields.insert((*name).to_owned(), render_field(told, &one, name, value));
            }
        }
    }
    insert_named_url(&mut fields, members);
    let warnings = set_of(candidates.iter().flat_map(|one| one.facts.warnings.iter()));
    if !warnings.is_empty() {
        fields.insert("warnings".to_owned(), unchosen(json!(warnings), "union"));
    }
    Value::Object(fields)
}

fn render_field(told: &Told, one: &Explained<'_, '_>, name: &str, value: Option<&Value>) -> Value {
    let passed: Vec<Value> =
        one.passed.iter().map(|passed| render_passed(told, passed, name, value)).collect();
    json!({
        "value": value,
        "rule": rule_word(one.group.order),
        "chosen": one.winner.map(|winner| render_said(told, winner, &[name])),
        "passed_over": passed,
    })
}

/// A source that was never seen itself is shown by the url that a child gives it.
fn insert_named_url(fields: &mut Map<String, Value>, members: &[Member<'_>]) {
    let Some(url) = referenced(members).and_then(|said| said.url) else { return };
    match fields.get_mut("media_url").and_then(Value::as_object_mut) {
        Some(known) if known.get("value").is_some_and(Value::is_null) => {
            known.insert("value".to_owned(), url.into());
            known.insert("rule".to_owned(), "named_as_source".into());
        }
        Some(_) => {}
        None => {
            fields.insert("media_url".to_owned(), unchosen(url.into(), "named_as_source"));
        }
    }
}

fn unchosen(value: Value, rule: &str) -> Value {
    json!({ "value": value, "rule": rule, "chosen": null, "passed_over": [] })
}

/// What kind of file it is, and who says so.
pub fn render_media_type(told: &Told, candidates: &[Candidate<'_>]) -> Value {
    let chosen = Order::Description.first_of(candidates.iter());
    json!({
        "value": told.found.row.media_type,
        "rule": if chosen.is_some() { rule_word(Order::Description) } else { "named_as_source" },
        "chosen": chosen.map(|one| render_said(told, one, &["media_type"])),
    })
}

/// Which observation, and the sighting of it that counts.
pub fn render_candidate(told: &Told, one: &Candidate<'_>) -> Value {
    let seen = Sighting(one.feed, one.account.to_owned(), one.first_ms, one.last_ms);
    let mut shown = render_sighting(&seen, &told.found.accounts);
    if let Value::Object(members) = &mut shown {
        members.insert("observation".to_owned(), observation_id(one.digest).into());
        members.insert("root".to_owned(), one.root.as_str().into());
    }
    shown
}

/// The same, with where its payload gives these parts.
pub fn render_said(told: &Told, one: &Candidate<'_>, parts: &[&str]) -> Value {
    with(render_candidate(told, one), "paths", told.paths_in(one, parts))
}

fn render_passed(told: &Told, passed: &Passed<'_, '_>, name: &str, chosen: Option<&Value>) -> Value {
    let mut shown = render_said(told, passed.candidate, &[name]);
    if let Value::Object(members) = &mut shown {
        let value = passed.candidate.says.get(name).cloned().unwrap_or_default();
        members.insert("agrees".to_owned(), (Some(&value) == chosen).into());
        members.insert("value".to_owned(), value);
        members.insert("why".to_owned(), why_word(passed.why).into());
        if let Why::Withheld(warning) = passed.why {
            members.insert("path".to_owned(), warning.path.as_str().into());
            members.insert("paths".to_owned(), json!([warning.path]));
        }
    }
    shown
}

const fn rule_word(order: Order) -> &'static str {
    match order {
        Order::State => "latest_sighting_first",
        Order::Description => "best_feed_first",
        Order::Sources => "best_feed_then_latest_sighting",
    }
}

fn why_word(why: Why<'_>) -> &'static str {
    match why {
        Why::Behind(key) => key_word(key),
        Why::Unusable(Unusable::Absent) => "absent",
        Why::Unusable(Unusable::Blank) => "blank",
        Why::Unusable(Unusable::Unknown) => "unknown",
        Why::Withheld(warning) if warning.code == "placeholder_media" => "placeholder",
        Why::Withheld(_) => "withheld",
    }
}

/// Why something stands behind what was chosen.
pub const fn key_word(key: Key) -> &'static str {
    match key {
        Key::Feed => "worse_feed",
        Key::Record => "behind_request_record",
        Key::Answer => "behind_an_answer",
        Key::First => "first_seen_later",
        Key::Latest => "last_seen_earlier",
        Key::Digest => "larger_digest",
    }
}
