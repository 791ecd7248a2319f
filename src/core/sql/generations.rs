//! The statements about generations: written with their job, changed under a guard, read by those that wait for them.

use serde_json::Value;

use crate::core::generation::stored::Generation;
use crate::core::statement::{Param, Statement, json_param};

/// The columns of a generation's row, as a literal.
macro_rules! generation_columns {
    () => {
        "g.id, g.account, g.state, g.in_conflict, g.version, g.look_ms, g.created_ms, g.updated_ms, g.request,
         g.progress, g.history"
    };
}

/// Inserts a generation.
#[must_use]
pub fn insert_generation(owner: i64, generation: &Generation) -> Statement {
    let request = &generation.request;
    Statement::new(
        "insert_generation",
        "INSERT INTO generations (owner, id, account, operation, media_type, state, in_conflict, version, look_ms,
                                  created_ms, updated_ms, request, progress, history)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7, NULL, ?8, ?8, ?9, ?10, ?11)",
        vec![
            Param::Int(owner),
            generation.id.as_str().into(),
            generation.account.as_str().into(),
            request.operation.as_str().into(),
            request.media_type.as_str().into(),
            generation.state.as_str().into(),
            Param::Int(generation.version),
            Param::Int(generation.created_ms),
            request.to_json().to_string().into(),
            generation.progress.to_json().into(),
            generation.history.to_json().into(),
        ],
    )
}

/// Reads generations by their ids.
#[must_use]
pub fn generations(owner: i64, ids: &[String]) -> Statement {
    Statement::new(
        "generations",
        concat!(
            "SELECT ",
            generation_columns!(),
            " FROM json_each(?2) e CROSS JOIN generations g WHERE g.owner = ?1 AND g.id = e.value"
        ),
        vec![Param::Int(owner), json_param(ids)],
    )
}

/// Reads the generations of an account whose outputs are waited for, those first that are to be looked for first.
#[must_use]
pub fn waiting_generations(owner: i64, account: &str, limit: u32) -> Statement {
    Statement::new(
        "waiting_generations",
        concat!(
            "SELECT ",
            generation_columns!(),
            " FROM generations g WHERE g.owner = ?1 AND g.account = ?2 AND g.look_ms IS NOT NULL
              ORDER BY g.look_ms LIMIT ?3"
        ),
        vec![Param::Int(owner), account.into(), Param::Int(i64::from(limit))],
    )
}

/// Counts them.
#[must_use]
pub fn count_waiting(owner: i64, account: &str) -> Statement {
    Statement::new(
        "count_waiting",
        "SELECT count(*) AS count FROM generations WHERE owner = ?1 AND account = ?2 AND look_ms IS NOT NULL",
        vec![Param::Int(owner), account.into()],
    )
}

/// Fails the batch by name when a generation is not as it was read, or when others are waited for than were counted.
/// Versions only grow, and so does the set while none of them changes: equal counts are equal sets.
#[must_use]
pub fn guard_generations(owner: i64, expected: &[(String, i64)], waiting: Option<(&str, i64)>) -> Statement {
    Statement::new(
        "guard",
        "INSERT INTO guard (due, unchanged) SELECT 1, 0
          WHERE EXISTS (SELECT 1 FROM json_each(?2) e WHERE NOT EXISTS (
                  SELECT 1 FROM generations g
                   WHERE g.owner = ?1 AND g.id = e.value ->> 0 AND g.version = e.value ->> 1))
             OR (?3 IS NOT NULL AND ?4 <> (SELECT count(*) FROM generations w
                   WHERE w.owner = ?1 AND w.account = ?3 AND w.look_ms IS NOT NULL))",
        vec![
            Param::Int(owner),
            json_param(expected),
            waiting.map(|(account, _)| account).into(),
            waiting.map(|(_, count)| count).into(),
        ],
    )
}

/// Writes changed generations back. Their operation, account and request never change. The owner stands in each row too:
/// with `?1` alone SQLite walks all of the owner's generations and looks each one up in the array.
#[must_use]
pub fn update_generations(owner: i64, rows: &[Value]) -> Statement {
    let mut rows = rows.to_vec();
    for row in rows.iter_mut().filter_map(Value::as_object_mut) {
        row.insert("owner".to_owned(), owner.into());
    }
    Statement::new(
        "update_generations",
        "UPDATE generations SET state = e.value ->> 'state', in_conflict = e.value ->> 'in_conflict',
                version = version + 1, look_ms = e.value ->> 'look_ms', updated_ms = e.value ->> 'updated_ms',
                progress = e.value ->> 'progress', history = e.value ->> 'history'
           FROM json_each(?2) e
          WHERE generations.owner = e.value ->> 'owner' AND generations.id = e.value ->> 'id'
            AND e.value ->> 'owner' = ?1",
        vec![Param::Int(owner), json_param(&rows)],
    )
}

/// Records which roots came out of a generation, by their places.
#[must_use]
pub fn insert_outputs(owner: i64, generation: &str, roots: &[&str]) -> Statement {
    Statement::new(
        "insert_outputs",
        "INSERT OR IGNORE INTO generation_outputs (owner, generation, slot, root)
         SELECT ?1, ?2, key, value FROM json_each(?3)",
        vec![Param::Int(owner), generation.into(), json_param(roots)],
    )
}

/// Reads what the inventory holds of the outputs of some generations.
#[must_use]
pub fn output_assets(owner: i64, generations: &[String]) -> Statement {
    Statement::new(
        "output_assets",
        "SELECT o.generation, o.slot, o.root, a.id AS asset, a.status, a.removed, a.fields FROM json_each(?2) e
          CROSS JOIN generation_outputs o
          CROSS JOIN claims c
          CROSS JOIN assets a
          WHERE o.owner = ?1 AND o.generation = e.value AND c.owner = ?1 AND c.alias = o.root AND c.root = o.root
            AND a.owner = ?1 AND a.id = c.asset",
        vec![Param::Int(owner), json_param(generations)],
    )
}

/// Reads what is known of roots that a listing shows: their assets, and the generations that they came out of.
#[must_use]
pub fn known_roots(owner: i64, roots: &[String]) -> Statement {
    Statement::new(
        "known_roots",
        "SELECT e.value AS root,
                (SELECT c.asset FROM claims c WHERE c.owner = ?1 AND c.alias = e.value AND c.root = e.value) AS asset,
                (SELECT o.generation FROM generation_outputs o WHERE o.owner = ?1 AND o.root = e.value LIMIT 1)
                  AS generation
           FROM json_each(?2) e",
        vec![Param::Int(owner), json_param(roots)],
    )
}

/// Reads the open requests of an account among those that were asked for between two ids: twins of a lost one make it
/// impossible to tell whose output a listing shows.
#[must_use]
pub fn open_requests(owner: i64, account: &str, between: (&str, &str)) -> Statement {
    Statement::new(
        "open_requests",
        "SELECT id, request FROM generations
          WHERE owner = ?1 AND id > ?3 AND id < ?4 AND account = ?2 AND state = 'submitted' LIMIT 200",
        vec![Param::Int(owner), account.into(), between.0.into(), between.1.into()],
    )
}

/// Reads what was uploaded to an account already.
#[must_use]
pub fn uploads(owner: i64, account: &str, sources: &[String]) -> Statement {
    Statement::new(
        "uploads",
        "SELECT u.source, u.body FROM json_each(?3) e
          CROSS JOIN uploads u WHERE u.owner = ?1 AND u.account = ?2 AND u.source = e.value",
        vec![Param::Int(owner), account.into(), json_param(sources)],
    )
}

/// Remembers uploads (objects of source and body); the first one of a source stays.
#[must_use]
pub fn insert_uploads(owner: i64, account: &str, rows: &[Value], now: i64) -> Statement {
    Statement::new(
        "insert_uploads",
        "INSERT OR IGNORE INTO uploads (owner, account, source, body, uploaded_ms)
         SELECT ?1, ?2, value ->> 'source', value ->> 'body', ?4 FROM json_each(?3)",
        vec![Param::Int(owner), account.into(), json_param(rows), Param::Int(now)],
    )
}

/// Has an account's outputs looked for at `due_ms` at the latest: a new job, the ended one again, or an active one
/// sooner, as a step of its own, so that its earlier hint is void.
#[must_use]
pub fn wake_poll(owner: i64, job: &str, account: &str, due_ms: i64, now: i64) -> Statement {
    Statement::new(
        "wake_poll",
        "INSERT INTO jobs (id, owner, kind, account, step, state, due_ms, created_ms, updated_ms, body)
         VALUES (?2, ?1, 'poll', ?3, 0, 'active', ?4, ?5, ?5, '{}')
             ON CONFLICT (id) DO UPDATE SET step = step + 1, state = 'active', due_ms = ?4, updated_ms = ?5
          WHERE state <> 'active' OR due_ms > ?4",
        vec![Param::Int(owner), job.into(), account.into(), Param::Int(due_ms), Param::Int(now)],
    )
}

/// Reads how a job stands.
#[must_use]
pub fn job_standing(owner: i64, job: &str) -> Statement {
    Statement::new(
        "job_standing",
        "SELECT step, state, due_ms FROM jobs WHERE owner = ?1 AND id = ?2",
        vec![Param::Int(owner), job.into()],
    )
}

/// Which generations a page is about. Absent members do not filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// A state.
    pub state: Option<String>,
    /// `acc_…`.
    pub account: Option<String>,
    /// An operation.
    pub operation: Option<String>,
}

/// Reads a page of generations, newest first, between two ids. At most `most_rows` are looked at; the last of them is
/// always handed back, so that the next page can go on behind it.
#[must_use]
pub fn generations_page(
    owner: i64,
    filter: &Filter,
    between: (&str, &str),
    most_rows: u32,
    limit: u32,
) -> Statement {
    Statement::new(
        "generations_page",
        concat!(
            "SELECT ",
            generation_columns!(),
            ", g.looked = ?4 AS last, (?6 IS NULL OR g.state = ?6) AND (?7 IS NULL OR g.account = ?7)
                AND (?8 IS NULL OR g.operation = ?8) AS matches
               FROM (SELECT *, row_number() OVER (ORDER BY id DESC) AS looked FROM generations
                      WHERE owner = ?1 AND id > ?2 AND id < ?3 ORDER BY id DESC LIMIT ?4) g
              WHERE g.looked = ?4 OR ((?6 IS NULL OR g.state = ?6) AND (?7 IS NULL OR g.account = ?7)
                AND (?8 IS NULL OR g.operation = ?8)) LIMIT ?5"
        ),
        vec![
            Param::Int(owner),
            between.0.into(),
            between.1.into(),
            Param::Int(i64::from(most_rows)),
            Param::Int(i64::from(limit)),
            filter.state.clone().into(),
            filter.account.clone().into(),
            filter.operation.clone().into(),
        ],
    )
}

/// Reads the assets that inputs name, by their ids or by ids that they absorbed, with all that their roots list.
#[must_use]
pub fn input_assets(owner: i64, ids: &[String]) -> Statement {
    Statement::new(
        "input_assets",
        "WITH RECURSIVE chain(asked, id) AS (
           SELECT value, value FROM json_each(?2)
           UNION
           SELECT hop.asked, r.new FROM chain hop CROSS JOIN redirects r WHERE r.owner = ?1 AND r.old = hop.id)
         SELECT hop.asked, a.id, a.root, a.provider_id, a.api, a.media_type, a.making, a.status, a.fields,
                (SELECT json_group_array(json(c.lists)) FROM json_each(a.roots) r CROSS JOIN claims c
                  WHERE c.owner = ?1 AND c.alias = r.value AND c.root = r.value AND c.lists IS NOT NULL) AS lists
           FROM chain hop CROSS JOIN assets a WHERE a.owner = ?1 AND a.id = hop.id",
        vec![Param::Int(owner), json_param(ids)],
    )
}
