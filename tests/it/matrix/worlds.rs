//! A world for the matrix: both owners have imported the same library, so that nothing but the owner tells their rows
//! apart; ann has one of everything beside that.

use std::collections::BTreeMap;

use driftline::core::api::bearer::hash;
use driftline::core::api::request::{Bearer, Method, Request};
use driftline::core::api::response::Response;
use driftline::core::api::routes::handle;
use driftline::core::step::{ProviderCall, Reply};
use serde_json::{Value, json};

use crate::accounts::edge::{PLAIN, Pixverse, cut};
use crate::export_import::export;
use crate::generate::{asked, plain};
use crate::pages_api::hand_in;
use crate::shelf::{Shelf, clip, clip_from, still};
use crate::support::drive::drive;
use crate::worker::{ACCOUNT, BOBS, Dump, OPEN, SECOND, Worker};

/// A word that only ann uses.
const WORD: &str = "cormorant";

/// Two owners, and what there is to name.
pub struct World {
    pub worker: Worker,
    /// Calls that the last request made to the provider.
    pub calls: usize,
    things: BTreeMap<&'static str, Vec<String>>,
    ended: String,
}

impl World {
    /// Bob has imported his library; ann has nothing but the accounts of every test.
    pub fn without_ann() -> Self {
        let things = BTreeMap::from([("", vec![String::new()])]);
        let mut world = Self { worker: Worker::new(shelf()), calls: 0, things, ended: String::new() };
        // They share the very account at the provider.
        world.worker.edge.db.execute(&format!(
            "UPDATE accounts SET identity = 'pixverse:library:77:0', label = 'bobs' WHERE id = '{BOBS}'"
        ));
        let path = format!("/api/v1/providers/pixverse/accounts/{BOBS}/sync-assets");
        assert_eq!(world.ask("bob", Method::Post, &path, "{}").status, 202);
        world.worker.settle();
        let mut made = plain();
        made["account_id"] = BOBS.into();
        assert_eq!(world.ask("bob", Method::Post, "/api/v1/generations", &made.to_string()).status, 202);
        world.worker.settle();
        world.note("bobs_account", &[BOBS.into()]);
        for (thing, table, which) in [
            ("bobs_asset", "assets", "provider_asset_id = '5'"),
            ("bobs_other", "assets", "provider_asset_id = '1'"),
            ("bobs_parent", "assets", "provider_asset_id = '1000'"),
            ("bobs_run", "jobs", "kind = 'sync'"),
            ("bobs_finding", "drift", "asset IS NOT NULL"),
            ("bobs_generation", "generations", "true"),
        ] {
            world.note_row(thing, "bob", table, which);
        }
        world
    }

    /// Ann has one of everything.
    pub fn new() -> Self {
        let mut world = Self::without_ann();
        world.imports_and_syncs();
        world.decides();
        world.makes();
        world.worker.settle();
        world.leaves_things_undone();
        world.note_row("finding", "ann", "drift", "asset IS NOT NULL");
        world.note_row("quarantined", "ann", "quarantine", "true");
        world
    }

    /// Two worlds at one time that differ by ann alone.
    pub fn with_and_without_ann() -> (Self, Self) {
        let (full, mut empty) = (Self::new(), Self::without_ann());
        empty.worker.edge.now = full.worker.edge.now;
        (full, empty)
    }

    /// Makes the next request one that this other world has just answered.
    pub fn keep_pace_with(&mut self, other: &Self) {
        self.worker.edge.requests = other.worker.edge.requests - 1;
    }

    fn imports_and_syncs(&mut self) {
        let mut elsewhere = Worker::new(Shelf::default());
        let mut named = clip(901);
        named["prompt"] = json!(format!("a {WORD} dives"));
        hand_in(&mut elsewhere, ACCOUNT, "", &named.to_string());
        let lines = export(&mut elsewhere, "format=jsonl").concat();
        let import = self.ask("ann", Method::Post, "/api/v1/import", &lines);
        let import: Value = serde_json::from_str(&import.body).unwrap();
        self.worker.settle();
        let run = self.worker.sync(json!({}));
        let pushed = hand_in(&mut self.worker, ACCOUNT, "", &named.to_string()).body;
        let reextracted = self.does(Method::Post, "/observations/reextract", json!({}));
        self.note("account", &[ACCOUNT.into()]);
        self.note("hooked", &[OPEN.into()]);
        self.note("run", &[run["id"].clone()]);
        self.note("job", &[import["id"].clone(), pushed["id"].clone(), reextracted["id"].clone()]);
    }

    /// A merged clip, which both ids lead to, and a parent by hand.
    fn decides(&mut self) {
        for (thing, provider_id) in [("asset", "1"), ("other", "3"), ("parent", "1000")] {
            self.note_row(thing, "ann", "assets", &format!("provider_asset_id = '{provider_id}'"));
        }
        let (asset, other, parent) = (self.first("asset"), self.first("other"), self.first("parent"));
        self.does(Method::Post, &format!("/assets/{asset}/merge"), json!({ "other_id": other }));
        self.note("asset", &[asset.clone().into(), other.into()]);
        let edge = json!({ "parent_id": parent, "relation": "INPUT" });
        self.does(Method::Post, &format!("/assets/{asset}/edges"), edge);
    }

    fn makes(&mut self) {
        let all = json!({ "provider_id": "pixverse", "scope": "current_user" });
        let refresh = self.does(Method::Post, "/lineage/refresh", all);
        let scan = self.does(Method::Post, "/drift/scan", json!({}));
        self.does(Method::Post, &format!("/accounts/{ACCOUNT}/verify-links"), json!({ "all": true }));
        let file = json!({ "url": "https://img.example.com/a.png", "media_type": "image" });
        self.does(Method::Post, &format!("/accounts/{ACCOUNT}/uploads"), file);
        let hook = json!({ "webhook_id": "77", "webhook_secret": format!("{PLAIN}-hook") });
        self.does(Method::Patch, &format!("/accounts/{OPEN}"), hook);
        let kept = self.does(Method::Post, "/tokens", json!({ "name": WORD }));
        let ended = self.does(Method::Post, "/tokens", json!({ "name": "ended" }));
        self.does(Method::Delete, &format!("/tokens/{}", text(&ended["id"])), Value::Null);
        self.ended = text(&ended["token"]);
        let flow = json!({ "provider_id": "pixverse" });
        let mut pixverse = Pixverse::default();
        let flow = self.worker.edge.ask(&mut pixverse, Method::Post, "/api/v1/accounts/connect", flow).body;
        let made = asked(&mut self.worker, plain());
        for (thing, id) in [("refresh", &refresh), ("scan", &scan), ("token", &kept), ("connection", &flow)] {
            self.note(thing, &[id["id"].clone()]);
        }
        self.note("generation", &[made.into()]);
    }

    /// A generation that is not sent yet, pages that are not read yet, and a run whose message died.
    fn leaves_things_undone(&mut self) {
        let waiting = asked(&mut self.worker, plain());
        let pages: Vec<Value> = (10..500).map(clip).collect();
        let pushed = hand_in(&mut self.worker, ACCOUNT, "", &json!(pages).to_string()).body;
        self.things.get_mut("job").expect("jobs are noted").push(text(&pushed["id"]));
        let once = self.request("ann", Method::Post, "/api/v1/drift/scan", "{}");
        let headers = BTreeMap::from([("idempotency-key".to_owned(), "once".to_owned())]);
        self.finish(Request { headers, ..once }, &mut |_| cut());
        self.worker.edge.db.execute(
            "INSERT INTO webhook_nonces SELECT id, 'acc_00000000000000000000000003', 'n', 0 FROM owners WHERE name = 'ann'",
        );
        self.worker.queue.clear();
        let run = self.worker.start_on(SECOND, json!({}));
        let message = self.worker.queue.pop_front().expect("a run begins with a message").message;
        self.worker.bury(&message);
        self.things.get_mut("run").expect("a run is noted").push(run);
        self.things.get_mut("generation").expect("a generation is noted").push(waiting);
    }

    /// What ann asks for, and gets.
    fn does(&mut self, method: Method, path: &str, body: Value) -> Value {
        let answer = self.worker.ask(method, path, body);
        assert!(answer.status < 300, "{path}: {}", answer.body);
        self.worker.edge.now += 1_000;
        answer.body
    }

    fn note(&mut self, thing: &'static str, ids: &[Value]) {
        self.things.insert(thing, ids.iter().map(text).collect());
    }

    fn note_row(&mut self, thing: &'static str, owner: &str, table: &str, which: &str) {
        let sql = format!(
            "SELECT t.id FROM {table} t JOIN owners o ON o.id = t.owner WHERE o.name = '{owner}' AND {which}"
        );
        let rows = self.worker.edge.db.query(&sql);
        let id = rows.first().unwrap_or_else(|| panic!("there is no {thing}"))["id"].clone();
        self.note(thing, &[id]);
    }

    fn first(&self, thing: &str) -> String {
        self.named(thing)[0].clone()
    }

    /// The ids of a thing.
    pub fn named(&self, thing: &str) -> Vec<String> {
        self.things.get(thing).unwrap_or_else(|| panic!("nothing is called {thing}")).clone()
    }

    /// A text with ids in the place of `<names>`.
    pub fn filled(&self, text: &str) -> String {
        let named = self.things.iter().filter(|(thing, _)| !thing.is_empty());
        named.fold(text.to_owned(), |text, (thing, ids)| text.replace(&format!("<{thing}>"), &ids[0]))
    }

    /// A request with a token. Where ann's reaches the provider, nobody answers there.
    pub fn ask(&mut self, token: &str, method: Method, path: &str, body: &str) -> Response {
        let request = self.request(token, method, path, body);
        let mut pixverse = Pixverse::with_account(&format!("{PLAIN}-key"), 77);
        let is_bob = token == "bob";
        self.finish(request, &mut |call| if is_bob { pixverse.answer(call) } else { cut() })
    }

    /// A request by whoever this is.
    pub fn ask_by(&mut self, bearer: Bearer, method: Method, path: &str, body: &str) -> Response {
        let request = Request { bearer, ..self.request("", method, path, body) };
        self.finish(request, &mut |call| panic!("{} was asked for", call.path))
    }

    fn request(&mut self, token: &str, method: Method, path: &str, body: &str) -> Request {
        let body = self.filled(body);
        let value = serde_json::from_str(&body).unwrap_or(Value::Null);
        let is_json = !value.is_null();
        let request = self.worker.edge.request(token, method, path, value);
        if is_json { request } else { Request { body, ..request } }
    }

    fn finish(&mut self, request: Request, provider: &mut dyn FnMut(&ProviderCall) -> Reply) -> Response {
        let now = self.worker.edge.now;
        let (response, trace) = drive(&mut self.worker.edge.db, now, provider, handle(request, now));
        self.worker.queue.extend(trace.sends);
        self.calls = trace.calls;
        response
    }

    pub fn token(&self, name: &str) -> Bearer {
        Bearer::Hash(hash(name))
    }

    /// A token of ann's that she has revoked.
    pub fn ended_token(&self) -> Bearer {
        Bearer::Hash(hash(&self.ended))
    }

    /// Where the second page of ann's list is.
    pub fn cursor_of_ann(&mut self, path: &str) -> Option<String> {
        let and = if path.contains('?') { '&' } else { '?' };
        let page = self.ask("ann", Method::Get, &format!("{path}{and}limit=1"), "");
        let page: Value = serde_json::from_str(&page.body).ok()?;
        Some(format!("{path}{and}cursor={}", page["next_cursor"].as_str()?))
    }

    /// Every row of an owner, by its table.
    pub fn tables_of(&self, name: &str) -> Dump {
        let mut dump = self.worker.dump();
        let owner = dump["owners"].iter().find(|row| row["name"] == name).expect("an owner")["id"].clone();
        for (table, rows) in &mut dump {
            let owned_by = if *table == "owners" { "id" } else { "owner" };
            rows.retain(|row| row[owned_by] == owner);
        }
        dump.retain(|_, rows| !rows.is_empty());
        dump
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn shelf() -> Shelf {
    let unreadable = json!({ "prompt": "nobody knows whose" });
    let made = [clip_from(4, ""), clip_from(5, "pixverse/i2i/ori/1000.png"), unreadable];
    let clips = (1..4).map(clip).chain(made);
    Shelf::default().with("video/created", clips).with("image/created", [still(1_000), still(1_001)])
}
