//! The inputs of a request: which asset or url each names, and every identity that is known of it, its asset's root
//! among them. Whether an operation takes them is left to the provider's own folder.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::core::alias::Alias;
use crate::core::gather::sorted;
use crate::core::generation::request::Input;
use crate::core::media::{Anchor, Api, MediaType, Relation, Status};
use crate::core::media_url::{absolute, object_key};
use crate::core::providers::pixverse::create::Violation;
use crate::core::row::row;

/// The longest url, in bytes: a signed one with room to spare.
const MOST_URL: usize = 4_096;
/// Aliases weaker than an object key are no part of what a source entry lists.
const WEAKEST: u8 = 2;

row! {
    /// An asset that an input names.
    #[derive(Clone, Debug)]
    pub struct InputAsset {
        /// The id that was given: its own, or one that it absorbed.
        pub asked: String,
        id: String,
        root: String,
        provider_id: String,
        media_type: MediaType,
        making: String,
        status: String,
        fields: String,
        lists: String,
    }
}

/// One input as it was asked for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Our id of an asset.
    pub asset_id: Option<String>,
    url: Option<String>,
    media_type: Option<MediaType>,
    relation: Relation,
    position: u32,
    anchor: Option<Anchor>,
    name: Option<String>,
}

/// Reads one member of `inputs`; what is wrong with it goes into `wrong`.
pub fn parse(place: usize, value: &Value, wrong: &mut Vec<Violation>) -> Option<Wanted> {
    let mut note = |member: &str, code: &'static str, message: String| {
        wrong.push(Violation { pointer: format!("/inputs/{place}{member}"), code, message });
    };
    let Some(members) = value.as_object() else {
        note("", "wrong_type", "an input is an object".to_owned());
        return None;
    };
    let names = ["asset_id", "url", "media_type", "relation", "position", "anchor", "name"];
    for name in members.keys().filter(|name| !names.contains(&name.as_str())) {
        note(&format!("/{name}"), "unknown_member", format!("an input has {}", names.join(", ")));
    }
    let mut text = |name: &str| match members.get(name) {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) if text.len() <= MOST_URL => Some(text.clone()),
        Some(_) => {
            note(&format!("/{name}"), "wrong_type", format!("a text of at most {MOST_URL} bytes"));
            None
        }
    };
    let (asset_id, url, name) = (text("asset_id"), text("url"), text("name"));
    let (relation, anchor, media_type) = (text("relation"), text("anchor"), text("media_type"));
    let known = relation.as_deref().and_then(Relation::parse);
    if known.is_none() {
        let words = Relation::ALL.iter().map(|word| word.as_str()).collect::<Vec<_>>().join(", ");
        note("/relation", "invalid_value", format!("{:?} is none of {words}", relation.unwrap_or_default()));
    }
    if asset_id.is_some() == url.is_some() {
        note("", "one_of", "an input has either an asset_id or a url".to_owned());
    }
    let position = match members.get("position") {
        None | Some(Value::Null) => u32::try_from(place).ok(),
        Some(position) => position.as_u64().and_then(|position| u32::try_from(position).ok()),
    };
    if position.is_none() {
        note("/position", "wrong_type", "a whole number, counted from 0".to_owned());
    }
    let word = |given: Option<String>, is_known: bool| given.filter(|_| !is_known);
    let anchor_word = anchor.as_deref().and_then(Anchor::parse);
    if let Some(given) = word(anchor, anchor_word.is_some()) {
        note("/anchor", "invalid_value", format!("{given:?} is neither first nor last"));
    }
    let type_word = media_type.as_deref().and_then(MediaType::parse);
    if let Some(given) = word(media_type, type_word.is_some()) {
        note("/media_type", "invalid_value", format!("{given:?} is neither video, image nor audio"));
    }
    Some(Wanted {
        asset_id,
        url,
        media_type: type_word,
        relation: known?,
        position: position?,
        anchor: anchor_word,
        name,
    })
}

impl Wanted {
    /// The input with all that is known of it, for an account of this interface.
    pub fn resolve(
        &self,
        place: usize,
        assets: &BTreeMap<String, InputAsset>,
        api: Api,
        wrong: &mut Vec<Violation>,
    ) -> Option<Input> {
        let mut note = |member: &str, code: &'static str, message: String| {
            wrong.push(Violation { pointer: format!("/inputs/{place}/{member}"), code, message });
        };
        match (&self.asset_id, &self.url) {
            (Some(id), None) => match assets.get(id) {
                Some(asset) if asset.is_unfinished() => {
                    let message = format!("the asset {id} is {}: it has no media to be used", asset.status);
                    note("asset_id", "input_not_ready", message);
                    None
                }
                Some(asset) => Some(self.of_asset(asset, api)),
                None => {
                    note("asset_id", "not_found", format!("no asset has the id {id:?}"));
                    None
                }
            },
            (None, Some(url)) => {
                let input = self.of_url(url);
                if input.is_none() {
                    note("url", "invalid_url", "this is no absolute url of a file".to_owned());
                }
                input
            }
            _ => None,
        }
    }

    fn bare(&self, media_type: MediaType) -> Input {
        Input {
            media_type,
            relation: self.relation,
            position: self.position,
            anchor: self.anchor,
            name: self.name.clone(),
            url: None,
            path: None,
            id: None,
            uploaded: false,
            duration_s: None,
            width: None,
            height: None,
            quality: None,
            first_frame_url: None,
            asset_id: None,
            aliases: Vec::new(),
        }
    }

    fn of_url(&self, url: &str) -> Option<Input> {
        let is_web = url.starts_with("https://") || url.starts_with("http://");
        let (url, key) = (absolute(url).filter(|_| is_web)?, object_key(url)?);
        let media_type = self.media_type.unwrap_or_else(|| type_by_name(&key, self.relation));
        let mut input = self.bare(media_type);
        input.path = key.strip_prefix("pixverse:").map(ToOwned::to_owned);
        input.uploaded = input.path.as_deref().is_some_and(|path| path.starts_with("upload/"));
        input.url = Some(url);
        input.aliases = vec![Alias::key(key)];
        Some(input)
    }

    fn of_asset(&self, asset: &InputAsset, api: Api) -> Input {
        let fields: Value = serde_json::from_str(&asset.fields).unwrap_or_default();
        let text = |name: &str| fields.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
        let whole = |name: &str| fields.get(name).and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
        let listed = asset.listed();
        let mut input = self.bare(asset.media_type);
        let scope = format!("{}:{api}:{}:", asset.provider_id, asset.media_type);
        let own = listed.iter().find_map(|alias| {
            let rest = alias.strip_prefix("id:")?.strip_prefix(&scope)?;
            rest.split_once(':')
        });
        input.id = own.map(|(_, id)| id.to_owned());
        input.uploaded = own.map_or(asset.making == "uploaded", |(making, _)| making == "uploaded");
        let key = listed.iter().find_map(|alias| alias.strip_prefix("key:pixverse:"));
        input.path = key.map(ToOwned::to_owned);
        input.url = text("media_url");
        input.duration_s = fields.get("duration_s").and_then(Value::as_f64);
        input.width = whole("width");
        input.height = whole("height");
        input.quality = setting(&fields, "quality");
        input.first_frame_url = text("thumbnail_url");
        input.asset_id = Some(asset.id.clone());
        input.aliases = asset.aliases();
        input
    }
}

impl InputAsset {
    /// An asset that has no media, and will not have it by waiting a moment.
    fn is_unfinished(&self) -> bool {
        let has_media = serde_json::from_str::<Value>(&self.fields)
            .is_ok_and(|fields| fields.get("media_url").is_some_and(Value::is_string));
        let words = [Status::Processing, Status::Failed, Status::Filtered, Status::Deleted];
        let is_without = words.iter().any(|status| status.as_str() == self.status);
        is_without && (!has_media || self.status == Status::Filtered.as_str())
    }

    /// Everything that its roots list, strongest first.
    fn listed(&self) -> Vec<String> {
        let lists: Vec<Vec<(u8, String)>> = serde_json::from_str(&self.lists).unwrap_or_default();
        sorted(lists.into_iter().flatten()).into_iter().map(|(_, alias)| alias).collect()
    }

    /// The identities of the source: its root, and what a source entry lists beside it.
    fn aliases(&self) -> Vec<Alias> {
        let lists: Vec<Vec<(u8, String)>> = serde_json::from_str(&self.lists).unwrap_or_default();
        let of_root = lists.into_iter().filter(|list| list.iter().any(|(_, alias)| *alias == self.root));
        let listed = sorted(of_root.flatten()).into_iter().filter(|(strength, _)| *strength <= WEAKEST);
        let mut aliases: Vec<Alias> = Alias::parse(&self.root).into_iter().collect();
        for alias in listed.filter_map(|(_, alias)| Alias::parse(&alias)) {
            if !aliases.contains(&alias) {
                aliases.push(alias);
            }
        }
        aliases
    }
}

fn setting(fields: &Value, name: &str) -> Option<String> {
    let settings = fields.get("settings")?.as_array()?;
    let found = settings.iter().find(|pair| pair.get(0).and_then(Value::as_str) == Some(name))?;
    found.get(1)?.as_str().map(ToOwned::to_owned)
}

/// What kind of file a url names: by its ending, else by what it is to be used for.
fn type_by_name(key: &str, relation: Relation) -> MediaType {
    let path = key.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    let ending = path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map(|(_, ending)| ending);
    match ending {
        Some("mp4" | "mov" | "webm" | "m4v") => MediaType::Video,
        Some("png" | "jpg" | "jpeg" | "webp" | "gif" | "avif") => MediaType::Image,
        Some("mp3" | "wav" | "m4a" | "aac" | "ogg") => MediaType::Audio,
        _ => match relation {
            Relation::SourceVideo | Relation::ReferenceVideo | Relation::ControlInput => MediaType::Video,
            Relation::SourceAudio => MediaType::Audio,
            _ => MediaType::Image,
        },
    }
}
