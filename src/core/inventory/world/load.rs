//! Reads the rows of `sql::near` into a world. What is new is left to its parent.

use std::collections::BTreeSet;

use crate::core::inventory::identity::Verdict;
use crate::core::inventory::observe::{Change, Observed, Sighting, Stored};
use crate::core::inventory::world::{AssetRow, PageSighting, World, weight_of};
use crate::core::media::{Api, Feed, Making, MediaType};
use crate::core::row::row;
use crate::core::statement::{BadRows, Rows, parse_row, rows_at};

row! {
    struct NearRow {
        kind: String,
        row: String,
    }
}

row! {
    struct ClaimRow {
        alias: String,
        root: String,
        rank: u8,
        asset: Option<String>,
        lists: Option<String>,
        referenced: Option<String>,
    }
}

row! {
    struct ObservationRow {
        root: String,
        digest: String,
        provider_id: String,
        api: Api,
        media_type: MediaType,
        making: Making,
        extractor: u32,
        linked: i64,
        seen: String,
    }
}

row! {
    struct NewsRow {
        one: String,
        other: String,
        at_ms: i64,
        word: String,
        author: String,
    }
}

impl World {
    /// Reads the rows of `sql::near`, which is the first statement of its read.
    ///
    /// # Errors
    /// [`BadRows`] when a row does not have the expected shape.
    pub fn load(owner: i64, touched: &BTreeSet<String>, rows: &[Rows]) -> Result<Self, BadRows> {
        let mut world = Self { owner, guarded: touched.clone(), touched: touched.clone(), ..Self::default() };
        for NearRow { kind, row } in rows_at(rows, 0)?.parse::<NearRow>()? {
            match kind.as_str() {
                "claim" => world.load_claim(parse_row(&row)?)?,
                "asset" => world.load_asset(parse_row(&row)?),
                "observation" => world.load_observation(parse_row(&row)?)?,
                _ => world.load_news(&kind, parse_row(&row)?)?,
            }
        }
        Ok(world)
    }

    fn load_asset(&mut self, row: AssetRow) {
        self.assets.insert(row.id.clone(), row);
    }

    fn load_claim(&mut self, row: ClaimRow) -> Result<(), BadRows> {
        self.claims.claim(&row.alias, &row.root, row.rank);
        self.weight += weight_of(row.rank);
        if row.alias == row.root {
            for (strength, alias) in parse_json::<Vec<(u8, String)>>(row.lists.as_deref().unwrap_or("[]"))? {
                self.claims.list(&row.root, &alias, strength);
            }
            let state = self.roots.entry(row.root).or_default();
            state.asset = row.asset;
            state.referenced = row.referenced.as_deref().map(parse_json).transpose()?;
        }
        self.guarded.insert(row.alias);
        Ok(())
    }

    fn load_observation(&mut self, row: ObservationRow) -> Result<(), BadRows> {
        let observed = Observed {
            seen: parse_json(&row.seen)?,
            said: None,
            linked: row.linked == 1,
            payload: None,
            context: Stored {
                provider_id: row.provider_id,
                api: row.api,
                media_type: row.media_type,
                making: row.making,
                extractor: row.extractor,
            },
            change: Change::None,
        };
        self.roots.entry(row.root).or_default().observations.insert(row.digest, observed);
        Ok(())
    }

    fn load_news(&mut self, kind: &str, row: NewsRow) -> Result<(), BadRows> {
        match kind {
            "presence" => {
                let decided = (row.at_ms, row.word);
                let known = self.presence.entry(row.one).or_insert_with(|| decided.clone());
                if decided > *known {
                    *known = decided;
                }
            }
            "identity" => {
                let verdict = Verdict { at_ms: row.at_ms, same: row.word == "same", author: row.author };
                self.claims.decide(&row.one, &row.other, verdict);
            }
            "sighting" => {
                let feed = Feed::parse(&row.word)
                    .ok_or_else(|| BadRows { reason: format!("feed {:?} is not known", row.word) })?;
                let seen = Sighting::once(feed, row.author, row.at_ms);
                self.sightings.push(PageSighting { root: row.one, digest: row.other, seen });
            }
            _ => {}
        }
        Ok(())
    }
}

fn parse_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, BadRows> {
    serde_json::from_str(text).map_err(|error| BadRows { reason: error.to_string() })
}
