//! What a browser recorded (HAR 1.2): of all its entries those that asked Pixverse for a library page or for one asset.
//! What the answers hold is left to the parent.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use url::Url;

use super::{Around, HandedIn, Refusal, no_body};
use crate::core::clock::parse_rfc3339;
use crate::core::json::parse_lenient;
use crate::core::media::{Making, MediaType};

/// The calls that answer with rows, and what each is about where its request does not say.
const CALLS: [(&str, Option<MediaType>); 10] = [
    ("/creative_platform/asset/library/list", None),
    ("/creative_platform/asset/folder/item/list", None),
    ("/creative_platform/video/list/personal", Some(MediaType::Video)),
    ("/creative_platform/image/list/personal", Some(MediaType::Image)),
    ("/creative_platform/video/list/detail", Some(MediaType::Video)),
    ("/creative_platform/image/detail", Some(MediaType::Image)),
    ("/creative_platform/audio/detail", Some(MediaType::Audio)),
    ("/creative_platform/music/detail", Some(MediaType::Audio)),
    ("/openapi/v2/video/result/", Some(MediaType::Video)),
    ("/openapi/v2/image/result/", Some(MediaType::Image)),
];

/// The entries of a recording; `None` when it is none.
pub(super) fn entries(members: &mut Map<String, Value>) -> Option<Vec<Value>> {
    match members.get_mut("log")?.get_mut("entries")?.take() {
        Value::Array(entries) => Some(entries),
        _ => None,
    }
}

impl HandedIn {
    /// Adds every page of a recording; other entries are nobody's business and are not looked at.
    pub(super) fn add_recording(&mut self, entries: Vec<Value>, around: Around) -> Result<(), Refusal> {
        let mut met = 0;
        for (place, entry) in entries.into_iter().enumerate() {
            let Some(around) = call_of(&entry, around) else { continue };
            met += 1;
            self.add_entry(&entry, around, &format!("$.log.entries[{place}]"))?;
        }
        if met == 0 {
            return Err(Refusal::NotAPage(
                "the recording holds no library page of Pixverse: open the library while the browser records"
                    .to_owned(),
            ));
        }
        Ok(())
    }

    fn add_entry(&mut self, entry: &Value, around: Around, at: &str) -> Result<(), Refusal> {
        let status = entry.pointer("/response/status").and_then(Value::as_u64).unwrap_or(0);
        let status = u16::try_from(status).unwrap_or(0);
        let answer = body_of(entry).and_then(|text| parse_lenient(&text).ok()).unwrap_or_else(no_body);
        match answer {
            Value::Object(members) => self.add_answer(members, status, around, at),
            _ => self.add_answer(Map::new(), status, around, at),
        }
    }
}

/// What an entry's request says of its rows; `None` when it is no call for rows.
fn call_of(entry: &Value, around: Around) -> Option<Around> {
    let text = |path: &str| entry.pointer(path).and_then(Value::as_str);
    if text("/request/method") == Some("OPTIONS") {
        return None;
    }
    let url = Url::parse(text("/request/url")?).ok()?;
    if !is_provider(url.host_str()?) {
        return None;
    }
    let (_, about) = CALLS.iter().find(|(call, _)| {
        let path = url.path();
        path == *call || (call.ends_with('/') && path.starts_with(call))
    })?;
    let asked = text("/request/postData/text").and_then(|body| parse_lenient(body).ok()).unwrap_or_default();
    let tab = asked.get("tab").and_then(Value::as_str).and_then(MediaType::parse);
    let source = asked.get("asset_source").and_then(Value::as_i64);
    let source = source.or_else(|| query_number(&url, "asset_source"));
    let making = match source {
        Some(0) => Some(Making::Uploaded),
        Some(_) => Some(Making::Created),
        None => around.making,
    };
    Some(Around {
        media_type: tab.or(*about).or(around.media_type),
        making,
        seen_ms: text("/startedDateTime").and_then(parse_rfc3339),
    })
}

fn query_number(url: &Url, name: &str) -> Option<i64> {
    url.query_pairs().find(|(key, _)| key == name)?.1.parse().ok()
}

/// Pixverse's own hosts, or a simulator on this machine.
fn is_provider(host: &str) -> bool {
    host == "pixverse.ai"
        || host.ends_with(".pixverse.ai")
        || host.ends_with(".pixverseai.com")
        || matches!(host, "127.0.0.1" | "localhost" | "[::1]")
}

fn body_of(entry: &Value) -> Option<String> {
    let text = entry.pointer("/response/content/text")?.as_str()?;
    let encoding = entry.pointer("/response/content/encoding").and_then(Value::as_str);
    if encoding != Some("base64") {
        return Some(text.to_owned());
    }
    String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok()
}
