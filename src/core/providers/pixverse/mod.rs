//! Pixverse: what its payloads mean. Which asset a payload belongs to, and which of several payloads is believed, is
//! left to `identity` and `fold`.

pub mod account;
pub mod calls;
pub mod create;
pub mod envelope;
mod fields;
pub mod handed_in;
mod ids;
pub mod listing;
mod modes;
mod output;
mod prompts;
pub mod schema;
mod settings;
mod slots;
mod sources;
mod status;
mod unwrap;

use serde_json::{Map, Value};

use crate::core::error::Rejection;
use crate::core::facts::{Context, Facts};
use crate::core::generation::record::{is_record, read_record};
use crate::core::json::{parse_lenient, type_name};
use crate::core::media::{Making, MediaType, Operation};
use crate::core::paths::{Paths, Trail};
use fields::Warnings;
use ids::{OwnIds, Scope};
use modes::Mode;
use output::Output;
use unwrap::Item;

/// The provider's name in ids, rows and requests.
pub const PROVIDER_ID: &str = "pixverse";

/// Counted up whenever the same payload may give other facts.
pub const EXTRACTOR_VERSION: u32 = 1;

/// Reads the facts out of one Pixverse payload.
///
/// # Errors
/// When the payload is no JSON object.
pub fn extract(context: Context, payload: &str) -> Result<Facts, Rejection> {
    extract_value(context, &parse_lenient(payload)?)
}

/// As [`extract`], of a payload that is parsed already.
///
/// # Errors
/// When the payload is no JSON object.
pub fn extract_value(context: Context, payload: &Value) -> Result<Facts, Rejection> {
    follow(context, payload, Trail::default()).map(|(facts, _)| facts)
}

/// Where in a payload [`extract`] reads what it reads.
///
/// # Errors
/// As for [`extract`].
pub fn paths(context: Context, payload: &str) -> Result<Paths, Rejection> {
    follow(context, &parse_lenient(payload)?, Trail::kept()).map(|(_, trail)| trail.into_paths())
}

fn follow(context: Context, payload: &Value, mut trail: Trail) -> Result<(Facts, Trail), Rejection> {
    match payload {
        Value::Object(root) if is_record(root) => {
            let extractor = (PROVIDER_ID, EXTRACTOR_VERSION, &settings::SETTINGS[..]);
            let facts = read_record(extractor, context, root, &mut trail);
            Ok((facts, trail))
        }
        Value::Object(root) => Ok(read(context, root, trail)),
        other => Err(Rejection::NotAnObject { found: type_name(other) }),
    }
}

/// What a row says of its media type; `None` when it says nothing, or several things.
#[must_use]
pub fn said_media_type(root: &Map<String, Value>) -> Option<MediaType> {
    let mut warnings = Warnings::default();
    let item = Item::find(root, &mut warnings);
    match ids::said_media_types(&item, &mut warnings).as_slice() {
        [only] => Some(*only),
        _ => None,
    }
}

fn read(context: Context, root: &Map<String, Value>, trail: Trail) -> (Facts, Trail) {
    let mut warnings = Warnings::with(trail);
    let w = &mut warnings;
    let item = Item::find(root, w);
    let scope = Scope::read(&item, context, w);
    let ids = OwnIds::read(&item, scope, w);
    let output = Output::read(&item, scope.media_type, scope.making, w);
    let reading = status::read(&item, scope.media_type, w);
    let status = output.settle(&reading, scope.making, w);
    let created = modes::read(&item, w);
    let mode = if scope.making == Making::Uploaded { Mode::Upload } else { created.mode };
    let parents = if mode == Mode::Upload { Vec::new() } else { sources::collect(&item, mode, scope, w) };
    let aliases = ids.aliases(scope, &output.keys, w);
    if aliases.is_empty() {
        w.add("no_identity", item.path());
    }
    let operation: Option<Operation> = mode.operation(scope.media_type, !parents.is_empty());
    let mut facts = Facts {
        asset_id: ids.shown(),
        aliases,
        media_type: scope.media_type,
        api: scope.api,
        making: scope.making,
        operation,
        create_mode: created.word,
        status,
        status_code: reading.code,
        media_url: output.usable_url(status, w),
        thumbnail_url: output.thumbnail,
        preview_url: output.preview,
        width: output.width,
        height: output.height,
        duration_s: output.duration_s,
        model: settings::first_scalar(&item, "model", &["model", "model_name"], w),
        seed: settings::first_scalar(&item, "seed", &["seed"], w),
        created_ms: settings::created_ms(&item, w),
        name: settings::first_scalar(&item, "name", &["name", "file_name"], w),
        provider_account: settings::account(&item, w),
        parents,
        prompts: prompts::main_prompt(&item, mode, w),
        negative_prompt: prompts::negative_prompt(&item, w),
        segments: prompts::segments(&item, mode, w),
        settings: settings::settings(&item, w),
        warnings: Vec::new(),
        extractor_version: EXTRACTOR_VERSION,
        generation_id: None,
    };
    let (found, trail) = warnings.into_parts();
    facts.warnings = found;
    (facts, trail)
}
