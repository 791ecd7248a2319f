//! `GET /assets/{id}/explain`: for everything that is believed of an asset, who said it, by which rule it was chosen,
//! and what was passed over. The choice is the fold's own; each part of the answer has its own file.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::core::api::asset_view::View;
use crate::core::api::found::{Found, end, with_asset};
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::gather::{map_of, set_of};
use crate::core::inventory::fold::choice::{Candidate, candidates, first_record};
use crate::core::inventory::fold::{Folded, Member, fold};
use crate::core::inventory::intake::{Broken as _, learn};
use crate::core::inventory::world::World;
use crate::core::paths::Paths;
use crate::core::row::row;
use crate::core::sql::{assets, explain as sql, inventory};
use crate::core::statement::{BadRows, Rows, Statement, rows_at};
use crate::core::step::{NowMs, Step};

mod decided;
mod fields;
mod identity;
mod lineage;

/// How many observations are read; an asset has a handful.
const OBSERVATIONS: u32 = 200;
/// How much payload is read for them, in characters, give or take one payload.
const PAYLOAD_CHARS: i64 = 4_000_000;
/// How many edges and decisions are read.
const EDGES: u32 = 1_000;
const DECISIONS: u32 = 500;

/// Members of the stored fields that the fold adds to those of its groups; they are explained by parts of their own.
const APART: [&str; 4] = ["feeds", "accounts", "accounts_inherited", "lineage_reason"];

/// All that an explanation is made from.
struct Told {
    call: Call,
    found: Found,
    roots: BTreeSet<String>,
    world: World,
    decisions: Vec<decided::DecisionRow>,
    edges: Vec<lineage::EdgeRow>,
    /// The assets of other roots that claim an alias of this one.
    others: BTreeMap<String, String>,
    is_complete: bool,
    /// Where each payload that was read says what, by root and digest.
    paths: BTreeMap<(String, String), Paths>,
}

row! {
    /// The keys of an observation, for counting what was read.
    struct ReadRow {
        payload: String,
    }
}

row! {
    struct HolderRow {
        root: String,
        asset: String,
    }
}

/// Answers with the reasons for everything that is believed of one asset.
#[must_use]
pub fn explain(call: Call, _now: NowMs) -> Step<Response> {
    with_asset(call, |call, found, _| {
        let roots: BTreeSet<String> = serde_json::from_str(&found.row.roots).unwrap_or_default();
        Step::read(statements(call.owner.id, &found, &roots), move |rows, _| {
            match Told::read(call, found, roots, &rows) {
                Ok(told) => with_other_claimants(told),
                Err(error) => Step::End(Response::broken(&error)),
            }
        })
    })
}

fn statements(owner: i64, found: &Found, roots: &BTreeSet<String>) -> Vec<Statement> {
    let held = found.row.roots.as_str();
    vec![
        inventory::near(owner, roots, assets::LAST_MS),
        assets::observations_page(owner, held, ("", ""), OBSERVATIONS + 1, PAYLOAD_CHARS),
        sql::decisions_about(owner, held, DECISIONS + 1),
        sql::edges_told(owner, held, EDGES + 1),
    ]
}

impl Told {
    fn read(call: Call, found: Found, roots: BTreeSet<String>, rows: &[Rows]) -> Result<Self, BadRows> {
        let mut world = World::load(call.owner.id, &roots, rows)?;
        learn(&mut world, rows_at(rows, 1)?)?;
        let read = rows_at(rows, 1)?.parse::<ReadRow>()?;
        let size: usize = read.iter().map(|row| row.payload.len()).sum();
        let is_complete =
            !is_cut(&read, OBSERVATIONS) && size < usize::try_from(PAYLOAD_CHARS).unwrap_or(usize::MAX);
        Ok(Self {
            decisions: rows_at(rows, 2)?.parse()?,
            edges: rows_at(rows, 3)?.parse()?,
            others: BTreeMap::new(),
            paths: paths_of(&world),
            call,
            found,
            roots,
            world,
            is_complete,
        })
    }

    /// Where a candidate's payload gives these parts.
    fn paths_in(&self, one: &Candidate<'_>, parts: &[&str]) -> Value {
        let paths = self.paths.get(&(one.root.clone(), one.digest.to_owned()));
        parts.iter().flat_map(|part| paths.map(|paths| paths.of(part)).unwrap_or_default()).collect()
    }

    /// Roots of other assets that claim what this one lists.
    fn other_claimants(&self) -> BTreeSet<String> {
        let listed = self.roots.iter().flat_map(|root| self.world.claims.listed(root));
        let mut others = BTreeSet::new();
        for (_, alias) in listed {
            others.extend(self.world.claims.claimants(&alias).map(ToOwned::to_owned));
        }
        others.retain(|root| !self.roots.contains(root));
        others
    }
}

fn paths_of(world: &World) -> BTreeMap<(String, String), Paths> {
    let contents = world.roots.iter().flat_map(|(root, state)| {
        state.observations.iter().map(move |(digest, observed)| (root, digest, observed))
    });
    map_of(contents.map(|(root, digest, observed)| ((root.clone(), digest.clone()), observed.paths())))
}

fn is_cut<T>(rows: &[T], most: u32) -> bool {
    rows.len() > usize::try_from(most).unwrap_or(usize::MAX)
}

/// A contested alias is worth little without the asset that claims it too.
fn with_other_claimants(mut told: Told) -> Step<Response> {
    let others = told.other_claimants();
    if others.is_empty() {
        return end(render(&told));
    }
    let statement = sql::assets_of_roots(told.call.owner.id, &others);
    Step::read(vec![statement], move |rows, _| {
        let holders = rows_at(&rows, 0).and_then(Rows::parse::<HolderRow>);
        end(holders.and_then(|holders| {
            told.others = map_of(holders.into_iter().map(|row| (row.root, row.asset)));
            render(&told)
        }))
    })
}

fn render(told: &Told) -> Result<Response, BadRows> {
    let members = told.world.members(&told.roots);
    let candidates = candidates(&members);
    let folded = fold(&members);
    let view = View::new(&told.found.row, &told.found.accounts)?;
    let mut body = Map::new();
    let mut put = |name: &str, value: Value| body.insert(name.to_owned(), value);
    put("asset_id", told.found.row.id.clone().into());
    put("complete", told.is_complete.into());
    put("agrees_with_stored", told.is_complete.then(|| view.agrees(&folded)).into());
    put("observations", fields::render_observations(told, &members));
    put("fields", fields::render_fields(told, &candidates, &members));
    put("media_type", fields::render_media_type(told, &candidates));
    put("origin", render_origin(told, &members));
    put("accounts", render_accounts(told, &folded, &view));
    put("source_generation_id", render_generation(told, &candidates));
    put("identity", identity::render(told, &candidates));
    put("lineage", lineage::render(told, &candidates, &view));
    put("removed", decided::render_removed(told));
    put("decisions", decided::render_all(told));
    put("decisions_complete", (!is_cut(&told.decisions, DECISIONS)).into());
    let response =
        told.found.located(Response::json(200, &Value::Object(body)), told.call.param("id"), "/explain");
    Ok(response.with_etag(told.call.header("if-none-match")))
}

impl View<'_> {
    /// Whether a fold of the stored payloads comes to what is stored.
    fn agrees(&self, folded: &Folded) -> bool {
        let mut stored = self.folded_fields().clone();
        stored.retain(|name, _| !APART.contains(&name.as_str()));
        stored == folded.fields && self.is_lineage(&folded.lineage)
    }
}

/// The id under which an observation is shown everywhere.
fn observation_id(digest: &str) -> String {
    format!("obs_{digest}")
}

fn render_origin(told: &Told, members: &[Member<'_>]) -> Value {
    let mut by_feed: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (digest, observed) in members.iter().flat_map(|member| &member.observations) {
        for feed in set_of(observed.seen.iter().map(|seen| seen.0)) {
            by_feed.entry(feed.as_str()).or_default().push(observation_id(digest));
        }
    }
    if members.iter().any(|member| member.referenced.is_some()) {
        by_feed.entry("referenced").or_default();
    }
    json!({ "value": told.found.row.origin, "rule": "set_of_feeds", "observations_by_feed": by_feed })
}

fn render_accounts(told: &Told, folded: &Folded, view: &View<'_>) -> Value {
    json!({
        "provider_account_id": view.account_id(told.found.row.account.as_deref()),
        "rule": if folded.inherited { "those_of_its_children" } else { "those_that_showed_it" },
        "accounts": view.account_list(),
    })
}

fn render_generation(told: &Told, candidates: &[Candidate<'_>]) -> Value {
    json!({
        "value": told.found.row.source_generation_id,
        "rule": "first_request_record",
        "chosen": first_record(candidates).map(|one| fields::render_said(told, one, &["generation_id"])),
    })
}
