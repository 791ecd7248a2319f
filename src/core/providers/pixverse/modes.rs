//! The create modes: which operation each one is, and which relation its sources have. Where the sources stand in the
//! payload is left to `sources`.

use super::fields::{Field, Warnings};
use super::unwrap::Item;
use crate::core::media::{MediaType, Operation, Relation};

/// What a job did, as far as its sources are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Through several stills.
    Transition,
    /// From several references.
    Fusion,
    /// A clip continued.
    Extend,
    /// A clip edited.
    Modify,
    /// A character moved by a clip.
    MotionControl,
    /// A clip enlarged.
    Upscale,
    /// Speech put into a clip.
    LipSync,
    /// A clip in another style.
    Restyle,
    /// Something in a clip replaced.
    Replace,
    /// A template applied.
    Effect,
    /// Sound added to a clip.
    SoundEffect,
    /// Speech from text.
    Speech,
    /// Music from text.
    Music,
    /// A still animated, by its mode's own word.
    FromImage,
    /// From text, or from a still where there is one.
    TextOrImage,
    /// No job at all.
    Upload,
}

/// The groups of sources, in the order in which their slots are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Stills.
    Images,
    /// Clips.
    Videos,
    /// Sound.
    Audios,
}

/// A mode and the provider's word for it.
pub struct ModeReading {
    /// What it means.
    pub mode: Mode,
    /// The word, verbatim.
    pub word: Option<String>,
}

/// Reads the create mode: the job's before the item's; without one, only an explicit flag stands in for it.
pub fn read(item: &Item<'_>, warnings: &mut Warnings) -> ModeReading {
    let mut words = Vec::new();
    for field in item.anywhere("create_mode") {
        if let Some(word) = field.text(warnings) {
            words.push((word, field));
        }
    }
    let Some((word, field)) = words.first() else {
        return ModeReading { mode: inferred(item, warnings), word: None };
    };
    if words.iter().any(|(other, _)| other.trim() != word.trim()) {
        warnings.add("create_modes_differ", &field.path);
    }
    let mode = documented(word).unwrap_or_else(|| {
        warnings.add("unknown_create_mode", &field.path);
        Mode::TextOrImage
    });
    warnings.trail.note(format_args!("create_mode"), &field.path);
    warnings.trail.note(format_args!("operation"), &field.path);
    ModeReading { mode, word: Some(word.clone()) }
}

fn documented(word: &str) -> Option<Mode> {
    Some(match word.trim().to_ascii_lowercase().as_str() {
        "transition" | "frames" | "multi_transition" => Mode::Transition,
        "fusion" => Mode::Fusion,
        "extend" => Mode::Extend,
        "modify" => Mode::Modify,
        "motion_control" | "mimic" => Mode::MotionControl,
        "upscale" => Mode::Upscale,
        "lip_sync" => Mode::LipSync,
        "video_restyle" | "restyle" => Mode::Restyle,
        "replace" | "swap" => Mode::Replace,
        "effect" => Mode::Effect,
        "sound_effect" => Mode::SoundEffect,
        "tts" => Mode::Speech,
        "music" => Mode::Music,
        "i2v" | "image_to_video" | "i2i" | "image_to_image" => Mode::FromImage,
        "image_text" | "t2v" | "text_to_video" | "create_image" | "t2i" | "text_to_image" => {
            Mode::TextOrImage
        }
        "upload" => Mode::Upload,
        _ => return None,
    })
}

fn inferred(item: &Item<'_>, warnings: &mut Warnings) -> Mode {
    let flags = [("extended", Mode::Extend), ("upscaled", Mode::Upscale), ("lip_sync", Mode::LipSync)];
    let is_set = |name: &str| item.anywhere(name).find(Field::is_one);
    for (name, mode) in flags {
        if let Some(field) = is_set(name) {
            warnings.add("create_mode_inferred", &field.path);
            warnings.trail.note(format_args!("operation"), &field.path);
            return mode;
        }
    }
    Mode::TextOrImage
}

impl Mode {
    /// The operation, given what came out and whether sources were named.
    pub fn operation(self, media_type: MediaType, has_sources: bool) -> Option<Operation> {
        Some(match self {
            Self::Transition => Operation::VideoTransition,
            Self::Fusion => Operation::Fusion,
            Self::Extend => Operation::VideoExtend,
            Self::Modify => Operation::VideoModify,
            Self::MotionControl => Operation::MotionControl,
            Self::Upscale => Operation::VideoUpscale,
            Self::LipSync => Operation::LipSync,
            Self::Restyle => Operation::Restyle,
            Self::Replace => Operation::VideoReplace,
            Self::Effect => Operation::Template,
            Self::SoundEffect => Operation::SoundEffect,
            Self::Speech => Operation::TextToSpeech,
            Self::Music => Operation::TextToMusic,
            Self::FromImage => default_operation(media_type, true),
            Self::TextOrImage => default_operation(media_type, has_sources),
            Self::Upload => return None,
        })
    }

    /// The order in which the groups of sources are counted.
    pub const fn groups(self) -> [Group; 3] {
        use Group::{Audios, Images, Videos};
        match self {
            Self::Extend
            | Self::Modify
            | Self::Upscale
            | Self::Restyle
            | Self::Replace
            | Self::SoundEffect => [Videos, Images, Audios],
            Self::LipSync => [Videos, Audios, Images],
            _ => [Images, Videos, Audios],
        }
    }

    /// How a source of a group went in. `role` is a fusion's type for the slot.
    pub fn relation(self, group: Group, role: Option<&str>) -> Relation {
        match (group, self) {
            (Group::Audios, _) => Relation::SourceAudio,
            (Group::Images, Self::Transition) => Relation::TransitionInput,
            (Group::Images, Self::Fusion) => fusion_relation(role),
            (Group::Images, Self::Modify | Self::Restyle | Self::Replace) => Relation::ReferenceImage,
            (Group::Images, _) => Relation::SourceImage,
            (Group::Videos, Self::Fusion) => Relation::FusionReference,
            (Group::Videos, Self::MotionControl) => Relation::ControlInput,
            (Group::Videos, _) => Relation::SourceVideo,
        }
    }

    /// Whether a job of this mode cannot have been without a source: finding none is worth a note.
    pub const fn needs_source(self) -> bool {
        !matches!(self, Self::TextOrImage | Self::Effect | Self::Speech | Self::Music | Self::Upload)
    }

    /// Whether one file may stand in several slots, as a loop's first and last still do.
    pub const fn repeats_sources(self) -> bool {
        matches!(self, Self::Transition)
    }

    /// Whether a still that stands beside the lists can be a source: beside a source clip it is a picture of that clip.
    pub const fn starts_from_images(self) -> bool {
        matches!(
            self,
            Self::Transition
                | Self::Fusion
                | Self::MotionControl
                | Self::Effect
                | Self::FromImage
                | Self::TextOrImage
        )
    }

    /// Whether the endpoints `customer_first_frame` and `customer_last_frame` are the job's sources.
    pub const fn has_endpoints(self) -> bool {
        matches!(self, Self::Transition | Self::FromImage | Self::TextOrImage)
    }
}

fn fusion_relation(role: Option<&str>) -> Relation {
    match role.map(|role| role.trim().to_ascii_lowercase()).as_deref() {
        Some("subject") => Relation::FusionCharacter,
        Some("background") => Relation::FusionBackground,
        _ => Relation::FusionReference,
    }
}

const fn default_operation(media_type: MediaType, has_sources: bool) -> Operation {
    match (media_type, has_sources) {
        (MediaType::Video, true) => Operation::ImageToVideo,
        (MediaType::Video, false) => Operation::TextToVideo,
        (MediaType::Image, true) => Operation::ImageToImage,
        (MediaType::Image, false) => Operation::TextToImage,
        // Sound is made from text; which sound, a row without a mode does not say.
        (MediaType::Audio, _) => Operation::TextToSpeech,
    }
}
