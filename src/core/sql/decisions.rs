//! The statements about decisions.

use serde_json::{Value, json};

use crate::core::inventory::world::{Decision, Family};
use crate::core::statement::{Param, Statement, json_param};

/// Records decisions. A pair about identity is stored both ways, so that either alias finds it.
#[must_use]
pub fn insert_decisions(owner: i64, decisions: &[Decision]) -> Statement {
    let mut rows = Vec::new();
    for decision in decisions {
        rows.push(row(decision, &decision.alias, &decision.other));
        if decision.family == Family::Identity {
            rows.push(row(decision, &decision.other, &decision.alias));
        }
    }
    Statement::new(
        "insert_decisions",
        "INSERT OR IGNORE INTO decisions (owner, alias, family, other, at_ms, verdict, author, body)
         SELECT ?1, value ->> 'alias', value ->> 'family', value ->> 'other', value ->> 'at_ms', value ->> 'verdict',
                value ->> 'author', value ->> 'body'
           FROM json_each(?2)",
        vec![Param::Int(owner), json_param(&rows)],
    )
}

fn row(decision: &Decision, alias: &str, other: &str) -> Value {
    json!({
        "alias": alias,
        "family": decision.family.as_str(),
        "other": other,
        "at_ms": decision.at_ms,
        "verdict": decision.verdict,
        "author": decision.author,
        "body": decision.body,
    })
}
