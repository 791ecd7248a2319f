//! The refresh job: lineage of many assets, fifty a step, with a report that adds up.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::core::inventory::intake::Broken;
use crate::core::jobs::row::JobRow;
use crate::core::jobs::{LEASE_MS, hint};
use crate::core::lineage::refresh::{BATCH, Prepared, Refresh, Refreshed, prepare};
use crate::core::row::row;
use crate::core::sql::inventory::{DueStep, guard};
use crate::core::sql::jobs as sql;
use crate::core::sql::refresh::assets_behind;
use crate::core::statement::{BadRows, Plan, rows_at};
use crate::core::step::{Committed, Disposition, MAX_TRIES, NowMs, Step};

/// At most this many failures are named in the report; all are counted.
const NAMED_FAILURES: usize = 100;

/// The body of a refresh job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshBody {
    /// All of this provider's assets, where no ids are given.
    pub provider_id: Option<String>,
    /// The ids that are still to be done.
    pub asset_ids: Vec<String>,
    /// Whether unsupported edges are removed.
    pub clear_existing: bool,
    /// The last asset that is done, in a walk over all.
    pub after: String,
    /// How many are done.
    pub done: u64,
    /// Edges that went.
    pub removed_edges: u64,
    /// Edges that came.
    pub new_edges: u64,
    /// How many could not be refreshed.
    pub failed: u64,
    /// Their ids and why, the first hundred.
    pub failures: Vec<(String, String)>,
}

impl RefreshBody {
    /// A job at its beginning.
    #[must_use]
    pub const fn new(provider_id: Option<String>, asset_ids: Vec<String>, clear_existing: bool) -> Self {
        Self {
            provider_id,
            asset_ids,
            clear_existing,
            after: String::new(),
            done: 0,
            removed_edges: 0,
            new_edges: 0,
            failed: 0,
            failures: Vec::new(),
        }
    }

    fn count(&mut self, results: &[Refreshed]) {
        for one in results {
            self.done += 1;
            self.removed_edges += u64::try_from(one.removed_edges).unwrap_or(0);
            self.new_edges += u64::try_from(one.new_edges).unwrap_or(0);
            if one.status != "ok" {
                self.failed += 1;
                if self.failures.len() < NAMED_FAILURES {
                    self.failures.push((one.asset_id.clone(), one.status.to_owned()));
                }
            }
        }
    }
}

row! {
    struct IdRow {
        id: String,
    }
}

/// Works on the step of a refresh that is due.
#[must_use]
pub fn step(row: JobRow) -> Step<Disposition> {
    let body = match serde_json::from_str::<RefreshBody>(&row.body) {
        Ok(body) => body,
        Err(error) => return Step::End(Disposition::broken(&BadRows { reason: error.to_string() })),
    };
    let Some(provider) = body.provider_id.clone() else {
        let ids: Vec<String> = body.asset_ids.iter().take(BATCH).cloned().collect();
        return refresh(row, body, ids, MAX_TRIES);
    };
    let next = assets_behind(row.owner, &provider, &body.after, BATCH);
    Step::read(vec![next], move |rows, _| match rows_at(&rows, 0).and_then(|rows| rows.parse::<IdRow>()) {
        Ok(ids) => refresh(row, body, ids.into_iter().map(|row| row.id).collect(), MAX_TRIES),
        Err(error) => Step::End(Disposition::broken(&error)),
    })
}

fn refresh(row: JobRow, body: RefreshBody, asset_ids: Vec<String>, tries: u32) -> Step<Disposition> {
    let asked = Refresh {
        owner: row.owner,
        due: Some(DueStep { job: row.id.clone(), step: row.step }),
        asset_ids: asset_ids.clone(),
        clear_existing: body.clear_existing,
        refold: false,
    };
    prepare(asked, move |prepared, now| {
        let plan = plan(&row, &body, &asset_ids, prepared, now);
        Step::commit(plan, move |committed, _| match committed {
            Committed::Done | Committed::Stale => Step::End(Disposition::Ack),
            Committed::Conflict | Committed::Duplicate if tries > 1 => {
                refresh(row, body, asset_ids, tries - 1)
            }
            Committed::Conflict | Committed::Duplicate => {
                Step::End(Disposition::RetryAfter { seconds: 5, reason: "too many writers".to_owned() })
            }
        })
    })
}

fn plan(row: &JobRow, body: &RefreshBody, ids: &[String], prepared: Prepared, now: NowMs) -> Plan {
    let mut body = body.clone();
    body.count(&prepared.results);
    body.asset_ids.retain(|id| !ids.contains(id));
    body.after = ids.last().cloned().unwrap_or(body.after);
    let over = if body.provider_id.is_some() { ids.len() < BATCH } else { body.asset_ids.is_empty() };
    let mut plan = Plan { statements: prepared.statements, sends: prepared.sends };
    if plan.statements.is_empty() {
        let due = DueStep { job: row.id.clone(), step: row.step };
        plan.statements.push(guard(row.owner, Some(&due), &BTreeSet::new(), 0, &[]));
    }
    let (state, step) = if over { ("done", row.step) } else { ("active", row.step + 1) };
    let text = serde_json::to_string(&body).unwrap_or_default();
    plan.statements.push(sql::advance_job(&row.id, step, state, now + LEASE_MS, &text, now));
    if !over {
        plan.sends.push(hint(&row.kind, &row.id, step, 0));
    }
    plan
}
