//! Every order of up to six observations of a provider world, and seeded shuffles of longer ones, with repetitions and
//! deaths between: each ends in what the pure function says of the set. In plain maps by the hundred thousand, and
//! through SQLite by the thousand.

use std::collections::BTreeSet;

use driftline::core::inventory::intake::{Intake, Sources, take_in};
use driftline::core::sql::decisions::insert_decisions;
use driftline::core::statement::Plan;
use driftline::core::step::{Committed, Step};
use serde_json::{Value, json};

use super::views::observations;
use crate::support::memory::{Fate, Memory, sightings};
use crate::world::{Delivered, Dice, Event, check, intake_of, said_by_events, said_by_rows};

/// Of the worlds that are walked in every order.
const WHOLE: u64 = 140;
/// Of the longer ones, in some orders each.
const LONG: u64 = 400;
const SHUFFLES: usize = 5;
/// Orders that are walked through SQLite.
const THROUGH_SQLITE: u64 = 2_000;

fn said(memory: &Memory) -> BTreeSet<String> {
    let rows = |rows: Vec<&serde_json::Map<String, Value>>| -> Vec<Value> {
        rows.into_iter().cloned().map(Value::Object).collect()
    };
    let identity = memory.decisions.iter().filter(|row| row["family"] == "identity");
    said_by_rows(
        rows(memory.assets.values().collect()),
        rows(memory.edges.values().collect()),
        &rows(memory.claims.values().collect()),
        &rows(identity.collect()),
    )
}

/// Delivers one event as one step would; `false` when the machine went down before the commit.
fn deliver(memory: &mut Memory, intake: &Intake, now: i64, fate: Fate) -> bool {
    let intake = intake.clone();
    let decisions = intake.decisions.clone();
    let shown: Vec<Value> = intake
        .incoming
        .iter()
        .map(|one| {
            let root = one.facts.root().expect("every view has an identity").text();
            json!([root, one.digest, one.seen.3, one.seen.0.as_str(), one.seen.1])
        })
        .collect();
    let step = take_in::<Delivered>(intake, move |taken, _| {
        let mut statements = taken.statements;
        if !decisions.is_empty() {
            statements.push(insert_decisions(1, &decisions));
        }
        statements.push(sightings(&shown));
        Step::commit(Plan { statements, sends: Vec::new() }, |committed, _| {
            assert_eq!(committed, Committed::Done);
            Step::End(Delivered(Ok(())))
        })
    });
    memory.drive(now, fate, step).is_some_and(|delivered| {
        delivered.0.expect("the rows are as they should be");
        true
    })
}

struct Walk<'a> {
    seed: u64,
    events: &'a [Event],
    /// What each event brings, read once.
    intakes: Vec<Intake>,
    expected: &'a BTreeSet<String>,
    dice: Dice,
    orders: u64,
}

impl<'a> Walk<'a> {
    fn new(seed: u64, events: &'a [Event], expected: &'a BTreeSet<String>, dice: Dice) -> Self {
        let intakes = events.iter().map(|event| intake_of(event, Sources::All)).collect();
        Self { seed, events, intakes, expected, dice, orders: 0 }
    }

    /// Goes on from a state in every order of what is left; the common beginnings of orders are walked once.
    fn go_on(&mut self, memory: Memory, order: &mut Vec<usize>) {
        let left: Vec<usize> = (0..self.events.len()).filter(|next| !order.contains(next)).collect();
        let Some((last, others)) = left.split_last() else {
            self.orders += 1;
            return self.compare(&memory, order);
        };
        for next in others {
            self.branch(memory.clone(), order, *next);
        }
        // Whoever comes last needs no copy.
        self.branch(memory, order, *last);
    }

    fn branch(&mut self, mut memory: Memory, order: &mut Vec<usize>, next: usize) {
        self.step(&mut memory, order, next);
        order.push(next);
        self.go_on(memory, order);
        order.pop();
    }

    /// One event, now and then after a death before its commit, and now and then with an earlier one again.
    fn step(&mut self, memory: &mut Memory, order: &[usize], next: usize) {
        let now = 1_000 + i64::try_from(order.len()).unwrap();
        if self.dice.one_in(16) {
            assert!(!deliver(memory, &self.intakes[next], now, Fate::Dies));
        }
        assert!(deliver(memory, &self.intakes[next], now, Fate::Commits));
        if self.dice.one_in(12) {
            let again = if order.is_empty() { next } else { self.dice.pick(order) };
            assert!(deliver(memory, &self.intakes[again], now, Fate::Commits));
        }
    }

    fn compare(&self, memory: &Memory, order: &[usize]) {
        let said = said(memory);
        assert!(
            said == *self.expected,
            "seed {} order {order:?}\nevents: {:#?}\nonly in the tables: {:#?}\nonly in the pure function: {:#?}",
            self.seed,
            self.events,
            said.difference(self.expected).collect::<Vec<_>>(),
            self.expected.difference(&said).collect::<Vec<_>>(),
        );
    }
}

/// Walks the worlds of these seeds in every order; how many orders there were.
fn every_order(seeds: impl Iterator<Item = u64>) -> u64 {
    let mut orders = 0;
    for seed in seeds {
        let mut dice = Dice::new(seed);
        let events = observations(&mut dice, 3, 6);
        let expected = said_by_events(&events);
        let mut walk = Walk::new(seed, &events, &expected, dice);
        walk.go_on(Memory::default(), &mut Vec::new());
        orders += walk.orders;
    }
    orders
}

#[test]
fn every_order_of_six_observations_gives_the_same_inventory() {
    // Two cores, one half of the seeds each.
    let orders: u64 = std::thread::scope(|scope| {
        let halves = [0, 1]
            .map(|half| scope.spawn(move || every_order((0..WHOLE).filter(move |seed| seed % 2 == half))));
        halves.map(|half| half.join().expect("no order differs")).iter().sum()
    });
    assert!(orders >= 100_000, "{orders} orders");
}

#[test]
fn shuffles_of_longer_histories_give_the_same_inventory() {
    for seed in 0..LONG {
        let mut dice = Dice::new(1_000_000 + seed);
        let count = 8 + dice.below(7);
        let events = observations(&mut dice, 5, count);
        let expected = said_by_events(&events);
        let mut walk = Walk::new(seed, &events, &expected, dice);
        for _ in 0..SHUFFLES {
            let mut order: Vec<usize> = (0..events.len()).collect();
            walk.dice.shuffle(&mut order);
            let mut memory = Memory::default();
            for (place, next) in order.iter().enumerate() {
                walk.step(&mut memory, &order[..place], *next);
            }
            walk.compare(&memory, &order);
        }
    }
}

#[test]
fn the_roads_meet_in_the_same_tables_through_sqlite() {
    for seed in 0..THROUGH_SQLITE {
        let mut dice = Dice::new(2_000_000 + seed);
        let events = observations(&mut dice, 3, 6);
        let mut order = events.clone();
        if dice.one_in(2) {
            order.push(events[dice.below(events.len())].clone());
        }
        dice.shuffle(&mut order);
        check(seed, &events, &order, &mut dice);
    }
}
