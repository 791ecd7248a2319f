//! Times as people and other programs write them, read and written. Which time it is, is left to the edge.

const SECOND_MS: i64 = 1000;
const DAY_MS: i64 = 86_400 * SECOND_MS;
/// The first millisecond of the year 0 and the last one of 9999: beyond them RFC 3339 has no text.
const FIRST_MS: i64 = -62_167_219_200_000;
const LAST_MS: i64 = 253_402_300_799_999;

const MONTHS: [&[u8; 3]; 12] =
    [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"];
const WEEKDAYS: [&[u8; 3]; 7] = [b"mon", b"tue", b"wed", b"thu", b"fri", b"sat", b"sun"];

/// RFC 3339 in UTC with milliseconds, such as `2026-11-02T08:00:01.250Z`. Times outside the years 0 to 9999 are shown
/// as the nearest one inside: they are a provider's mistake, and no reason to fail.
#[must_use]
pub fn rfc3339(ms: i64) -> String {
    let ms = ms.clamp(FIRST_MS, LAST_MS);
    format!("{}.{:03}Z", to_the_second(ms), ms.rem_euclid(SECOND_MS))
}

/// The same without the zeros at the end of the fraction; `None` outside the years 0 to 9999.
#[must_use]
pub fn rfc3339_short(ms: i64) -> Option<String> {
    (FIRST_MS..=LAST_MS).contains(&ms).then(|| {
        let text = rfc3339(ms);
        let short = text.trim_end_matches('Z').trim_end_matches('0');
        // A whole second keeps the zeros of its own digits.
        if short.ends_with('.') { to_the_second(ms) + "Z" } else { format!("{short}Z") }
    })
}

/// Reads RFC 3339, with its offset, to Unix milliseconds, rounded down. Between date and time any one byte may stand.
/// A leap second is the millisecond before it, and only one that UTC could have.
#[must_use]
pub fn parse_rfc3339(text: &str) -> Option<i64> {
    let mut text = Reader(text.as_bytes());
    let date = text.date()?;
    text.any()?;
    let time = text.time()?;
    let fraction_ms = text.fraction_ms()?;
    let offset_ms = if text.take_any(b"zZ").is_some() { 0 } else { text.offset_ms(23, true)? };
    text.end()?;
    date.at_leap(time, fraction_ms, offset_ms)
}

/// Reads `YYYY-MM-DD HH:MM:SS[.fff]`, with a space or a `T` in the middle and perhaps a sign before it, as UTC.
#[must_use]
pub fn parse_utc(text: &str) -> Option<i64> {
    let mut text = Reader(text.as_bytes());
    let sign = text.take_any(b"+-");
    let mut date = text.date()?;
    if sign == Some(b'-') {
        date.year = -date.year;
    }
    text.take_any(b" T")?;
    let time = text.time()?;
    let fraction_ms = text.fraction_ms()?;
    text.end()?;
    date.at(&time, fraction_ms, 0)
}

/// Reads a date of HTTP or mail, such as `Wed, 21 Oct 2015 07:28:00 GMT` (RFC 9110, 5.6.7; RFC 2822 without comments
/// and what it calls obsolete).
#[must_use]
pub fn parse_http_date(text: &str) -> Option<i64> {
    let mut text = Reader(text.as_bytes());
    if text.word(&WEEKDAYS).is_some() {
        text.take_any(b",")?;
        text.spaces();
    }
    let day = text.digits(2).or_else(|| text.digits(1))?;
    text.space()?;
    let month = text.word(&MONTHS)?;
    text.space()?;
    let year = text.digits(4).filter(|year| *year >= 1900)?;
    text.space()?;
    let time = text.time()?;
    text.space()?;
    let is_utc = [&b"GMT"[..], b"UT", b"Z"].iter().any(|zone| text.0.eq_ignore_ascii_case(zone));
    let offset_ms = if is_utc { 0 } else { text.offset_ms(25, false)? };
    if !is_utc {
        text.end()?;
    }
    Date { year, month, day }.at_leap(time, 0, offset_ms)
}

/// A date as HTTP writes it: `Thu, 17 Nov 2005 18:49:58 GMT`. Times outside the years 0 to 9999 are the nearest one inside.
#[must_use]
pub fn http_date(ms: i64) -> String {
    let ms = ms.clamp(FIRST_MS, LAST_MS);
    let days = ms.div_euclid(DAY_MS);
    let Date { year, month, day } = Date::of_days(days);
    // The first of January 1970 was a Thursday, and a week begins with Monday here.
    let (weekday, month) = (word(&WEEKDAYS, days + 3), word(&MONTHS, month - 1));
    let text = to_the_second(ms);
    let time = text.split_once('T').map(|(_, time)| time).unwrap_or_default();
    format!("{weekday}, {day:02} {month} {year:04} {time} GMT")
}

/// A name as it is written: its first letter is a capital.
fn word(names: &[&[u8; 3]], number: i64) -> String {
    let count = i64::try_from(names.len()).unwrap_or(1);
    let place = usize::try_from(number.rem_euclid(count)).unwrap_or(0);
    let letters = names.get(place).map_or([b' '; 3], |name| **name);
    let [first, rest @ ..] = letters;
    [first.to_ascii_uppercase()].into_iter().chain(rest).map(char::from).collect()
}

struct Date {
    year: i64,
    month: i64,
    day: i64,
}

struct Time {
    hour: i64,
    minute: i64,
    second: i64,
}

impl Date {
    /// Days since 1970-01-01. Years are counted from March, so that a leap day is the last day of its year.
    fn days(&self) -> Option<i64> {
        let is_leap = self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0);
        let last = match self.month {
            2 if is_leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        if !(1..=last).contains(&self.day) {
            return None;
        }
        let year = self.year - i64::from(self.month <= 2);
        let day_of_year = (153 * ((self.month + 9) % 12) + 2) / 5 + self.day - 1;
        let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        Some(year * 365 + leap_days + day_of_year - 719_468)
    }

    /// Unix milliseconds of a time on this date.
    fn at(&self, time: &Time, fraction_ms: i64, offset_ms: i64) -> Option<i64> {
        let is_time = time.hour < 24 && time.minute < 60 && time.second < 60;
        let seconds = (time.hour * 60 + time.minute) * 60 + time.second;
        let ms = self.days()? * DAY_MS + seconds * SECOND_MS + fraction_ms - offset_ms;
        is_time.then_some(ms)
    }

    /// The same where a second may be a leap one: the last of a month in UTC.
    fn at_leap(&self, mut time: Time, fraction_ms: i64, offset_ms: i64) -> Option<i64> {
        if time.second != 60 {
            return self.at(&time, fraction_ms, offset_ms);
        }
        time.second = 59;
        let next = self.at(&time, SECOND_MS, offset_ms)?;
        let is_month = next.rem_euclid(DAY_MS) == 0 && Self::of_days(next.div_euclid(DAY_MS)).day == 1;
        is_month.then_some(next - 1)
    }

    fn of_days(days: i64) -> Self {
        let days = days + 719_468;
        let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
        let day_of_year = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        Self { year: era * 400 + year + i64::from(month <= 2), month, day }
    }
}

/// What is left of a text.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn any(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn take_any(&mut self, bytes: &[u8]) -> Option<u8> {
        bytes.contains(self.0.first()?).then(|| self.any())?
    }

    /// Exactly so many digits; nothing is taken where there are fewer.
    fn digits(&mut self, count: usize) -> Option<i64> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        let number = digits.iter().try_fold(0, |number, byte| {
            byte.is_ascii_digit().then(|| number * 10 + i64::from(byte - b'0'))
        })?;
        self.0 = rest;
        Some(number)
    }

    /// Which of these words comes next, from 1 on.
    fn word(&mut self, words: &[&[u8; 3]]) -> Option<i64> {
        let (word, rest) = self.0.split_at_checked(3)?;
        let place = words.iter().position(|known| word.eq_ignore_ascii_case(*known))?;
        self.0 = rest;
        i64::try_from(place + 1).ok()
    }

    fn spaces(&mut self) {
        while self.take_any(b" \t").is_some() {}
    }

    fn space(&mut self) -> Option<()> {
        self.take_any(b" \t")?;
        self.spaces();
        Some(())
    }

    fn date(&mut self) -> Option<Date> {
        let year = self.digits(4)?;
        self.take_any(b"-")?;
        let month = self.digits(2)?;
        self.take_any(b"-")?;
        Some(Date { year, month, day: self.digits(2)? })
    }

    fn time(&mut self) -> Option<Time> {
        let hour = self.digits(2)?;
        self.take_any(b":")?;
        let minute = self.digits(2)?;
        self.take_any(b":")?;
        let second = self.digits(2)?;
        Some(Time { hour, minute, second })
    }

    /// The milliseconds of a fraction, whose further digits are dropped; 0 without one.
    fn fraction_ms(&mut self) -> Option<i64> {
        if self.take_any(b".").is_none() {
            return Some(0);
        }
        let tenths = self.digits(1)?;
        let rest = [10, 1].into_iter().map(|worth| self.digits(1).unwrap_or(0) * worth).sum::<i64>();
        while self.digits(1).is_some() {}
        Some(tenths * 100 + rest)
    }

    fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }

    fn offset_ms(&mut self, most_hours: i64, with_colon: bool) -> Option<i64> {
        let sign = if self.take_any(b"+-")? == b'-' { -1 } else { 1 };
        let hours = self.digits(2).filter(|hours| *hours <= most_hours)?;
        if with_colon {
            self.take_any(b":")?;
        }
        let minutes = self.digits(2).filter(|minutes| *minutes < 60)?;
        Some(sign * (hours * 60 + minutes) * 60 * SECOND_MS)
    }
}

fn to_the_second(ms: i64) -> String {
    let Date { year, month, day } = Date::of_days(ms.div_euclid(DAY_MS));
    let second = ms.rem_euclid(DAY_MS) / SECOND_MS;
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
}

#[cfg(test)]
#[path = "clock_tests.rs"]
mod tests;
