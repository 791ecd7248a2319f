//! An edge for these tests: it seals what the core names, opens what the core names, and keeps the clock.

use std::collections::BTreeMap;

use driftline::core::api::bearer::hash;
use driftline::core::api::request::{Bearer, Method, Platform, Request};
use driftline::core::api::response::Response;
use driftline::core::api::routes::{handle, seals};
use driftline::core::ids::digest;
use driftline::core::seal::change_members;
use driftline::core::sql::access::{NewToken, insert_owner, insert_token_by_name};
use driftline::core::step::{AfterCall, NowMs, ProviderCall, Reply, Step};
use serde_json::{Value, json};

use crate::support::db::Db;
use crate::support::drive::{Trace, drive};

pub const START: NowMs = 1_790_000_000_000;
pub const DAY: NowMs = 24 * 3600 * 1000;

/// Every secret of these tests has this in it; sealed, it has not.
pub const PLAIN: &str = "plain-secret";

pub struct Edge {
    pub db: Db,
    pub now: NowMs,
    /// How many were made: what the ids of the next one's things are made from.
    pub requests: u32,
}

/// An answer with its body read.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: BTreeMap<&'static str, String>,
    pub body: Value,
    pub trace: Trace,
}

impl Edge {
    /// Two owners: `ann` and `bob`, each with a token of that name.
    pub fn new() -> Self {
        let mut db = Db::new();
        for name in ["ann", "bob"] {
            let (id, hash) = (format!("tok_{name}"), hash(name));
            let token = NewToken { id: &id, owner: name, sandbox: true, hash: &hash, name: "first" };
            let token = insert_token_by_name(&token, START);
            db.commit(&[insert_owner(name, true, START), token]);
        }
        Self { db, now: START, requests: 0 }
    }

    /// A request as the edge hands it in.
    pub fn request(&mut self, token: &str, method: Method, path: &str, body: Value) -> Request {
        self.requests += 1;
        let body_digest = digest(&body.to_string());
        let mut body = body;
        seal(&mut body, seals(method, path));
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let query = query.split('&').filter_map(|pair| pair.split_once('='));
        Request {
            method,
            path: path.to_owned(),
            query: query.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            bearer: Bearer::Hash(hash(token)),
            headers: BTreeMap::new(),
            body: if body.is_null() { String::new() } else { body.to_string() },
            body_digest,
            request_id: format!("req-{}", self.requests),
            entropy: format!("{:064x}", self.requests),
            platform: Platform::default(),
        }
    }

    /// Answers `ann`'s request; the provider is `Pixverse`.
    pub fn ask(&mut self, provider: &mut Pixverse, method: Method, path: &str, body: Value) -> Answer {
        self.ask_as("ann", provider, method, path, body)
    }

    pub fn ask_as(
        &mut self,
        token: &str,
        provider: &mut Pixverse,
        method: Method,
        path: &str,
        body: Value,
    ) -> Answer {
        let request = self.request(token, method, path, body);
        self.finish(provider, handle(request, self.now))
    }

    /// Drives a chain to its end.
    pub fn finish(&mut self, provider: &mut Pixverse, step: Step<Response>) -> Answer {
        let (response, trace) = drive(&mut self.db, self.now, &mut |call| provider.answer(call), step);
        assert!(!response.body.contains(PLAIN) && !response.body.contains("sealed:"), "{}", response.body);
        let body = serde_json::from_str(&response.body).unwrap_or(Value::Null);
        Answer { status: response.status, headers: response.headers.into_iter().collect(), body, trace }
    }

    /// Drives a chain to its next provider call, and stops there.
    pub fn until_call(&mut self, step: Step<Response>) -> (Vec<ProviderCall>, AfterCall<Response>) {
        let mut step = step;
        loop {
            step = match step {
                Step::Read(statements, then) => then(self.db.read(&statements), self.now),
                Step::Commit(plan, then) => then(self.db.commit(&plan.statements), self.now),
                Step::Call(calls, then) => return (calls, then),
                Step::Prove(..) => panic!("no signature was expected"),
                Step::End(response) => panic!("no call was made: {}", response.body),
            };
        }
    }

    /// Rows of accounts, without times.
    pub fn accounts(&self) -> Vec<Value> {
        self.db.query(
            "SELECT owner, id, identity, label, credential, credential_kind, credential_expires_ms, state, deleted_ms
               FROM accounts ORDER BY owner, id",
        )
    }

    /// Everything that the tables of this subject hold, as text.
    pub fn everything(&self) -> String {
        let connections = self.db.query("SELECT * FROM connections");
        let tokens = self.db.query("SELECT * FROM tokens");
        format!("{connections:?} {tokens:?} {:?}", self.db.query("SELECT * FROM accounts"))
    }
}

/// Seals as the edge does, with a cipher that a test can read.
fn seal(body: &mut Value, pointers: &[&str]) {
    let sealed = change_members(&body.to_string(), pointers, |plain| {
        Ok(format!("sealed:{}", plain.chars().rev().collect::<String>()))
    });
    *body = serde_json::from_str(&sealed.expect("JSON")).expect("JSON");
}

pub fn opened(sealed: &str) -> String {
    sealed.strip_prefix("sealed:").expect("a sealed text").chars().rev().collect()
}

/// A provider by a few switches, seen through the edge: its answers arrive sealed where the core asked for it.
#[derive(Default)]
pub struct Pixverse {
    /// The answers to the next device polls, as `ErrCode`s; when used up, the token is given.
    pub polls: Vec<i64>,
    /// The account id behind each secret.
    pub accounts: BTreeMap<String, u64>,
    /// The token that a device flow gives.
    pub gives: String,
    /// Paths that fail, with the reply in their place.
    pub failing: BTreeMap<&'static str, Reply>,
    /// Every path that was asked, in order.
    pub asked: Vec<String>,
}

impl Pixverse {
    pub fn with_account(secret: &str, id: u64) -> Self {
        let accounts = BTreeMap::from([(secret.to_owned(), id)]);
        Self { accounts, gives: secret.to_owned(), ..Self::default() }
    }

    pub fn answer(&mut self, call: &ProviderCall) -> Reply {
        assert!(call.sandbox, "both owners live at the simulator");
        let path = call.path.clone();
        self.asked.push(path.clone());
        if let Some(reply) = self.failing.get(path.rsplit('/').next().unwrap_or_default()) {
            return reply.clone();
        }
        let mut body = self.answer_in_the_clear(call, &path);
        seal(&mut body, &call.seal);
        Reply::Answer { status: 200, retry_after_s: None, body: body.to_string() }
    }

    fn answer_in_the_clear(&mut self, call: &ProviderCall, path: &str) -> Value {
        match path {
            "/creative_platform/oauth/device/authorize" => success(json!({
                "device_code": format!("{PLAIN}-device"), "user_code": "BCDF-GHJK",
                "verification_uri_complete": "http://127.0.0.1:8788/device?user_code=BCDF-GHJK",
                "expires_in": 600, "interval": 5,
            })),
            "/creative_platform/oauth/device/token" => self.poll(call),
            _ => self.account_call(call, path),
        }
    }

    fn poll(&mut self, call: &ProviderCall) -> Value {
        let body: Value = serde_json::from_str(call.body.as_deref().unwrap()).unwrap();
        assert_eq!(call.open, ["/device_code"]);
        assert_eq!(opened(body["device_code"].as_str().unwrap()), format!("{PLAIN}-device"));
        if self.polls.is_empty() {
            return success(json!({ "access_token": self.gives, "expires_in": 30 * 24 * 3600 }));
        }
        refusal(self.polls.remove(0))
    }

    fn account_call(&self, call: &ProviderCall, path: &str) -> Value {
        let (_, sealed) = call.credential.as_ref().expect("a call with a credential");
        let Some(id) = self.accounts.get(&opened(sealed)) else { return refusal(10001) };
        match path {
            "/creative_platform/getUserInfo" => {
                success(json!({ "AccountId": id, "Nickname": "Ann P", "MemberType": 2 }))
            }
            "/creative_platform/team/workspace/list" => {
                success(json!({ "workspaces": [{ "workspace_id": 77, "name": "Studio" }] }))
            }
            "/creative_platform/user/credits" => {
                success(json!({ "credit_daily": 60, "credit_monthly": 1200 }))
            }
            "/openapi/v2/account/balance" => success(json!({ "account_id": id, "credit_monthly": 9 })),
            other => panic!("nobody asks for {other}"),
        }
    }
}

pub fn refusal(code: i64) -> Value {
    json!({ "ErrCode": code, "ErrMsg": format!("{PLAIN} is not welcome"), "Resp": null })
}

pub fn refused(code: i64) -> Reply {
    Reply::Answer { status: 200, retry_after_s: None, body: refusal(code).to_string() }
}

pub fn cut() -> Reply {
    Reply::Cut { reason: "timeout".to_owned() }
}

fn success(resp: Value) -> Value {
    json!({ "ErrCode": 0, "ErrMsg": "Success", "Resp": resp })
}
