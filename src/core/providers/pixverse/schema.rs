//! The JSON types in which the members of a row are documented, which are those in which the extractor can read them.
//! Where a member comes in another type, its meaning would be lost, and the row is not taken in. What was learned from
//! rows beyond this table is left to the schema ledger.
//!
//! Whether a row is refused depends on this table and the row alone, never on what came before it: two inventories that
//! were handed the same rows in another order refuse the same ones, and after a replay know the same.

use serde_json::{Map, Value};

use super::fields::{Layer, Warnings};
use super::unwrap::Item;
use crate::core::json::{says_nothing, type_name};

/// The types of a member, and of the entries where it is a list.
struct Kind {
    types: &'static [&'static str],
    entries: &'static [&'static str],
    names: &'static [&'static str],
}

const TEXT: &[&str] = &["string"];
/// Numbers also come as texts, and ids above 2^53 always do.
const NUMBER: &[&str] = &["number", "string"];
const SCALAR: &[&str] = &["boolean", "number", "string"];

/// Known members, on the row itself and in `customer_paths` alike. No types means that they are known and never read.
const KINDS: &[Kind] = &[
    Kind {
        types: NUMBER,
        entries: &[],
        names: &[
            "video_id",
            "VideoId",
            "image_id",
            "ImageId",
            "pixverse_image_id",
            "audio_id",
            "asset_id",
            "id",
            "img_id",
            "media_id",
            "original_video_id",
            "account_id",
            "video_status",
            "image_status",
            "audio_status",
            "asset_status",
            "asset_source",
            "asset_type",
            "output_width",
            "output_height",
            "outputWidth",
            "outputHeight",
            "width",
            "height",
            "video_duration",
            "duration",
            "customer_video_duration",
            "model",
            "model_name",
            "seed",
            "created_at",
            "create_time",
            "name",
            "file_name",
            "status",
        ],
    },
    Kind {
        types: TEXT,
        entries: &[],
        names: &[
            "url",
            "video_url",
            "audio_url",
            "media_url",
            "download_url",
            "path",
            "video_path",
            "image_path",
            "audio_path",
            "first_frame",
            "thumbnail",
            "thumbnail_url",
            "cover",
            "cover_url",
            "webp_url",
            "create_mode",
            "prompt",
            "text",
            "original_prompt",
            "negative_prompt",
            "pixverse_asset_uuid",
            "asset_uuid",
            "media_uuid",
            "uuid",
        ],
    },
    Kind { types: &["object", "string"], entries: &[], names: &["image_url", "img_url", "img_path"] },
    Kind {
        types: &["array", "object", "string"],
        entries: &["object", "string"],
        names: &[
            "customer_img_url",
            "customer_img_path",
            "customer_img_urls",
            "customer_img_paths",
            "customer_video_url",
            "customer_video_path",
            "customer_video_urls",
            "customer_video_paths",
            "customer_audio_url",
            "customer_audio_path",
            "customer_audio_urls",
            "customer_audio_paths",
            "customer_first_frame",
            "customer_first_frame_url",
            "customer_last_frame",
            "customer_last_frame_url",
            "image_urls",
            "image_paths",
        ],
    },
    Kind {
        types: &["array", "number", "string"],
        entries: NUMBER,
        names: &["durations", "gen_img_req_img_ids"],
    },
    Kind {
        types: &["array", "string"],
        entries: TEXT,
        names: &["prompts", "translate_prompts", "fusion_name_list", "fusion_type_list"],
    },
    Kind {
        types: SCALAR,
        entries: &[],
        names: &[
            "aspect_ratio",
            "camera_movement",
            "creation_type",
            "effect_type",
            "extended",
            "has_audio",
            "language_code",
            "lip_sync",
            "lip_sync_tts_content",
            "lip_sync_tts_speaker_id",
            "lyrics",
            "motion_mode",
            "multi_shot",
            "quality",
            "restyle_id",
            "restyle_prompt",
            "sound_effect_content",
            "style",
            "template_id",
            "template_model",
            "template_type",
            "thinking_type",
            "upscaled",
            "voice_id",
            "voice_name",
        ],
    },
    Kind { types: &["object"], entries: &[], names: &["customer_paths"] },
    Kind {
        types: &[],
        entries: &[],
        names: &[
            "agent_info",
            "cameo_id_list",
            "caption_switch",
            "credits",
            "customer_video_first_frame_url",
            "customer_video_last_frame_url",
            "cut_time_ms",
            "duration_type",
            "ext_info",
            "fusion_id_list",
            "key_frame_path",
            "last_frame",
            "model_evaluator",
            "modify_time",
            "platform",
            "prompt_translate",
            "resolution_ratio",
            "size",
            "use_api_gen_image",
        ],
    },
];

/// A documented member in a type that nobody can read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedType {
    /// Where: `$.customer_paths.durations[]`.
    pub path: String,
    /// The documented types.
    pub known: &'static [&'static str],
    /// The type that was found.
    pub found: &'static str,
}

/// The first documented member of a row that has another type, `None` when all are as documented.
///
/// What says nothing has no type: null, blanks, empty lists and objects. One odd entry of a list costs itself, with a
/// warning; only where no entry is as documented has the list changed.
#[must_use]
pub fn changed_type(row: &Map<String, Value>) -> Option<ChangedType> {
    let item = Item::find(row, &mut Warnings::default());
    item.levels().find_map(|level| KINDS.iter().find_map(|kind| kind.changed_in(level)))
}

impl Kind {
    fn changed_in(&self, level: &Layer<'_>) -> Option<ChangedType> {
        if self.types.is_empty() {
            return None;
        }
        self.names.iter().find_map(|name| self.changed(level, name))
    }

    fn changed(&self, level: &Layer<'_>, name: &str) -> Option<ChangedType> {
        let value = level.value(name).filter(|value| !says_nothing(value))?;
        let path = || format!("{}.{name}", level.path);
        if !self.types.contains(&type_name(value)) {
            return Some(ChangedType { path: path(), known: self.types, found: type_name(value) });
        }
        let mut entries = value.as_array()?.iter().filter(|entry| !says_nothing(entry));
        let first = entries.next()?;
        let is_known = |entry: &Value| self.entries.contains(&type_name(entry));
        let changed = !is_known(first) && !entries.any(is_known);
        changed.then(|| ChangedType { path: path() + "[]", known: self.entries, found: type_name(first) })
    }
}

/// The types that are documented at a path of a row: `Some` of an empty list where the member is known and any type
/// will do, `None` where it is not known at all.
#[must_use]
pub fn documented(row: &Map<String, Value>, path: &str) -> Option<&'static [&'static str]> {
    let item = Item::find(row, &mut Warnings::default());
    let own = without_indexes(item.path());
    let below = path.strip_prefix(own.as_str())?;
    if below.is_empty() {
        return Some(&["object"]);
    }
    let below = below.strip_prefix('.')?;
    let below = below.strip_prefix("customer_paths.").unwrap_or(below);
    let (name, deeper) = below.split_at(below.find(['.', '[']).unwrap_or(below.len()));
    let kind = KINDS.iter().find(|kind| kind.names.contains(&name))?;
    match deeper {
        "" => Some(kind.types),
        "[]" => Some(kind.entries),
        // The members of a source object are read by many names.
        _ if kind.types.is_empty() || kind.types.contains(&"object") && name != "customer_paths" => Some(&[]),
        _ => None,
    }
}

/// `$.Resp.data[0]` as the ledger writes it: `$.Resp.data[]`.
fn without_indexes(path: &str) -> String {
    let mut text = path.to_owned();
    text.retain(|c| !c.is_ascii_digit());
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn changed(row: Value) -> Option<(String, &'static str)> {
        changed_type(row.as_object().unwrap()).map(|changed| (changed.path, changed.found))
    }

    #[test]
    fn documented_varieties_are_no_change() {
        for row in [
            json!({ "video_id": "7", "video_status": "1", "extended": true, "seed": 4, "multi_shot": 0 }),
            json!({ "video_id": 7, "customer_img_url": { "url": "upload/a.png" }, "durations": "5" }),
            json!({ "video_id": 7, "customer_paths": { "customer_img_urls": [null, "upload/a.png", { "id": 1 }] } }),
            json!({ "video_id": 7, "brand_new": [1], "likes": {}, "nick_name": 5 }),
        ] {
            assert_eq!(changed(row.clone()), None, "{row}");
        }
    }

    #[test]
    fn what_says_nothing_has_no_type() {
        for nothing in [json!(null), json!(""), json!("null"), json!([]), json!({})] {
            let row = json!({ "video_id": 7, "customer_paths": nothing, "prompt": nothing, "url": nothing });
            assert_eq!(changed(row), None, "{nothing}");
        }
    }

    #[test]
    fn a_type_that_cannot_be_read_is_named_with_its_path() {
        for (row, path, found) in [
            (json!({ "video_id": { "low": 7 } }), "$.video_id", "object"),
            (json!({ "video_id": 7, "prompt": ["a"] }), "$.prompt", "array"),
            (json!({ "video_id": 7, "customer_paths": ["a"] }), "$.customer_paths", "array"),
            (
                json!({ "video_id": 7, "customer_paths": { "create_mode": 7 } }),
                "$.customer_paths.create_mode",
                "number",
            ),
            (json!({ "Resp": { "data": [{ "video_id": 7, "url": 5 }] } }), "$.Resp.data[0].url", "number"),
            (json!({ "video_id": 7, "prompts": [1, 2] }), "$.prompts[]", "number"),
        ] {
            assert_eq!(changed(row.clone()), Some((path.to_owned(), found)), "{row}");
        }
    }

    #[test]
    fn one_odd_entry_costs_itself_only() {
        assert_eq!(changed(json!({ "video_id": 7, "customer_img_urls": [5, true, "upload/a.png"] })), None);
    }

    #[test]
    fn paths_are_looked_up_below_the_item() {
        let told = |row: Value, path: &str| documented(row.as_object().unwrap(), path);
        let plain = json!({ "video_id": 7 });
        assert_eq!(told(plain.clone(), "$.video_id"), Some(NUMBER));
        assert_eq!(told(plain.clone(), "$.customer_paths.prompts[]"), Some(TEXT));
        assert_eq!(told(plain.clone(), "$.customer_paths"), Some(&["object"][..]));
        assert_eq!(told(plain.clone(), "$.customer_img_urls[].media_id"), Some(&[][..]));
        assert_eq!(told(plain.clone(), "$.ext_info.a.b"), Some(&[][..]));
        assert_eq!(told(plain.clone(), "$.brand_new"), None);
        assert_eq!(told(plain, "$.customer_paths.brand_new"), None);
        let wrapped = json!({ "Resp": { "data": [{ "video_id": 7 }] } });
        assert_eq!(told(wrapped.clone(), "$.Resp.data[].video_id"), Some(NUMBER));
        assert_eq!(told(wrapped, "$.ErrCode"), None);
    }

    #[test]
    fn no_member_is_documented_twice() {
        let mut names: Vec<&str> = KINDS.iter().flat_map(|kind| kind.names).copied().collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
