//! Why an asset's roots are one asset, and whose its aliases are.

use serde_json::{Value, json};

use crate::core::alias::Alias;
use crate::core::api::explain::Told;
use crate::core::api::explain::fields::render_said;
use crate::core::gather::sorted;
use crate::core::inventory::fold::choice::Candidate;
use crate::core::inventory::identity::{OWN, is_provider_id};

/// The roots with what leads them here, and every alias with everybody who claims it.
pub fn render(told: &Told, candidates: &[Candidate<'_>]) -> Value {
    let roots: Vec<Value> = told.roots.iter().map(|root| render_root(told, root)).collect();
    let mut aliases: Vec<Value> = Vec::new();
    let mut known: Vec<String> = Vec::new();
    for (_, alias) in sorted(told.roots.iter().flat_map(|root| told.world.claims.listed(root))) {
        if !known.contains(&alias) {
            aliases.push(render_alias(told, candidates, &alias));
            known.push(alias);
        }
    }
    json!({ "root": told.found.row.root, "roots": roots, "aliases": aliases })
}

fn render_root(told: &Told, root: &str) -> Value {
    let state = told.world.roots.get(root);
    let leader = told.world.claims.leader(root);
    let (via, keeper) = leader.map_or((None, None), |(alias, keeper)| (Some(alias), Some(keeper)));
    let rule = match &keeper {
        _ if is_provider_id(root) => "provider_id",
        Some(_) => "keeper_of_strongest_alias",
        None => "stub",
    };
    json!({
        "root": root,
        "rule": rule,
        "base": told.world.claims.base(root),
        "via": via,
        "keeper": keeper,
        "observations": state.map_or(0, |state| state.observations.len()),
        "named_as_source": state.is_some_and(|state| state.referenced.is_some()),
    })
}

fn render_alias(told: &Told, candidates: &[Candidate<'_>], text: &str) -> Value {
    let claims = &told.world.claims;
    let alias = Alias::parse(text);
    let claimants: Vec<Value> = claims
        .claimants(text)
        .map(|root| {
            let here = told.roots.contains(root).then_some(&told.found.row.id);
            json!({
                "root": root,
                "rank": if claims.rank(text, root) == Some(OWN) { "own_payload" } else { "source_entry" },
                "asset_id": here.or_else(|| told.others.get(root)),
                "barred": claims.is_barred(text, root),
                "said_by": said_by(told, candidates, root, text),
            })
        })
        .collect();
    json!({
        "alias": text,
        "scheme": alias.as_ref().map(|alias| alias.scheme.as_str()),
        "value": alias.as_ref().map(|alias| &alias.value),
        "keeper": claims.keeper(text),
        "kept": claims.holder(text).is_some_and(|holder| told.roots.contains(&holder)),
        "contested": claims.is_contested(text),
        "claimants": claimants,
    })
}

/// Which observations of a root say that the alias is theirs, and where in their payloads. What claims it elsewhere, or
/// is only named by a source entry, has none here.
fn said_by(told: &Told, candidates: &[Candidate<'_>], root: &str, alias: &str) -> Vec<Value> {
    let claim = candidates.iter().filter(|one| one.root == root && one.facts.lists(alias));
    claim.map(|one| render_said(told, one, &[&format!("aliases[{alias}]")])).collect()
}
