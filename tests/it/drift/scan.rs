//! Scans: what they cost, that a second one changes nothing, and that what they find does not depend on the road.

use std::collections::BTreeSet;

use driftline::core::api::request::Method;
use driftline::core::facts::Context;
use driftline::core::inventory::intake::{Broken, Intake, Sources, Taken, take_in};
use driftline::core::inventory::observe::Sighting;
use driftline::core::inventory::world::Incoming;
use driftline::core::media::{Api, Feed, MediaType};
use driftline::core::payload::{reading_digest, shape};
use driftline::core::providers::extract_in;
use driftline::core::statement::{BadRows, Plan};
use driftline::core::step::Step;
use serde_json::{Value, json};

use super::harness::{library, open, scan, scan_traced, show, written};
use crate::library::{ACCOUNT, Library, clip, clip_from, extended};
use crate::openapi::assert_told;
use crate::support::drive::drive_alone;
use crate::world::{Dice, play, world};

fn rows(library: &Library) -> Vec<Value> {
    library.db.query("SELECT * FROM drift ORDER BY id")
}

/// Sixty assets, some of which disagree.
fn sixty() -> Library {
    let mut library = library();
    let clips: Vec<Value> = (1..=60)
        .map(|id| match id % 10 {
            3 => clip_from(id, ""),
            7 => extended(id, 1),
            _ => clip(id, 1),
        })
        .collect();
    show(&mut library, Feed::Listing, &clips);
    let mut detail = clip(1, 1);
    detail["output_width"] = json!(1280);
    library.now += 1;
    show(&mut library, Feed::Detail, &[detail]);
    library.db.execute("UPDATE assets SET status = 'failed' WHERE provider_asset_id = '20'");
    library
}

#[test]
fn a_second_scan_writes_nothing_but_its_own_job() {
    let mut library = sixty();
    library.now += 1;
    let (first, _) = scan_traced(&mut library, &json!({}));
    assert_eq!(first["found"], json!({ "field_disagrees": 1, "lineage_missing": 6, "recompute_differs": 1 }));
    assert_eq!((&first["state"], &first["done"], &first["total"]), (&json!("done"), &json!(60), &json!(60)));
    let before = rows(&library);
    assert_eq!(before.len(), 8);
    library.now += 1;
    let at = written(&library);
    let (second, steps) = scan_traced(&mut library, &json!({}));
    assert_eq!(second["found"], first["found"]);
    assert_eq!(rows(&library), before);
    // One row inserted, one updated a step; the harness renames it.
    assert_eq!(written(&library) - at, 1 + i64::try_from(steps.len()).unwrap() + 1);
}

#[test]
fn a_step_of_a_scan_stays_far_below_what_an_invocation_may_ask() {
    let mut library = sixty();
    let (_, steps) = scan_traced(&mut library, &json!({}));
    assert_eq!(steps.len(), 3, "25, 25, 10");
    for step in &steps {
        assert!(step.statements <= 20 && step.round_trips <= 7, "{step:?}");
    }
}

#[test]
fn kinds_and_ids_narrow_a_scan() {
    let mut library = sixty();
    library.db.execute("DELETE FROM drift");
    let by_kind = scan(&mut library, &json!({ "kinds": ["recompute_differs"] }));
    assert_eq!(
        (&by_kind["found"], open(&library)),
        (&json!({ "recompute_differs": 1 }), vec!["recompute_differs row".to_owned()])
    );
    let ids = [library.id_of("3"), library.id_of("20"), "ast_nobody".to_owned()];
    let by_id = scan(&mut library, &json!({ "asset_ids": ids }));
    assert_eq!((&by_id["done"], &by_id["total"], &by_id["not_found"]), (&json!(3), &json!(3), &json!(1)));
    assert_eq!(open(&library), ["lineage_missing", "recompute_differs row"]);
}

#[test]
fn what_a_scan_cannot_do_is_refused() {
    let mut library = library();
    for (body, parameter) in [
        (json!({ "kinds": ["schema_changed"] }), "kinds"),
        (json!({ "kinds": "recompute_differs" }), "kinds"),
        (json!({ "asset_ids": [] }), "asset_ids"),
        (json!({ "asset_ids": [5] }), "asset_ids"),
        (json!({ "assets": ["ast_1"] }), "assets"),
    ] {
        let answer = library.request("one", Method::Post, "/drift/scan", &body, &[]);
        assert_eq!((answer.status, &answer.body["parameter"]), (422, &json!(parameter)), "{body}");
    }
    assert_eq!(library.get("/drift/scan/job_none").status, 404);
}

#[test]
fn an_empty_inventory_is_scanned_at_once() {
    let mut library = library();
    let (done, steps) = scan_traced(&mut library, &json!({}));
    assert_eq!((&done["state"], &done["done"], steps.len()), (&json!("done"), &json!(0), 1));
}

#[test]
fn another_owners_assets_are_not_looked_at() {
    let mut library = sixty();
    let theirs = library.id_of("20");
    library.db.execute("DELETE FROM drift");
    let answer = library.request("two", Method::Post, "/drift/scan", &json!({ "asset_ids": [theirs] }), &[]);
    assert_eq!(answer.status, 202);
    let step = driftline::core::jobs::deliver(driftline::core::statement::Message {
        job: answer.body["id"].as_str().unwrap().to_owned(),
        step: 0,
    });
    drive_alone(&mut library.db, library.now, step);
    assert_eq!(rows(&library), Vec::<Value>::new());
    let location = answer.headers["location"].strip_prefix("/api/v1").unwrap();
    assert_eq!(library.get(location).status, 404);
}

#[test]
fn a_closed_finding_opens_again_when_its_cause_comes_back() {
    let mut library = library();
    show(&mut library, Feed::Listing, &[clip(1, 1)]);
    let spoil = "UPDATE assets SET status = 'failed'";
    library.db.execute(spoil);
    scan(&mut library, &json!({}));
    library.db.execute("UPDATE assets SET status = 'completed'");
    library.now += 1;
    scan(&mut library, &json!({}));
    assert_eq!(
        library.db.query("SELECT state, closed_ms FROM drift"),
        [json!({ "state": "closed", "closed_ms": library.now })]
    );
    library.db.execute(spoil);
    scan(&mut library, &json!({}));
    assert_eq!(
        library.db.query("SELECT state, closed_ms, resolution FROM drift"),
        [json!({ "state": "open", "closed_ms": null, "resolution": null })]
    );
}

struct Planned(Vec<&'static str>);

impl Broken for Planned {
    fn broken(error: &BadRows) -> Self {
        panic!("the rows are readable: {error}")
    }
}

/// The statements that a page of these clips plans.
fn planned(library: &mut Library, clips: &[Value]) -> Vec<&'static str> {
    let incoming = clips.iter().map(|clip| {
        let text = clip.to_string();
        let context = Context { media_type: MediaType::Video, api: Some(Api::Library), making: None };
        let facts = extract_in("pixverse", context, &text).unwrap();
        let digest = reading_digest(&facts, &shape(clip));
        let seen = Sighting::once(Feed::Listing, ACCOUNT.to_owned(), library.now);
        Incoming { provider_id: "pixverse".into(), facts, digest, payload: text, seen }
    });
    let intake =
        Intake { owner: 1, incoming: incoming.collect(), sources: Sources::All, ..Intake::default() };
    let step = take_in(intake, |taken: Taken, _| {
        let names = taken.statements.iter().map(|one| one.name).collect();
        Step::commit(Plan { statements: taken.statements, sends: Vec::new() }, |_, _| {
            Step::End(Planned(names))
        })
    });
    drive_alone(&mut library.db, library.now, step).0.0
}

#[test]
fn a_page_without_findings_costs_no_statement() {
    let mut library = library();
    let clips: Vec<Value> =
        (1..=50).map(|id| if id % 2 == 0 { clip_from(id, "upload/a.png") } else { clip(id, 1) }).collect();
    let new = planned(&mut library, &clips);
    assert_eq!(new, ["guard", "insert_observations", "upsert_claims", "upsert_assets", "insert_edges"]);
    library.now += 1;
    assert_eq!(planned(&mut library, &clips), ["guard"]);
    let mut changed = clips;
    changed[0]["output_width"] = json!(1280);
    let changed = planned(&mut library, &changed);
    assert_eq!(changed.last(), Some(&"close_drift"), "of known assets, what is gone is closed: {changed:?}");
}

/// A random world as a library: its rows are those of many steps in any order.
fn random(seed: u64) -> Library {
    let mut dice = Dice::new(seed);
    let events = world(&mut dice, 8);
    let db = play(&events, &mut dice);
    db.execute(
        "INSERT INTO owners VALUES (1, 'one', 1, 0);
         INSERT INTO tokens VALUES ('tok_1', 1, 'one', 't', 0, NULL)",
    );
    Library { db, now: 5_000 }
}

#[test]
fn rows_that_steps_have_written_are_the_fold_whatever_the_order() {
    for seed in 0..300 {
        let mut library = random(seed);
        let done = scan(&mut library, &json!({ "kinds": ["recompute_differs"] }));
        assert_eq!(
            done["found"],
            json!({}),
            "seed {seed}: {:#?}",
            library.db.query("SELECT evidence FROM drift")
        );
    }
}

#[test]
fn open_findings_follow_from_what_is_stored() {
    let open = |library: &Library| -> BTreeSet<String> {
        let rows =
            library.db.query("SELECT kind, subject, part, evidence_digest FROM drift WHERE state = 'open'");
        rows.iter().map(Value::to_string).collect()
    };
    let mut found = 0;
    for seed in 0..300 {
        let mut library = random(seed);
        let while_ingesting = open(&library);
        scan(&mut library, &json!({}));
        let known = open(&library);
        library.db.execute("DELETE FROM drift");
        scan(&mut library, &json!({}));
        let afresh = open(&library);
        assert_eq!(known, afresh, "seed {seed}");
        assert_eq!(
            while_ingesting.difference(&afresh).collect::<Vec<_>>(),
            Vec::<&String>::new(),
            "seed {seed}"
        );
        let late: Vec<&String> = afresh.difference(&while_ingesting).collect();
        // Whether two lists lead to the same assets may take aliases that the step did not read.
        assert!(late.iter().all(|one| one.contains("lineage_disagrees")), "seed {seed}: {late:?}");
        found += afresh.len();
    }
    assert!(found > 100, "{found} findings in worlds that are made to disagree");
}

#[test]
fn a_scan_is_also_told_as_a_job_with_pages() {
    let mut library = library();
    let mut odd = clip(1, 1);
    odd["video_status"] = json!(42);
    show(&mut library, Feed::Listing, &[odd, clip(2, 1)]);
    let answer = library.request("one", Method::Post, "/drift/scan", &json!({}), &[]);
    let path = format!("/jobs/{}", answer.body["id"].as_str().unwrap());
    let begun = library.ok(&path);
    assert_eq!(
        (&begun["kind"], &begun["state"], &begun["ended_at"]),
        (&json!("drift_scan"), &json!("active"), &Value::Null)
    );
    assert_eq!(begun["counts"], json!({ "total": 2, "done": 0, "not_found": 0 }));
    library.db.execute("DELETE FROM jobs");
    scan(&mut library, &json!({}));
    let id = library.db.query("SELECT id FROM jobs")[0]["id"].as_str().unwrap().to_owned();
    let done = library.ok(&format!("/jobs/{id}"));
    assert_told("get_job", 200, &done);
    assert_eq!((&done["state"], &done["counts"]["done"]), (&json!("done"), &json!(2)));
    assert_eq!(done["reasons"], json!({ "status_unknown": 1 }));
    assert!(done["ended_at"].is_string());
}
