//! The call that sends a request. What is in its body is left to `body`, what its answer means to `created`.

use serde_json::Value;

use super::body::create_body;
use super::prepare::Prepared;
use super::table::row_of;
use crate::core::generation::request::GenerationRequest;
use crate::core::media::Api;
use crate::core::providers::pixverse::calls::{AccountAccess, library_call, open_platform_call};
use crate::core::step::{ProviderCall, Verb};

/// What makes a repeated request known as the same one, written down before it is sent for the first time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// The library answers a known key with the first ids and charges nothing.
    pub idempotency_key: String,
    /// The open platform answers a known trace id (a uuid) with what it said before.
    pub trace_id: String,
    /// The open platform's webhook of the account, which is called when the request is done.
    pub webhook_id: Option<String>,
}

/// The call that sends an accepted request, with what [`prepare_call`](super::prepare_call) gave; `None` when the
/// interface has no such operation.
///
/// The same request with the same keys and the same `prepared` gives the same call, to the byte.
#[must_use]
pub fn create_call(
    request: &GenerationRequest,
    api: Api,
    access: &AccountAccess,
    keys: &Keys,
    prepared: &Prepared,
) -> Option<ProviderCall> {
    let row = row_of(request, api)?;
    let body = Value::Object(create_body(row, request, api, keys, prepared)).to_string();
    Some(match api {
        Api::Library => library_call(access, Verb::Post, row.path, Some(body)),
        Api::OpenPlatform => {
            let mut call = open_platform_call(access, Verb::Post, row.path, Some(body));
            // It takes the place of the fresh one that the edge gives every call.
            call.headers.push(("ai-trace-id", keys.trace_id.clone()));
            call
        }
    })
}
