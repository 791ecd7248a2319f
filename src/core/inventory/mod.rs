//! Identity and fold: which payloads are about one asset, and what is believed of it.
//!
//! The inventory is a pure function of what was observed and decided. `identity` says which roots belong together,
//! `fold` what an asset is, `world` holds the part of the inventory that a step has read, `settle` brings that part up
//! to date, and `plan` writes the difference. Nothing here reads or writes by itself.

pub mod columns;
pub mod decision;
pub mod digest;
pub mod explain;
pub mod fold;
pub mod follow;
pub mod identity;
pub mod intake;
pub mod merging;
pub mod observe;
pub mod plan;
pub mod settle;
pub mod world;
