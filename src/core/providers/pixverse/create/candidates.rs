//! What came of a request whose answer was lost: rows of the newest library page that are certainly its outputs. Where
//! that is not certain, none is: a stranger's clip must not become ours.

use std::collections::BTreeSet;

use super::inputs::path_of;
use crate::core::alias::Alias;
use crate::core::facts::{Context, Facts, SourceEntry};
use crate::core::generation::request::{GenerationRequest, Input};
use crate::core::media::{Api, Making};
use crate::core::providers::pixverse::extract;

/// Clocks here and there may differ by so much.
const BEFORE_MS: i64 = 120_000;
/// A row stands in the library moments after its request; what is made later was asked for by somebody else.
const AFTER_MS: i64 = 600_000;

/// The ids of the outputs of a request that was sent at `sent_ms`, in their own order, out of the rows of the newest
/// page of its library: not known yet, made around that time, with the same operation, prompt, model and sources.
///
/// Empty unless there are exactly as many as were asked for: one too many means that the same was asked for twice, and
/// nobody can tell which is which. `known_ids` are the ids of all assets that were there before, and of the outputs of
/// other requests.
#[must_use]
pub fn match_candidates(
    rows: &[String],
    request: &GenerationRequest,
    sent_ms: i64,
    known_ids: &BTreeSet<String>,
) -> Vec<String> {
    let context =
        Context { media_type: request.media_type, api: Some(Api::Library), making: Some(Making::Created) };
    let mut found: Vec<String> = Vec::new();
    for facts in rows.iter().filter_map(|row| extract(context, row).ok()) {
        let Some(id) = facts.asset_id.clone() else { continue };
        if !known_ids.contains(&id) && !found.contains(&id) && is_output(&facts, request, sent_ms) {
            found.push(id);
        }
    }
    let wanted = request.parameters.get("count").and_then(serde_json::Value::as_u64).unwrap_or(1);
    if u64::try_from(found.len()) == Ok(wanted) { found } else { Vec::new() }
}

fn is_output(facts: &Facts, request: &GenerationRequest, sent_ms: i64) -> bool {
    let in_time =
        facts.created_ms.is_some_and(|created| (sent_ms - BEFORE_MS..=sent_ms + AFTER_MS).contains(&created));
    let prompt = facts.prompts.first().map(|prompt| prompt.trim());
    in_time
        && facts.media_type == request.media_type
        && facts.operation == Some(request.operation)
        // What was asked for without a prompt may show its source's.
        && (request.prompt.is_none() || prompt == request.prompt.as_deref().map(str::trim))
        && (request.model.is_none() || facts.model == request.model)
        && has_same_sources(facts, request)
}

/// Whether every source is one of the inputs, and every input one of the sources.
fn has_same_sources(facts: &Facts, request: &GenerationRequest) -> bool {
    let is_same = |source: &SourceEntry, input: &Input| {
        let path = path_of(input).map(|path| Alias::key(format!("pixverse:{path}")));
        source.aliases.iter().any(|alias| input.aliases.contains(alias) || path.as_ref() == Some(alias))
    };
    let sources = &facts.parents;
    sources.len() == request.inputs.len()
        && sources.iter().all(|source| request.inputs.iter().any(|input| is_same(source, input)))
        && request.inputs.iter().all(|input| sources.iter().any(|source| is_same(source, input)))
}
