//! The job's settings by the provider's own names, and when it was made.

use super::fields::{Field, IdText, Warnings};
use super::unwrap::Item;
use crate::core::clock::{parse_rfc3339, parse_utc};

/// Settings that are kept, in the order in which they are shown.
pub const SETTINGS: [&str; 22] = [
    "aspect_ratio",
    "camera_movement",
    "creation_type",
    "effect_type",
    "has_audio",
    "language_code",
    "lip_sync_tts_content",
    "lip_sync_tts_speaker_id",
    "lyrics",
    "motion_mode",
    "multi_shot",
    "quality",
    "restyle_id",
    "restyle_prompt",
    "sound_effect_content",
    "style",
    "template_id",
    "template_model",
    "template_type",
    "thinking_type",
    "voice_id",
    "voice_name",
];

/// Seconds since 1970 have ten digits until the year 2286; milliseconds have had twelve since 1973.
const FIRST_MILLISECONDS: f64 = 1e11;
/// The last millisecond of the year 9999, after which RFC 3339 has no text.
const LAST_MS: i64 = 253_402_300_799_999;

/// The settings, sorted by name; the item's own value before the job's.
pub fn settings(item: &Item<'_>, warnings: &mut Warnings) -> Vec<(String, String)> {
    SETTINGS
        .iter()
        .filter_map(|name| {
            let field = item.top_first(name)?;
            let text = field.scalar(warnings)?;
            warnings.trail.note(format_args!("settings.{name}"), &field.path);
            Some(((*name).to_owned(), text))
        })
        .collect()
}

/// The first of several members that is a text or a number, for a part of the facts.
pub fn first_scalar(item: &Item<'_>, part: &str, names: &[&str], warnings: &mut Warnings) -> Option<String> {
    names.iter().find_map(|name| {
        let field = item.top_first(name)?;
        let text = if field.value.is_boolean() { field.wrong_type(warnings) } else { field.scalar(warnings) };
        field.noted(part, text, warnings)
    })
}

/// The account at the provider that the row says it belongs to.
pub fn account(item: &Item<'_>, warnings: &mut Warnings) -> Option<String> {
    let field = item.top("account_id")?;
    let id = field.id(warnings);
    match field.noted("provider_account", id, warnings)? {
        IdText::Native(id) | IdText::Uuid(id) => Some(id),
    }
}

/// When the item was made, in Unix milliseconds.
pub fn created_ms(item: &Item<'_>, warnings: &mut Warnings) -> Option<i64> {
    ["created_at", "create_time"].iter().find_map(|name| {
        let field = item.top(name)?;
        let ms = time_ms(&field, warnings);
        field.noted("created_ms", ms, warnings)
    })
}

/// A time as RFC 3339, as `YYYY-MM-DD HH:MM:SS` in UTC, or as Unix seconds or milliseconds. 0 is absent.
fn time_ms(field: &Field<'_>, warnings: &mut Warnings) -> Option<i64> {
    let text = field.scalar(warnings)?;
    if field.value.is_boolean() {
        return field.wrong_type(warnings);
    }
    let ms = text.parse::<f64>().map_or_else(|_| parse_rfc3339(&text).or_else(|| parse_utc(&text)), unix_ms);
    match ms.filter(|ms| (-LAST_MS..=LAST_MS).contains(ms)) {
        Some(0) => None,
        Some(ms) => Some(ms),
        None => {
            warnings.add("unusable_time", &field.path);
            None
        }
    }
}

fn unix_ms(number: f64) -> Option<i64> {
    let ms = if number.abs() < FIRST_MILLISECONDS { number * 1000.0 } else { number };
    // Through text, which refuses what a cast would bend into range.
    format!("{:.0}", ms.floor()).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::json::parse_lenient;

    fn read(json: &str) -> (Option<i64>, usize) {
        let value = parse_lenient(json).unwrap();
        let mut warnings = Warnings::default();
        let ms = time_ms(&Field { value: &value, path: "$".to_owned() }, &mut warnings);
        (ms, warnings.into_parts().0.len())
    }

    #[test]
    fn every_spelling_of_one_time_is_the_same() {
        for json in [
            "\"2026-11-02T08:00:01Z\"",
            "\"2026-11-02T09:00:01+01:00\"",
            "\"2026-11-02 08:00:01\"",
            "\"2026-11-02T08:00:01\"",
            "1793606401",
            "1793606401000",
            "\"1793606401\"",
            "\"2026-11-02 08:00:01.000\"",
        ] {
            assert_eq!(read(json), (Some(1_793_606_401_000), 0), "{json}");
        }
    }

    #[test]
    fn what_is_no_time_is_noted() {
        for json in ["\"yesterday\"", "1e400", "1e30", "true", "{}", "\"NaN\""] {
            assert_eq!(read(json), (None, 1), "{json}");
        }
        assert_eq!(read("0"), (None, 0));
        assert_eq!(read("\"\""), (None, 0));
    }

    #[test]
    fn settings_are_sorted_by_name() {
        assert!(SETTINGS.is_sorted());
    }
}
