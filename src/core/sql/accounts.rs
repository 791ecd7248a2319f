//! The statements about provider accounts. When they are run is left to the handlers.

use crate::core::statement::{Param, Statement};

/// The columns that an account is shown and used by.
macro_rules! account_rows {
    ($rest:literal) => {
        concat!(
            "SELECT id, provider_id, api, identity, provider_account_id, workspace, label, credential, credential_kind,
                    credential_expires_ms, state, reason, created_ms, deleted_ms, webhook_id,
                    webhook_secret IS NOT NULL AS webhook_secret_set, calls_per_minute, scans, auto_sync, link_checks
               FROM accounts ",
            $rest
        )
    };
}

/// What is written when an account is added or renewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccount {
    /// Its id, should it be new.
    pub id: String,
    /// Its provider.
    pub provider_id: String,
    /// Its interface.
    pub api: &'static str,
    /// The name by which sightings know it; an account of the same identity is the same account.
    pub identity: String,
    /// The provider's own account id.
    pub provider_account_id: Option<String>,
    /// Its workspace.
    pub workspace: String,
    /// The label that the user asked for; it replaces an older one.
    pub label: Option<String>,
    /// The label of a new account that nobody named.
    pub default_label: String,
    /// The sealed credential.
    pub credential: Option<String>,
    /// What kind it is.
    pub credential_kind: Option<&'static str>,
    /// When it ends, where that is known.
    pub credential_expires_ms: Option<i64>,
    /// The provider's name of the account's webhook; an older one stays when there is none.
    pub webhook_id: Option<String>,
    /// Its secret, sealed; likewise.
    pub webhook_secret: Option<String>,
}

/// Adds an account, or renews the one of the same identity: also one that was deleted, and keeps its id.
#[must_use]
pub fn upsert_account(owner: i64, account: &NewAccount, now: i64) -> Statement {
    Statement::new(
        "upsert_account",
        "INSERT INTO accounts (owner, id, provider_id, api, identity, provider_account_id, workspace, label,
                               credential, credential_kind, credential_expires_ms, state, created_ms, updated_ms,
                               webhook_id, webhook_secret)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, coalesce(?8, ?9), ?10, ?11, ?12, 'ready', ?13, ?13, ?14, ?15)
             ON CONFLICT (owner, identity) DO UPDATE
            SET label = coalesce(?8, label), credential = ?10, credential_kind = ?11, credential_expires_ms = ?12,
                state = 'ready', reason = NULL, updated_ms = ?13, deleted_ms = NULL,
                webhook_id = coalesce(?14, webhook_id), webhook_secret = coalesce(?15, webhook_secret)",
        vec![
            Param::Int(owner),
            account.id.as_str().into(),
            account.provider_id.as_str().into(),
            account.api.into(),
            account.identity.as_str().into(),
            account.provider_account_id.clone().into(),
            account.workspace.as_str().into(),
            account.label.clone().into(),
            account.default_label.as_str().into(),
            account.credential.clone().into(),
            account.credential_kind.into(),
            account.credential_expires_ms.into(),
            Param::Int(now),
            account.webhook_id.clone().into(),
            account.webhook_secret.clone().into(),
        ],
    )
}

/// Reads an account that is not deleted.
#[must_use]
pub fn account(owner: i64, id: &str) -> Statement {
    Statement::new(
        "account",
        account_rows!("WHERE owner = ?1 AND id = ?2 AND deleted_ms IS NULL"),
        vec![Param::Int(owner), id.into()],
    )
}

/// Reads an account whether or not it is deleted.
#[must_use]
pub fn account_or_deleted(owner: i64, id: &str) -> Statement {
    Statement::new(
        "account_or_deleted",
        account_rows!("WHERE owner = ?1 AND id = ?2"),
        vec![Param::Int(owner), id.into()],
    )
}

/// Reads the account of an identity.
#[must_use]
pub fn account_by_identity(owner: i64, identity: &str) -> Statement {
    Statement::new(
        "account_by_identity",
        account_rows!("WHERE owner = ?1 AND identity = ?2"),
        vec![Param::Int(owner), identity.into()],
    )
}

/// Reads accounts by id, from after `after` on.
#[must_use]
pub fn accounts_after(owner: i64, after: &str, limit: u32) -> Statement {
    Statement::new(
        "accounts_after",
        account_rows!("WHERE owner = ?1 AND id > ?2 AND deleted_ms IS NULL ORDER BY id LIMIT ?3"),
        vec![Param::Int(owner), after.into(), Param::Int(i64::from(limit))],
    )
}

/// What an owner changes of an account; `None` leaves it as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountChanges {
    /// Its label.
    pub label: Option<String>,
    /// How often its provider may be asked; `Some(None)` for the usual pace.
    pub calls_per_minute: Option<Option<i64>>,
    /// `hourly` or `daily` with the time from which on; `Some(None)` for no automatic sync.
    pub auto_sync: Option<Option<(String, i64)>>,
    /// Whether its files are looked for by themselves: `slow`, `off`.
    pub link_checks: Option<String>,
}

/// Changes an account.
#[must_use]
pub fn change_account(owner: i64, id: &str, changes: &AccountChanges, now: i64) -> Statement {
    let auto_sync = changes.auto_sync.as_ref().and_then(Option::as_ref);
    Statement::new(
        "change_account",
        "UPDATE accounts
            SET label = coalesce(?3, label), calls_per_minute = iif(?4, ?5, calls_per_minute), updated_ms = ?6,
                auto_sync = iif(?7, ?8, auto_sync), next_sync_ms = iif(?7, ?9, next_sync_ms),
                link_checks = coalesce(?10, link_checks)
          WHERE owner = ?1 AND id = ?2 AND deleted_ms IS NULL",
        vec![
            Param::Int(owner),
            id.into(),
            changes.label.clone().into(),
            Param::Int(i64::from(changes.calls_per_minute.is_some())),
            changes.calls_per_minute.flatten().into(),
            Param::Int(now),
            Param::Int(i64::from(changes.auto_sync.is_some())),
            auto_sync.map(|(word, _)| word.clone()).into(),
            auto_sync.map(|(_, due_ms)| *due_ms).into(),
            changes.link_checks.clone().into(),
        ],
    )
}

/// Gives an account another webhook, or none. A part that is not named stays.
#[must_use]
pub fn set_webhook(owner: i64, id: &str, changes: &WebhookChanges, now: i64) -> Statement {
    Statement::new(
        "set_webhook",
        "UPDATE accounts SET webhook_id = iif(?3, ?4, webhook_id), webhook_secret = iif(?5, ?6, webhook_secret),
                             updated_ms = ?7
          WHERE owner = ?1 AND id = ?2 AND deleted_ms IS NULL",
        vec![
            Param::Int(owner),
            id.into(),
            Param::Int(i64::from(changes.id.is_some())),
            changes.id.clone().flatten().into(),
            Param::Int(i64::from(changes.secret.is_some())),
            changes.secret.clone().flatten().into(),
            Param::Int(now),
        ],
    )
}

/// What is to change of an account's webhook: `None` leaves a part as it is, `Some(None)` takes it away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WebhookChanges {
    /// The provider's name of it.
    pub id: Option<Option<String>>,
    /// Its secret, sealed.
    pub secret: Option<Option<String>>,
}

/// Drops an account's credential and marks it deleted. The row stays: its assets name it.
#[must_use]
pub fn delete_account(owner: i64, id: &str, now: i64) -> Statement {
    Statement::new(
        "delete_account",
        "UPDATE accounts SET credential = NULL, credential_kind = NULL, credential_expires_ms = NULL, reason = NULL,
                             webhook_id = NULL, webhook_secret = NULL, updated_ms = ?3, deleted_ms = ?3
          WHERE owner = ?1 AND id = ?2 AND deleted_ms IS NULL",
        vec![Param::Int(owner), id.into(), Param::Int(now)],
    )
}

/// Stops the runs of an account. Jobs that only read what is stored go on: its assets stay, and so does their lineage.
#[must_use]
pub fn cancel_runs_of_account(owner: i64, id: &str, now: i64) -> Statement {
    Statement::new(
        "cancel_runs_of_account",
        "UPDATE jobs SET state = 'cancelled', updated_ms = ?3
          WHERE owner = ?1 AND account = ?2 AND kind = 'sync' AND state IN ('active', 'paused')",
        vec![Param::Int(owner), id.into(), Param::Int(now)],
    )
}

/// Writes down what the provider said of a credential. `credential` is the sealed text that was used: when it has been
/// renewed meanwhile, the news is about the old one and changes nothing.
#[must_use]
pub fn record_credential_state(
    owner: i64,
    id: &str,
    credential: &str,
    refused_because: Option<&str>,
    now: i64,
) -> Statement {
    Statement::new(
        "record_credential_state",
        "UPDATE accounts SET state = iif(?4 IS NULL, 'ready', 'auth_required'), reason = ?4, updated_ms = ?5
          WHERE owner = ?1 AND id = ?2 AND credential = ?3 AND deleted_ms IS NULL
            AND (state <> iif(?4 IS NULL, 'ready', 'auth_required') OR reason IS NOT ?4)",
        vec![
            Param::Int(owner),
            id.into(),
            credential.into(),
            refused_because.map(ToOwned::to_owned).into(),
            Param::Int(now),
        ],
    )
}
