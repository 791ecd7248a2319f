//! What a provider said when it was asked how outputs stand: rows that can be read, rows that cannot, and failures.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::core::gather::set_of;
use crate::core::generation::stored::Generation;
use crate::core::inventory::identity::Root;
use crate::core::inventory::intake::Taken;
use crate::core::inventory::observe::Change;
use crate::core::inventory::world::Incoming;
use crate::core::jobs::quarantine::quarantine;
use crate::core::jobs::read_row::{Place, Unreadable};
use crate::core::jobs::row::JobRow;
use crate::core::media::Feed;
use crate::core::providers::failure::{Class, Failure};
use crate::core::sql::jobs as sql;
use crate::core::statement::Statement;
use crate::core::step::NowMs;

/// The name under which what was seen by asking for outputs stands among the pages of listings.
const LISTING: &str = "generation";

/// All answers of one step.
#[derive(Clone, Default)]
pub struct Answers {
    /// The generations that were asked about.
    pub asked: BTreeSet<String>,
    /// What could be read.
    pub incoming: Vec<Incoming>,
    /// What could not.
    pub unreadable: Vec<(Place, Unreadable)>,
    /// Failures, by the root that was asked about.
    pub failures: BTreeMap<Root, Failure>,
    /// When the answers came.
    pub seen_ms: NowMs,
}

impl Answers {
    /// What can be said of generations whose account holds no credential.
    pub fn without_credential<'a>(due: impl Iterator<Item = &'a Generation>) -> Self {
        let mut answers = Self::default();
        for generation in due {
            answers.asked.insert(generation.id.clone());
            for output in &generation.progress.outputs {
                answers.failures.insert(output.root.clone(), no_credential());
            }
        }
        answers
    }

    /// Whether the provider was asked about this generation.
    pub fn asked_for(&self, generation: &Generation) -> bool {
        self.asked.contains(&generation.id)
    }

    /// The roots that the provider showed.
    pub fn shown(&self) -> BTreeSet<Root> {
        let roots = self.incoming.iter().filter_map(|one| one.facts.root());
        set_of(roots.map(crate::core::alias::Alias::text))
    }

    /// Tells a generation what the provider said beyond the facts: that it knows an output, its price, a failure.
    pub fn tell(&self, generation: &mut Generation) {
        let progress = &mut generation.progress;
        for output in &mut progress.outputs {
            let shown = self
                .incoming
                .iter()
                .find(|one| one.facts.root().is_some_and(|root| root.text() == output.root));
            if let Some(shown) = shown {
                output.is_heard = true;
                output.credits = price_in(&shown.payload).or(output.credits);
            }
        }
        let failed = progress.outputs.iter().find_map(|output| self.failures.get(&output.root));
        progress.error = failed.cloned();
    }

    /// The refusal of the credential, if there was one.
    pub fn refusal(&self) -> Option<&Failure> {
        self.failures.values().find(|failure| failure.class == Class::Auth)
    }

    /// The page's row for what was seen and said nothing new. It counts when something older comes late.
    pub fn page_row(&self, row: &JobRow, taken: &Taken) -> Option<Statement> {
        let mut rows = Vec::new();
        for (incoming, root) in self.incoming.iter().zip(&taken.roots) {
            let Some(root) = root else { continue };
            let state = taken.world.roots.get(root);
            let known = state.and_then(|state| state.observations.get(&incoming.digest));
            if known.is_some_and(|known| known.change == Change::None) {
                rows.push(json!([root, incoming.digest, "unchanged", null, incoming.facts.asset_id]));
            }
        }
        if rows.is_empty() {
            return None;
        }
        Some(sql::insert_scan_page(&sql::ScanPage {
            owner: row.owner,
            seen_ms: self.seen_ms,
            job: &row.id,
            step: row.step,
            feed: Feed::Generation.as_str(),
            account: row.identity.as_deref().unwrap_or_default(),
            listing: LISTING,
            rows: &rows,
        }))
    }

    /// What could not be read, kept for a replay.
    pub fn quarantine(&self, row: &JobRow) -> Vec<Statement> {
        self.unreadable.iter().flat_map(|(place, one)| quarantine(row, place, &[one])).collect()
    }
}

fn no_credential() -> Failure {
    Failure {
        class: Class::Auth,
        code: "no_credential".to_owned(),
        message: "the account holds no credential".to_owned(),
        retry_after_s: None,
    }
}

/// The open platform says in a result what it cost.
fn price_in(payload: &str) -> Option<u64> {
    let payload: Value = serde_json::from_str(payload).ok()?;
    payload.get("credits")?.as_u64()
}
