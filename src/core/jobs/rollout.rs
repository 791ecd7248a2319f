//! What the tick does once a newer extractor is deployed: a re-extraction for every owner, some owners a tick. While all
//! are up to date it costs one row read.

use serde_json::{Value, json};

use crate::core::ids::mint;
use crate::core::jobs::paged::Paged;
use crate::core::jobs::reextract::COUNTERS;
use crate::core::jobs::{LEASE_MS, hint};
use crate::core::providers::extractor_version;
use crate::core::row::row;
use crate::core::sql::reextract as sql;
use crate::core::statement::{BadRows, Plan, Rows, Statement};
use crate::core::step::NowMs;

/// Owners a tick.
const OWNERS: usize = 20;

row! {
    struct OwnerRow {
        after: i64,
        owner: Option<i64>,
    }
}

/// The look at who is behind, for the tick's own round trip.
#[must_use]
pub fn behind() -> Statement {
    sql::owners_behind(extractor_version(), OWNERS)
}

/// Adds the jobs of the owners that are behind. Their ids follow from owner and version, so that two ticks at once start
/// one job each.
///
/// # Errors
/// [`BadRows`] when a row does not have the expected shape.
pub fn plan(rows: &Rows, plan: &mut Plan, now: NowMs) -> Result<(), BadRows> {
    let rows = rows.parse::<OwnerRow>()?;
    let Some(first) = rows.first() else { return Ok(()) };
    let version = extractor_version();
    let mut jobs = Vec::new();
    let mut after = first.after;
    for owner in rows.iter().filter_map(|row| row.owner) {
        let id = mint("job_", 0, &format!("reextract\n{owner}\n{version}"));
        plan.sends.push(hint("reextract", &id, 0, 0));
        jobs.push(json!({ "id": id, "owner": owner, "body": Paged::new(Value::Null, &COUNTERS).text() }));
        after = owner;
    }
    let is_over = jobs.len() < OWNERS;
    if !jobs.is_empty() {
        plan.statements.push(sql::insert_reextractions(&jobs, now + LEASE_MS, now));
    }
    plan.statements.push(sql::roll_out(version, after, is_over));
    Ok(())
}
