//! What a member's name says about its value: an id, a time, a file, or a word of the provider's own that may stay.

use crate::core::media_url::{is_placeholder, object_key};

/// Members whose words are the provider's, not a person's. New ones are what the probe looks for.
const KEPT: [&str; 27] = [
    "aspect_ratio",
    "asset_status",
    "asset_type",
    "audio_status",
    "camera_movement",
    "create_mode",
    "creation_type",
    "duration_type",
    "effect_type",
    "fusion_type_list",
    "image_status",
    "language_code",
    "media_type",
    "model",
    "model_name",
    "model_name_default",
    "motion_mode",
    "platform",
    "provider",
    "quality",
    "role",
    "status",
    "style",
    "template_model",
    "thinking_type",
    "type",
    "video_status",
];

/// The longest word of the provider's own, and the longest run of letters and digits in one. Tokens are longer.
const LONGEST_WORD: usize = 40;
const LONGEST_RUN: usize = 20;
/// More digits than a model's version or a picture's size has.
const MOST_DIGITS: usize = 5;

/// Whether a member holds an id. Seeds count: a prompt's seed leads to its picture.
pub fn is_id(name: &str) -> bool {
    let ends = ["_id", "Id", "ID", "_ids", "_id_list", "uuid"];
    name == "id" || name == "seed" || ends.iter().any(|end| name.ends_with(end))
}

/// Whether a member holds a time.
pub fn is_time(name: &str) -> bool {
    name.ends_with("_at") || name.ends_with("_time") || name.ends_with("Time") || name == "date"
}

/// Whether a text is a word of the provider's own.
pub fn is_kept_word(name: &str, text: &str) -> bool {
    KEPT.contains(&name) && is_word(text)
}

/// Whether a text looks like a word of a list, and not like somebody's text or a secret.
pub fn is_word(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '+' | ' ');
    let mut runs = text.split(|c: char| !c.is_ascii_alphanumeric());
    text.len() <= LONGEST_WORD
        && text.chars().all(is_plain)
        && text.matches(' ').count() <= 2
        && text.bytes().filter(u8::is_ascii_digit).count() <= MOST_DIGITS
        && runs.all(|run| run.len() <= LONGEST_RUN)
}

/// Whether a text names a file: by what it is, or by what its member is for.
pub fn is_path(name: &str, text: &str) -> bool {
    let last = name.rsplit('_').next().unwrap_or_default();
    let is_for_files = ["url", "urls", "path", "paths", "frame", "thumbnail", "cover"].contains(&last);
    // A sentence may begin like a key; a file's name may have blanks.
    let is_one_word = !text.contains(char::is_whitespace);
    let is_file = object_key(text).is_some() || is_placeholder(text);
    is_file && (is_one_word || is_for_files) || is_for_files && text.contains(['/', '.'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_no_sentence_and_no_secret() {
        for word in ["image_text", "gpt-image-2.0", "PixVerse V6", "16:9", "1080p"] {
            assert!(is_kept_word("model", word), "{word}");
        }
        for text in [
            "Ann lives in Bern now",
            "ann@example.com",
            "sk4vT9qLm2Xw8RzB7nKp3YdF",
            "402000000000900",
            "grüezi",
        ] {
            assert!(!is_kept_word("model", text), "{text}");
        }
        assert!(!is_kept_word("prompt", "kite"));
    }
}
