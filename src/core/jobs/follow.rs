//! The follow job: generations whose outputs another road has news of, such as a scan that lists a clip which the poll
//! gave up. It asks nobody; what the inventory believes decides.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::core::generation::stored::{Generation, GenerationRow};
use crate::core::inventory::intake::Broken;
use crate::core::jobs::poll::stored_statuses;
use crate::core::jobs::row::JobRow;
use crate::core::sql::generations as sql;
use crate::core::sql::inventory::{DueStep, guard};
use crate::core::sql::jobs::advance_job;
use crate::core::statement::{BadRows, Plan, Rows, rows_at};
use crate::core::step::{Committed, Disposition, MAX_TRIES, NowMs, Step};

/// Works on the one step of a follow job.
#[must_use]
pub fn step(row: JobRow) -> Step<Disposition> {
    let body: Value = serde_json::from_str(&row.body).unwrap_or_default();
    let named = body.get("generations").and_then(Value::as_array).into_iter().flatten();
    let ids: Vec<String> = named.filter_map(Value::as_str).map(ToOwned::to_owned).collect();
    look(row, ids, MAX_TRIES)
}

fn look(row: JobRow, ids: Vec<String>, tries: u32) -> Step<Disposition> {
    let statements = vec![sql::generations(row.owner, &ids), sql::output_assets(row.owner, &ids)];
    Step::read(statements, move |rows, now| match plan(&row, &rows, now) {
        Ok(plan) => Step::commit(plan, move |committed, _| match committed {
            Committed::Done | Committed::Stale => Step::End(Disposition::Ack),
            Committed::Conflict | Committed::Duplicate if tries > 1 => look(row, ids, tries - 1),
            Committed::Conflict | Committed::Duplicate => {
                Step::End(Disposition::RetryAfter { seconds: 5, reason: "too many writers".to_owned() })
            }
        }),
        Err(error) => Step::End(Disposition::broken(&error)),
    })
}

fn plan(row: &JobRow, rows: &[Rows], now: NowMs) -> Result<Plan, BadRows> {
    let statuses = stored_statuses(rows_at(rows, 1)?)?;
    let (mut expected, mut changed) = (Vec::new(), Vec::new());
    for generation in rows_at(rows, 0)?.parse::<GenerationRow>()? {
        let mut generation = Generation::read(generation)?;
        let before = (generation.state, generation.progress.clone());
        expected.push(generation.expected());
        generation.hear(&statuses, now);
        if before != (generation.state, generation.progress.clone()) {
            changed.push(generation.changed(now));
        }
    }
    let due = DueStep { job: row.id.clone(), step: row.step };
    let mut statements = vec![guard(row.owner, Some(&due), &BTreeSet::new(), 0, &[])];
    if !changed.is_empty() {
        statements.push(sql::guard_generations(row.owner, &expected, None));
        statements.push(sql::update_generations(row.owner, &changed));
    }
    statements.push(advance_job(&row.id, row.step, "done", now, &row.body, now));
    Ok(Plan { statements, sends: Vec::new() })
}
