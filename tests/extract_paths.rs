//! Where the extractor says it read something: the path leads to a value from which the fact follows, and another value
//! there is another fact. Over every fixture as it is stored, plain and inside an answer.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail, its helpers too")]

use std::fs;

use driftline::core::facts::{Context, Facts};
use driftline::core::media::{MediaType, Operation, Status};
use driftline::core::media_url::{absolute, object_key, uuid_in};
use driftline::core::paths::Paths;
use driftline::core::payload::cleaned;
use driftline::core::providers::{extract_in, paths_in};
use serde_json::{Value, json};

/// One payload as it is stored, with all that is read out of it.
struct Read {
    name: String,
    context: Context,
    payload: Value,
    facts: Facts,
    paths: Paths,
}

impl Read {
    fn of(name: &str, context: Context, payload: Value) -> Self {
        let text = payload.to_string();
        let facts = extract_in("pixverse", context, &text).unwrap();
        let paths = paths_in("pixverse", context, &text).unwrap();
        Self { name: name.to_owned(), context, payload, facts, paths }
    }

    /// A part by the name that a path has it under, as the facts give it.
    fn part(&self, part: &str) -> Value {
        let facts = serde_json::to_value(&self.facts).unwrap();
        if let Some(alias) = part.strip_prefix("aliases[").and_then(|rest| rest.strip_suffix(']')) {
            return self.facts.lists(alias).into();
        }
        if let Some(name) = part.strip_prefix("settings.") {
            let found = self.facts.settings.iter().find(|(known, _)| known == name);
            return found.map_or(Value::Null, |(_, text)| text.clone().into());
        }
        match part.rsplit_once('.') {
            Some((entry, "role")) => at(&facts, &format!("$.{entry}.relation")).clone(),
            _ => at(&facts, &format!("$.{part}")).clone(),
        }
    }
}

/// What stands at a JSON path.
fn at<'v>(value: &'v Value, path: &str) -> &'v Value {
    let mut found = value;
    for step in path.strip_prefix('$').unwrap().split(['.', '[']).filter(|step| !step.is_empty()) {
        let next = match step.strip_suffix(']') {
            Some(index) => found.get(index.parse::<usize>().unwrap()),
            None => found.get(step),
        };
        found = next.unwrap_or(&Value::Null);
    }
    found
}

fn at_mut<'v>(value: &'v mut Value, path: &str) -> &'v mut Value {
    let mut found = value;
    for step in path.strip_prefix('$').unwrap().split(['.', '[']).filter(|step| !step.is_empty()) {
        found = match step.strip_suffix(']') {
            Some(index) => found.get_mut(index.parse::<usize>().unwrap()).unwrap(),
            None => found.get_mut(step).unwrap(),
        };
    }
    found
}

fn fixtures() -> Vec<Read> {
    let folder = format!("{}/fixtures/pixverse", env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut all = Vec::new();
    for path in files {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let media_type = MediaType::parse(name.split('-').next().unwrap()).unwrap();
        let text = cleaned(&fs::read_to_string(&path).unwrap()).unwrap().json;
        let payload: Value = serde_json::from_str(&text).unwrap();
        let context = Context { media_type, api: None, making: None };
        let answer = json!({ "ErrCode": 0, "ErrMsg": "Success", "Resp": { "items": [payload.clone()] } });
        all.push(Read::of(&format!("{name} in an answer"), context, answer));
        all.push(Read::of(name, context, payload));
    }
    let record = Context { media_type: MediaType::Video, api: None, making: None };
    all.extend(records().into_iter().map(|(name, payload)| Read::of(name, record, payload)));
    all
}

/// Requests made here, as they are recorded.
fn records() -> Vec<(&'static str, Value)> {
    let input = |media_type: &str, at: u32| {
        json!({ "media_type": media_type, "relation": "TRANSITION_INPUT", "position": at, "name": "x", "id": at.to_string(),
                "url": format!("https://media.pixverse.ai/upload/{at}.png"), "aliases": [format!("key:pixverse:upload/{at}.png")] })
    };
    let record = |operation: &str, parameters: Value, inputs: Value| {
        json!({ "driftline_generation": "gen_1", "asset_id": "98765432109876543210", "operation": operation, "media_type": "video",
                "model": "v6", "prompt": "a fox", "negative_prompt": "fog", "parameters": parameters, "inputs": inputs })
    };
    let stretches = json!({ "prompts": ["one", "two"], "durations": [5, 8], "quality": "720p", "seed": 7 });
    let inputs = json!([input("image", 0), { "broken": true }, input("image", 2)]);
    vec![
        ("record of one stretch", record("video_transition", json!({ "duration": 5 }), json!([]))),
        ("record of two stretches", record("video_transition", stretches, inputs)),
    ]
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

fn number_of(value: &Value) -> Option<f64> {
    text_of(value).trim().parse().ok()
}

/// Whether a fact is what its value comes to, after nothing more than is written down: white space at the ends, NUL,
/// the case of a uuid, the spelling of a url, and text parts of a prompt that is JSON.
fn follows(part: &str, fact: &Value, value: &Value, facts: &Facts) -> bool {
    let text = text_of(value);
    let plain = text.trim().replace('\0', "");
    let is_uuid = |uuid: &str| plain.eq_ignore_ascii_case(uuid) || uuid_in(&text).as_deref() == Some(uuid);
    if let Some(alias) = part.strip_prefix("aliases[").and_then(|rest| rest.strip_suffix(']')) {
        let (scheme, rest) = alias.split_once(':').unwrap();
        let last = rest.rsplit(':').next().unwrap();
        return match scheme {
            "key" => object_key(&text).as_deref() == Some(rest),
            "uuid" => is_uuid(last),
            _ => last == plain,
        };
    }
    match part.rsplit('.').next().unwrap() {
        "media_url" | "thumbnail_url" | "preview_url" | "url" => absolute(&text).as_deref() == fact.as_str(),
        "width" | "height" | "duration_s" => number_of(value) == fact.as_f64(),
        "uuid" => is_uuid(fact.as_str().unwrap()),
        "created_ms" => {
            let number = number_of(value).map(|number| if number < 1e11 { number * 1000.0 } else { number });
            let read = driftline::core::clock::parse_rfc3339(plain.as_str())
                .or_else(|| driftline::core::clock::parse_utc(plain.as_str()));
            number.is_some_and(|number| fact.as_f64() == Some(number.floor())) || read == fact.as_i64()
        }
        "prompts" => {
            let prompt = fact.get(0).and_then(Value::as_str).unwrap();
            prompt == text.replace('\0', "") || prompt.split_whitespace().all(|word| text.contains(word))
        }
        "prompt" | "negative_prompt" => fact.as_str() == Some(&text.replace('\0', "")),
        // What they say is judged by tables of its own; here only that something is said.
        "status" | "operation" | "media_type" | "relation" | "role" => !value.is_null(),
        "aliases" => {
            let entry = facts.parents.iter().find(|entry| json!(entry) == *fact || fact.is_array()).unwrap();
            value.as_array().is_some_and(|texts| texts.len() >= entry.aliases.len().min(1))
        }
        "asset_id" if uuid_in(&plain).is_some() => is_uuid(fact.as_str().unwrap()),
        _ => fact.as_str() == Some(&plain),
    }
}

#[test]
fn what_stands_at_a_path_comes_to_the_fact() {
    let mut checked = 0;
    for read in fixtures() {
        for (part, path) in read.paths.iter() {
            let (fact, value) = (read.part(part), at(&read.payload, path));
            assert!(
                follows(part, &fact, value, &read.facts),
                "{}: {part} is {fact}, and at {path} stands {value}",
                read.name
            );
            checked += 1;
        }
    }
    assert!(checked > 2_500, "only {checked} paths were looked at");
}

/// Another value of the same type.
fn other(value: &Value) -> Option<Value> {
    match value {
        Value::String(text) => {
            let next = |c: char| c.to_digit(10).and_then(|digit| char::from_digit((digit + 1) % 10, 10));
            let shifted: String = text.chars().map(|c| next(c).unwrap_or(c)).collect();
            // A url's query may be no part of what is read.
            let (file, query) = shifted.split_at(shifted.find('?').unwrap_or(shifted.len()));
            Some(format!("{file}7{query}").into())
        }
        Value::Number(number) => {
            // As text, so that a long id is still one.
            let text = number.to_string();
            serde_json::from_str(&format!("7{}", text.trim_start_matches('-'))).ok()
        }
        Value::Bool(flag) => Some((!flag).into()),
        _ => None,
    }
}

#[test]
fn another_value_at_a_path_is_another_fact() {
    let told_by_tables = ["status", "operation", "media_type", "relation", "role", "aliases"];
    let mut checked = 0;
    for read in fixtures() {
        for (part, path) in read.paths.iter() {
            if part.rsplit('.').next().is_some_and(|last| told_by_tables.contains(&last)) {
                continue;
            }
            let mut payload = read.payload.clone();
            let Some(changed) = other(at(&payload, path)) else {
                panic!("{}: at {path} stands no value", read.name);
            };
            *at_mut(&mut payload, path) = changed;
            let after = Read::of(&read.name, read.context, payload);
            assert!(
                after.part(part) != read.part(part) || !after.paths.of(part).contains(&path),
                "{}: {part} is still {} though {path} is {}",
                read.name,
                read.part(part),
                at(&after.payload, path)
            );
            checked += 1;
        }
    }
    assert!(checked > 1_500, "only {checked} paths were looked at");
}

#[test]
fn whatever_is_said_has_a_path() {
    for read in fixtures() {
        let facts = serde_json::to_value(&read.facts).unwrap();
        let mut parts: Vec<String> = Vec::new();
        for name in [
            "asset_id",
            "create_mode",
            "status_code",
            "media_url",
            "thumbnail_url",
            "preview_url",
            "width",
            "height",
            "duration_s",
            "model",
            "seed",
            "created_ms",
            "name",
            "provider_account",
            "prompts",
            "negative_prompt",
            "generation_id",
        ] {
            if facts.get(name).is_some_and(|value| !value.is_null() && *value != json!([])) {
                parts.push(name.to_owned());
            }
        }
        parts.extend(read.facts.settings.iter().map(|(name, _)| format!("settings.{name}")));
        parts.extend(read.facts.aliases.iter().map(|alias| format!("aliases[{alias}]")));
        for (place, entry) in read.facts.parents.iter().enumerate() {
            let said = [
                ("url", entry.url.is_some()),
                ("id", entry.id.is_some()),
                ("uuid", entry.uuid.is_some()),
                ("name", entry.name.is_some()),
            ];
            let said = said.iter().filter(|(_, is_said)| *is_said);
            parts.extend(said.map(|(member, _)| format!("parents[{place}].{member}")));
        }
        for (place, segment) in read.facts.segments.iter().enumerate() {
            parts.extend(segment.prompt.is_some().then(|| format!("segments[{place}].prompt")));
            parts.extend(segment.duration_s.is_some().then(|| format!("segments[{place}].duration_s")));
        }
        // Without a code or a mode, what is left out says how it stands and what was done.
        if read.facts.status != Status::Unknown && read.facts.status_code.is_some() {
            parts.push("status".to_owned());
        }
        if read.facts.create_mode.is_some() && read.facts.operation != Some(Operation::Unknown) {
            parts.push("operation".to_owned());
        }
        for part in parts {
            assert!(!read.paths.of(&part).is_empty(), "{}: nothing says where {part} was read", read.name);
        }
    }
}
