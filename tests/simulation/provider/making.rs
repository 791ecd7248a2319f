//! Media that are being made: taken once under a key, worked on for a while, ended one way or another.

use driftline::core::media::{Making, MediaType};
use driftline::core::step::Reply;
use serde_json::{Value, json};

use super::item::{Item, Source};
use super::{Provider, refusal, success};
use crate::support::dice::Dice;

const WORK_MS: i64 = 20_000;

impl Provider {
    /// Takes a request; one that comes again under its key gets its first answer again.
    pub(super) fn create(&mut self, account: u64, path: &str, body: &Value, dice: &mut Dice) -> Reply {
        let media_type = match path {
            "video/t2v" | "video/i2v" | "video/extend" | "video/frames" => MediaType::Video,
            "image/t2i" | "image/i2i" => MediaType::Image,
            other => panic!("nobody asks for {other}"),
        };
        let key = body["idempotency_key"].as_str().expect("a key").to_owned();
        if let Some(known) = self.made.get(&key) {
            return self.created(media_type, known);
        }
        if dice.one_in(12) {
            return refusal(200, dice.pick(&[500_044, 500_043, 500_063]));
        }
        let count = body["create_count"].as_u64().unwrap_or(1);
        let places: Vec<usize> = (0..count).map(|_| self.begin(account, media_type, body, dice)).collect();
        self.made.insert(key, places.clone());
        self.created(media_type, &places)
    }

    fn created(&self, media_type: MediaType, places: &[usize]) -> Reply {
        let ids: Vec<u64> = places.iter().map(|place| self.items[*place].number).collect();
        let member = format!("{media_type}_ids");
        success(&json!({ member: ids, "success_ids": ids, "fail_count": 0, "cost_credits": 10 * ids.len() }))
    }

    fn begin(&mut self, account: u64, media_type: MediaType, body: &Value, dice: &mut Dice) -> usize {
        let ends = (self.now + WORK_MS, dice.pick(&[1, 1, 1, 7, 8]));
        let item = Item {
            number: self.next_number(),
            media_type,
            making: Making::Created,
            status: 5,
            prompt: body["prompt"].as_str().unwrap_or_default().to_owned(),
            sources: self.sources_in(body),
            created_ms: self.now,
            edition: 0,
            likes: 0,
            is_nested: dice.one_in(2),
            sick: None,
            accounts: [account].into(),
            unsettled_ms: self.now,
            ends: Some(ends),
            is_rewritten: false,
        };
        self.put_first(item)
    }

    /// The sources that a request names by their files.
    fn sources_in(&self, body: &Value) -> Vec<Source> {
        let mut keys = Vec::new();
        for (name, value) in body.as_object().into_iter().flatten() {
            if name.starts_with("customer_img_path") {
                let list = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
                keys.extend(list.iter().filter_map(Value::as_str).map(ToOwned::to_owned));
            }
        }
        keys.into_iter()
            .map(|key| {
                let place = self.items.iter().position(|item| item.key() == key).unwrap_or(usize::MAX);
                Source { place, number: None, key: Some(key), media_type: MediaType::Image }
            })
            .collect()
    }

    /// What has been worked on long enough ends.
    pub fn ripen(&mut self) {
        for item in &mut self.items {
            if let Some((at_ms, status)) = item.ends.filter(|(at_ms, _)| *at_ms <= self.now) {
                (item.status, item.ends) = (status, None);
                item.unsettled_ms = item.unsettled_ms.max(at_ms);
            }
        }
    }
}
