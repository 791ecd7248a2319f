//! The open platform's operations, as its documents describe them.

use super::models::{BEFORE_V5, OPEN_CLIPS, OPEN_FUSIONS, OPEN_LONG_TRANSITIONS};
use super::table::Fixed::{Whole, Word};
use super::table::{Form, Kind, Need, Parameter, Prompt, Row, Slot};
use crate::core::media::MediaType::{Audio, Image, Video};
use crate::core::media::{Operation, Relation};

const PROMPT: Prompt = Prompt { need: Need::Required, member: "prompt", most: 2048 };
const NO_PROMPT: Prompt = Prompt { need: Need::Refused, ..PROMPT };

const DURATION: Parameter = Parameter::or("duration", Kind::Duration, Whole(5));
const QUALITY: Parameter = Parameter::or("quality", Kind::Quality, Word("720p"));
const SMALL_QUALITY: Parameter =
    Parameter::or("quality", Kind::Word(&["360p", "540p", "720p"]), Word("720p"));
/// Where no model bounds it.
const FIXED_QUALITY: Parameter =
    Parameter::or("quality", Kind::Word(&["360p", "540p", "720p", "1080p"]), Word("720p"));
const ASPECT_RATIO: Parameter = Parameter::or("aspect_ratio", Kind::AspectRatio, Word("16:9"));
const SEED: Parameter = Parameter::optional("seed", Kind::Whole(0, 2_147_483_647));
const MOTION_MODE: Parameter =
    Parameter::optional("motion_mode", Kind::Word(&["normal", "fast"])).only_for(BEFORE_V5);
const STYLE: Parameter =
    Parameter::optional("style", Kind::Word(&["anime", "3d_animation", "clay", "comic", "cyberpunk"]))
        .only_for(BEFORE_V5);
const CAMERA_MOVEMENT: Parameter = Parameter::optional("camera_movement", Kind::Text(64)).only_for(BEFORE_V5);
const WATER_MARK: Parameter = Parameter::optional("water_mark", Kind::Switch);
const SOUND: Parameter = Parameter::optional("sound_effect_switch", Kind::Switch);
const SOUND_CONTENT: Parameter = Parameter::optional("sound_effect_content", Kind::Text(2048));
const SPEECH: Parameter = Parameter::optional("lip_sync_tts_switch", Kind::Switch);
const SPEAKER: Parameter = Parameter::optional("lip_sync_tts_speaker_id", Kind::Text(64));
/// The documents bound it at 140 to 200 characters, by language.
const SPEECH_CONTENT: Parameter = Parameter::optional("lip_sync_tts_content", Kind::Text(200));
const AUDIO: Parameter = Parameter::optional("audio", Kind::Switch).written(Some("generate_audio_switch"));
const MULTI_SHOT: Parameter =
    Parameter::optional("multi_shot", Kind::Switch).written(Some("generate_multi_clip_switch"));
const THINKING_TYPE: Parameter = Parameter::optional("thinking_type", Kind::Text(32));
const TEMPLATE: Parameter = Parameter::required("template_id", Kind::Id);
/// Some templates lack the qualities above.
const TEMPLATE_QUALITY: Parameter = Parameter::or("quality", Kind::Quality, Word("540p"));

/// The clip that is worked on.
const CLIP: Slot = Slot::one(&[Relation::SourceVideo], Video, Form::ClipId);
const STILL: Slot = Slot::one(&[Relation::SourceImage], Image, Form::Id("img_id"));

const fn clip_row(operation: Operation, path: &'static str) -> Row {
    Row {
        operation,
        media_type: Video,
        path,
        prompt: PROMPT,
        negative_prompt: true,
        models: OPEN_CLIPS,
        parameters: &[],
        slots: &[],
        fixed: &[],
        first: None,
    }
}

/// A row without a choice of models.
const fn plain_row(operation: Operation, path: &'static str) -> Row {
    Row { prompt: NO_PROMPT, negative_prompt: false, models: &[], ..clip_row(operation, path) }
}

/// Every row.
pub const ROWS: &[Row] = &[
    Row {
        parameters: &[
            DURATION,
            QUALITY,
            ASPECT_RATIO,
            SEED,
            MOTION_MODE,
            STYLE,
            CAMERA_MOVEMENT,
            WATER_MARK,
            SOUND,
            SOUND_CONTENT,
            SPEECH,
            SPEAKER,
            SPEECH_CONTENT,
            AUDIO,
            MULTI_SHOT,
            THINKING_TYPE,
        ],
        ..clip_row(Operation::TextToVideo, "video/text/generate")
    },
    // An avatar: a still that speaks what a file says. With a speaker and a text it is the row below.
    Row {
        parameters: &[FIXED_QUALITY],
        slots: &[STILL, Slot::one(&[Relation::SourceAudio], Audio, Form::Id("audio_media_id"))],
        ..plain_row(Operation::ImageToVideo, "video/avatar/generate")
    },
    Row {
        parameters: &[
            DURATION,
            QUALITY,
            SEED,
            MOTION_MODE,
            STYLE,
            CAMERA_MOVEMENT,
            WATER_MARK,
            SOUND,
            SOUND_CONTENT,
            SPEECH,
            SPEAKER,
            SPEECH_CONTENT,
            AUDIO,
            MULTI_SHOT,
            THINKING_TYPE,
        ],
        slots: &[STILL],
        ..clip_row(Operation::ImageToVideo, "video/img/generate")
    },
    Row {
        parameters: &[DURATION, QUALITY, SEED, MOTION_MODE, SOUND, SOUND_CONTENT, AUDIO],
        slots: &[Slot {
            least: 2,
            most: Some(2),
            ..Slot::one(&[Relation::TransitionInput], Image, Form::Ends)
        }],
        ..clip_row(Operation::VideoTransition, "video/transition/generate")
    },
    Row {
        prompt: Prompt { need: Need::Optional, ..PROMPT },
        negative_prompt: false,
        models: OPEN_LONG_TRANSITIONS,
        parameters: &[
            Parameter::optional("prompts", Kind::StretchPrompts).written(None),
            Parameter::or("durations", Kind::StretchLengths(1, 10), Whole(5)).written(None),
            QUALITY,
            SEED,
        ],
        slots: &[Slot {
            least: 3,
            most: Some(7),
            ..Slot::one(&[Relation::TransitionInput], Image, Form::Stretches)
        }],
        ..clip_row(Operation::VideoTransition, "video/multi_transition/generate")
    },
    Row {
        negative_prompt: false,
        models: OPEN_FUSIONS,
        parameters: &[
            DURATION,
            QUALITY,
            ASPECT_RATIO,
            SEED,
            AUDIO,
            Parameter::optional("reference_mode", Kind::Word(&["omni"])).only_for(&["v6"]),
        ],
        slots: &[Slot {
            most: None,
            ..Slot::one(&[Relation::FusionCharacter, Relation::FusionBackground], Image, Form::References)
        }],
        ..clip_row(Operation::Fusion, "video/fusion/generate")
    },
    Row {
        parameters: &[DURATION, QUALITY, SEED, MOTION_MODE, STYLE, AUDIO],
        slots: &[CLIP],
        ..clip_row(Operation::VideoExtend, "video/extend/generate")
    },
    Row {
        parameters: &[SPEAKER, SPEECH_CONTENT],
        slots: &[
            CLIP,
            Slot { least: 0, ..Slot::one(&[Relation::SourceAudio], Audio, Form::Id("audio_media_id")) },
        ],
        ..plain_row(Operation::LipSync, "video/lip_sync/generate")
    },
    Row {
        prompt: Prompt { member: "sound_effect_content", ..PROMPT },
        parameters: &[Parameter::optional("original_sound_switch", Kind::Switch), SEED],
        slots: &[CLIP],
        ..plain_row(Operation::SoundEffect, "video/sound_effect/generate")
    },
    Row {
        prompt: Prompt { need: Need::Optional, member: "restyle_prompt", ..PROMPT },
        parameters: &[Parameter::optional("restyle_id", Kind::Id), SEED],
        slots: &[CLIP],
        ..plain_row(Operation::Restyle, "video/restyle/generate")
    },
    Row {
        slots: &[Slot::one(&[Relation::SourceVideo], Video, Form::MadeClipId)],
        ..plain_row(Operation::VideoUpscale, "video/upscale/generate")
    },
    Row {
        parameters: &[SMALL_QUALITY, SEED],
        slots: &[STILL, Slot::one(&[Relation::ControlInput], Video, Form::ClipId)],
        ..plain_row(Operation::MotionControl, "video/mimic/generate")
    },
    Row {
        prompt: PROMPT,
        parameters: &[
            SMALL_QUALITY,
            Parameter::optional("mask_ids", Kind::Texts(3)),
            Parameter::optional("mask_urls", Kind::Texts(3)),
            SEED,
        ],
        slots: &[
            CLIP,
            Slot {
                least: 0,
                most: Some(5),
                ..Slot::one(&[Relation::ReferenceImage], Image, Form::Ids("img_ids"))
            },
        ],
        ..plain_row(Operation::VideoModify, "video/modify/generate")
    },
    Row {
        parameters: &[
            SMALL_QUALITY,
            Parameter::or("keyframe_id", Kind::Whole(1, 2_147_483_647), Whole(1)),
            Parameter::required("mask_id", Kind::Text(256)),
            SEED,
        ],
        slots: &[CLIP, Slot::one(&[Relation::ReferenceImage], Image, Form::Id("img_id"))],
        ..plain_row(Operation::VideoReplace, "video/swap/generate")
    },
    Row {
        prompt: Prompt { need: Need::Optional, ..PROMPT },
        parameters: &[TEMPLATE, DURATION, TEMPLATE_QUALITY, ASPECT_RATIO, SEED],
        ..clip_row(Operation::Template, "video/text/generate")
    },
    Row {
        prompt: Prompt { need: Need::Optional, ..PROMPT },
        parameters: &[TEMPLATE, DURATION, TEMPLATE_QUALITY, SEED],
        slots: &[STILL],
        ..clip_row(Operation::Template, "video/img/generate")
    },
    Row {
        prompt: Prompt { need: Need::Optional, ..PROMPT },
        parameters: &[TEMPLATE, DURATION, TEMPLATE_QUALITY, SEED],
        slots: &[Slot {
            least: 2,
            most: Some(7),
            ..Slot::one(&[Relation::SourceImage], Image, Form::Ids("img_ids"))
        }],
        ..clip_row(Operation::Template, "video/img/generate")
    },
    Row {
        media_type: Image,
        prompt: Prompt { need: Need::Optional, ..PROMPT },
        parameters: &[TEMPLATE, SEED],
        slots: &[Slot { most: Some(7), ..Slot::one(&[Relation::SourceImage], Image, Form::Ids("img_ids")) }],
        ..plain_row(Operation::Template, "image/template/generate")
    },
];
