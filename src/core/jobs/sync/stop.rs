//! What a provider's failure means for a run: it comes back later, waits for a credential, or is failed for a person to
//! look at. Nothing was established by the step, so that its page is asked for again, whatever the run waited for.

use crate::core::ids::short_digest;
use crate::core::jobs::hint;
use crate::core::jobs::run::paused;
use crate::core::jobs::sync::{DueRun, body};
use crate::core::providers::failure::{Class, Failure};
use crate::core::providers::pixverse::account::explain;
use crate::core::sql::accounts::record_credential_state;
use crate::core::sql::run_control::{Waiting, pause_step, pause_until_renewed};
use crate::core::statement::Plan;
use crate::core::step::{Disposition, NowMs, Step};

/// How often a step is tried while the provider stumbles, before the run is failed: about an hour.
const MAX_ATTEMPTS: u32 = 10;
/// The longest wait between two tries that the provider did not ask for, in seconds.
const MAX_DELAY_S: u32 = 900;
/// Beyond this many seconds no message waits: the tick sends what is due.
const LONGEST_HINT_S: u32 = 900;

impl DueRun {
    /// Stops at a failure, for a while or until somebody helps.
    pub(super) fn stop(self, failure: Failure, now: NowMs) -> Step<Disposition> {
        if failure.class == Class::Auth {
            return self.wait_for_credential(failure, now);
        }
        if failure.class.is_passing() && self.run.attempts + 1 < MAX_ATTEMPTS {
            return self.try_again(failure, now);
        }
        self.fail(failure, now)
    }

    fn fail(mut self, failure: Failure, now: NowMs) -> Step<Disposition> {
        self.run.last_error = Some(failure);
        self.finish("failed", now)
    }

    /// Stops until a person has looked and resumes the run; what the page said is dropped.
    pub(super) fn pause(mut self, failure: Failure, reason: &'static str, now: NowMs) -> Step<Disposition> {
        self.run.last_error = Some(failure);
        self.run.paused = Some(reason.to_owned());
        let pause = pause_step(&self.row.id, self.row.step, &body(&self.run), now);
        let plan = Plan { statements: vec![self.guard(), pause], sends: Vec::new() };
        Step::commit(plan, |_, _| Step::End(Disposition::Ack))
    }

    /// Comes back to the same page later. The try is a step of its own, so that a second copy of its message neither
    /// asks before the time has come nor uses up another try.
    fn try_again(mut self, failure: Failure, now: NowMs) -> Step<Disposition> {
        self.run.attempts += 1;
        self.run.going_since = None;
        let step = self.row.step + 1;
        let seed = format!("{}\n{step}", self.row.id);
        let delay_s = match failure.retry_after_s {
            // Never earlier than asked, and not all at the same second.
            Some(asked) => asked + jitter(asked / 10, &seed),
            None => backoff_s(self.run.attempts, &seed),
        };
        self.run.last_error = Some(failure);
        let mut plan = self.update(step, "active", now + i64::from(delay_s) * 1_000, now);
        if delay_s <= LONGEST_HINT_S {
            plan.sends.push(hint(&self.row.kind, &self.row.id, step, delay_s));
        }
        Step::commit(plan, |_, _| Step::End(Disposition::Ack))
    }

    /// Waits until the account is connected again. Driftline holds no password and never logs in: a login here would end
    /// the person's own session, and theirs this one again.
    fn wait_for_credential(mut self, failure: Failure, now: NowMs) -> Step<Disposition> {
        let reason = explain(&failure);
        self.run.last_error = Some(failure);
        self.run.paused = Some(paused::AUTH_REQUIRED.to_owned());
        let row = &self.row;
        let waiting = Waiting {
            owner: row.owner,
            id: &row.id,
            step: row.step,
            body: &body(&self.run),
            account: row.account.as_deref(),
            credential: row.credential.as_deref(),
        };
        let mut statements = vec![self.guard(), pause_until_renewed(&waiting, now)];
        if let (Some(account), Some(credential)) = (&row.account, &row.credential) {
            statements.push(record_credential_state(row.owner, account, credential, Some(&reason), now));
        }
        Step::commit(Plan { statements, sends: Vec::new() }, |_, _| Step::End(Disposition::Ack))
    }
}

/// Twice as long each time, from about four seconds on.
fn backoff_s(attempts: u32, seed: &str) -> u32 {
    let longest = 2u32.saturating_pow(attempts).saturating_mul(2).min(MAX_DELAY_S);
    longest - longest / 4 + jitter(longest / 4, seed)
}

/// A number from 0 to `most` that is the same for the same seed: the core knows no chance.
fn jitter(most: u32, seed: &str) -> u32 {
    let digest = short_digest(seed);
    let number = digest.get(..8).and_then(|hex| u32::from_str_radix(hex, 16).ok()).unwrap_or(0);
    number % (most + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_differ_from_run_to_run() {
        let waits: Vec<u32> = (1..10).map(|attempt| backoff_s(attempt, "run_a")).collect();
        assert!(waits.is_sorted() && waits.iter().all(|wait| (3..=900).contains(wait)), "{waits:?}");
        assert_eq!(waits, (1..10).map(|attempt| backoff_s(attempt, "run_a")).collect::<Vec<_>>());
        let others: std::collections::BTreeSet<u32> =
            (0..20).map(|run| backoff_s(6, &format!("run_{run}"))).collect();
        assert!(others.len() > 5, "{others:?}");
    }
}
