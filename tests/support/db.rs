//! A database like D1: SQLite in memory with D1's limits set, batches as transactions, results as JSON.

use driftline::core::statement::{Param, Rows, Statement};
use driftline::core::step::Committed;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, params_from_iter};
use serde_json::{Map, Number, Value};

/// The migrations, in order.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/0001_inventory.sql"),
    include_str!("../../migrations/0002_generations.sql"),
    include_str!("../../migrations/0003_drift.sql"),
    include_str!("../../migrations/0004_schemas.sql"),
    include_str!("../../migrations/0005_runs.sql"),
    include_str!("../../migrations/0006_ways.sql"),
    include_str!("../../migrations/0007_links.sql"),
    include_str!("../../migrations/0010_budget.sql"),
];

/// An inventory in memory.
pub struct Db {
    pub connection: Connection,
}

impl Db {
    /// A fresh database with every migration applied.
    pub fn new() -> Self {
        let connection = Connection::open_in_memory().expect("open SQLite in memory");
        for (limit, most) in [
            (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, 100),
            (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50),
            (Limit::SQLITE_LIMIT_COLUMN, 100),
            (Limit::SQLITE_LIMIT_SQL_LENGTH, 100_000),
            (Limit::SQLITE_LIMIT_FUNCTION_ARG, 32),
            (Limit::SQLITE_LIMIT_LENGTH, 2_000_000),
        ] {
            connection.set_limit(limit, most).expect("set a limit");
        }
        // Every text that the product has: preparing one costs more than running it.
        connection.set_prepared_statement_cache_capacity(256);
        connection.execute_batch("PRAGMA foreign_keys = ON").expect("switch foreign keys on");
        for migration in MIGRATIONS {
            connection.execute_batch(migration).expect("apply a migration");
        }
        Self { connection }
    }

    /// Runs statements and hands back their rows, as one D1 batch does.
    pub fn read(&mut self, statements: &[Statement]) -> Vec<Rows> {
        self.batch(statements).unwrap_or_else(|error| panic!("a read failed: {error}"))
    }

    /// Runs statements as one transaction and says how it ended, as the edge does.
    pub fn commit(&mut self, statements: &[Statement]) -> Committed {
        match self.batch(statements) {
            Ok(_) => Committed::Done,
            Err(error) if error.contains("step_already_done") => Committed::Stale,
            Err(error) if error.contains("changed_since_read") => Committed::Conflict,
            Err(error) if error.contains("UNIQUE constraint failed") => Committed::Duplicate,
            Err(error) => panic!("a commit failed: {error}"),
        }
    }

    fn batch(&mut self, statements: &[Statement]) -> Result<Vec<Rows>, String> {
        let transaction = self.connection.transaction().map_err(|error| error.to_string())?;
        let mut all = Vec::new();
        for statement in statements {
            let rows = run(&transaction, statement.sql, &statement.params)
                .map_err(|error| format!("{}: {error}", statement.name))?;
            all.push(rows);
        }
        transaction.commit().map_err(|error| error.to_string())?;
        Ok(all)
    }

    /// Rows of a test's own query, as JSON objects.
    pub fn query(&self, sql: &str) -> Vec<Value> {
        let rows = run(&self.connection, sql, &[]).expect("run a test's query");
        serde_json::from_str(&rows.json).expect("rows are JSON")
    }

    /// The plan of a statement, one line a step.
    pub fn explain(&self, statement: &Statement) -> Vec<String> {
        let sql = format!("EXPLAIN QUERY PLAN {}", statement.sql);
        let mut prepared = self.connection.prepare(&sql).expect("prepare a plan");
        let rows = prepared
            .query_map(params_from_iter(statement.params.iter().map(bound)), |row| {
                row.get::<_, String>("detail")
            })
            .expect("read a plan");
        rows.collect::<Result<_, _>>().expect("a plan's lines are text")
    }

    /// Runs a test's own statement text.
    pub fn execute(&self, sql: &str) {
        self.connection.execute_batch(sql).expect("run a test's statement");
    }
}

fn run(connection: &Connection, sql: &str, params: &[Param]) -> rusqlite::Result<Rows> {
    let mut prepared = connection.prepare_cached(sql)?;
    let names: Vec<String> = prepared.column_names().into_iter().map(ToOwned::to_owned).collect();
    let mut rows = prepared.query(params_from_iter(params.iter().map(bound)))?;
    let mut objects = Vec::new();
    while let Some(row) = rows.next()? {
        let mut object = Map::new();
        for (index, name) in names.iter().enumerate() {
            object.insert(name.clone(), shown(row.get_ref(index)?));
        }
        objects.push(Value::Object(object));
    }
    Ok(Rows { json: Value::Array(objects).to_string() })
}

fn bound(param: &Param) -> rusqlite::types::Value {
    match param {
        Param::Null => rusqlite::types::Value::Null,
        // D1 binds every number as a double: a JSON text that is made in SQL would hold `1.0` where nobody casts.
        Param::Int(number) => rusqlite::types::Value::Real(*number as f64),
        Param::Text(text) => rusqlite::types::Value::Text(text.clone()),
    }
}

fn shown(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => Number::from_f64(number).map_or(Value::Null, Value::Number),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned().into(),
        ValueRef::Blob(_) => panic!("no column holds a blob"),
    }
}
