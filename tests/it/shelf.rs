//! A provider's library that follows a script: six listings of rows, and answers that stand in a page's place.

use std::collections::{BTreeMap, VecDeque};

use crate::generate::studio::Studio;
use driftline::core::clock::parse_rfc3339;
use driftline::core::providers::address::address_of;
use driftline::core::step::{ProviderCall, Reply, Verb};
use serde_json::{Value, json};

/// A library, and what was asked of it.
#[derive(Clone, Default)]
pub struct Shelf {
    /// The rows of each listing, each the text it is sent as.
    pub rows: BTreeMap<&'static str, Vec<String>>,
    /// Replies to the next calls of a listing; when used up, its rows are listed.
    pub script: BTreeMap<&'static str, VecDeque<Reply>>,
    /// Replies to the next calls of any listing, before all else.
    pub stumbles: VecDeque<Reply>,
    /// Who makes what is asked for; it stands in the library too, before everything else.
    pub studio: Studio,
    /// Rows made before this time are hidden from a listing without a window.
    pub hides_before: Option<&'static str>,
    /// Whether it stands for the real provider in place of the simulator.
    pub is_real: bool,
    /// Clips by their ids.
    pub known: BTreeMap<String, Value>,
    /// Whether it tells of clips by their ids, also where it knows none.
    pub tells: bool,
    /// What comes back for the next HEADs of a file; a file without a script is there.
    pub files: BTreeMap<String, VecDeque<u16>>,
    /// Set where windows are not known here, and every row is listed whatever is asked for.
    pub ignores_windows: bool,
    /// Listings of which somebody asked in vain for something older.
    pub looked_behind: Vec<&'static str>,
    /// The workspace of every call for a page, in order.
    pub asked_in: Vec<String>,
    /// Listing and offset of every call, in order.
    pub asked: Vec<(&'static str, u64)>,
}

impl Shelf {
    /// Puts rows into a listing, behind those that are there.
    pub fn with(mut self, listing: &'static str, rows: impl IntoIterator<Item = Value>) -> Self {
        self.rows.entry(listing).or_default().extend(rows.into_iter().map(|row| row.to_string()));
        self
    }

    /// Answers the next calls of a listing with these `Resp`s.
    pub fn scripted(mut self, listing: &'static str, pages: impl IntoIterator<Item = Value>) -> Self {
        self.script.entry(listing).or_default().extend(pages.into_iter().map(|resp| success(&resp)));
        self
    }

    /// Clips that can be asked for by their ids.
    pub fn known(mut self, clips: impl IntoIterator<Item = Value>) -> Self {
        self.tells = true;
        self.known.extend(clips.into_iter().map(|clip| (clip["video_id"].to_string(), clip)));
        self
    }

    /// The simulator's files, as the address says which may be asked for.
    fn head(&mut self, call: &ProviderCall) -> Reply {
        assert!(call.credential.is_none() && call.headers.is_empty());
        if let Err(reason) = address_of(call, Some("http://127.0.0.1:8788")) {
            return Reply::Cut { reason };
        }
        let scripted = self.files.get_mut(&call.path).and_then(VecDeque::pop_front);
        Reply::Answer { status: scripted.unwrap_or(200), retry_after_s: None, body: String::new() }
    }

    fn tell(&mut self, call: &ProviderCall) -> Reply {
        assert_eq!(call.path, "/creative_platform/video/list/detail");
        let body: Value = serde_json::from_str(call.body.as_deref().unwrap()).unwrap();
        if let Some(reply) = self.stumbles.pop_front() {
            return reply;
        }
        self.known.get(&body["video_id"].to_string()).map_or_else(|| refusal(200, 500_008), success)
    }

    pub fn answer(&mut self, call: &ProviderCall) -> Reply {
        if call.verb == Verb::Head {
            return self.head(call);
        }
        if self.tells && call.path != "/creative_platform/asset/library/list" {
            return self.tell(call);
        }
        if call.path != "/creative_platform/asset/library/list" {
            return self.studio.answer(call);
        }
        assert!(call.sandbox != self.is_real && call.credential.is_some());
        let body: Value = serde_json::from_str(call.body.as_deref().unwrap()).unwrap();
        let (listing, offset) = (listing_of(&body), body["offset"].as_u64().unwrap());
        let workspace = call.headers.iter().find(|(name, _)| *name == "workspace-id");
        self.asked_in.push(workspace.map_or_else(|| "0".to_owned(), |(_, id)| id.clone()));
        if self.stumbles.is_empty() && self.looks_behind(listing, &body["filter"]) {
            return page(&[], 0, 0);
        }
        self.asked.push((listing, offset));
        if let Some(reply) = self.stumbles.pop_front() {
            return reply;
        }
        if let Some(reply) = self.script.get_mut(listing).and_then(VecDeque::pop_front) {
            return reply;
        }
        let mut rows = self.studio.rows(listing);
        rows.extend(self.filtered(listing, &body["filter"]));
        let from = usize::try_from(offset).unwrap().min(rows.len());
        let to = (from + usize::try_from(body["limit"].as_u64().unwrap()).unwrap()).min(rows.len());
        page(&rows[from..to], rows.len(), to)
    }
}

impl Shelf {
    /// Whether somebody asks for what is older than all that is listed, where nothing is: no page of the script.
    fn looks_behind(&mut self, listing: &'static str, filter: &Value) -> bool {
        let is_look = filter["start_time"] == 1_577_836_800 && !self.ignores_windows;
        if is_look && self.filtered(listing, filter).is_empty() {
            self.looked_behind.push(listing);
            return true;
        }
        false
    }

    /// The rows that a filter lets through; without one, those that are not hidden.
    fn filtered(&self, listing: &str, filter: &Value) -> Vec<String> {
        let created = |row: &str| {
            let row: Value = serde_json::from_str(row).ok()?;
            parse_rfc3339(row["created_at"].as_str()?)
        };
        let (from, to) = match (filter["start_time"].as_i64(), filter["end_time"].as_i64()) {
            (Some(from), Some(to)) if !self.ignores_windows => (from * 1_000, to * 1_000),
            _ => match self.hides_before {
                Some(text) => (parse_rfc3339(text).unwrap(), i64::MAX),
                None => return self.rows.get(listing).cloned().unwrap_or_default(),
            },
        };
        let rows = self.rows.get(listing).into_iter().flatten();
        rows.filter(|row| created(row).is_some_and(|at| (from..=to).contains(&at))).cloned().collect()
    }
}

fn listing_of(body: &Value) -> &'static str {
    match (body["tab"].as_str().unwrap(), body["asset_source"].as_u64().unwrap()) {
        ("video", 1) => "video/created",
        ("video", 0) => "video/uploaded",
        ("image", 1) => "image/created",
        ("image", 0) => "image/uploaded",
        ("audio", 1) => "audio/created",
        ("audio", 0) => "audio/uploaded",
        other => panic!("nobody lists {other:?}"),
    }
}

/// A page in the provider's words; rows go out in the very text they have, readable or not.
fn page(rows: &[String], total: usize, next: usize) -> Reply {
    let body = format!(
        r#"{{"ErrCode":0,"ErrMsg":"Success","Resp":{{"data":[{}],"total":{total},"has_more":{},"next_offset":{next}}}}}"#,
        rows.join(","),
        next < total,
    );
    Reply::Answer { status: 200, retry_after_s: None, body }
}

pub fn success(resp: &Value) -> Reply {
    let body = json!({ "ErrCode": 0, "ErrMsg": "Success", "Resp": resp }).to_string();
    Reply::Answer { status: 200, retry_after_s: None, body }
}

pub fn refusal(status: u16, code: i64) -> Reply {
    let body = json!({ "ErrCode": code, "ErrMsg": "no", "Resp": null }).to_string();
    Reply::Answer { status, retry_after_s: None, body }
}

/// A small library with every kind of row, with sources that are listed before and behind what is made of them, some
/// of them on another listing, some nowhere.
pub fn small() -> Shelf {
    let still_key = |id: u64| format!("pixverse/i2i/ori/{id}.png");
    let videos = (1..=54).map(|id| match id % 6 {
        0 => clip_from(id, &still_key(1_000 + id % 5)),
        1 => extended(id, id + 1),
        2 => extended(id, 200),
        3 => clip_from(id, &format!("upload/{id}.png")),
        _ => clip(id),
    });
    Shelf::default()
        .with("video/created", videos)
        .with("video/uploaded", [uploaded_clip(200)])
        .with("image/created", (1_000..1_004).map(still))
        .with("image/uploaded", [uploaded_still(2_000, "upload/3.png")])
        .with("audio/created", [json!({ "audio_id": 3_000, "audio_status": 1, "url": "https://media.pixverse.ai/pixverse/mp3/3000.mp3" })])
}

/// A clip that is done.
pub fn clip(id: u64) -> Value {
    json!({
        "video_id": id, "video_status": 1, "prompt": format!("clip {id}"), "account_id": 77,
        "url": format!("https://media.pixverse.ai/pixverse/mp4/media/web/ori/{id}.mp4"),
        "output_width": 640, "output_height": 360, "video_duration": 5, "created_at": "2026-09-20T08:00:00Z",
    })
}

/// A clip made from the file at this key.
pub fn clip_from(id: u64, key: &str) -> Value {
    let mut clip = clip(id);
    clip["create_mode"] = "i2v".into();
    clip["customer_paths"] = json!({ "customer_img_path": key });
    clip
}

/// The continuation of a clip.
pub fn extended(id: u64, original: u64) -> Value {
    let mut clip = clip(id);
    clip["create_mode"] = "extend".into();
    clip["customer_paths"] = json!({ "original_video_id": original });
    clip
}

/// A still that is done.
pub fn still(id: u64) -> Value {
    json!({
        "image_id": id, "image_status": 1, "prompt": "a still", "account_id": 77,
        "image_url": format!("https://media.pixverse.ai/pixverse/i2i/ori/{id}.png"),
        "output_width": 64, "output_height": 64, "created_at": "2026-09-19T08:00:00Z",
    })
}

fn uploaded_clip(id: u64) -> Value {
    json!({ "video_id": id, "asset_source": 0, "video_status": 1, "url": format!("https://media.pixverse.ai/upload/{id}.mp4") })
}

fn uploaded_still(id: u64, key: &str) -> Value {
    json!({ "image_id": id, "asset_source": 0, "image_status": 1, "image_url": format!("https://media.pixverse.ai/{key}") })
}
