//! `POST /assets/{id}/merge`: a person says that two assets are one, or that an alias that was parted from an asset is
//! its own again. It is a decision about roots, so it holds whatever is imported again; `unmerge` takes it back.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::core::api::asset::show;
use crate::core::api::found::{Found, with_asset};
use crate::core::api::input::text_members;
use crate::core::api::problem::Problem;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::inventory::identity::Root;
use crate::core::inventory::intake::{Broken as _, Intake, Taken, take_in};
use crate::core::inventory::merging::{Pair, Refused, pairs_to_give_back, pairs_to_merge};
use crate::core::inventory::world::{Decision, Family, World};
use crate::core::sql::assets::{AssetRow, LAST_MS, asset_by_id};
use crate::core::sql::decisions::insert_decisions;
use crate::core::sql::inventory::near;
use crate::core::statement::{Plan, rows_at};
use crate::core::step::{Committed, MAX_TRIES, NowMs, Step};

/// With what an asset is merged.
#[derive(Clone)]
enum With {
    Asset(String),
    Alias(String),
}

/// Merges an asset with another; the older public id stays, and the other leads to it.
#[must_use]
pub fn merge(call: Call, _now: NowMs) -> Step<Response> {
    let mut body = match text_members(&call, &["other_id", "alias"]) {
        Ok(body) => body,
        Err(response) => return Step::End(response),
    };
    match (body.remove("other_id"), body.remove("alias")) {
        (Some(id), None) if id == call.param("id") => {
            Step::End(Problem::invalid("other_id", "an asset is one with itself already").into())
        }
        (Some(id), None) => decide(call, With::Asset(id), 1),
        (None, Some(alias)) => decide(call, With::Alias(alias), 1),
        _ => {
            let detail = "say with which asset (other_id), or which alias is the asset's own again (alias)";
            Step::End(Problem::invalid("other_id", detail).into())
        }
    }
}

fn decide(call: Call, with: With, tries: u32) -> Step<Response> {
    with_asset(call, move |call, found, now| match with.clone() {
        With::Alias(_) => read_world(call, with, found, None, tries),
        With::Asset(id) => {
            let statement = asset_by_id(call.owner.id, &id);
            Step::read(vec![statement], move |rows, _| {
                match rows_at(&rows, 0).and_then(|rows| rows.first::<AssetRow>()) {
                    Ok(None) => Step::End(Problem::not_found("asset", &id).into()),
                    Ok(Some(other)) if other.id == found.row.id => show(call, now),
                    Ok(Some(other)) if differ_in_kind(&found.row, &other) => {
                        Step::End(media_types_differ(&found.row, &other).into())
                    }
                    Ok(Some(other)) => read_world(call, with, found, Some(other), tries),
                    Err(error) => Step::End(Response::broken(&error)),
                }
            })
        }
    })
}

/// A source that was never seen itself has only the kind that its role suggests; that is no reason to refuse.
fn differ_in_kind(one: &AssetRow, other: &AssetRow) -> bool {
    let was_seen = |row: &AssetRow| row.origin != "referenced";
    one.media_type != other.media_type && was_seen(one) && was_seen(other)
}

fn media_types_differ(one: &AssetRow, other: &AssetRow) -> Problem {
    Problem::new(409, "media_types_differ", "Two kinds of media are not one asset").detail(format!(
        "{} is of type {}, {} of type {}",
        one.id, one.media_type, other.id, other.media_type
    ))
}

fn read_world(call: Call, with: With, found: Found, other: Option<AssetRow>, tries: u32) -> Step<Response> {
    let mut roots = roots_of(&found.row);
    roots.extend(other.as_ref().map(roots_of).unwrap_or_default());
    let near = near(call.owner.id, &roots, LAST_MS);
    Step::read(vec![near], move |rows, now| {
        let world = match World::load(call.owner.id, &roots, &rows) {
            Ok(world) => world,
            Err(error) => return Step::End(Response::broken(&error)),
        };
        match pairs(&world, &with, &found, other.as_ref()) {
            Ok(pairs) => commit(call, with, (found, other), pairs, tries, now),
            Err(problem) => Step::End(problem.into()),
        }
    })
}

fn pairs(
    world: &World,
    with: &With,
    found: &Found,
    other: Option<&AssetRow>,
) -> Result<BTreeSet<Pair>, Problem> {
    let roots = roots_of(&found.row);
    match (with, other) {
        (With::Alias(alias), _) => pairs_to_give_back(&world.claims, &roots, alias).map_err(|refused| {
            let detail = match refused {
                Refused::NotMerged => "this alias was not parted from the asset",
                Refused::NotKept => "another asset keeps this alias",
            };
            Problem::invalid("alias", detail)
        }),
        (With::Asset(_), Some(other)) => {
            let others = roots_of(other);
            Ok(pairs_to_merge(&world.claims, (&found.row.root, &roots), (&other.root, &others)))
        }
        (With::Asset(id), None) => Err(Problem::not_found("asset", id)),
    }
}

/// The roots that an asset's row holds.
pub fn roots_of(row: &AssetRow) -> BTreeSet<Root> {
    serde_json::from_str(&row.roots).unwrap_or_default()
}

fn commit(
    call: Call,
    with: With,
    sides: (Found, Option<AssetRow>),
    pairs: BTreeSet<Pair>,
    tries: u32,
    now: NowMs,
) -> Step<Response> {
    // The ids that the two have now: by them an unmerging can give each its own again.
    let (found, other) = sides;
    let ids: BTreeMap<Root, String> = [Some(&found.row), other.as_ref()]
        .into_iter()
        .flatten()
        .map(|row| (row.root.clone(), row.id.clone()))
        .collect();
    let body = json!({ "ids": ids }).to_string();
    let decisions = decisions(&call, pairs, "same", &body, now);
    let intake = Intake { owner: call.owner.id, decisions: decisions.clone(), ..Intake::default() };
    take_in(intake, move |taken, now| {
        if [Some(&found.row), other.as_ref()].into_iter().flatten().any(|row| has_changed(&taken, row)) {
            return again(call, with, tries);
        }
        let mut plan = Plan { statements: taken.statements, sends: taken.sends };
        plan.statements.push(insert_decisions(call.owner.id, &decisions));
        Step::commit(plan, move |committed, _| match committed {
            Committed::Done => show(call, now),
            _ => again(call, with, tries),
        })
    })
}

/// What a person decides about these pairs, as the caller's token.
pub fn decisions(
    call: &Call,
    pairs: BTreeSet<Pair>,
    verdict: &'static str,
    body: &str,
    now: NowMs,
) -> Vec<Decision> {
    let decided = pairs.into_iter().map(|(alias, other)| Decision {
        alias,
        family: Family::Identity,
        other,
        at_ms: now,
        verdict,
        author: call.owner.token_id.clone(),
        body: body.to_owned(),
    });
    decided.collect()
}

/// Whether an asset may be another now than when the decision was written down.
pub fn has_changed(taken: &Taken, row: &AssetRow) -> bool {
    taken.world.assets.get(&row.id).is_none_or(|known| known.version != row.version)
}

fn again(call: Call, with: With, tries: u32) -> Step<Response> {
    if tries >= MAX_TRIES {
        return Step::End(Problem::busy().into());
    }
    decide(call, with, tries + 1)
}
