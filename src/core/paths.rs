//! Where in a payload each fact was read, as JSON paths. Facts do not carry them: they are worked out again from the
//! stored payload when somebody asks, so that reading a page costs nothing for them and no digest depends on them.

use std::fmt;

/// The JSON paths of one payload by the name of what they gave: `prompts`, `settings.quality`, `parents[1].url`,
/// `segments[0].duration_s`, `aliases[id:…]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paths(Vec<(String, String)>);

impl Paths {
    /// The paths of a part and of everything inside it, in the order in which they were read, each once.
    #[must_use]
    pub fn of(&self, part: &str) -> Vec<&str> {
        let mut paths: Vec<&str> = Vec::new();
        for (name, path) in &self.0 {
            if is_inside(name, part) && !paths.contains(&path.as_str()) {
                paths.push(path);
            }
        }
        paths
    }

    /// Every part with a path of it.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(part, path)| (part.as_str(), path.as_str()))
    }

    /// Notes that a part was read at a path.
    pub fn add(&mut self, part: String, path: String) {
        self.0.push((part, path));
    }
}

fn is_inside(name: &str, part: &str) -> bool {
    name.strip_prefix(part).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// Follows an extractor while it reads, if somebody wants to know where.
#[derive(Debug, Default)]
pub struct Trail(Option<Paths>);

impl Trail {
    /// A trail that is kept; the default one is not.
    #[must_use]
    pub fn kept() -> Self {
        Self(Some(Paths::default()))
    }

    /// Whether anything is kept.
    #[must_use]
    pub const fn is_kept(&self) -> bool {
        self.0.is_some()
    }

    /// Notes that a part was read at a path. What names the part is put together only where the trail is kept.
    pub fn note(&mut self, part: fmt::Arguments<'_>, path: &str) {
        if let Some(paths) = &mut self.0 {
            paths.add(part.to_string(), path.to_owned());
        }
    }

    /// All that was noted.
    #[must_use]
    pub fn into_paths(self) -> Paths {
        self.0.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_has_the_paths_of_what_is_inside_it_and_of_nothing_else() {
        let mut trail = Trail::kept();
        for (part, path) in [
            ("parents[1].url", "$.a[1]"),
            ("parents[1].uuid", "$.a[1]"),
            ("parents[1].name", "$.b[1]"),
            ("parents[10].url", "$.a[10]"),
            ("parents", "$.c"),
        ] {
            trail.note(format_args!("{part}"), path);
        }
        let paths = trail.into_paths();
        assert_eq!(paths.of("parents[1]"), ["$.a[1]", "$.b[1]"]);
        assert_eq!(paths.of("parents"), ["$.a[1]", "$.b[1]", "$.a[10]", "$.c"]);
        assert_eq!(paths.of("parent"), Vec::<&str>::new());
    }

    #[test]
    fn a_trail_that_nobody_asked_for_notes_nothing() {
        let mut trail = Trail::default();
        trail.note(format_args!("prompts"), "$.prompt");
        assert_eq!(trail.into_paths(), Paths::default());
    }
}
