//! `identity_conflict`: two provider ids claim one alias with equal right. The smallest keeps it, and a person is asked.

use serde_json::{Value, json};

use crate::core::drift::case::{Case, Looked};
use crate::core::drift::finding::Finding;
use crate::core::drift::kind::Kind;
use crate::core::gather::set_of;

/// Every alias of the asset that another asset claims as strongly. Ids that a person declared the same are one.
pub fn conflicts(case: &Case<'_>) -> Looked {
    let aliases = set_of(case.asset.roots.iter().flat_map(|root| case.claims.aliases_of(root)));
    Some(aliases.into_iter().filter_map(|alias| conflict(case, alias)).collect())
}

fn conflict(case: &Case<'_>, alias: &str) -> Option<Finding> {
    let contenders = case.claims.contenders(alias);
    let own = contenders.iter().filter(|root| case.asset.roots.contains(**root)).count();
    if own == 0 || own == contenders.len() {
        return None;
    }
    let claims: Vec<Value> = contenders
        .iter()
        .map(|root| {
            json!({
                "alias": root,
                "rank": case.claims.rank(alias, root),
                "asset_id": (case.resolve)(root).map(|place| place.asset),
                "said_by": (case.claimed_by)(root, alias),
            })
        })
        .collect();
    let mut finding = case.finding(
        Kind::IdentityConflict,
        "",
        json!({ "alias": alias, "claimed_by": claims }),
        json!({ "keeper": case.claims.keeper(alias), "rule": "smallest_id_keeps" }),
        json!(contenders),
    );
    // About the alias, not about this asset: seen from either side it is one conflict.
    alias.clone_into(&mut finding.subject);
    Some(finding)
}
