//! The models of both interfaces and their limits, as the provider's documents and its own clients state them. Which
//! operation knows which model is left to its row.

/// A model and its limits.
pub struct Model {
    /// Its name in requests.
    pub id: &'static str,
    /// Its name for people, where the provider's own client sends one along.
    pub name: Option<&'static str>,
    /// Lengths of a clip, in seconds.
    pub durations: Durations,
    /// Qualities.
    pub qualities: &'static [&'static str],
    /// Aspect ratios.
    pub aspect_ratios: &'static [&'static str],
    /// How many reference stills it takes at most, where a document says it.
    pub references: Option<usize>,
    /// Characters of a prompt.
    pub prompt: usize,
}

/// Lengths of a clip, in whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durations {
    /// From, to.
    Between(i64, i64),
    /// These alone.
    Among(&'static [i64]),
}

impl Durations {
    /// Whether a clip may be that long.
    #[must_use]
    pub fn allow(self, seconds: i64) -> bool {
        match self {
            Self::Between(least, most) => (least..=most).contains(&seconds),
            Self::Among(lengths) => lengths.contains(&seconds),
        }
    }

    /// The length itself where it is allowed, else the next longer one, else the longest.
    #[must_use]
    pub fn nearest(self, seconds: i64) -> i64 {
        match self {
            Self::Between(least, most) => seconds.clamp(least, most),
            Self::Among(lengths) => {
                let longer = lengths.iter().copied().find(|length| *length >= seconds);
                longer.or_else(|| lengths.last().copied()).unwrap_or(seconds)
            }
        }
    }
}

/// Every quality that any model is known to take. Stands where no document says which of them a model takes.
pub const ANY_QUALITY: &[&str] = &["360p", "480p", "540p", "720p", "1080p", "1440p", "2160p"];
const NATIVE: &[&str] = &["360p", "540p", "720p", "1080p"];
const FIVE_RATIOS: &[&str] = &["16:9", "4:3", "1:1", "3:4", "9:16"];
const EIGHT_RATIOS: &[&str] = &["16:9", "4:3", "1:1", "3:4", "9:16", "2:3", "3:2", "21:9"];
const SHORT: Durations = Durations::Among(&[5, 8, 10]);
const LONG: Durations = Durations::Between(1, 15);
const VEO: Durations = Durations::Among(&[4, 6, 8]);
const SORA: Durations = Durations::Among(&[4, 8, 12]);
/// The web and the newer models take prompts of this length.
const LONG_PROMPT: usize = 5000;
const SHORT_PROMPT: usize = 2048;

/// A model as the library takes it.
const fn clip(id: &'static str, durations: Durations, qualities: &'static [&'static str]) -> Model {
    Model {
        id,
        name: None,
        durations,
        qualities,
        aspect_ratios: EIGHT_RATIOS,
        references: Some(7),
        prompt: LONG_PROMPT,
    }
}

const fn still(id: &'static str, references: usize) -> Model {
    Model { references: Some(references), ..clip(id, SHORT, ANY_QUALITY) }
}

/// A model of the open platform before v6.
const fn older(id: &'static str, references: usize) -> Model {
    Model {
        references: Some(references),
        aspect_ratios: FIVE_RATIOS,
        prompt: SHORT_PROMPT,
        ..clip(id, SHORT, NATIVE)
    }
}

const fn agent(id: &'static str) -> Model {
    Model { references: None, ..clip(id, LONG, ANY_QUALITY) }
}

const V6: Model = Model { name: Some("PixVerse V6"), ..clip("v6", LONG, NATIVE) };
const C1: Model = Model { name: Some("PixVerse C1"), ..clip("pixverse-c1", LONG, NATIVE) };
const V5_6: Model = Model { name: Some("PixVerse V5.6"), ..clip("v5.6", SHORT, NATIVE) };
const V5_5: Model = Model { name: Some("PixVerse V5.5"), ..clip("v5.5", SHORT, NATIVE) };
const V5: Model = Model { name: Some("PixVerse V5"), ..clip("v5", SHORT, NATIVE) };
const SEEDANCE: Model = Model {
    references: Some(9),
    ..clip("seedance-2.0-standard", Durations::Between(4, 15), &["480p", "720p", "1080p", "1440p", "2160p"])
};
const SEEDANCE_FAST: Model = Model { id: "seedance-2.0-fast", qualities: ANY_QUALITY, ..SEEDANCE };
const SEEDANCE_MINI: Model = Model { id: "seedance-2.0-mini", qualities: ANY_QUALITY, ..SEEDANCE };
const GEMINI_OMNI: Model =
    Model { references: Some(5), ..clip("gemini-omni-flash", Durations::Between(3, 10), ANY_QUALITY) };
const HAPPYHORSE: Model = clip("happyhorse-1.0", Durations::Between(3, 15), ANY_QUALITY);
const KLING_O3_PRO: Model = clip("kling-o3-pro", Durations::Between(3, 15), ANY_QUALITY);
const KLING_O3: Model = clip("kling-o3-standard", Durations::Between(3, 15), ANY_QUALITY);
const KLING_3_PRO: Model = clip("kling-3.0-pro", Durations::Between(3, 15), ANY_QUALITY);
const KLING_3: Model = clip("kling-3.0-standard", Durations::Between(3, 15), ANY_QUALITY);
const GROK: Model = clip("grok-imagine", LONG, ANY_QUALITY);
const GROK_1_5: Model = clip("grok-imagine-1.5", LONG, ANY_QUALITY);
const VEO_LITE: Model = clip("veo-3.1-lite", VEO, ANY_QUALITY);
const VEO_STANDARD: Model = clip("veo-3.1-standard", VEO, ANY_QUALITY);
const VEO_FAST: Model = clip("veo-3.1-fast", VEO, ANY_QUALITY);
const SORA_2: Model = clip("sora-2", SORA, &["720p"]);
const SORA_2_PRO: Model = clip("sora-2-pro", SORA, ANY_QUALITY);

/// The library's models for a clip from text or from one still.
pub const CLIPS: &[&Model] = &[
    &V6,
    &C1,
    &V5_6,
    &SEEDANCE,
    &SEEDANCE_FAST,
    &SEEDANCE_MINI,
    &GEMINI_OMNI,
    &HAPPYHORSE,
    &KLING_O3_PRO,
    &KLING_O3,
    &KLING_3_PRO,
    &KLING_3,
    &GROK,
    &GROK_1_5,
    &VEO_LITE,
    &VEO_STANDARD,
    &VEO_FAST,
    &SORA_2,
    &SORA_2_PRO,
];
/// The library's models between two stills.
pub const TRANSITIONS: &[&Model] = &[
    &V6,
    &C1,
    &SEEDANCE,
    &SEEDANCE_FAST,
    &SEEDANCE_MINI,
    &KLING_O3_PRO,
    &KLING_O3,
    &KLING_3_PRO,
    &KLING_3,
    &VEO_LITE,
    &VEO_STANDARD,
    &VEO_FAST,
    &V5_6,
];
/// The library's model through three stills and more.
pub const LONG_TRANSITIONS: &[&Model] = &[&V5];
/// The library's models for a fusion.
pub const FUSIONS: &[&Model] = &[
    &V6,
    &C1,
    &SEEDANCE,
    &SEEDANCE_FAST,
    &SEEDANCE_MINI,
    &GEMINI_OMNI,
    &KLING_O3_PRO,
    &KLING_O3,
    &GROK,
    &V5_6,
];
/// The models that take clips and sound as references.
pub const SEEDANCES: &[&str] = &["seedance-2.0-standard", "seedance-2.0-fast", "seedance-2.0-mini"];
/// The library's models that continue a clip.
pub const EXTENSIONS: &[&Model] = &[&V6, &GROK];
/// The library's model that edits a clip.
pub const MODIFICATIONS: &[&Model] = &[&Model { references: Some(5), ..V5_5 }];
/// The library's model that moves a character.
pub const MOTIONS: &[&Model] = &[&V5_6];
/// The library's models for stills.
pub const STILLS: &[&Model] = &[
    &still("gpt-image-2.0", 9),
    &still("gemini-3.1-flash", 9),
    &still("gemini-3.1-flash-lite", 14),
    &still("gemini-3.0", 9),
    &still("gemini-2.5-flash", 3),
    &still("qwen-image", 3),
    &still("seedream-5.0-pro", 10),
    &still("seedream-5.0-lite", 6),
    &still("seedream-4.5", 6),
    &still("seedream-4.0", 6),
    &still("kling-image-o3", 10),
    &still("kling-image-v3", 1),
];

const OPEN_V6: Model = Model { name: None, ..V6 };
const OPEN_C1: Model = Model { aspect_ratios: FIVE_RATIOS, ..clip("c1", LONG, NATIVE) };

/// The open platform's models.
pub const OPEN_CLIPS: &[&Model] = &[
    &OPEN_V6,
    &OPEN_C1,
    &older("v5.6", 7),
    &older("v5.5", 7),
    &older("v5", 3),
    &older("v4.5", 3),
    &older("v4", 3),
    &older("v3.5", 3),
];
/// The open platform's models for a fusion.
pub const OPEN_FUSIONS: &[&Model] =
    &[&OPEN_V6, &OPEN_C1, &older("v5.6", 7), &older("v5.5", 7), &older("v5", 3), &older("v4.5", 3)];
/// The open platform's models through several stills.
pub const OPEN_LONG_TRANSITIONS: &[&Model] =
    &[&older("v5", 3), &older("v4.5", 3), &older("v4", 3), &older("v3.5", 3)];
/// The open platform's models for its agents. Nothing is documented of them but their names: of prompts they take the
/// longest that any model does, of references as many as there are.
pub const OPEN_AGENTS: &[&Model] = &[&agent("pro"), &agent("fast")];
/// The models that still know styles, camera movements and motion modes.
pub const BEFORE_V5: &[&str] = &["v3.5", "v4", "v4.5"];
