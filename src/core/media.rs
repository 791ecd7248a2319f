//! The words of the inventory that are closed lists: media types, statuses, operations, relations, feeds.
//! What a provider calls them is left to its extractor.

use serde::{Deserialize, Serialize};

use crate::core::row::{Column, Row};

/// Makes an enum whose text form is fixed, with `as_str`, `parse`, `Display` and serde by that text.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            /// Every word of the list, in its declared order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word as it is written in JSON and in the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// Reads the word back; `None` for a word that is not on the list.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words! {
    /// What kind of file an asset is.
    MediaType { #[doc = "A clip."] Video = "video", #[doc = "A still."] Image = "image", #[doc = "Speech, music or sound."] Audio = "audio" }
}

words! {
    /// Which of a provider's interfaces a payload or a credential belongs to.
    Api {
        #[doc = "The interface of the provider's own clients; it lists the library."] Library = "library",
        #[doc = "The interface for API keys; it has no listing."] OpenPlatform = "open_platform",
    }
}

words! {
    /// Whether the provider made an asset or the user handed it in. Part of every provider id: the two are numbered apart.
    Making { #[doc = "The provider made it."] Created = "created", #[doc = "The user uploaded it."] Uploaded = "uploaded" }
}

words! {
    /// What is known of an asset's state. `Unknown` is a state of its own and never success.
    Status {
        #[doc = "Real media is there."] Completed = "completed",
        #[doc = "Refused by moderation; terminal, without media."] Filtered = "filtered",
        #[doc = "The provider could not make it."] Failed = "failed",
        #[doc = "Gone at the provider."] Deleted = "deleted",
        #[doc = "Under way."] Processing = "processing",
        #[doc = "Nothing usable was said."] Unknown = "unknown",
    }
}

words! {
    /// Where an observation came from, best first: the order is the rank of the feed.
    Feed {
        #[doc = "Create, poll or webhook of a request made here."] Generation = "generation",
        #[doc = "Asked by id."] Detail = "detail",
        #[doc = "A page of the provider's library."] Listing = "listing",
        #[doc = "A page handed in by the user."] Pushed = "pushed",
        #[doc = "Seen only as somebody's source."] Referenced = "referenced",
    }
}

words! {
    /// How a parent went into a child.
    Relation {
        #[doc = "The still that was animated or edited."] SourceImage = "SOURCE_IMAGE",
        #[doc = "The clip that was continued or edited."] SourceVideo = "SOURCE_VIDEO",
        #[doc = "One of the stills of a transition."] TransitionInput = "TRANSITION_INPUT",
        #[doc = "A fusion's character."] FusionCharacter = "FUSION_CHARACTER",
        #[doc = "A fusion's background."] FusionBackground = "FUSION_BACKGROUND",
        #[doc = "Any other reference of a fusion."] FusionReference = "FUSION_REFERENCE",
        #[doc = "A still that guided an edit."] ReferenceImage = "REFERENCE_IMAGE",
        #[doc = "A clip that guided an edit."] ReferenceVideo = "REFERENCE_VIDEO",
        #[doc = "A still that gave the style."] StyleReference = "STYLE_REFERENCE",
        #[doc = "The sound that was used."] SourceAudio = "SOURCE_AUDIO",
        #[doc = "A mask."] Mask = "MASK",
        #[doc = "Motion, depth or pose that steered the result."] ControlInput = "CONTROL_INPUT",
        #[doc = "A source that could not be classified."] Input = "INPUT",
    }
}

words! {
    /// What was done to make an asset.
    Operation {
        #[doc = "Clip from text."] TextToVideo = "text_to_video",
        #[doc = "Clip from a still."] ImageToVideo = "image_to_video",
        #[doc = "Clip through several stills."] VideoTransition = "video_transition",
        #[doc = "A clip continued."] VideoExtend = "video_extend",
        #[doc = "Several references in one clip."] Fusion = "fusion",
        #[doc = "Still from text."] TextToImage = "text_to_image",
        #[doc = "Still from stills."] ImageToImage = "image_to_image",
        #[doc = "A clip edited."] VideoModify = "video_modify",
        #[doc = "A character moved by a clip."] MotionControl = "motion_control",
        #[doc = "Speech put into a clip."] LipSync = "lip_sync",
        #[doc = "A clip enlarged."] VideoUpscale = "video_upscale",
        #[doc = "A clip in another style."] Restyle = "restyle",
        #[doc = "Something in a clip replaced."] VideoReplace = "video_replace",
        #[doc = "Sound added to a clip."] SoundEffect = "sound_effect",
        #[doc = "A provider's template applied."] Template = "template",
        #[doc = "A clip by one of a provider's agents."] VideoAgent = "video_agent",
        #[doc = "A clip to a piece of music."] MusicVideo = "music_video",
        #[doc = "Speech from text."] TextToSpeech = "text_to_speech",
        #[doc = "Music from text."] TextToMusic = "text_to_music",
        #[doc = "The media type itself is unknown."] Unknown = "unknown",
    }
}

words! {
    /// Which part of a parent, or of a child, an edge is tied to.
    Anchor { #[doc = "The first frame."] First = "first", #[doc = "The last frame."] Last = "last" }
}

impl Column for MediaType {
    fn take(row: &mut Row, name: &str) -> Self {
        row.word(name, Self::parse, Self::Video)
    }
}

impl Column for Api {
    fn take(row: &mut Row, name: &str) -> Self {
        row.word(name, Self::parse, Self::Library)
    }
}

impl Column for Making {
    fn take(row: &mut Row, name: &str) -> Self {
        row.word(name, Self::parse, Self::Created)
    }
}
