//! Driftline: an inventory of AI-generated media and of the lineage of every piece of it.
//!
//! `core` holds every rule and does no I/O: its functions take plain data and give plain data.
//! `edge` moves bytes between the core and Cloudflare's platform; it exists only under wasm32.
//!
//! An engineer with a pipeline of his own can use the extractor alone:
//!
//! ```
//! use driftline::{extract, MediaType};
//!
//! let payload = r#"{"video_id": 401000000000903, "video_status": 1, "create_mode": "extend",
//!                   "customer_paths": {"original_video_id": 401000000000100}}"#;
//! let facts = extract("pixverse", MediaType::Video, payload)?;
//! assert_eq!(facts.asset_id.as_deref(), Some("401000000000903"));
//! assert_eq!(facts.parents[0].id.as_deref(), Some("401000000000100"));
//! assert_eq!(facts.parents[0].relation.as_str(), "SOURCE_VIDEO");
//! # Ok::<(), driftline::Rejection>(())
//! ```

pub mod core;
#[cfg(target_arch = "wasm32")]
pub mod edge;

pub use crate::core::error::Rejection;
pub use crate::core::facts::Facts;
pub use crate::core::media::MediaType;
pub use crate::core::providers::extract;
