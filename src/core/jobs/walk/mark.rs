//! Marks, by which a row is known again on the page behind. Whether two pages join is read off them.

use std::collections::BTreeSet;

use crate::core::ids::short_digest;

/// By what a row is known again: who it is, and what it says. A row without identity is its own text.
#[must_use]
pub fn mark(identity: Option<&str>, content: &str) -> String {
    let half = |text: &str| {
        let mut digest = short_digest(text);
        digest.truncate(16);
        digest
    };
    match identity {
        Some(identity) => format!("{}/{}", half(identity), half(content)),
        // Such rows prove nothing about what lies between two pages: the same junk may stand on both.
        None => format!("?/{}", half(content)),
    }
}

/// Whether two pages share a row, whatever it says now.
pub(super) fn share_a_row(one: &BTreeSet<String>, other: &BTreeSet<String>) -> bool {
    one.iter().filter_map(|mark| mark.split_once('/')).filter(|(identity, _)| *identity != "?").any(
        |(identity, _)| {
            let from = format!("{identity}/");
            other.range(from.clone()..).next().is_some_and(|known| known.starts_with(&from))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn junk_on_both_pages_joins_nothing() {
        let junk = || BTreeSet::from([mark(None, "null")]);
        assert!(!share_a_row(&junk(), &junk()));
    }
}
