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
    /// The keys of every spelling of the file with where each stood; more than one only if the spellings differ.
    pub keys: Vec<(String, String)>,
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
    /// Where a stand-in stood in place of the url, with no url of a file beside it. A bare path does not tell: it is
    /// handed out with the job.
    placeholders: Vec<String>,
    /// Where the size is given as 0 by 0.
    zeros: Vec<String>,
}

impl Output {
    /// Reads everything that came out.
    pub fn read(item: &Item<'_>, media_type: MediaType, making: Making, warnings: &mut Warnings) -> Self {
        let mut output = Self::default();
        output.read_file(item, media_type, making, warnings);
        let url = |field: &Field<'_>, warnings: &mut Warnings| field.media_url(warnings);
        let stills = ["first_frame", "thumbnail", "thumbnail_url", "cover", "cover_url"];
        output.thumbnail = first_of(item, "thumbnail_url", &stills, url, warnings);
        output.preview = first_of(item, "preview_url", &["webp_url"], url, warnings);
        let widths = ["output_width", "outputWidth", "width"];
        let heights = ["output_height", "outputHeight", "height"];
        output.width = first_of(item, "width", &widths, pixels, warnings);
        output.height = first_of(item, "height", &heights, pixels, warnings);
        let may_be_pending = media_type != MediaType::Audio && making == Making::Created;
        if may_be_pending && output.width.is_none() && output.height.is_none() {
            let zero = |names: &[&str]| names.iter().filter_map(|name| item.top(name)).find(is_zero);
            if let Some((width, height)) = zero(&widths).zip(zero(&heights)) {
                output.zeros = vec![width.path, height.path];
            }
        }
        output.duration_s = first_of(item, "duration_s", &["video_duration", "duration"], seconds, warnings);
        output
    }

    /// The status in the light of the file: a finished job whose file is a stand-in, or whose size is given as 0 by 0,
    /// is not finished yet.
    pub fn settle(&self, reading: &Reading, making: Making, warnings: &mut Warnings) -> Status {
        if reading.code.is_none() {
            if self.url.is_some() && making == Making::Uploaded {
                warnings.trail.note(format_args!("status"), &self.url_path);
            }
            return status::without_code(making, self.url.is_some());
        }
        let is_hollow = !self.placeholders.is_empty() || !self.zeros.is_empty();
        if reading.status == Status::Completed && is_hollow {
            warnings.add("completed_without_media", &reading.path);
            for path in self.placeholders.iter().chain(&self.zeros) {
                warnings.trail.note(format_args!("status"), path);
            }
            return Status::Processing;
        }
        reading.status
    }

    /// The file, if the status lets it be used: urls are handed out before there is a file, and stay when it was refused.
    pub fn usable_url(&self, status: Status, warnings: &mut Warnings) -> Option<String> {
        let url = self.url.clone()?;
        if matches!(status, Status::Completed | Status::Unknown) {
            warnings.trail.note(format_args!("media_url"), &self.url_path);
            return Some(url);
        }
        warnings.add("media_withheld", &self.url_path);
        None
    }

    fn read_file(&mut self, item: &Item<'_>, media_type: MediaType, making: Making, warnings: &mut Warnings) {
        let mut has_url = false;
        for field in own_members(media_type, making).iter().filter_map(|name| item.top(name)) {
            if field.value.as_str().is_some_and(is_placeholder) {
                self.placeholders.push(field.path.clone());
            }
            has_url |= self.add_spelling(&field, warnings) && !field.path.ends_with("path");
        }
        if has_url {
            self.placeholders.clear();
        }
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
        if !self.keys.iter().any(|(known, _)| *known == key) {
            if !self.keys.is_empty() {
                warnings.add("output_spellings_differ", &field.path);
            }
            self.keys.push((key, field.path.clone()));
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

/// What the first of several members gives that gives anything, for a part of the facts.
fn first_of<T>(
    item: &Item<'_>,
    part: &str,
    names: &[&str],
    read: impl Fn(&Field<'_>, &mut Warnings) -> Option<T>,
    warnings: &mut Warnings,
) -> Option<T> {
    names.iter().find_map(|name| {
        let field = item.top(name)?;
        let value = read(&field, warnings);
        field.noted(part, value, warnings)
    })
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
    // A cast bends what does not fit; it is told by the way back.
    let pixels = number as u32;
    if f64::from(pixels) == number { Some(pixels) } else { field.wrong_type(warnings) }
}

/// A length in seconds, above 0.
pub fn seconds(field: &Field<'_>, warnings: &mut Warnings) -> Option<f64> {
    let number = field.number(warnings)?;
    if number < 0.0 {
        return field.wrong_type(warnings);
    }
    (number > 0.0).then_some(number)
}
