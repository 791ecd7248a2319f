//! The form of the table of operations: what a row says about an operation of one interface. The rows are left to
//! `library` and `open_platform`, what is done with them to the files beside this one.

use super::models::Model;
use super::{library, open_platform};
use crate::core::generation::request::{GenerationRequest, Input};
use crate::core::media::{Api, MediaType, Operation, Relation};

/// One operation as an interface takes it. Where it takes other bodies for more inputs, it has a row for each, in the
/// order of how many inputs they begin with.
pub struct Row {
    /// What is done.
    pub operation: Operation,
    /// What comes out.
    pub media_type: MediaType,
    /// The path below the interface.
    pub path: &'static str,
    /// What it wants in words.
    pub prompt: Prompt,
    /// Whether it takes a `negative_prompt`.
    pub negative_prompt: bool,
    /// The models, the default first; empty where there is no choice.
    pub models: &'static [&'static Model],
    /// Whether the first of them stands in where none was named. Else the request goes without.
    pub has_default_model: bool,
    /// The parameters that it knows.
    pub parameters: &'static [Parameter],
    /// The inputs that it knows.
    pub slots: &'static [Slot],
    /// Members of the body that are always the same.
    pub fixed: &'static [(&'static str, Fixed)],
    /// What is asked before the request itself.
    pub first: Option<First>,
}

/// What an operation wants in words.
pub struct Prompt {
    /// Whether it wants it.
    pub need: Need,
    /// The member of the body.
    pub member: &'static str,
    /// Characters at most, where the model sets no bound.
    pub most: usize,
}

/// Whether something must be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It must.
    Required,
    /// It may.
    Optional,
    /// It must not.
    Refused,
}

/// A call that comes before the request itself, because its answer is a part of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    /// The source clip's last frame. The request goes without it where the provider has none.
    LastFrame,
    /// The source clip's frame at `cut_time_ms`.
    KeyFrame,
    /// Whether the character can be moved at all.
    Precheck,
}

/// A parameter by its name in requests here.
#[derive(Clone, Copy)]
pub struct Parameter {
    /// Its name here.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Whether the provider needs it.
    pub required: bool,
    /// What stands in where the user gave nothing.
    pub default: Option<Fixed>,
    /// The models for which the default stands in; empty for all.
    pub default_models: &'static [&'static str],
    /// The models that know it; empty for all.
    pub models: &'static [&'static str],
    /// The member of the body; `None` where an input's form writes it.
    pub member: Option<&'static str>,
}

/// What a parameter takes, and how it is written into the body.
#[derive(Clone, Copy)]
pub enum Kind {
    /// A whole number within bounds.
    Whole(i64, i64),
    /// One of these words.
    Word(&'static [&'static str]),
    /// Yes or no, sent as 1 or 0.
    Flag,
    /// Yes or no, sent as 1 or not at all.
    Mark,
    /// Yes or no, sent as such.
    Switch,
    /// A text of so many characters at most.
    Text(usize),
    /// An id in digits, sent as a number.
    Id,
    /// So many texts at most.
    Texts(usize),
    /// A prompt for each stretch between two stills.
    StretchPrompts,
    /// Seconds for each stretch between two stills, each within these bounds.
    StretchLengths(i64, i64),
    /// Seconds, as the model allows.
    Duration,
    /// A quality, as the model allows.
    Quality,
    /// An aspect ratio, as the model allows.
    AspectRatio,
}

/// A value that is written down in the table.
#[derive(Clone, Copy)]
pub enum Fixed {
    /// A word.
    Word(&'static str),
    /// A whole number.
    Whole(i64),
    /// Yes or no.
    Flag(bool),
}

/// A place for inputs of one media type.
pub struct Slot {
    /// The relations that go here.
    pub relations: &'static [Relation],
    /// What kind of file goes here.
    pub media_type: MediaType,
    /// How many there must be.
    pub least: usize,
    /// How many there may be; `None` where the model says it, or nothing does.
    pub most: Option<usize>,
    /// The models that know it; empty for all.
    pub models: &'static [&'static str],
    /// How they are written into the body.
    pub form: Form,
}

/// How inputs are written into a body. What is named here is the body's member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One object key.
    Path(&'static str),
    /// A list of object keys.
    Paths(&'static str),
    /// The two stills of a transition, with its one stretch.
    TwoStills,
    /// A fusion's stills, with their roles where they have any.
    Cast,
    /// A fusion's clips, with the first frame of each.
    Clips,
    /// A clip with all that is known of it.
    Clip,
    /// A clip by its id and its object key alone.
    ClipKey,
    /// One id.
    Id(&'static str),
    /// A list of ids.
    Ids(&'static str),
    /// The ids of the first and of the last frame.
    Ends,
    /// The stills of a transition, each with the stretch that follows it.
    Stretches,
    /// A fusion's stills by id, with role and name.
    References,
    /// A list of objects, each with an id: the list, and the id in each.
    IdEntries(&'static str, &'static str),
    /// A list of objects, each with the url of a file that the provider has: the list, and the url in each.
    UrlEntries(&'static str, &'static str),
    /// A clip by the id of what was made or of what was uploaded.
    ClipId,
    /// As before, for a clip that was made there and not uploaded.
    MadeClipId,
}

impl Parameter {
    /// One that the provider can do without.
    #[must_use]
    pub const fn optional(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            required: false,
            default: None,
            default_models: &[],
            models: &[],
            member: Some(name),
        }
    }

    /// One that the provider needs.
    #[must_use]
    pub const fn required(name: &'static str, kind: Kind) -> Self {
        Self { required: true, ..Self::optional(name, kind) }
    }

    /// One for which a value stands in.
    #[must_use]
    pub const fn or(name: &'static str, kind: Kind, default: Fixed) -> Self {
        Self { default: Some(default), ..Self::optional(name, kind) }
    }

    /// Known to these models only.
    #[must_use]
    pub const fn only_for(self, models: &'static [&'static str]) -> Self {
        Self { models, ..self }
    }

    /// With its default for these models only.
    #[must_use]
    pub const fn default_for(self, default_models: &'static [&'static str]) -> Self {
        Self { default_models, ..self }
    }

    /// Written under another name, or by an input's form.
    #[must_use]
    pub const fn written(self, member: Option<&'static str>) -> Self {
        Self { member, ..self }
    }
}

impl Slot {
    /// A place for exactly one input of one relation.
    #[must_use]
    pub const fn one(relations: &'static [Relation], media_type: MediaType, form: Form) -> Self {
        Self { relations, media_type, least: 1, most: Some(1), models: &[], form }
    }

    /// Whether an input goes here.
    #[must_use]
    pub fn takes(&self, input: &Input) -> bool {
        self.media_type == input.media_type && self.relations.contains(&input.relation)
    }

    /// The inputs that go here, in the order of their positions.
    #[must_use]
    pub fn inputs<'a>(&self, request: &'a GenerationRequest) -> Vec<&'a Input> {
        let mut inputs: Vec<&Input> = Vec::new();
        for input in request.inputs.iter().filter(|input| self.takes(input)) {
            inputs.insert(inputs.partition_point(|known| known.position <= input.position), input);
        }
        inputs
    }
}

impl Row {
    /// The model that was asked for, among those that the row knows.
    #[must_use]
    pub fn model(&self, request: &GenerationRequest) -> Option<&'static Model> {
        let name = request.model.as_deref()?;
        self.models.iter().copied().find(|model| model.id == name)
    }

    /// How many inputs there must be.
    #[must_use]
    pub fn least_inputs(&self) -> usize {
        self.slots.iter().map(|slot| slot.least).sum()
    }
}

/// The rows of an interface.
#[must_use]
pub const fn rows(api: Api) -> &'static [Row] {
    match api {
        Api::Library => library::ROWS,
        Api::OpenPlatform => open_platform::ROWS,
    }
}

/// The row that answers for a request: of several for one operation the last one that its inputs reach, before others one
/// that has a place for each of them.
#[must_use]
pub fn row_of(request: &GenerationRequest, api: Api) -> Option<&'static Row> {
    let fits = |row: &&Row| row.operation == request.operation && row.media_type == request.media_type;
    let reached = |row: &&Row| row.least_inputs() <= request.inputs.len();
    let has_places =
        |row: &&Row| request.inputs.iter().all(|input| row.slots.iter().any(|slot| slot.takes(input)));
    let mut fitting = rows(api).iter().filter(fits);
    let with_places = fitting.clone().rfind(|row| reached(row) && has_places(row));
    with_places.or_else(|| fitting.clone().rfind(reached)).or_else(|| fitting.next())
}
