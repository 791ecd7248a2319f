//! How long a request is waited for, how often it is looked after, and when one that found no room is sent again. That a request over its deadline is still known
//! when its clip appears is left to the inventory.

use crate::core::generation::request::GenerationRequest;
use crate::core::media::{MediaType, Operation};

const SECOND_MS: i64 = 1000;
const MINUTE_MS: i64 = 60 * SECOND_MS;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// How long after it was sent a request is given up: nobody looks after it any more, and its state is unknown.
///
/// A still was seen to take 7 minutes when the provider was slow; the provider's own client waits 5 for anything, an
/// earlier system waited 2 hours. An extension whose prompt is refused may stand still for ever. Off-peak requests
/// wait for a free hour of the day.
#[must_use]
pub fn deadline_ms(request: &GenerationRequest) -> i64 {
    let is_off_peak = request.parameters.get("off_peak").and_then(serde_json::Value::as_bool) == Some(true);
    match (request.operation, request.media_type) {
        _ if is_off_peak => 26 * HOUR_MS,
        (_, MediaType::Image | MediaType::Audio) => 30 * MINUTE_MS,
        (Operation::VideoExtend, _) => HOUR_MS,
        _ => 2 * HOUR_MS,
    }
}

/// How long to wait before the next look at a request that was sent `age_ms` ago. Nearly every clip is there within
/// two minutes; what is not there after half an hour is in no hurry.
#[must_use]
pub const fn next_look_ms(age_ms: i64) -> i64 {
    match age_ms {
        ..30_000 => 3 * SECOND_MS,
        30_000..120_000 => 6 * SECOND_MS,
        120_000..600_000 => 15 * SECOND_MS,
        600_000..1_800_000 => 30 * SECOND_MS,
        1_800_000..10_800_000 => MINUTE_MS,
        _ => 5 * MINUTE_MS,
    }
}

/// How long to wait before a request is sent again that the provider had no room for ([`Fate::Wait`](super::Fate::Wait)),
/// after it was sent `tries` times. What the provider asks for is obeyed where it is longer.
#[must_use]
pub fn next_try_ms(tries: u32, retry_after_s: Option<u32>) -> i64 {
    let growing = match tries {
        ..=1 => 10,
        2 => 20,
        3 => 30,
        4..=10 => 60,
        _ => 300,
    };
    SECOND_MS * i64::from(retry_after_s.unwrap_or_default()).max(growing)
}
