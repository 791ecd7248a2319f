//! Finds the item in what was handed in: a plain row, a whole answer with its envelope, or an SDK object around a
//! row. What the item's members mean is left to the other files.

use serde_json::{Map, Value};

use super::fields::{Field, Layer, Warnings};

/// Members that only an item has, never an envelope around one.
const ITEM_MARKS: [&str; 24] = [
    "video_id",
    "VideoId",
    "image_id",
    "ImageId",
    "pixverse_image_id",
    "audio_id",
    "asset_id",
    "id",
    "video_status",
    "image_status",
    "audio_status",
    "asset_status",
    "create_mode",
    "customer_paths",
    "original_video_id",
    "url",
    "video_url",
    "image_url",
    "video_path",
    "image_path",
    "audio_path",
    "customer_img_url",
    "customer_img_paths",
    "prompt",
];

/// Members in which an answer may carry its item.
const CARRIERS: [&str; 10] =
    ["Resp", "resp", "audio", "video", "image", "asset", "result", "data", "list", "items"];

/// Members that make a `metadata` object a row of its own, and not some notes beside one.
const ROW_MARKS: [&str; 16] = [
    "video_id",
    "VideoId",
    "image_id",
    "ImageId",
    "audio_id",
    "asset_id",
    "video_status",
    "image_status",
    "audio_status",
    "asset_status",
    "create_mode",
    "customer_paths",
    "original_video_id",
    "customer_img_url",
    "customer_img_paths",
    "customer_video_url",
];

/// What an SDK object says about its file is not its row's word: for extends its url is the parent's.
const NOT_FROM_WRAPPER: [&str; 8] =
    ["url", "video_url", "image_url", "media_url", "download_url", "path", "video_path", "image_path"];

/// An envelope in an envelope in an SDK object is the deepest that was ever seen; more is somebody's joke.
const MAX_WRAPPERS: usize = 6;

/// One item: its own members, and the inputs of its job.
pub struct Item<'a> {
    top: Layer<'a>,
    wrapper: Option<Layer<'a>>,
    paths: Option<Layer<'a>>,
}

impl<'a> Item<'a> {
    /// Finds the item in a payload.
    pub fn find(root: &'a Map<String, Value>, warnings: &mut Warnings) -> Self {
        let mut top = Layer::new(root, "$".to_owned());
        let mut wrapper = None;
        for _ in 0..MAX_WRAPPERS {
            if let Some(raw) = wrapped_row(&top) {
                wrapper = Some(std::mem::replace(&mut top, raw));
            } else if let Some(inner) = carried_item(&top, warnings) {
                top = inner;
            } else {
                break;
            }
        }
        let mut item = Self { top, wrapper, paths: None };
        item.paths = item.top("customer_paths").and_then(|field| {
            let layer = field.object();
            if layer.is_none() { field.wrong_type(warnings) } else { layer }
        });
        item
    }

    /// A member of the item itself.
    pub fn top(&self, name: &str) -> Option<Field<'a>> {
        let wrapper = self.wrapper.as_ref().filter(|_| !NOT_FROM_WRAPPER.contains(&name));
        self.top.get(name).or_else(|| wrapper?.get(name))
    }

    /// Whether the item itself has a member that says something.
    pub fn says(&self, name: &str) -> bool {
        let wrapper = self.wrapper.as_ref().filter(|_| !NOT_FROM_WRAPPER.contains(&name));
        self.top.says(name) || wrapper.is_some_and(|wrapper| wrapper.says(name))
    }

    /// A member among the inputs of the job, `customer_paths`.
    pub fn nested(&self, name: &str) -> Option<Field<'a>> {
        self.paths.as_ref()?.get(name)
    }

    /// A member wherever it stands, the inputs of the job first.
    pub fn anywhere(&self, name: &str) -> impl Iterator<Item = Field<'a>> {
        [self.nested(name), self.top(name)].into_iter().flatten()
    }

    /// A member of the item itself, else of its job.
    pub fn top_first(&self, name: &str) -> Option<Field<'a>> {
        self.top(name).or_else(|| self.nested(name))
    }

    /// The levels at which inputs may be named, the inner one first.
    pub fn levels(&self) -> impl Iterator<Item = &Layer<'a>> {
        self.paths.iter().chain(std::iter::once(&self.top))
    }

    /// Whether a level is the item's own, and not that of its job.
    pub fn is_own(&self, level: &Layer<'_>) -> bool {
        level.path == self.top.path
    }

    /// The item's own url as its SDK object gives it, of use only where the row has none and it is no input.
    pub fn wrapper_member(&self, name: &str) -> Option<Field<'a>> {
        self.wrapper.as_ref()?.get(name)
    }

    /// Where the item stands.
    pub fn path(&self) -> &str {
        &self.top.path
    }

    /// Whether the item has a member at all, be it blank.
    pub fn has(&self, name: &str) -> bool {
        self.top.value(name).is_some()
    }
}

/// The row inside an SDK object.
fn wrapped_row<'a>(layer: &Layer<'a>) -> Option<Layer<'a>> {
    layer.get("metadata")?.object().filter(|row| says_any(row, &ROW_MARKS))
}

/// The item inside an answer. An error answer and a page of several rows carry none: the first is noted, the second
/// is for the reader of pages.
fn carried_item<'a>(layer: &Layer<'a>, warnings: &mut Warnings) -> Option<Layer<'a>> {
    let is_envelope = ["ErrCode", "err_code"].iter().any(|name| layer.value(name).is_some());
    if is_item(layer) && !is_envelope {
        return None;
    }
    note_provider_error(layer, warnings);
    let field = CARRIERS.iter().find_map(|name| layer.get(name))?;
    let entries = field.entries();
    if entries.len() > 1 {
        warnings.add("several_items", &field.path);
    }
    match entries.as_slice() {
        [only] => only.object(),
        _ => None,
    }
}

fn note_provider_error(layer: &Layer<'_>, warnings: &mut Warnings) {
    let code = ["ErrCode", "err_code"].iter().find_map(|name| layer.get(name));
    if let Some(code) = code.filter(|code| code.value.to_string().trim_matches('"') != "0") {
        warnings.add("provider_error", &code.path);
    }
}

fn is_item(layer: &Layer<'_>) -> bool {
    says_any(layer, &ITEM_MARKS)
}

fn says_any(layer: &Layer<'_>, names: &[&str]) -> bool {
    names.iter().any(|name| layer.says(name))
}
