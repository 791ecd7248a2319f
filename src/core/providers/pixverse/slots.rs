//! One source slot: the spellings in which a payload may give it, read into one source. Which members hold slots is
//! left to `sources`.

use super::fields::{Field, IdText, Layer, Warnings};
use super::ids::{Scope, UUID_MEMBERS};
use crate::core::alias::Alias;
use crate::core::json::is_absent;
use crate::core::media::{Anchor, Making, MediaType};
use crate::core::media_url::{self, is_placeholder};

/// A slot of a source list as it stands in the payload.
pub enum Slot {
    /// Nothing stands there; the slot still counts.
    Blank,
    /// Something stands there that names no file; a warning says what.
    Dropped,
    /// A source.
    Source(Box<Source>),
}

/// What is known of one source.
#[derive(Clone, Default)]
pub struct Source {
    /// Absolute, decoded once.
    pub url: Option<String>,
    /// The object key of the url.
    pub key: Option<String>,
    /// The provider's id.
    pub id: Option<String>,
    /// The uuid that is declared, not the one in the url.
    pub uuid: Option<String>,
    /// The name it goes by in the prompt.
    pub name: Option<String>,
    /// Its type in a fusion.
    pub role: Option<String>,
    /// The end of the child it is tied to.
    pub anchor: Option<Anchor>,
    /// Made or uploaded, where more is known of it than its folder says.
    pub making: Option<Making>,
    /// Where it stands.
    pub path: String,
}

impl Slot {
    /// The source, if the slot has one.
    pub const fn source(&self) -> Option<&Source> {
        match self {
            Self::Source(source) => Some(source),
            _ => None,
        }
    }

    /// The source, to add to it.
    pub const fn source_mut(&mut self) -> Option<&mut Source> {
        match self {
            Self::Source(source) => Some(source),
            _ => None,
        }
    }

    /// Whether the slot is an empty one.
    pub const fn is_blank(&self) -> bool {
        matches!(self, Self::Blank)
    }
}

impl Source {
    /// Whether both name the same file.
    pub fn is_same(&self, other: &Self) -> bool {
        let equal = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
        equal(&self.key, &other.key) || equal(&self.id, &other.id) || equal(&self.uuid, &other.uuid)
    }

    /// Made or uploaded: uploads are known by their folder.
    pub fn making(&self) -> Making {
        let is_upload = self.key.as_deref().is_some_and(media_url::is_upload_key);
        self.making.unwrap_or(if is_upload { Making::Uploaded } else { Making::Created })
    }

    /// Its identities, strongest first. The uuid in an input's url is none: a clip and its frame may share it.
    pub fn aliases(&self, scope: Scope) -> Vec<Alias> {
        let id = self.id.clone().map(IdText::Native);
        let uuid = self.uuid.clone().map(IdText::Uuid);
        let named = id.into_iter().chain(uuid).map(|id| scope.alias(&id));
        named.chain(self.key.iter().map(Alias::key)).collect()
    }

    /// Takes an id, which may be a uuid.
    pub fn set_id(&mut self, id: IdText) {
        match id {
            IdText::Native(id) => self.id = Some(id),
            IdText::Uuid(uuid) => self.uuid = Some(uuid),
        }
    }
}

/// More sources than any job ever had; what stands beyond is noted and left.
const MAX_SLOTS: usize = 2048;

/// Reads the slots of two parallel members, the urls and the paths of the same sources.
pub fn parallel(
    level: &Layer<'_>,
    urls: &str,
    paths: &str,
    media_type: MediaType,
    warnings: &mut Warnings,
) -> Vec<Slot> {
    let urls = spellings(level, urls, media_type, warnings);
    let paths = spellings(level, paths, media_type, warnings);
    if urls.len() != paths.len() && urls.iter().zip(&paths).any(|(url, path)| are_different(url, path)) {
        return unaligned(urls, paths, warnings);
    }
    let slots = urls.len().max(paths.len());
    let padded = |list: Vec<Slot>| list.into_iter().chain(std::iter::repeat_with(|| Slot::Blank)).take(slots);
    padded(urls).zip(padded(paths)).map(|(url, path)| merged(url, path, warnings)).collect()
}

fn spellings(level: &Layer<'_>, name: &str, media_type: MediaType, warnings: &mut Warnings) -> Vec<Slot> {
    let Some(field) = level.get(name) else { return Vec::new() };
    let entries = field.entries();
    if entries.len() > MAX_SLOTS {
        warnings.add("too_many_sources", &field.path);
    }
    entries.iter().take(MAX_SLOTS).map(|field| entry(field, media_type, warnings)).collect()
}

fn are_different(a: &Slot, b: &Slot) -> bool {
    a.source().zip(b.source()).is_some_and(|(a, b)| are_different_keys(a, b))
}

fn are_different_keys(a: &Source, b: &Source) -> bool {
    a.key.is_some() && b.key.is_some() && a.key != b.key
}

/// Lists of two lengths that contradict each other cannot be laid side by side: the longer one gives the slots, the
/// other adds only what is not among them.
fn unaligned(urls: Vec<Slot>, paths: Vec<Slot>, warnings: &mut Warnings) -> Vec<Slot> {
    let (mut slots, others) = if urls.len() > paths.len() { (urls, paths) } else { (paths, urls) };
    for other in others {
        let Some(source) = other.source() else { continue };
        warnings.add("source_spellings_differ", &source.path);
        if !slots.iter().filter_map(Slot::source).any(|known| known.is_same(source)) {
            slots.push(other);
        }
    }
    slots
}

/// Two spellings of one slot. Where they name different files, the url stands: it is what the provider's own pages show.
fn merged(url: Slot, path: Slot, warnings: &mut Warnings) -> Slot {
    match (url, path) {
        (Slot::Source(mut url), Slot::Source(path)) => {
            if are_different_keys(&url, &path) {
                warnings.add("source_spellings_differ", &path.path);
                return Slot::Source(url);
            }
            if url.key.is_none() {
                url.url = path.url;
                url.key = path.key;
            }
            url.id = url.id.or(path.id);
            url.uuid = url.uuid.or(path.uuid);
            Slot::Source(url)
        }
        (source @ Slot::Source(_), _) | (_, source @ Slot::Source(_)) => source,
        (Slot::Blank, Slot::Blank) => Slot::Blank,
        _ => Slot::Dropped,
    }
}

/// Reads one entry: a url, a path, or an object with either and an id.
fn entry(field: &Field<'_>, media_type: MediaType, warnings: &mut Warnings) -> Slot {
    if is_absent(field.value) {
        return Slot::Blank;
    }
    let mut source = Source { path: field.path.clone(), ..Source::default() };
    match field.object() {
        Some(object) => read_object(&mut source, &object, media_type, warnings),
        None if field.value.is_string() => read_url(&mut source, field, warnings),
        None => warnings.add("not_a_source", &field.path),
    }
    if source.key.is_some() || source.id.is_some() || source.uuid.is_some() {
        return Slot::Source(Box::new(source));
    }
    if field.value.is_object() {
        warnings.add("not_a_source", &field.path);
    }
    Slot::Dropped
}

fn read_url(source: &mut Source, field: &Field<'_>, warnings: &mut Warnings) {
    let Some(raw) = field.text(warnings) else { return };
    (source.url, source.key) = media_url::url_and_key(&raw).unzip();
    if source.key.is_none() {
        warnings
            .add(if is_placeholder(&raw) { "placeholder_source" } else { "unusable_source" }, &field.path);
    }
}

fn read_object(source: &mut Source, object: &Layer<'_>, media_type: MediaType, warnings: &mut Warnings) {
    let kind = media_type.as_str();
    for name in ["url", &format!("{kind}_url"), "path", &format!("{kind}_path"), "img_url", "media_url"] {
        if source.key.is_none()
            && let Some(field) = object.get(name)
        {
            read_url(source, &field, warnings);
        }
    }
    for name in [&format!("{kind}_id"), "id", "media_id", "asset_id", "img_id"] {
        match object.get(name).and_then(|field| field.id(warnings)) {
            Some(IdText::Native(id)) if source.id.is_none() => source.id = Some(id),
            Some(IdText::Uuid(uuid)) if source.uuid.is_none() => source.uuid = Some(uuid),
            _ => {}
        }
    }
    for name in UUID_MEMBERS {
        if let Some(IdText::Uuid(uuid)) = object.get(name).and_then(|field| field.id(warnings)) {
            source.uuid.get_or_insert(uuid);
        }
    }
    source.name = ["ref_name", "name"].iter().find_map(|name| object.get(name)?.text(warnings));
    source.role = object.get("type").and_then(|field| field.value.as_str()).map(str::to_owned);
}
