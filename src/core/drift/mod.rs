//! Drift: what two sources say differently, as findings. A finding follows from what is stored; how it is written and
//! closed is left to `sql::drift`, when it is looked for to intake and to the scan job.

pub mod case;
pub mod feeds;
pub mod fields;
pub mod finding;
pub mod identity;
pub mod ingest;
pub mod kind;
pub mod lineage;
pub mod report;
pub mod report_text;
pub mod scan;
pub mod shape;
pub mod sources;
pub mod status;
pub mod stored;
pub mod upstream;
