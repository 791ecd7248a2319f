//! Laws about generations: one for each request that was made, however often it came; acted on once; and what follows
//! what is as the table of states has it.

use std::collections::BTreeMap;

use driftline::core::generation::state::State;

use super::assets::get;
use super::{Lawful, must};
use crate::people::People;
use crate::provider::Provider;
use crate::support::db::Db;

/// The generations as they were read last.
#[derive(Default)]
pub struct Generations {
    known: BTreeMap<String, State>,
}

impl Generations {
    pub fn hold(&mut self, db: &Db, provider: &Provider, people: &People) -> Lawful {
        let mut now = BTreeMap::new();
        db.each("SELECT id, state FROM generations", [], |row| {
            let state = State::parse(&get::<String>(row, 1)).expect("a state");
            now.insert(get::<String>(row, 0), state);
        });
        for (id, before) in &self.known {
            let after = now.get(id).ok_or_else(|| format!("generation {id} is gone"))?;
            must(after.may_follow(*before), || format!("generation {id} went from {before:?} to {after:?}"))?;
        }
        must(now.len() <= people.generations.len(), || "a request made two generations".to_owned())?;
        must(provider.made.len() <= now.len(), || "a generation was acted on under two keys".to_owned())?;
        self.known = now;
        Ok(())
    }
}
