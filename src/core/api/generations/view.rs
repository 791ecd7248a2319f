//! How a generation is shown: what was asked for, how it stands, what came of it. Reading it is left to its handlers.

use serde_json::{Map, Value, json};

use crate::core::clock::rfc3339;
use crate::core::generation::request::Input;
use crate::core::generation::state::State;
use crate::core::generation::stored::Generation;
use crate::core::media::Status;
use crate::core::providers::failure::Failure;
use crate::core::providers::pixverse::account::explain;
use crate::core::row::row;
use crate::core::step::NowMs;

row! {
    /// What the inventory holds of an output.
    #[derive(Clone, Debug)]
    pub struct OutputRow {
        /// The generation.
        pub generation: String,
        /// The output's place.
        pub slot: i64,
        /// The asset.
        pub asset: String,
        /// How it stands.
        pub status: String,
        /// 1 when a person removed it.
        pub removed: i64,
        /// JSON of its folded fields.
        pub fields: String,
    }
}

/// The generation as it stands in a page.
#[must_use]
pub fn summary(generation: &Generation, outputs: &[OutputRow]) -> Map<String, Value> {
    let (request, progress) = (&generation.request, &generation.progress);
    let mut shown = Map::new();
    let mut put = |name: &str, value: Value| shown.insert(name.to_owned(), value);
    put("id", generation.id.clone().into());
    put("account_id", generation.account.clone().into());
    put("operation", request.operation.as_str().into());
    put("media_type", request.media_type.as_str().into());
    put("state", generation.state.as_str().into());
    put("unconfirmed", progress.is_unconfirmed.into());
    put("in_conflict", generation.in_conflict.into());
    put("reason", generation.reason().into());
    put("error", error(generation));
    put("prompt", request.prompt.clone().into());
    put("negative_prompt", request.negative_prompt.clone().into());
    put("model", request.model.clone().into());
    put("parameters", Value::Object(request.parameters.clone()));
    put("inputs", request.inputs.iter().map(input).collect());
    put("sent", progress.sent.into());
    put("outputs", self::outputs(generation, outputs));
    put("outputs_refused", progress.lacking.into());
    put("credits", json!({ "charged": progress.credits_charged(), "returned": progress.credits_returned() }));
    put("created_at", rfc3339(generation.created_ms).into());
    put("updated_at", rfc3339(generation.updated_ms).into());
    put("deadline_at", progress.deadline_ms.map(rfc3339).into());
    put("next_look_at", generation.look_ms.map(rfc3339).into());
    put("version", generation.version.into());
    shown
}

/// The generation's own document: with its history.
#[must_use]
pub fn document(generation: &Generation, outputs: &[OutputRow]) -> Map<String, Value> {
    let mut shown = summary(generation, outputs);
    shown.insert("history".to_owned(), generation.history.view());
    shown
}

/// Seconds after which it may stand otherwise; `None` when it is over.
#[must_use]
pub fn retry_after_s(generation: &Generation, now: NowMs) -> Option<i64> {
    let until_look = generation.look_ms.map_or(2, |look| (look - now + 999) / 1_000);
    (!generation.state.is_over()).then_some(until_look.clamp(1, 300))
}

fn input(input: &Input) -> Value {
    json!({
        "asset_id": input.asset_id,
        "url": input.url,
        "media_type": input.media_type.as_str(),
        "relation": input.relation.as_str(),
        "position": input.position,
        "anchor": input.anchor.map(crate::core::media::Anchor::as_str),
        "name": input.name,
    })
}

/// The last failure, unless it was overcome. The provider's own text is left out: nobody promises that it never repeats a
/// credential.
fn error(generation: &Generation) -> Value {
    let Some(failure) = &generation.progress.error else { return Value::Null };
    if generation.state == State::Completed {
        return Value::Null;
    }
    json!({ "class": failure.class, "code": failure.code, "message": in_plain_words(failure) })
}

fn in_plain_words(failure: &Failure) -> String {
    let is_providers = failure.code.bytes().all(|byte| byte.is_ascii_digit());
    if is_providers { explain(failure) } else { failure.message.clone() }
}

/// The outputs that the provider named, as the inventory holds them. Only what is completed has its media shown.
fn outputs(generation: &Generation, rows: &[OutputRow]) -> Value {
    let shown = (0..).zip(&generation.progress.outputs).map(|(place, output)| {
        let row = rows.iter().find(|row| row.generation == generation.id && row.slot == place);
        let is_there = row.is_some_and(|row| row.status == Status::Completed.as_str());
        let fields: Value = row.and_then(|row| serde_json::from_str(&row.fields).ok()).unwrap_or_default();
        let url = |name: &str| fields.get(name).filter(|_| is_there).cloned().unwrap_or_default();
        json!({
            "position": place,
            "provider_asset_id": output.id,
            "asset_id": row.map(|row| &row.asset),
            "status": row.map_or(Status::Unknown.as_str(), |row| &row.status),
            "removed": row.is_some_and(|row| row.removed == 1),
            "remote_url": url("media_url"),
            "thumbnail_url": url("thumbnail_url"),
        })
    });
    shown.collect()
}
