//! Whether a library has turned into another one: a first page that is all new, in a listing that has not grown. The
//! provider may have changed the form of its ids, or another person's credential stands behind the account. Importing
//! that would double everything, so that a person decides.

use crate::core::jobs::run::Outcome;
use crate::core::jobs::sync::page::{Received, Verdict};
use crate::core::providers::failure::{Class, Failure};

/// A page of fewer rows says nothing: somebody may have cleared a small library and filled it again.
const FEWEST_ROWS: u64 = 10;

impl Received {
    /// The failure to pause with, where the page looks like another library's.
    pub(super) fn identity_shift(&self, verdicts: &[Verdict]) -> Option<Failure> {
        let walk = self.walk()?;
        let is_first = walk.pages == 0 && walk.offset == 0 && walk.window.is_none();
        if !is_first || self.is_confirmed() {
            return None;
        }
        let (before, total) = (walk.before?, self.total()?);
        let created =
            u64::try_from(verdicts.iter().filter(|one| one.outcome == Outcome::Created).count()).ok()?;
        let is_all =
            verdicts.iter().all(|one| matches!(one.outcome, Outcome::Created | Outcome::Quarantined));
        // A library that has grown by what is new on the page is just that: grown.
        if created < FEWEST_ROWS || !is_all || total >= before + created.div_ceil(2) {
            return None;
        }
        Some(Failure {
            class: Class::Schema,
            code: "identity_shift".to_owned(),
            message: format!(
                "all {created} rows of the first page of {} are new, though it has {total} rows and had {before}",
                walk.listing
            ),
            retry_after_s: None,
        })
    }
}
