//! Urls and object keys: the provider's hosts, its folders and the kind of file stay; uuids, numbers and names are
//! replaced; queries, where signatures stand, are cut.

use super::{Redactor, is_digits};
use crate::core::media_url::{as_uuid, is_provider_host, object_key};

/// Words of the provider's own paths, and those of ids that were made out of other ids.
const FOLDERS: [&str; 40] = [
    "aac", "audio", "cdn", "cover", "default", "first", "frame", "frames", "gif", "i2i", "image", "images",
    "jpeg", "jpg", "last", "m4a", "media", "mov", "mp3", "mp4", "music", "ogg", "openapi", "ori", "output",
    "pixverse", "png", "preview", "seed", "speech", "t2i", "thumb", "upload", "video", "wav", "web", "webm",
    "webp", "src", "emb",
];
/// How keys without a host begin.
const KEYS: [&str; 3] = ["pixverse", "upload", "openapi"];
/// Fewer digits in a file's name are a number in a row.
const FEWEST_DIGITS: usize = 3;

impl Redactor {
    /// The url or key with its form kept.
    pub(super) fn file(&mut self, text: &str) -> String {
        let text = text.split(['?', '#']).next().unwrap_or_default();
        let (start, rest) = match text.split_once("://") {
            Some((scheme, rest)) if scheme.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
                (format!("{}://", scheme.to_ascii_lowercase()), rest)
            }
            _ => match text.strip_prefix("//") {
                Some(rest) => ("//".to_owned(), rest),
                None => (String::new(), text),
            },
        };
        if start.is_empty() && !begins_with_host(rest) {
            return self.path(rest);
        }
        let end = rest.find(['/', '\\']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let host = authority.rsplit('@').next().unwrap_or_default();
        let host = host.split(':').next().unwrap_or_default().to_ascii_lowercase();
        let host = if is_provider_host(&host) { host } else { self.host(&host) };
        format!("{start}{host}{}", self.path(path))
    }

    /// Segment by segment, whatever parts them.
    fn path(&mut self, path: &str) -> String {
        let mut shown = String::new();
        let mut rest = path;
        loop {
            match next_separator(rest) {
                Some((at, length)) => {
                    let (segment, behind) = rest.split_at(at);
                    let (separator, behind) = behind.split_at(length);
                    shown.push_str(&self.segment(segment));
                    shown.push_str(separator);
                    rest = behind;
                }
                None => {
                    shown.push_str(&self.segment(rest));
                    return shown;
                }
            }
        }
    }

    /// Token by token: ids and names go, what parts them stays.
    pub(super) fn segment(&mut self, segment: &str) -> String {
        if !segment.is_ascii() || segment.contains('%') {
            let kind = segment.rsplit_once('.').map_or("", |(_, kind)| kind);
            let kind = if is_folder(kind) { format!(".{kind}") } else { String::new() };
            return format!("{}{kind}", self.name(segment));
        }
        let mut shown = String::new();
        let mut rest = segment;
        while !rest.is_empty() {
            let (token, behind) = next_token(rest);
            shown.push_str(&self.token(token));
            rest = behind;
        }
        shown
    }

    fn token(&mut self, token: &str) -> String {
        if let Some(uuid) = as_uuid(token) {
            return self.uuid(&uuid);
        }
        if is_digits(token) {
            return if token.len() < FEWEST_DIGITS { token.to_owned() } else { self.digits(token) };
        }
        if let Some(seed) = token.strip_prefix("seed").filter(|seed| is_digits(seed)) {
            return format!("seed{}", self.digits(seed));
        }
        let is_word = token.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if is_word && !is_folder(token) { self.name(token) } else { token.to_owned() }
    }
}

fn is_folder(token: &str) -> bool {
    FOLDERS.iter().any(|known| token.eq_ignore_ascii_case(known))
}

fn begins_with_host(text: &str) -> bool {
    let first = text.split(['/', '%']).next().unwrap_or_default();
    object_key(text).is_some() && first.contains('.') && !KEYS.contains(&first)
}

/// Where the next separator begins and how long it is: a slash, or one that is encoded once or twice.
fn next_separator(text: &str) -> Option<(usize, usize)> {
    let encoded = ["/", "\\", "%2F", "%2f", "%252F", "%252f"];
    encoded.iter().filter_map(|separator| Some((text.find(separator)?, separator.len()))).min()
}

/// A uuid, a run of letters and digits, or one other character. The text is ASCII and not empty.
fn next_token(text: &str) -> (&str, &str) {
    let behind = |at: usize| text.get(at..).and_then(|rest| rest.chars().next());
    if text.get(..36).and_then(as_uuid).is_some() && !behind(36).is_some_and(|c| c.is_ascii_alphanumeric()) {
        return text.split_at(36);
    }
    let run = text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    text.split_at(run.max(1))
}
