//! The statements about device flows under way. Their rules are left to the handlers.

use crate::core::statement::{Param, Statement};

/// Which device flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionKey {
    /// Whose it is.
    pub owner: i64,
    /// `con_…`.
    pub id: String,
}

impl ConnectionKey {
    fn params(&self) -> Vec<Param> {
        vec![Param::Int(self.owner), self.id.as_str().into()]
    }

    fn with(&self, more: impl IntoIterator<Item = Param>) -> Vec<Param> {
        self.params().into_iter().chain(more).collect()
    }
}

/// Writes down a device flow that has begun.
#[must_use]
pub fn insert_connection(
    key: &ConnectionKey,
    provider_id: &str,
    body: String,
    due_ms: i64,
    expires_ms: i64,
) -> Statement {
    Statement::new(
        "insert_connection",
        "INSERT INTO connections (owner, id, provider_id, state, body, due_ms, expires_ms)
         VALUES (?1, ?2, ?3, 'pending', ?4, ?5, ?6)",
        key.with([provider_id.into(), body.into(), Param::Int(due_ms), Param::Int(expires_ms)]),
    )
}

/// Deletes device flows that ended long ago.
#[must_use]
pub fn delete_connections_before(owner: i64, before_ms: i64) -> Statement {
    Statement::new(
        "delete_connections_before",
        "DELETE FROM connections WHERE owner = ?1 AND expires_ms < ?2",
        vec![Param::Int(owner), Param::Int(before_ms)],
    )
}

/// Reads a device flow.
#[must_use]
pub fn connection(key: &ConnectionKey) -> Statement {
    Statement::new(
        "connection",
        "SELECT id, provider_id, state, body, due_ms, expires_ms FROM connections WHERE owner = ?1 AND id = ?2",
        key.params(),
    )
}

/// Reads the account that a device flow led to.
#[must_use]
pub fn account_of_connection(key: &ConnectionKey) -> Statement {
    Statement::new(
        "account_of_connection",
        "SELECT a.id, a.provider_id, a.api, a.identity, a.provider_account_id, a.workspace, a.label, a.credential,
                a.credential_kind, a.credential_expires_ms, a.state, a.reason, a.created_ms, a.deleted_ms,
                a.webhook_id, a.webhook_secret IS NOT NULL AS webhook_secret_set, a.calls_per_minute, a.scans,
                a.auto_sync, a.link_checks
           FROM connections c JOIN accounts a ON a.owner = c.owner AND a.id = c.account
          WHERE c.owner = ?1 AND c.id = ?2",
        key.params(),
    )
}

/// Takes the turn to ask the provider: at most one of many askers gets the row, until `lease_ms`.
#[must_use]
pub fn take_connection(key: &ConnectionKey, now: i64, lease_ms: i64) -> Statement {
    Statement::new(
        "take_connection",
        "UPDATE connections SET due_ms = ?4
          WHERE owner = ?1 AND id = ?2 AND state IN ('pending', 'granted') AND due_ms <= ?3
         RETURNING id, provider_id, state, body, due_ms, expires_ms",
        key.with([Param::Int(now), Param::Int(lease_ms)]),
    )
}

/// Gives the turn back: nothing has changed but when to ask again. `lease_ms` says whose turn it was.
#[must_use]
pub fn delay_connection(key: &ConnectionKey, lease_ms: i64, body: String, due_ms: i64) -> Statement {
    Statement::new(
        "delay_connection",
        "UPDATE connections SET body = ?4, due_ms = ?5
          WHERE owner = ?1 AND id = ?2 AND due_ms = ?3 AND state IN ('pending', 'granted')",
        key.with([Param::Int(lease_ms), body.into(), Param::Int(due_ms)]),
    )
}

/// Ends a device flow without an account, unless somebody else's turn has brought a token meanwhile.
#[must_use]
pub fn end_connection(key: &ConnectionKey, lease_ms: i64, state: &'static str, body: String) -> Statement {
    Statement::new(
        "end_connection",
        "UPDATE connections SET state = ?4, body = ?5
          WHERE owner = ?1 AND id = ?2 AND due_ms = ?3 AND state IN ('pending', 'granted')",
        key.with([Param::Int(lease_ms), state.into(), body.into()]),
    )
}

/// Keeps a token that was granted. The provider gives it once, so this wins over everything but an account.
#[must_use]
pub fn grant_connection(key: &ConnectionKey, body: String, lease_ms: i64) -> Statement {
    Statement::new(
        "grant_connection",
        "UPDATE connections SET state = 'granted', body = ?3, due_ms = ?4
          WHERE owner = ?1 AND id = ?2 AND state <> 'connected'",
        key.with([body.into(), Param::Int(lease_ms)]),
    )
}

/// Ends a device flow at the account of that identity, which the same batch has written.
#[must_use]
pub fn connect_connection(key: &ConnectionKey, identity: &str, body: String) -> Statement {
    Statement::new(
        "connect_connection",
        "UPDATE connections
            SET state = 'connected', body = ?4,
                account = (SELECT id FROM accounts WHERE owner = ?1 AND identity = ?3)
          WHERE owner = ?1 AND id = ?2",
        key.with([identity.into(), body.into()]),
    )
}
