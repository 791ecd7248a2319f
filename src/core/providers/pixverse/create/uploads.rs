//! How the library gets a file that it does not have: keys for its object store are asked for, the file is carried there, and
//! it is registered, which makes it a row of the uploads. When that is done, and what is remembered of it, is left to the
//! jobs.

use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::created::{CreateFailure, Fate, usable_id};
use crate::core::carry::{Carried, Carry, FileKind, NoSource};
use crate::core::facts::Context;
use crate::core::generation::uploaded::Uploaded;
use crate::core::ids::uuid_of;
use crate::core::media::{Api, Making, MediaType};
use crate::core::media_url::{absolute, object_key};
use crate::core::providers::failure::{Class, Failure};
use crate::core::providers::object_store::Signer;
use crate::core::providers::pixverse::calls::{AccountAccess, carry_call, library_call};
use crate::core::providers::pixverse::envelope::parse_envelope;
use crate::core::providers::pixverse::extract;
use crate::core::providers::pixverse::listing::{Listing, Part, page_call, parse_page};
use crate::core::step::{ProviderCall, Reply, Verb};

/// The bucket that Pixverse's own clients upload to.
const BUCKET: &str = "pixverse-fe-upload";
const MIB: u64 = 1024 * 1024;
/// The longest name of a file that is sent along, in characters.
const MOST_NAME: usize = 80;

const IMAGES: &[FileKind] = &[
    FileKind { endings: &["png"], content_types: &["image/png"] },
    FileKind { endings: &["jpg", "jpeg"], content_types: &["image/jpeg", "image/jpg"] },
    FileKind { endings: &["webp"], content_types: &["image/webp"] },
];
const VIDEOS: &[FileKind] = &[
    FileKind { endings: &["mp4"], content_types: &["video/mp4"] },
    FileKind { endings: &["mov"], content_types: &["video/quicktime"] },
];
const SOUNDS: &[FileKind] = &[
    FileKind { endings: &["mp3"], content_types: &["audio/mpeg", "audio/mp3"] },
    FileKind {
        endings: &["wav"],
        content_types: &["audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"],
    },
    FileKind { endings: &["m4a"], content_types: &["audio/mp4", "audio/x-m4a", "audio/m4a"] },
    FileKind { endings: &["aac"], content_types: &["audio/aac"] },
    FileKind { endings: &["ogg"], content_types: &["audio/ogg", "application/ogg"] },
];

/// What Pixverse's own client takes, and how large it may be. That clips and sounds may last 30 s, and a still's side may
/// have 4000 pixels, the provider says itself.
const fn limits(media_type: MediaType) -> (&'static [FileKind], u64) {
    match media_type {
        MediaType::Image => (IMAGES, 10 * MIB),
        MediaType::Video => (VIDEOS, 50 * MIB),
        MediaType::Audio => (SOUNDS, 20 * MIB),
    }
}

/// A file that is in the object store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its object key.
    pub key: String,
    /// How large it is.
    pub size_bytes: u64,
    /// Whether an earlier try had brought it there: it may have been registered then.
    pub was_there: bool,
}

/// Asks for keys of the object store. The core sees them sealed.
#[must_use]
pub fn token_call(access: &AccountAccess) -> ProviderCall {
    let mut call = library_call(access, Verb::Post, "getUploadToken", None);
    call.seal = vec!["/Resp/Ak", "/Resp/Sk", "/Resp/Token"];
    call
}

/// The call that carries a file there. `date` is the time of the signature, as HTTP writes it.
///
/// The object's name follows from the account and the source, so that whoever carries the same file again, after a crash or
/// beside somebody else, finds it there. Nobody else can tell the name: an account's id is nobody else's to know.
///
/// # Errors
/// A classed [`Failure`] when there are no keys in the reply.
pub fn carry_file(
    access: &AccountAccess,
    account: &str,
    (source, media_type): (&str, MediaType),
    reply: &Reply,
    date: String,
) -> Result<ProviderCall, Failure> {
    let keys: Value = serde_json::from_str(parse_envelope(reply)?).unwrap_or_default();
    let text = |name: &str| {
        let found = keys.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
        found.ok_or_else(|| {
            schema("no_upload_token", format!("Pixverse's answer names no {name} to upload with"))
        })
    };
    let signer =
        Signer { bucket: BUCKET, date, access_key: text("Ak")?, secret: text("Sk")?, token: text("Token")? };
    let (kinds, most_bytes) = limits(media_type);
    let path = format!("/upload/{}", uuid_of(&format!("upload\n{account}\n{source}")));
    let file = Carry { source: source.to_owned(), kinds, most_bytes, signer };
    Ok(carry_call(access.sandbox, path, file))
}

/// Reads what became of the file.
///
/// # Errors
/// [`CreateFailure`]: what is wrong with the source is said in the code.
pub fn parse_carried(reply: &Reply) -> Result<Stored, CreateFailure> {
    let (fate, class, code, message) = match reply {
        Reply::Carried(Carried::Stored { key, size_bytes, was_there }) => {
            return Ok(Stored { key: key.clone(), size_bytes: *size_bytes, was_there: *was_there });
        }
        Reply::Carried(Carried::NoSource(no_source)) => told(no_source),
        Reply::Carried(Carried::Refused { status }) | Reply::Answer { status, .. } => {
            let message = format!("Pixverse's object store answered HTTP {status}");
            let is_passing = matches!(status, 408 | 429 | 500..);
            let fate = if is_passing { Fate::Wait } else { Fate::Failed };
            let class = if is_passing { Class::Retryable } else { Class::Forbidden };
            (fate, class, "upload_refused", message)
        }
        Reply::Cut { reason } => {
            (Fate::Wait, Class::Retryable, "cut", format!("the upload to Pixverse failed: {reason}"))
        }
    };
    let failure = Failure { class, code: code.to_owned(), message, retry_after_s: None };
    Err(CreateFailure { fate, failure })
}

fn told(no_source: &NoSource) -> (Fate, Class, &'static str, String) {
    let failed = |code, message: String| (Fate::Failed, Class::Validation, code, message);
    let later = |message: String| (Fate::Wait, Class::Retryable, "input_unreachable", message);
    match no_source {
        NoSource::NotPublic => {
            failed("input_unreachable", "the url of an input is, or leads to, no public address".to_owned())
        }
        NoSource::Endless => {
            failed("input_unreachable", "the url of an input leads on without an end".to_owned())
        }
        NoSource::Answered { status: status @ (408 | 425 | 429 | 500..) } => {
            later(format!("the url of an input answered HTTP {status}"))
        }
        NoSource::Answered { status } => {
            failed("input_unreachable", format!("the url of an input answered HTTP {status}"))
        }
        NoSource::Silent => later("the url of an input did not answer, or fell silent".to_owned()),
        NoSource::TooLarge { most_bytes } => {
            let most = most_bytes / MIB;
            failed(
                "input_too_large",
                format!("the file of an input is larger than the {most} MiB that Pixverse takes"),
            )
        }
        NoSource::NotMedia { content_type } => {
            let found = content_type.as_deref().unwrap_or("of no kind that its server or its name says");
            failed(
                "input_not_media",
                format!("the url of an input is no file that Pixverse takes: it is {found}"),
            )
        }
    }
}

/// The call that makes a row of an object.
#[must_use]
pub fn register_call(
    access: &AccountAccess,
    (source, media_type): (&str, MediaType),
    stored: &Stored,
) -> ProviderCall {
    let (path, name) = (&stored.key, name_of(source, &stored.key));
    let (call, body) = match media_type {
        MediaType::Image => {
            let image = json!({ "name": name, "size": stored.size_bytes, "path": path, "fileName": name });
            ("media/batch_upload_media", json!({ "images": [image] }))
        }
        kind => {
            let number = if kind == MediaType::Video { 1 } else { 2 };
            ("media/upload", json!({ "name": name, "path": path, "type": number, "file_name": name }))
        }
    };
    library_call(access, Verb::Post, call, Some(body.to_string()))
}

/// The name of a file in its url; the object's, where it has none.
fn name_of(source: &str, key: &str) -> String {
    let path = source.split(['?', '#']).next().unwrap_or_default();
    let path = path.split_once("://").map_or(path, |(_, rest)| rest);
    let last = path.split_once('/').and_then(|(_, path)| path.rsplit('/').next()).unwrap_or_default();
    let name = percent_decode_str(last).decode_utf8_lossy();
    let name: String =
        name.chars().filter(|c| !c.is_control() && !matches!(c, '/' | '\\')).take(MOST_NAME).collect();
    if name.trim().is_empty() { key.rsplit('/').next().unwrap_or(key).to_owned() } else { name }
}

#[derive(Deserialize)]
struct Batch<'a> {
    #[serde(borrow)]
    result: Vec<&'a RawValue>,
}

/// Reads the row of a registered object, in the text it came in.
///
/// # Errors
/// A classed [`Failure`].
pub fn parse_registered(reply: &Reply, media_type: MediaType) -> Result<String, Failure> {
    let resp = parse_envelope(reply)?;
    let row = match media_type {
        MediaType::Image => {
            let batch = serde_json::from_str::<Batch<'_>>(resp).ok();
            batch.and_then(|batch| batch.result.first().map(|row| row.get().to_owned()))
        }
        MediaType::Video | MediaType::Audio => Some(resp.to_owned()),
    };
    let row = row.unwrap_or_default();
    let value: Value = serde_json::from_str(&row).unwrap_or_default();
    if let Some(reason) = value.get("err_msg").and_then(Value::as_str).filter(|text| !text.trim().is_empty())
    {
        let message = format!("Pixverse does not take the file: {reason}");
        let code = "upload_refused".to_owned();
        return Err(Failure { class: Class::Validation, code, message, retry_after_s: None });
    }
    let names_file = |name: &str| value.get(name).and_then(Value::as_str).and_then(object_key).is_some();
    if names_file("path") || names_file("url") {
        return Ok(row);
    }
    Err(schema("no_upload", "Pixverse's answer to the upload names no file".to_owned()))
}

/// Asks for the newest uploads: an object that was there before may be among them.
#[must_use]
pub fn newest_uploads(access: &AccountAccess, media_type: MediaType) -> ProviderCall {
    page_call(access, Listing { media_type, making: Making::Uploaded }, Part::NEWEST)
}

/// The row of an object among the newest uploads, if it is there.
///
/// # Errors
/// A classed [`Failure`].
pub fn listed_upload(
    reply: &Reply,
    media_type: MediaType,
    stored: &Stored,
) -> Result<Option<String>, Failure> {
    let key = object_key(&stored.key);
    let is_it = |row: &String| {
        let facts = extract(context(media_type), row).ok();
        facts.is_some_and(|facts| facts.aliases.iter().any(|alias| Some(&alias.value) == key.as_ref()))
    };
    Ok(parse_page(reply)?.rows.into_iter().find(is_it))
}

/// What is remembered of an upload. Its id is the one by which its row stands in the inventory.
#[must_use]
pub fn uploaded_of(row: &str, stored: &Stored) -> Uploaded {
    let row: Value = serde_json::from_str(row).unwrap_or_default();
    let text = |name: &str| row.get(name).and_then(Value::as_str);
    let id = ["asset_id", "id"].iter().find_map(|name| usable_id(row.get(name)?));
    let key = text("path").or_else(|| text("url")).and_then(object_key);
    let path = key.and_then(|key| key.strip_prefix("pixverse:").map(ToOwned::to_owned));
    Uploaded { id, url: text("url").and_then(absolute), path: path.or_else(|| Some(stored.key.clone())) }
}

/// How rows of uploads are read.
#[must_use]
pub const fn context(media_type: MediaType) -> Context {
    Context { media_type, api: Some(Api::Library), making: Some(Making::Uploaded) }
}

fn schema(code: &str, message: String) -> Failure {
    Failure { class: Class::Schema, code: code.to_owned(), message, retry_after_s: None }
}
