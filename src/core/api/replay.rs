//! `POST /quarantine/replay`: reads quarantined payloads again, as a job.

use serde_json::{Map, Value, json};

use crate::core::api::jobs::{members, start};
use crate::core::api::problem::Problem;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::jobs::paged::Paged;
use crate::core::jobs::replay::COUNTERS;
use crate::core::step::{NowMs, Step};

/// The most ids that one request may name.
const MOST_IDS: usize = 1_000;

/// Starts a replay of what is named, of all for one reason, or of all.
#[must_use]
pub fn replay(call: Call, now: NowMs) -> Step<Response> {
    let asked = members(&call, &["ids", "reason", "all", "force"]).and_then(|body| asked(&body));
    match asked {
        Ok(asked) => start(&call, "replay", &Paged::new(asked, &COUNTERS), now),
        Err(problem) => Step::End(problem),
    }
}

fn asked(body: &Map<String, Value>) -> Result<Value, Response> {
    let member = |name: &str| body.get(name).filter(|value| !value.is_null());
    let force = member("force") == Some(&Value::Bool(true));
    match (member("ids"), member("reason"), member("all")) {
        (Some(Value::Array(ids)), None, None) => {
            if ids.is_empty() || ids.len() > MOST_IDS || !ids.iter().all(Value::is_string) {
                let rule = format!("a list of 1 to {MOST_IDS} ids of payloads in quarantine");
                return Err(Problem::invalid("ids", rule).into());
            }
            // Taking a changed type in loses what it meant: that is decided for one payload at a time.
            if force && ids.len() > 1 {
                return Err(Problem::invalid("force", "only one id can be forced at a time").into());
            }
            Ok(json!({ "ids": ids, "force": force }))
        }
        (None, Some(Value::String(reason)), None) if !force => Ok(json!({ "reason": reason })),
        (None, None, Some(Value::Bool(true))) if !force => Ok(json!({})),
        _ => Err(Problem::new(422, "invalid_selector", "Say which payloads")
            .detail("send one of {ids: […]}, {reason: \"…\"} and {all: true}; force goes with one id")
            .into()),
    }
}
