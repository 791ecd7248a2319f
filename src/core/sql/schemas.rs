//! The statements of the schema ledger. What is news is decided by `schema`.

use serde_json::Value;

use crate::core::statement::{Param, Statement, json_param};

/// Writes what was learned, merged with what others have learned meanwhile: what stands already stays, so that writers
/// may come in any order.
#[must_use]
pub fn upsert_schemas(owner: i64, rows: &[Value]) -> Statement {
    Statement::new(
        "upsert_schemas",
        "INSERT INTO schemas (owner, provider_id, api, media_type, feed, since_ms, learned_ms, paths, news)
         SELECT ?1, value ->> 'provider_id', value ->> 'api', value ->> 'media_type', value ->> 'feed',
                value ->> 'since_ms', value ->> 'learned_ms', value ->> 'paths', value ->> 'news'
           FROM json_each(?2) WHERE true
             ON CONFLICT (owner, provider_id, api, media_type, feed) DO UPDATE
            SET learned_ms = coalesce(learned_ms, excluded.learned_ms), paths = json_patch(excluded.paths, paths),
                news = json_patch(excluded.news, news)",
        vec![Param::Int(owner), json_param(rows)],
    )
}

/// Reads the owner's ledger. It has a row for each kind of payload: a dozen, whatever the library's size.
#[must_use]
pub fn schemas(owner: i64) -> Statement {
    Statement::new(
        "schemas",
        "SELECT provider_id, api, media_type, feed, since_ms, learned_ms, paths, news FROM schemas
          WHERE owner = ?1 ORDER BY provider_id, api, media_type, feed",
        vec![Param::Int(owner)],
    )
}
