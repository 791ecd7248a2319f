//! A thing in the provider's library, and the row that a listing or a detail answer gives for it, in the provider's own
//! members.

use std::collections::BTreeSet;

use driftline::core::clock::rfc3339;
use driftline::core::media::{Making, MediaType};
use driftline::core::step::NowMs;
use serde_json::{Map, Value, json};

const HOST: &str = "https://media.pixverse.ai/";
const PLACEHOLDER: &str = "pixverse-preview/mp4/media/default.mp4";

/// What is wrong with a row, for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sick {
    /// Neither id nor file.
    NoIdentity,
    /// A documented member has another type.
    ChangedType,
    /// No object at all.
    Scalar,
}

/// How a row names what it was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Which item, by its place; also one that no listing ever shows.
    pub place: usize,
    /// By its id.
    pub number: Option<u64>,
    /// By its file, as it was called then.
    pub key: Option<String>,
    pub media_type: MediaType,
}

/// A thing.
#[derive(Clone, Debug)]
pub struct Item {
    pub number: u64,
    pub media_type: MediaType,
    pub making: Making,
    /// The provider's code.
    pub status: u64,
    pub prompt: String,
    pub sources: Vec<Source>,
    pub created_ms: NowMs,
    /// How often its file got another name.
    pub edition: u32,
    pub likes: u64,
    /// Whether its row nests its sources.
    pub is_nested: bool,
    pub sick: Option<Sick>,
    /// The accounts whose library shows it.
    pub accounts: BTreeSet<u64>,
    /// The last time since when it was not in its place all along: listed, moved, fallen ill or cured.
    pub unsettled_ms: NowMs,
    /// While it is under way: when it ends, and how.
    pub ends: Option<(NowMs, u64)>,
    /// Whether its row once named other sources.
    pub is_rewritten: bool,
}

impl Item {
    /// The name of its listing.
    pub fn listing(&self) -> String {
        format!("{}/{}", self.media_type, self.making)
    }

    /// Its root, as the inventory knows it.
    pub fn root(&self) -> String {
        format!("id:pixverse:library:{}:{}:{}", self.media_type, self.making, self.number)
    }

    /// Its root, if its row says who it is.
    pub fn root_on_a_page(&self) -> Option<String> {
        (!matches!(self.sick, Some(Sick::NoIdentity | Sick::Scalar))).then(|| self.root())
    }

    /// The name of its file.
    pub fn key(&self) -> String {
        let name = format!("{}-{}-{}", self.number, self.making, self.edition);
        match (self.making, self.media_type) {
            (Making::Uploaded, MediaType::Video) => format!("upload/{name}.mp4"),
            (Making::Uploaded, MediaType::Audio) => format!("upload/{name}.mp3"),
            (Making::Uploaded, MediaType::Image) => format!("upload/{name}.png"),
            (Making::Created, MediaType::Image) => format!("pixverse/i2i/ori/{name}.png"),
            (Making::Created, MediaType::Audio) => format!("pixverse/mp3/{name}.mp3"),
            (Making::Created, MediaType::Video) => format!("pixverse/mp4/media/web/ori/{name}.mp4"),
        }
    }

    /// The address of its file.
    pub fn url(&self) -> String {
        format!("{HOST}{}", self.key())
    }

    /// Whether its file is there.
    pub const fn is_done(&self) -> bool {
        self.status == 1
    }

    /// Its row on an account's page, as text.
    pub fn row(&self, account: u64) -> String {
        match self.sick {
            Some(Sick::Scalar) => return self.number.to_string(),
            Some(Sick::NoIdentity) => {
                return json!({ "prompt": self.prompt, "likes": self.likes }).to_string();
            }
            _ => {}
        }
        let mut row = match self.making {
            Making::Uploaded => self.uploaded(account),
            Making::Created => self.created(account),
        };
        if self.sick == Some(Sick::ChangedType) {
            row.insert("prompt".to_owned(), json!({ "text": self.prompt }));
        }
        Value::Object(row).to_string()
    }

    fn uploaded(&self, account: u64) -> Map<String, Value> {
        members(json!({
            "id": self.number, "asset_id": self.number, "asset_source": 0, "account_id": account, "path": self.key(),
            "url": self.url(), "name": "file", "size": 9, "created_at": rfc3339(self.created_ms),
        }))
    }

    fn created(&self, account: u64) -> Map<String, Value> {
        let (id, code, file) = match self.media_type {
            MediaType::Video => ("video_id", "video_status", "url"),
            MediaType::Image => ("image_id", "image_status", "image_url"),
            MediaType::Audio => ("audio_id", "audio_status", "url"),
        };
        let url = if self.is_done() { self.url() } else { format!("{HOST}{PLACEHOLDER}") };
        let side = |size: u64| if self.is_done() { size } else { 0 };
        let mut row = members(json!({
            id: self.number, code: self.status, file: url, "account_id": account, "prompt": self.prompt, "model": "v6",
            "output_width": side(640), "output_height": side(360), "likes": self.likes,
            "created_at": rfc3339(self.created_ms),
        }));
        if self.media_type == MediaType::Audio {
            return row;
        }
        let (mode, sources) = self.named_sources();
        row.extend(mode.map(|mode| ("create_mode".to_owned(), mode.into())));
        if self.is_nested {
            row.insert("customer_paths".to_owned(), Value::Object(sources));
        } else {
            row.extend(sources);
        }
        row
    }

    fn named_sources(&self) -> (Option<&'static str>, Map<String, Value>) {
        let keys: Vec<&str> = self.sources.iter().filter_map(|source| source.key.as_deref()).collect();
        match (self.media_type, self.sources.as_slice()) {
            (_, []) => (None, Map::new()),
            (MediaType::Image, _) => (Some("create_image"), members(json!({ "customer_img_paths": keys }))),
            (_, [one]) if one.media_type == MediaType::Image => {
                (Some("i2v"), members(json!({ "customer_img_path": one.key })))
            }
            (_, [one]) => {
                let mut sources = Map::new();
                sources.extend(one.number.map(|number| ("original_video_id".to_owned(), number.into())));
                sources.extend(one.key.clone().map(|key| ("customer_video_path".to_owned(), key.into())));
                (Some("extend"), sources)
            }
            _ => (
                Some("transition"),
                members(json!({ "create_mode": "transition", "customer_img_paths": keys })),
            ),
        }
    }
}

fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        other => panic!("{other} is no object"),
    }
}
