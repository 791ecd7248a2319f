//! Generations: asked for, sent once, looked after, followed on every road.

mod asking;
mod following;
mod handing;
mod hooks;
mod killed;
mod plans;
mod polling;
mod sending;
mod store;
pub mod studio;
mod uploading;

use driftline::core::api::request::Method;
use serde_json::{Value, json};

use crate::accounts::edge::Answer;
use crate::shelf::Shelf;
use crate::worker::{ACCOUNT, Worker};

/// A Worker over an empty library.
fn worker() -> Worker {
    Worker::new(Shelf::default())
}

/// A request that the library takes as it is.
pub fn plain() -> Value {
    json!({ "account_id": ACCOUNT, "operation": "text_to_video", "prompt": "a paper crane", "model": "v6" })
}

/// Asks for media; the answer.
fn ask(worker: &mut Worker, body: Value) -> Answer {
    worker.ask(Method::Post, "/generations", body)
}

/// Asks for media that is accepted; the generation's id.
pub fn asked(worker: &mut Worker, body: Value) -> String {
    let answer = ask(worker, body);
    assert_eq!(answer.status, 202, "{}", answer.body);
    answer.body["id"].as_str().unwrap().to_owned()
}

/// How it stands.
pub fn shown(worker: &mut Worker, id: &str) -> Value {
    worker.get(&format!("/generations/{id}"))
}

/// The events of its history, in order.
fn events(generation: &Value) -> Vec<&str> {
    generation["history"].as_array().unwrap().iter().map(|entry| entry["event"].as_str().unwrap()).collect()
}
