//! Generations whose steps are killed at every wait, and messages that come twice, late, in any order or not at all: a
//! request is acted on once, and what is known in the end is what the undisturbed run knows.

use std::collections::BTreeSet;

use driftline::core::api::request::Method;
use driftline::core::jobs;
use driftline::core::statement::Send;
use driftline::core::step::{Disposition, Step};
use serde_json::{Value, json};

use super::studio::Next;
use super::{asked, shown, worker};
use crate::accounts::edge::START;
use crate::crash::{Kill, advance};
use crate::worker::{ACCOUNT, Worker};
use crate::world::{Dice, said_by_tables};

/// A still that was made from another, with a prompt of its own.
fn still(n: usize) -> Value {
    json!({
        "account_id": ACCOUNT, "operation": "image_to_image", "prompt": format!("number {n}"),
        "inputs": [{ "url": "https://media.pixverse.ai/upload/a.png", "relation": "SOURCE_IMAGE" }],
    })
}

/// A still that was made from a file that the provider does not have.
fn foreign(n: usize) -> Value {
    let mut body = still(n);
    body["inputs"][0]["url"] = "https://img.example.com/a.png".into();
    body
}

/// Two stills of one clip's length of work; the second one fails.
fn pair(n: usize) -> Value {
    json!({
        "account_id": ACCOUNT, "operation": "text_to_video", "prompt": format!("number {n}"), "model": "v6",
        "parameters": { "count": 2 },
    })
}

/// A Worker whose provider makes the same of a prompt whenever it is asked.
fn steady() -> Worker {
    let mut worker = worker();
    worker.shelf.studio.steady = Some(START);
    worker
}

/// What must be equal in the end: how each generation stands, what it brought, and the whole inventory.
fn outcome(worker: &mut Worker, ids: &[String]) -> (Vec<Value>, BTreeSet<String>) {
    let generations = ids.iter().map(|id| {
        let generation = shown(worker, id);
        let outputs = generation["outputs"].as_array().unwrap();
        let outputs: Vec<_> = outputs
            .iter()
            .map(|one| json!([one["provider_asset_id"], one["status"], one["remote_url"]]))
            .collect();
        json!([
            generation["state"],
            generation["unconfirmed"],
            generation["in_conflict"],
            outputs,
            generation["prompt"],
            generation["reason"],
        ])
    });
    (generations.collect(), said_by_tables(&worker.edge.db))
}

/// What must hold however it went: each key was acted on once, and the history tells how often it was sent.
fn assert_sent_once(worker: &mut Worker, ids: &[String]) {
    assert!(worker.shelf.studio.acted.values().all(|times| *times == 1), "{:?}", worker.shelf.studio.acted);
    assert!(worker.shelf.studio.acted.len() <= ids.len());
    let mut sent = 0;
    for id in ids {
        let generation = shown(worker, id);
        let told: u64 = generation["history"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|entry| entry["event"] == "sending")
            .map(|entry| entry["times"].as_u64().unwrap())
            .sum();
        assert_eq!(generation["sent"], told, "{generation}");
        sent += usize::try_from(told).unwrap();
    }
    assert!(worker.shelf.studio.keys.len() <= sent, "what arrived was written down");
    assert!(worker.edge.db.query("SELECT id FROM jobs WHERE state = 'active'").is_empty());
}

/// Delivers until the queue is empty, but goes down at the `at`-th wait. How many waits there were.
fn deliver_until(worker: &mut Worker, at: usize, kill: Kill, redelivered: bool) -> usize {
    let mut waits = 0;
    while let Some(send) = worker.queue.pop_front() {
        worker.edge.now += i64::from(send.delay_s) * 1_000;
        let again = Send { delay_s: 0, ..send.clone() };
        let mut step = jobs::deliver(send.message);
        while !matches!(step, Step::End(_)) {
            let dies = waits == at;
            waits += 1;
            if dies && kill == Kill::Before {
                worker.queue.extend(redelivered.then_some(again));
                return waits;
            }
            let (next, sends) = go_on(worker, step);
            if dies {
                worker.queue.extend(redelivered.then_some(again));
                return waits;
            }
            worker.queue.extend(sends);
            let Ok(next) = next else { break };
            step = next;
        }
    }
    waits
}

fn go_on(
    worker: &mut Worker,
    step: Step<Disposition>,
) -> (Result<Step<Disposition>, Disposition>, Vec<Send>) {
    worker.shelf.studio.now = worker.edge.now;
    advance(&mut worker.edge.db, &mut worker.shelf, worker.edge.now, step)
}

#[test]
fn killed_at_any_wait_a_request_is_acted_on_once_and_ends_as_if_nothing_had_been() {
    for body in [still(1), pair(1), foreign(1)] {
        let mut undisturbed = steady();
        let ids = [asked(&mut undisturbed, body.clone())];
        undisturbed.settle();
        let expected = outcome(&mut undisturbed, &ids);
        let mut counting = steady();
        asked(&mut counting, body.clone());
        let waits = deliver_until(&mut counting, usize::MAX, Kill::Before, false);
        assert!(waits > 25, "{waits}");
        for at in 0..waits {
            for kill in [Kill::Before, Kill::AnswerLost] {
                for redelivered in [false, true] {
                    let mut worker = steady();
                    let ids = [asked(&mut worker, body.clone())];
                    deliver_until(&mut worker, at, kill, redelivered);
                    worker.recover();
                    let case = format!("wait {at}, {kill:?}, redelivered: {redelivered}");
                    assert_sent_once(&mut worker, &ids);
                    assert_eq!(outcome(&mut worker, &ids), expected, "{case}");
                }
            }
        }
    }
}

#[test]
fn a_request_that_was_killed_behind_its_batch_is_not_asked_for_twice() {
    let mut worker = steady();
    let request = |worker: &mut Worker| {
        let mut request = worker.edge.request("ann", Method::Post, "/api/v1/generations", still(1));
        request.headers.insert("idempotency-key".to_owned(), "k".to_owned());
        worker.handle(request)
    };
    let first = request(&mut worker);
    let second = request(&mut worker);
    assert_eq!((first.status, second.status), (202, 202));
    assert_eq!(first.body, second.body, "a repeated key gives the first answer");
    worker.settle();
    assert_eq!((worker.count("generations"), worker.shelf.studio.made()), (1, 1));
}

/// Delivers as a bad queue does, with scans in between; see `crash::disturb`.
fn disturb(worker: &mut Worker, dice: &mut Dice, scans: &mut usize) {
    let mut running: Vec<Step<Disposition>> = Vec::new();
    for _ in 0..20_000 {
        if running.is_empty() && worker.queue.is_empty() {
            if worker.edge.db.query("SELECT id FROM jobs WHERE state = 'active'").is_empty() {
                return;
            }
            worker.edge.db.execute("UPDATE jobs SET due_ms = 0 WHERE state = 'active'");
            worker.tick();
            continue;
        }
        if *scans > 0 && dice.one_in(20) {
            *scans -= 1;
            worker.ask(
                Method::Post,
                &format!("/providers/pixverse/accounts/{ACCOUNT}/sync-assets"),
                json!({ "mode": "both" }),
            );
        }
        let takes_message = running.is_empty() || (running.len() < 4 && dice.one_in(4));
        if takes_message && !worker.queue.is_empty() {
            let send = worker.queue.remove(dice.below(worker.queue.len())).unwrap();
            worker.edge.now += i64::from(send.delay_s) * 1_000;
            let send = Send { delay_s: 0, ..send };
            match dice.below(8) {
                0 => continue,
                1 | 2 => worker.queue.push_back(send.clone()),
                _ => {}
            }
            running.push(jobs::deliver(send.message));
        } else if !running.is_empty() {
            let step = running.swap_remove(dice.below(running.len()));
            let dies = dice.one_in(40);
            let (next, sends) = go_on(worker, step);
            if dies {
                continue;
            }
            worker.queue.extend(sends);
            running.extend(next.ok());
        }
    }
    panic!("a job never ends");
}

/// The generations of a schedule, with what becomes of some on their way.
fn started(dice: Option<&mut Dice>) -> (Worker, Vec<String>) {
    let mut worker = steady();
    worker.shelf.studio.store.is_kind = true;
    let bodies = [still(1), pair(2), still(3), foreign(4), foreign(5)];
    let ids = bodies.into_iter().map(|body| asked(&mut worker, body)).collect();
    if let Some(dice) = dice {
        for _ in 0..dice.below(4) {
            let next = if dice.one_in(2) { Next::Lost } else { Next::NeverArrived };
            worker.shelf.studio.next.push_back(next);
        }
    }
    (worker, ids)
}

/// A last scan, with everything settled: then all roads have seen all there is.
fn at_last(worker: &mut Worker) {
    worker.edge.now += 60_000;
    worker.recover();
    worker.sync(json!({ "mode": "both" }));
    worker.recover();
}

#[test]
fn any_schedule_of_sends_looks_and_scans_ends_in_the_same_digest_and_states() {
    let (mut undisturbed, ids) = started(None);
    undisturbed.settle();
    at_last(&mut undisturbed);
    let expected = outcome(&mut undisturbed, &ids);
    for seed in 0..100 {
        let mut dice = Dice::new(seed);
        let (mut worker, ids) = started(Some(&mut dice));
        let mut scans = dice.below(4);
        disturb(&mut worker, &mut dice, &mut scans);
        at_last(&mut worker);
        assert_sent_once(&mut worker, &ids);
        assert_eq!(outcome(&mut worker, &ids), expected, "seed {seed}");
    }
}

#[test]
fn what_is_given_up_at_any_time_stays_given_up_and_what_came_of_it_is_kept() {
    for seed in 0..50 {
        let mut dice = Dice::new(seed);
        let (mut worker, ids) = started(Some(&mut dice));
        let given_up = dice.pick(&ids.iter().map(String::as_str).collect::<Vec<_>>()).to_owned();
        deliver_until(&mut worker, dice.below(60), Kill::AnswerLost, true);
        let answer = worker.ask(Method::Post, &format!("/generations/{given_up}/cancel"), Value::Null);
        let mut scans = dice.below(3);
        disturb(&mut worker, &mut dice, &mut scans);
        at_last(&mut worker);
        assert_sent_once(&mut worker, &ids);
        let generation = shown(&mut worker, &given_up);
        let expected = if answer.status == 200 { json!("cancelled") } else { answer.body["state"].clone() };
        assert_eq!(generation["state"], expected, "seed {seed}: {generation}");
        for output in generation["outputs"].as_array().unwrap() {
            let asset = worker.get(&format!("/assets/{}", output["asset_id"].as_str().unwrap()));
            assert_eq!(asset["source_generation_id"], given_up, "seed {seed}");
        }
        for id in ids.iter().filter(|id| **id != given_up) {
            let state = shown(&mut worker, id)["state"].clone();
            assert_eq!(state, "completed", "seed {seed}");
        }
    }
}
