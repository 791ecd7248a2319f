//! The statements by which an inventory is written out and brought in again. Each row of an export is a line of JSON,
//! and the key behind which the next page begins.

use serde_json::Value;

use crate::core::statement::{Param, Statement, json_param};

/// The parts of an export, in the order in which they are brought in again.
pub const SECTIONS: [&str; 8] =
    ["account", "observation", "page", "decision", "edge", "alias", "redirect", "asset"];

/// Reads a page of a section behind a key (a JSON array).
#[must_use]
pub fn export_page(owner: i64, section: usize, after: &str) -> Option<Statement> {
    let sql = match *SECTIONS.get(section)? {
        "account" => {
            "SELECT json_array(identity) AS after,
                    json_object('kind', 'account', 'id', id, 'identity', identity, 'provider_id', provider_id, 'api', api,
                                'provider_account_id', provider_account_id, 'workspace', workspace, 'label', label) AS line
               FROM accounts WHERE owner = ?1 AND identity > ?2 ->> 0 ORDER BY identity LIMIT 200"
        }
        "observation" => {
            "SELECT after, line FROM (
               SELECT json_array(root, digest) AS after, length(payload) AS size,
                      json_object('kind', 'observation', 'root', root, 'digest', digest, 'provider_id', provider_id,
                                  'api', api, 'media_type', media_type, 'making', making, 'extractor', extractor,
                                  'seen', json(seen), 'payload', json(payload)) AS line,
                      sum(length(payload)) OVER (ORDER BY root, digest ROWS UNBOUNDED PRECEDING) AS total
                 FROM observations WHERE owner = ?1 AND (root, digest) > (?2 ->> 0, ?2 ->> 1)
                ORDER BY root, digest LIMIT 200)
              WHERE total - size < 500000"
        }
        "page" => {
            "SELECT json_array(seen_ms, job, step) AS after,
                    json_object('kind', 'page', 'seen_ms', seen_ms, 'job', job, 'step', step, 'feed', feed, 'account', account,
                                'listing', listing, 'rows', json(rows)) AS line
               FROM scan_pages WHERE owner = ?1 AND (seen_ms, job, step) > (coalesce(nullif(?2 ->> 0, ''), -1), ?2 ->> 1, ?2 ->> 2)
              ORDER BY seen_ms, job, step LIMIT 50"
        }
        "decision" => {
            "SELECT json_array(alias, family, other, at_ms, verdict, author) AS after,
                    json_object('kind', 'decision', 'alias', alias, 'family', family, 'other', other, 'at_ms', at_ms,
                                'verdict', verdict, 'author', author, 'body', body) AS line
               FROM decisions
              WHERE owner = ?1 AND (alias, family, other, at_ms, verdict, author)
                    > (?2 ->> 0, ?2 ->> 1, ?2 ->> 2, ?2 ->> 3, ?2 ->> 4, ?2 ->> 5)
              ORDER BY alias, family, other, at_ms, verdict, author LIMIT 200"
        }
        "edge" => {
            "SELECT json_array(child, evidence, slot) AS after,
                    json_object('kind', 'edge', 'child', child, 'evidence', evidence, 'slot', slot, 'parent', parent,
                                'relation', relation, 'operation', operation, 'anchor', anchor, 'name', name,
                                'denied', denied) AS line
               FROM edges WHERE owner = ?1 AND (child, evidence, slot) > (?2 ->> 0, ?2 ->> 1, ?2 ->> 2)
              ORDER BY child, evidence, slot LIMIT 500"
        }
        "alias" => {
            "SELECT json_array(alias, root) AS after,
                    json_object('kind', 'alias', 'alias', alias, 'root', root, 'rank', rank, 'asset', asset) AS line
               FROM claims WHERE owner = ?1 AND (alias, root) > (?2 ->> 0, ?2 ->> 1) ORDER BY alias, root LIMIT 500"
        }
        "redirect" => {
            "SELECT json_array(old) AS after, json_object('kind', 'redirect', 'old', old, 'new', new) AS line
               FROM redirects WHERE owner = ?1 AND old > ?2 ->> 0 ORDER BY old LIMIT 500"
        }
        _ => {
            "SELECT json_array(id) AS after,
                    json_object('kind', 'asset', 'id', id, 'root', root, 'provider_id', provider_id, 'api', api,
                                'media_type', media_type, 'making', making, 'provider_asset_id', provider_asset_id,
                                'status', status, 'operation', operation, 'origin', origin, 'account', account,
                                'more', json_object('roots', json(roots), 'created_ms', created_ms, 'lineage', lineage,
                                                    'removed', removed, 'missing_ms', missing_ms,
                                                    'source_generation_id', source_generation_id),
                                'fields', json(fields)) AS line
               FROM assets WHERE owner = ?1 AND id > ?2 ->> 0 ORDER BY id LIMIT 200"
        }
    };
    Some(Statement::new("export_page", sql, vec![Param::Int(owner), after.into()]))
}

/// Reads the import under way, and whether the owner holds anything already.
#[must_use]
pub fn import_state(owner: i64) -> Statement {
    Statement::new(
        "import_state",
        "SELECT (SELECT id FROM jobs WHERE owner = ?1 AND kind = 'import' AND state = 'active' LIMIT 1) AS job,
                EXISTS (SELECT 1 FROM assets WHERE owner = ?1) OR EXISTS (SELECT 1 FROM observations WHERE owner = ?1)
                OR EXISTS (SELECT 1 FROM decisions WHERE owner = ?1) AS filled",
        vec![Param::Int(owner)],
    )
}

/// Brings accounts in, without credentials; one of the same identity stays as it is.
#[must_use]
pub fn import_accounts(owner: i64, lines: &[Value], now: i64) -> Statement {
    Statement::new(
        "import_accounts",
        "INSERT OR IGNORE INTO accounts (owner, id, provider_id, api, identity, provider_account_id, workspace, label, state,
                                         reason, created_ms, updated_ms)
         SELECT ?1, value ->> 'id', value ->> 'provider_id', value ->> 'api', value ->> 'identity',
                value ->> 'provider_account_id', value ->> 'workspace', value ->> 'label', 'auth_required',
                'it came with an import: connect it again to ask the provider', ?3, ?3
           FROM json_each(?2)",
        vec![Param::Int(owner), json_param(lines), Param::Int(now)],
    )
}

/// Brings the pages of scans in: the sightings that changed nothing.
#[must_use]
pub fn import_pages(owner: i64, lines: &[Value]) -> Statement {
    Statement::new(
        "import_pages",
        "INSERT OR IGNORE INTO scan_pages (owner, seen_ms, job, step, feed, account, listing, rows)
         SELECT ?1, value ->> 'seen_ms', value ->> 'job', value ->> 'step', value ->> 'feed', value ->> 'account',
                value ->> 'listing', value ->> 'rows'
           FROM json_each(?2)",
        vec![Param::Int(owner), json_param(lines)],
    )
}

/// Brings edges by hand in; all others follow from payloads.
#[must_use]
pub fn import_edges(owner: i64, lines: &[Value]) -> Statement {
    Statement::new(
        "import_edges",
        "INSERT OR IGNORE INTO edges (owner, child, evidence, slot, parent, relation, operation, anchor, name, denied)
         SELECT ?1, value ->> 'child', 'by_hand', value ->> 'slot', value ->> 'parent', value ->> 'relation',
                value ->> 'operation', value ->> 'anchor', value ->> 'name', value ->> 'denied'
           FROM json_each(?2) WHERE value ->> 'evidence' = 'by_hand'",
        vec![Param::Int(owner), json_param(lines)],
    )
}

/// Brings the redirects of absorbed public ids in.
#[must_use]
pub fn import_redirects(owner: i64, lines: &[Value]) -> Statement {
    Statement::new(
        "import_redirects",
        "INSERT OR IGNORE INTO redirects (owner, old, new)
         SELECT ?1, value ->> 'old', value ->> 'new' FROM json_each(?2)",
        vec![Param::Int(owner), json_param(lines)],
    )
}

/// Lets the public ids of before lead to the assets that hold their roots now.
#[must_use]
pub fn import_public_ids(owner: i64, lines: &[Value]) -> Statement {
    Statement::new(
        "import_public_ids",
        "INSERT OR IGNORE INTO redirects (owner, old, new)
         SELECT ?1, e.value ->> 'id', c.asset FROM json_each(?2) e CROSS JOIN claims c
          WHERE c.owner = ?1 AND c.alias = e.value ->> 'root' AND c.root = e.value ->> 'root' AND c.asset IS NOT NULL",
        vec![Param::Int(owner), json_param(lines)],
    )
}

/// Marks assets missing that were so before: which scan missed them is not written out.
#[must_use]
pub fn import_missing(owner: i64, lines: &[Value]) -> Statement {
    Statement::new(
        "import_missing",
        "UPDATE assets SET version = version + 1,
                missing_ms = (SELECT max(e.value -> 'more' ->> 'missing_ms') FROM json_each(?2) e
                               WHERE e.value ->> 'root' IN (SELECT r.value FROM json_each(assets.roots) r))
          WHERE owner = ?1 AND id IN (SELECT c.asset FROM json_each(?2) e CROSS JOIN claims c
                                       WHERE c.owner = ?1 AND c.alias = e.value ->> 'root' AND c.root = e.value ->> 'root'
                                         AND e.value -> 'more' ->> 'missing_ms' IS NOT NULL)",
        vec![Param::Int(owner), json_param(lines)],
    )
}
