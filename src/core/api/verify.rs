//! `POST /accounts/{id}/verify-links`: looks for files, as a job.

use serde_json::{Value, json};

use crate::core::api::accounts::with_account;
use crate::core::api::jobs::{members, start_for};
use crate::core::api::problem::Problem;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::ids::is_id;
use crate::core::jobs::paged::Paged;
use crate::core::jobs::verify::COUNTERS;
use crate::core::step::{NowMs, Step};

/// The most ids of a request.
const MOST_IDS: usize = 500;

/// `POST /api/v1/accounts/{id}/verify-links`: 202 with a job. An account without a credential can be looked through too:
/// only asking again for what is broken needs one.
#[must_use]
pub fn start(call: Call, _now: NowMs) -> Step<Response> {
    let ids = match parse(&call) {
        Ok(ids) => ids,
        Err(problem) => return Step::End(problem),
    };
    with_account(call, move |call, account, now| {
        let asked = json!({ "asset_ids": ids });
        start_for(&call, "verify", Some(&account.id), &Paged::new(asked, &COUNTERS), now)
    })
}

/// The ids that are named; `None` for all assets.
fn parse(call: &Call) -> Result<Option<Vec<String>>, Response> {
    let invalid = |name: &str, detail: &str| Response::from(Problem::invalid(name, detail.to_owned()));
    let body = members(call, &["asset_ids", "all"])?;
    match (body.get("asset_ids"), body.get("all")) {
        (None, None | Some(Value::Bool(true))) => Ok(None),
        (Some(Value::Array(named)), None | Some(Value::Bool(false))) => {
            let mut ids: Vec<String> = Vec::new();
            for id in named {
                let id = id.as_str().filter(|id| is_id("ast_", id));
                let id = id.ok_or_else(|| invalid("asset_ids", "these must be ids of assets, ast_…"))?;
                if !ids.iter().any(|known| known == id) {
                    ids.push(id.to_owned());
                }
            }
            if ids.is_empty() || ids.len() > MOST_IDS {
                return Err(invalid("asset_ids", "1 to 500 ids are needed"));
            }
            Ok(Some(ids))
        }
        (Some(_), _) => Err(invalid("asset_ids", "either a list of ids, or all: true")),
        (None, _) => Err(invalid("all", "this can only be true; or name asset_ids")),
    }
}
