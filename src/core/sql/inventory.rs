//! The statements that read the neighbourhood of some aliases and write what follows for the inventory.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use crate::core::inventory::identity::Root;
use crate::core::inventory::world::{NamedSources, NewEdge};
use crate::core::json::json_text;
use crate::core::statement::{JSON_PARAM_BYTES, Param, Statement, json_param};

/// The neighbourhood of some aliases, in one statement, so that what several of its parts rest on is worked out once.
/// `touched` are the aliases in question, the sources of news, and those that decisions tie to them, `near` the roots that claim one, `held`
/// their assets, `known` the roots of those assets too, `listed` every alias that any of them lists. Each row says what it
/// is, and holds its columns as a JSON object: rows of four tables have no columns in common.
const NEAR: &str = "WITH RECURSIVE touched(alias) AS (
       SELECT value FROM json_each(?2)
       UNION
       SELECT a.value FROM json_each(?4) s CROSS JOIN json_each(s.value ->> 2) a
        WHERE NOT EXISTS (SELECT 1 FROM observations o
                           WHERE o.owner = ?1 AND o.root = s.value ->> 0 AND o.digest = s.value ->> 1)
       UNION
       SELECT d.other FROM touched t CROSS JOIN decisions d
        WHERE d.owner = ?1 AND d.alias = t.alias AND d.family = 'identity'),
     near(root) AS (
       SELECT DISTINCT root FROM claims
        WHERE owner = ?1 AND alias IN (SELECT alias FROM touched)),
     held(asset) AS (
       SELECT DISTINCT asset FROM claims
        WHERE owner = ?1 AND alias IN (SELECT root FROM near) AND root = alias),
     known(root) AS (
       SELECT root FROM near
       UNION
       SELECT r.value FROM assets a CROSS JOIN json_each(a.roots) r
        WHERE a.owner = ?1 AND a.id IN (SELECT asset FROM held)),
     listed(alias) AS (
       SELECT alias FROM touched
       UNION
       SELECT root FROM known
       UNION
       SELECT l.value ->> 1 FROM claims c CROSS JOIN json_each(c.lists) l
        WHERE c.owner = ?1 AND c.alias IN (SELECT root FROM known) AND c.root = c.alias)
     SELECT 'claim' AS kind, json_object('alias', alias, 'root', root, 'rank', rank, 'asset', asset, 'lists', lists,
                                         'referenced', referenced) AS row
       FROM claims WHERE owner = ?1 AND alias IN (SELECT alias FROM listed)
      UNION ALL
     SELECT 'asset', json_object('id', id, 'root', root, 'roots', roots, 'version', version, 'origin', origin,
                                 'status', status, 'created_ms', created_ms, 'removed', removed,
                                 'missing_ms', missing_ms, 'source_generation_id', source_generation_id,
                                'has_media', source_generation_id IS NOT NULL AND fields ->> 'media_url' IS NOT NULL)
       FROM assets WHERE owner = ?1 AND id IN (SELECT asset FROM held)
      UNION ALL
     SELECT 'observation', json_object('root', root, 'digest', digest, 'provider_id', provider_id, 'api', api,
                                       'media_type', media_type, 'making', making, 'extractor', extractor,
                                       'linked', linked, 'seen', seen)
       FROM observations WHERE owner = ?1 AND root IN (SELECT root FROM known)
      UNION ALL
     SELECT family, json_object('one', alias, 'other', other, 'at_ms', at_ms, 'word', verdict, 'author', author)
       FROM decisions
      WHERE owner = ?1 AND alias IN (SELECT alias FROM listed) AND family IN ('presence', 'identity')
      UNION ALL
     SELECT 'sighting', json_object('one', r.value ->> 0, 'other', r.value ->> 1, 'at_ms', s.seen_ms, 'word', s.feed,
                                    'author', s.account)
       FROM scan_pages s CROSS JOIN json_each(s.rows) r
      WHERE s.owner = ?1 AND s.seen_ms >= ?3 AND s.feed <> 'dry_run' AND r.value ->> 0 IN (SELECT alias FROM listed)";

/// Reads everything that a step about these aliases may change: claims, assets, observations (without payloads), and
/// decisions with the page sightings from `since_ms` on, also of roots that are not there yet: pages have shown them while
/// their payloads stood in quarantine.
#[must_use]
pub fn near(owner: i64, touched: &BTreeSet<String>, since_ms: i64) -> Statement {
    near_with_news(owner, touched, since_ms, &[])
}

/// As [`near`], and around the sources of those payloads that are not stored: of what is known already, nobody asks.
#[must_use]
pub fn near_with_news(
    owner: i64,
    touched: &BTreeSet<String>,
    since_ms: i64,
    named: &[NamedSources],
) -> Statement {
    let params = vec![Param::Int(owner), json_param(touched), Param::Int(since_ms), json_param(named)];
    Statement::new("near", NEAR, params)
}

/// Reads stored payloads by root and digest.
#[must_use]
pub fn payloads(owner: i64, wanted: &[(Root, String)]) -> Statement {
    Statement::new(
        "payloads",
        "SELECT o.root, o.digest, o.payload FROM json_each(?2) w
          CROSS JOIN observations o
          WHERE o.owner = ?1 AND o.root = w.value ->> 0 AND o.digest = w.value ->> 1",
        vec![Param::Int(owner), json_param(wanted)],
    )
}

/// The step that a batch belongs to, if it belongs to one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueStep {
    /// The job.
    pub job: String,
    /// The step that must still be due.
    pub step: i64,
}

/// Fails the batch by name when its step is done already, or when a claim or an asset that was read has changed.
/// Writes nothing while all is well.
#[must_use]
pub fn guard(
    owner: i64,
    due: Option<&DueStep>,
    aliases: &BTreeSet<String>,
    weight: i64,
    versions: &[(String, i64)],
) -> Statement {
    Statement::new(
        "guard",
        "INSERT INTO guard (due, unchanged) SELECT due, unchanged FROM (
           SELECT ?2 IS NULL OR EXISTS (SELECT 1 FROM jobs WHERE id = ?2 AND step = ?3 AND state = 'active') AS due,
                  (SELECT coalesce(sum(2 - rank), 0) FROM claims
                    WHERE owner = ?1 AND alias IN (SELECT value FROM json_each(?4))) = ?5
                  AND NOT EXISTS (SELECT 1 FROM json_each(?6) e WHERE NOT EXISTS (
                    SELECT 1 FROM assets a
                     WHERE a.owner = ?1 AND a.id = e.value ->> 0 AND a.version = e.value ->> 1)) AS unchanged)
          WHERE NOT (due AND unchanged)",
        vec![
            Param::Int(owner),
            due.map(|due| due.job.clone()).into(),
            due.map(|due| due.step).into(),
            json_param(aliases),
            Param::Int(weight),
            json_param(versions),
        ],
    )
}

/// Inserts observations, as many statements as their payloads' size asks for.
#[must_use]
pub fn insert_observations<T: Serialize>(owner: i64, rows: &[T]) -> Vec<Statement> {
    chunked(rows)
        .into_iter()
        .map(|chunk| {
            Statement::new(
                "insert_observations",
                "INSERT INTO observations
                   (owner, root, digest, provider_id, api, media_type, making, extractor, linked, seen, payload)
                 SELECT ?1, value ->> 0, value ->> 1, value ->> 2, value ->> 3,
                        value ->> 4, value ->> 5, value ->> 6, value ->> 7,
                        value ->> 8, value ->> 9
                   FROM json_each(?2)",
                vec![Param::Int(owner), Param::Text(chunk)],
            )
        })
        .collect()
}

/// Updates the sightings of stored observations, and whether their source lists are written. The owner stands in each
/// row too: with `?1` alone SQLite walks all of the owner's observations and looks each one up in the array.
#[must_use]
pub fn update_observations(owner: i64, rows: &[Value]) -> Statement {
    Statement::new(
        "update_observations",
        "UPDATE observations SET seen = e.value ->> 'seen', linked = e.value ->> 'linked'
           FROM json_each(?2) e
          WHERE observations.owner = e.value ->> 'owner' AND observations.root = e.value ->> 'root'
            AND observations.digest = e.value ->> 'digest' AND e.value ->> 'owner' = ?1",
        vec![Param::Int(owner), json_param(rows)],
    )
}

/// Writes claims; an existing one only grows stronger. Self claims carry where their root belongs.
#[must_use]
pub fn upsert_claims<T: Serialize>(owner: i64, rows: &[T]) -> Statement {
    Statement::new(
        "upsert_claims",
        "INSERT INTO claims (owner, alias, root, rank, asset, lists, referenced)
         SELECT ?1, value ->> 'alias', value ->> 'root', value ->> 'rank', value ->> 'asset', value ->> 'lists',
                value ->> 'referenced'
           FROM json_each(?2) WHERE true
             ON CONFLICT (owner, alias, root) DO UPDATE
            SET rank = min(rank, excluded.rank), asset = coalesce(excluded.asset, asset),
                lists = coalesce(excluded.lists, lists), referenced = coalesce(excluded.referenced, referenced)",
        vec![Param::Int(owner), json_param(rows)],
    )
}

/// Writes assets whole. An update names every indexed column, which costs their index rows again: assets change
/// rarely, and a second statement for the rare case would cost one of twelve.
#[must_use]
pub fn upsert_assets<T: Serialize>(owner: i64, rows: &[T]) -> Vec<Statement> {
    chunked(rows)
        .into_iter()
        .map(|chunk| {
            Statement::new(
                "upsert_assets",
                "INSERT INTO assets
                   (owner, id, root, roots, version, provider_id, api, media_type, making, provider_asset_id, status,
                    operation, origin, account, created_ms, lineage, evidence, attention, shown, removed, missing_ms,
                    source_generation_id, fields)
                 SELECT ?1, value ->> 0, value ->> 1, value ->> 2, value ->> 3,
                        value ->> 4, value ->> 5, value ->> 6, value ->> 7,
                        value ->> 8, value ->> 9, value ->> 10, value ->> 11,
                        value ->> 12, value ->> 13, value ->> 14, value ->> 15,
                        value ->> 16, value ->> 17, value ->> 18, value ->> 19,
                        value ->> 20, value ->> 21
                   FROM json_each(?2) WHERE true
                     ON CONFLICT (owner, id) DO UPDATE
                    SET root = excluded.root, roots = excluded.roots, version = excluded.version,
                        provider_id = excluded.provider_id, api = excluded.api, media_type = excluded.media_type,
                        making = excluded.making, provider_asset_id = excluded.provider_asset_id,
                        status = excluded.status, operation = excluded.operation, origin = excluded.origin,
                        account = excluded.account, created_ms = excluded.created_ms, lineage = excluded.lineage,
                        evidence = excluded.evidence, attention = excluded.attention, shown = excluded.shown,
                        removed = excluded.removed, missing_ms = excluded.missing_ms,
                        source_generation_id = excluded.source_generation_id, fields = excluded.fields",
                vec![Param::Int(owner), Param::Text(chunk)],
            )
        })
        .collect()
}

/// Deletes the rows of assets that were absorbed. Their ids go on resolving by `insert_redirects`.
#[must_use]
pub fn delete_absorbed(owner: i64, redirects: &[(String, String)]) -> Statement {
    Statement::new(
        "delete_absorbed",
        "DELETE FROM assets WHERE owner = ?1 AND id IN (SELECT value ->> 0 FROM json_each(?2))",
        vec![Param::Int(owner), json_param(redirects)],
    )
}

/// Records which asset an absorbed id leads to.
#[must_use]
pub fn insert_redirects(owner: i64, redirects: &[(String, String)]) -> Statement {
    Statement::new(
        "insert_redirects",
        "INSERT INTO redirects (owner, old, new) SELECT ?1, value ->> 0, value ->> 1 FROM json_each(?2) WHERE true
             ON CONFLICT (owner, old) DO UPDATE SET new = excluded.new",
        vec![Param::Int(owner), json_param(redirects)],
    )
}

/// Lets go of the redirects of ids that are an asset's own again.
#[must_use]
pub fn delete_redirects(owner: i64, ids: &BTreeSet<String>) -> Statement {
    Statement::new(
        "delete_redirects",
        "DELETE FROM redirects WHERE owner = ?1 AND old IN (SELECT value FROM json_each(?2))",
        vec![Param::Int(owner), json_param(ids)],
    )
}

/// Reads which of these ids lead to an asset: its own, and those that it absorbed by whatever detour.
#[must_use]
pub fn ids_leading_to(owner: i64, ids: &BTreeSet<String>, asset: &str) -> Statement {
    Statement::new(
        "ids_leading_to",
        "WITH RECURSIVE way(id, at) AS (
           SELECT value, value FROM json_each(?2)
           UNION
           SELECT way.id, r.new FROM way CROSS JOIN redirects r WHERE r.owner = ?1 AND r.old = way.at)
         SELECT id FROM way WHERE at = ?3",
        vec![Param::Int(owner), json_param(ids), asset.into()],
    )
}

/// Writes edges; the same list is the same evidence, so an edge that is there stays as it is.
#[must_use]
pub fn insert_edges(owner: i64, edges: &BTreeSet<NewEdge>) -> Statement {
    Statement::new(
        "insert_edges",
        "INSERT OR IGNORE INTO edges (owner, child, evidence, slot, parent, relation, operation, anchor, name, denied)
         SELECT ?1, value ->> 0, value ->> 1, value ->> 2, value ->> 3,
                value ->> 4, value ->> 5, value ->> 6, value ->> 7, 0
           FROM json_each(?2)",
        vec![Param::Int(owner), json_param(edges)],
    )
}

/// Cuts an array into JSON texts that each fit one parameter.
#[must_use]
pub fn chunked<T: Serialize>(rows: &[T]) -> Vec<String> {
    let mut chunks = Vec::new();
    let mut chunk = String::new();
    for row in rows {
        let text = json_text(row);
        if !chunk.is_empty() && chunk.len() + text.len() + 2 > JSON_PARAM_BYTES {
            chunks.push(format!("[{chunk}]"));
            chunk.clear();
        }
        if !chunk.is_empty() {
            chunk.push(',');
        }
        chunk.push_str(&text);
    }
    if !chunk.is_empty() {
        chunks.push(format!("[{chunk}]"));
    }
    chunks
}
