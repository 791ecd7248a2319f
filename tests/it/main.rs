//! The tests that run on SQLite in D1's place: one binary, one module a subject.

#[cfg(test)]
#[path = "../support/mod.rs"]
mod support;

#[cfg(test)]
mod assets_api;
#[cfg(test)]
mod edges_api;
#[cfg(test)]
mod library;
#[cfg(test)]
mod lineage_graph;
#[cfg(test)]
mod query_plans;
#[cfg(test)]
mod removal_api;
