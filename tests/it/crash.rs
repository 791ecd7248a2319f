//! Steps that are killed at every wait, and messages that come twice, late, in any order or not at all: once the tick
//! has sent again what is due, the tables are those of the undisturbed run.

use driftline::core::jobs;
use driftline::core::step::{Committed, Disposition, NowMs, Step};
use serde_json::{Value, json};

use crate::shelf::{Shelf, clip_from, extended, small, still};
use crate::support::db::Db;
use crate::worker::{Dump, Worker, assert_adds_up, difference};
use crate::world::{Dice, said_by_tables};

/// When the machine goes down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kill {
    /// Before a statement, a call or a batch is sent.
    Before,
    /// After it took effect: the answer and the messages that follow are lost.
    AnswerLost,
}

/// A library that is walked in few steps, with sources on pages of their own.
fn tiny() -> Shelf {
    Shelf::default()
        .with("video/created", [clip_from(1, "pixverse/i2i/ori/1001.png"), extended(2, 1), extended(3, 99)])
        .with("image/created", [still(1_001), still(1_002)])
}

fn started(shelf: Shelf) -> (Worker, String) {
    let mut worker = Worker::new(shelf);
    let run = worker.start(json!({ "mode": "both" }));
    (worker, run)
}

/// What must be equal: everything but how often an asset was folded and which public id it got, which depend on what
/// came together and on whether its stub came first. An id is written as the root that it leads to.
fn comparable(worker: &Worker) -> Dump {
    let mut dump = worker.dump();
    let names: Vec<(Value, Value)> =
        dump["assets"].iter().map(|row| (row["id"].clone(), row["root"].clone())).collect();
    for row in dump.values_mut().flatten() {
        let members = row.as_object_mut().unwrap();
        members.remove("version");
        for member in members.values_mut() {
            if let Some((_, root)) = names.iter().find(|(id, _)| id == member) {
                *member = root.clone();
            }
        }
    }
    dump.get_mut("assets").unwrap().sort_by_key(|row| row["root"].to_string());
    dump
}

fn undisturbed(shelf: Shelf) -> Worker {
    let (mut worker, _) = started(shelf);
    worker.settle();
    worker
}

/// One wait of a chain; `Err` is its end.
pub fn advance(
    db: &mut Db,
    shelf: &mut Shelf,
    now: NowMs,
    step: Step<Disposition>,
) -> (Result<Step<Disposition>, Disposition>, Vec<driftline::core::statement::Send>) {
    match step {
        Step::Read(statements, then) => (Ok(then(db.read(&statements), now)), Vec::new()),
        Step::Call(calls, then) => {
            let replies = calls.iter().map(|call| shelf.answer(call)).collect();
            (Ok(then(replies, now)), Vec::new())
        }
        Step::Commit(plan, then) => {
            let committed =
                if plan.statements.is_empty() { Committed::Done } else { db.commit(&plan.statements) };
            let sends = if committed == Committed::Done { plan.sends } else { Vec::new() };
            (Ok(then(committed, now)), sends)
        }
        Step::Prove(..) => panic!("no job looks at a signature"),
        Step::End(end) => (Err(end), Vec::new()),
    }
}

/// Delivers until the queue is empty, but goes down at the `at`-th wait. How many waits there were.
fn deliver_until(worker: &mut Worker, at: usize, kill: Kill, redelivered: bool) -> usize {
    let mut waits = 0;
    while let Some(send) = worker.queue.pop_front() {
        let mut step = jobs::deliver(send.message.clone());
        while !matches!(step, Step::End(_)) {
            let dies = waits == at;
            waits += 1;
            if dies && kill == Kill::Before {
                worker.queue.extend(redelivered.then_some(send));
                return waits;
            }
            let (next, sends) = advance(&mut worker.edge.db, &mut worker.shelf, worker.edge.now, step);
            if dies {
                worker.queue.extend(redelivered.then_some(send));
                return waits;
            }
            worker.queue.extend(sends);
            let Ok(next) = next else { break };
            step = next;
        }
    }
    waits
}

#[test]
fn a_step_that_is_killed_at_any_wait_ends_as_if_it_had_not_been() {
    let expected = comparable(&undisturbed(tiny()));
    let (mut counting, _) = started(tiny());
    let waits = deliver_until(&mut counting, usize::MAX, Kill::Before, false);
    assert!(waits > 15, "{waits}");
    for at in 0..waits {
        for kill in [Kill::Before, Kill::AnswerLost] {
            for redelivered in [false, true] {
                let (mut worker, run) = started(tiny());
                deliver_until(&mut worker, at, kill, redelivered);
                worker.recover();
                let found = difference(&expected, &comparable(&worker));
                assert_eq!(found, Vec::<Value>::new(), "wait {at}, {kill:?}, redelivered: {redelivered}");
                assert_adds_up(&worker.get(&format!("/runs/{run}")));
            }
        }
    }
}

#[test]
fn a_request_whose_answer_was_lost_finds_its_run() {
    let (mut worker, run) = started(tiny());
    worker.queue.clear();
    assert_eq!(worker.start(json!({ "mode": "both" })), run);
    worker.recover();
    assert_eq!(worker.get(&format!("/runs/{run}"))["counts"]["created"], 5);
}

/// Delivers as a bad queue does: several steps at a time, wait by wait, messages doubled, dropped and overtaken, steps
/// killed. The provider stumbles once in `stumbles` calls.
fn disturb(worker: &mut Worker, dice: &mut Dice, stumbles: Option<usize>) {
    let mut running: Vec<Step<Disposition>> = Vec::new();
    for _ in 0..20_000 {
        if let Some(odds) = stumbles
            && dice.below(odds) == 0
            && worker.shelf.stumbles.is_empty()
        {
            worker
                .shelf
                .stumbles
                .push_back(driftline::core::step::Reply::Cut { reason: "timeout".to_owned() });
        }
        if running.is_empty() && worker.queue.is_empty() {
            if worker.edge.db.query("SELECT id FROM jobs WHERE state = 'active'").is_empty() {
                return;
            }
            worker.edge.db.execute("UPDATE jobs SET due_ms = 0 WHERE state = 'active'");
            worker.tick();
            continue;
        }
        let takes_message = running.is_empty() || (running.len() < 4 && dice.below(4) == 0);
        if takes_message && !worker.queue.is_empty() {
            let send = worker.queue.remove(dice.below(worker.queue.len())).unwrap();
            match dice.below(8) {
                0 => continue,
                1 | 2 => worker.queue.push_back(send.clone()),
                _ => {}
            }
            running.push(jobs::deliver(send.message));
        } else if !running.is_empty() {
            let step = running.swap_remove(dice.below(running.len()));
            let dies = dice.below(25) == 0;
            let (next, sends) = advance(&mut worker.edge.db, &mut worker.shelf, worker.edge.now, step);
            if dies {
                continue;
            }
            worker.queue.extend(sends);
            running.extend(next.ok());
        }
    }
    panic!("a job never ends");
}

#[test]
fn any_order_of_messages_ends_in_the_same_tables() {
    let expected = comparable(&undisturbed(tiny()));
    for seed in 0..200 {
        let mut dice = Dice::new(seed);
        let (mut worker, run) = started(tiny());
        disturb(&mut worker, &mut dice, None);
        let found = difference(&expected, &comparable(&worker));
        assert_eq!(found, Vec::<Value>::new(), "seed {seed}");
        assert_adds_up(&worker.get(&format!("/runs/{run}")));
    }
}

#[test]
fn a_stumbling_provider_on_top_changes_no_asset_and_no_counter() {
    let said = said_by_tables(&undisturbed(small()).edge.db);
    for seed in 0..15 {
        let mut dice = Dice::new(seed);
        let (mut worker, run) = started(small());
        disturb(&mut worker, &mut dice, Some(60));
        let run = worker.get(&format!("/runs/{run}"));
        assert_adds_up(&run);
        assert_eq!(
            (&run["state"], &run["counts"]["created"]),
            (&json!("done"), &json!(60)),
            "seed {seed}: {run}"
        );
        assert_eq!(said_by_tables(&worker.edge.db), said, "seed {seed}");
    }
}
