//! Laws about assets: every root has exactly one, every public id leads somewhere for ever, what was removed stays
//! removed.

use std::collections::{BTreeMap, BTreeSet};

use super::{Lawful, must};
use crate::people::People;
use crate::support::db::Db;

/// An asset, as the laws see it.
#[derive(Clone, Debug)]
pub struct Seen {
    pub roots: BTreeSet<String>,
    pub removed: bool,
    pub shown: bool,
    pub missing_ms: Option<i64>,
    pub origin: String,
}

/// The assets as they were read last.
#[derive(Default)]
pub struct Assets {
    pub now: BTreeMap<(i64, String), Seen>,
    redirects: BTreeMap<(i64, String), String>,
    given: BTreeSet<(i64, String)>,
    /// Those that the last batch marked as missing.
    pub newly_missing: Vec<(i64, String)>,
}

impl Assets {
    /// Reads the assets again and holds them to their laws.
    pub fn hold(&mut self, db: &Db, people: &People) -> Lawful {
        let before = std::mem::replace(&mut self.now, read(db));
        self.newly_missing.clear();
        for (id, seen) in &self.now {
            let was_missing = before.get(id).is_some_and(|one| one.missing_ms.is_some());
            if seen.missing_ms.is_some() && !was_missing {
                self.newly_missing.push(id.clone());
            }
        }
        self.redirects.clear();
        db.each("SELECT owner, old, new FROM redirects", [], |row| {
            self.redirects.insert((get(row, 0), get(row, 1)), get(row, 2));
        });
        self.each_root_has_one(db)?;
        self.given.extend(self.now.keys().cloned());
        for (owner, id) in &self.given {
            must(self.resolved(*owner, id).is_some(), || format!("id {id} was given out and leads nowhere"))?;
        }
        for (owner, id) in &people.removed {
            let seen = self.resolved(*owner, id).and_then(|id| self.now.get(&(*owner, id)));
            must(seen.is_some_and(|seen| seen.removed && !seen.shown), || {
                format!("asset {id} was removed and is back")
            })?;
        }
        Ok(())
    }

    /// The asset that an id leads to now.
    pub fn resolved(&self, owner: i64, id: &str) -> Option<String> {
        let mut id = id.to_owned();
        for _ in 0..50 {
            let key = (owner, id);
            if self.now.contains_key(&key) {
                return Some(key.1);
            }
            id = self.redirects.get(&key)?.clone();
        }
        None
    }

    fn each_root_has_one(&self, db: &Db) -> Lawful {
        let mut holders: BTreeMap<(i64, &str), &str> = BTreeMap::new();
        for ((owner, id), seen) in &self.now {
            for root in &seen.roots {
                if let Some(other) = holders.insert((*owner, root), id) {
                    return Err(format!("root {root} belongs to {other} and to {id}"));
                }
            }
        }
        let mut broken = Ok(());
        let mut own = 0;
        db.each("SELECT owner, root, asset FROM claims WHERE alias = root", [], |row| {
            let (owner, root, asset): (i64, String, Option<String>) = (get(row, 0), get(row, 1), get(row, 2));
            own += 1;
            let holder = holders.get(&(owner, root.as_str())).copied();
            if holder.is_none() || holder != asset.as_deref() {
                broken = Err(format!("root {root} points to {asset:?} and is held by {holder:?}"));
            }
        });
        broken?;
        must(own == holders.len(), || format!("{} roots of assets, {own} of claims", holders.len()))
    }
}

/// A column of a row.
pub fn get<T: rusqlite::types::FromSql>(row: &rusqlite::Row<'_>, column: usize) -> T {
    row.get(column).expect("a column of this type")
}

fn read(db: &Db) -> BTreeMap<(i64, String), Seen> {
    let mut assets = BTreeMap::new();
    db.each("SELECT owner, id, roots, removed, shown, missing_ms, origin FROM assets", [], |row| {
        let roots: String = get(row, 2);
        let seen = Seen {
            roots: serde_json::from_str(&roots).expect("an array of roots"),
            removed: get::<i64>(row, 3) == 1,
            shown: get::<i64>(row, 4) == 1,
            missing_ms: get(row, 5),
            origin: get(row, 6),
        };
        assets.insert((get(row, 0), get(row, 1)), seen);
    });
    assets
}
