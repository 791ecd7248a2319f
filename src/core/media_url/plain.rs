//! Urls and keys that are spelled plainly, as nearly all are: of letters, digits and little else, with nothing encoded but
//! slashes. They are read without a parser. Every other spelling is left to `media_url`, which must say the same of these.

use super::{HOME, KEY_PREFIXES, NAMESPACE, is_lower_provider_host};

/// The name of a stand-in file, up to its ending.
const DEFAULT: &str = "default.";

/// A plain url or key, taken apart.
pub(super) struct Plain<'a> {
    raw: &'a str,
    /// Scheme and host, with the slash behind them.
    origin: &'a str,
    is_provider: bool,
    /// The path without its first slash.
    path: &'a str,
    file_name: &'a str,
}

impl<'a> Plain<'a> {
    /// Takes a text apart; `None` where its spelling asks for a closer look.
    pub(super) fn parse(raw: &'a str) -> Option<Self> {
        let Some(rest) = raw.strip_prefix("https://").or_else(|| raw.strip_prefix("http://")) else {
            let is_key = KEY_PREFIXES.iter().any(|prefix| raw.starts_with(prefix));
            let file_name = is_key.then(|| file_name(raw)).flatten()?;
            return Some(Self { raw, origin: HOME, is_provider: true, path: raw, file_name });
        };
        let (host, rest) = rest.split_once('/').filter(|(host, _)| is_plain_host(host))?;
        let origin = raw.get(..raw.len() - rest.len())?;
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let file_name = file_name(path).filter(|_| is_plain_query(query))?;
        Some(Self { raw, origin, is_provider: is_lower_provider_host(host), path, file_name })
    }

    /// The last segment of the path.
    pub(super) const fn file_name(&self) -> &'a str {
        self.file_name
    }

    /// Whether the file has the name of a stand-in. Where it has another, it is none.
    pub(super) fn may_be_placeholder(&self) -> bool {
        self.file_name.get(..DEFAULT.len()).is_some_and(|start| start.eq_ignore_ascii_case(DEFAULT))
    }

    /// The url to fetch and the object key.
    pub(super) fn url_and_key(&self) -> (String, String) {
        if !self.is_provider {
            return (self.raw.to_owned(), self.raw.to_owned());
        }
        let mut url = String::with_capacity(self.origin.len() + self.path.len());
        url.push_str(self.origin);
        let mut parts = self.path.split('%');
        url.push_str(parts.next().unwrap_or_default());
        for part in parts {
            url.push('/');
            url.push_str(part.get(2..).unwrap_or_default());
        }
        let path = url.get(self.origin.len()..).unwrap_or_default();
        let mut key = String::with_capacity(NAMESPACE.len() + 1 + path.len());
        key.push_str(NAMESPACE);
        key.push(':');
        key.push_str(path);
        (url, key)
    }
}

/// The last segment of a plain path; `None` for a path with empty segments, segments of dots, or anything but letters,
/// digits, `-._~` and slashes, which may be encoded.
fn file_name(path: &str) -> Option<&str> {
    let mut rest = path.as_bytes();
    let (mut from, mut says_something) = (0, false);
    while let Some((&byte, next)) = rest.split_first() {
        rest = next;
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'~' => says_something = true,
            b'.' => {}
            b'/' | b'%' if says_something => {
                if byte == b'%' {
                    rest = rest.strip_prefix(b"2F").or_else(|| rest.strip_prefix(b"2f"))?;
                }
                (from, says_something) = (path.len() - rest.len(), false);
            }
            _ => return None,
        }
    }
    path.get(from..).filter(|_| says_something)
}

/// Whether a host is lower-case labels of letters, digits and single hyphens inside, the last of letters alone: no number
/// that could be an address, nothing that stands for another alphabet.
fn is_plain_host(host: &str) -> bool {
    let mut before = b'.';
    for byte in host.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' => {}
            b'.' | b'-' if before != b'.' && before != b'-' => {}
            _ => return false,
        }
        // A hyphen may not end a label.
        if byte == b'.' && before == b'-' {
            return false;
        }
        before = byte;
    }
    let last = host.rsplit('.').next().unwrap_or_default();
    !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// Whether a query goes on to the end of the text as it stands.
fn is_plain_query(query: &str) -> bool {
    query.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#' && byte != b'\\')
}

#[cfg(test)]
#[path = "plain_tests.rs"]
mod tests;
