//! A library to read from: two owners, an account, payloads taken in by the one road, and requests as the edge makes
//! them.

use std::collections::BTreeMap;

use driftline::core::api::request::{Bearer, Method, Platform, Request};
use driftline::core::api::response::Response;
use driftline::core::api::routes::handle;
use driftline::core::facts::Context;
use driftline::core::ids::digest;
use driftline::core::inventory::intake::{Intake, Sources, take_in};
use driftline::core::inventory::observe::Sighting;
use driftline::core::inventory::world::{Decision, Family, Incoming};
use driftline::core::media::{Api, Feed, MediaType};
use driftline::core::payload::{reading_digest, shape};
use driftline::core::providers::extract_in;
use driftline::core::sql::decisions::insert_decisions;
use driftline::core::statement::{Param, Plan, Statement};
use driftline::core::step::{Committed, Disposition, Step};
use serde_json::{Value, json};

use crate::support::db::Db;
use crate::support::drive::drive_alone;

/// The account of the first owner, as sightings name it.
pub const ACCOUNT: &str = "pixverse:library:77:0";
/// The time of every test.
pub const NOW: i64 = 1_793_606_400_000;

/// An inventory with requests.
pub struct Library {
    pub db: Db,
    pub now: i64,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: BTreeMap<&'static str, String>,
    pub body: Value,
}

impl Library {
    pub fn new() -> Self {
        Self::over(Db::new())
    }

    /// Puts owners, tokens and accounts beside what the tables hold already.
    pub fn over(db: Db) -> Self {
        db.execute(
            "INSERT INTO owners VALUES (1, 'one', 1, 0), (2, 'two', 1, 0);
             INSERT INTO tokens VALUES ('tok_1', 1, 'one', 't', 0, NULL), ('tok_2', 2, 'two', 't', 0, NULL);
             INSERT INTO accounts (owner, id, provider_id, api, identity, workspace, label, state, created_ms, updated_ms)
             VALUES (1, 'acc_one', 'pixverse', 'library', 'pixverse:library:77:0', '0', 'mine', 'ready', 0, 0),
                    (2, 'acc_two', 'pixverse', 'library', 'pixverse:library:88:0', '0', 'theirs', 'ready', 0, 0);",
        );
        Self { db, now: NOW }
    }

    /// Takes in payloads as a page of a listing brings them.
    pub fn import(&mut self, owner: i64, media_type: MediaType, payloads: &[Value]) {
        let account = if owner == 1 { ACCOUNT } else { "pixverse:library:88:0" };
        self.see(owner, Feed::Listing, account, media_type, payloads);
    }

    /// Takes in payloads as a feed shows them on an account.
    pub fn see(&mut self, owner: i64, feed: Feed, account: &str, media_type: MediaType, payloads: &[Value]) {
        let seen = Sighting::once(feed, account.to_owned(), self.now);
        let incoming = payloads.iter().map(|one| incoming(one, media_type, seen.clone())).collect();
        let intake = Intake { owner, incoming, sources: Sources::All, ..Intake::default() };
        let digests: Vec<String> = intake.incoming.iter().map(|one| one.digest.clone()).collect();
        let page = self.db.query("SELECT count(*) AS n FROM scan_pages")[0]["n"].as_i64().unwrap();
        let step = take_in(intake, move |taken, _| {
            let mut statements = taken.statements;
            let rows: Vec<_> = taken.roots.iter().zip(&digests).collect();
            statements.push(page_row(owner, page, &seen, &json!(rows)));
            Step::commit(Plan { statements, sends: Vec::new() }, |committed, _| {
                assert_eq!(committed, Committed::Done);
                Step::End(Disposition::Ack)
            })
        });
        assert_eq!(drive_alone(&mut self.db, self.now, step).0, Disposition::Ack);
    }

    /// Takes in decisions that another library has stored.
    pub fn decide_again(&mut self, rows: &[Value]) {
        let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
        let decisions: Vec<Decision> = rows
            .iter()
            .map(|row| Decision {
                alias: text(row, "alias"),
                family: Family::Identity,
                other: text(row, "other"),
                at_ms: row["at_ms"].as_i64().unwrap(),
                verdict: if row["verdict"] == "same" { "same" } else { "different" },
                author: text(row, "author"),
                body: text(row, "body"),
            })
            .collect();
        let intake = Intake { owner: 1, decisions: decisions.clone(), ..Intake::default() };
        let step = take_in(intake, move |taken, _| {
            let mut statements = taken.statements;
            statements.push(insert_decisions(1, &decisions));
            Step::commit(Plan { statements, sends: Vec::new() }, |committed, _| {
                assert_eq!(committed, Committed::Done);
                Step::End(Disposition::Ack)
            })
        });
        assert_eq!(drive_alone(&mut self.db, self.now, step).0, Disposition::Ack);
    }

    /// The public id of the asset with this provider id.
    pub fn id_of(&self, provider_asset_id: &str) -> String {
        let rows = self.db.query("SELECT id, provider_asset_id FROM assets WHERE owner = 1");
        let row = rows.iter().find(|row| row["provider_asset_id"] == provider_asset_id);
        row.expect("the asset is there")["id"].as_str().expect("ids are text").to_owned()
    }

    /// A GET by the first owner.
    pub fn get(&mut self, target: &str) -> Answer {
        self.request("one", Method::Get, target, &Value::Null, &[])
    }

    /// The body of a GET that must succeed.
    pub fn ok(&mut self, target: &str) -> Value {
        let answer = self.get(target);
        assert_eq!(answer.status, 200, "{target}: {}", answer.body);
        answer.body
    }

    /// The body of a GET that answers with text.
    pub fn text(&mut self, target: &str, headers: &[(&str, &str)]) -> String {
        let response =
            self.read_only(handle(request("one", Method::Get, target, &Value::Null, headers), self.now));
        assert_eq!(response.status, 200, "{}", response.body);
        response.body
    }

    /// A request of any kind.
    pub fn request(
        &mut self,
        token: &str,
        method: Method,
        target: &str,
        body: &Value,
        headers: &[(&str, &str)],
    ) -> Answer {
        let step = handle(request(token, method, target, body, headers), self.now);
        if method == Method::Get {
            return answer(self.read_only(step));
        }
        let (response, trace) = drive_alone(&mut self.db, self.now, step);
        assert!(trace.statements <= 50, "the free plan has 50 queries an invocation: {trace:?}");
        answer(response)
    }

    /// A request during which something else happens, just before it commits for the first time.
    pub fn interrupted(
        &mut self,
        method: Method,
        target: &str,
        body: &Value,
        meddle: impl FnOnce(&mut Self),
    ) -> (Answer, Vec<Committed>) {
        let mut step = handle(request("one", method, target, body, &[]), self.now);
        let mut meddle = Some(meddle);
        let mut commits = Vec::new();
        loop {
            step = match step {
                Step::Read(statements, then) => then(self.db.read(&statements), self.now),
                Step::Commit(plan, then) => {
                    if let Some(meddle) = meddle.take() {
                        meddle(self);
                    }
                    let committed = self.db.commit(&plan.statements);
                    commits.push(committed);
                    then(committed, self.now)
                }
                Step::Call(..) | Step::Prove(..) => panic!("no request here calls the provider"),
                Step::End(response) => return (answer(response), commits),
            };
        }
    }

    /// Reads never write, stay within the free plan's 50 queries, and bind only numbers that D1 can carry.
    fn read_only(&mut self, mut step: Step<Response>) -> Response {
        let mut queries = 0;
        loop {
            step = match step {
                Step::Read(statements, then) => {
                    queries += statements.len();
                    assert!(queries <= 50, "{queries} queries");
                    for param in statements.iter().flat_map(|statement| &statement.params) {
                        let Param::Int(number) = param else { continue };
                        assert!(number.abs() < 1 << 53, "{number} does not fit a double");
                    }
                    then(self.db.read(&statements), self.now)
                }
                Step::End(response) => return response,
                Step::Commit(..) | Step::Call(..) | Step::Prove(..) => panic!("a read only reads"),
            };
        }
    }
}

/// What a job writes for each page: there stand the sightings that changed nothing.
fn page_row(owner: i64, page: i64, seen: &Sighting, rows: &Value) -> Statement {
    Statement::new(
        "test_page",
        "INSERT INTO scan_pages (owner, seen_ms, job, step, feed, account, listing, rows)
         VALUES (?1, ?2, 'run_test', ?3, ?4, ?5, 'l', ?6)",
        vec![
            owner.into(),
            seen.3.into(),
            page.into(),
            seen.0.as_str().into(),
            seen.1.clone().into(),
            rows.to_string().into(),
        ],
    )
}

fn request(token: &str, method: Method, target: &str, body: &Value, headers: &[(&str, &str)]) -> Request {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    Request {
        method,
        path: format!("/api/v1{path}"),
        query: url::form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        bearer: Bearer::Hash(token.to_owned()),
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        body: if body.is_null() { String::new() } else { body.to_string() },
        body_digest: digest(&body.to_string()),
        request_id: "req_1".to_owned(),
        entropy: "00".repeat(32),
        platform: Platform::default(),
    }
}

fn answer(response: Response) -> Answer {
    let body = if response.body.is_empty() {
        Value::Null
    } else {
        serde_json::from_str(&response.body).expect("bodies are JSON")
    };
    Answer { status: response.status, headers: response.headers.into_iter().collect(), body }
}

fn incoming(payload: &Value, media_type: MediaType, seen: Sighting) -> Incoming {
    let text = payload.to_string();
    let context = Context { media_type, api: Some(Api::Library), making: None };
    let facts = extract_in("pixverse", context, &text).expect("a test's payload is readable");
    let digest = reading_digest(&facts, &shape(payload));
    Incoming { provider_id: "pixverse".into(), facts, digest, payload: text, seen }
}

/// A text-to-video clip that is done, a day older for each `days`.
pub fn clip(id: u64, days: u64) -> Value {
    json!({
        "video_id": id, "video_status": 1, "prompt": format!("Clip number {id}"), "account_id": 77,
        "url": format!("https://media.pixverse.ai/pixverse/mp4/media/web/ori/{id}.mp4"),
        "output_width": 640, "output_height": 360, "video_duration": 5,
        "created_at": date(days),
    })
}

/// A clip made from the file at this key.
pub fn clip_from(id: u64, key: &str) -> Value {
    let mut clip = clip(id, 1);
    clip["create_mode"] = "i2v".into();
    clip["customer_paths"] = json!({ "customer_img_path": key });
    clip
}

/// A still that is done, under `pixverse/i2i/ori/<id>.png`.
pub fn still(id: u64) -> Value {
    json!({
        "image_id": id, "image_status": 1, "prompt": "a still", "account_id": 77,
        "image_url": format!("https://media.pixverse.ai/pixverse/i2i/ori/{id}.png"),
        "output_width": 64, "output_height": 64, "created_at": date(2),
    })
}

/// The continuation of a clip.
pub fn extended(id: u64, original: u64) -> Value {
    let mut clip = clip(id, 0);
    clip["create_mode"] = "extend".into();
    clip["customer_paths"] = json!({ "original_video_id": original });
    clip
}

fn date(days: u64) -> String {
    format!("2026-09-{:02}T08:00:00Z", 28 - days % 28)
}
