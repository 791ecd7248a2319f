//! The sync job, from the request to the end of its run.

mod asking;
mod counting;
mod failing;
mod hiding;
mod lineage;
mod moving;
mod pausing;
mod progress;
mod reconciling;
mod strategies;
mod ticking;
pub mod waiting;
mod walking;
mod workspaces;
