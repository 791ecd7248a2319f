//! The one driver: it runs a chain of steps to its end. It reads, calls and commits as it is told, decides nothing
//! about media, and counts what it spends.

use std::time::Duration;

use worker::{Delay, Env};

use crate::core::proof::Proof;
use crate::core::seal::open;
use crate::core::sql::failure::DatabaseFailure;
use crate::core::sql::jobs::due_job;
use crate::core::statement::{Message, Plan, Rows, Send, Statement};
use crate::core::step::{Committed, ProviderCall, Reply, Step};
use crate::edge::cost::Cost;
use crate::edge::crypto::{CREDENTIAL, now_ms};
use crate::edge::d1::{Database, Results};
use crate::edge::halt::Halt;
use crate::edge::provider::Asked;
use crate::edge::send::send_all;
use crate::edge::{provider, settings, usage};

/// Waits between tries of a batch whose outcome is unknown, in milliseconds.
const PAUSES_MS: [u64; 3] = [50, 250, 1000];

/// A chain of steps that is longer than this goes in circles: twenty tries of a few round trips each are far fewer.
const MOST_STEPS: u32 = 500;

/// Runs chains of steps and counts what they cost.
pub struct Driver<'a> {
    env: &'a Env,
    /// What was spent so far.
    pub cost: Cost,
    /// The job whose next step is kept for whoever drives, instead of a message.
    goes_on: Option<&'a str>,
    /// What was asked ahead, for this chain or for the step that it makes due.
    asked: Option<Asked>,
    /// The step that was kept.
    pub next: Option<Next>,
}

/// A step that a batch made due, with its row as the same batch read it.
pub struct Next {
    /// The hint that was not sent.
    pub hint: Message,
    /// What [`due_job`] found.
    pub row: Rows,
    /// What the step will ask first, under way already.
    pub asked: Option<Asked>,
}

/// How a batch went.
enum Tried {
    Ran(Results),
    Refused(Committed),
}

impl<'a> Driver<'a> {
    /// A driver that has spent nothing.
    #[must_use]
    pub fn new(env: &'a Env) -> Self {
        Self { env, cost: Cost::default(), goes_on: None, asked: None, next: None }
    }

    /// A driver that keeps the next step of a job, if it is due at once; `asked` was asked ahead for its own.
    #[must_use]
    pub fn going_on(env: &'a Env, job: Option<&'a str>, asked: Option<Asked>) -> Self {
        Self { goes_on: job, asked, ..Self::new(env) }
    }

    /// Runs a chain of steps to its end.
    ///
    /// # Errors
    /// [`Halt`] when the platform does not let it go on.
    pub async fn run<T>(&mut self, mut step: Step<T>) -> Result<T, Halt> {
        for _ in 0..MOST_STEPS {
            step = match step {
                Step::Read(statements, then) => then(self.read(&statements).await?, now_ms()),
                Step::Call(calls, then) => then(self.call(&calls).await?, now_ms()),
                Step::Commit(plan, then) => then(self.commit(plan).await?, now_ms()),
                Step::Prove(proof, then) => then(self.proves(&proof)?, now_ms()),
                Step::End(end) => return Ok(end),
            };
        }
        Err(Halt::Endless)
    }

    async fn read(&mut self, statements: &[Statement]) -> Result<Vec<Rows>, Halt> {
        if statements.is_empty() {
            return Ok(Vec::new());
        }
        // Reads may run twice. So may the tick's lease: what it then misses is due again when the lease ends.
        match self.try_batch(statements, true).await?.0 {
            Tried::Ran(results) => results.rows().map_err(|reason| Halt::Database { reason }),
            Tried::Refused(committed) => {
                Err(Halt::Database { reason: format!("a read was refused: {committed:?}") })
            }
        }
    }

    async fn call(&mut self, calls: &[ProviderCall]) -> Result<Vec<Reply>, Halt> {
        let asked = self.asked.take();
        if let ([call], Some(asked)) = (calls, asked)
            && asked.is(call)
        {
            return Ok(vec![asked.reply().await]);
        }
        self.cost.calls += u32::try_from(calls.len()).unwrap_or(u32::MAX);
        provider::call_all(self.env, calls).await
    }

    /// Opens the secret for this moment. One that does not open proves nothing.
    fn proves(&self, proof: &Proof) -> Result<bool, Halt> {
        let key = settings::credential_key(self.env)?;
        Ok(open(&key, &proof.sealed_secret, CREDENTIAL).is_ok_and(|secret| proof.holds(&secret)))
    }

    /// Commits and sends the hints. Where the next step is kept, its row is read in the same round trip and what it will ask is
    /// asked meanwhile; only when all took effect here is it kept, else its message is sent as ever.
    async fn commit(&mut self, mut plan: Plan) -> Result<Committed, Halt> {
        let kept = plan.sends.iter().position(|send| self.is_kept(send)).map(|at| plan.sends.remove(at));
        if let Some(kept) = &kept {
            self.ask_ahead(kept)?;
            plan.statements.push(due_job(&kept.message, None));
        }
        if plan.statements.is_empty() {
            send_all(self.env, &plan.sends, &self.cost).await;
            return Ok(Committed::Done);
        }
        // A guarded batch that took effect refuses to do so again: it may be run twice.
        let is_guarded = plan.statements.iter().any(|statement| statement.name == "guard");
        let (tried, was_lost) = self.try_batch(&plan.statements, is_guarded).await?;
        let committed = match tried {
            Tried::Ran(results) => {
                if let Some(kept) = kept {
                    let row = results.last_rows().map_err(|reason| Halt::Database { reason })?;
                    self.next = Some(Next { hint: kept.message, row, asked: self.asked.take() });
                }
                Committed::Done
            }
            Tried::Refused(committed) => {
                plan.sends.extend(kept);
                committed
            }
        };
        // After a lost connection "done before" may well mean: by us. Then the hints have not been sent yet, and a
        // hint too many is dropped where it arrives.
        if committed == Committed::Done || (committed == Committed::Stale && was_lost) {
            send_all(self.env, &plan.sends, &self.cost).await;
        }
        Ok(committed)
    }

    fn is_kept(&self, send: &Send) -> bool {
        send.delay_s == 0 && self.goes_on.is_some_and(|job| send.message.job == job)
    }

    /// Asks what a step will ask first, unless an earlier try of the same batch has asked it already.
    fn ask_ahead(&mut self, kept: &Send) -> Result<(), Halt> {
        let Some(call) = &kept.ahead else { return Ok(()) };
        if !self.asked.as_ref().is_some_and(|asked| asked.is(call)) {
            self.asked = Some(Asked::send(self.env, call)?);
            self.cost.calls += 1;
        }
        Ok(())
    }

    /// Runs a batch, again where its outcome is unknown and it `may_repeat`; also says whether that happened.
    async fn try_batch(&mut self, statements: &[Statement], may_repeat: bool) -> Result<(Tried, bool), Halt> {
        let mut pauses = PAUSES_MS.iter();
        let mut was_lost = false;
        loop {
            let reason = match self.run_batch(statements).await {
                Ok(results) => return Ok((Tried::Ran(results), was_lost)),
                Err(reason) => reason,
            };
            match DatabaseFailure::parse(&reason) {
                DatabaseFailure::Refused(committed) => return Ok((Tried::Refused(committed), was_lost)),
                DatabaseFailure::Unknown if !may_repeat => return Err(Halt::OutcomeUnknown),
                DatabaseFailure::Unknown => was_lost = true,
                DatabaseFailure::Quota => {
                    usage::note_quota();
                    return Err(Halt::PlatformQuota);
                }
                DatabaseFailure::Full => return Err(Halt::DatabaseFull),
                DatabaseFailure::NotMigrated => return Err(Halt::NotMigrated),
                DatabaseFailure::Other => return Err(Halt::Database { reason }),
            }
            let Some(pause_ms) = pauses.next() else { return Err(Halt::DatabaseUnavailable) };
            Delay::from(Duration::from_millis(*pause_ms)).await;
        }
    }

    async fn run_batch(&mut self, statements: &[Statement]) -> Result<Results, String> {
        self.cost.round_trips += 1;
        self.cost.statements += u32::try_from(statements.len()).unwrap_or(u32::MAX);
        let results = Database::open(self.env)?.run(statements).await?;
        let (read, written) = results.rows_read_and_written();
        self.cost.rows_read += read;
        self.cost.rows_written += written;
        if written > 0 {
            usage::note_written();
        }
        Ok(results)
    }
}
