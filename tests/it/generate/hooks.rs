//! Webhooks: believed only with the account's secret, in time, once; and then a hint and no more.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use driftline::core::api::request::{Bearer, Method, Platform, Request};
use driftline::core::api::response::Response;
use driftline::core::proof::hmac_sha256;
use serde_json::{Value, json};

use super::studio::WORK_MS;
use super::{asked, shown, worker};
use crate::accounts::edge::START;
use crate::worker::{ACCOUNT, BOBS, OPEN, Worker};

const SECRET: &str = "plain-secret-hook";

struct Delivery {
    account: &'static str,
    body: String,
    signed: String,
    timestamp: String,
    nonce: &'static str,
    secret: &'static str,
}

impl Delivery {
    /// As the provider sends it: the members as they stand are what is signed.
    fn new(worker: &Worker, body: &str, form: &str) -> Self {
        let timestamp = (worker.edge.now / 1_000).to_string();
        Self {
            account: OPEN,
            body: body.to_owned(),
            signed: form.to_owned(),
            timestamp,
            nonce: "0123456789abcdef0123456789abcdef",
            secret: SECRET,
        }
    }

    fn send(&self, worker: &mut Worker) -> Response {
        let message = format!("{}\n{}\n{}", self.timestamp, self.nonce, self.signed);
        let signature = STANDARD.encode(hmac_sha256(self.secret.as_bytes(), message.as_bytes()));
        let headers = [
            ("webhook-timestamp", self.timestamp.clone()),
            ("webhook-nonce", self.nonce.to_owned()),
            ("webhook-signature", signature),
        ];
        let headers: BTreeMap<String, String> =
            headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        worker.handle(Request {
            method: Method::Post,
            path: format!("/api/v1/webhooks/pixverse/{}", self.account),
            query: Vec::new(),
            bearer: Bearer::Absent,
            headers,
            body: self.body.clone(),
            body_digest: String::new(),
            request_id: "hook".to_owned(),
            entropy: "0".repeat(64),
            platform: Platform::default(),
        })
    }
}

/// A generation that is under way at the open platform, whose account knows its webhook.
fn under_way() -> (Worker, String) {
    let mut worker = worker();
    let changes = json!({ "webhook_id": "77", "webhook_secret": SECRET });
    let answer = worker.ask(Method::Patch, &format!("/accounts/{OPEN}"), changes);
    assert_eq!(answer.status, 200, "{}", answer.body);
    let body = json!({ "account_id": OPEN, "operation": "text_to_video", "prompt": "x", "model": "v5" });
    let id = asked(&mut worker, body);
    assert!(worker.deliver_next());
    // The poll looks, finds it under way, and will look again later.
    assert!(worker.deliver_next());
    (worker, id)
}

const BODY: &str = r#"{"id":431000000000001,"status":1,"url":"https://media.pixverse.ai/a b.mp4","size":5,"has_audio":false,"credits":45}"#;
const AS_IT_STANDS: &str = "id=431000000000001&status=1&url=https%3A%2F%2Fmedia.pixverse.ai%2Fa+b.mp4&size=5&has_audio=false&credits=45";
const SORTED: &str = "credits=45&has_audio=false&id=431000000000001&size=5&status=1&url=https%3A%2F%2Fmedia.pixverse.ai%2Fa+b.mp4";

fn standing(worker: &Worker) -> Vec<Value> {
    worker.edge.db.query("SELECT step, due_ms FROM jobs WHERE kind = 'poll'")
}

#[test]
fn a_delivery_makes_the_look_due_now_and_the_result_is_asked_for() {
    for form in [AS_IT_STANDS, SORTED] {
        let (mut worker, id) = under_way();
        worker.edge.now += WORK_MS;
        worker.queue.clear();
        worker.edge.db.execute("UPDATE jobs SET due_ms = due_ms + 600000 WHERE kind = 'poll'");
        worker.edge.db.execute("UPDATE generations SET look_ms = look_ms + 600000");
        let response = Delivery::new(&worker, BODY, form).send(&mut worker);
        assert_eq!((response.status, response.body.as_str()), (200, "ok"));
        assert_eq!(response.headers, [("content-type", "text/plain".to_owned())]);
        assert_eq!(shown(&mut worker, &id)["state"], "processing", "the delivery itself is no evidence");
        assert_eq!(worker.queue.len(), 1);
        assert_eq!(worker.queue[0].delay_s, 0);
        worker.settle();
        assert_eq!(shown(&mut worker, &id)["state"], "completed", "{form}");
    }
}

#[test]
fn the_account_names_its_webhook_in_requests_and_never_shows_the_secret() {
    let (mut worker, _) = under_way();
    assert_eq!(worker.shelf.studio.requests[0].1["webhook_id"], 77);
    let account = worker.get(&format!("/accounts/{OPEN}"));
    let path = format!("/api/v1/webhooks/pixverse/{OPEN}");
    assert_eq!(account["webhook"], json!({ "id": "77", "secret_set": true, "path": path }));
    assert!(!account.to_string().contains(SECRET));
    let stored = worker.edge.db.query("SELECT webhook_secret FROM accounts WHERE webhook_secret IS NOT NULL");
    assert_eq!(stored.len(), 1);
    assert!(!stored[0].to_string().contains(SECRET), "sealed at rest");
    let gone = json!({ "webhook_id": null, "webhook_secret": null });
    let answer = worker.ask(Method::Patch, &format!("/accounts/{OPEN}"), gone);
    assert_eq!(answer.body["webhook"]["secret_set"], false);
    let refused = worker.ask(Method::Patch, &format!("/accounts/{ACCOUNT}"), json!({ "webhook_id": "1" }));
    assert_eq!(refused.status, 422, "the library calls nobody back");
}

#[test]
fn what_is_forged_stale_or_for_nobody_changes_nothing() {
    let (mut worker, _) = under_way();
    let before = worker.dump();
    let good = |worker: &Worker| Delivery::new(worker, BODY, AS_IT_STANDS);
    let early = (worker.edge.now / 1_000 + 301).to_string();
    let late = (worker.edge.now / 1_000 - 301).to_string();
    let changed = BODY.replace("\"status\":1", "\"status\":7");
    let cases = [
        (401, Delivery { secret: "guessed", ..good(&worker) }),
        (401, Delivery { body: changed, ..good(&worker) }),
        (401, Delivery { timestamp: early, ..good(&worker) }),
        (401, Delivery { timestamp: late, ..good(&worker) }),
        (401, Delivery { timestamp: "now".to_owned(), ..good(&worker) }),
        (401, Delivery { nonce: "", ..good(&worker) }),
        (401, Delivery { body: "[]".to_owned(), ..good(&worker) }),
        (404, Delivery { account: ACCOUNT, ..good(&worker) }),
        (404, Delivery { account: BOBS, ..good(&worker) }),
        (404, Delivery { account: "acc_nobody", ..good(&worker) }),
    ];
    for (status, delivery) in cases {
        let response = delivery.send(&mut worker);
        assert_eq!(response.status, status, "{}", response.body);
        assert_eq!(worker.dump(), before);
    }
}

#[test]
fn a_repeated_delivery_is_answered_and_changes_nothing() {
    let (mut worker, _) = under_way();
    let delivery = Delivery::new(&worker, BODY, AS_IT_STANDS);
    assert_eq!(delivery.send(&mut worker).body, "ok");
    let before = worker.dump();
    let waiting = worker.queue.len();
    let response = delivery.send(&mut worker);
    assert_eq!((response.status, response.body.as_str()), (200, "ok"));
    assert_eq!((worker.dump(), worker.queue.len()), (before, waiting));
}

#[test]
fn about_what_nobody_waits_for_it_is_only_noted() {
    let (mut worker, id) = under_way();
    worker.settle();
    assert_eq!(shown(&mut worker, &id)["state"], "completed");
    let before = standing(&worker);
    let response = Delivery::new(&worker, BODY, AS_IT_STANDS).send(&mut worker);
    assert_eq!((response.body.as_str(), standing(&worker)), ("ok", before));
    worker.settle();
    assert_eq!(worker.count("webhook_nonces"), 1);
}

#[test]
fn nonces_go_when_their_time_is_over() {
    let (mut worker, _) = under_way();
    Delivery::new(&worker, BODY, AS_IT_STANDS).send(&mut worker);
    worker.edge.now = START;
    worker.edge.now += 3_600_000;
    worker.tick();
    assert_eq!(worker.count("webhook_nonces"), 0);
}
