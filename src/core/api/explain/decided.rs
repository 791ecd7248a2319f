//! What people decided about an asset, with author and time, and which of it counts.

use serde_json::{Value, json};

use crate::core::api::explain::Told;
use crate::core::clock::rfc3339;
use crate::core::row::row;

row! {
    /// A decision as stored, the last first, with the name of the token that decided.
    pub struct DecisionRow {
        /// What it is about.
        pub alias: String,
        /// `presence`, `identity`, `edge`.
        pub family: String,
        /// The other alias of a pair.
        pub other: String,
        /// Unix milliseconds.
        pub at_ms: i64,
        /// What was decided.
        pub verdict: String,
        /// The token's id.
        pub author: String,
        /// The token's name, while the token is known.
        pub author_name: Option<String>,
    }
}

impl DecisionRow {
    /// Whether the two are compared with each other: the later one counts.
    fn is_about(&self, other: &Self) -> bool {
        let is_swapped = (&self.alias, &self.other) == (&other.other, &other.alias);
        let is_equal = (&self.alias, &self.other) == (&other.alias, &other.other);
        self.family == other.family && (is_equal || (self.family == "identity" && is_swapped))
    }

    /// Whether it is the same decision, stored the other way round.
    fn is_twin(&self, other: &Self) -> bool {
        (self.at_ms, &self.verdict, &self.author) == (other.at_ms, &other.verdict, &other.author)
            && self.is_about(other)
    }
}

/// Every decision, the last first. A pair about identity is stored both ways and told once.
pub fn render_all(told: &Told) -> Value {
    let mut shown: Vec<Value> = Vec::new();
    for (place, one) in told.decisions.iter().enumerate() {
        let before = || told.decisions.iter().take(place);
        if !before().any(|known| known.is_twin(one)) {
            shown.push(render(one, !before().any(|known| known.is_about(one))));
        }
    }
    shown.into()
}

/// Whether a person removed it, and by which decisions that count.
pub fn render_removed(told: &Told) -> Value {
    let by: Vec<Value> = in_force(told, "presence")
        .filter(|one| one.verdict == "remove")
        .map(|one| render(one, true))
        .collect();
    json!({ "value": told.found.row.removed == 1, "rule": "an_alias_is_removed", "by": by })
}

/// The last word of a person about a pair of child and parent roots.
pub fn about_edge<'t>(told: &'t Told, child: &str, parent: &str) -> Option<&'t DecisionRow> {
    in_force(told, "edge").find(|one| one.alias == child && one.other == parent)
}

fn in_force<'t>(told: &'t Told, family: &'static str) -> impl Iterator<Item = &'t DecisionRow> {
    let all = told.decisions.iter().enumerate();
    let counts =
        all.filter(|(place, one)| !told.decisions.iter().take(*place).any(|known| known.is_about(one)));
    counts.map(|(_, one)| one).filter(move |one| one.family == family)
}

fn render(one: &DecisionRow, in_force: bool) -> Value {
    json!({
        "family": one.family,
        "verdict": one.verdict,
        "alias": one.alias,
        "other": Some(&one.other).filter(|other| !other.is_empty()),
        "decided_at": rfc3339(one.at_ms),
        "author": one.author,
        "author_name": one.author_name,
        "in_force": in_force,
    })
}
