//! The statements that read one asset: its row, what was observed of it, and how many there are of each kind.
//! Pages of assets are left to `gallery`, the graph to `lineage`.

use crate::core::row::row;
use crate::core::statement::{Param, Statement};

/// The latest time that a statement can ask for: whole numbers beyond it do not survive D1's doubles.
pub const LAST_MS: i64 = 9_007_199_254_740_991;

row! {
    /// An asset's row as it is shown. Every reader of whole rows selects these columns.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AssetRow {
        /// `ast_…`.
        pub id: String,
        /// Its strongest root.
        pub root: String,
        /// JSON array of its roots.
        pub roots: String,
        /// Grows with every change of the row.
        pub version: i64,
        /// Which provider it came from.
        pub provider_id: String,
        /// Which of the provider's interfaces.
        pub api: String,
        /// `video`, `image`, `audio`.
        pub media_type: String,
        /// `created`, `uploaded`.
        pub making: String,
        /// The provider's own id.
        pub provider_asset_id: Option<String>,
        /// See `media::Status`.
        pub status: String,
        /// See `media::Operation`.
        pub operation: Option<String>,
        /// `generated`, `synced`, `both`, `referenced`.
        pub origin: String,
        /// The identity of its one account.
        pub account: Option<String>,
        /// By the provider, else first seen.
        pub created_ms: i64,
        /// The state of its lineage.
        pub lineage: String,
        /// The source list in force.
        pub evidence: Option<String>,
        /// 1 when its lineage needs attention.
        pub attention: i64,
        /// 1 when a person removed it.
        pub removed: i64,
        /// When a complete scan missed it.
        pub missing_ms: Option<i64>,
        /// The generation that made it here.
        pub source_generation_id: Option<String>,
        /// JSON of every folded field.
        pub fields: String,
        /// 1 while something that was said of it disagrees, and no person has accepted that.
        pub in_conflict: i64,
        /// 1 where the file at its url was not there when somebody last looked.
        pub link_broken: i64,
    }
}

/// The columns of [`AssetRow`], as a literal; `?1` is the owner. The last two are four looks by key for each row that
/// is handed back, and read nothing where nothing disagrees and nobody has looked for files.
macro_rules! asset_columns {
    () => {
        "a.id, a.root, a.roots, a.version, a.provider_id, a.api, a.media_type, a.making, a.provider_asset_id, a.status,
         a.operation, a.origin, a.account, a.created_ms, a.lineage, a.evidence, a.attention, a.removed, a.missing_ms,
         a.source_generation_id, a.fields,
         EXISTS (SELECT 1 FROM drift d INDEXED BY drift_asset
                  WHERE d.owner = ?1 AND d.asset = a.id AND d.state = 'open'
                    AND d.kind IN ('field_disagrees', 'identity_conflict', 'lineage_disagrees')) AS in_conflict,
         EXISTS (SELECT 1 FROM links l
                  WHERE l.owner = ?1 AND l.root = a.root AND l.state = 'broken'
                    AND l.url = a.fields ->> 'media_url') AS link_broken"
    };
}
pub(crate) use asset_columns;

/// The id in `?2` with every id that it was absorbed into. `UNION` drops what it has met, so no ring of redirects is
/// endless.
macro_rules! with_redirects {
    ($select:literal $(, $more:expr)*) => {
        concat!(
            "WITH RECURSIVE chain(id) AS (
               SELECT ?2
               UNION
               SELECT r.new FROM chain hop CROSS JOIN redirects r WHERE r.owner = ?1 AND r.old = hop.id)
             ",
            $select
            $(, $more)*
        )
    };
}
pub(crate) use with_redirects;

/// Reads an asset by its id, or by an id that was absorbed into it.
#[must_use]
pub fn asset_by_id(owner: i64, id: &str) -> Statement {
    Statement::new(
        "asset_by_id",
        with_redirects!(
            "SELECT ",
            asset_columns!(),
            " FROM chain hop CROSS JOIN assets a WHERE a.owner = ?1 AND a.id = hop.id LIMIT 1"
        ),
        vec![Param::Int(owner), id.into()],
    )
}

/// Reads which account has which identity. Owners have few accounts; a thousand is beyond any of them.
#[must_use]
pub fn account_names(owner: i64) -> Statement {
    Statement::new(
        "account_names",
        "SELECT id, identity, label FROM accounts WHERE owner = ?1 ORDER BY id LIMIT 1000",
        vec![Param::Int(owner)],
    )
}

/// Reads the payloads about these roots (a JSON array) that were seen last, the latest first.
#[must_use]
pub fn latest_payloads(owner: i64, roots: &str, limit: u32) -> Statement {
    Statement::new(
        "latest_payloads",
        "SELECT o.root, o.digest, o.provider_id, o.api, o.media_type, o.making, o.extractor, o.seen, o.payload
           FROM (SELECT n.rowid AS row, (SELECT max(s.value ->> 3) FROM json_each(n.seen) s) AS last_ms
                   FROM observations n
                  WHERE n.owner = ?1 AND n.root IN (SELECT value FROM json_each(?2))
                  ORDER BY last_ms DESC, n.root, n.digest LIMIT ?3) newest
          CROSS JOIN observations o
          WHERE o.rowid = newest.row
          ORDER BY newest.last_ms DESC, o.root, o.digest",
        vec![Param::Int(owner), roots.into(), Param::Int(i64::from(limit))],
    )
}

/// Reads a page of the observations of these roots (a JSON array), after a root and digest, until their payloads have
/// filled `budget` characters. The one that passes the budget is still among them, so a page is never empty while
/// there is more.
#[must_use]
pub fn observations_page(owner: i64, roots: &str, after: (&str, &str), limit: u32, budget: i64) -> Statement {
    Statement::new(
        "observations_page",
        "SELECT root, digest, provider_id, api, media_type, making, extractor, seen, payload FROM (
           SELECT o.root, o.digest, o.provider_id, o.api, o.media_type, o.making, o.extractor, o.seen, o.payload,
                  sum(length(o.payload)) OVER (ORDER BY o.root, o.digest ROWS UNBOUNDED PRECEDING) AS total
             FROM observations o
            WHERE o.owner = ?1 AND o.root IN (SELECT value FROM json_each(?2)) AND (o.root, o.digest) > (?3, ?4)
            ORDER BY o.root, o.digest LIMIT ?5)
          WHERE total - length(payload) < ?6",
        vec![
            Param::Int(owner),
            roots.into(),
            after.0.into(),
            after.1.into(),
            Param::Int(i64::from(limit)),
            Param::Int(budget),
        ],
    )
}

/// Counts assets by everything that the totals are about. It reads every row of the owner once, though not the long
/// `fields`, which lie behind the columns that are asked for: no index has all of these columns, because one more index
/// would cost every import a row an asset.
#[must_use]
pub fn count_assets(owner: i64) -> Statement {
    Statement::new(
        "count_assets",
        "SELECT media_type, origin, status, lineage, attention, removed, missing_ms IS NOT NULL AS missing,
                count(*) AS count
           FROM assets WHERE owner = ?1 GROUP BY 1, 2, 3, 4, 5, 6, 7",
        vec![Param::Int(owner)],
    )
}
