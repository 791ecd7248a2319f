//! Urls and object keys of media: what to fetch, and which spellings name one file. Which member of a payload holds
//! a url is left to the extractors.

mod plain;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use url::Url;

use plain::Plain;

/// Where keys without a host are fetched from.
const HOME: &str = "https://media.pixverse.ai/";
/// The namespace of object keys at the provider.
const NAMESPACE: &str = "pixverse";
/// How a key without a host begins. Any other relative text is unknown and becomes no url.
const KEY_PREFIXES: [&str; 3] = ["pixverse/", "upload/", "openapi/"];
/// What must be written encoded in a path, so that the url means the key again when it is read.
const IN_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'\\')
    .add(b'`')
    .add(b'{')
    .add(b'}');

/// The url to fetch: absolute, its path decoded once at the provider's hosts, left as it was elsewhere.
///
/// `None` for what is no url of a file: other schemes, bare words, unknown relative paths, placeholders.
#[must_use]
pub fn absolute(raw: &str) -> Option<String> {
    url_and_key(raw).map(|(url, _)| url)
}

/// The canonical object key: equal for every spelling of one file, however it was reached.
///
/// Provider hosts and relative keys give `pixverse:<path, decoded once>`; other hosts their url with scheme and host
/// lower-cased and the default port dropped, path and query verbatim. `None` as for [`absolute`].
#[must_use]
pub fn object_key(raw: &str) -> Option<String> {
    url_and_key(raw).map(|(_, key)| key)
}

/// The url to fetch with the canonical object key, as [`absolute`] and [`object_key`] give them, for one look at the text.
#[must_use]
pub fn url_and_key(raw: &str) -> Option<(String, String)> {
    match Plain::parse(raw).filter(|plain| !plain.may_be_placeholder()) {
        Some(plain) => Some(plain.url_and_key()),
        None => parsed_url_and_key(raw),
    }
}

/// Whether this is one of the provider's stand-in files, which unrelated items share while there is no real one.
#[must_use]
pub fn is_placeholder(raw: &str) -> bool {
    Plain::parse(raw).is_none_or(|plain| plain.may_be_placeholder()) && is_parsed_placeholder(raw)
}

/// The uuid in the file name, lower-cased. Only the exact token counts: `<uuid>_seed42.mp4` has one, a longer run of
/// hex digits has none.
#[must_use]
pub fn uuid_in(raw: &str) -> Option<String> {
    Plain::parse(raw).map_or_else(|| parsed_uuid_in(raw), |plain| uuid_in_name(plain.file_name()))
}

fn parsed_url_and_key(raw: &str) -> Option<(String, String)> {
    match place(raw)? {
        _ if is_parsed_placeholder(raw) => None,
        Place::Provider { url, key } => Some((url, format!("{NAMESPACE}:{key}"))),
        Place::Foreign { url, key } => Some((url, key)),
    }
}

fn is_parsed_placeholder(raw: &str) -> bool {
    if !may_be_placeholder(raw) {
        return false;
    }
    let path = decoded_path(raw).to_ascii_lowercase();
    let mut segments = path.split('/').filter(|segment| !segment.is_empty()).rev();
    let is_default =
        segments.next().is_some_and(|file| file.split('.').next() == Some("default") && file.contains('.'));
    is_default && segments.any(|segment| segment.starts_with(NAMESPACE))
}

/// Whether it is worth a closer look: nearly every url is none, and taking one apart is the dearest part of reading it.
/// What is written encoded, or with a line break in it, may turn out to be anything.
fn may_be_placeholder(raw: &str) -> bool {
    let is_odd = |byte: u8| byte == b'%' || byte.is_ascii_control();
    raw.bytes().any(is_odd) || raw.as_bytes().windows(7).any(|part| part.eq_ignore_ascii_case(b"default"))
}

fn parsed_uuid_in(raw: &str) -> Option<String> {
    let path = decoded_path(raw);
    uuid_in_name(path.trim_end_matches('/').rsplit('/').next()?)
}

fn uuid_in_name(name: &str) -> Option<String> {
    let may_go_on =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
    let bytes = name.as_bytes();
    bytes.windows(36).enumerate().find_map(|(start, token)| {
        let has_hyphens = [8, 13, 18, 23].iter().all(|at| token.get(*at) == Some(&b'-'));
        let before = start.checked_sub(1).and_then(|at| bytes.get(at));
        if !has_hyphens || may_go_on(before) || may_go_on(bytes.get(start + 36)) {
            return None;
        }
        as_uuid(name.get(start..start + 36)?)
    })
}

/// The text as a uuid, lower-cased; `None` where anything stands before or after it, or where all its digits are 0.
#[must_use]
pub fn as_uuid(text: &str) -> Option<String> {
    let is_uuid = text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
        && text.bytes().any(|byte| byte != b'0' && byte != b'-');
    is_uuid.then(|| text.to_ascii_lowercase())
}

/// Whether a key of this module names a file that the user handed in.
#[must_use]
pub fn is_upload_key(key: &str) -> bool {
    let path = key.strip_prefix("pixverse:").unwrap_or_default();
    path.starts_with("upload/") || path.starts_with("openapi/upload")
}

/// Whether a live account's file may be asked for at this url: https, a host of the provider's media, no port or user
/// of its own.
#[must_use]
pub fn is_live_media(url: &Url) -> bool {
    url.scheme() == "https"
        && url.port().is_none()
        && url.username().is_empty()
        && url.password().is_none()
        && url.host_str().is_some_and(is_provider_host)
}

/// Where a text points to.
enum Place {
    /// A file at the provider: the url to fetch, and its path decoded once.
    Provider { url: String, key: String },
    /// A file elsewhere.
    Foreign { url: String, key: String },
}

fn place(raw: &str) -> Option<Place> {
    let text = with_scheme(raw)?;
    // Parsed before anything is decoded: an encoded `#` or `?` belongs to the path.
    let url = Url::parse(&text).ok()?;
    let host = url.host_str()?;
    if is_provider_host(host) { provider_place(&url) } else { foreign_place(&url, text) }
}

/// Gives every accepted spelling a scheme: `//host/x`, `host/x`, relative keys, backslashes for slashes.
fn with_scheme(raw: &str) -> Option<String> {
    let raw = raw.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    if let Some((scheme, _)) = raw.split_once("://") {
        let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
        // A relative key may carry `://` further on, in a query; a scheme has no slash.
        if is_web || !scheme.contains(['/', '\\']) {
            return is_web.then(|| raw.to_owned());
        }
    }
    let text = raw.replace('\\', "/");
    let has_scheme =
        |scheme: &str| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    if has_scheme("https://") || has_scheme("http://") {
        return Some(text);
    }
    if let Some(rest) = text.strip_prefix("//") {
        return Some(format!("https://{rest}"));
    }
    let relative = text.trim_start_matches('/');
    let decoded = percent_decode_str(relative).decode_utf8_lossy();
    if KEY_PREFIXES.iter().any(|prefix| decoded.replace('\\', "/").starts_with(prefix)) {
        return Some(format!("{HOME}{relative}"));
    }
    let authority = relative.split(['/', '?', '#']).next().unwrap_or_default();
    (relative.len() > authority.len() && looks_like_host(authority)).then(|| format!("https://{relative}"))
}

/// A host without a scheme is taken for one if it is the provider's, or has two dots and ends in letters:
/// `img.example.com/a.png` is a url, `my.folder/a.png` may be anything.
fn looks_like_host(authority: &str) -> bool {
    let host = authority.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let last = host.rsplit('.').next().unwrap_or_default();
    let has_letters_last = last.len() >= 2 && last.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_plain = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-');
    is_provider_host(&host) || (is_plain && has_letters_last && host.matches('.').count() >= 2)
}

/// Whether this is one of the hosts behind which the provider's bucket of objects stands.
#[must_use]
pub fn is_provider_host(host: &str) -> bool {
    is_lower_provider_host(&host.to_ascii_lowercase())
}

fn is_lower_provider_host(host: &str) -> bool {
    matches!(host, "media.pixverse.ai" | "cdn.pixverse.ai")
        || host
            .strip_prefix("pixverse-fe-upload.oss-")
            .and_then(|rest| rest.strip_suffix(".aliyuncs.com"))
            // The region is one label: behind a further dot somebody else's bucket could stand.
            .is_some_and(|region| !region.contains('.'))
}

fn provider_place(url: &Url) -> Option<Place> {
    let key = decoded_once(url.path());
    let mut url = url.clone();
    // Queries at the provider ask for resized variants or carry a signature: neither names another file.
    url.set_query(None);
    url.set_fragment(None);
    let _ = url.set_username("");
    let _ = url.set_password(None);
    // Without anything encoded the path is its own decoding.
    if let Some(key) = key.filter(|_| url.path().contains('%')) {
        url.set_path(&utf8_percent_encode(&key, IN_PATH).to_string());
    }
    // Read back, because decoding may have brought to light a `..` or a doubled slash.
    let key = decoded_once(url.path()).unwrap_or_else(|| url.path().to_owned());
    let key = key.trim_matches('/').to_owned();
    (!key.is_empty()).then(|| Place::Provider { url: url.to_string(), key })
}

fn foreign_place(url: &Url, text: String) -> Option<Place> {
    let (_, rest) = text.split_once("://")?;
    let path_at = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let path = rest.get(path_at..)?.split('#').next()?;
    let path = if path.is_empty() { "/" } else { path };
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let key = format!("{}://{}{port}{path}", url.scheme(), url.host_str()?.to_ascii_lowercase());
    Some(Place::Foreign { url: text, key })
}

/// Percent-decodes once; `None` where the bytes are no text, so that two such names are not taken for one.
fn decoded_once(path: &str) -> Option<String> {
    percent_decode_str(path).decode_utf8().ok().map(|text| text.replace('\0', ""))
}

/// The path decoded once, also of texts that are no url.
fn decoded_path(raw: &str) -> String {
    let full = with_scheme(raw).and_then(|text| Url::parse(&text).ok());
    let path = full.as_ref().map_or(raw, Url::path);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    percent_decode_str(path).decode_utf8_lossy().replace('\\', "/")
}

#[cfg(test)]
#[path = "media_url_tests.rs"]
mod tests;
