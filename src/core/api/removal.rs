//! `DELETE /assets/{id}` and `POST /assets/{id}/restore`: decisions about an asset's aliases, so that what was removed
//! stays removed whatever is imported again. Nothing is deleted.

use std::collections::BTreeSet;

use crate::core::api::asset::show;
use crate::core::api::found::{Found, with_asset};
use crate::core::api::problem::Problem;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::gather::set_of;
use crate::core::inventory::intake::{Broken as _, Intake, Taken, take_in};
use crate::core::inventory::world::{Decision, Family, World};
use crate::core::sql::assets::LAST_MS;
use crate::core::sql::decisions::insert_decisions;
use crate::core::sql::inventory::near;
use crate::core::statement::Plan;
use crate::core::step::{Committed, MAX_TRIES, NowMs, Step};

/// What a person decides about an asset's presence.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Presence {
    Removed,
    Restored,
}

/// Removes an asset from the inventory; again is as good as once.
#[must_use]
pub fn remove(call: Call, _now: NowMs) -> Step<Response> {
    decide(call, Presence::Removed, 1)
}

/// Brings a removed asset back.
#[must_use]
pub fn restore(call: Call, _now: NowMs) -> Step<Response> {
    decide(call, Presence::Restored, 1)
}

fn decide(call: Call, presence: Presence, tries: u32) -> Step<Response> {
    with_asset(call, move |call, found, now| {
        if (found.row.removed == 1) == (presence == Presence::Removed) {
            return answer(call, presence, now);
        }
        let roots: BTreeSet<String> = serde_json::from_str(&found.row.roots).unwrap_or_default();
        let near = near(call.owner.id, &roots, LAST_MS);
        Step::read(vec![near], move |rows, now| match World::load(call.owner.id, &roots, &rows) {
            Ok(world) => commit(call, found, presence, aliases(&world, &roots, presence), tries, now),
            Err(error) => Step::End(Response::broken(&error)),
        })
    })
}

/// The aliases that the decision is about. Removing leaves out what another asset lists too: two results can share a
/// file, and only one of them was removed. Restoring takes every alias in, whichever of them was removed.
fn aliases(world: &World, roots: &BTreeSet<String>, presence: Presence) -> BTreeSet<String> {
    let listed = roots.iter().flat_map(|root| world.claims.listed(root)).map(|(_, alias)| alias);
    let is_own = |alias: &String| world.claims.claimants(alias).all(|root| roots.contains(root));
    let mut aliases = set_of(listed.filter(|alias| presence == Presence::Restored || is_own(alias)));
    aliases.extend(roots.iter().cloned());
    aliases
}

fn commit(
    call: Call,
    found: Found,
    presence: Presence,
    aliases: BTreeSet<String>,
    tries: u32,
    now: NowMs,
) -> Step<Response> {
    let verdict = if presence == Presence::Removed { "remove" } else { "restore" };
    let decisions: Vec<Decision> = aliases
        .into_iter()
        .map(|alias| Decision {
            alias,
            family: Family::Presence,
            other: String::new(),
            at_ms: now,
            verdict,
            author: call.owner.token_id.clone(),
            body: "{}".to_owned(),
        })
        .collect();
    let intake = Intake { owner: call.owner.id, decisions: decisions.clone(), ..Intake::default() };
    take_in(intake, move |taken, now| {
        if has_changed(&taken, &found) {
            return again(call, presence, tries, now);
        }
        let mut plan = Plan { statements: taken.statements, sends: taken.sends };
        plan.statements.push(insert_decisions(call.owner.id, &decisions));
        Step::commit(plan, move |committed, now| match committed {
            Committed::Done => answer(call, presence, now),
            _ => again(call, presence, tries, now),
        })
    })
}

/// Whether the asset's roots may be others now than when the decision was written down.
fn has_changed(taken: &Taken, found: &Found) -> bool {
    taken.world.assets.get(&found.row.id).is_none_or(|row| row.version != found.row.version)
}

fn again(call: Call, presence: Presence, tries: u32, _now: NowMs) -> Step<Response> {
    if tries >= MAX_TRIES {
        return Step::End(Problem::busy().into());
    }
    decide(call, presence, tries + 1)
}

fn answer(call: Call, presence: Presence, now: NowMs) -> Step<Response> {
    match presence {
        Presence::Removed => Step::End(Response::no_content()),
        Presence::Restored => show(call, now),
    }
}
