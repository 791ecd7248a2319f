//! What is true of the provider at the end, and what was said on the way: the tables must equal both.

use std::collections::{BTreeMap, BTreeSet};

use driftline::core::facts::Context;
use driftline::core::inventory::observe::{Sighting, Stored};
use driftline::core::inventory::world::{Decision, Family, Incoming};
use driftline::core::media::{Api, Feed, Making, MediaType, Status};
use driftline::core::providers::extract_in;
use serde_json::Value;

use crate::laws::assets::get;
use crate::laws::{Lawful, must};
use crate::people::OWNERS;
use crate::provider::item::Item;
use crate::support::db::Db;
use crate::support::said::{said_by, said_by_rows};
use crate::world::World;

impl World<'_> {
    /// Holds the tables against the provider's truth and against the fold of all that is stored.
    pub fn compare(&mut self) -> Lawful {
        self.laws.assets.hold(self.db, &self.people)?;
        for (owner, _, accounts) in OWNERS {
            let accounts: Vec<u64> = accounts.iter().map(|(_, number)| *number).collect();
            let holders = self.holders(owner);
            let items: Vec<Item> = self.provider.items.clone();
            for item in
                items.iter().filter(|item| accounts.iter().any(|account| item.accounts.contains(account)))
            {
                self.compare_item(owner, &accounts, item, &holders)?;
            }
            self.compare_missing(owner, &accounts)?;
            self.compare_with_fold(owner)?;
            self.compare_graphs(owner)?;
        }
        self.compare_generations()
    }

    /// The asset of each root.
    fn holders(&self, owner: i64) -> BTreeMap<String, String> {
        let own = self.laws.assets.now.iter().filter(|((of, _), _)| *of == owner);
        own.flat_map(|((_, id), seen)| seen.roots.iter().map(move |root| (root.clone(), id.clone())))
            .collect()
    }

    /// A thing that is listed is here, as it is there.
    fn compare_item(
        &self,
        owner: i64,
        accounts: &[u64],
        item: &Item,
        holders: &BTreeMap<String, String>,
    ) -> Lawful {
        let root = item.root();
        let id = holders.get(&root).ok_or_else(|| format!("{root} is listed and not here"))?;
        let seen = &self.laws.assets.now[&(owner, id.clone())];
        must(seen.missing_ms.is_none() || seen.removed, || {
            format!("{root} is listed and marked as missing")
        })?;
        must(["synced", "both"].contains(&seen.origin.as_str()), || {
            format!("{root} is listed and {}", seen.origin)
        })?;
        let is_merged = seen.roots.iter().filter(|root| root.starts_with("id:")).count() > 1;
        if is_merged {
            return Ok(());
        }
        let row = read_asset(self.db, owner, id);
        let account =
            accounts.iter().find(|account| item.accounts.contains(account)).expect("a listing account");
        let facts = extract_in("pixverse", context(item), &item.row(*account)).expect("a row that is well");
        let is_known = facts.status != Status::Unknown;
        must(!is_known || row.status == facts.status.as_str(), || {
            format!("{root} is {} there and {} here", facts.status, row.status)
        })?;
        let url = row.fields["media_url"].as_str();
        must(!item.is_done() || url == Some(&item.url()), || {
            format!("{root} is at {} and not at {url:?}", item.url())
        })?;
        self.compare_sources(owner, item, id, holders)
    }

    /// Its parents are what the provider says it was made from, those that are known by a file alone too.
    fn compare_sources(
        &self,
        owner: i64,
        item: &Item,
        id: &str,
        holders: &BTreeMap<String, String>,
    ) -> Lawful {
        if item.is_rewritten {
            return Ok(());
        }
        let mut expected = BTreeSet::new();
        for source in &item.sources {
            let key = source.key.as_ref().map(|key| format!("key:pixverse:{key}"));
            let id_root = source.number.map(|number| format!("id:pixverse:library:video:created:{number}"));
            // A file whose maker is listed under this very name is its maker's.
            let maker = self.provider.items.get(source.place).filter(|maker| {
                source.key.as_ref() == Some(&maker.key()) && maker.is_done() && self.is_shown(owner, maker)
            });
            let by_file = || maker.map(Item::root).or(key.clone());
            let Some(root) = id_root.or_else(by_file) else { continue };
            let holder = holders.get(&root);
            expected.insert(
                holder.cloned().ok_or_else(|| format!("{}: its source {root} is nowhere", item.root()))?,
            );
        }
        expected.remove(id);
        let found = parents_of(self.db, owner, id);
        let decided = self.db_has_identity_decisions(owner);
        must(decided || found == expected, || {
            format!("{}: parents {found:?} and not {expected:?}", item.root())
        })
    }

    fn db_has_identity_decisions(&self, owner: i64) -> bool {
        let mut has = false;
        self.db.each("SELECT 1 FROM decisions WHERE owner = ?1 AND family = 'identity'", [owner], |_| {
            has = true
        });
        has
    }

    fn is_shown(&self, owner: i64, item: &Item) -> bool {
        let accounts = OWNERS.iter().find(|(of, ..)| *of == owner).expect("an owner").2;
        accounts.iter().any(|(_, number)| item.accounts.contains(number))
    }

    /// What is listed no more is missing if it ever was listed, and nothing else is.
    fn compare_missing(&self, owner: i64, accounts: &[u64]) -> Lawful {
        let listed = self.provider.roots_listed(accounts);
        for ((of, id), seen) in &self.laws.assets.now {
            if *of != owner || seen.removed || seen.origin == "referenced" {
                continue;
            }
            let is_listed = seen.roots.iter().any(|root| listed.contains(root));
            let was_listed = seen.roots.iter().any(|root| self.shown.contains(&(owner, root.clone())));
            must(seen.missing_ms.is_some() == (was_listed && !is_listed), || {
                format!(
                    "{id} {:?}: listed {is_listed}, ever listed {was_listed}, missing since {:?}",
                    seen.roots, seen.missing_ms
                )
            })?;
        }
        Ok(())
    }

    /// The tables equal the fold from scratch of what is stored.
    fn compare_with_fold(&self, owner: i64) -> Lawful {
        let tables = said_by_rows(
            rows_of(self.db, owner, "SELECT * FROM assets WHERE owner = "),
            rows_of(self.db, owner, "SELECT * FROM edges WHERE owner = "),
            &rows_of(self.db, owner, "SELECT * FROM claims WHERE owner = "),
            &rows_of(self.db, owner, "SELECT * FROM decisions WHERE family = 'identity' AND owner = "),
        );
        let pure = said_by(stored(self.db, owner), &decided(self.db, owner));
        let only = |one: &BTreeSet<String>, other: &BTreeSet<String>| {
            one.difference(other).take(2).cloned().collect::<Vec<_>>().join("\n")
        };
        must(tables == pure, || {
            format!(
                "the fold from scratch differs\nonly in the tables:\n{}\nonly in the fold:\n{}",
                only(&tables, &pure),
                only(&pure, &tables)
            )
        })
    }

    /// No graph has a cycle or a thing that was made from itself.
    fn compare_graphs(&mut self, owner: i64) -> Lawful {
        let own = self.laws.assets.now.keys().filter(|(of, _)| *of == owner);
        let ids: Vec<String> = own.map(|(_, id)| id.clone()).collect();
        ids.iter().step_by(1 + ids.len() / 12).try_for_each(|id| self.hold_graph(owner, id))
    }

    /// Every generation has ended, and what came of it says so.
    fn compare_generations(&self) -> Lawful {
        let mut broken = Ok(());
        self.db.each("SELECT id, state FROM generations", [], |row| {
            let (id, state): (String, String) = (get(row, 0), get(row, 1));
            if ["pending", "submitted", "processing"].contains(&state.as_str()) {
                broken = Err(format!("generation {id} is still {state}"));
            }
        });
        let sql = "SELECT o.generation, o.root, a.source_generation_id FROM generation_outputs o
                     LEFT JOIN claims c ON c.owner = o.owner AND c.alias = o.root AND c.root = o.root
                     LEFT JOIN assets a ON a.owner = o.owner AND a.id = c.asset";
        self.db.each(sql, [], |row| {
            let (id, root, says): (String, String, Option<String>) = (get(row, 0), get(row, 1), get(row, 2));
            if says.is_none() {
                broken = Err(format!("{root} came of {id}, and its asset says {says:?}"));
            }
        });
        broken
    }
}

fn context(item: &Item) -> Context {
    Context { media_type: item.media_type, api: Some(Api::Library), making: Some(item.making) }
}

struct AssetRow {
    status: String,
    fields: Value,
}

fn read_asset(db: &Db, owner: i64, id: &str) -> AssetRow {
    let mut found = None;
    db.each(
        "SELECT status, fields FROM assets WHERE owner = ?1 AND id = ?2",
        rusqlite::params![owner, id],
        |row| {
            let fields: String = get(row, 1);
            found =
                Some(AssetRow { status: get(row, 0), fields: serde_json::from_str(&fields).expect("JSON") });
        },
    );
    found.expect("an asset that was read before")
}

fn parents_of(db: &Db, owner: i64, id: &str) -> BTreeSet<String> {
    let mut parents = BTreeSet::new();
    let sql = "SELECT c.asset FROM assets a JOIN json_each(a.roots) r
                 JOIN edges e ON e.owner = a.owner AND e.child = r.value AND e.evidence = a.evidence
                 JOIN claims c ON c.owner = a.owner AND c.alias = e.parent AND c.root = e.parent
                WHERE a.owner = ?1 AND a.id = ?2 AND c.asset <> a.id";
    db.each(sql, rusqlite::params![owner, id], |row| {
        parents.insert(get(row, 0));
    });
    parents
}

fn rows_of(db: &Db, owner: i64, sql: &str) -> Vec<Value> {
    let mut rows = db.query(&format!("{sql}{owner}"));
    for row in &mut rows {
        // When something is missed is no matter of what was said.
        if let Some(missing) = row.get_mut("missing_ms") {
            *missing = Value::Null;
        }
    }
    rows
}

/// Every observation with all of its sightings, those that stand in page rows too.
fn stored(db: &Db, owner: i64) -> Vec<Incoming> {
    let mut pages: BTreeMap<(String, String), Vec<Sighting>> = BTreeMap::new();
    let sql = "SELECT r.value ->> 0, r.value ->> 1, s.feed, s.account, s.seen_ms FROM scan_pages s JOIN json_each(s.rows) r
                WHERE s.owner = ?1 AND s.feed <> 'dry_run' AND r.value ->> 0 IS NOT NULL";
    db.each(sql, [owner], |row| {
        let feed = Feed::parse(&get::<String>(row, 2)).expect("a feed");
        let seen = Sighting::once(feed, get(row, 3), get(row, 4));
        pages.entry((get(row, 0), get(row, 1))).or_default().push(seen);
    });
    let mut all = Vec::new();
    let sql = "SELECT root, digest, provider_id, api, media_type, making, extractor, seen, payload FROM observations
                WHERE owner = ?1";
    db.each(sql, [owner], |row| {
        let context = Stored {
            provider_id: get(row, 2),
            api: Api::parse(&get::<String>(row, 3)).expect("an api"),
            media_type: MediaType::parse(&get::<String>(row, 4)).expect("a type"),
            making: Making::parse(&get::<String>(row, 5)).expect("a making"),
            extractor: 1,
        };
        let (root, digest, payload): (String, String, String) = (get(row, 0), get(row, 1), get(row, 8));
        let mut seen: Vec<Sighting> = serde_json::from_str(&get::<String>(row, 7)).expect("sightings");
        seen.extend(pages.remove(&(root, digest.clone())).into_iter().flatten());
        for seen in seen {
            let facts =
                extract_in(&context.provider_id, context.context(), &payload).expect("a stored payload");
            let (provider_id, digest, payload) =
                (context.provider_id.clone(), digest.clone(), payload.clone());
            all.push(Incoming { provider_id, facts, digest, payload, seen });
        }
    });
    all
}

fn decided(db: &Db, owner: i64) -> Vec<Decision> {
    let mut all = Vec::new();
    let sql = "SELECT alias, family, other, at_ms, verdict, author FROM decisions
                WHERE owner = ?1 AND family <> 'edge'";
    db.each(sql, [owner], |row| {
        let (family, verdict): (String, String) = (get(row, 1), get(row, 4));
        let words = ["remove", "restore", "same", "different"];
        all.push(Decision {
            alias: get(row, 0),
            family: if family == "identity" { Family::Identity } else { Family::Presence },
            other: get(row, 2),
            at_ms: get(row, 3),
            verdict: words.into_iter().find(|word| *word == verdict).expect("a verdict"),
            author: get(row, 5),
            body: String::new(),
        });
    });
    all
}
