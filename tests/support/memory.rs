//! An inventory in plain maps: it answers the statements that a step reads and writes by what they are named for, and
//! is cloned in microseconds. `tests/it/promise` walks hundreds of thousands of orders on it; that SQLite does the same
//! is shown there too, order by order. A statement that is not known here is a failure, never nothing.

use std::collections::{BTreeMap, BTreeSet};

use driftline::core::statement::{Param, Plan, Rows, Statement};
use driftline::core::step::{Committed, NowMs, Step};
use serde_json::{Map, Value, json};

type Row = Map<String, Value>;

/// The tables that the way into the inventory touches.
#[derive(Clone, Default)]
pub struct Memory {
    /// By alias and root.
    pub claims: BTreeMap<(String, String), Row>,
    /// By id.
    pub assets: BTreeMap<String, Row>,
    /// By child, evidence and slot.
    pub edges: BTreeMap<(String, String, u64), Row>,
    /// In the order they were written.
    pub decisions: Vec<Row>,
    observations: BTreeMap<(String, String), Row>,
    redirects: BTreeMap<String, String>,
    /// Root, digest, time, feed, account.
    sightings: BTreeSet<(String, String, i64, String, String)>,
}

/// Whether a step's batch takes effect.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It does.
    Commits,
    /// The machine goes down before it.
    Dies,
}

impl Memory {
    /// Runs a chain to its end; `None` when it died on the way.
    pub fn drive<T>(&mut self, now: NowMs, fate: Fate, mut step: Step<T>) -> Option<T> {
        loop {
            step = match step {
                Step::Read(statements, then) => then(self.read(&statements), now),
                Step::Commit(_, _) if fate == Fate::Dies => return None,
                Step::Commit(plan, then) => then(self.commit(&plan), now),
                Step::End(end) => return Some(end),
                Step::Call(..) | Step::Prove(..) => panic!("nobody here calls a provider"),
            };
        }
    }

    fn read(&self, statements: &[Statement]) -> Vec<Rows> {
        let rows = statements.iter().map(|statement| {
            let rows = match statement.name {
                "payloads" => self.payloads(&list(statement, 1)),
                "near" => {
                    assert!(list(statement, 3).is_empty(), "sources of news are not known here");
                    self.near_rows(&self.near(&list(statement, 1)), number(statement, 2))
                }
                other => panic!("{other} is not known here"),
            };
            Rows { json: Value::Array(rows.into_iter().map(Value::Object).collect()).to_string() }
        });
        rows.collect()
    }

    fn payloads(&self, wanted: &[Value]) -> Vec<Row> {
        let found = wanted.iter().filter_map(|pair| self.observations.get(&(text(&pair[0]), text(&pair[1]))));
        found.cloned().collect()
    }

    fn near_rows(&self, near: &Near, since_ms: i64) -> Vec<Row> {
        let of_kind = |kind: &str, row: &Row| {
            row_of(json!({ "kind": kind, "row": Value::Object(row.clone()).to_string() }))
        };
        let claims = self.claims.iter().filter(|((alias, _), _)| near.listed.contains(alias));
        let assets = near.held.iter().filter_map(|id| self.assets.get(id));
        let observations = self.observations.iter().filter(|((root, _), _)| near.known.contains(root));
        let mut rows: Vec<Row> = claims.map(|(_, row)| of_kind("claim", row)).collect();
        rows.extend(assets.map(|row| of_kind("asset", &with_media(row))));
        rows.extend(observations.map(|(_, row)| of_kind("observation", row)));
        rows.extend(self.news(near, since_ms).iter().map(|(kind, row)| of_kind(kind, row)));
        rows
    }

    fn news(&self, near: &Near, since_ms: i64) -> Vec<(String, Row)> {
        let decided = self.decisions.iter().filter(|row| {
            near.listed.contains(&text(&row["alias"])) && row["family"].as_str() != Some("edge")
        });
        let decided = decided.map(|row| {
            let told = row_of(json!({
                "one": row["alias"], "other": row["other"], "at_ms": row["at_ms"], "word": row["verdict"],
                "author": row["author"],
            }));
            (text(&row["family"]), told)
        });
        let seen = self.sightings.iter().filter(|one| one.2 >= since_ms && near.known.contains(&one.0));
        let seen = seen.map(|(root, digest, at_ms, feed, account)| {
            let told = row_of(
                json!({ "one": root, "other": digest, "at_ms": at_ms, "word": feed, "author": account }),
            );
            ("sighting".to_owned(), told)
        });
        decided.chain(seen).collect()
    }

    fn near(&self, touched: &[Value]) -> Near {
        let mut touched: BTreeSet<String> = touched.iter().map(text).collect();
        loop {
            let tied = self.decisions.iter().filter(|row| {
                row["family"].as_str() == Some("identity") && touched.contains(&text(&row["alias"]))
            });
            let tied: Vec<String> = tied.map(|row| text(&row["other"])).collect();
            let before = touched.len();
            touched.extend(tied);
            if touched.len() == before {
                break;
            }
        }
        let near: BTreeSet<String> = self
            .claims
            .keys()
            .filter(|(alias, _)| touched.contains(alias))
            .map(|key| key.1.clone())
            .collect();
        let own = |root: &String| self.claims.get(&(root.clone(), root.clone()));
        let held: BTreeSet<String> = near
            .iter()
            .filter_map(own)
            .filter_map(|row| row["asset"].as_str())
            .map(ToOwned::to_owned)
            .collect();
        let mut known = near;
        for row in held.iter().filter_map(|id| self.assets.get(id)) {
            known.extend(parsed(&row["roots"]).iter().map(text));
        }
        let mut listed = touched;
        listed.extend(known.iter().cloned());
        for row in known.iter().filter_map(own) {
            listed.extend(parsed(&row["lists"]).iter().map(|pair| text(&pair[1])));
        }
        Near { held, known, listed }
    }

    fn commit(&mut self, plan: &Plan) -> Committed {
        for statement in &plan.statements {
            if statement.name == "guard" {
                if !self.holds(statement) {
                    return Committed::Conflict;
                }
                continue;
            }
            self.write(statement);
        }
        Committed::Done
    }

    fn holds(&self, guard: &Statement) -> bool {
        let aliases: BTreeSet<String> = list(guard, 3).iter().map(text).collect();
        let claims = self.claims.iter().filter(|((alias, _), _)| aliases.contains(alias));
        let weight: i64 = claims.map(|(_, row)| 2 - row["rank"].as_i64().expect("a rank")).sum();
        let unchanged =
            |pair: &Value| self.assets.get(&text(&pair[0])).is_some_and(|row| row["version"] == pair[1]);
        weight == number(guard, 4) && list(guard, 5).iter().all(unchanged)
    }

    fn write(&mut self, statement: &Statement) {
        // No job is kept here: what a generation makes of the news is none of the inventory's.
        if statement.name == "insert_job_once" {
            return;
        }
        let rows = list(statement, 1);
        match statement.name {
            "insert_observations" => {
                for row in rows.into_iter().map(|row| by_column(statement, row)) {
                    let old = self.observations.insert((text(&row["root"]), text(&row["digest"])), row);
                    assert!(old.is_none(), "an observation is inserted once");
                }
            }
            "update_observations" => {
                for row in rows {
                    let known = self.observations.get_mut(&(text(&row["root"]), text(&row["digest"])));
                    let known = known.expect("what is updated is there");
                    known.insert("seen".into(), row["seen"].clone());
                    known.insert("linked".into(), row["linked"].clone());
                }
            }
            "upsert_claims" => rows.into_iter().for_each(|row| self.claim(row_of(row))),
            "upsert_assets" => {
                for row in rows.into_iter().map(|row| by_column(statement, row)) {
                    self.assets.insert(text(&row["id"]), row);
                }
            }
            "delete_absorbed" => {
                for pair in rows {
                    self.assets.remove(&text(&pair[0]));
                }
            }
            "insert_redirects" => {
                self.redirects.extend(rows.iter().map(|pair| (text(&pair[0]), text(&pair[1]))));
            }
            "insert_edges" => {
                for mut row in rows.into_iter().map(|row| by_column(statement, row)) {
                    row.insert("denied".into(), 0.into());
                    let slot = row["slot"].as_u64().expect("a slot");
                    let key = (text(&row["child"]), text(&row["evidence"]), slot);
                    self.edges.entry(key).or_insert(row);
                }
            }
            "insert_decisions" => self.decisions.extend(rows.into_iter().map(row_of)),
            // Findings are no part of what is known: no fold reads them.
            "upsert_drift" | "close_drift" => {}
            "test_sightings" => {
                for row in rows {
                    let at_ms = row[2].as_i64().expect("a time");
                    self.sightings.insert((
                        text(&row[0]),
                        text(&row[1]),
                        at_ms,
                        text(&row[3]),
                        text(&row[4]),
                    ));
                }
            }
            other => panic!("{other} is not known here"),
        }
    }

    fn claim(&mut self, new: Row) {
        let known =
            self.claims.entry((text(&new["alias"]), text(&new["root"]))).or_insert_with(|| new.clone());
        let rank = known["rank"].as_i64().min(new["rank"].as_i64());
        known.insert("rank".into(), rank.into());
        for column in ["asset", "lists", "referenced"] {
            let value =
                new.get(column).filter(|value| !value.is_null()).or_else(|| known.get(column)).cloned();
            known.insert(column.into(), value.unwrap_or_default());
        }
    }
}

/// An asset's row with the column that the statement works out: whether what was made here has its file.
fn with_media(row: &Row) -> Row {
    let fields: Value =
        row["fields"].as_str().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let has_media = !row["source_generation_id"].is_null() && !fields["media_url"].is_null();
    let mut row = row.clone();
    row.insert("has_media".into(), i64::from(has_media).into());
    row
}

/// The neighbourhood of some aliases, as `sql::near` has it.
struct Near {
    held: BTreeSet<String>,
    known: BTreeSet<String>,
    listed: BTreeSet<String>,
}

/// What a page showed, for `Memory` to keep: `[root, digest, time, feed, account]` each.
pub fn sightings(rows: &[Value]) -> Statement {
    Statement::new("test_sightings", "", vec![Param::Int(1), Value::from(rows.to_vec()).to_string().into()])
}

fn list(statement: &Statement, place: usize) -> Vec<Value> {
    match &statement.params[place] {
        Param::Text(text) => serde_json::from_str(text).expect("an array"),
        other => panic!("{}: {other:?} is no array", statement.name),
    }
}

fn number(statement: &Statement, place: usize) -> i64 {
    match &statement.params[place] {
        Param::Int(number) => *number,
        other => panic!("{}: {other:?} is no number", statement.name),
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn parsed(value: &Value) -> Vec<Value> {
    serde_json::from_str(value.as_str().unwrap_or("[]")).expect("an array")
}

/// A row that travels as an array, by the columns that its statement names.
fn by_column(statement: &Statement, row: Value) -> Row {
    let columns = statement.sql.split_once("(owner,").and_then(|(_, rest)| rest.split_once(')'));
    let (columns, _) = columns.expect("a list of columns");
    let Value::Array(values) = row else { panic!("{row} is no array") };
    columns.split(',').map(|name| name.trim().to_owned()).zip(values).collect()
}

fn row_of(value: Value) -> Row {
    match value {
        Value::Object(row) => row,
        other => panic!("{other} is no row"),
    }
}
