//! Files that are handed to a library by themselves, and why some are not.

use driftline::core::api::request::Method;
use driftline::core::carry::{Carried, NoSource};
use driftline::core::step::Reply;
use serde_json::{Value, json};

use super::studio::cut;
use super::uploading::{CAT, completed, from_url, parent, scripted};
use super::worker;
use crate::accounts::edge::Answer;
use crate::shelf::refusal;
use crate::worker::{ACCOUNT, BOBS, OPEN, Worker};

fn upload(worker: &mut Worker, account: &str, url: &str) -> Answer {
    let body = json!({ "url": url, "media_type": "image" });
    worker.ask(Method::Post, &format!("/accounts/{account}/uploads"), body)
}

#[test]
fn a_file_is_handed_over_by_itself_and_is_the_input_of_what_follows() {
    let mut worker = worker();
    let first = upload(&mut worker, ACCOUNT, CAT);
    assert_eq!(first.status, 201, "{}", first.body);
    let id = first.body["asset_id"].as_str().unwrap().to_owned();
    assert_eq!(first.headers["location"], format!("/api/v1/assets/{id}"));
    let asset = worker.get(&format!("/assets/{id}"));
    assert_eq!(
        (&asset["making"], &asset["operation"], &asset["name"]),
        (&json!("uploaded"), &Value::Null, &json!("my cat.png"))
    );
    assert_eq!(
        (&asset["provider_asset_id"], &asset["remote_url"]),
        (&first.body["provider_asset_id"], &first.body["remote_url"])
    );
    let second = upload(&mut worker, ACCOUNT, CAT);
    assert_eq!((second.status, &second.body), (200, &first.body));
    let generation = completed(&mut worker, from_url(CAT));
    assert_eq!(parent(&mut worker, &generation)["id"], id);
    assert_eq!(worker.shelf.studio.store.fetched.len(), 1);
    worker.sync(json!({ "mode": "both" }));
    worker.settle();
    assert_eq!(worker.count("assets"), 2);
}

#[test]
fn an_upload_that_cannot_be_is_a_problem_with_its_code() {
    let refused = |worker: &mut Worker, account: &str, url: &str| {
        let answer = upload(worker, account, url);
        assert_eq!((worker.count("uploads"), worker.count("assets")), (0, 0));
        (answer.status, answer.body["code"].as_str().unwrap().to_owned())
    };
    let told = |status: u16, code: &str| (status, code.to_owned());
    let mut alone = worker();
    assert_eq!(refused(&mut alone, "acc_00000000000000000000000009", CAT), told(404, "not_found"));
    assert_eq!(refused(&mut alone, BOBS, CAT), told(404, "not_found"));
    assert_eq!(refused(&mut alone, OPEN, CAT), told(409, "operation_not_supported"));
    for url in ["http://192.168.1.7/a.png", "upload/a.png", "https://media.pixverse.ai/upload/a.png", ""] {
        assert_eq!(refused(&mut alone, ACCOUNT, url), told(422, "invalid_parameter"), "{url}");
    }
    let no_source = |no_source| Reply::Carried(Carried::NoSource(no_source));
    for (reply, status, code) in [
        (no_source(NoSource::NotPublic), 422, "input_unreachable"),
        (no_source(NoSource::TooLarge { most_bytes: 1 }), 422, "input_too_large"),
        (no_source(NoSource::NotMedia { content_type: None }), 422, "input_not_media"),
        (Reply::Carried(Carried::Refused { status: 403 }), 422, "upload_refused"),
        (cut(), 502, "provider_unavailable"),
    ] {
        assert_eq!(refused(&mut scripted(reply), ACCOUNT, CAT), told(status, code));
    }
    let mut moderated = worker();
    moderated.shelf.studio.store.registrations.push_back(refusal(200, 500_054));
    assert_eq!(refused(&mut moderated, ACCOUNT, CAT), told(422, "upload_refused"));
    moderated.shelf.studio.store.tokens.push_back(refusal(200, 10_005));
    assert_eq!(refused(&mut moderated, ACCOUNT, CAT), told(422, "credential_refused"));
    moderated.edge.db.execute("UPDATE accounts SET state = 'auth_required', reason = 'it ended'");
    assert_eq!(refused(&mut moderated, ACCOUNT, CAT), told(409, "auth_required"));
}
