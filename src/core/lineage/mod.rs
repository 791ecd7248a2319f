//! Lineage as a graph of assets. Which sources a payload names is left to the extractors, what an edge rests on to the
//! inventory.

pub mod graph;
pub mod refresh;
