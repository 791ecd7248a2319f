//! The tests that run on SQLite in D1's place: one binary, one module a subject.
#![cfg(test)]

#[path = "../support/mod.rs"]
mod support;

mod accounts;
mod assets_api;
mod budget;
mod counterexamples;
mod crash;
mod create;
mod drift;
mod edges_api;
mod explain_api;
mod export_import;
mod generate;
mod handed_formats;
mod idempotency;
mod ids_job;
mod job_list;
mod library;
mod lineage_graph;
mod link_pace;
mod matrix;
mod merge_api;
mod model;
mod openapi;
mod pages_api;
mod parity;
mod plans;
mod promise;
mod query_plans;
mod reextract_job;
mod refresh_job;
mod removal_api;
mod replay_job;
mod schema_ledger;
mod shelf;
mod sync_job;
mod verify_job;
mod worker;
mod world;
mod write_plans;
