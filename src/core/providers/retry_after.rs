//! `Retry-After`, as seconds or as a date (RFC 9110, 10.2.3).

use crate::core::clock::parse_http_date;
use crate::core::step::NowMs;

/// A day: nobody is asked again later than that for one header.
const MOST_S: i64 = 86_400;

/// The seconds to wait from `now` on, rounded up; `None` for text that is neither.
#[must_use]
pub fn parse_retry_after(text: &str, now: NowMs) -> Option<u32> {
    let text = text.trim();
    let seconds = match text.parse::<i64>() {
        Ok(seconds) => seconds,
        Err(_) => (parse_http_date(text)? - now + 999).div_euclid(1000),
    };
    u32::try_from(seconds.clamp(0, MOST_S)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates_are_read() {
        let now = 1_445_412_420_500; // Wed, 21 Oct 2015 07:27:00.5 GMT
        assert_eq!(parse_retry_after(" 2 ", now), Some(2));
        assert_eq!(parse_retry_after("Wed, 21 Oct 2015 07:28:00 GMT", now), Some(60));
        assert_eq!(parse_retry_after("Wed, 21 Oct 2015 07:00:00 GMT", now), Some(0));
        assert_eq!(parse_retry_after("-5", now), Some(0));
        assert_eq!(parse_retry_after("99999999", now), Some(86_400));
        assert_eq!(parse_retry_after("soon", now), None);
    }
}
