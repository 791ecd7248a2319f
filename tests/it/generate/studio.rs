//! A provider that makes things, as far as these tests need one: it takes requests by their keys, works for a while, and
//! tells how its outputs stand, by id and in its library.

use std::collections::{BTreeMap, VecDeque};

use driftline::core::clock::rfc3339;
use driftline::core::step::{NowMs, ProviderCall, Reply};
use serde_json::{Map, Value, json};

use super::store::Store;
use crate::shelf::{refusal, success};

/// How long it works on an output.
pub const WORK_MS: NowMs = 10_000;

/// What becomes of the next request.
#[derive(Clone, Debug)]
pub enum Next {
    /// It is answered so, and nothing is made.
    Refused(Reply),
    /// It is taken, and the answer is lost.
    Lost,
    /// It is lost on its way.
    NeverArrived,
    /// It is answered with this `Resp`, and nothing is made.
    Told(Value),
}

/// One output.
#[derive(Clone, Debug)]
struct Made {
    id: u64,
    is_image: bool,
    row: Map<String, Value>,
    ready_ms: NowMs,
    code: i64,
}

/// The provider.
#[derive(Clone, Default)]
pub struct Studio {
    pub now: NowMs,
    /// What becomes of the next requests; when used up, they are taken.
    pub next: VecDeque<Next>,
    /// The status codes with which the next outputs end; when used up, 1.
    pub ends: VecDeque<i64>,
    /// How many of the outputs of the next requests are refused at once.
    pub refuses: VecDeque<u32>,
    /// Every request that arrived, in order: path and body.
    pub requests: Vec<(String, Value)>,
    /// The keys under which requests arrived, in order.
    pub keys: Vec<String>,
    /// How often each key was acted on.
    pub acted: BTreeMap<String, u32>,
    /// Ids that were asked for, in order.
    pub asked: Vec<u64>,
    /// Replies to the next questions by id.
    pub stumbles: VecDeque<Reply>,
    /// Ids and times that depend on the prompt alone, so that two runs can be compared: when everything was made.
    pub steady: Option<NowMs>,
    /// Whether what is done has no media yet.
    pub is_without_media: bool,
    /// Whether what is made does not show in the library yet.
    pub hides_new: bool,
    /// Where the library's uploads lie.
    pub store: Store,
    answers: BTreeMap<String, Value>,
    uploads: u64,
    made: Vec<Made>,
}

impl Studio {
    pub fn answer(&mut self, call: &ProviderCall) -> Reply {
        assert!(call.sandbox && (call.credential.is_some() || call.file.is_some()));
        let path = call.path.trim_start_matches("/creative_platform/").trim_start_matches("/openapi/v2/");
        let body: Value =
            call.body.as_deref().and_then(|body| serde_json::from_str(body).ok()).unwrap_or_default();
        if (call.path.starts_with("/creative_platform") || call.file.is_some())
            && let Some(reply) = self.store.answer(call, path, &body)
        {
            return reply;
        }
        match path {
            "video/list/detail" => self.detail(&body["video_id"], "video_id"),
            "image/detail" => self.detail(&body["image_id"], "image_id"),
            "video/frame/last" => {
                success(&json!({ "last_frame": "https://media.pixverse.ai/upload/last.png" }))
            }
            "image/upload" | "media/upload" => self.upload(path),
            _ if path.contains("/result/") => self.result(path),
            _ => self.create(call, path, body),
        }
    }

    fn upload(&mut self, path: &str) -> Reply {
        self.uploads += 1;
        self.requests.push((path.to_owned(), Value::Null));
        let id = 900_000 + self.uploads;
        success(&json!({ "img_id": id, "img_url": format!("https://media.pixverse.ai/upload/{id}.png") }))
    }

    fn create(&mut self, call: &ProviderCall, path: &str, body: Value) -> Reply {
        let trace =
            call.headers.iter().find(|(name, _)| *name == "ai-trace-id").map(|(_, value)| value.clone());
        let key = body["idempotency_key"].as_str().map(ToOwned::to_owned).or(trace).expect("a key");
        let next = self.next.pop_front();
        if matches!(next, Some(Next::NeverArrived)) {
            return cut();
        }
        self.requests.push((path.to_owned(), body.clone()));
        self.keys.push(key.clone());
        if let Some(known) = self.answers.get(&key) {
            return success(known);
        }
        match next {
            Some(Next::Refused(reply)) => return reply,
            Some(Next::Told(resp)) => return success(&resp),
            _ => {}
        }
        *self.acted.entry(key.clone()).or_default() += 1;
        let resp = self.make(call, path, &body);
        self.answers.insert(key, resp.clone());
        if matches!(next, Some(Next::Lost)) { cut() } else { success(&resp) }
    }

    fn make(&mut self, call: &ProviderCall, path: &str, body: &Value) -> Value {
        let is_image = path.starts_with("image/");
        let count = body["create_count"].as_u64().unwrap_or(1);
        let refused = u64::from(self.refuses.pop_front().unwrap_or(0));
        let ids: Vec<u64> = (refused..count).map(|slot| self.make_one(path, body, slot)).collect();
        if call.path.starts_with("/openapi") {
            return json!({ if is_image { "image_id" } else { "video_id" }: ids[0], "credits": 45 });
        }
        let member = if is_image { "image_ids" } else { "video_ids" };
        json!({ member: ids, "success_ids": ids, "fail_count": refused, "cost_credits": 10 * ids.len() })
    }

    fn make_one(&mut self, path: &str, body: &Value, slot: u64) -> u64 {
        let id = 431_000_000_000_001 + self.number(body, slot);
        let is_image = path.starts_with("image/");
        let mut row = Map::new();
        let mut put = |name: &str, value: Value| row.insert(name.to_owned(), value);
        put(if is_image { "image_id" } else { "video_id" }, id.into());
        put("account_id", 77.into());
        put("prompt", body["prompt"].clone());
        put("model", body["model"].clone());
        put("quality", body["quality"].clone());
        put("created_at", rfc3339(self.steady.unwrap_or(self.now)).into());
        let mode = match path {
            "video/t2v" | "image/t2i" => None,
            "video/frames" => Some("transition"),
            "video/extend" => Some("extend"),
            "video/i2v" => Some("i2v"),
            "image/i2i" => Some("create_image"),
            _ => None,
        };
        if let Some(mode) = mode {
            put("create_mode", mode.into());
        }
        let sources = body
            .as_object()
            .unwrap()
            .iter()
            .filter(|(name, _)| name.starts_with("customer_") || *name == "original_video_id");
        let sources: Map<String, Value> =
            sources.map(|(name, value)| (name.clone(), value.clone())).collect();
        if !sources.is_empty() {
            put("customer_paths", Value::Object(sources));
        }
        // Of two outputs of one steady prompt the second one fails.
        let usual = if self.steady.is_some() && slot == 1 { 8 } else { 1 };
        let code = self.ends.pop_front().unwrap_or(usual);
        self.made.push(Made { id, is_image, row, ready_ms: self.now + WORK_MS, code });
        id
    }

    fn number(&self, body: &Value, slot: u64) -> u64 {
        if self.steady.is_none() {
            return u64::try_from(self.made.len()).unwrap();
        }
        let words = body["prompt"].as_str().unwrap();
        let number: u64 = words.rsplit(' ').next().unwrap().parse().unwrap();
        10 * number + slot
    }

    /// The rows of a listing, newest first.
    pub fn rows(&self, listing: &str) -> Vec<String> {
        if listing.ends_with("/uploaded") {
            return self.store.rows(listing);
        }
        if self.hides_new {
            return Vec::new();
        }
        let wanted = match listing {
            "video/created" => false,
            "image/created" => true,
            _ => return Vec::new(),
        };
        let rows = self.made.iter().rev().filter(|made| made.is_image == wanted);
        rows.map(|made| self.row(made).to_string()).collect()
    }

    fn row(&self, made: &Made) -> Value {
        let mut row = made.row.clone();
        let code = if self.now < made.ready_ms { 5 } else { made.code };
        row.insert(if made.is_image { "image_status" } else { "video_status" }.to_owned(), code.into());
        if code == 1 && !self.is_without_media {
            let (member, url) = match made.is_image {
                true => ("image_url", format!("https://media.pixverse.ai/pixverse/i2i/ori/{}.png", made.id)),
                false => {
                    ("url", format!("https://media.pixverse.ai/pixverse/mp4/media/web/ori/{}.mp4", made.id))
                }
            };
            row.insert(member.to_owned(), url.into());
            row.insert("output_width".to_owned(), 1280.into());
            row.insert("output_height".to_owned(), 720.into());
        }
        Value::Object(row)
    }

    fn detail(&mut self, id: &Value, member: &str) -> Reply {
        let id = id.as_u64().expect("an id in digits");
        self.asked.push(id);
        if let Some(reply) = self.stumbles.pop_front() {
            return reply;
        }
        let is_image = member == "image_id";
        match self.made.iter().find(|made| made.id == id && made.is_image == is_image) {
            Some(made) => success(&self.row(made)),
            None => refusal(200, 500_008),
        }
    }

    /// The open platform's result: no sources, other names.
    fn result(&mut self, path: &str) -> Reply {
        let id: u64 = path.rsplit('/').next().unwrap().parse().unwrap();
        self.asked.push(id);
        if let Some(reply) = self.stumbles.pop_front() {
            return reply;
        }
        let Some(made) = self.made.iter().find(|made| made.id == id) else { return refusal(200, 500_008) };
        let row = self.row(made);
        let code = if made.is_image { &row["image_status"] } else { &row["video_status"] };
        success(&json!({
            if made.is_image { "image_id" } else { "id" }: id, "status": code, "prompt": row["prompt"],
            "url": row["url"], "outputWidth": row["output_width"], "outputHeight": row["output_height"],
            "create_time": row["created_at"], "credits": 45, "customer_paths": { "fusion_id_list": null },
        }))
    }

    /// Changes how an output stands, now and for ever.
    pub fn set_code(&mut self, place: usize, code: i64) {
        self.made[place].code = code;
        self.made[place].ready_ms = self.now;
    }

    /// From now on a known key is no longer known.
    pub fn forgets_answers(&mut self) {
        self.answers.clear();
    }

    /// How many outputs were made.
    pub fn made(&self) -> usize {
        self.made.len()
    }
}

pub fn cut() -> Reply {
    Reply::Cut { reason: "timeout".to_owned() }
}
