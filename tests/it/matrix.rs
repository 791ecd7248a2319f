//! Every route against every stranger. The table of routes says what there is; `rows` says for each of them what is
//! another owner's to name in it. A route without a row fails here.

mod rows;
mod worlds;

use std::collections::{BTreeMap, BTreeSet};

use driftline::core::api::request::{Bearer, Method};
use driftline::core::api::response::Response;
use driftline::core::api::routes::{Handler, ROUTES, Route};
use serde_json::Value;

use self::rows::{OPEN_TO_ANYONE, ROWS, Row, Who};
use self::worlds::World;

const METHODS: [Method; 4] = [Method::Get, Method::Post, Method::Patch, Method::Delete];

fn routes() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().copied().flatten()
}

fn route_of(row: &Row) -> &'static Route {
    routes().find(|route| route.operation_id == row.operation).expect(row.operation)
}

/// The paths of a row, one for each thing that it names.
fn paths(row: &Row, world: &World) -> Vec<String> {
    let template = route_of(row).path.replace("{provider_id}", "pixverse");
    let each = world.named(row.thing).into_iter();
    each.map(|id| {
        world.filled(&template.replace("{id}", &id).replace("{account}", &id)) + &world.filled(row.query)
    })
    .collect()
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers.iter().find(|(one, _)| *one == name).map(|(_, value)| value.as_str())
}

#[test]
fn every_route_has_its_row() {
    for route in routes() {
        let mut rows = ROWS.iter().filter(|row| row.operation == route.operation_id);
        let fits = |row: &Row| match (route.handler, row.who) {
            (Handler::Public(_), Who::Anyone) | (Handler::Admin(_), Who::Admin) => true,
            (Handler::Owned(_), Who::Stranger) => true,
            (Handler::Owned(_), Who::Reader | Who::Writer) => !route.path.contains('{'),
            _ => false,
        };
        assert!(
            rows.any(fits),
            "no row in tests/it/matrix/rows.rs for {} {}",
            route.operation_id,
            route.path
        );
    }
    for row in ROWS {
        let names_one = ["{id}", "{account}"].iter().any(|name| route_of(row).path.contains(name));
        assert_eq!(row.thing.is_empty(), !names_one, "{}", row.operation);
    }
}

#[test]
fn the_one_who_has_everything_has_it_in_every_table() {
    let world = World::new();
    let (everything, anns) = (world.worker.dump(), world.tables_of("ann"));
    let without: Vec<_> = everything.keys().filter(|table| !anns.contains_key(*table)).collect();
    assert_eq!(without, [&"extractor_state", &"guard", &"rows_written"], "what is the service's own");
}

#[test]
fn what_anyone_may_ask_is_listed_by_name() {
    let document: Value = serde_json::from_str(include_str!("../../web/static/openapi.json")).unwrap();
    for route in routes() {
        let is_open = OPEN_TO_ANYONE.contains(&route.operation_id);
        let operation = &document["paths"][route.path][format!("{:?}", route.method).to_lowercase()];
        assert_eq!(matches!(route.handler, Handler::Public(_)), is_open, "{}", route.operation_id);
        assert_eq!(operation["security"] == serde_json::json!([]), is_open, "{}", route.operation_id);
    }
}

/// What is there to find, and for whom: a thing that its own owner does not find proves nothing.
#[test]
fn its_owner_finds_what_a_stranger_does_not() {
    for row in ROWS.iter().filter(|row| row.who == Who::Stranger) {
        let mut world = World::new();
        for path in paths(row, &world) {
            let strangers = world.ask("bob", route_of(row).method, &path, row.body);
            assert_eq!(strangers.status, 404, "{} {path}: {}", row.operation, strangers.body);
            let owners = world.ask("ann", route_of(row).method, &path, row.body);
            let names_bobs = format!("{} {} {}", row.thing, row.query, row.body).contains("bobs_");
            assert_eq!(owners.status == 404, names_bobs, "{} {path}: {}", row.operation, owners.body);
            assert!(owners.status < 500 || owners.body.contains("provider"), "{path}: {}", owners.body);
        }
    }
}

/// Bob's world with ann in it is bob's world without her: every answer, and every row of his. And hers stay as they are.
#[test]
fn whatever_one_asks_is_as_if_there_were_nobody_else() {
    let (mut full, mut empty) = World::with_and_without_ann();
    let anns = full.tables_of("ann");
    for row in ROWS.iter().filter(|row| matches!(row.who, Who::Stranger | Who::Reader | Who::Writer)) {
        for path in paths(row, &full) {
            let cursor = is_list(row).then(|| full.cursor_of_ann(&path)).flatten();
            for path in [Some(path), cursor].into_iter().flatten() {
                let everything = full.worker.dump();
                let (method, body) = (route_of(row).method, full.filled(row.body));
                let answer = full.ask("bob", method, &path, &body);
                empty.keep_pace_with(&full);
                let alone = empty.ask("bob", method, &path, &body);
                let at = format!("{} {path}: {}", row.operation, answer.body);
                assert_eq!((answer.status, &answer.body), (alone.status, &alone.body), "{at}");
                match row.who {
                    Who::Stranger => {
                        assert_eq!((answer.status, full.calls), (404, 0), "{at}");
                        assert_eq!(full.worker.dump(), everything, "{at}");
                    }
                    Who::Writer => assert_eq!(answer.status, row.status, "{at}"),
                    _ => assert!(answer.status == 200 || is_list(row), "{at}"),
                }
                full.worker.settle();
                empty.worker.settle();
                assert_eq!(full.tables_of("bob"), empty.tables_of("bob"), "{at}");
                assert_eq!(full.tables_of("ann"), anns, "{at}");
            }
        }
    }
}

/// Reads what is one's own without naming a thing of it.
fn is_list(row: &Row) -> bool {
    row.who == Who::Reader && row.thing.is_empty()
}

#[test]
fn there_is_something_in_every_list() {
    let (mut full, mut empty) = World::with_and_without_ann();
    for row in ROWS.iter().filter(|row| is_list(row)) {
        for path in paths(row, &full) {
            let here = full.ask("ann", route_of(row).method, &path, row.body);
            assert_eq!(here.status, 200, "{path}: {}", here.body);
            let without = empty.ask("ann", route_of(row).method, &path, row.body);
            assert_ne!(here.body, without.body, "{path}");
        }
    }
}

#[test]
fn without_a_token_that_counts_there_is_no_answer() {
    let (mut world, mut empty) = World::with_and_without_ann();
    let everything = world.worker.dump();
    let ended = world.ended_token();
    for row in ROWS.iter().filter(|row| row.who != Who::Anyone) {
        for path in paths(row, &world) {
            for bearer in [Bearer::Absent, ended.clone(), Bearer::Hash("0".repeat(64))] {
                let is_known_not_to_be_enough = row.who == Who::Admin && bearer != Bearer::Absent;
                let answer = world.ask_by(bearer.clone(), route_of(row).method, &path, row.body);
                let wanted = if is_known_not_to_be_enough { 403 } else { 401 };
                assert_eq!(answer.status, wanted, "{} {path}: {}", row.operation, answer.body);
                assert_eq!(wanted == 401, header(&answer, "www-authenticate") == Some("Bearer"), "{path}");
                assert_eq!(answer.body, empty.ask_by(bearer, route_of(row).method, &path, row.body).body);
            }
        }
    }
    assert_eq!(world.worker.dump(), everything);
    for row in ROWS.iter().filter(|row| row.who == Who::Anyone) {
        for path in paths(row, &world) {
            let answer = world.ask_by(Bearer::Absent, route_of(row).method, &path, row.body);
            assert_eq!(answer.status, row.status, "{} {path}: {}", row.operation, answer.body);
        }
    }
    assert_eq!(world.worker.dump(), everything);
}

#[test]
fn a_method_that_a_path_does_not_take_is_told_which_it_takes() {
    let mut world = World::new();
    let everything = world.worker.dump();
    let mut taken: BTreeMap<String, BTreeSet<Method>> = BTreeMap::new();
    for row in ROWS {
        for path in paths(row, &world) {
            let bare = path.split('?').next().unwrap_or_default();
            let fitting = routes().filter(|route| fits(route.path, bare)).map(|route| route.method);
            taken.insert(bare.to_owned(), fitting.collect());
        }
    }
    for (path, allowed) in taken {
        let allow: Vec<String> = allowed.iter().map(|method| format!("{method:?}").to_uppercase()).collect();
        for method in METHODS.into_iter().filter(|method| !allowed.contains(method)) {
            for bearer in [Bearer::Absent, world.token("ann")] {
                let answer = world.ask_by(bearer, method, &path, "");
                assert_eq!(answer.status, 405, "{method:?} {path}: {}", answer.body);
                let told: BTreeSet<&str> = header(&answer, "allow").unwrap_or_default().split(", ").collect();
                assert_eq!(told, allow.iter().map(String::as_str).collect(), "{path}");
            }
        }
    }
    assert_eq!(world.worker.dump(), everything);
}

fn fits(template: &str, path: &str) -> bool {
    let (wanted, given): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    let mut pairs = wanted.iter().zip(&given);
    wanted.len() == given.len() && pairs.all(|(wanted, given)| wanted.starts_with('{') || wanted == given)
}
