//! The open platform's operations, as its documents describe them.
//!
//! Mask selection (`video/mask/selection`) is none of them: it makes no media. It answers at once, for credits, with the
//! masks that it finds in one frame of a clip, each with an id, a name and a picture. A replacement needs two things of that
//! answer, `keyframe_id` and `mask_id`, an edit may name `mask_ids` and `mask_urls`. Which mask is meant a person decides, who
//! has seen them; so these are parameters here, and no call before the request could fill them in.

use super::models::{BEFORE_V5, OPEN_AGENTS, OPEN_CLIPS, OPEN_FUSIONS, OPEN_LONG_TRANSITIONS};
use super::table::Fixed::{Whole, Word};
use super::table::{Form, Kind, Need, Parameter, Prompt, Row, Slot};
use crate::core::media::MediaType::{Audio, Image, Video};
use crate::core::media::{MediaType, Operation, Relation};

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
/// Which agent. No list of them is documented.
const AGENT: Parameter = Parameter::required("agent_id", Kind::Id);
/// A page that the agent reads. No document bounds it: it may be as long as any url here.
const PRODUCT_URL: Parameter = Parameter::optional("product_url", Kind::Text(4096));
const MV_AGENT_TYPE: Parameter = Parameter::optional("mv_agent_type", Kind::Text(64));
/// Where no model bounds it.
const FIXED_ASPECT_RATIO: Parameter = Parameter::or(
    "aspect_ratio",
    Kind::Word(&["16:9", "4:3", "1:1", "3:4", "9:16", "2:3", "3:2", "21:9"]),
    Word("16:9"),
);
/// Some templates lack the qualities above.
const TEMPLATE_QUALITY: Parameter = Parameter::or("quality", Kind::Quality, Word("540p"));

/// References: that there must be any, or how many there may be, no document says.
const fn references(relation: &'static [Relation], media_type: MediaType, form: Form) -> Slot {
    Slot { least: 0, most: None, ..Slot::one(relation, media_type, form) }
}

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
        has_default_model: true,
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
    // Several agents share this path. Documented are these members and the names of two models, but not which agent takes
    // which: another client sends a model to one agent and none to another, so none stands in, and gives that one a page in
    // the place of a prompt, so `rules` wants either. A request that the agent does not take is refused by the provider.
    Row {
        prompt: Prompt { need: Need::Optional, most: 5000, ..PROMPT },
        models: OPEN_AGENTS,
        has_default_model: false,
        parameters: &[AGENT, PRODUCT_URL, SEED],
        slots: &[
            references(&[Relation::ReferenceImage], Image, Form::UrlEntries("img_references", "img_url")),
            references(&[Relation::ReferenceVideo], Video, Form::UrlEntries("video_references", "video_url")),
        ],
        ..plain_row(Operation::VideoAgent, "video/agent/generate")
    },
    // Documented are the sound and the stills, and that ids must be numbers. Type, quality and aspect ratio are known from
    // another client alone, which always sends them: quality and ratio are held to what any model takes, the type to nothing.
    Row {
        parameters: &[MV_AGENT_TYPE, FIXED_QUALITY, FIXED_ASPECT_RATIO, SEED],
        slots: &[
            references(&[Relation::ReferenceImage], Image, Form::IdEntries("img_references", "img_id")),
            Slot::one(&[Relation::SourceAudio], Audio, Form::Id("audio_media_id")),
        ],
        ..plain_row(Operation::MusicVideo, "video/music_mv_agent/generate")
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
