//! The end of a world: all faults stop, people tidy up, everything comes to rest within a bounded number of steps, and
//! every account is scanned once more.

use driftline::core::api::request::Method;
use driftline::core::api::response::Response;
use serde_json::{Value, json};

use crate::laws::assets::get;
use crate::laws::{Lawful, must};
use crate::people::{Asked, OWNERS, renewal};
use crate::support::db::Db;
use crate::world::{World, body_of};

/// Ticks within which everything must be at rest. The longest wait is that for a generation of which nobody hears.
const MOST_TICKS: usize = 600;
/// Steps between two ticks.
const MOST_STEPS: usize = 20_000;
/// No longer than this may anything wait that nobody has to help.
const LONGEST_MS: i64 = 2 * 24 * 3_600_000;

impl World<'_> {
    /// Brings the world to rest and looks at everything once more.
    pub fn finish(&mut self) -> Lawful {
        self.note(|| "all faults stop".to_owned());
        self.temper = self.temper.healed();
        self.provider.heal();
        for (owner, _, accounts) in OWNERS {
            for (account, number) in accounts {
                let path = format!("/accounts/{account}");
                self.ask(Asked::new(owner, Method::Patch, path, json!({ "auto_sync": "off" })), 200)?;
                let token = self.provider.token(*number);
                self.ask(renewal(owner, &token), 200)?;
            }
        }
        self.rest()?;
        self.end_pauses()?;
        self.tell_runs();
        for (owner, _, accounts) in OWNERS {
            for (account, number) in accounts {
                self.scan(owner, account, *number)?;
            }
            let refresh = json!({ "provider_id": "pixverse", "scope": "current_user" });
            self.ask(Asked::new(owner, Method::Post, "/lineage/refresh".to_owned(), refresh), 202)?;
            let replay = json!({ "all": true });
            self.ask(Asked::new(owner, Method::Post, "/quarantine/replay".to_owned(), replay), 202)?;
            self.rest()?;
        }
        Ok(())
    }

    /// Writes into the trace how each run ended.
    fn tell_runs(&mut self) {
        let mut lines = Vec::new();
        self.db.each("SELECT id, state, body FROM jobs WHERE kind = 'sync' ORDER BY id", [], |row| {
            let (id, state, body): (String, String, String) = (get(row, 0), get(row, 1), get(row, 2));
            let body: Value = serde_json::from_str(&body).expect("a run");
            let ends = body["walks"].as_array().into_iter().flatten();
            let ends: Vec<String> =
                ends.map(|walk| format!("{} torn:{}", walk["ended"], walk["is_torn"])).collect();
            lines.push(format!("{id} is {state}: {}; {}", ends.join(", "), body["last_error"]));
        });
        lines.into_iter().for_each(|line| self.note(|| line));
    }

    /// Asks, and waits for the answer alone.
    pub fn ask(&mut self, asked: Asked, status: u16) -> Result<Response, String> {
        let path = asked.path.clone();
        self.answered = None;
        self.begin_request(asked);
        for _ in 0..1_000 {
            if let Some(response) = self.answered.take() {
                must(response.status == status, || {
                    format!("{path} was answered {} {}", response.status, response.body)
                })?;
                return Ok(response);
            }
            let flight = self.flights.pop().ok_or_else(|| format!("{path} is lost"))?;
            self.moment();
            self.go_on(flight)?;
        }
        Err(format!("{path} is never answered"))
    }

    fn moment(&mut self) {
        self.clock.go_to(self.clock.now() + 5);
        self.provider.now = self.clock.now();
    }

    /// Lets everything go on until no job is due and no message is left.
    fn rest(&mut self) -> Lawful {
        let since_ms = self.clock.now();
        for _ in 0..MOST_TICKS {
            self.run_dry()?;
            let Some(due_ms) = next_due_ms(self.db) else { return Ok(()) };
            must(due_ms < since_ms + LONGEST_MS, || {
                format!("a job waits for {} s", (due_ms - since_ms) / 1_000)
            })?;
            self.clock.go_to(due_ms.max(self.clock.now() + 1_000));
            self.provider.now = self.clock.now();
            self.begin_tick();
        }
        let mut left = Vec::new();
        self.db.each("SELECT id, kind, step, body FROM jobs WHERE state = 'active'", [], |row| {
            left.push(format!("{} {:?}", row.get::<_, String>(0).expect("an id"), row.get::<_, String>(3)));
        });
        Err(format!("not at rest behind {MOST_TICKS} ticks: {left:?}"))
    }

    fn run_dry(&mut self) -> Lawful {
        for _ in 0..MOST_STEPS {
            self.moment();
            if let Some(flight) = self.flights.pop() {
                self.go_on(flight)?;
            } else if !self.begin_delivery() {
                let Some(next_ms) = self.queue.next_ms() else { return Ok(()) };
                self.clock.go_to(next_ms);
            }
        }
        Err("messages never end".to_owned())
    }

    /// Whoever paused a run lets it go on; what it waits for is settled.
    fn end_pauses(&mut self) -> Lawful {
        for _ in 0..4 {
            let paused = runs_in(self.db, "paused");
            if paused.is_empty() {
                return Ok(());
            }
            for (owner, id) in paused {
                let body = json!({ "confirm_identity_shift": true });
                self.ask(Asked::new(owner, Method::Post, format!("/runs/{id}/resume"), body), 200)?;
            }
            self.rest()?;
        }
        Err(format!("runs that stay paused: {:?}", runs_in(self.db, "paused")))
    }

    /// A full scan in peace: it ends, sees each row once, and marks what is gone when that is confirmed.
    fn scan(&mut self, owner: i64, account: &str, number: u64) -> Lawful {
        let path = format!("/providers/pixverse/accounts/{account}/sync-assets");
        let body = json!({ "mode": "all", "strategy": "full", "confirm_identity_shift": true });
        let started = body_of(&self.ask(Asked::new(owner, Method::Post, path, body), 202)?);
        let id = started["id"].as_str().ok_or("a run without an id")?.to_owned();
        self.rest()?;
        let run = self.shown_run(owner, &id)?;
        must(run["state"] == "done", || format!("the last scan of {account} ended so: {run}"))?;
        let there = self.provider.items.iter().filter(|item| item.accounts.contains(&number)).count();
        must(run["counts"]["seen"] == there, || {
            format!("{there} rows are there, the scan of {account} saw: {run}")
        })?;
        let path = format!("/runs/{id}/confirm-missing");
        let confirm = Asked::new(owner, Method::Post, path, json!({}));
        if waits_for_a_person(self.db, &id) {
            self.ask(confirm, 200)?;
            self.rest()?;
        }
        Ok(())
    }

    fn shown_run(&mut self, owner: i64, id: &str) -> Result<Value, String> {
        let asked = Asked::new(owner, Method::Get, format!("/runs/{id}"), Value::Null);
        Ok(body_of(&self.ask(asked, 200)?))
    }
}

fn next_due_ms(db: &Db) -> Option<i64> {
    let mut due = None;
    db.each("SELECT min(due_ms) FROM jobs WHERE state = 'active'", [], |row| {
        due = row.get(0).expect("a time")
    });
    due
}

fn runs_in(db: &Db, state: &str) -> Vec<(i64, String)> {
    let mut runs = Vec::new();
    db.each("SELECT owner, id FROM jobs WHERE kind = 'sync' AND state = ?1 ORDER BY id", [state], |row| {
        runs.push((row.get(0).expect("an owner"), row.get(1).expect("an id")));
    });
    runs
}

fn waits_for_a_person(db: &Db, id: &str) -> bool {
    let mut waits = false;
    db.each("SELECT body ->> '$.closing.waits' FROM jobs WHERE id = ?1", [id], |row| {
        waits = row.get::<_, Option<i64>>(0).expect("a flag") == Some(1);
    });
    waits
}
