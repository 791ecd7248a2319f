//! What the operator sets: secrets and variables, each by its name. Missing ones are told apart from bad ones.

use worker::Env;

use crate::core::jobs::budget::Allowance;
use crate::core::seal::parse_key;
use crate::core::step::NowMs;
use crate::edge::halt::Halt;

/// The paid plan lets an invocation ask the database 1,000 times.
const STEPS_AT_ONCE: u32 = 40;

/// The key that seals provider credentials.
///
/// # Errors
/// [`Halt::NotConfigured`] when the secret is missing or is not 32 bytes in base64.
pub fn credential_key(env: &Env) -> Result<[u8; 32], Halt> {
    let text = text_of(env, "CREDENTIAL_KEY");
    text.as_deref().and_then(parse_key).ok_or(Halt::NotConfigured {
        name: "CREDENTIAL_KEY",
        rule: "32 random bytes in base64, for example from `openssl rand -base64 32`",
    })
}

/// The token that creates owners; `None` when nobody may.
#[must_use]
pub fn admin_token(env: &Env) -> Option<String> {
    text_of(env, "ADMIN_TOKEN")
}

/// Where the simulator runs; set by `npm start` and the tests, never in production.
#[must_use]
pub fn simulator_base(env: &Env) -> Option<String> {
    text_of(env, "PIXVERSE_SIMULATOR_BASE")
}

/// What jobs may write at this time: what the free plan leaves room for, unless `PLAN` says that the plan is `paid`. On
/// a machine of one's own, where the simulator runs, nobody counts unless `PLAN` says so.
#[must_use]
pub fn allowance(env: &Env, now: NowMs) -> Option<Allowance> {
    let is_limited = match text_of(env, "PLAN") {
        Some(plan) => plan != "paid",
        None => simulator_base(env).is_none(),
    };
    is_limited.then(|| Allowance::of_free_plan(now))
}

/// How many steps of a job one message may bring on the way, one after the other. On the free plan it is one: an
/// invocation may ask the database 50 times, and a page takes up to fifteen.
#[must_use]
pub fn steps_at_once(env: &Env, allowance: Option<Allowance>) -> u32 {
    if allowance.is_some() {
        return 1;
    }
    let asked = text_of(env, "STEPS_AT_ONCE").and_then(|text| text.parse().ok());
    asked.unwrap_or(STEPS_AT_ONCE).clamp(1, STEPS_AT_ONCE)
}

/// Whether `GET /__panic` exists; only the tests ask for it.
#[must_use]
pub fn is_panic_route_enabled(env: &Env) -> bool {
    text_of(env, "ENABLE_PANIC_ROUTE").as_deref() == Some("1")
}

/// Secrets and variables are read alike; a blank one counts as missing.
fn text_of(env: &Env, name: &str) -> Option<String> {
    env.var(name).ok().map(|value| value.to_string()).filter(|text| !text.trim().is_empty())
}
