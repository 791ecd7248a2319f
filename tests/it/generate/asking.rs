//! What is checked before anything is sent, and how inputs are named.

use driftline::core::api::request::Method;
use serde_json::{Value, json};

use super::{ask, asked, plain, shown, worker};
use crate::shelf::{Shelf, clip, still};
use crate::worker::{ACCOUNT, BOBS, OPEN, Worker};

fn refused(worker: &mut Worker, body: Value) -> Vec<(String, String)> {
    let answer = ask(worker, body);
    assert_eq!((answer.status, &answer.body["code"]), (422, &json!("invalid_generation")), "{}", answer.body);
    assert_eq!(worker.count("generations"), 0);
    let errors = answer.body["errors"].as_array().unwrap();
    let member = |error: &Value, name: &str| error[name].as_str().unwrap().to_owned();
    errors.iter().map(|error| (member(error, "pointer"), member(error, "code"))).collect()
}

/// A library that was imported: a clip and a still.
fn imported() -> Worker {
    let shelf = Shelf::default().with("video/created", [clip(1)]).with("image/created", [still(2)]);
    let mut worker = Worker::new(shelf);
    worker.sync(json!({ "mode": "both" }));
    worker
}

fn id_of(worker: &mut Worker, provider_asset_id: &str) -> String {
    let items = worker.get("/assets")["items"].clone();
    let mut items = items.as_array().unwrap().iter();
    let found = items.find(|item| item["provider_asset_id"] == provider_asset_id).unwrap();
    found["id"].as_str().unwrap().to_owned()
}

#[test]
fn what_is_asked_for_is_written_down_before_it_is_sent() {
    let mut worker = worker();
    let answer = ask(&mut worker, plain());
    let id = answer.body["id"].as_str().unwrap();
    assert_eq!(answer.status, 202);
    assert_eq!(answer.headers["location"], format!("/api/v1/generations/{id}"));
    assert_eq!((&answer.body["state"], &answer.body["sent"]), (&json!("pending"), &json!(0)));
    assert_eq!(answer.body["parameters"]["quality"], "720p", "what stands in for the rest is shown");
    assert_eq!(answer.trace.calls, 0);
    assert_eq!(answer.trace.round_trips, 3, "the owner, the account, one batch");
    let jobs = worker.edge.db.query("SELECT kind, account, state FROM jobs");
    assert_eq!(jobs, [json!({ "kind": "generate", "account": ACCOUNT, "state": "active" })]);
    assert!(worker.shelf.studio.requests.is_empty());
}

#[test]
fn everything_that_is_wrong_stands_in_one_answer() {
    let mut worker = worker();
    let wrong = refused(
        &mut worker,
        json!({ "account_id": ACCOUNT, "operation": "image_to_video", "model": "v0", "colour": "red", "prompt": 7,
                "parameters": { "duration": 99 }, "inputs": [{ "url": "ftp://x", "relation": "SOURCE_IMAGE" }] }),
    );
    let pointers: Vec<&str> = wrong.iter().map(|(pointer, _)| pointer.as_str()).collect();
    for pointer in ["/colour", "/prompt", "/model", "/inputs/0/url"] {
        assert!(pointers.contains(&pointer), "{pointer} in {pointers:?}");
    }
}

#[test]
fn an_input_of_somebody_else_is_not_there() {
    let mut worker = imported();
    let still = id_of(&mut worker, "2");
    let request = |asset: &str| {
        json!({ "account_id": ACCOUNT, "operation": "image_to_video", "prompt": "x",
                "inputs": [{ "asset_id": asset, "relation": "SOURCE_IMAGE" }] })
    };
    let mut bobs = request(&still);
    bobs["account_id"] = BOBS.into();
    let answer = worker.ask_as("bob", Method::Post, "/generations", bobs);
    assert_eq!(answer.status, 422, "{}", answer.body);
    assert_eq!(answer.body["errors"][0]["pointer"], "/inputs/0/asset_id");
    assert_eq!(answer.body["errors"][0]["code"], "not_found");
    let answer = worker.ask_as("bob", Method::Post, "/generations", request(&still));
    assert_eq!(answer.status, 404, "nor is the account");
    assert_eq!(ask(&mut worker, request(&still)).status, 202);
}

#[test]
fn an_asset_as_input_brings_all_its_identities() {
    let mut worker = imported();
    let still = id_of(&mut worker, "2");
    asked(
        &mut worker,
        json!({ "account_id": ACCOUNT, "operation": "image_to_video", "prompt": "x",
                "inputs": [{ "asset_id": still, "relation": "SOURCE_IMAGE" }] }),
    );
    let row = &worker.edge.db.query("SELECT request FROM generations")[0];
    let request: Value = serde_json::from_str(row["request"].as_str().unwrap()).unwrap();
    let input = &request["inputs"][0];
    assert_eq!(
        input["aliases"],
        json!(["id:pixverse:library:image:created:2", "key:pixverse:pixverse/i2i/ori/2.png"])
    );
    assert_eq!((&input["id"], &input["path"]), (&json!("2"), &json!("pixverse/i2i/ori/2.png")));
    assert_eq!((&input["width"], &input["uploaded"]), (&json!(64), &json!(false)));
}

#[test]
fn an_absorbed_id_still_names_its_asset() {
    let mut worker = imported();
    let still = id_of(&mut worker, "2");
    worker.edge.db.execute(&format!(
        "INSERT INTO redirects (owner, old, new) VALUES ((SELECT id FROM owners WHERE name = 'ann'), 'ast_old', '{still}')"
    ));
    let id = asked(
        &mut worker,
        json!({ "account_id": ACCOUNT, "operation": "image_to_video", "prompt": "x",
                "inputs": [{ "asset_id": "ast_old", "relation": "SOURCE_IMAGE" }] }),
    );
    assert_eq!(shown(&mut worker, &id)["inputs"][0]["asset_id"], still);
}

#[test]
fn a_file_that_nobody_can_fetch_is_refused_with_what_to_do() {
    for url in ["http://192.168.1.7/a.png", "https://nas.local/a.png", "https://me@example.com/a.png"] {
        let mut worker = worker();
        let wrong = refused(
            &mut worker,
            json!({ "account_id": ACCOUNT, "operation": "image_to_video", "prompt": "x",
                    "inputs": [{ "url": url, "relation": "SOURCE_IMAGE" }] }),
        );
        assert_eq!(wrong, [("/inputs/0".to_owned(), "input_not_at_provider".to_owned())], "{url}");
    }
}

#[test]
fn what_an_interface_cannot_do_is_a_conflict_that_names_what_it_can() {
    let mut worker = worker();
    let body = json!({ "account_id": OPEN, "operation": "text_to_image", "prompt": "x" });
    let answer = ask(&mut worker, body);
    assert_eq!((answer.status, &answer.body["code"]), (409, &json!("operation_not_supported")));
    assert!(answer.body["operations"].as_array().unwrap().contains(&json!("text_to_video")));
    worker.edge.db.execute("UPDATE accounts SET state = 'auth_required', reason = 'it ended'");
    let answer = ask(&mut worker, plain());
    assert_eq!((answer.status, &answer.body["code"]), (409, &json!("auth_required")));
    assert_eq!(answer.body["detail"], "it ended");
}

#[test]
fn pages_go_on_where_they_ended_and_filters_hold() {
    let mut worker = worker();
    let mut ids = Vec::new();
    for n in 0..5 {
        worker.edge.now += 1_000;
        let mut body = plain();
        if n % 2 == 0 {
            body["operation"] = "text_to_image".into();
            body["model"] = Value::Null;
        }
        ids.push(asked(&mut worker, body));
    }
    ids.reverse();
    let mut walked = Vec::new();
    let mut path = "/generations?limit=2".to_owned();
    loop {
        let page = worker.get(&path);
        walked.extend(
            page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()),
        );
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/generations?limit=2&cursor={cursor}");
    }
    assert_eq!(walked, ids);
    let count = |worker: &mut Worker, filter: &str| {
        worker.get(&format!("/generations?{filter}"))["items"].as_array().unwrap().len()
    };
    assert_eq!(count(&mut worker, "operation=text_to_video"), 2);
    assert_eq!(count(&mut worker, "state=pending"), 5);
    assert_eq!(count(&mut worker, "state=completed"), 0);
    assert_eq!(count(&mut worker, &format!("account_id={ACCOUNT}")), 5);
    assert_eq!(count(&mut worker, &format!("account_id={OPEN}")), 0);
    let time = |worker: &Worker, ago: i64| driftline::core::clock::rfc3339(worker.edge.now - ago);
    let after = time(&worker, 1_000);
    assert_eq!(count(&mut worker, &format!("created_after={after}")), 2);
    assert_eq!(count(&mut worker, &format!("created_before={after}")), 3);
    let answer = worker.ask(Method::Get, "/generations?colour=red", Value::Null);
    assert_eq!(answer.status, 422);
    let others = worker.ask_as("bob", Method::Get, "/generations", Value::Null);
    assert_eq!(others.body["items"], json!([]));
    let answer = worker.ask_as("bob", Method::Get, &format!("/generations/{}", ids[0]), Value::Null);
    assert_eq!(answer.status, 404);
}
