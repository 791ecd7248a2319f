//! Pages that a person hands in: the output of Pixverse's own command line, a raw answer, what a browser recorded, or
//! rows as JSON Lines. The form is told by its shape. What a row means is left to the extractor.

use serde_json::{Map, Value, json};

use crate::core::json::{parse_lenient, type_name};
use crate::core::media::{Making, MediaType};
use crate::core::providers::failure::Failure;
use crate::core::providers::pixverse::envelope::parse_envelope;
use crate::core::providers::pixverse::listing::Listing;
use crate::core::providers::pixverse::said_media_type;
use crate::core::step::Reply;

mod har;

/// Members under which an answer, or the command line, lists rows.
const LISTS: [&str; 5] = ["items", "data", "list", "image_list", "video_list"];
/// Members of a row, and of nothing that lists rows.
const ROW_MARKS: [&str; 9] = [
    "video_id",
    "VideoId",
    "image_id",
    "ImageId",
    "pixverse_image_id",
    "audio_id",
    "asset_id",
    "img_id",
    "id",
];

/// A row that was handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
    /// What it is about.
    pub listing: Listing,
    /// When its bytes were received from the provider, where that is known.
    pub seen_ms: Option<i64>,
    /// The row's text, readable or not.
    pub text: String,
}

/// Everything that was handed in at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HandedIn {
    /// How many pages were found.
    pub pages: u64,
    /// Their rows, in order.
    pub rows: Vec<Handed>,
    /// Answers in which the provider failed: where each stood, and how. They are no empty pages.
    pub failures: Vec<(String, Failure)>,
}

/// Why nothing of it can be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Neither JSON nor lines of JSON.
    NotJson(String),
    /// JSON in which no row stands.
    NotAPage(String),
    /// A row does not say what kind of file it is, and nothing around it does.
    MediaTypeUnknown(String),
}

/// What is known of a row from around it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Around {
    /// The media type.
    pub media_type: Option<MediaType>,
    /// Made or uploaded.
    pub making: Option<Making>,
    /// When it was received from the provider.
    pub seen_ms: Option<i64>,
}

/// Finds the rows. `around` is what the person says of those that do not say it themselves.
///
/// # Errors
/// A [`Refusal`]; a row that cannot be read is none, it goes the way of every unreadable row.
pub fn parse_handed_in(text: &str, around: Around) -> Result<HandedIn, Refusal> {
    let mut found = HandedIn::default();
    match parse_lenient(text) {
        Ok(value) => found.add(value, around, "$")?,
        Err(refused) => found.add_lines(text, around, &refused.to_string())?,
    }
    Ok(found)
}

impl HandedIn {
    fn add_lines(&mut self, text: &str, around: Around, reason: &str) -> Result<(), Refusal> {
        let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
        // A text that is no JSON on any line is no list of rows: it would fill quarantine with a web page.
        if !lines().any(|line| line.starts_with('{') && parse_lenient(line).is_ok()) {
            return Err(Refusal::NotJson(reason.to_owned()));
        }
        self.pages += 1;
        for (number, line) in (1..).zip(lines()) {
            match parse_lenient(line) {
                Ok(Value::Object(members)) => self.add_item(members, around, &format!("line {number}"))?,
                _ => self.push(around, MediaType::Video, line.to_owned()),
            }
        }
        Ok(())
    }

    /// Adds what a value holds: pages, answers, or a row.
    fn add(&mut self, value: Value, around: Around, at: &str) -> Result<(), Refusal> {
        match value {
            Value::Object(members) => self.add_object(members, around, at),
            Value::Array(items) => {
                self.pages += 1;
                for (place, item) in items.into_iter().enumerate() {
                    let at = format!("{at}[{place}]");
                    match item {
                        Value::Object(members) => self.add_item(members, around, &at)?,
                        row => self.add_row(row, around, &at)?,
                    }
                }
                Ok(())
            }
            other => Err(Refusal::NotAPage(format!("{at} is {}", type_name(&other)))),
        }
    }

    /// Adds one of many: an answer, a page, or else a row, readable or not.
    fn add_item(&mut self, members: Map<String, Value>, around: Around, at: &str) -> Result<(), Refusal> {
        if is_answer(&members) || is_page(&members) {
            self.add_object(members, around, at)
        } else {
            self.add_row(Value::Object(members), around, at)
        }
    }

    fn add_object(
        &mut self,
        mut members: Map<String, Value>,
        around: Around,
        at: &str,
    ) -> Result<(), Refusal> {
        if let Some(entries) = har::entries(&mut members) {
            return self.add_recording(entries, around);
        }
        if is_answer(&members) {
            return self.add_answer(members, 200, around, at);
        }
        if is_page(&members) {
            self.pages += 1;
            return self.add_page(members, around, at);
        }
        if ROW_MARKS.iter().any(|name| members.contains_key(*name)) || members.contains_key("audio") {
            return self.add_row(Value::Object(members), around, at);
        }
        let names: Vec<&str> = members.keys().take(8).map(String::as_str).collect();
        Err(Refusal::NotAPage(format!("{at} has neither rows nor an id; its members are {names:?}")))
    }

    /// Adds an answer in its envelope. A failed one is noted, and so is one without a result.
    fn add_answer(
        &mut self,
        mut members: Map<String, Value>,
        status: u16,
        around: Around,
        at: &str,
    ) -> Result<(), Refusal> {
        let resp = ["Resp", "resp"].iter().find_map(|name| members.remove(*name)).unwrap_or_default();
        let reply = Reply::Answer { status, retry_after_s: None, body: Value::Object(members).to_string() };
        if let Err(failure) = parse_envelope(&reply) {
            self.failures.push((at.to_owned(), failure));
            return Ok(());
        }
        if resp.is_null() {
            return Err(Refusal::NotAPage(format!("the answer at {at} holds no result")));
        }
        self.add(resp, around, &format!("{at}.Resp"))
    }

    fn add_page(&mut self, mut members: Map<String, Value>, around: Around, at: &str) -> Result<(), Refusal> {
        let Some(name) = LISTS.iter().find(|name| members.contains_key(**name)) else { return Ok(()) };
        // Only the command line says `page` and `limit`; it also gives every row an `id` of its own.
        let is_printed =
            *name == "items" && (members.contains_key("limit") || members.contains_key("next_offset"));
        let Some(Value::Array(rows)) = members.remove(*name) else { return Ok(()) };
        for (place, mut row) in rows.into_iter().enumerate() {
            if let Some(row) = row.as_object_mut().filter(|_| is_printed) {
                take_printed_id(row);
            }
            self.add_row(row, around, &format!("{at}.{name}[{place}]"))?;
        }
        Ok(())
    }

    fn add_row(&mut self, row: Value, around: Around, at: &str) -> Result<(), Refusal> {
        let said = row.as_object().and_then(said_media_type);
        let media_type = match (said.or(around.media_type), row.is_object()) {
            (Some(media_type), _) => media_type,
            (None, false) => MediaType::Video,
            (None, true) => {
                return Err(Refusal::MediaTypeUnknown(format!(
                    "the row at {at} does not say what it is: send ?media_type=video, image or audio"
                )));
            }
        };
        self.push(around, media_type, row.to_string());
        Ok(())
    }

    fn push(&mut self, around: Around, media_type: MediaType, text: String) {
        let making = around.making.unwrap_or(Making::Created);
        let listing = Listing { media_type, making };
        self.rows.push(Handed { listing, seen_ms: around.seen_ms, text });
    }
}

fn is_answer(members: &Map<String, Value>) -> bool {
    ["ErrCode", "err_code"].iter().any(|name| members.contains_key(*name))
}

fn is_page(members: &Map<String, Value>) -> bool {
    let is_list = |name: &&str| {
        members.get(*name).is_some_and(|rows| rows.is_array() || (rows.is_null() && *name == "data"))
    };
    LISTS.iter().any(is_list) && !ROW_MARKS.iter().any(|name| members.contains_key(*name))
}

/// Takes off the `id` that the command line puts before a row's own members, so that the row is the provider's again.
fn take_printed_id(row: &mut Map<String, Value>) {
    let own = ["video_id", "image_id", "audio_id", "asset_id"].iter().find_map(|name| row.get(*name));
    if own.is_some() && own == row.get("id") {
        row.remove("id");
    }
}

/// What a refused answer looks like to [`parse_envelope`] when there is no text at all.
fn no_body() -> Value {
    json!({ "ErrCode": null })
}

#[cfg(test)]
#[path = "handed_in_tests.rs"]
mod tests;
