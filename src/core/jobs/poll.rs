//! The poll job: one for each account, however many of its generations wait. It asks the provider how their outputs
//! stand, takes the answers in, and commits inventory, generations and the next look together. What an answer means for
//! a generation is left to `generation::progress`.

mod answers;
mod ask;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::core::gather::set_of;
use crate::core::generation::stored::{Generation, GenerationRow};
use crate::core::ids::mint;
use crate::core::inventory::identity::Root;
use crate::core::inventory::intake::{Broken, Intake, Sources, Taken, take_in};
use crate::core::jobs::hint;
use crate::core::jobs::row::JobRow;
use crate::core::media::{Api, Status};
use crate::core::providers::failure::Class;
use crate::core::providers::pixverse::account::explain;
use crate::core::providers::pixverse::create::next_look_ms;
use crate::core::row::row;
use crate::core::sql::accounts::record_credential_state;
use crate::core::sql::generations as sql;
use crate::core::sql::inventory::DueStep;
use crate::core::sql::jobs::advance_job;
use crate::core::statement::{BadRows, Plan, Rows, rows_at};
use crate::core::step::{Committed, Disposition, MAX_TRIES, NowMs, Step};
use answers::Answers;

/// The most generations that one step looks at.
const MOST_AT_ONCE: u32 = 100;
/// Looks that are due within this time are taken together: one page may answer for all.
const TOGETHER_MS: i64 = 1_500;
/// How long an account whose credential is refused is left alone.
const REFUSED_MS: i64 = 300_000;

row! {
    /// How the poll job of an account stands.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct PollStanding {
        /// The step that is due.
        pub step: i64,
    }
}

row! {
    struct CountRow {
        count: i64,
    }
}

row! {
    struct OutputRow {
        root: String,
        status: String,
        fields: String,
    }
}

/// The id of an account's poll job: there is one, and it is woken up again.
#[must_use]
pub fn poll_job(owner: i64, account: &str) -> String {
    mint("job_", 0, &format!("poll\n{owner}\n{account}"))
}

/// The step that is due behind a waking; where the job was to look sooner anyway, its own hint stands.
#[must_use]
pub fn next_step_of(poll: Option<&PollStanding>) -> i64 {
    poll.map_or(0, |poll| poll.step + 1)
}

/// What a batch makes of the status of each root that it folds again.
#[must_use]
pub fn statuses_in(taken: &Taken) -> BTreeMap<Root, Status> {
    let mut statuses = BTreeMap::new();
    for asset in &taken.settled.assets {
        let fields = &asset.folded.fields;
        let status = fields.get("status").and_then(Value::as_str).and_then(Status::parse);
        let status = with_media(status.unwrap_or(Status::Unknown), fields.get("media_url"));
        for root in &asset.roots {
            statuses.insert(root.clone(), status);
        }
    }
    statuses
}

/// Reads the rows of `sql::output_assets`.
///
/// # Errors
/// [`BadRows`] when a row does not have the expected shape.
pub fn stored_statuses(rows: &Rows) -> Result<BTreeMap<Root, Status>, BadRows> {
    let mut statuses = BTreeMap::new();
    for row in rows.parse::<OutputRow>()? {
        let fields: Value = serde_json::from_str(&row.fields).unwrap_or_default();
        let status = Status::parse(&row.status).unwrap_or(Status::Unknown);
        statuses.insert(row.root, with_media(status, fields.get("media_url")));
    }
    Ok(statuses)
}

/// For whoever waits, a code is not enough: a clip is done when its file is there.
fn with_media(status: Status, media_url: Option<&Value>) -> Status {
    match status {
        Status::Completed if !media_url.is_some_and(Value::is_string) => Status::Processing,
        status => status,
    }
}

/// The generations of an account that are waited for, as they were read.
struct Waiting {
    row: JobRow,
    generations: Vec<Generation>,
    /// How many there are, those that were not read too.
    count: i64,
    tries: u32,
}

/// Works on the step of a poll job that is due.
#[must_use]
pub fn step(row: JobRow) -> Step<Disposition> {
    read(row, MAX_TRIES, |waiting, now| match waiting.row.access() {
        Some(access) => ask::ask(waiting, access, now),
        None => {
            let answers = Answers::without_credential(waiting.due(now));
            waiting.take_in(answers)
        }
    })
}

fn read(
    row: JobRow,
    tries: u32,
    then: impl FnOnce(Waiting, NowMs) -> Step<Disposition> + 'static,
) -> Step<Disposition> {
    let account = row.account.clone().unwrap_or_default();
    let statements = vec![
        sql::waiting_generations(row.owner, &account, MOST_AT_ONCE),
        sql::count_waiting(row.owner, &account),
    ];
    Step::read(statements, move |rows, now| match found(&rows) {
        Ok((generations, count)) => then(Waiting { row, generations, count, tries }, now),
        Err(error) => Step::End(Disposition::broken(&error)),
    })
}

fn found(rows: &[Rows]) -> Result<(Vec<Generation>, i64), BadRows> {
    let generations = rows_at(rows, 0)?.parse::<GenerationRow>()?;
    let count = rows_at(rows, 1)?.first::<CountRow>()?.map_or(0, |row| row.count);
    Ok((generations.into_iter().map(Generation::read).collect::<Result<_, _>>()?, count))
}

impl Waiting {
    fn api(&self) -> Api {
        self.row.api.as_deref().and_then(Api::parse).unwrap_or(Api::Library)
    }

    /// Those that are to be looked for now.
    fn due(&self, now: NowMs) -> impl Iterator<Item = &Generation> {
        self.generations.iter().filter(move |one| is_due(one, now))
    }

    /// Takes the answers in. They stay as they are when something that was read has changed: nobody is asked again.
    fn take_in(self, answers: Answers) -> Step<Disposition> {
        let asked = self.generations.iter().filter(|one| answers.asked_for(one));
        let ids: Vec<String> = asked.map(|one| one.id.clone()).collect();
        let evaluated = set_of(ids.iter().cloned());
        let intake = Intake {
            owner: self.row.owner,
            due: Some(DueStep { job: self.row.id.clone(), step: self.row.step }),
            incoming: answers.incoming.clone(),
            sources: Sources::All,
            evaluated,
            ..Intake::default()
        };
        let outputs = sql::output_assets(self.row.owner, &ids);
        Step::read(vec![outputs], move |rows, _| match rows_at(&rows, 0).and_then(stored_statuses) {
            Ok(stored) => take_in(intake, move |taken, now| self.commit(answers, stored, taken, now)),
            Err(error) => Step::End(Disposition::broken(&error)),
        })
    }

    fn commit(
        mut self,
        answers: Answers,
        mut statuses: BTreeMap<Root, Status>,
        taken: Taken,
        now: NowMs,
    ) -> Step<Disposition> {
        statuses.extend(statuses_in(&taken));
        let mut changed = Vec::new();
        let expected: Vec<(String, i64)> = self.generations.iter().map(Generation::expected).collect();
        for generation in self.generations.iter_mut().filter(|one| answers.asked_for(one)) {
            answers.tell(generation);
            schedule(generation, &answers, now);
            generation.hear(&statuses, now);
            changed.push(generation.changed(now));
        }
        let plan = self.plan(&answers, taken, &changed, &expected, now);
        let (row, tries) = (self.row, self.tries);
        Step::commit(plan, move |committed, _| match committed {
            Committed::Done | Committed::Stale => Step::End(Disposition::Ack),
            Committed::Conflict | Committed::Duplicate if tries > 1 => {
                read(row, tries - 1, move |waiting, _| waiting.take_in(answers))
            }
            Committed::Conflict | Committed::Duplicate => {
                let reason = "too many writers".to_owned();
                Step::End(Disposition::RetryAfter { seconds: 5, reason })
            }
        })
    }

    fn plan(
        &self,
        answers: &Answers,
        taken: Taken,
        changed: &[Value],
        expected: &[(String, i64)],
        now: NowMs,
    ) -> Plan {
        let row = &self.row;
        let account = row.account.as_deref().unwrap_or_default();
        let page = answers.page_row(row, &taken);
        let mut plan = Plan { statements: taken.statements, sends: taken.sends };
        plan.statements.extend(page);
        plan.statements.push(sql::guard_generations(row.owner, expected, Some((account, self.count))));
        if !changed.is_empty() {
            plan.statements.push(sql::update_generations(row.owner, changed));
        }
        plan.statements.extend(answers.quarantine(row));
        if let (Some(failure), Some(credential)) = (answers.refusal(), &row.credential) {
            let why = explain(failure);
            plan.statements.push(record_credential_state(row.owner, account, credential, Some(&why), now));
        }
        match self.generations.iter().filter_map(|one| one.look_ms).min() {
            Some(look_ms) => {
                let due_ms = look_ms.max(now + 1_000);
                let delay_s = u32::try_from((due_ms - now + 999) / 1_000).unwrap_or(0);
                plan.sends.push(hint("poll", &row.id, row.step + 1, delay_s));
                plan.statements.push(advance_job(&row.id, row.step + 1, "active", due_ms, &row.body, now));
            }
            None => plan.statements.push(advance_job(&row.id, row.step, "done", now, &row.body, now)),
        }
        plan
    }
}

fn is_due(generation: &Generation, now: NowMs) -> bool {
    generation.look_ms.is_some_and(|look| look <= now + TOGETHER_MS)
}

/// Says when the generation is looked for next: the older it is, the later, and not before the provider allows it.
fn schedule(generation: &mut Generation, answers: &Answers, now: NowMs) {
    let sent_ms = generation.progress.first_sent_ms.unwrap_or(generation.created_ms);
    let mut wait_ms = next_look_ms(now - sent_ms);
    for failure in answers.failures.values() {
        wait_ms = wait_ms.max(i64::from(failure.retry_after_s.unwrap_or(0)) * 1_000);
        if failure.class == Class::Auth {
            wait_ms = wait_ms.max(REFUSED_MS);
        }
    }
    generation.look_ms = Some(now + wait_ms);
}
