//! What the provider's status means, by media type, model family and code. Whether real media is there is decided
//! together with the output.

use super::fields::Warnings;
use super::unwrap::Item;
use crate::core::media::{Making, MediaType, Status};

/// Models that Pixverse passes on to third parties and whose jobs speak another code table.
const PROXIED_MODELS: [&str; 2] = ["grok-imagine", "happyhorse"];

/// A status and the words it was read from.
pub struct Reading {
    /// What it means.
    pub status: Status,
    /// The provider's own value, verbatim.
    pub code: Option<String>,
    /// Where it stood.
    pub path: String,
}

/// Reads the status. A missing one is no oddity; an undocumented one is [`Status::Unknown`] with a warning.
pub fn read(item: &Item<'_>, media_type: MediaType, warnings: &mut Warnings) -> Reading {
    let members: [&str; 4] = match media_type {
        MediaType::Video => ["video_status", "asset_status", "status", "status_code"],
        MediaType::Image => ["image_status", "asset_status", "status", "status_code"],
        MediaType::Audio => ["audio_status", "asset_status", "status", "status_code"],
    };
    for field in members.iter().filter_map(|name| item.top(name)) {
        if field.value.is_boolean() {
            field.wrong_type::<()>(warnings);
            continue;
        }
        let Some(code) = field.scalar(warnings) else { continue };
        let status = meaning(&code, media_type, is_proxied(item)).unwrap_or_else(|| {
            warnings.add("unknown_status", &field.path);
            Status::Unknown
        });
        warnings.trail.note(format_args!("status"), &field.path);
        warnings.trail.note(format_args!("status_code"), &field.path);
        return Reading { status, code: Some(code), path: field.path };
    }
    Reading { status: Status::Unknown, code: None, path: item.path().to_owned() }
}

/// The status an item without a status has: an upload with a file is finished, of anything else nothing is known.
pub fn without_code(making: Making, has_media: bool) -> Status {
    match (making, has_media) {
        (Making::Uploaded, true) => Status::Completed,
        _ => Status::Unknown,
    }
}

fn is_proxied(item: &Item<'_>) -> bool {
    let model = ["model", "model_name"].iter().find_map(|name| item.top(name)?.value.as_str());
    model.map(|model| model.trim().to_ascii_lowercase()).is_some_and(|model| {
        PROXIED_MODELS.iter().any(|family| model.replace([' ', '_'], "-").starts_with(family))
    })
}

fn meaning(code: &str, media_type: MediaType, proxied: bool) -> Option<Status> {
    // A collector that went through floats writes 1 as 1.0.
    let Ok(number) = code.strip_suffix(".0").unwrap_or(code).parse::<i64>() else {
        return word_meaning(code);
    };
    match (media_type, number) {
        (_, 1) => Some(Status::Completed),
        (_, 0 | 2 | 5 | 9 | 10) => Some(Status::Processing),
        (_, 6) => Some(Status::Deleted),
        (_, 7) => Some(Status::Filtered),
        (MediaType::Video, 8) if proxied => Some(Status::Filtered),
        (_, 8) => Some(Status::Failed),
        (MediaType::Video, 3 | 17) => Some(Status::Filtered),
        (MediaType::Video, -1 | 4) => Some(Status::Failed),
        _ => None,
    }
}

fn word_meaning(word: &str) -> Option<Status> {
    match word.to_ascii_lowercase().replace([' ', '-'], "_").as_str() {
        "completed" | "complete" | "success" | "succeeded" | "finish" | "finished" | "done" => {
            Some(Status::Completed)
        }
        "processing" | "pending" | "queued" | "in_queue" | "running" | "generating" | "making"
        | "in_progress" => Some(Status::Processing),
        "failed" | "failure" | "error" | "cancelled" | "canceled" => Some(Status::Failed),
        "filtered" | "rejected" | "interrupted" | "not_approved" | "moderated" => Some(Status::Filtered),
        "deleted" => Some(Status::Deleted),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_mean_what_the_tables_say() {
        let table = [
            (MediaType::Video, false, "1", Some(Status::Completed)),
            (MediaType::Video, false, "10", Some(Status::Processing)),
            (MediaType::Video, false, "9", Some(Status::Processing)),
            (MediaType::Video, false, "3", Some(Status::Filtered)),
            (MediaType::Video, false, "17", Some(Status::Filtered)),
            (MediaType::Video, false, "8", Some(Status::Failed)),
            (MediaType::Video, true, "8", Some(Status::Filtered)),
            (MediaType::Video, true, "10", Some(Status::Processing)),
            (MediaType::Video, false, "-1", Some(Status::Failed)),
            (MediaType::Video, false, "6", Some(Status::Deleted)),
            (MediaType::Video, false, "11", None),
            (MediaType::Image, false, "9", Some(Status::Processing)),
            (MediaType::Image, false, "8", Some(Status::Failed)),
            (MediaType::Image, false, "3", None),
            (MediaType::Audio, false, "finish", Some(Status::Completed)),
            (MediaType::Audio, false, "making", Some(Status::Processing)),
            (MediaType::Video, false, "In queue", Some(Status::Processing)),
            (MediaType::Video, false, "1.0", Some(Status::Completed)),
            (MediaType::Video, false, "1.5", None),
        ];
        for (media_type, proxied, code, expect) in table {
            assert_eq!(meaning(code, media_type, proxied), expect, "{media_type} {code} {proxied}");
        }
    }
}
