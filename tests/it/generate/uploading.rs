//! Inputs that the library does not have: handed over once, known as assets, on whatever road they are seen again.

use driftline::core::api::request::Method;
use driftline::core::carry::{Carried, NoSource};
use driftline::core::jobs;
use driftline::core::step::{Disposition, Reply, Step};
use serde_json::{Value, json};

use super::studio::cut;
use super::{asked, events, shown, worker};
use crate::crash::advance;
use crate::shelf::refusal;
use crate::worker::{ACCOUNT, OPEN, SECOND, Worker};

pub const CAT: &str = "https://img.example.com/my%20cat.png?size=large";

fn animated(account: &str, input: Value) -> Value {
    let mut input = input;
    input["relation"] = "SOURCE_IMAGE".into();
    json!({ "account_id": account, "operation": "image_to_video", "prompt": "it turns", "inputs": [input],
            "model": if account == OPEN { "v5" } else { "v6" } })
}

pub fn from_url(url: &str) -> Value {
    animated(ACCOUNT, json!({ "url": url }))
}

/// The only parent of a generation's output.
pub fn parent(worker: &mut Worker, generation: &Value) -> Value {
    let output = generation["outputs"][0]["asset_id"].as_str().expect("an output").to_owned();
    let lineage = worker.get(&format!("/assets/{output}/lineage?direction=ancestors&depth=1"));
    let edges = lineage["edges"].as_array().unwrap();
    assert_eq!(edges.len(), 1, "{lineage}");
    assert_eq!((&edges[0]["child"], &edges[0]["relation"]), (&json!(output), &json!("SOURCE_IMAGE")));
    worker.get(&format!("/assets/{}", edges[0]["parent"].as_str().unwrap()))
}

pub fn completed(worker: &mut Worker, body: Value) -> Value {
    let id = asked(worker, body);
    worker.settle();
    let generation = shown(worker, &id);
    assert_eq!(generation["state"], "completed", "{generation}");
    generation
}

#[test]
fn a_file_that_the_library_does_not_have_is_uploaded_once_and_is_one_asset_on_every_road() {
    let mut worker = worker();
    let generation = completed(&mut worker, from_url(CAT));
    assert!(events(&generation).starts_with(&["requested", "input_uploaded", "state_changed", "sending"]));
    let upload = parent(&mut worker, &generation);
    assert_eq!(
        (&upload["making"], &upload["operation"], &upload["origin"]),
        (&json!("uploaded"), &Value::Null, &json!("generated"))
    );
    assert_eq!((&upload["source_generation_id"], &upload["name"]), (&Value::Null, &json!("my cat.png")));
    let url = upload["remote_url"].as_str().unwrap();
    assert!(url.starts_with("https://media.pixverse.ai/upload/") && url.ends_with(".png"), "{url}");
    let (path, sent) = worker.shelf.studio.requests.last().unwrap();
    assert_eq!(path, "video/i2v");
    assert!(url.ends_with(sent["customer_img_path"].as_str().unwrap()), "{sent}");

    worker.sync(json!({ "mode": "both" }));
    worker.settle();
    assert_eq!(worker.count("assets"), 2);
    let seen = worker.get(&format!("/assets/{}", upload["id"].as_str().unwrap()));
    assert_eq!((&seen["origin"], &seen["id"]), (&json!("both"), &upload["id"]));
    assert_eq!(parent(&mut worker, &generation)["id"], upload["id"]);
    assert_eq!(worker.ask(Method::Post, "/drift/scan", json!({})).status, 202);
    worker.settle();
    assert_eq!(worker.get("/drift?state=open")["items"], json!([]), "the two roads agree");

    let again = completed(&mut worker, from_url(CAT));
    assert_eq!(parent(&mut worker, &again)["id"], upload["id"]);
    let store = &worker.shelf.studio.store;
    assert_eq!(
        (store.fetched.as_slice(), store.registered.len()),
        (&[CAT.to_owned()][..], 1),
        "once, and remembered"
    );
    assert_eq!(worker.count("assets"), 3);
}

#[test]
fn every_account_has_its_own_upload_of_a_file() {
    let mut worker = worker();
    let first = completed(&mut worker, from_url(CAT));
    let second = completed(&mut worker, animated(SECOND, json!({ "url": CAT })));
    let ids = [parent(&mut worker, &first)["id"].clone(), parent(&mut worker, &second)["id"].clone()];
    assert_ne!(ids[0], ids[1]);
    assert_eq!(worker.shelf.studio.store.objects.len(), 2);
    assert_eq!(worker.get("/drift?state=open")["items"], json!([]));
}

#[test]
fn an_asset_whose_file_is_elsewhere_is_one_with_its_upload_and_keeps_its_id() {
    let mut worker = worker();
    let elsewhere = completed(&mut worker, animated(OPEN, json!({ "url": CAT })));
    let asset = parent(&mut worker, &elsewhere);
    assert_eq!(asset["origin"], "referenced");
    let generation = completed(&mut worker, animated(ACCOUNT, json!({ "asset_id": asset["id"] })));
    assert_eq!(generation["inputs"][0]["asset_id"], asset["id"], "as it was asked");
    let upload = parent(&mut worker, &generation);
    assert_eq!((&upload["id"], &upload["making"]), (&asset["id"], &json!("uploaded")));
    assert_eq!(parent(&mut worker, &elsewhere)["id"], asset["id"]);
    // From now on its file is at the provider, for every account.
    completed(&mut worker, animated(SECOND, json!({ "asset_id": asset["id"] })));
    assert_eq!(worker.shelf.studio.store.fetched.len(), 1);
}

#[test]
fn several_files_are_uploaded_one_after_the_other_and_one_that_is_named_twice_once() {
    let mut worker = worker();
    let urls = [CAT, "https://img.example.com/dog.jpg", CAT];
    let inputs: Vec<Value> =
        urls.iter().map(|url| json!({ "url": url, "relation": "TRANSITION_INPUT" })).collect();
    let body = json!({ "account_id": ACCOUNT, "operation": "video_transition", "prompt": "x", "model": "v5",
        "parameters": { "prompts": ["a", "b"], "durations": [5, 5] }, "inputs": inputs });
    completed(&mut worker, body);
    let store = &worker.shelf.studio.store;
    assert_eq!(store.fetched, [CAT, "https://img.example.com/dog.jpg"]);
    let (_, sent) = worker.shelf.studio.requests.last().unwrap();
    let paths: Vec<&str> =
        sent["customer_img_paths"].as_array().unwrap().iter().map(|path| path.as_str().unwrap()).collect();
    assert_eq!((paths.len(), paths[0]), (3, paths[2]));
    assert!(paths[1].ends_with(".jpg") && paths.iter().all(|path| store.objects.contains_key(*path)));
}

#[test]
fn a_clip_is_registered_with_its_type() {
    let mut worker = worker();
    let input = json!({ "url": "https://img.example.com/a.mp4", "relation": "SOURCE_VIDEO" });
    let body =
        json!({ "account_id": ACCOUNT, "operation": "video_extend", "prompt": "on", "inputs": [input] });
    let generation = completed(&mut worker, body);
    assert!(events(&generation).contains(&"input_uploaded"));
    let (path, sent) = &worker.shelf.studio.store.registered[0];
    assert_eq!((path.as_str(), &sent["type"], &sent["name"]), ("media/upload", &json!(1), &json!("a.mp4")));
}

pub fn scripted(reply: Reply) -> Worker {
    let mut worker = worker();
    worker.shelf.studio.store.sources.entry(CAT.to_owned()).or_default().push_back(reply);
    worker
}

#[test]
fn a_file_that_cannot_be_had_fails_the_request_with_its_reason_and_nothing_is_sent() {
    let no_source = |no_source| Reply::Carried(Carried::NoSource(no_source));
    for (reply, code) in [
        (no_source(NoSource::NotPublic), "input_unreachable"),
        (no_source(NoSource::Answered { status: 404 }), "input_unreachable"),
        (no_source(NoSource::TooLarge { most_bytes: 10 * 1024 * 1024 }), "input_too_large"),
        (no_source(NoSource::NotMedia { content_type: Some("text/html".into()) }), "input_not_media"),
        (Reply::Carried(Carried::Refused { status: 403 }), "upload_refused"),
    ] {
        let mut worker = scripted(reply);
        let id = asked(&mut worker, from_url(CAT));
        worker.settle();
        let generation = shown(&mut worker, &id);
        assert_eq!((&generation["state"], &generation["error"]["code"]), (&json!("failed"), &json!(code)));
        assert_eq!((&generation["sent"], worker.shelf.studio.requests.len()), (&json!(0), 0), "{code}");
        assert_eq!((worker.count("uploads"), worker.count("assets")), (0, 0));
        let counts = worker.edge.db.query("SELECT id FROM jobs WHERE state = 'active'");
        assert!(counts.is_empty());
    }
}

#[test]
fn what_passes_is_waited_for_and_tried_again() {
    let silent = Reply::Carried(Carried::NoSource(NoSource::Silent));
    for reply in [silent, cut(), Reply::Carried(Carried::Refused { status: 503 })] {
        let mut worker = scripted(reply);
        let id = asked(&mut worker, from_url(CAT));
        assert!(worker.deliver_next());
        let generation = shown(&mut worker, &id);
        assert_eq!(
            (&generation["state"], &generation["sent"]),
            (&json!("pending"), &json!(0)),
            "{generation}"
        );
        worker.settle();
        let generation = shown(&mut worker, &id);
        assert_eq!((&generation["state"], &generation["error"]), (&json!("completed"), &Value::Null));
        assert_eq!(worker.shelf.studio.store.fetched.len(), 2);
    }
}

#[test]
fn the_providers_own_refusals_of_an_upload_are_told_as_they_are() {
    for (code, state, class) in [(500_054, "filtered", "moderation"), (400, "failed", "validation")] {
        let mut worker = worker();
        worker.shelf.studio.store.registrations.push_back(refusal(200, code));
        let id = asked(&mut worker, from_url(CAT));
        worker.settle();
        let generation = shown(&mut worker, &id);
        assert_eq!((&generation["state"], &generation["error"]["class"]), (&json!(state), &json!(class)));
    }
    let mut worker = worker();
    worker.shelf.studio.store.tokens.push_back(refusal(200, 10_005));
    let id = asked(&mut worker, from_url(CAT));
    worker.settle();
    assert_eq!(shown(&mut worker, &id)["reason"], "auth");
    assert_eq!(worker.get(&format!("/accounts/{ACCOUNT}"))["state"], "auth_required");
    assert!(worker.shelf.studio.store.fetched.is_empty());
}

#[test]
fn a_registration_whose_answer_is_lost_is_found_in_the_listing_and_not_made_twice() {
    let mut worker = worker();
    worker.shelf.studio.store.loses_answer = true;
    let generation = completed(&mut worker, from_url(CAT));
    let store = &worker.shelf.studio.store;
    assert_eq!((store.registered.len(), store.rows("image/uploaded").len()), (1, 1));
    assert_eq!(parent(&mut worker, &generation)["making"], "uploaded");
    worker.sync(json!({ "mode": "both" }));
    worker.settle();
    assert_eq!(worker.count("assets"), 2);
}

/// Goes on with a step until the store has been asked to register `times` times, or its chain ends.
fn until_registered(
    worker: &mut Worker,
    mut step: Step<Disposition>,
    times: usize,
) -> Option<Step<Disposition>> {
    while worker.shelf.studio.store.registered.len() < times {
        worker.shelf.studio.now = worker.edge.now;
        let (next, sends) = advance(&mut worker.edge.db, &mut worker.shelf, worker.edge.now, step);
        worker.queue.extend(sends);
        step = next.ok()?;
    }
    Some(step)
}

/// The step of the oldest message.
fn begun(worker: &mut Worker) -> Step<Disposition> {
    let send = worker.queue.pop_front().expect("a message");
    jobs::deliver(send.message)
}

#[test]
fn what_is_given_up_while_its_input_is_uploaded_is_not_sent_and_the_upload_is_remembered() {
    let mut worker = worker();
    let id = asked(&mut worker, from_url(CAT));
    let step = begun(&mut worker);
    let mut running = until_registered(&mut worker, step, 1);
    assert_eq!(worker.ask(Method::Post, &format!("/generations/{id}/cancel"), Value::Null).status, 200);
    while let Some(step) = running {
        let (next, sends) = advance(&mut worker.edge.db, &mut worker.shelf, worker.edge.now, step);
        worker.queue.extend(sends);
        running = next.ok();
    }
    worker.recover();
    assert_eq!(shown(&mut worker, &id)["state"], "cancelled");
    assert_eq!((worker.count("uploads"), worker.count("assets")), (1, 1));
    assert_eq!(
        (worker.shelf.studio.store.fetched.len(), worker.shelf.studio.made()),
        (1, 0),
        "the answer was kept"
    );
}

#[test]
fn two_that_want_the_same_file_at_once_get_one_row_of_it() {
    let mut worker = worker();
    let ids = [asked(&mut worker, from_url(CAT)), asked(&mut worker, from_url(CAT))];
    let first = begun(&mut worker);
    // The first one has put the object, and not registered it yet.
    let mut step = Some(first);
    while worker.shelf.studio.store.objects.is_empty() {
        let (next, _) =
            advance(&mut worker.edge.db, &mut worker.shelf, worker.edge.now, step.take().unwrap());
        step = next.ok();
    }
    assert!(worker.deliver_next(), "the second one finds the object and waits");
    assert_eq!(shown(&mut worker, &ids[1])["error"]["code"], "upload_under_way");
    while let Some(one) = step {
        let (next, sends) = advance(&mut worker.edge.db, &mut worker.shelf, worker.edge.now, one);
        worker.queue.extend(sends);
        step = next.ok();
    }
    worker.settle();
    let parents: Vec<Value> = ids
        .iter()
        .map(|id| {
            let generation = shown(&mut worker, id);
            assert_eq!(generation["state"], "completed", "{generation}");
            parent(&mut worker, &generation)["id"].clone()
        })
        .collect();
    assert_eq!(parents[0], parents[1]);
    assert_eq!((worker.shelf.studio.store.registered.len(), worker.count("uploads")), (1, 1));
}

#[test]
fn a_request_whose_answer_is_lost_is_found_by_the_upload_that_it_was_made_from() {
    let mut worker = worker();
    worker.shelf.studio.next.push_back(super::studio::Next::Lost);
    let generation = completed(&mut worker, from_url(CAT));
    assert!(events(&generation).contains(&"found"), "{generation}");
    assert_eq!(worker.shelf.studio.made(), 1);
    assert_eq!(parent(&mut worker, &generation)["making"], "uploaded");
}
