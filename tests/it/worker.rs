//! A Worker on this machine: requests, a queue, the minute tick, and a provider's library. Time stands still unless a
//! test moves it, so that two runs can be compared row by row.

use std::collections::{BTreeMap, VecDeque};

use driftline::core::api::request::{Method, Request};
use driftline::core::api::response::Response;
use driftline::core::api::routes::handle;
use driftline::core::jobs;
use driftline::core::statement::{Message, Send};
use driftline::core::step::{Disposition, NowMs, Step};
use serde_json::{Value, json};

use crate::accounts::edge::{Answer, Edge};
use crate::shelf::Shelf;
use crate::support::drive::{Trace, drive};

/// The library account of `ann`.
pub const ACCOUNT: &str = "acc_00000000000000000000000001";
/// Another library account of `ann`.
pub const SECOND: &str = "acc_00000000000000000000000002";
/// The open-platform account of `ann`.
pub const OPEN: &str = "acc_00000000000000000000000003";
/// The library account of `bob`.
pub const BOBS: &str = "acc_00000000000000000000000004";

/// Every table, in an order that does not depend on the order of writing.
const TABLES: &[(&str, &str)] = &[
    ("owners", "SELECT * FROM owners ORDER BY id"),
    ("tokens", "SELECT * FROM tokens ORDER BY id"),
    ("accounts", "SELECT * FROM accounts ORDER BY owner, id"),
    ("connections", "SELECT * FROM connections ORDER BY owner, id"),
    ("claims", "SELECT * FROM claims ORDER BY owner, alias, root"),
    ("observations", "SELECT * FROM observations ORDER BY owner, root, digest"),
    ("assets", "SELECT * FROM assets ORDER BY owner, id"),
    ("redirects", "SELECT * FROM redirects ORDER BY owner, old"),
    ("edges", "SELECT * FROM edges ORDER BY owner, child, evidence, slot"),
    ("decisions", "SELECT * FROM decisions ORDER BY owner, alias, family, other, at_ms, verdict, author"),
    ("jobs", "SELECT * FROM jobs ORDER BY id"),
    ("scan_pages", "SELECT * FROM scan_pages ORDER BY owner, seen_ms, job, step"),
    ("quarantine", "SELECT * FROM quarantine ORDER BY owner, id"),
    ("schemas", "SELECT * FROM schemas ORDER BY owner, provider_id, api, media_type, feed"),
    ("extractor_state", "SELECT * FROM extractor_state"),
    ("handed_pages", "SELECT * FROM handed_pages ORDER BY owner, job, page"),
    ("idempotency", "SELECT * FROM idempotency ORDER BY owner, key"),
    ("drift", "SELECT * FROM drift ORDER BY owner, id"),
    ("links", "SELECT * FROM links ORDER BY owner, root"),
    ("generations", "SELECT * FROM generations ORDER BY owner, id"),
    ("generation_outputs", "SELECT * FROM generation_outputs ORDER BY owner, generation, slot"),
    ("uploads", "SELECT * FROM uploads ORDER BY owner, account, source"),
    ("webhook_nonces", "SELECT * FROM webhook_nonces ORDER BY owner, account, nonce"),
    ("rows_written", "SELECT * FROM rows_written ORDER BY day"),
    ("guard", "SELECT * FROM guard"),
];

/// The rows of every table.
pub type Dump = BTreeMap<&'static str, Vec<Value>>;

/// The Worker, and everything around it.
pub struct Worker {
    pub edge: Edge,
    pub shelf: Shelf,
    pub queue: VecDeque<Send>,
}

impl Worker {
    /// Two owners with their accounts, and this library behind all of them.
    pub fn new(shelf: Shelf) -> Self {
        let edge = Edge::new();
        edge.db.execute(
            "INSERT INTO accounts (owner, id, provider_id, api, identity, workspace, label, credential, credential_kind,
                                   state, created_ms, updated_ms, link_checks)
             SELECT o.id, a.value ->> 1, 'pixverse', a.value ->> 2, a.value ->> 3, '0', 'l', 's', a.value ->> 4, 'ready', 0, 0, 'off'
               FROM json_each('[[\"ann\",\"acc_00000000000000000000000001\",\"library\",\"pixverse:library:77:0\",\"token\"],
                                [\"ann\",\"acc_00000000000000000000000002\",\"library\",\"pixverse:library:78:0\",\"token\"],
                                [\"ann\",\"acc_00000000000000000000000003\",\"open_platform\",\"pixverse:open_platform:77:0\",\"api_key\"],
                                [\"bob\",\"acc_00000000000000000000000004\",\"library\",\"pixverse:library:88:0\",\"token\"]]') a
               JOIN owners o ON o.name = a.value ->> 0",
        );
        Self { edge, shelf, queue: VecDeque::new() }
    }

    /// A request of `ann`.
    pub fn ask(&mut self, method: Method, path: &str, body: Value) -> Answer {
        self.ask_as("ann", method, path, body)
    }

    pub fn ask_as(&mut self, token: &str, method: Method, path: &str, body: Value) -> Answer {
        let request = self.edge.request(token, method, &format!("/api/v1{path}"), body);
        self.answer(|now| handle(request, now))
    }

    /// Drives an answer to its end.
    pub fn answer(&mut self, step: impl FnOnce(NowMs) -> Step<Response>) -> Answer {
        let (response, trace) = self.drive(step);
        let body = serde_json::from_str(&response.body).unwrap_or(Value::Null);
        Answer { status: response.status, headers: response.headers.into_iter().collect(), body, trace }
    }

    /// Answers a request as it is, whoever sent it.
    pub fn handle(&mut self, request: Request) -> Response {
        self.drive(|now| handle(request, now)).0
    }

    /// The body of a GET that must succeed.
    pub fn get(&mut self, path: &str) -> Value {
        let answer = self.ask(Method::Get, path, Value::Null);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.body
    }

    /// Asks for a sync of `ann`'s account; its run's id.
    pub fn start(&mut self, body: Value) -> String {
        self.start_on(ACCOUNT, body)
    }

    pub fn start_on(&mut self, account: &str, body: Value) -> String {
        let path = format!("/providers/pixverse/accounts/{account}/sync-assets");
        let answer = self.ask(Method::Post, &path, body);
        assert_eq!(answer.status, 202, "{}", answer.body);
        answer.body["id"].as_str().unwrap().to_owned()
    }

    /// Syncs to the end; the run as it is shown then.
    pub fn sync(&mut self, body: Value) -> Value {
        let id = self.start(body);
        self.settle();
        self.get(&format!("/runs/{id}"))
    }

    fn drive<T>(&mut self, step: impl FnOnce(NowMs) -> Step<T>) -> (T, Trace) {
        let now = self.edge.now;
        let shelf = &mut self.shelf;
        shelf.studio.now = now;
        let (end, trace) = drive(&mut self.edge.db, now, &mut |call| shelf.answer(call), step(now));
        self.queue.extend(trace.sends.iter().cloned());
        (end, trace)
    }

    /// Delivers one message.
    pub fn deliver(&mut self, message: Message) -> (Disposition, Trace) {
        self.drive(|_| jobs::deliver(message))
    }

    /// Drives an answer to its end, as it goes out.
    pub fn response(&mut self, step: impl FnOnce(NowMs) -> Step<Response>) -> Response {
        self.drive(step).0
    }

    /// Makes the inventory of owner 1 `ann`'s.
    pub fn adopt(&mut self) {
        let hash = driftline::core::api::bearer::hash("ann");
        self.edge.db.execute(&format!(
            "INSERT INTO owners VALUES (1, 'ann', 1, 0); INSERT INTO tokens VALUES ('tok_ann', 1, '{hash}', 't', 0, NULL);"
        ));
    }

    /// Gives a message up, as the queue does after its last try.
    pub fn bury(&mut self, message: &Message) {
        let (end, _) = self.drive(|now| jobs::bury(message, now));
        assert_eq!(end, Disposition::Ack);
    }

    /// Delivers the oldest message, when its delay is over: time passes for it. `false` when there is none.
    pub fn deliver_next(&mut self) -> bool {
        let Some(send) = self.queue.pop_front() else { return false };
        self.edge.now += i64::from(send.delay_s) * 1_000;
        assert_eq!(self.deliver(send.message).0, Disposition::Ack);
        true
    }

    /// Delivers until the queue is empty.
    pub fn settle(&mut self) {
        for _ in 0..1_000 {
            if !self.deliver_next() {
                return;
            }
        }
        panic!("the queue never runs dry");
    }

    /// The minute tick, with the clock where the last lease has just ended. The clock of everything else stays.
    pub fn tick(&mut self) {
        let now = self.edge.now + 10 * jobs::LEASE_MS;
        let (end, _) = self.drive(|_| jobs::tick(now));
        assert_eq!(end, Disposition::Ack);
    }

    /// Ticks and delivers until no job is active.
    pub fn recover(&mut self) {
        for _ in 0..200 {
            self.settle();
            if self.edge.db.query("SELECT id FROM jobs WHERE state = 'active'").is_empty() {
                return;
            }
            self.edge.db.execute("UPDATE jobs SET due_ms = 0 WHERE state = 'active'");
            self.tick();
        }
        panic!("a job never ends");
    }

    /// Everything that is stored.
    pub fn dump(&self) -> Dump {
        let known = self.edge.db.query("SELECT name FROM sqlite_master WHERE type = 'table'");
        assert_eq!(known.len(), TABLES.len(), "a table is missing in the dump: {known:?}");
        TABLES.iter().map(|(name, sql)| (*name, self.edge.db.query(sql))).collect()
    }

    /// Rows in a table.
    pub fn count(&self, table: &str) -> usize {
        let (_, sql) = TABLES.iter().find(|(name, _)| *name == table).expect("a table");
        self.edge.db.query(sql).len()
    }
}

/// Checks that the counters of a run add up, in total and for each listing.
pub fn assert_adds_up(run: &Value) {
    let parts = ["created", "updated", "unchanged", "skipped", "quarantined"];
    let number = |counts: &Value, name: &str| counts[name].as_u64().unwrap();
    let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
    for listing in run["listings"].as_array().unwrap() {
        let counts = &listing["counts"];
        assert_eq!(
            parts.iter().map(|part| number(counts, part)).sum::<u64>(),
            number(counts, "seen"),
            "{listing}"
        );
        for part in parts {
            *sums.entry(part).or_default() += number(counts, part);
        }
        *sums.entry("seen").or_default() += number(counts, "seen");
    }
    for (name, sum) in sums {
        assert_eq!(number(&run["counts"], name), sum, "{name}: {run}");
    }
}

/// What differs between two dumps, by table; empty when nothing does.
pub fn difference(one: &Dump, other: &Dump) -> Vec<Value> {
    let mut all = Vec::new();
    for (table, rows) in one {
        let others = &other[table];
        let only = |rows: &[Value], others: &[Value]| -> Vec<Value> {
            rows.iter().filter(|row| !others.contains(row)).cloned().collect()
        };
        if rows != others {
            all.push(
                json!({ "table": table, "only_one": only(rows, others), "only_other": only(others, rows) }),
            );
        }
    }
    all
}
