//! Which inputs the provider does not have yet in the interface that is asked, and what a request is once it has them.
//! The open platform fetches a file by its url; how the library gets one is left to `uploads`.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::created::usable_id;
use super::table::{Form, row_of};
use crate::core::alias::{Alias, Scheme};
use crate::core::generation::request::{GenerationRequest, Input};
use crate::core::generation::uploaded::Uploaded;
use crate::core::media::{Api, Making, MediaType};
use crate::core::media_url::{absolute, object_key};
use crate::core::providers::failure::{Class, Failure};
use crate::core::providers::pixverse::PROVIDER_ID;
use crate::core::providers::pixverse::calls::{AccountAccess, open_platform_call};
use crate::core::providers::pixverse::envelope::parse_envelope;
use crate::core::providers::source::{Place, place_of};
use crate::core::step::{ProviderCall, Reply, Verb};

/// An input that the provider does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingInput {
    /// Its place in `request.inputs`.
    pub place: usize,
    /// What can be done.
    pub missing: Missing,
}

/// What can be done about an input that the provider does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// It can be uploaded from its url.
    UploadByUrl,
    /// It cannot be used, for this reason: `input_not_at_provider`. [`validate`](super::validate) says the same.
    Refused(String),
}

/// The inputs that the provider does not have in this interface. The library needs an object key of a file on the
/// provider's hosts; the open platform an id of its own, and for stills and sound one that was uploaded. Where it names
/// files by url, it is the url of such a one: what it would make of any other, no document says.
#[must_use]
pub fn missing_inputs(request: &GenerationRequest, api: Api) -> Vec<MissingInput> {
    let row = row_of(request, api);
    let form = |input: &Input| row?.slots.iter().find(|slot| slot.takes(input)).map(|slot| slot.form);
    let missing = |input: &Input| match (api, form(input)) {
        (Api::Library, _) => missing_in_library(input),
        (Api::OpenPlatform, Some(Form::MadeClipId)) => missing_made_clip(input),
        (Api::OpenPlatform, Some(Form::UrlEntries(..))) if has_open_id(input) => missing_url(input),
        (Api::OpenPlatform, _) => missing_in_open_platform(input),
    };
    let places = request.inputs.iter().enumerate();
    places.filter_map(|(place, input)| Some(MissingInput { place, missing: missing(input)? })).collect()
}

fn missing_in_library(input: &Input) -> Option<Missing> {
    let reason = match (path_of(input), &input.url) {
        (Some(_), _) => return None,
        // Whether this machine is asked is said where it is asked: only for the simulator's files.
        (None, Some(url)) if place_of(url) != Place::Closed => return Some(Missing::UploadByUrl),
        (None, Some(_)) => {
            "its file is neither on Pixverse's hosts nor at a public http or https url from which it could be uploaded"
        }
        (None, None) => {
            "nothing is known of where its file is at Pixverse: sync the account, so that the asset has its file"
        }
    };
    Some(Missing::Refused(reason.to_owned()))
}

/// Stills that the open platform made have an id of another kind than those that were uploaded, and no body takes it.
const fn has_open_id(input: &Input) -> bool {
    input.id.is_some() && (input.uploaded || matches!(input.media_type, MediaType::Video))
}

fn missing_in_open_platform(input: &Input) -> Option<Missing> {
    match url_of(input) {
        _ if has_open_id(input) => None,
        Some(_) => Some(Missing::UploadByUrl),
        None => Some(Missing::Refused(
            "it has no id at the open platform, and no url by which it could be uploaded".to_owned(),
        )),
    }
}

fn missing_made_clip(input: &Input) -> Option<Missing> {
    let reason = match (has_open_id(input), input.uploaded) {
        (true, false) => return None,
        (true, true) => "only a clip that the open platform made can be used here",
        (false, _) => {
            "only a clip that the open platform made can be used here, and this one has no id there"
        }
    };
    Some(Missing::Refused(reason.to_owned()))
}

/// What has an id there is named by its url all the same.
fn missing_url(input: &Input) -> Option<Missing> {
    let reason = "it is named by its url here, and nothing is known of where its file is";
    url_of(input).is_none().then(|| Missing::Refused(reason.to_owned()))
}

/// The object key of an input at the provider.
pub fn path_of(input: &Input) -> Option<String> {
    let key_path = |text: &str| object_key(text)?.strip_prefix("pixverse:").map(ToOwned::to_owned);
    let path = input.path.as_deref().map(|path| key_path(path).unwrap_or_else(|| path.to_owned()));
    path.filter(|path| !path.is_empty()).or_else(|| key_path(input.url.as_deref()?))
}

/// The url of an input, absolute.
pub fn url_of(input: &Input) -> Option<String> {
    absolute(input.url.as_deref().or(input.path.as_deref())?)
}

/// The call that has the open platform fetch an input by its url; `None` when the input has no url, or for the library,
/// which fetches nothing.
#[must_use]
pub fn upload_call(access: &AccountAccess, api: Api, input: &Input) -> Option<ProviderCall> {
    if api == Api::Library {
        return None;
    }
    let url = url_of(input)?;
    let url = utf8_percent_encode(&url, NON_ALPHANUMERIC);
    let (path, body) = match input.media_type {
        MediaType::Image => ("image/upload", format!("image_url={url}")),
        kind => ("media/upload", format!("file_url={url}&media_type={kind}")),
    };
    let mut call = open_platform_call(access, Verb::Post, path, Some(body));
    call.headers.push(("content-type", "application/x-www-form-urlencoded".to_owned()));
    Some(call)
}

/// By what an upload of an input is remembered.
#[must_use]
pub fn source_of(input: &Input) -> Option<String> {
    input.url.clone().or_else(|| input.path.clone())
}

/// The request as it is sent: with what was uploaded, by its source, in the place of its inputs.
#[must_use]
pub fn as_sent(request: &GenerationRequest, uploaded: &[(String, Uploaded)], api: Api) -> GenerationRequest {
    let mut request = request.clone();
    for input in &mut request.inputs {
        let Some(source) = source_of(input) else { continue };
        if let Some((_, uploaded)) = uploaded.iter().find(|(known, _)| *known == source) {
            stand_in(uploaded, input, api);
        }
    }
    request
}

/// Puts an upload in an input's place. The open platform lists nothing, so there the input stays known as it was asked. The
/// library lists what was uploaded, and names it as the source: there the input is the upload. An asset that was asked for
/// by our id is one with it, as far as it has no id of its own at a provider.
fn stand_in(uploaded: &Uploaded, input: &mut Input, api: Api) {
    input.id.clone_from(&uploaded.id);
    input.uploaded = true;
    input.path = uploaded.path.clone().or_else(|| input.path.take());
    if api != Api::Library {
        return;
    }
    let id = uploaded.id.as_deref();
    let id = id.map(|id| Alias::id(PROVIDER_ID, api, input.media_type, Making::Uploaded, id));
    let key = uploaded.path.as_deref().and_then(object_key).map(Alias::key);
    let mut aliases: Vec<Alias> = id.into_iter().chain(key).collect();
    if input.asset_id.is_some() {
        aliases.extend(input.aliases.drain(..).filter(|alias| alias.scheme == Scheme::Key));
    }
    input.aliases = aliases;
    input.url = uploaded.url.clone().or_else(|| absolute(uploaded.path.as_deref()?));
}

/// Reads the answer to an upload.
///
/// # Errors
/// A classed [`Failure`]; an answer without a usable id is one.
pub fn parse_upload(reply: &Reply) -> Result<Uploaded, Failure> {
    let resp: Value = serde_json::from_str(parse_envelope(reply)?).unwrap_or_default();
    let id =
        ["img_id", "ImgID", "ImgId", "media_id", "id"].iter().find_map(|name| usable_id(resp.get(name)?));
    let url = ["img_url", "ImgUrl", "url"].iter().find_map(|name| resp.get(name)?.as_str());
    let id = id.ok_or_else(|| Failure {
        class: Class::Schema,
        code: "no_id".to_owned(),
        message: "Pixverse's answer to the upload names no id".to_owned(),
        retry_after_s: None,
    })?;
    let path = resp.get("path").and_then(Value::as_str).or(url).and_then(object_key);
    let path = path.and_then(|key| key.strip_prefix("pixverse:").map(ToOwned::to_owned));
    Ok(Uploaded { id: Some(id), url: url.and_then(absolute), path })
}
