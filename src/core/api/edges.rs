//! `POST` and `DELETE /assets/{id}/edges`: what a person says about a parent. It is recorded as a decision about two
//! roots, stands beside what payloads say, and no refresh touches it.

use serde::Deserialize;
use serde_json::json;

use crate::core::api::found::{Found, with_asset};
use crate::core::api::problem::Problem;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::inventory::intake::{Broken as _, Intake, take_in};
use crate::core::inventory::world::{Decision, Family};
use crate::core::media::Relation;
use crate::core::row::row;
use crate::core::sql::assets::{AssetRow, asset_by_id};
use crate::core::sql::decisions::insert_decisions;
use crate::core::sql::lineage::{HandEdge, delete_hand_edges, edges_of_child, insert_hand_edge};
use crate::core::statement::{BadRows, Plan, Rows, rows_at};
use crate::core::step::{Committed, MAX_TRIES, NowMs, Step};

/// The highest position that can be asked for; provider lists are far shorter.
const MAX_POSITION: u32 = 9_999;

/// Where denials stand, out of the way of positions: a row of the table needs one.
const DENIALS: i64 = 1_000_000;

/// What a person says.
#[derive(Clone)]
struct Said {
    parent_id: String,
    verdict: Verdict,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Edge { relation: Relation, position: Option<u32> },
    NoEdge,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AddBody {
    parent_id: String,
    relation: Relation,
    position: Option<u32>,
}

#[derive(Deserialize)]
struct RemoveBody {
    parent_id: Option<String>,
}

row! {
    /// An edge of the child, as stored, with the parent's asset.
    struct StoredEdge {
        child: String,
        slot: i64,
        relation: String,
        evidence: String,
        denied: i64,
        parent_asset: String,
    }
}

impl StoredEdge {
    fn is_by_hand(&self) -> bool {
        self.evidence == "by_hand"
    }
}

/// Everything that a decision about a pair rests on.
struct Pair {
    child: Found,
    parent: AssetRow,
    edges: Vec<StoredEdge>,
}

/// Says that one asset was made from another.
#[must_use]
pub fn add(call: Call, _now: NowMs) -> Step<Response> {
    let body = match call.body::<AddBody>() {
        Ok(body) => body,
        Err(response) => return Step::End(response),
    };
    if body.position.is_some_and(|position| position > MAX_POSITION) {
        let detail = format!("it must be a whole number from 0 to {MAX_POSITION}");
        return Step::End(Problem::invalid("position", detail).into());
    }
    let verdict = Verdict::Edge { relation: body.relation, position: body.position };
    decide(call, Said { parent_id: body.parent_id, verdict }, 1)
}

/// Says that one asset was not made from another, whatever payloads say.
#[must_use]
pub fn remove(call: Call, _now: NowMs) -> Step<Response> {
    let body = match call.body::<RemoveBody>() {
        Ok(body) => body,
        Err(response) => return Step::End(response),
    };
    match call.query("parent_id").map(ToOwned::to_owned).or(body.parent_id) {
        Some(parent_id) => decide(call, Said { parent_id, verdict: Verdict::NoEdge }, 1),
        None => Step::End(Problem::invalid("parent_id", "say which parent, in the query or the body").into()),
    }
}

fn decide(call: Call, said: Said, tries: u32) -> Step<Response> {
    with_asset(call, move |call, child, _| {
        let owner = call.owner.id;
        let statements = vec![
            asset_by_id(owner, &child.row.id),
            asset_by_id(owner, &said.parent_id),
            edges_of_child(owner, &child.row.id),
        ];
        Step::read(statements, move |rows, now| match pair(child, &rows) {
            Ok(Some(pair)) => answer(call, said, pair, tries, now),
            Ok(None) => Step::End(Problem::not_found("asset", &said.parent_id).into()),
            Err(error) => Step::End(Response::broken(&error)),
        })
    })
}

/// The child is read again together with its edges: what is decided must rest on one state of both.
fn pair(mut child: Found, rows: &[Rows]) -> Result<Option<Pair>, BadRows> {
    let edges = rows_at(rows, 2)?.parse::<StoredEdge>()?;
    let parent = rows_at(rows, 1)?.first::<AssetRow>()?;
    let again = rows_at(rows, 0)?.first::<AssetRow>()?;
    let (Some(parent), Some(again)) = (parent, again) else { return Ok(None) };
    child.row = again;
    Ok(Some(Pair { child, parent, edges }))
}

fn answer(call: Call, said: Said, pair: Pair, tries: u32, now: NowMs) -> Step<Response> {
    if pair.child.row.id == pair.parent.id {
        let detail = "an asset is no parent of its own";
        return Step::End(Problem::invalid("parent_id", detail).into());
    }
    match said.verdict {
        Verdict::Edge { relation, position } => match pair.new_edge(relation, position) {
            Ok(edge) if pair.has_by_hand(&edge) => Step::End(render(200, &pair, &edge)),
            Ok(edge) => commit(call, said, pair, edge, tries, now),
            Err(problem) => Step::End(problem.into()),
        },
        Verdict::NoEdge if pair.is_denied() => Step::End(Response::no_content()),
        Verdict::NoEdge => match pair.denial() {
            Some(edge) => commit(call, said, pair, edge, tries, now),
            None => Step::End(Problem::not_found("parent of this asset", &said.parent_id).into()),
        },
    }
}

impl Pair {
    fn of_parent(&self) -> impl Iterator<Item = &StoredEdge> {
        self.edges.iter().filter(|edge| edge.parent_asset == self.parent.id)
    }

    fn by_hand_of_parent(&self) -> impl Iterator<Item = &StoredEdge> {
        self.of_parent().filter(|edge| edge.is_by_hand())
    }

    fn is_denied(&self) -> bool {
        self.by_hand_of_parent().any(|edge| edge.denied == 1)
    }

    fn has_by_hand(&self, new: &HandEdge) -> bool {
        self.by_hand_of_parent()
            .any(|edge| edge.denied == 0 && edge.slot == new.slot && edge.relation == new.relation)
    }

    /// The edge that a person asks for. Without a position it takes the one that a payload, or the person before, gave
    /// this parent, so that it confirms an edge instead of doubling it.
    fn new_edge(&self, relation: Relation, position: Option<u32>) -> Result<HandEdge, Problem> {
        let slot = match position.map(i64::from) {
            Some(slot) => match self.holder_by_hand(slot) {
                None => slot,
                Some(holder) => return Err(position_taken(slot, holder)),
            },
            None => {
                let mut same = self.of_parent().filter(|edge| edge.denied == 0);
                let known = same.find(|edge| edge.relation == relation.as_str()).map(|edge| edge.slot);
                known.filter(|slot| self.holder_by_hand(*slot).is_none()).unwrap_or_else(|| self.free_slot(0))
            }
        };
        Ok(self.hand_edge(slot, relation.as_str(), false))
    }

    /// Another parent that a person gave this position.
    fn holder_by_hand(&self, slot: i64) -> Option<&str> {
        let mut held = self.edges.iter().filter(|edge| edge.is_by_hand() && edge.slot == slot);
        held.find(|edge| edge.parent_asset != self.parent.id).map(|edge| edge.parent_asset.as_str())
    }

    /// The row that hides an edge; `None` when there is nothing to hide.
    fn denial(&self) -> Option<HandEdge> {
        let known = self.of_parent().next()?;
        Some(self.hand_edge(self.free_slot(DENIALS), &known.relation, true))
    }

    fn hand_edge(&self, slot: i64, relation: &str, denied: bool) -> HandEdge {
        HandEdge {
            child: self.child.row.root.clone(),
            slot,
            parent: self.parent.root.clone(),
            relation: relation.to_owned(),
            operation: self.child.row.operation.clone(),
            denied,
        }
    }

    /// Behind every slot that the child's edges have, from `first` on.
    fn free_slot(&self, first: i64) -> i64 {
        let used =
            self.edges.iter().map(|edge| edge.slot).filter(|slot| (*slot < DENIALS) == (first < DENIALS));
        used.max().map_or(first, |slot| slot + 1)
    }

    fn decision(&self, said: &Said, edge: &HandEdge, author: &str, now: NowMs) -> Decision {
        Decision {
            alias: self.child.row.root.clone(),
            family: Family::Edge,
            other: self.parent.root.clone(),
            at_ms: now,
            verdict: if said.verdict == Verdict::NoEdge { "no_edge" } else { "edge" },
            author: author.to_owned(),
            body: json!({ "relation": edge.relation, "slot": edge.slot, "operation": edge.operation })
                .to_string(),
        }
    }
}

fn position_taken(slot: i64, holder: &str) -> Problem {
    Problem::new(409, "position_taken", "Another parent has that position by hand")
        .detail(format!("position {slot} is held by {holder}; leave it out to append"))
        .member("parent_id", holder)
}

fn commit(call: Call, said: Said, pair: Pair, edge: HandEdge, tries: u32, now: NowMs) -> Step<Response> {
    let owner = call.owner.id;
    let decisions = vec![pair.decision(&said, &edge, &call.owner.token_id, now)];
    let intake = Intake { owner, decisions: decisions.clone(), ..Intake::default() };
    take_in(intake, move |taken, _| {
        let row = taken.world.assets.get(&pair.child.row.id);
        if row.is_none_or(|row| row.version != pair.child.row.version) {
            return again(call, said, tries);
        }
        let replaced: Vec<(String, i64)> =
            pair.by_hand_of_parent().map(|old| (old.child.clone(), old.slot)).collect();
        let mut plan = Plan { statements: taken.statements, sends: taken.sends };
        plan.statements.push(insert_decisions(owner, &decisions));
        plan.statements.push(delete_hand_edges(owner, &replaced));
        plan.statements.push(insert_hand_edge(owner, &edge));
        Step::commit(plan, move |committed, _| match committed {
            Committed::Done if edge.denied => Step::End(Response::no_content()),
            Committed::Done => Step::End(render(201, &pair, &edge)),
            _ => again(call, said, tries),
        })
    })
}

fn again(call: Call, said: Said, tries: u32) -> Step<Response> {
    if tries >= MAX_TRIES {
        return Step::End(Problem::busy().into());
    }
    decide(call, said, tries + 1)
}

fn render(status: u16, pair: &Pair, edge: &HandEdge) -> Response {
    let body = json!({
        "child": pair.child.row.id,
        "parent": pair.parent.id,
        "relation": edge.relation,
        "operation": edge.operation,
        "position": edge.slot,
        "evidence": null,
        "by_hand": true,
    });
    Response::json(status, &body)
}
