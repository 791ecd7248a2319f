//! The clock against the `time` crate, which is no part of the Worker.

use proptest::prelude::*;
use time::format_description::well_known::{Rfc2822, Rfc3339};
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

use super::*;

/// Spellings of times, many of them just out of range.
const NEARLY_RFC3339: &str = "(0000|0004|1900|1999|2000|2023|2024|9999)-(0[0-9]|1[0-3])-([0-2][0-9]|3[0-2])[Tt _](0[0-9]|2[0-4])\
     :(00|09|5[89]|60):(00|5[89]|60|61)(\\.|\\.[0-9]{1,11})?(Z|z|[+-](00|01|23|24|25):?(00|30|59|60)|)x?";
const NEARLY_UTC: &str = "[+-]?(0000|0001|1900|2024|9999)-(0[0-9]|1[0-3])-([0-2][0-9]|3[0-2])[ T](0[0-9]|2[0-4])\
     :(00|5[89]|60):(00|59|60)(\\.|\\.[0-9]{1,11})?Z?";
const NEARLY_HTTP: &str = "((Mon|sun|Xyz),? ?)?(0?[0-9]|[12][0-9]|3[0-2]) (Jan|FEB|jun|Dec|Foo)  ?(1899|1900|2024|9999) \
     (0[0-9]|2[0-4]):(00|59|60):(00|59|60) (GMT|gmt|UT|Z|[+-](00|01|23|24)(00|30|59|60))";

fn floor_ms(time: OffsetDateTime) -> i64 {
    i64::try_from(time.unix_timestamp_nanos().div_euclid(1_000_000)).unwrap()
}

fn from_ms(ms: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000).unwrap()
}

fn utc_by_time(text: &str) -> Option<i64> {
    let text = text.replace('T', " ");
    let seconds = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    let fraction = format_description!("[year]-[month]-[day] [hour]:[minute]:[second].[subsecond]");
    let time =
        PrimitiveDateTime::parse(&text, seconds).or_else(|_| PrimitiveDateTime::parse(&text, fraction));
    time.ok().map(|time| floor_ms(time.assume_utc()))
}

#[test]
fn times_are_utc_with_three_digits() {
    assert_eq!(rfc3339(0), "1970-01-01T00:00:00.000Z");
    assert_eq!(rfc3339(1_793_606_401_250), "2026-11-02T08:00:01.250Z");
    assert_eq!(rfc3339(i64::MAX), "9999-12-31T23:59:59.999Z");
    assert_eq!(rfc3339(i64::MIN), "0000-01-01T00:00:00.000Z");
}

#[test]
fn a_leap_second_stands_only_at_the_end_of_a_month() {
    let last = parse_rfc3339("2016-12-31T23:59:59.999Z");
    assert_eq!(parse_rfc3339("2016-12-31T23:59:60Z"), last);
    assert_eq!(parse_rfc3339("2017-01-01T00:59:60+01:00"), last);
    assert_eq!(parse_rfc3339("2016-12-30T23:59:60Z"), None);
    assert_eq!(parse_rfc3339("2016-12-31T22:59:60Z"), None);
}

#[test]
fn every_day_of_the_calendar_is_the_same() {
    for day in FIRST_MS.div_euclid(DAY_MS)..=LAST_MS / DAY_MS {
        let date = from_ms(day * DAY_MS).date();
        let own = Date::of_days(day);
        assert_eq!(
            (own.year, own.month, own.day),
            (i64::from(date.year()), i64::from(u8::from(date.month())), i64::from(date.day()))
        );
        assert_eq!(own.days(), Some(day));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn times_are_written_and_read_alike(ms in FIRST_MS..=LAST_MS) {
        let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
        let text = rfc3339(ms);
        prop_assert_eq!(&text, &from_ms(ms).format(&format).unwrap());
        prop_assert_eq!(parse_rfc3339(&text), Some(ms));
        for ms in [ms, ms / 1000 * 1000, ms / 100 * 100] {
            prop_assert_eq!(rfc3339_short(ms).unwrap(), from_ms(ms).format(&Rfc3339).unwrap());
        }
    }

    #[test]
    fn dates_of_http_are_written_as_they_are_read(ms in FIRST_MS..=LAST_MS) {
        let format = format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");
        prop_assert_eq!(http_date(ms), from_ms(ms).format(&format).unwrap());
    }

    #[test]
    fn what_is_nearly_rfc3339_is_read_alike(text in NEARLY_RFC3339) {
        let judged = OffsetDateTime::parse(&text, &Rfc3339).ok().map(floor_ms);
        prop_assert_eq!(parse_rfc3339(&text), judged);
    }

    #[test]
    fn what_is_nearly_utc_is_read_alike(text in NEARLY_UTC) {
        prop_assert_eq!(parse_utc(&text), utc_by_time(&text));
    }

    #[test]
    fn what_is_nearly_an_http_date_is_read_alike(text in NEARLY_HTTP) {
        // `time` loses the sign of an offset of less than an hour.
        prop_assume!(!text.contains(" -00"));
        let judged = OffsetDateTime::parse(&text, &Rfc2822).ok().map(|time| time.unix_timestamp());
        prop_assert_eq!(parse_http_date(&text).map(|ms| ms.div_euclid(1000)), judged);
    }

    #[test]
    fn no_text_is_read_otherwise_or_panics(text in "\\PC{0,30}", digits in "[0-9TZ:. +-]{0,30}") {
        for text in [text, digits] {
            prop_assert_eq!(parse_rfc3339(&text), OffsetDateTime::parse(&text, &Rfc3339).ok().map(floor_ms));
            prop_assert_eq!(parse_utc(&text), utc_by_time(&text));
            prop_assert_eq!(parse_http_date(&text), None);
        }
    }
}
