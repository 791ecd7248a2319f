//! The statements about owners and their tokens.

use crate::core::statement::{Param, Statement};

/// Reads the owner of a token that is not revoked.
#[must_use]
pub fn owner_of_token(hash: &str) -> Statement {
    Statement::new(
        "owner_of_token",
        "SELECT t.owner, o.sandbox, t.id AS token FROM tokens t JOIN owners o ON o.id = t.owner
          WHERE t.hash = ?1 AND t.revoked_ms IS NULL",
        vec![hash.into()],
    )
}

/// Inserts an owner; its name is unique.
#[must_use]
pub fn insert_owner(name: &str, sandbox: bool, now: i64) -> Statement {
    Statement::new(
        "insert_owner",
        "INSERT INTO owners (name, sandbox, created_ms) VALUES (?1, ?2, ?3) ON CONFLICT (name) DO NOTHING",
        vec![name.into(), Param::Int(i64::from(sandbox)), Param::Int(now)],
    )
}

/// Inserts a token for the owner of that name, if the owner is of that kind; no row otherwise.
#[must_use]
pub fn insert_token_by_name(token: &NewToken<'_>, now: i64) -> Statement {
    Statement::new(
        "insert_token_by_name",
        "INSERT INTO tokens (id, owner, hash, name, created_ms)
         SELECT ?1, id, ?4, ?5, ?6 FROM owners WHERE name = ?2 AND sandbox = ?3",
        vec![
            token.id.into(),
            token.owner.into(),
            Param::Int(i64::from(token.sandbox)),
            token.hash.into(),
            token.name.into(),
            Param::Int(now),
        ],
    )
}

/// Inserts a token for an owner.
#[must_use]
pub fn insert_token(owner: i64, id: &str, hash: &str, name: &str, now: i64) -> Statement {
    Statement::new(
        "insert_token",
        "INSERT INTO tokens (id, owner, hash, name, created_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
        vec![id.into(), Param::Int(owner), hash.into(), name.into(), Param::Int(now)],
    )
}

/// Reads tokens by id, from after `after` on, revoked ones too.
#[must_use]
pub fn tokens_after(owner: i64, after: &str, limit: u32) -> Statement {
    Statement::new(
        "tokens_after",
        "SELECT id, name, created_ms, revoked_ms FROM tokens WHERE owner = ?1 AND id > ?2 ORDER BY id LIMIT ?3",
        vec![Param::Int(owner), after.into(), Param::Int(i64::from(limit))],
    )
}

/// Revokes a token and says whether there is one; it keeps the time at which it was first revoked.
#[must_use]
pub fn revoke_token(owner: i64, id: &str, now: i64) -> Statement {
    Statement::new(
        "revoke_token",
        "UPDATE tokens SET revoked_ms = coalesce(revoked_ms, ?3) WHERE id = ?2 AND owner = ?1 RETURNING id",
        vec![Param::Int(owner), id.into(), Param::Int(now)],
    )
}

/// Reads the owner of that name.
#[must_use]
pub fn owner_by_name(name: &str) -> Statement {
    Statement::new("owner_by_name", "SELECT id, sandbox FROM owners WHERE name = ?1", vec![name.into()])
}

/// Reads one row when the database answers and has its tables.
#[must_use]
pub fn database_is_ready() -> Statement {
    Statement::new(
        "database_is_ready",
        "SELECT 1 AS ready, (SELECT count(*) FROM guard) AS guards",
        Vec::new(),
    )
}

/// A token to insert.
#[derive(Clone, Copy, Debug)]
pub struct NewToken<'a> {
    /// `tok_…`.
    pub id: &'a str,
    /// The owner's name.
    pub owner: &'a str,
    /// What the owner must be.
    pub sandbox: bool,
    /// SHA-256 of the bearer token, in hex.
    pub hash: &'a str,
    /// What the token is for.
    pub name: &'a str,
}
