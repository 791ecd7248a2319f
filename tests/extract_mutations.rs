//! The extractor under fire: fixtures with members dropped, swapped, retyped and wrapped at random must still be read,
//! the same way each time. The seed of a failing round is printed.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail, its helpers too"
)]

use std::fs;

use driftline::core::inspect::inspect_payload;
use driftline::core::payload::{cleaned, reading_digest, shape};
use driftline::{MediaType, extract};
use serde_json::{Map, Value, json};

const ROUNDS: u64 = 25;

/// A small generator of our own (SplitMix64), so that a seed means the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.roll() % end as u64).unwrap()
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

fn fixtures() -> Vec<(String, Value)> {
    let folder = format!("{}/fixtures/pixverse", env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let read = |path: &std::path::PathBuf| {
        let text = cleaned(&fs::read_to_string(path).unwrap()).unwrap().json;
        (path.file_stem().unwrap().to_str().unwrap().to_owned(), serde_json::from_str(&text).unwrap())
    };
    files.iter().map(read).collect()
}

fn odd_values() -> Vec<Value> {
    let texts = [
        "",
        " ",
        "null",
        "(undefined)",
        "0",
        "1",
        "-1",
        "\u{0}",
        "\u{fffd}",
        "upload/a.png",
        "upload%2Fa%23.png",
        "//",
        "https://",
        "http://[::1",
        "https://media.pixverse.ai/%ff%fe",
        "pixverse/jpg/media/default.jpg",
        "extend",
        "transition",
        "fusion",
        "1b1b0000-0000-4000-8000-00000000000a",
        "日本語/ü",
        "a%",
        "\\upload\\x.png",
        "2026-11-02 08:00:01",
        "9e999",
    ];
    let numbers = [json!(0), json!(1), json!(-1), json!(1.5), json!(u64::MAX), json!(i64::MIN), json!(1e300)];
    let others = [
        json!(null),
        json!(true),
        json!(false),
        json!([]),
        json!({}),
        json!([[]]),
        json!([null, "", {}]),
        json!({"url": {"url": 1}}),
    ];
    texts.iter().map(|text| json!(text)).chain(numbers).chain(others).collect()
}

/// Changes one random place in the tree.
fn mutate(value: &mut Value, donors: &[Value], dice: &mut Dice) {
    match value {
        Value::Object(members) if !members.is_empty() && dice.below(4) > 0 => {
            let names: Vec<String> = members.keys().cloned().collect();
            let name = dice.pick(&names).clone();
            match dice.below(6) {
                0 => drop(members.remove(&name)),
                1 => drop(rename(members, &name, dice.pick(&names).clone())),
                2 => drop(members.insert(name, dice.pick(donors).clone())),
                _ => mutate(&mut members[&name], donors, dice),
            }
        }
        Value::Array(entries) if !entries.is_empty() && dice.below(4) > 0 => {
            let at = dice.below(entries.len());
            match dice.below(4) {
                0 => drop(entries.remove(at)),
                1 => entries.push(dice.pick(donors).clone()),
                _ => mutate(&mut entries[at], donors, dice),
            }
        }
        Value::String(text) if dice.below(2) == 0 => {
            let at = (0..=text.len())
                .rev()
                .find(|at| text.is_char_boundary(*at) && *at <= dice.below(text.len() + 1));
            text.truncate(at.unwrap_or(0));
        }
        other => {
            *other = match dice.below(4) {
                0 => json!([other.clone(), other.clone()]),
                1 => json!({"metadata": other.clone(), "Resp": other.clone()}),
                _ => dice.pick(donors).clone(),
            }
        }
    }
}

fn rename(members: &mut Map<String, Value>, from: &str, to: String) -> Option<Value> {
    let value = members.remove(from)?;
    members.insert(to, value)
}

fn check(seed: u64, payload: &Value) {
    let text = payload.to_string();
    for media_type in MediaType::ALL {
        let facts = extract("pixverse", *media_type, &text);
        assert_eq!(facts, extract("pixverse", *media_type, &text), "seed {seed}: {text}");
        let facts = match facts {
            Ok(facts) => facts,
            Err(refused) => {
                assert!(!payload.is_object(), "seed {seed}: {refused}: {text}");
                continue;
            }
        };
        let positions: std::collections::BTreeSet<u32> =
            facts.parents.iter().map(|parent| parent.position).collect();
        assert_eq!(positions.len(), facts.parents.len(), "seed {seed}: two sources in one slot: {text}");
        assert!(
            facts.parents.iter().all(|parent| !parent.aliases.is_empty()),
            "seed {seed}: a source without identity: {text}"
        );
        let shown = serde_json::to_string(&facts).unwrap();
        assert!(!shown.contains("\\u0000"), "seed {seed}: NUL in {shown}");
        assert_eq!(
            facts,
            serde_json::from_str(&shown).unwrap(),
            "seed {seed}: facts do not survive their JSON"
        );
        assert_eq!(reading_digest(&facts, &shape(payload)).len(), 32);
        assert!(inspect_payload("pixverse", media_type.as_str(), &text).is_ok());
    }
}

#[test]
fn mutated_fixtures_are_read_and_never_panic() {
    let fixtures = fixtures();
    let mut donors = odd_values();
    donors.extend(fixtures.iter().map(|(_, payload)| payload.clone()).take(20));
    for seed in 0..ROUNDS {
        let mut dice = Dice(seed);
        for (_, payload) in &fixtures {
            let mut payload = payload.clone();
            for _ in 0..=dice.below(6) {
                mutate(&mut payload, &donors, &mut dice);
            }
            check(seed, &payload);
        }
    }
}

#[test]
fn personal_members_and_their_absence_read_the_same() {
    for (name, payload) in fixtures() {
        let mut with_person = payload.clone();
        with_person["nick_name"] = json!("somebody");
        with_person["likes"] = json!(12);
        let media_type = MediaType::parse(name.split('-').next().unwrap()).unwrap();
        let digest = |payload: &Value| {
            reading_digest(&extract("pixverse", media_type, &payload.to_string()).unwrap(), &shape(payload))
        };
        assert_eq!(digest(&payload), digest(&with_person), "{name}");
        assert_eq!(cleaned(&with_person.to_string()).unwrap().cut, ["$.nick_name"], "{name}");
    }
}

#[test]
fn truncated_text_is_refused_or_read_but_never_panics() {
    for (_, payload) in fixtures() {
        let text = payload.to_string();
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)).step_by(7) {
            assert!(extract("pixverse", MediaType::Video, &text[..end]).is_err());
        }
    }
}

#[test]
fn a_list_without_end_is_cut_and_noted() {
    let sources: Vec<String> = (0..5000).map(|at| format!("upload/{at}.png")).collect();
    let payload = json!({"video_id": 1, "create_mode": "transition", "customer_img_paths": sources});
    let facts = extract("pixverse", MediaType::Video, &payload.to_string()).unwrap();
    assert_eq!(facts.parents.len(), 2048);
    assert_eq!(facts.warnings[0].code, "too_many_sources");
}
