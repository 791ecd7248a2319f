//! Every SQL text of the product, one constructor a statement, named for its effect. The rules stand elsewhere.

pub mod access;
pub mod accounts;
pub mod assets;
pub mod auto_sync;
pub mod connections;
pub mod dead_letters;
pub mod decisions;
pub mod digest;
pub mod explain;
pub mod export;
pub mod failure;
pub mod gallery;
pub mod generations;
pub mod handed;
pub mod idempotency;
pub mod inventory;
pub mod jobs;
pub mod lineage;
pub mod quarantine;
pub mod reextract;
pub mod refresh;
pub mod run_control;
pub mod runs;
pub mod scans;
pub mod schemas;
pub mod webhooks;
