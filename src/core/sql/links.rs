//! The statements about links: which files to look for, and what came of it.

use serde_json::Value;

use crate::core::row::row;
use crate::core::statement::{Param, Statement, json_param};

row! {
    /// An asset as far as a look at its file needs it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct FileRow {
        /// `ast_…`.
        pub id: String,
        /// Its strongest root.
        pub root: String,
        /// `video`, `image`, `audio`.
        pub media_type: String,
        /// `created`, `uploaded`.
        pub making: String,
        /// The provider's own id.
        pub provider_asset_id: Option<String>,
        /// See `media::Status`.
        pub status: String,
        /// Where it stands in the walk.
        pub created_ms: i64,
        /// Its file.
        pub media_url: Option<String>,
        /// When the latest of its observations was first made: everything that is told of it was told by then.
        pub told_ms: Option<i64>,
        /// When somebody last looked for this very file.
        pub looked_ms: Option<i64>,
    }
}

/// The columns of [`FileRow`], as a literal.
macro_rules! file_columns {
    () => {
        "a.id, a.root, a.media_type, a.making, a.provider_asset_id, a.status, a.created_ms,
         a.fields ->> 'media_url' AS media_url,
         (SELECT max((SELECT min(s.value ->> 2) FROM json_each(o.seen) s)) FROM observations o
           WHERE o.owner = ?1 AND o.root IN (SELECT value FROM json_each(a.roots))) AS told_ms,
         (SELECT l.checked_ms FROM links l
           WHERE l.owner = ?1 AND l.root = a.root AND l.url = a.fields ->> 'media_url') AS looked_ms"
    };
}

/// Reads the next assets of an account, newest first, below a time and id.
#[must_use]
pub fn files_page(owner: i64, account: &str, before: (i64, &str), limit: usize) -> Statement {
    Statement::new(
        "files_page",
        concat!(
            "SELECT ",
            file_columns!(),
            " FROM assets a INDEXED BY assets_account
              WHERE a.owner = ?1 AND a.shown = 1 AND a.account = ?2 AND (a.created_ms, a.id) < (?3, ?4)
              ORDER BY a.created_ms DESC, a.id DESC LIMIT ?5"
        ),
        vec![
            Param::Int(owner),
            account.into(),
            Param::Int(before.0),
            before.1.into(),
            Param::Int(i64::try_from(limit).unwrap_or(i64::MAX)),
        ],
    )
}

/// Reads these assets, as far as they are this account's.
#[must_use]
pub fn files_of(owner: i64, account: &str, ids: &[String]) -> Statement {
    Statement::new(
        "files_of",
        concat!(
            "SELECT ",
            file_columns!(),
            " FROM json_each(?3) i CROSS JOIN assets a
              WHERE a.owner = ?1 AND a.id = i.value AND a.shown = 1 AND a.account = ?2"
        ),
        vec![Param::Int(owner), account.into(), json_param(ids)],
    )
}

/// Writes what came of looks: objects of root, url, state and status. A file that is still missing stays missing since
/// it was first.
#[must_use]
pub fn upsert_links(owner: i64, rows: &[Value], now: i64) -> Statement {
    Statement::new(
        "upsert_links",
        "INSERT INTO links (owner, root, url, state, status, checked_ms, broken_since_ms)
         SELECT ?1, value ->> 'root', value ->> 'url', value ->> 'state', value ->> 'status', ?3,
                CASE value ->> 'state' WHEN 'broken' THEN ?3 END
           FROM json_each(?2) WHERE true
             ON CONFLICT (owner, root) DO UPDATE
            SET url = excluded.url, state = excluded.state, status = excluded.status,
                checked_ms = excluded.checked_ms,
                broken_since_ms = CASE WHEN excluded.state = 'broken' AND links.url = excluded.url
                                       THEN coalesce(links.broken_since_ms, excluded.broken_since_ms)
                                       ELSE excluded.broken_since_ms END",
        vec![Param::Int(owner), json_param(rows), Param::Int(now)],
    )
}

/// How many pages of scans are looked through for one asset.
const LISTED_PAGES: i64 = 500;

row! {
    /// A page of a scan that lists an asset.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ListedRow {
        /// When it was received.
        pub seen_ms: i64,
        /// JSON `[[root, digest, …], …]`.
        pub rows: String,
    }
}

/// Reads the last of the newest pages that lists one of an asset's roots, from before its file was missed. What a scan found unchanged stands nowhere else. A row
/// of a page begins with its root, so that looking for the text needs none of it read as JSON.
#[must_use]
pub fn last_listed(owner: i64, asset: &str, roots: &[String]) -> Statement {
    let beginnings: Vec<String> =
        roots.iter().map(|root| format!("[{},", Value::from(root.as_str()))).collect();
    Statement::new(
        "last_listed",
        "SELECT s.seen_ms, s.rows FROM (SELECT seen_ms, feed, rows FROM scan_pages
                                         WHERE owner = ?1 ORDER BY seen_ms DESC LIMIT ?3) s
          WHERE s.feed <> 'dry_run'
            AND s.seen_ms < coalesce((SELECT l.broken_since_ms FROM assets a CROSS JOIN links l
                                       WHERE a.owner = ?1 AND a.id = ?4 AND l.owner = ?1 AND l.root = a.root
                                         AND l.url = a.fields ->> 'media_url'), 9007199254740991)
            AND EXISTS (SELECT 1 FROM json_each(?2) b WHERE instr(s.rows, b.value) > 0)
          LIMIT 1",
        vec![Param::Int(owner), json_param(&beginnings), Param::Int(LISTED_PAGES), asset.into()],
    )
}

row! {
    /// What is known of an asset's link.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct LinkRow {
        /// `ok`, `broken`.
        pub state: String,
        /// The last look.
        pub checked_ms: i64,
        /// The first look in a row that did not find it.
        pub broken_since_ms: Option<i64>,
    }
}

/// Reads what is known of an asset's file, while its url is the one that was looked for.
#[must_use]
pub fn link_of(owner: i64, asset: &str) -> Statement {
    Statement::new(
        "link_of",
        "SELECT l.state, l.checked_ms, l.broken_since_ms
           FROM assets a CROSS JOIN links l
          WHERE a.owner = ?1 AND a.id = ?2 AND l.owner = ?1 AND l.root = a.root
            AND l.url = a.fields ->> 'media_url'",
        vec![Param::Int(owner), asset.into()],
    )
}
