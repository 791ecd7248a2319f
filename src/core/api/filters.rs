//! The filters of `GET /assets`: which words they take, and which index serves them.

use crate::core::api::page::parse_cursor;
use crate::core::api::problem::Problem;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::clock::parse_rfc3339;
use crate::core::media::{Feed, Making, MediaType, Operation, Status};
use crate::core::sql::assets::LAST_MS;
use crate::core::sql::gallery::{Filter, Walk, Window};

/// The most rows that one page looks at, whatever is asked: about 30 ms of SQLite.
pub const MOST_ROWS: u32 = 5_000;

/// The longest search text, in bytes: a signed url with room to spare.
const MOST_TEXT: usize = 4_096;

const ORIGINS: [&str; 4] = ["generated", "synced", "both", "referenced"];
const LINEAGE: [&str; 6] =
    ["needs_attention", "complete", "partial", "none_expected", "pending", "unresolved"];
const NAMES: [&str; 17] = [
    "q",
    "text",
    "created_after",
    "created_before",
    "media_type",
    "account_id",
    "origin",
    "provider_id",
    "status",
    "feed",
    "operation",
    "making",
    "lineage",
    "link",
    "removed",
    "cursor",
    "limit",
];

/// A request for a page, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Which rows.
    pub filter: Filter,
    /// By which index.
    pub walk: Walk,
    /// From where, and how far.
    pub window: Window,
    /// The most items.
    pub limit: usize,
    /// What to find by alias.
    pub search: Option<String>,
}

/// Reads the query of a request.
///
/// # Errors
/// A problem document that names the parameter, the value and what it may be. A filter of an unknown name is refused
/// too: dropped silently, it would show assets that were not asked for.
pub fn parse(call: &Call) -> Result<Asked, Response> {
    if let Some((name, _)) = call.request.query.iter().find(|(name, _)| !NAMES.contains(&name.as_str())) {
        let detail = format!("there is no filter {name:?}; there are {}", NAMES.join(", "));
        return Err(Problem::invalid(name, detail).into());
    }
    let filter = parse_filter(call)?;
    let limit = call.number("limit", 50, 200)?;
    let from_ms = parse_time(call, "created_after")?.unwrap_or(-LAST_MS);
    let until_ms = parse_time(call, "created_before")?.unwrap_or(LAST_MS);
    let cursor = parse_cursor::<(i64, String)>(call)?;
    let search = parse_text(call, "q")?;
    let walk = if search.is_some() { Walk::Newest } else { walk_of(&filter) };
    let before = match cursor {
        // Walked by id, the time is a filter of its own and no part of the position.
        Some((_, id)) if walk == Walk::ById => (until_ms, id),
        None if walk == Walk::ById => (until_ms, "~".to_owned()),
        Some(position) => position.min((until_ms, String::new())),
        None => (until_ms, String::new()),
    };
    let window = Window { before, from_ms, most_rows: MOST_ROWS, limit: limit + 1 };
    Ok(Asked { filter, walk, window, limit: usize::try_from(limit).unwrap_or(usize::MAX), search })
}

fn parse_filter(call: &Call) -> Result<Filter, Response> {
    let word = |name: &str, words: Vec<&str>| parse_word(call, name, &words);
    let lineage = word("lineage", LINEAGE.to_vec())?;
    let needs_attention = lineage.as_deref() == Some("needs_attention");
    Ok(Filter {
        media_type: word("media_type", MediaType::ALL.iter().map(|word| word.as_str()).collect())?,
        account_id: call.query("account_id").map(ToOwned::to_owned),
        origin: word("origin", ORIGINS.to_vec())?,
        provider_id: call.query("provider_id").map(ToOwned::to_owned),
        status: word("status", Status::ALL.iter().map(|word| word.as_str()).collect())?,
        feed: word("feed", Feed::ALL.iter().map(|word| word.as_str()).collect())?,
        operation: word("operation", Operation::ALL.iter().map(|word| word.as_str()).collect())?,
        making: word("making", Making::ALL.iter().map(|word| word.as_str()).collect())?,
        lineage: lineage.filter(|_| !needs_attention),
        needs_attention,
        text: parse_text(call, "text")?.map(|text| text.to_ascii_lowercase()),
        link: word("link", vec!["ok", "broken"])?,
        removed: word("removed", vec!["true", "false"])?.as_deref() == Some("true"),
    })
}

/// The narrowest index that serves the filter. What it leaves is looked for among the rows that it gives.
fn walk_of(filter: &Filter) -> Walk {
    let needs_attention = matches!(filter.lineage.as_deref(), Some("partial" | "unresolved"));
    if filter.removed || filter.origin.as_deref() == Some("referenced") {
        Walk::ById
    } else if filter.needs_attention || needs_attention {
        Walk::Attention
    } else if filter.account_id.is_some() {
        Walk::Account
    } else if filter.media_type.is_some() {
        Walk::MediaType
    } else {
        Walk::Newest
    }
}

/// A word of a closed list from the query.
///
/// # Errors
/// A problem document that names the words.
pub fn parse_word(call: &Call, name: &str, words: &[&str]) -> Result<Option<String>, Response> {
    match call.query(name) {
        None => Ok(None),
        Some(word) if words.contains(&word) => Ok(Some(word.to_owned())),
        Some(word) => {
            let detail = format!("{word:?} is none of {}", words.join(", "));
            Err(Problem::invalid(name, detail).into())
        }
    }
}

fn parse_text(call: &Call, name: &str) -> Result<Option<String>, Response> {
    match call.query(name) {
        Some(text) if text.len() > MOST_TEXT => {
            Err(Problem::invalid(name, format!("it has more than {MOST_TEXT} bytes")).into())
        }
        text => Ok(text.map(ToOwned::to_owned)),
    }
}

/// Times with an offset; `created_after` takes its own moment in, `created_before` leaves it out, so that ranges that
/// meet share no asset and lose none.
///
/// # Errors
/// A problem document that names the parameter and the value.
pub fn parse_time(call: &Call, name: &str) -> Result<Option<i64>, Response> {
    let Some(text) = call.query(name) else { return Ok(None) };
    let ms = parse_rfc3339(text).ok_or_else(|| {
        Problem::invalid(name, format!("{text:?} is no RFC 3339 time such as 2026-11-02T08:00:00Z"))
    })?;
    Ok(Some(ms))
}
