//! The link job: writes the sources of a page that was imported without them, and what the page has learned about the
//! shape of payloads. It reads stored payloads only.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use crate::core::inventory::intake::{Broken, Intake, Relink, StoredPayload, take_in};
use crate::core::jobs::ledger::write_learned;
use crate::core::jobs::row::JobRow;
use crate::core::sql::inventory::{DueStep, guard};
use crate::core::sql::jobs as sql;
use crate::core::statement::{BadRows, Plan, Rows, Statement, rows_at};
use crate::core::step::{Committed, Disposition, MAX_TRIES, NowMs, Step};

#[derive(Clone, Deserialize)]
struct Body {
    roots: BTreeSet<String>,
    #[serde(default)]
    learned: Vec<Value>,
}

/// Works on the one step of a link job.
#[must_use]
pub fn step(row: JobRow) -> Step<Disposition> {
    match serde_json::from_str::<Body>(&row.body) {
        Ok(body) => read_payloads(row, body, MAX_TRIES),
        Err(error) => Step::End(Disposition::broken(&BadRows { reason: error.to_string() })),
    }
}

fn read_payloads(row: JobRow, body: Body, tries: u32) -> Step<Disposition> {
    Step::read(vec![sql::unlinked_payloads(row.owner, &body.roots)], move |rows, now| match relinks(&rows) {
        Ok(relinked) if relinked.is_empty() => {
            let guard = guard(row.owner, Some(&due_step(&row)), &BTreeSet::new(), 0, &[]);
            let statements = [guard].into_iter().chain(end(&row, &body, now)).collect();
            let plan = Plan { statements, sends: Vec::new() };
            Step::commit(plan, |_, _| Step::End(Disposition::Ack))
        }
        Ok(relinked) => link(row, body, relinked, tries),
        Err(error) => Step::End(Disposition::broken(&error)),
    })
}

fn link(row: JobRow, body: Body, relinked: Vec<Relink>, tries: u32) -> Step<Disposition> {
    let intake = Intake { owner: row.owner, due: Some(due_step(&row)), relinked, ..Intake::default() };
    take_in(intake, move |taken, now| {
        let mut statements = taken.statements;
        statements.extend(end(&row, &body, now));
        Step::commit(Plan { statements, sends: taken.sends }, move |committed, _| match committed {
            Committed::Done | Committed::Stale => Step::End(Disposition::Ack),
            Committed::Conflict | Committed::Duplicate if tries > 1 => read_payloads(row, body, tries - 1),
            Committed::Conflict | Committed::Duplicate => {
                Step::End(Disposition::RetryAfter { seconds: 5, reason: "too many writers".to_owned() })
            }
        })
    })
}

fn due_step(row: &JobRow) -> DueStep {
    DueStep { job: row.id.clone(), step: row.step }
}

/// What goes with the end of the job, in its batch.
fn end(row: &JobRow, body: &Body, now: NowMs) -> Vec<Statement> {
    let done = sql::advance_job(&row.id, row.step, "done", now, &row.body, now);
    write_learned(row.owner, &body.learned, now).into_iter().chain([done]).collect()
}

/// The payloads that can be read. One that the extractor no longer reads stays pending, for a refresh to name; it does
/// not hold up the others.
fn relinks(rows: &[Rows]) -> Result<Vec<Relink>, BadRows> {
    let stored = rows_at(rows, 0)?.parse::<StoredPayload>()?;
    Ok(stored.iter().filter_map(|payload| payload.relink().ok()).collect())
}
