//! Tolerant readers over a payload's members: each knows its JSON path, and what has the wrong type leaves a warning
//! instead of a value. What a member means is left to the files beside this one.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::core::facts::Warning;
use crate::core::json::{is_absent, is_absent_text};
use crate::core::media_url::{self, is_placeholder};
use crate::core::paths::Trail;

/// A JSON object of the payload and where it stands.
#[derive(Clone)]
pub struct Layer<'a> {
    members: &'a Map<String, Value>,
    names: Names,
    /// Its JSON path.
    pub path: String,
}

impl<'a> Layer<'a> {
    /// An object at a path.
    pub fn new(members: &'a Map<String, Value>, path: String) -> Self {
        Self { members, names: Names::of(members), path }
    }

    /// A member that says something; null, blanks and texts that stand for nothing are skipped.
    pub fn get(&self, name: &str) -> Option<Field<'a>> {
        let value = self.value(name).filter(|value| !is_absent(value))?;
        Some(Field { value, path: [self.path.as_str(), name].join(".") })
    }

    /// The value of a member as it stands.
    pub fn value(&self, name: &str) -> Option<&'a Value> {
        if self.names.may_have(name) { self.members.get(name) } else { None }
    }

    /// Whether it has a member that says something.
    pub fn says(&self, name: &str) -> bool {
        self.value(name).is_some_and(|value| !is_absent(value))
    }
}

/// A bit for each of 256 classes of names. A payload is asked for hundreds of members, and for nearly all in vain: most of
/// these fall into a class that no member has, and are not looked up.
#[derive(Clone, Copy)]
struct Names([u64; 4]);

impl Names {
    fn of(members: &Map<String, Value>) -> Self {
        let mut names = Self([0; 4]);
        for (word, bit) in members.keys().map(|name| Self::class(name)) {
            if let Some(bits) = names.0.get_mut(word) {
                *bits |= bit;
            }
        }
        names
    }

    fn may_have(self, name: &str) -> bool {
        let (word, bit) = Self::class(name);
        self.0.get(word).is_none_or(|bits| bits & bit != 0)
    }

    /// By the length and three letters; the factors spread the names that rows have.
    fn class(name: &str) -> (usize, u64) {
        let length = name.len();
        let letter = |at: usize| usize::from(name.as_bytes().get(at).copied().unwrap_or_default());
        let class = length * 31 + letter(0) + letter(length / 2) * 7 + letter(length.saturating_sub(1)) * 11;
        (class / 64 % 4, 1 << (class % 64))
    }
}

/// One value of the payload and where it stands.
#[derive(Clone)]
pub struct Field<'a> {
    /// The value.
    pub value: &'a Value,
    /// Its JSON path.
    pub path: String,
}

/// An id member: the provider's own number or name, or a uuid, which is another kind of identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdText {
    /// Every digit as it was received.
    Native(String),
    /// Lower-cased.
    Uuid(String),
}

/// What was odd so far.
#[derive(Default)]
pub struct Warnings {
    /// Where things were read, for those who want to know.
    pub trail: Trail,
    in_order: Vec<Warning>,
    known: BTreeSet<Warning>,
}

impl Warnings {
    /// Notes one oddity; saying the same twice changes nothing.
    pub fn add(&mut self, code: &str, path: &str) {
        let warning = Warning { code: code.to_owned(), path: path.to_owned() };
        if self.known.insert(warning.clone()) {
            self.in_order.push(warning);
        }
    }

    /// Nothing odd so far, and a trail to follow.
    pub fn with(trail: Trail) -> Self {
        Self { trail, ..Self::default() }
    }

    /// All of them, in the order they were met, and the trail.
    pub fn into_parts(self) -> (Vec<Warning>, Trail) {
        (self.in_order, self.trail)
    }
}

impl<'a> Field<'a> {
    /// A text without NUL, otherwise verbatim.
    pub fn text(&self, warnings: &mut Warnings) -> Option<String> {
        match self.value {
            Value::String(text) if is_absent_text(text) => None,
            Value::String(text) if text.contains('\0') => Some(text.replace('\0', "")),
            Value::String(text) => Some(text.clone()),
            Value::Null => None,
            _ => self.wrong_type(warnings),
        }
    }

    /// A text, a number or a boolean, as text.
    pub fn scalar(&self, warnings: &mut Warnings) -> Option<String> {
        match self.value {
            Value::Number(number) => Some(number.as_str().to_owned()),
            Value::Bool(flag) => Some(flag.to_string()),
            _ => self.text(warnings).map(|text| text.trim().to_owned()),
        }
    }

    /// An id. Zero says "none"; fractions, booleans, objects and ids made up by a predecessor are no ids.
    pub fn id(&self, warnings: &mut Warnings) -> Option<IdText> {
        let text = match self.value {
            Value::Number(number) => {
                whole_digits(number.as_str()).map_or_else(|| self.wrong_type(warnings), Some)?
            }
            _ => self.text(warnings)?.trim().to_owned(),
        };
        if text.bytes().all(|byte| byte == b'0') {
            return None;
        }
        if is_synthetic(&text) {
            warnings.add("synthetic_id", &self.path);
            return None;
        }
        Some(media_url::as_uuid(&text).map_or(IdText::Native(text), IdText::Uuid))
    }

    /// A finite number, also from a numeric text.
    pub fn number(&self, warnings: &mut Warnings) -> Option<f64> {
        let number = match self.value {
            Value::Number(number) => number.as_str().parse::<f64>().ok(),
            Value::String(text) => text.trim().parse::<f64>().ok(),
            _ => None,
        };
        let number = number.filter(|number| number.is_finite());
        if number.is_none() && !is_absent(self.value) {
            self.wrong_type::<()>(warnings);
        }
        number
    }

    /// The url of a file, absolute; placeholders and texts that are no url leave a warning.
    pub fn media_url(&self, warnings: &mut Warnings) -> Option<String> {
        let raw = self.text(warnings)?;
        let url = media_url::absolute(&raw);
        if url.is_none() {
            warnings.add(if is_placeholder(&raw) { "placeholder_media" } else { "unusable_url" }, &self.path);
        }
        url
    }

    /// Notes that a part of the facts was read here, if anything was.
    pub fn noted<T>(&self, part: &str, value: Option<T>, warnings: &mut Warnings) -> Option<T> {
        if value.is_some() {
            warnings.trail.note(format_args!("{part}"), &self.path);
        }
        value
    }

    /// Whether this is an explicit yes: 1, "1" or true.
    pub fn is_one(&self) -> bool {
        match self.value {
            Value::Bool(flag) => *flag,
            Value::Number(number) => number.as_str() == "1",
            Value::String(text) => text.trim() == "1",
            _ => false,
        }
    }

    /// The entries of a list, empty ones included; a single value is a list of one.
    pub fn entries(&self) -> Vec<Field<'a>> {
        match self.value {
            Value::Array(values) => values
                .iter()
                .enumerate()
                .map(|(at, value)| Field { value, path: format!("{}[{at}]", self.path) })
                .collect(),
            _ => vec![self.clone()],
        }
    }

    /// The value as an object.
    pub fn object(&self) -> Option<Layer<'a>> {
        let members = self.value.as_object()?;
        Some(Layer::new(members, self.path.clone()))
    }

    /// Notes that nothing could be made of the value's type.
    pub fn wrong_type<T>(&self, warnings: &mut Warnings) -> Option<T> {
        warnings.add("wrong_type", &self.path);
        None
    }
}

/// The digits of a whole number; `None` for a sign, a fraction or an exponent, which no id has.
fn whole_digits(number: &str) -> Option<String> {
    number.bytes().all(|byte| byte.is_ascii_digit()).then(|| number.to_owned())
}

/// Ids like `<child>_src_0`, `<child>_src_video` and `<child>_emb_1`, which a predecessor made out of the child's id
/// and which the provider never heard of.
fn is_synthetic(id: &str) -> bool {
    let Some((stem, tail)) = id.rsplit_once('_') else { return false };
    let is_number = !tail.is_empty() && tail.bytes().all(|byte| byte.is_ascii_digit());
    (stem.ends_with("_src") && (is_number || tail == "video")) || (stem.ends_with("_emb") && is_number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::json::parse_lenient;

    fn id_of(json: &str) -> (Option<IdText>, usize) {
        let value = parse_lenient(json).unwrap();
        let mut warnings = Warnings::default();
        let id = Field { value: &value, path: "$".to_owned() }.id(&mut warnings);
        (id, warnings.into_parts().0.len())
    }

    #[test]
    fn every_member_is_found_and_no_other() {
        let names: Vec<String> =
            (0..300).map(|n| format!("{n}")).chain([String::new(), "é".to_owned()]).collect();
        for (at, name) in names.iter().enumerate() {
            let members: Map<String, Value> =
                names.iter().take(at + 1).map(|name| (name.clone(), 1.into())).collect();
            let layer = Layer::new(&members, "$".to_owned());
            assert!(names.iter().take(at + 1).all(|name| layer.says(name)), "{name}");
            assert!(!names.iter().skip(at + 1).any(|name| layer.says(name)), "{name}");
            assert_eq!(layer.get(name).unwrap().path, format!("$.{name}"));
        }
    }

    #[test]
    fn ids_keep_every_digit() {
        for text in ["402000000000900", "18446744073709551617", "99999999999999999999999999"] {
            assert_eq!(id_of(text), (Some(IdText::Native(text.to_owned())), 0));
            assert_eq!(id_of(&format!("\" {text} \"")), (Some(IdText::Native(text.to_owned())), 0));
        }
    }

    #[test]
    fn nothing_and_zero_are_no_ids_and_no_oddity() {
        for json in ["null", "0", "\"0\"", "\"\"", "\"  \"", "\"null\"", "\"(undefined)\""] {
            assert_eq!(id_of(json), (None, 0), "{json}");
        }
    }

    #[test]
    fn other_types_are_no_ids_and_are_noted() {
        for json in [
            "true",
            "{}",
            "[1]",
            "1.5",
            "402.0",
            "4e14",
            "-7",
            "\"12_src_0\"",
            "\"12_src_video\"",
            "\"12_emb_3\"",
        ] {
            assert_eq!(id_of(json), (None, 1), "{json}");
        }
    }

    #[test]
    fn numbers_may_be_texts_but_must_be_finite() {
        let read = |json: &str| {
            let value = parse_lenient(json).unwrap();
            Field { value: &value, path: "$".to_owned() }.number(&mut Warnings::default())
        };
        assert_eq!(read("\" 5.5 \""), Some(5.5));
        assert_eq!(read("8"), Some(8.0));
        for json in ["1e400", "\"NaN\"", "\"inf\"", "\"five\"", "{}", "true"] {
            assert_eq!(read(json), None, "{json}");
        }
    }
}
