//! `POST /assets/{id}/unmerge`: takes apart what was merged by hand, or parts one alias from an asset. Each part gets
//! the public id again that it had before, where it had one; every id that was ever handed out goes on leading somewhere.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::core::api::found::{Found, with_asset};
use crate::core::api::input::text_members;
use crate::core::api::merge::{decisions, has_changed, roots_of};
use crate::core::api::problem::Problem;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::gather::{map_of, set_of};
use crate::core::inventory::fold::provider_asset_id;
use crate::core::inventory::identity::{Root, canonical};
use crate::core::inventory::intake::{Broken as _, Intake, Taken, take_in};
use crate::core::inventory::merging::{Pair, Refused, pairs_to_part, pairs_to_part_alias};
use crate::core::inventory::world::World;
use crate::core::row::row;
use crate::core::sql::assets::LAST_MS;
use crate::core::sql::decisions::insert_decisions;
use crate::core::sql::explain::decisions_about;
use crate::core::sql::inventory::{ids_leading_to, near};
use crate::core::statement::{BadRows, Plan, Rows, rows_at};
use crate::core::step::{Committed, MAX_TRIES, NowMs, Step};

/// How many decisions are searched for the ids that the parts had.
const DECISIONS: u32 = 500;

/// What is to be taken out.
#[derive(Clone)]
enum Part {
    /// Everything that was merged by hand.
    Everything,
    /// The asset that had this id.
    Asset(String),
    /// One alias, or one root with all that it lists.
    Alias(String),
}

row! {
    struct DecisionRow {
        family: String,
        verdict: String,
        body: String,
    }
}

row! {
    struct IdRow {
        id: String,
    }
}

/// Takes an asset apart.
#[must_use]
pub fn unmerge(call: Call, _now: NowMs) -> Step<Response> {
    let mut body = match text_members(&call, &["other_id", "alias"]) {
        Ok(body) => body,
        Err(response) => return Step::End(response),
    };
    match (body.remove("other_id"), body.remove("alias")) {
        (None, None) => decide(call, Part::Everything, 1),
        (Some(id), None) => decide(call, Part::Asset(id), 1),
        (None, Some(alias)) => decide(call, Part::Alias(alias), 1),
        (Some(_), Some(_)) => Step::End(Problem::invalid("alias", "give other_id or alias, not both").into()),
    }
}

/// Everything that the decision rests on.
struct Merged {
    found: Found,
    roots: BTreeSet<Root>,
    pairs: BTreeSet<Pair>,
    /// The ids that roots had when they were merged, the latest merging first.
    ids: Vec<(Root, String)>,
}

fn decide(call: Call, part: Part, tries: u32) -> Step<Response> {
    with_asset(call, move |call, found, _| {
        let roots = roots_of(&found.row);
        let statements = vec![
            near(call.owner.id, &roots, LAST_MS),
            decisions_about(call.owner.id, &found.row.roots, DECISIONS),
        ];
        Step::read(statements, move |rows, _| match merged(&call, &part, found, roots, &rows) {
            Ok(Ok(merged)) => read_ids(call, part, merged, tries),
            Ok(Err(refused)) => Step::End(problem(&part, refused).into()),
            Err(error) => Step::End(Response::broken(&error)),
        })
    })
}

fn merged(
    call: &Call,
    part: &Part,
    found: Found,
    roots: BTreeSet<Root>,
    rows: &[Rows],
) -> Result<Result<Merged, Refused>, BadRows> {
    let world = World::load(call.owner.id, &roots, rows)?;
    let ids = recorded_ids(&rows_at(rows, 1)?.parse::<DecisionRow>()?);
    let pairs = match part {
        Part::Everything => pairs_to_part(&world.claims, &roots),
        Part::Alias(alias) => pairs_to_part_alias(&world.claims, &roots, alias),
        Part::Asset(id) => match ids.iter().rev().find(|(root, had)| had == id && roots.contains(root)) {
            Some((root, _)) => pairs_to_part_alias(&world.claims, &roots, root),
            None => Err(Refused::NotKept),
        },
    };
    Ok(pairs.map(|pairs| Merged { found, roots, pairs, ids }))
}

fn problem(part: &Part, refused: Refused) -> Problem {
    match (refused, part) {
        (Refused::NotKept, Part::Asset(_)) => {
            Problem::invalid("other_id", "no asset that had this id was merged into this one by hand")
        }
        (Refused::NotKept, _) => Problem::invalid("alias", "this asset does not hold that alias"),
        (Refused::NotMerged, _) => Problem::new(409, "nothing_to_unmerge", "There is nothing to take apart")
            .detail("only what a person merged, or an alias beside the asset's own id, can be taken out"),
    }
}

/// The ids that roots had whenever they were merged, the latest merging first.
fn recorded_ids(decisions: &[DecisionRow]) -> Vec<(Root, String)> {
    let mut ids = Vec::new();
    for one in decisions.iter().filter(|one| one.family == "identity" && one.verdict == "same") {
        let body: Value = serde_json::from_str(&one.body).unwrap_or_default();
        for (root, id) in body.get("ids").and_then(Value::as_object).into_iter().flatten() {
            ids.extend(id.as_str().map(|id| (root.clone(), id.to_owned())));
        }
    }
    ids
}

/// An id can come back only if it leads here: it may have become another asset's since.
fn read_ids(call: Call, part: Part, merged: Merged, tries: u32) -> Step<Response> {
    let asked = set_of(merged.ids.iter().map(|(_, id)| id.clone()));
    let statement = ids_leading_to(call.owner.id, &asked, &merged.found.row.id);
    Step::read(vec![statement], move |rows, now| match rows_at(&rows, 0).and_then(Rows::parse::<IdRow>) {
        Ok(leading) => {
            let leading = set_of(leading.into_iter().map(|row| row.id));
            commit(call, part, merged, &leading, tries, now)
        }
        Err(error) => Step::End(Response::broken(&error)),
    })
}

fn commit(
    call: Call,
    part: Part,
    merged: Merged,
    leading: &BTreeSet<String>,
    tries: u32,
    now: NowMs,
) -> Step<Response> {
    let decisions = decisions(&call, merged.pairs, "different", "{}", now);
    let intake = Intake {
        owner: call.owner.id,
        decisions: decisions.clone(),
        returning: returning(merged.ids, &merged.roots, leading),
        ..Intake::default()
    };
    let (found, roots) = (merged.found, merged.roots);
    take_in(intake, move |taken, _| {
        if has_changed(&taken, &found.row) {
            return again(call, part, tries);
        }
        let answer = render(&found, &roots, &taken);
        let mut plan = Plan { statements: taken.statements, sends: taken.sends };
        plan.statements.push(insert_decisions(call.owner.id, &decisions));
        Step::commit(plan, move |committed, _| match committed {
            Committed::Done => Step::End(answer),
            _ => again(call, part, tries),
        })
    })
}

/// Which root is to have which id again. Of several ids of one root the first merging knows its own, and that is the
/// last of the list; an id that a source and the real thing had one after the other is the real thing's.
fn returning(
    recorded: Vec<(Root, String)>,
    roots: &BTreeSet<Root>,
    leading: &BTreeSet<String>,
) -> BTreeMap<Root, String> {
    let usable = recorded.into_iter().filter(|(root, id)| roots.contains(root) && leading.contains(id));
    let by_root = map_of(usable);
    let heir = |id: &String| {
        let heirs = by_root.iter().filter(|(_, had)| *had == id).map(|(root, _)| root.clone());
        canonical(&set_of(heirs)).cloned()
    };
    map_of(
        by_root
            .iter()
            .filter(|(root, id)| heir(id).as_ref() == Some(root))
            .map(|(root, id)| (root.clone(), id.clone())),
    )
}

fn again(call: Call, part: Part, tries: u32) -> Step<Response> {
    if tries >= MAX_TRIES {
        return Step::End(Problem::busy().into());
    }
    decide(call, part, tries + 1)
}

/// Which assets the roots belong to now, the one that was asked about first.
fn render(found: &Found, roots: &BTreeSet<Root>, taken: &Taken) -> Response {
    let mut parts: BTreeMap<&str, BTreeSet<Root>> = BTreeMap::new();
    for root in roots {
        if let Some(asset) = taken.settled.holders.get(root) {
            parts.entry(asset).or_default().insert(root.clone());
        }
    }
    let shown: Vec<Value> = parts
        .iter()
        .map(|(id, roots)| {
            let root = canonical(roots);
            let provider_asset_id = root.and_then(|root| provider_asset_id(root));
            json!({ "id": id, "root": root, "provider_asset_id": provider_asset_id, "roots": roots })
        })
        .collect();
    Response::json(200, &json!({ "asset_id": found.row.id, "assets": shown }))
}
