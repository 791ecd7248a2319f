//! The library's operations, as the provider's own client asks for them.

use super::models::{
    CLIPS, EXTENSIONS, FUSIONS, LONG_TRANSITIONS, MODIFICATIONS, MOTIONS, SEEDANCES, STILLS, TRANSITIONS,
};
use super::table::Fixed::{Flag, Whole, Word};
use super::table::{First, Fixed, Form, Kind, Need, Parameter, Prompt, Row, Slot};
use crate::core::media::MediaType::{Audio, Image, Video};
use crate::core::media::{Operation, Relation};

const PROMPT: Prompt = Prompt { need: Need::Required, member: "prompt", most: 5000 };
const NO_PROMPT: Prompt = Prompt { need: Need::Refused, ..PROMPT };

const DURATION: Parameter = Parameter::or("duration", Kind::Duration, Whole(5));
const QUALITY: Parameter = Parameter::or("quality", Kind::Quality, Word("720p"));
const ASPECT_RATIO: Parameter = Parameter::or("aspect_ratio", Kind::AspectRatio, Word("16:9"));
/// No document bounds it; four is what the provider's pages offer.
const COUNT: Parameter = Parameter::or("count", Kind::Whole(1, 4), Whole(1)).written(Some("create_count"));
const SEED: Parameter = Parameter::optional("seed", Kind::Whole(0, 2_147_483_647));
const OFF_PEAK: Parameter = Parameter::optional("off_peak", Kind::Mark);
/// The provider's own client asks v6 for sound.
const AUDIO: Parameter = Parameter::or("audio", Kind::Flag, Flag(true)).default_for(&["v6"]);
/// The provider's own client lets v6 cut between shots.
const MULTI_SHOT: Parameter = Parameter::or("multi_shot", Kind::Flag, Flag(true)).default_for(&["v6"]);
const DETAIL_LEVEL: Parameter =
    Parameter::or("detail_level", Kind::Word(&["low", "medium", "high"]), Word("low"))
        .only_for(&["gpt-image-2.0"]);
const STILL_QUALITY: Parameter = Parameter::or("quality", Kind::Quality, Word("1080p"));

const NO_FIXED: &[(&str, Fixed)] = &[];
const CLIP: Slot = Slot::one(&[Relation::SourceVideo], Video, Form::Clip);

const fn clip_row(operation: Operation, path: &'static str) -> Row {
    Row {
        operation,
        media_type: Video,
        path,
        prompt: PROMPT,
        negative_prompt: false,
        models: CLIPS,
        has_default_model: true,
        parameters: &[],
        slots: &[],
        fixed: NO_FIXED,
        first: None,
    }
}

/// Every row.
pub const ROWS: &[Row] = &[
    Row {
        negative_prompt: true,
        parameters: &[DURATION, QUALITY, ASPECT_RATIO, COUNT, SEED, OFF_PEAK, AUDIO, MULTI_SHOT],
        ..clip_row(Operation::TextToVideo, "video/t2v")
    },
    Row {
        negative_prompt: true,
        parameters: &[DURATION, QUALITY, COUNT, SEED, OFF_PEAK, AUDIO, MULTI_SHOT],
        slots: &[Slot::one(&[Relation::SourceImage], Image, Form::Path("customer_img_path"))],
        ..clip_row(Operation::ImageToVideo, "video/i2v")
    },
    Row {
        models: TRANSITIONS,
        parameters: &[DURATION, QUALITY, COUNT, SEED, OFF_PEAK, AUDIO],
        slots: &[Slot {
            least: 2,
            most: Some(2),
            ..Slot::one(&[Relation::TransitionInput], Image, Form::TwoStills)
        }],
        ..clip_row(Operation::VideoTransition, "video/frames")
    },
    Row {
        models: LONG_TRANSITIONS,
        parameters: &[
            Parameter::optional("prompts", Kind::StretchPrompts),
            Parameter::or("durations", Kind::StretchLengths(1, 10), Whole(5)),
            QUALITY,
            SEED,
            OFF_PEAK,
        ],
        slots: &[Slot {
            least: 3,
            most: Some(7),
            ..Slot::one(&[Relation::TransitionInput], Image, Form::Paths("customer_img_paths"))
        }],
        ..clip_row(Operation::VideoTransition, "video/frames")
    },
    Row {
        models: EXTENSIONS,
        parameters: &[DURATION, QUALITY, COUNT, SEED, OFF_PEAK, AUDIO],
        slots: &[CLIP],
        first: Some(First::LastFrame),
        ..clip_row(Operation::VideoExtend, "video/extend")
    },
    Row {
        models: FUSIONS,
        // The provider's own client names no aspect ratio here.
        parameters: &[
            DURATION,
            QUALITY,
            Parameter::optional("aspect_ratio", Kind::AspectRatio),
            COUNT,
            SEED,
            OFF_PEAK,
            AUDIO,
        ],
        slots: &[
            Slot {
                most: None,
                ..Slot::one(
                    &[Relation::FusionReference, Relation::FusionCharacter, Relation::FusionBackground],
                    Image,
                    Form::Cast,
                )
            },
            Slot {
                least: 0,
                most: Some(3),
                models: SEEDANCES,
                ..Slot::one(&[Relation::FusionReference], Video, Form::Clips)
            },
            Slot {
                least: 0,
                most: Some(3),
                models: SEEDANCES,
                ..Slot::one(&[Relation::SourceAudio], Audio, Form::Paths("customer_audio_paths"))
            },
        ],
        ..clip_row(Operation::Fusion, "video/fusion")
    },
    Row {
        models: MODIFICATIONS,
        parameters: &[
            Parameter::or("cut_time_ms", Kind::Whole(0, 30_000), Whole(0)),
            QUALITY,
            COUNT,
            SEED,
            OFF_PEAK,
        ],
        slots: &[
            CLIP,
            Slot {
                least: 0,
                most: None,
                ..Slot::one(&[Relation::ReferenceImage], Image, Form::Paths("customer_img_paths"))
            },
        ],
        first: Some(First::KeyFrame),
        ..clip_row(Operation::VideoModify, "video/modify")
    },
    Row {
        prompt: NO_PROMPT,
        models: MOTIONS,
        parameters: &[QUALITY, COUNT, SEED, OFF_PEAK],
        slots: &[
            Slot::one(&[Relation::SourceImage], Image, Form::Paths("customer_img_paths")),
            Slot::one(&[Relation::ControlInput], Video, Form::Clip),
        ],
        fixed: &[("video_detection_result", Whole(1))],
        first: Some(First::Precheck),
        ..clip_row(Operation::MotionControl, "video/mimic")
    },
    Row {
        prompt: NO_PROMPT,
        models: &[],
        parameters: &[
            Parameter::or("quality", Kind::Word(&["1080p", "1440p", "2160p"]), Word("2160p")),
            OFF_PEAK,
        ],
        slots: &[Slot { form: Form::ClipKey, ..CLIP }],
        fixed: &[("upscale", Whole(1)), ("platform", Word("web"))],
        ..clip_row(Operation::VideoUpscale, "video/upscale")
    },
    Row {
        media_type: Image,
        models: STILLS,
        parameters: &[STILL_QUALITY, ASPECT_RATIO, COUNT, SEED, OFF_PEAK, DETAIL_LEVEL],
        ..clip_row(Operation::TextToImage, "image/t2i")
    },
    Row {
        media_type: Image,
        models: STILLS,
        parameters: &[STILL_QUALITY, ASPECT_RATIO, COUNT, SEED, OFF_PEAK, DETAIL_LEVEL],
        slots: &[Slot {
            most: None,
            ..Slot::one(&[Relation::SourceImage], Image, Form::Paths("customer_img_paths"))
        }],
        ..clip_row(Operation::ImageToImage, "image/i2i")
    },
];
