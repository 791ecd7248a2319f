//! How far a run is, how fast, what it has cost.

use driftline::core::jobs::deliver_with;
use driftline::core::jobs::run::Cost;
use serde_json::{Value, json};

use crate::shelf::{Shelf, clip, refusal, small};
use crate::support::drive::drive;
use crate::worker::Worker;

fn progress(worker: &mut Worker, id: &str) -> Value {
    worker.get(&format!("/runs/{id}"))["progress"].clone()
}

#[test]
fn a_run_says_how_fast_it_is_and_when_it_ends() {
    let mut worker = Worker::new(Shelf::default().with("video/created", (1..=500).map(clip)));
    let id = worker.start(json!({ "create_lineage": "none" }));
    let nothing = json!({ "done": 0, "total": null, "rows_per_s": null, "estimated_end_at": null });
    assert_eq!(progress(&mut worker, &id), nothing);
    worker.deliver_next();
    assert_eq!(progress(&mut worker, &id)["rows_per_s"], Value::Null, "one page says nothing of time");
    for _ in 0..2 {
        worker.edge.now += 2_000;
        worker.deliver_next();
    }
    let shown = progress(&mut worker, &id);
    assert_eq!((&shown["done"], &shown["rows_per_s"]), (&json!(146), &json!(36)));
    assert_eq!(shown["total"], Value::Null, "five listings have not been asked yet");
    worker.settle();
    assert_eq!(progress(&mut worker, &id)["done"], 500);
    worker.edge.now += 60_000;
    let id = worker.start(json!({ "strategy": "full" }));
    for _ in 0..2 {
        worker.deliver_next();
        worker.edge.now += 1_000;
    }
    worker.deliver_next();
    let shown = progress(&mut worker, &id);
    assert_eq!((&shown["total"], &shown["rows_per_s"]), (&json!(500), &json!(73)));
    assert!(shown["estimated_end_at"].as_str().unwrap() > "2026-09-21", "{shown}");
}

#[test]
fn a_pause_does_not_slow_the_pace_that_is_shown() {
    let mut shelf = Shelf::default().with("video/created", (1..=500).map(clip));
    shelf.script.insert("video/created", [refusal(200, 500_069)].into());
    let mut worker = Worker::new(shelf);
    let id = worker.start(json!({ "create_lineage": "none" }));
    worker.deliver_next();
    worker.edge.now += 3_600_000;
    worker.deliver_next();
    worker.edge.now += 1_000;
    worker.deliver_next();
    assert_eq!(progress(&mut worker, &id)["rows_per_s"], 98);
}

#[test]
fn what_the_steps_before_have_cost_is_summed_up_once() {
    let mut worker = Worker::new(small());
    let id = worker.start(json!({ "create_lineage": "inline" }));
    for _ in 0..3 {
        let message = worker.queue.pop_front().unwrap().message;
        for _ in 0..2 {
            let shelf = &mut worker.shelf;
            let step = deliver_with(message.clone(), Cost(12, 300, 400), None);
            let (_, trace) =
                drive(&mut worker.edge.db, worker.edge.now, &mut |call| shelf.answer(call), step);
            worker.queue.extend(trace.sends);
        }
    }
    let run = worker.get(&format!("/runs/{id}"));
    assert_eq!(run["cost"], json!({ "statements": 36, "rows_read": 900, "rows_written": 1_200 }));
    assert_eq!(run["provider_calls"], 3);
}
