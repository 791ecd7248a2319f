//! How many jobs a library account may run at once, and how many it runs. It depends on the membership, so it is asked
//! and never written down. The open platform does not say it.

use serde_json::Value;

use crate::core::media::MediaType;
use crate::core::providers::failure::{Class, Failure};
use crate::core::providers::pixverse::calls::{AccountAccess, library_call};
use crate::core::providers::pixverse::envelope::parse_envelope;
use crate::core::step::{ProviderCall, Reply, Verb};

/// The room for jobs of one media type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// How many may run at once; `None` where there is no limit.
    pub limit: Option<u32>,
    /// How many run.
    pub used: u32,
}

impl Room {
    /// Whether one more may run.
    #[must_use]
    pub fn is_free(self) -> bool {
        self.limit.is_none_or(|limit| self.used < limit)
    }
}

/// The call that asks for it.
#[must_use]
pub fn concurrency_call(access: &AccountAccess) -> ProviderCall {
    library_call(access, Verb::Get, "user/credits/concurrency", None)
}

/// Reads the room for one media type.
///
/// # Errors
/// A classed [`Failure`]; an answer that does not name the media type is one.
pub fn parse_concurrency(reply: &Reply, media_type: MediaType) -> Result<Room, Failure> {
    let resp: Value = serde_json::from_str(parse_envelope(reply)?).unwrap_or_default();
    let room = resp.get(media_type.as_str());
    let number = |name: &str| u32::try_from(room?.get(name)?.as_u64()?).ok();
    let is_unlimited = room.and_then(|room| room.get("unlimited")) == Some(&Value::Bool(true));
    match (number("limit"), number("used")) {
        (limit, Some(used)) if is_unlimited || limit.is_some() => {
            Ok(Room { limit: limit.filter(|_| !is_unlimited), used })
        }
        _ => Err(Failure {
            class: Class::Schema,
            code: "no_concurrency".to_owned(),
            message: format!("Pixverse's answer does not say how many jobs for {media_type} may run"),
            retry_after_s: None,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(resp: &str) -> Option<Room> {
        let body = format!(r#"{{"ErrCode":0,"Resp":{resp}}}"#);
        parse_concurrency(&Reply::Answer { status: 200, retry_after_s: None, body }, MediaType::Video).ok()
    }

    #[test]
    fn room_is_limit_less_use() {
        let full = room(r#"{"image":{"limit":9,"used":0},"video":{"limit":2,"used":2,"unlimited":false}}"#);
        assert_eq!(full, Some(Room { limit: Some(2), used: 2 }));
        assert_eq!(full.map(Room::is_free), Some(false));
        let free = room(r#"{"video":{"limit":5,"used":2}}"#);
        assert_eq!(free.map(Room::is_free), Some(true));
        let unlimited = room(r#"{"video":{"limit":0,"used":7,"unlimited":true}}"#);
        assert_eq!(unlimited, Some(Room { limit: None, used: 7 }));
    }

    #[test]
    fn an_answer_without_room_is_no_free_room() {
        for resp in
            ["null", "{}", r#"{"video":{}}"#, r#"{"video":{"limit":2}}"#, r#"{"image":{"limit":2,"used":0}}"#]
        {
            assert_eq!(room(resp), None, "{resp}");
        }
    }
}
