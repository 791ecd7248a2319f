//! What the simulation needs of the database beyond what every test needs: rows as they are, and a fresh start.

use crate::support::db::Db;

impl Db {
    /// Shows a test each row of its own query, without a way through JSON.
    pub fn each(&self, sql: &str, params: impl rusqlite::Params, mut see: impl FnMut(&rusqlite::Row<'_>)) {
        let mut prepared = self.connection.prepare_cached(sql).expect("prepare a test's query");
        let mut rows = prepared.query(params).expect("run a test's query");
        while let Some(row) = rows.next().expect("read a row") {
            see(row);
        }
    }

    /// Empties every table: a world after this one finds what a fresh database has.
    pub fn wipe(&mut self) {
        let mut tables = Vec::new();
        self.each("SELECT name FROM sqlite_master WHERE type = 'table'", [], |row| {
            tables.push(row.get::<_, String>(0).expect("a name"));
        });
        self.execute("PRAGMA foreign_keys = OFF");
        for table in tables.iter().filter(|table| *table != "extractor_state") {
            self.execute(&format!("DELETE FROM {table}"));
        }
        self.execute("UPDATE extractor_state SET version = 1, after = 0; PRAGMA foreign_keys = ON");
    }
}
