//! The statements that read pages of assets: each walks one index (or, for stubs and removed assets, the primary key)
//! and looks at a bounded number of rows. What a request means is left to `api::assets`.

use std::collections::BTreeSet;

use crate::core::sql::assets::asset_columns;
use crate::core::statement::{Param, Statement, json_param};

/// Which rows a page is about. Absent members do not filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// `video`, `image`, `audio`.
    pub media_type: Option<String>,
    /// `acc_…`: the asset's one account.
    pub account_id: Option<String>,
    /// `generated`, `synced`, `both`, `referenced`.
    pub origin: Option<String>,
    /// A provider.
    pub provider_id: Option<String>,
    /// A status.
    pub status: Option<String>,
    /// A feed that showed the asset.
    pub feed: Option<String>,
    /// An operation.
    pub operation: Option<String>,
    /// `created`, `uploaded`.
    pub making: Option<String>,
    /// A state of lineage.
    pub lineage: Option<String>,
    /// Whether the lineage must need attention.
    pub needs_attention: bool,
    /// Text in a prompt, ASCII letters in lower case.
    pub text: Option<String>,
    /// How the file was last found: `ok`, `broken`.
    pub link: Option<String>,
    /// Removed assets instead of the others.
    pub removed: bool,
}

/// The order in which a page walks through the rows, by the index that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Walk {
    /// The gallery, newest first.
    Newest,
    /// The gallery's assets of one media type.
    MediaType,
    /// The gallery's assets of one account.
    Account,
    /// The gallery's assets whose lineage needs attention.
    Attention,
    /// Every asset by id, last known first: stubs and removed assets are in no index of the gallery.
    ById,
}

/// Where a page begins and how far it may look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// Only rows before this (time, id).
    pub before: (i64, String),
    /// Only rows of this time or later.
    pub from_ms: i64,
    /// The most rows to look at.
    pub most_rows: u32,
    /// The most rows to hand back.
    pub limit: u32,
}

/// What a row must meet, apart from where it stands in the walk.
macro_rules! matches_filter {
    () => {
        "(?7 IS NULL OR a.media_type = ?7)
         AND (?8 IS NULL OR a.account = (SELECT identity FROM accounts WHERE owner = ?1 AND id = ?8))
         AND (?9 IS NULL OR a.origin = ?9)
         AND (?10 IS NULL OR a.provider_id = ?10)
         AND (?11 IS NULL OR a.status = ?11)
         AND (?12 IS NULL OR EXISTS (SELECT 1 FROM json_each(a.fields, '$.feeds') WHERE value = ?12))
         AND (?13 IS NULL OR a.operation = ?13)
         AND (?14 IS NULL OR a.making = ?14)
         AND (?15 IS NULL OR a.lineage = ?15)
         AND (?16 = 0 OR a.attention = 1)
         AND (?17 IS NULL
              OR EXISTS (SELECT 1 FROM json_each(a.fields, '$.prompts') WHERE instr(lower(value), ?17) > 0)
              OR EXISTS (SELECT 1 FROM json_each(a.fields, '$.segments')
                          WHERE instr(lower(value ->> 'prompt'), ?17) > 0))
         AND a.removed = ?18
         AND (?19 IS NULL OR EXISTS (SELECT 1 FROM links l
                                      WHERE l.owner = ?1 AND l.root = a.root AND l.state = ?19
                                        AND l.url = a.fields ->> 'media_url'))"
    };
}

/// A page: the rows that match, and the last row that was looked at when the walk ended for their number. The walk is
/// a LIMIT inside, so no filter can make it look further; rows come in its order without sorting.
macro_rules! page {
    ($from:literal, $order:literal) => {
        concat!(
            "SELECT ",
            asset_columns!(),
            ", a.looked = ?5 AS last, (",
            matches_filter!(),
            ") IS TRUE AS matches FROM (SELECT *, row_number() OVER (ORDER BY ",
            $order,
            ") AS looked FROM assets ",
            $from,
            " AND created_ms >= ?4 ORDER BY ",
            $order,
            " LIMIT ?5) a WHERE a.looked = ?5 OR (",
            matches_filter!(),
            ") LIMIT ?6"
        )
    };
}

const NEWEST: &str = page!(
    "INDEXED BY assets_newest WHERE owner = ?1 AND shown = 1 AND (created_ms, id) < (?2, ?3)",
    "created_ms DESC, id DESC"
);

const MEDIA_TYPE: &str = page!(
    "INDEXED BY assets_type WHERE owner = ?1 AND shown = 1 AND media_type = ?7 AND (created_ms, id) < (?2, ?3)",
    "created_ms DESC, id DESC"
);

const ACCOUNT: &str = page!(
    "INDEXED BY assets_account WHERE owner = ?1 AND shown = 1
        AND account = (SELECT identity FROM accounts WHERE owner = ?1 AND id = ?8)
        AND (created_ms, id) < (?2, ?3)",
    "created_ms DESC, id DESC"
);

const ATTENTION: &str = page!(
    "INDEXED BY assets_attention WHERE owner = ?1 AND shown = 1 AND attention = 1 AND (created_ms, id) < (?2, ?3)",
    "created_ms DESC, id DESC"
);

const BY_ID: &str = page!("WHERE owner = ?1 AND id < ?3 AND created_ms < ?2", "id DESC");

/// Reads a page.
#[must_use]
pub fn assets_page(owner: i64, walk: Walk, window: &Window, filter: &Filter) -> Statement {
    let (name, sql) = match walk {
        Walk::Newest => ("assets_newest", NEWEST),
        Walk::MediaType => ("assets_of_type", MEDIA_TYPE),
        Walk::Account => ("assets_of_account", ACCOUNT),
        Walk::Attention => ("assets_needing_attention", ATTENTION),
        Walk::ById => ("assets_by_id", BY_ID),
    };
    let mut params = vec![
        Param::Int(owner),
        Param::Int(window.before.0),
        window.before.1.as_str().into(),
        Param::Int(window.from_ms),
        Param::Int(i64::from(window.most_rows)),
        Param::Int(i64::from(window.limit)),
    ];
    params.extend(filter_params(filter));
    Statement::new(name, sql, params)
}

/// Reads these assets, as far as they match, newest first. Where they were found is left to `claimants`.
#[must_use]
pub fn found_assets(owner: i64, ids: &BTreeSet<String>, window: &Window, filter: &Filter) -> Statement {
    let mut params = vec![
        Param::Int(owner),
        Param::Int(window.before.0),
        json_param(ids),
        Param::Int(window.from_ms),
        window.before.1.as_str().into(),
        Param::Int(i64::from(window.limit)),
    ];
    params.extend(filter_params(filter));
    Statement::new(
        "found_assets",
        concat!(
            "SELECT ",
            asset_columns!(),
            ", 0 AS last, 1 AS matches FROM json_each(?3) i CROSS JOIN assets a
              WHERE a.owner = ?1 AND a.id = i.value AND (a.created_ms, a.id) < (?2, ?5) AND a.created_ms >= ?4 AND ",
            matches_filter!(),
            " ORDER BY a.created_ms DESC, a.id DESC LIMIT ?6"
        ),
        params,
    )
}

/// Reads who claims these aliases, strongest first, and which asset each claimant belongs to now.
#[must_use]
pub fn claimants(owner: i64, aliases: &BTreeSet<String>) -> Statement {
    Statement::new(
        "claimants",
        "SELECT c.alias, c.root, c.rank, s.asset
           FROM json_each(?2) t CROSS JOIN claims c CROSS JOIN claims s
          WHERE c.owner = ?1 AND c.alias = t.value AND s.owner = ?1 AND s.alias = c.root AND s.root = c.root
          ORDER BY c.rank, length(c.root), c.root LIMIT 1000",
        vec![Param::Int(owner), json_param(aliases)],
    )
}

/// Reads what people decided about these aliases and others.
#[must_use]
pub fn verdicts(owner: i64, aliases: &BTreeSet<String>) -> Statement {
    Statement::new(
        "verdicts",
        "SELECT d.alias, d.other, d.at_ms, d.verdict, d.author
           FROM json_each(?2) t CROSS JOIN decisions d
          WHERE d.owner = ?1 AND d.alias = t.value AND d.family = 'identity' LIMIT 1000",
        vec![Param::Int(owner), json_param(aliases)],
    )
}

fn filter_params(filter: &Filter) -> Vec<Param> {
    vec![
        filter.media_type.clone().into(),
        filter.account_id.clone().into(),
        filter.origin.clone().into(),
        filter.provider_id.clone().into(),
        filter.status.clone().into(),
        filter.feed.clone().into(),
        filter.operation.clone().into(),
        filter.making.clone().into(),
        filter.lineage.clone().into(),
        Param::Int(i64::from(filter.needs_attention)),
        filter.text.clone().into(),
        Param::Int(i64::from(filter.removed)),
        filter.link.clone().into(),
    ]
}
