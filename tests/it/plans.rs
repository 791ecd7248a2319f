//! What each fixture writes into an empty inventory: the plan, as the names of its statements with the rows that each
//! carries. A fixture that suddenly costs more, or loses an edge, shows here.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use driftline::core::inventory::intake::{Broken, Intake, Sources, Taken, take_in};
use driftline::core::jobs::read_row::read_row;
use driftline::core::media::{Making, MediaType};
use driftline::core::providers::pixverse::listing::Listing;
use driftline::core::statement::{BadRows, Param, Statement};
use driftline::core::step::Step;
use serde_json::Value;

use crate::support::db::Db;
use crate::support::drive::drive_alone;

struct Planned(Vec<String>);

impl Broken for Planned {
    fn broken(error: &BadRows) -> Self {
        panic!("an empty inventory has readable rows: {error}")
    }
}

fn media_type(name: &str) -> MediaType {
    let kind = name.split('-').next().and_then(MediaType::parse);
    kind.unwrap_or(MediaType::Video)
}

/// The statement's name with the rows of its array; the guard's arrays are what was read.
fn told(statement: &Statement) -> String {
    let rows = statement.params.iter().filter_map(|param| match param {
        Param::Text(text) => serde_json::from_str::<Vec<Value>>(text).ok().map(|rows| rows.len()),
        Param::Null | Param::Int(_) => None,
    });
    format!("{} {}", statement.name, rows.sum::<usize>())
}

fn plan_of(name: &str, payload: &str) -> Vec<String> {
    let listing = Listing { media_type: media_type(name), making: Making::Created };
    let incoming = match read_row(listing, "pixverse:library:1:0", payload, 1_000) {
        Ok(incoming) => incoming,
        Err(unreadable) => return vec![format!("quarantined {}", unreadable.reason)],
    };
    let intake = Intake { owner: 1, incoming: vec![incoming], sources: Sources::All, ..Intake::default() };
    let step =
        take_in(intake, |taken: Taken, _| Step::End(Planned(taken.statements.iter().map(told).collect())));
    drive_alone(&mut Db::new(), 1_000, step).0.0
}

#[test]
fn every_fixture_plans_what_it_did() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/pixverse");
    let mut plans = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("the fixtures") {
        let path = entry.expect("a fixture").path();
        let name = path.file_stem().and_then(|name| name.to_str()).expect("a name").to_owned();
        let payload = fs::read_to_string(&path).expect("a readable fixture");
        plans.insert(name.clone(), plan_of(&name, &payload).join(", "));
    }
    assert!(plans.len() > 100, "{} fixtures", plans.len());
    insta::with_settings!({ snapshot_path => "../snapshots/plans", prepend_module_to_snapshot => false }, {
        insta::assert_json_snapshot!("plans", plans);
    });
}
