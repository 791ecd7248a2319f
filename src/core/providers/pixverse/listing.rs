//! Pixverse's library listings: which walks there are, how a page is asked for, what its answer says about going on.
//! What a row means is left to the extractor, when a walk is over to the sync job.

use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use crate::core::media::{Making, MediaType};
use crate::core::providers::failure::{Class, Failure};
use crate::core::providers::pixverse::calls::{AccountAccess, library_call};
use crate::core::providers::pixverse::envelope::parse_envelope;
use crate::core::step::{ProviderCall, Reply, Verb};

/// Rows asked for at a time. The official client takes up to 100, audio up to 50; 50 keeps a step inside the free
/// plan's CPU.
pub const PAGE_ROWS: u64 = 50;

/// One walk through a library: created and uploaded media are listed apart, and so is each media type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listing {
    /// Which tab.
    pub media_type: MediaType,
    /// Created or uploaded.
    pub making: Making,
}

/// The six walks of a workspace.
pub const LISTINGS: [Listing; 6] = [
    Listing { media_type: MediaType::Video, making: Making::Created },
    Listing { media_type: MediaType::Video, making: Making::Uploaded },
    Listing { media_type: MediaType::Image, making: Making::Created },
    Listing { media_type: MediaType::Image, making: Making::Uploaded },
    Listing { media_type: MediaType::Audio, making: Making::Created },
    Listing { media_type: MediaType::Audio, making: Making::Uploaded },
];

impl Listing {
    /// The name of the walk, as it stands in runs: `video/created`.
    #[must_use]
    pub fn name(self) -> String {
        format!("{}/{}", self.media_type, self.making)
    }
}

/// A part of a listing that is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Where it starts.
    pub offset: u64,
    /// The most rows.
    pub rows: u64,
    /// Only what was made between these times, in Unix seconds. Audio listings have no such filter.
    pub window: Option<(i64, i64)>,
}

impl Part {
    /// The newest page.
    pub const NEWEST: Self = Self { offset: 0, rows: PAGE_ROWS, window: None };
}

/// The call for one page.
///
/// `filter` is always sent, empty where no window is asked for: without it the server applies a window of its own and
/// hides old rows.
#[must_use]
pub fn page_call(account: &AccountAccess, listing: Listing, part: Part) -> ProviderCall {
    let source = i64::from(listing.making == Making::Created);
    let filter = match part.window {
        Some((start_time, end_time)) => json!({ "start_time": start_time, "end_time": end_time }),
        None => json!({}),
    };
    let body = match listing.media_type {
        MediaType::Audio => json!({
            "tab": "audio", "asset_source": source, "offset": part.offset, "limit": part.rows.min(PAGE_ROWS),
            "sort_field": "created_at", "sort_type": "Desc",
        }),
        tab => json!({
            "tab": tab.as_str(), "asset_source": source, "folder_id": 0, "offset": part.offset, "limit": part.rows,
            "filter": filter,
        }),
    };
    library_call(account, Verb::Post, "asset/library/list", Some(body.to_string()))
}

/// One page as the provider gave it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The rows, each the text it came in, so that one bad row does not cost the others.
    pub rows: Vec<String>,
    /// How many there are in all, where the provider says so.
    pub total: Option<u64>,
    /// Whether the provider says that there is more.
    pub has_more: Option<bool>,
    /// Where the provider says the next page starts.
    pub next_offset: Option<u64>,
}

#[derive(Deserialize)]
struct Resp<'a> {
    #[serde(borrow, alias = "list", alias = "items", alias = "image_list", alias = "video_list")]
    data: Option<&'a RawValue>,
    #[serde(default, deserialize_with = "lenient")]
    total: Option<u64>,
    #[serde(default, deserialize_with = "lenient_bool")]
    has_more: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    next_offset: Option<u64>,
}

/// Reads a page. Missing rows, totals and marks are survived; something that is no listing at all is a failure, never
/// an empty page.
///
/// # Errors
/// A classed [`Failure`].
pub fn parse_page(reply: &Reply) -> Result<Page, Failure> {
    let resp = parse_envelope(reply)?;
    if resp.trim_start().starts_with('[') {
        return Ok(Page { rows: split_rows(resp)?, ..Page::default() });
    }
    let resp: Resp<'_> = serde_json::from_str(resp).map_err(|error| not_a_listing(&error.to_string()))?;
    let rows = match resp.data.map(RawValue::get) {
        None | Some("null") => Vec::new(),
        Some(rows) => split_rows(rows)?,
    };
    Ok(Page { rows, total: resp.total, has_more: resp.has_more, next_offset: resp.next_offset })
}

fn split_rows(text: &str) -> Result<Vec<String>, Failure> {
    let rows: Vec<&RawValue> =
        serde_json::from_str(text).map_err(|error| not_a_listing(&error.to_string()))?;
    Ok(rows.into_iter().map(|row| row.get().to_owned()).collect())
}

fn not_a_listing(reason: &str) -> Failure {
    Failure {
        class: Class::Schema,
        code: "not_a_listing".to_owned(),
        message: format!("the answer is no library page: {reason}"),
        retry_after_s: None,
    }
}

/// A count, also as text; anything else is as good as missing.
fn lenient<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<u64>, D::Error> {
    let value = serde_json::Value::deserialize(value)?;
    Ok(value.as_u64().or_else(|| value.as_str().and_then(|text| text.trim().parse().ok())))
}

fn lenient_bool<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<bool>, D::Error> {
    let value = serde_json::Value::deserialize(value)?;
    Ok(value.as_bool().or_else(|| value.as_u64().map(|number| number != 0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(body: &str) -> Result<Page, Failure> {
        parse_page(&Reply::Answer { status: 200, retry_after_s: None, body: body.to_owned() })
    }

    #[test]
    fn rows_keep_the_text_they_came_in() {
        let page = page(
            r#"{"ErrCode":0,"Resp":{"data":[{"id":18446744073709551617}, 7],"total":"2","has_more":0}}"#,
        );
        let page = page.unwrap();
        assert_eq!(page.rows, ["{\"id\":18446744073709551617}", "7"]);
        assert_eq!((page.total, page.has_more, page.next_offset), (Some(2), Some(false), None));
    }

    #[test]
    fn null_data_is_an_empty_page_and_a_bare_list_is_a_page() {
        assert_eq!(page(r#"{"ErrCode":0,"Resp":{"data":null}}"#).unwrap(), Page::default());
        assert_eq!(page(r#"{"ErrCode":0,"Resp":[{}]}"#).unwrap().rows, ["{}"]);
    }

    #[test]
    fn an_answer_without_resp_is_a_failure_and_no_empty_page() {
        assert_eq!(page(r#"{"ErrCode":0,"Resp":null}"#).unwrap_err().class, Class::Schema);
        assert_eq!(page(r#"{"ErrCode":0,"Resp":{"data":{"a":1}}}"#).unwrap_err().class, Class::Schema);
    }
}
