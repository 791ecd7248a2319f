//! What came out: the item's own file, its still and preview, its size and length. Inputs never count as output, and
//! only the item's own level is read: the same names inside `customer_paths` mean inputs.

use super::fields::{Field, Warnings};
use super::status::{self, Reading};
use super::unwrap::Item;
use crate::core::media::{Making, MediaType, Status};
use crate::core::media_url::{self, is_placeholder};

/// Members that name a source of the job, wherever they stand.
const INPUT_URLS: [&str; 5] = [
    "customer_video_url",
    "customer_video_path",
    "customer_img_url",
    "customer_img_path",
    "customer_video_last_frame_url",
];

/// The item's own media.
#[derive(Default)]
pub struct Output {
    /// The file, absolute.
    pub url: Option<String>,
    /// The keys of every spelling of the file; more than one only if the spellings differ.
    pub keys: Vec<String>,
    /// A still.
    pub thumbnail: Option<String>,
    /// A small moving preview.
    pub preview: Option<String>,
    /// Pixels.
    pub width: Option<u32>,
    /// Pixels.
    pub height: Option<u32>,
    /// Seconds.
    pub duration_s: Option<f64>,
    /// Where the url stood.
    url_path: String,
    /// A stand-in stood where the url should be, and no url of a file beside it. A bare path does not tell: it is
    /// handed out with the job.
    is_placeholder: bool,
    /// The size is given as 0 by 0.
    is_unrendered: bool,
}

impl Output {
    /// Reads everything that came out.
    pub fn read(item: &Item<'_>, media_type: MediaType, making: Making, warnings: &mut Warnings) -> Self {
        let mut output = Self::default();
        output.read_file(item, media_type, making, warnings);
        output.thumbnail =
            first_url(item, &["first_frame", "thumbnail", "thumbnail_url", "cover", "cover_url"], warnings);
        output.preview = first_url(item, &["webp_url"], warnings);
        let widths = ["output_width", "outputWidth", "width"];
        let heights = ["output_height", "outputHeight", "height"];
        output.width = widths.iter().find_map(|name| pixels(&item.top(name)?, warnings));
        output.height = heights.iter().find_map(|name| pixels(&item.top(name)?, warnings));
        let may_be_pending = media_type != MediaType::Audio && making == Making::Created;
        output.is_unrendered = may_be_pending
            && output.width.is_none()
            && output.height.is_none()
            && [&widths, &heights]
                .iter()
                .all(|names| names.iter().any(|name| item.top(name).is_some_and(|f| is_zero(&f))));
        output.duration_s =
            ["video_duration", "duration"].iter().find_map(|name| seconds(&item.top(name)?, warnings));
        output
    }

    /// The status in the light of the file: a finished job whose file is a stand-in, or whose size is given as 0 by 0,
    /// is not finished yet.
    pub fn settle(&self, reading: &Reading, making: Making, warnings: &mut Warnings) -> Status {
        if reading.code.is_none() {
            return status::without_code(making, self.url.is_some());
        }
        let is_hollow = self.is_placeholder || self.is_unrendered;
        if reading.status == Status::Completed && is_hollow {
            warnings.add("completed_without_media", &reading.path);
            return Status::Processing;
        }
        reading.status
    }

    /// The file, if the status lets it be used: urls are handed out before there is a file, and stay when it was refused.
    pub fn usable_url(&self, status: Status, warnings: &mut Warnings) -> Option<String> {
        let url = self.url.clone()?;
        if matches!(status, Status::Completed | Status::Unknown) {
            return Some(url);
        }
        warnings.add("media_withheld", &self.url_path);
        None
    }

    fn read_file(&mut self, item: &Item<'_>, media_type: MediaType, making: Making, warnings: &mut Warnings) {
        let mut has_url = false;
        for field in own_members(media_type, making).iter().filter_map(|name| item.top(name)) {
            self.is_placeholder |= field.value.as_str().is_some_and(is_placeholder);
            has_url |= self.add_spelling(&field, warnings) && !field.path.ends_with("path");
        }
        self.is_placeholder &= !has_url;
        if self.url.is_none()
            && let Some(field) = item.wrapper_member("url").filter(|field| !is_input(item, field))
        {
            self.add_spelling(&field, warnings);
        }
    }

    /// Adds one spelling of the file; whether it was one.
    fn add_spelling(&mut self, field: &Field<'_>, warnings: &mut Warnings) -> bool {
        let Some(url) = field.media_url(warnings) else { return false };
        let Some(key) = media_url::object_key(&url) else { return false };
        if self.url.is_none() {
            self.url = Some(url);
            self.url_path.clone_from(&field.path);
        }
        if !self.keys.contains(&key) {
            if !self.keys.is_empty() {
                warnings.add("output_spellings_differ", &field.path);
            }
            self.keys.push(key);
        }
        true
    }
}

fn own_members(media_type: MediaType, making: Making) -> &'static [&'static str] {
    match (making, media_type) {
        (Making::Uploaded, _) => &[
            "url",
            "path",
            "media_url",
            "img_url",
            "image_url",
            "image_path",
            "video_url",
            "video_path",
            "audio_url",
            "audio_path",
        ],
        (_, MediaType::Video) => &["video_url", "url", "media_url", "download_url", "video_path", "path"],
        (_, MediaType::Image) => &["image_url", "url", "media_url", "download_url", "image_path", "path"],
        (_, MediaType::Audio) => &["url", "audio_url", "media_url", "download_url", "audio_path", "path"],
    }
}

/// Whether an url of the SDK is really the parent's, which its own order of preference puts first.
fn is_input(item: &Item<'_>, field: &Field<'_>) -> bool {
    let Some(key) = field.value.as_str().and_then(media_url::object_key) else { return false };
    INPUT_URLS
        .iter()
        .flat_map(|name| item.anywhere(name))
        .any(|input| input.value.as_str().and_then(media_url::object_key).as_ref() == Some(&key))
}

fn first_url(item: &Item<'_>, names: &[&str], warnings: &mut Warnings) -> Option<String> {
    names.iter().find_map(|name| item.top(name)?.media_url(warnings))
}

fn is_zero(field: &Field<'_>) -> bool {
    field.number(&mut Warnings::default()) == Some(0.0)
}

/// A size in pixels: whole, above 0, below 2^32. 0 means "not rendered yet" and is absent.
fn pixels(field: &Field<'_>, warnings: &mut Warnings) -> Option<u32> {
    let number = field.number(warnings)?;
    if number == 0.0 {
        return None;
    }
    let text = format!("{number}");
    let pixels = text.parse::<u32>().ok();
    if pixels.is_none() { field.wrong_type(warnings) } else { pixels }
}

/// A length in seconds, above 0.
pub fn seconds(field: &Field<'_>, warnings: &mut Warnings) -> Option<f64> {
    let number = field.number(warnings)?;
    if number < 0.0 {
        return field.wrong_type(warnings);
    }
    (number > 0.0).then_some(number)
}
