//! The statements about findings.

use serde_json::Value;

use crate::core::drift::case::Findings;
use crate::core::row::row;
use crate::core::statement::{Param, Statement, json_param};

row! {
    /// A finding as it is shown.
    #[derive(Clone, Debug)]
    pub struct DriftRow {
        /// `dri_…`.
        pub id: String,
        /// See `drift::kind`.
        pub kind: String,
        /// 1 to 3.
        pub severity: u8,
        /// The row of the report.
        pub aspect: String,
        /// Of the asset.
        pub media_type: Option<String>,
        /// `ast_…`.
        pub asset: Option<String>,
        /// The account's identity.
        pub account: Option<String>,
        /// What it is about.
        pub subject: String,
        /// Which part of that.
        pub part: String,
        /// JSON.
        pub evidence: String,
        /// JSON.
        pub decided: String,
        /// What is suggested.
        pub action: String,
        /// `open`, `accepted`, `closed`.
        pub state: String,
        /// Of what disagrees.
        pub evidence_digest: String,
        /// First found.
        pub first_ms: i64,
        /// Last changed.
        pub last_ms: i64,
        /// Closed.
        pub closed_ms: Option<i64>,
        /// JSON.
        pub resolution: Option<String>,
    }
}

/// The columns of [`DriftRow`], as a literal.
macro_rules! drift_columns {
    () => {
        "d.id, d.kind, d.severity, d.aspect, d.media_type, d.asset, d.account, d.subject, d.part, d.evidence, d.decided,
         d.action, d.state, d.evidence_digest, d.first_ms, d.last_ms, d.closed_ms, d.resolution"
    };
}

/// The statements for what was found, and for what was looked at and not found again: none where there is neither.
#[must_use]
pub fn write_findings(owner: i64, findings: &Findings, now: i64) -> Vec<Statement> {
    let mut statements = Vec::new();
    let rows: Vec<Value> = findings.found.iter().map(|finding| finding.row(owner)).collect();
    if !rows.is_empty() {
        statements.push(upsert_drift(owner, &rows, now));
    }
    if !findings.looked.is_empty() {
        let looked: Vec<_> = findings.looked.iter().map(|(id, kind)| (id, kind.as_str())).collect();
        let found: Vec<&Value> = rows.iter().filter_map(|row| row.get("id")).collect();
        statements.push(close_drift(owner, json_param(&looked), json_param(&found), now));
    }
    statements
}

/// Writes findings. One that is there with the same evidence stays as it is; one whose evidence changed, or that was
/// closed, opens again, unless a person has accepted this very evidence. An open one whose acceptance came later, with an
/// import, is accepted when it is found again.
#[must_use]
pub fn upsert_drift(owner: i64, rows: &[Value], now: i64) -> Statement {
    Statement::new(
        "upsert_drift",
        "INSERT INTO drift
           (owner, id, kind, severity, aspect, media_type, asset, account, subject, part, evidence, decided, action,
            state, evidence_digest, first_ms, last_ms, resolution)
         SELECT ?1, value ->> 'id', value ->> 'kind', value ->> 'severity', value ->> 'aspect', value ->> 'media_type',
                value ->> 'asset', value ->> 'account', value ->> 'subject', value ->> 'part', value ->> 'evidence',
                value ->> 'decided', value ->> 'action',
                CASE WHEN accepted IS NULL THEN 'open' ELSE 'accepted' END, value ->> 'digest', ?3, ?3, accepted
           FROM (SELECT value, (SELECT json_object('action', 'accept', 'author', c.author, 'at_ms', c.at_ms,
                                                   'reason', c.body ->> 'reason')
                                  FROM decisions c
                                 WHERE c.owner = ?1 AND c.alias = value ->> 'subject' AND c.family = 'drift'
                                   AND c.other = value ->> 'decision' AND c.body ->> 'evidence' = value ->> 'digest'
                                 ORDER BY c.at_ms DESC, c.author LIMIT 1) AS accepted
                   FROM json_each(?2))
          WHERE true
             ON CONFLICT (owner, id) DO UPDATE
            SET severity = excluded.severity, aspect = excluded.aspect, media_type = excluded.media_type,
                asset = excluded.asset, account = excluded.account, evidence = excluded.evidence,
                decided = excluded.decided, action = excluded.action, state = excluded.state,
                evidence_digest = excluded.evidence_digest, last_ms = excluded.last_ms, closed_ms = NULL,
                resolution = excluded.resolution
          WHERE drift.state = 'closed' OR drift.evidence_digest <> excluded.evidence_digest
             OR drift.state = 'open' AND excluded.state = 'accepted'",
        vec![Param::Int(owner), json_param(rows), Param::Int(now)],
    )
}

/// Closes findings of assets and kinds that were looked at and not found again. The index is named because SQLite would
/// rather walk all of the owner's findings.
#[must_use]
pub fn close_drift(owner: i64, looked: Param, found: Param, now: i64) -> Statement {
    Statement::new(
        "close_drift",
        "UPDATE drift INDEXED BY drift_asset
            SET state = 'closed', last_ms = ?4, closed_ms = ?4,
                resolution = json_object('action', 'cause_gone', 'at_ms', CAST(?4 AS INTEGER))
          WHERE owner = ?1 AND (asset, kind) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?2))
            AND state <> 'closed' AND id NOT IN (SELECT value FROM json_each(?3))",
        vec![Param::Int(owner), looked, found, Param::Int(now)],
    )
}

/// Closes findings whose cause was looked for and is gone. For the reconciliation, whose findings have no asset.
#[must_use]
pub fn close_drift_by_id(owner: i64, gone: &[String], now: i64) -> Statement {
    Statement::new(
        "close_drift_by_id",
        "UPDATE drift
            SET state = 'closed', last_ms = ?3, closed_ms = ?3,
                resolution = json_object('action', 'cause_gone', 'at_ms', CAST(?3 AS INTEGER))
          WHERE owner = ?1 AND id IN (SELECT value FROM json_each(?2)) AND state <> 'closed'",
        vec![Param::Int(owner), json_param(gone), Param::Int(now)],
    )
}

/// Reads one finding.
#[must_use]
pub fn drift_by_id(owner: i64, id: &str) -> Statement {
    Statement::new(
        "drift_by_id",
        concat!("SELECT ", drift_columns!(), " FROM drift d WHERE d.owner = ?1 AND d.id = ?2"),
        vec![Param::Int(owner), id.into()],
    )
}

/// Which findings a page is about; absent members do not filter.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Their state; all states where an asset is named.
    pub state: Option<String>,
    /// A kind.
    pub kind: Option<String>,
    /// A row of the report.
    pub aspect: Option<String>,
    /// What one weighs.
    pub severity: Option<u8>,
    /// `acc_…`.
    pub account_id: Option<String>,
}

/// Reads a page of findings of one state, the newest first, below a time and id.
#[must_use]
pub fn drift_page(owner: i64, state: &str, filter: &Filter, before: (i64, &str), limit: u32) -> Statement {
    Statement::new(
        "drift_page",
        concat!(
            "SELECT ",
            drift_columns!(),
            " FROM drift d WHERE d.owner = ?1 AND d.state = ?2 AND (d.first_ms, d.id) < (?3, ?4)
               AND (?5 IS NULL OR d.kind = ?5) AND (?6 IS NULL OR d.aspect = ?6
                    OR (?6 = 'image_parity' AND d.media_type = 'image'))
               AND (?7 IS NULL OR d.severity = ?7)
               AND (?8 IS NULL OR d.account = (SELECT identity FROM accounts WHERE owner = ?1 AND id = ?8))
              ORDER BY d.first_ms DESC, d.id DESC LIMIT ?9"
        ),
        vec![
            Param::Int(owner),
            state.into(),
            Param::Int(before.0),
            before.1.into(),
            filter.kind.clone().into(),
            filter.aspect.clone().into(),
            filter.severity.map(i64::from).into(),
            filter.account_id.clone().into(),
            Param::Int(i64::from(limit)),
        ],
    )
}

/// Reads the findings of one asset, in one state or all.
#[must_use]
pub fn drift_of_asset(owner: i64, asset: &str, filter: &Filter, after: &str, limit: u32) -> Statement {
    Statement::new(
        "drift_of_asset",
        concat!(
            "SELECT ",
            drift_columns!(),
            " FROM drift d INDEXED BY drift_asset WHERE d.owner = ?1 AND d.asset = ?2 AND d.id > ?3
               AND (?4 IS NULL OR d.state = ?4) AND (?5 IS NULL OR d.kind = ?5) AND (?6 IS NULL OR d.aspect = ?6
                    OR (?6 = 'image_parity' AND d.media_type = 'image'))
               AND (?7 IS NULL OR d.severity = ?7)
               AND (?8 IS NULL OR d.account = (SELECT identity FROM accounts WHERE owner = ?1 AND id = ?8))
              ORDER BY d.id LIMIT ?9"
        ),
        vec![
            Param::Int(owner),
            asset.into(),
            after.into(),
            filter.state.clone().into(),
            filter.kind.clone().into(),
            filter.aspect.clone().into(),
            filter.severity.map(i64::from).into(),
            filter.account_id.clone().into(),
            Param::Int(i64::from(limit)),
        ],
    )
}

/// Marks a finding as accepted, while its evidence is the one that was read.
#[must_use]
pub fn resolve_drift(
    owner: i64,
    id: &str,
    digest: &str,
    state: &'static str,
    resolution: &Value,
    now: i64,
) -> Statement {
    Statement::new(
        "resolve_drift",
        "UPDATE drift SET state = ?4, last_ms = ?6, closed_ms = CASE WHEN ?4 = 'closed' THEN ?6 END, resolution = ?5
          WHERE owner = ?1 AND id = ?2 AND evidence_digest = ?3 AND state <> 'closed'",
        vec![
            Param::Int(owner),
            id.into(),
            digest.into(),
            state.into(),
            resolution.to_string().into(),
            Param::Int(now),
        ],
    )
}
