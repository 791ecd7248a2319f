//! Requests to make media at Pixverse: what each interface takes, whether a request fits, and the calls for it. When a
//! call is made, and what becomes of a request, is left to the generation jobs.
//!
//! The road of a request: [`validate`] names everything that is wrong with it · [`accept`] makes it the request that is
//! stored · [`missing_inputs`] says what has to be uploaded first ([`upload_call`] and [`parse_upload`], for the library
//! [`uploads`]), and [`as_sent`] what the request is then ·
//! [`prepare_call`] and [`parse_prepared`] ask what some operations need to know before · [`create_call`] and
//! [`parse_created`] send it · [`result_call`] and [`parse_result`] look after it · [`match_candidates`] finds what came
//! of a request whose answer was lost.

mod accept;
mod body;
mod call;
mod candidates;
mod concurrency;
mod created;
mod describe;
mod input_forms;
mod inputs;
mod library;
mod models;
mod open_platform;
mod pace;
mod parameters;
mod prepare;
mod results;
mod rules;
mod slot_rules;
mod table;
pub mod uploads;
mod validate;

pub use accept::{accept, media_type_of};
pub use call::{Keys, create_call};
pub use candidates::match_candidates;
pub use concurrency::{Room, concurrency_call, parse_concurrency};
pub use created::{CreateFailure, Created, Fate, parse_created};
pub use describe::operations;
pub use inputs::{Missing, MissingInput, as_sent, missing_inputs, parse_upload, source_of, upload_call};
pub use pace::{deadline_ms, next_look_ms, next_try_ms};
pub use prepare::{Prepared, parse_prepared, prepare_call};
pub use results::{parse_result, result_call};
pub use validate::{Violation, validate};
