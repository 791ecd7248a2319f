//! One source slot: the spellings in which a payload may give it, read into one source. Which members hold slots is
//! left to `sources`.

use super::fields::{Field, IdText, Layer, Warnings};
use super::ids::{Scope, UUID_MEMBERS};
use crate::core::alias::Alias;
use crate::core::json::is_absent;
use crate::core::media::{Anchor, Making, MediaType};
use crate::core::media_url::{self, is_placeholder};
use crate::core::paths::Trail;

/// A slot of a source list as it stands in the payload.
pub enum Slot {
    /// Nothing stands there; the slot still counts.
    Blank,
    /// Something stands there that names no file; a warning says what.
    Dropped,
    /// A source.
    Source(Box<Source>),
}

/// A text that a payload gives, and where it stands.
#[derive(Clone)]
pub struct Said {
    /// The text.
    pub text: String,
    /// Its JSON path.
    pub path: String,
}

/// What is known of one source.
#[derive(Clone, Default)]
pub struct Source {
    /// Absolute, decoded once.
    pub url: Option<Said>,
    /// The object key of the url.
    pub key: Option<String>,
    /// The provider's id.
    pub id: Option<Said>,
    /// The uuid that is declared, not the one in the url.
    pub uuid: Option<Said>,
    /// The name it goes by in the prompt.
    pub name: Option<Said>,
    /// Its type in a fusion.
    pub role: Option<Said>,
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
        let equal = |a: Option<&str>, b: Option<&str>| a.is_some() && a == b;
        equal(self.key.as_deref(), other.key.as_deref())
            || equal(text_of(&self.id), text_of(&other.id))
            || equal(text_of(&self.uuid), text_of(&other.uuid))
    }

    /// Made or uploaded: uploads are known by their folder.
    pub fn making(&self) -> Making {
        let is_upload = self.key.as_deref().is_some_and(media_url::is_upload_key);
        self.making.unwrap_or(if is_upload { Making::Uploaded } else { Making::Created })
    }

    /// Its identities, strongest first. The uuid in an input's url is none: a clip and its frame may share it.
    pub fn aliases(&self, scope: Scope) -> Vec<Alias> {
        let id = text_of(&self.id).map(|id| IdText::Native(id.to_owned()));
        let uuid = text_of(&self.uuid).map(|uuid| IdText::Uuid(uuid.to_owned()));
        let named = id.into_iter().chain(uuid).map(|id| scope.alias(&id));
        named.chain(self.key.iter().map(Alias::key)).collect()
    }

    /// Takes an id, which may be a uuid, from where it stands.
    pub fn set_id(&mut self, id: IdText, path: String) {
        match id {
            IdText::Native(text) => self.id = Some(Said { text, path }),
            IdText::Uuid(text) => self.uuid = Some(Said { text, path }),
        }
    }

    /// Notes where the source of this place among the parents was read, member by member.
    pub fn note(&self, place: usize, trail: &mut Trail) {
        let uuid = self.uuid.as_ref().or_else(|| self.url.as_ref().filter(|url| uuid_in(url).is_some()));
        for (member, said) in [
            ("url", self.url.as_ref()),
            ("id", self.id.as_ref()),
            ("uuid", uuid),
            ("name", self.name.as_ref()),
            ("role", self.role.as_ref()),
        ] {
            if let Some(said) = said {
                trail.note(format_args!("parents[{place}].{member}"), &said.path);
            }
        }
    }
}

/// The text of a member that may be absent.
pub fn text_of(said: &Option<Said>) -> Option<&str> {
    said.as_ref().map(|said| said.text.as_str())
}

/// The uuid in a source's url.
pub fn uuid_in(url: &Said) -> Option<String> {
    media_url::uuid_in(&url.text)
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

impl Field<'_> {
    /// A text that was read here.
    fn said(&self, text: String) -> Said {
        Said { text, path: self.path.clone() }
    }
}

fn read_url(source: &mut Source, field: &Field<'_>, warnings: &mut Warnings) {
    let Some(raw) = field.text(warnings) else { return };
    let (url, key) = media_url::url_and_key(&raw).unzip();
    (source.url, source.key) = (url.map(|text| field.said(text)), key);
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
        let Some(field) = object.get(name) else { continue };
        match field.id(warnings) {
            Some(IdText::Native(text)) if source.id.is_none() => source.id = Some(field.said(text)),
            Some(IdText::Uuid(text)) if source.uuid.is_none() => source.uuid = Some(field.said(text)),
            _ => {}
        }
    }
    for name in UUID_MEMBERS {
        let Some(field) = object.get(name) else { continue };
        if let Some(IdText::Uuid(text)) = field.id(warnings) {
            source.uuid.get_or_insert_with(|| field.said(text));
        }
    }
    source.name = ["ref_name", "name"].iter().find_map(|name| {
        let field = object.get(name)?;
        field.text(warnings).map(|text| field.said(text))
    });
    source.role = object.get("type").and_then(|field| Some(field.said(field.value.as_str()?.to_owned())));
}
