//! What an item is and who it is: media type, interface, made or uploaded, and its identities. Which asset it
//! belongs to is left to `identity`.

use super::PROVIDER_ID;
use super::fields::{Field, IdText, Warnings};
use super::unwrap::Item;
use crate::core::alias::Alias;
use crate::core::facts::Context;
use crate::core::media::{Api, Making, MediaType};
use crate::core::media_url;

/// Members that say which media type an item has.
const EVIDENCE: [(MediaType, &[&str]); 3] = [
    (MediaType::Video, &["video_id", "VideoId", "video_status", "video_path", "video_url"]),
    (MediaType::Image, &["image_id", "ImageId", "pixverse_image_id", "image_status", "image_path"]),
    (MediaType::Audio, &["audio_id", "audio_status", "audio_path", "audio_url"]),
];

/// Members in which the provider, or an earlier collector, declares the media object's uuid.
pub const UUID_MEMBERS: [&str; 4] = ["pixverse_asset_uuid", "asset_uuid", "media_uuid", "uuid"];

/// Members of the open platform's results, and of no library row.
const OPEN_PLATFORM_MARKS: [&str; 5] =
    ["outputWidth", "outputHeight", "resolution_ratio", "img_id", "media_id"];
/// Members of library rows, and of no result of the open platform.
const LIBRARY_MARKS: [&str; 9] = [
    "video_id",
    "video_status",
    "image_status",
    "asset_source",
    "asset_id",
    "asset_status",
    "create_mode",
    "output_width",
    "account_id",
];

/// The scope of an item's ids.
#[derive(Clone, Copy)]
pub struct Scope {
    /// What kind of file it is.
    pub media_type: MediaType,
    /// The interface it was read from.
    pub api: Api,
    /// Made or uploaded.
    pub making: Making,
}

impl Scope {
    /// Reads the scope, the payload's word before the context's.
    pub fn read(item: &Item<'_>, context: Context, warnings: &mut Warnings) -> Self {
        let media_type = media_type(item, context.media_type, warnings);
        Self {
            media_type,
            api: context.api.unwrap_or_else(|| api(item)),
            making: making(item, context, warnings),
        }
    }

    /// The alias of an id or a declared uuid in this scope.
    pub fn alias(self, id: &IdText) -> Alias {
        match id {
            IdText::Native(id) => Alias::id(PROVIDER_ID, self.api, self.media_type, self.making, id),
            IdText::Uuid(uuid) => Alias::uuid(PROVIDER_ID, self.api, self.media_type, self.making, uuid),
        }
    }
}

/// The ids an item gives itself.
#[derive(Default)]
pub struct OwnIds {
    /// The provider's own id, and where it stood.
    native: Option<(String, String)>,
    /// Uuids declared in an id or uuid member, and where.
    uuids: Vec<(String, String)>,
}

impl OwnIds {
    /// Reads the id members in their order; the first usable one stands.
    pub fn read(item: &Item<'_>, scope: Scope, warnings: &mut Warnings) -> Self {
        let mut ids = Self::default();
        for name in id_members(scope) {
            let Some(field) = item.top(name) else { continue };
            match field.id(warnings) {
                Some(IdText::Native(id)) => ids.add_native(id, field, scope, warnings),
                Some(IdText::Uuid(uuid)) => ids.add_uuid(uuid, field),
                None => {}
            }
        }
        for name in UUID_MEMBERS {
            if let Some(field) = item.top(name) {
                match field.id(warnings) {
                    Some(IdText::Uuid(uuid)) => ids.add_uuid(uuid, field),
                    Some(IdText::Native(_)) => warnings.add("not_a_uuid", &field.path),
                    None => {}
                }
            }
        }
        ids
    }

    /// The id by which the item is shown: the provider's own, else a uuid until the provider's own is known.
    pub fn shown(&self) -> Option<String> {
        self.native.as_ref().or_else(|| self.uuids.first()).map(|(id, _)| id.clone())
    }

    /// All identities, strongest first: id, declared uuids, keys of the own file, uuid read from the own url.
    pub fn aliases(
        &self,
        scope: Scope,
        own_keys: &[(String, String)],
        warnings: &mut Warnings,
    ) -> Vec<Alias> {
        let scoped = |id: IdText| scope.alias(&id);
        let native = self.native.iter().map(|(id, path)| (scoped(IdText::Native(id.clone())), path));
        let declared = self.uuids.iter().map(|(uuid, path)| (scoped(IdText::Uuid(uuid.clone())), path));
        let keys = own_keys.iter().map(|(key, path)| (Alias::key(key), path));
        let read = own_keys
            .iter()
            .filter_map(|(key, path)| Some((scoped(IdText::Uuid(media_url::uuid_in(as_path(key))?)), path)));
        let mut aliases: Vec<Alias> = Vec::new();
        for (alias, path) in native.chain(declared).chain(keys).chain(read) {
            if !aliases.contains(&alias) {
                warnings.trail.note(format_args!("aliases[{alias}]"), path);
                aliases.push(alias);
            }
        }
        if let Some((_, path)) = self.native.as_ref().or_else(|| self.uuids.first()) {
            warnings.trail.note(format_args!("asset_id"), path);
        }
        aliases
    }

    /// The first id stands. `asset_id` may differ from the others: the library numbers its rows on its own.
    fn add_native(&mut self, id: String, field: Field<'_>, scope: Scope, warnings: &mut Warnings) {
        let Some((known, _)) = &self.native else {
            self.native = Some((id, field.path));
            return;
        };
        if *known != id && scope.making == Making::Created && !field.path.ends_with(".asset_id") {
            warnings.add("ids_differ", &field.path);
        }
    }

    fn add_uuid(&mut self, uuid: String, field: Field<'_>) {
        if !self.uuids.iter().any(|(known, _)| *known == uuid) {
            self.uuids.push((uuid, field.path));
        }
    }
}

/// The file name is the same in a key and in the url it was made from, and needs no second decoding.
fn as_path(key: &str) -> &str {
    key.strip_prefix("pixverse:").unwrap_or(key)
}

fn id_members(scope: Scope) -> &'static [&'static str] {
    match (scope.making, scope.media_type) {
        (Making::Uploaded, MediaType::Video) => &["asset_id", "id", "media_id", "video_id"],
        (Making::Uploaded, MediaType::Image) => &["asset_id", "id", "img_id", "media_id", "image_id"],
        (Making::Uploaded, MediaType::Audio) => &["asset_id", "id", "media_id", "audio_id"],
        (Making::Created, MediaType::Video) => &["video_id", "VideoId", "id", "asset_id"],
        (Making::Created, MediaType::Image) => {
            &["image_id", "ImageId", "pixverse_image_id", "asset_id", "id"]
        }
        (Making::Created, MediaType::Audio) => &["audio_id", "asset_id", "id"],
    }
}

/// Every media type that an item's members speak of.
pub fn said_media_types(item: &Item<'_>, warnings: &mut Warnings) -> Vec<MediaType> {
    let mut found: Vec<MediaType> = EVIDENCE
        .iter()
        .filter(|(_, names)| names.iter().any(|name| item.says(name)))
        .map(|(kind, _)| *kind)
        .collect();
    if let Some(kind) = declared_media_type(item, warnings)
        && !found.contains(&kind)
    {
        found.push(kind);
    }
    found
}

fn media_type(item: &Item<'_>, expected: MediaType, warnings: &mut Warnings) -> MediaType {
    let media_type = match said_media_types(item, warnings).as_slice() {
        [] => return expected,
        [only] => {
            if *only != expected {
                warnings.add("media_type_differs", item.path());
            }
            *only
        }
        several => {
            if !several.contains(&expected) {
                warnings.add("media_type_differs", item.path());
            }
            expected
        }
    };
    if warnings.trail.is_kept() {
        note_media_type(item, media_type, warnings);
    }
    media_type
}

/// Every member that says so.
fn note_media_type(item: &Item<'_>, media_type: MediaType, warnings: &mut Warnings) {
    let says_so = EVIDENCE.iter().filter(|(kind, _)| *kind == media_type);
    for field in says_so.flat_map(|(_, names)| *names).filter_map(|name| item.top(name)) {
        warnings.trail.note(format_args!("media_type"), &field.path);
    }
    if declared_media_type(item, warnings) == Some(media_type) {
        let declared =
            item.top("media_type").filter(|field| field.value.as_str().and_then(MediaType::parse).is_some());
        if let Some(field) = declared.or_else(|| item.top("asset_type")) {
            warnings.trail.note(format_args!("media_type"), &field.path);
        }
    }
}

/// `asset_type` is 0 for an image, 1 for a video, 2 for audio; upload answers say `media_type` in words.
fn declared_media_type(item: &Item<'_>, warnings: &mut Warnings) -> Option<MediaType> {
    if let Some(kind) = item.top("media_type").and_then(|field| MediaType::parse(field.value.as_str()?)) {
        return Some(kind);
    }
    let field = item.top("asset_type")?;
    match field.scalar(warnings)?.as_str() {
        "0" => Some(MediaType::Image),
        "1" => Some(MediaType::Video),
        "2" => Some(MediaType::Audio),
        _ => {
            warnings.add("unknown_asset_type", &field.path);
            None
        }
    }
}

fn api(item: &Item<'_>) -> Api {
    let is_result =
        OPEN_PLATFORM_MARKS.iter().any(|name| item.has(name)) || item.nested("gen_img_req_img_ids").is_some();
    let is_row = LIBRARY_MARKS.iter().any(|name| item.has(name));
    if is_result && !is_row { Api::OpenPlatform } else { Api::Library }
}

fn making(item: &Item<'_>, context: Context, warnings: &mut Warnings) -> Making {
    if let Some(field) = item.top("asset_source") {
        match field.scalar(warnings).as_deref() {
            Some("0") => return Making::Uploaded,
            Some("1") => return Making::Created,
            Some(_) => warnings.add("unknown_asset_source", &field.path),
            None => {}
        }
    }
    context.making.unwrap_or_else(|| if is_upload(item) { Making::Uploaded } else { Making::Created })
}

/// An upload says so, or is nothing but a file under an upload folder: no status, no job, no finished file of its own.
fn is_upload(item: &Item<'_>) -> bool {
    let mode = item.anywhere("create_mode").find_map(|field| field.value.as_str());
    if mode.is_some_and(|mode| mode.trim().eq_ignore_ascii_case("upload")) {
        return true;
    }
    let is_job = mode.is_some()
        || [
            "video_status",
            "image_status",
            "audio_status",
            "asset_status",
            "status",
            "customer_paths",
            "video_id",
            "image_id",
            "audio_id",
            "prompt",
        ]
        .iter()
        .any(|name| item.says(name));
    let file = ["path", "url", "img_url"].iter().find_map(|name| item.top(name)?.value.as_str());
    !is_job && file.and_then(media_url::object_key).is_some_and(|key| media_url::is_upload_key(&key))
}
