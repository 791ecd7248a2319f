//! What an extractor reads out of one payload. Which of several payloads is believed is left to `fold`.

use serde::{Deserialize, Serialize};

use crate::core::alias::Alias;
use crate::core::media::{Anchor, Api, Making, MediaType, Operation, Relation, Status};

/// What is known about a payload before it is read: where it came from. It is stored with the observation, so that
/// reading it again gives the same facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context {
    /// What the listing or the call was about.
    pub media_type: MediaType,
    /// The interface that answered; `None` lets the extractor infer it from the payload's shape.
    pub api: Option<Api>,
    /// Which listing it stood in; used only where the payload itself does not say.
    pub making: Option<Making>,
}

/// Everything read out of one payload. Absent is `None` or empty; nothing is guessed silently: see `warnings`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// The provider's id for the asset, every digit kept.
    pub asset_id: Option<String>,
    /// The identities, strongest first. The first one is the item's root.
    pub aliases: Vec<Alias>,
    /// What kind of file it is.
    pub media_type: MediaType,
    /// The interface it was read from.
    pub api: Api,
    /// Made by the provider, or uploaded.
    pub making: Making,
    /// What was done to make it; `None` for an upload.
    pub operation: Option<Operation>,
    /// The provider's own word for the operation, verbatim.
    pub create_mode: Option<String>,
    /// What the provider's status means.
    pub status: Status,
    /// The provider's status, verbatim.
    pub status_code: Option<String>,
    /// The finished file, absolute; never an input, never a placeholder.
    pub media_url: Option<String>,
    /// A still of it.
    pub thumbnail_url: Option<String>,
    /// A small moving preview.
    pub preview_url: Option<String>,
    /// Pixels; 0 is absent.
    pub width: Option<u32>,
    /// Pixels; 0 is absent.
    pub height: Option<u32>,
    /// Seconds.
    pub duration_s: Option<f64>,
    /// The model's name at the provider.
    pub model: Option<String>,
    /// The seed, as text so that no digit is lost.
    pub seed: Option<String>,
    /// Unix milliseconds, UTC.
    pub created_ms: Option<i64>,
    /// The file's own name, where the provider keeps one (uploads).
    pub name: Option<String>,
    /// The account at the provider that the row says it belongs to.
    pub provider_account: Option<String>,
    /// The sources, in the order of their slots.
    pub parents: Vec<SourceEntry>,
    /// The main prompts; at most one at Pixverse.
    pub prompts: Vec<String>,
    /// What was to be avoided.
    pub negative_prompt: Option<String>,
    /// A transition's segments, in order.
    pub segments: Vec<Segment>,
    /// Further settings by the provider's own names (quality, aspect_ratio, style, …), as text, sorted by name.
    pub settings: Vec<(String, String)>,
    /// What was odd, in the order it was met.
    pub warnings: Vec<Warning>,
    /// The version of the extractor that read this.
    pub extractor_version: u32,
    /// The generation that asked for it here; only a request record says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generation_id: Option<String>,
}

/// One source of an asset, as its payload names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceEntry {
    /// What kind of file it is, by its role.
    pub media_type: MediaType,
    /// Absolute, decoded once; `None` where only an id is given.
    pub url: Option<String>,
    /// The provider's id of the source.
    pub id: Option<String>,
    /// Declared, or read from the url.
    pub uuid: Option<String>,
    /// How it went in.
    pub relation: Relation,
    /// The slot in the source list, counted from 0, empty slots counted too. No two entries share one.
    pub position: u32,
    /// Which end of the child it is tied to, where that is known.
    pub anchor: Option<Anchor>,
    /// The name by which the prompt refers to it.
    pub name: Option<String>,
    /// The identities it lists, strongest first: id, declared uuid, object key. Never empty.
    pub aliases: Vec<Alias>,
}

/// One stretch of a transition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// Its prompt.
    pub prompt: Option<String>,
    /// Its length in seconds; `None` where the payload's value is unusable.
    pub duration_s: Option<f64>,
}

/// Something odd in a payload that did not stop the reading.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Warning {
    /// A stable code, snake_case.
    pub code: String,
    /// Where: a JSON path such as `$.customer_paths.customer_img_urls[1]`.
    pub path: String,
}

impl Facts {
    /// The alias that stands for this item: its strongest. `None` when it has no identity at all.
    #[must_use]
    pub fn root(&self) -> Option<&Alias> {
        self.aliases.first()
    }

    /// Whether an alias, in its text form, is one of the item's own.
    #[must_use]
    pub fn lists(&self, alias: &str) -> bool {
        self.aliases.iter().any(|own| own.text() == alias)
    }
}
