-- The inventory: who owns what, what was said about it, and what follows from that.
-- Every table is STRICT; uniqueness is the database's own. Ids are TEXT, times are Unix milliseconds, UTC.

CREATE TABLE owners (
  id         INTEGER PRIMARY KEY,
  name       TEXT NOT NULL UNIQUE,
  sandbox    INTEGER NOT NULL,           -- 1: its accounts live at the local simulator, never at the real provider
  created_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE tokens (
  id         TEXT NOT NULL PRIMARY KEY,  -- tok_…
  owner      INTEGER NOT NULL REFERENCES owners (id),
  hash       TEXT NOT NULL UNIQUE,       -- SHA-256 of the bearer token, hex; the token itself is shown once
  name       TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  revoked_ms INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX tokens_owner ON tokens (owner, id);

CREATE TABLE accounts (
  owner                 INTEGER NOT NULL REFERENCES owners (id),
  id                    TEXT NOT NULL,   -- acc_…
  provider_id           TEXT NOT NULL,
  api                   TEXT NOT NULL,   -- library, open_platform
  identity              TEXT NOT NULL,   -- provider:api:the provider's own account id:workspace; sightings name accounts by it
  provider_account_id   TEXT,            -- NULL for an account that only takes pages handed in
  workspace             TEXT NOT NULL,   -- "0" is the personal one
  label                 TEXT NOT NULL,
  credential            TEXT,            -- sealed; NULL for an account that only takes pages handed in, or a deleted one
  credential_kind       TEXT,            -- token, access_key, api_key
  credential_expires_ms INTEGER,
  state                 TEXT NOT NULL,   -- ready, auth_required; what follows from the time is added when shown
  reason                TEXT,            -- why it is not ready, in plain words
  created_ms            INTEGER NOT NULL,
  updated_ms            INTEGER NOT NULL,
  deleted_ms            INTEGER,
  PRIMARY KEY (owner, id),
  UNIQUE (owner, identity)
) STRICT, WITHOUT ROWID;

CREATE TABLE connections (               -- device flows under way
  owner       INTEGER NOT NULL REFERENCES owners (id),
  id          TEXT NOT NULL,             -- con_…
  provider_id TEXT NOT NULL,
  state       TEXT NOT NULL,             -- pending, granted (the token is here, the account not yet), connected, expired, denied
  body        TEXT NOT NULL,             -- JSON: what the user is shown; until it ends, the sealed device code or token
  account     TEXT,
  due_ms      INTEGER NOT NULL,          -- not asked again before
  expires_ms  INTEGER NOT NULL,
  PRIMARY KEY (owner, id)
) STRICT, WITHOUT ROWID;

-- A claim says: this root lists this alias. Claims only grow, in number and in strength, so their weight is their version.
-- The row in which a root claims itself also says where the root belongs now.
CREATE TABLE claims (
  owner      INTEGER NOT NULL,
  alias      TEXT NOT NULL,              -- scheme:value
  root       TEXT NOT NULL,              -- the strongest alias of the item that claims
  rank       INTEGER NOT NULL,           -- 0 its own payload (and every root's claim to itself), 1 a source entry
  asset      TEXT,                       -- on the self claim: the asset that the root belongs to
  lists      TEXT,                       -- on the self claim: JSON [[strength, alias], …], all that the root lists
  referenced TEXT,                       -- on the self claim: JSON, what payloads that name it as a source say
  PRIMARY KEY (owner, alias, root)
) STRICT, WITHOUT ROWID;

CREATE TABLE observations (
  owner       INTEGER NOT NULL,
  root        TEXT NOT NULL,
  digest      TEXT NOT NULL,             -- of what the payload says (facts and schema), not of its bytes
  provider_id TEXT NOT NULL,
  api         TEXT NOT NULL,
  media_type  TEXT NOT NULL,
  making      TEXT NOT NULL,
  extractor   INTEGER NOT NULL,
  linked      INTEGER NOT NULL,          -- 1: the edges and stubs of its source list are written
  seen        TEXT NOT NULL,             -- JSON sightings [[feed, account, first_ms, last_ms], …]
  payload     TEXT NOT NULL,             -- as received, less the personal members
  UNIQUE (owner, root, digest)
) STRICT;

CREATE TABLE assets (
  owner                INTEGER NOT NULL,
  id                   TEXT NOT NULL,    -- ast_…, sortable
  root                 TEXT NOT NULL,    -- the asset's strongest root
  roots                TEXT NOT NULL,    -- JSON: every root that belongs to it, sorted
  version              INTEGER NOT NULL,
  provider_id          TEXT NOT NULL,
  api                  TEXT NOT NULL,
  media_type           TEXT NOT NULL,
  making               TEXT NOT NULL,
  provider_asset_id    TEXT,
  status               TEXT NOT NULL,
  operation            TEXT,
  origin               TEXT NOT NULL,    -- generated, synced, both, referenced
  account              TEXT,             -- one account's identity, by rule 10
  created_ms           INTEGER NOT NULL, -- by the provider, else first seen
  lineage              TEXT NOT NULL,    -- complete, partial, none_expected, pending, unresolved
  evidence             TEXT,             -- the source list in force
  attention            INTEGER NOT NULL, -- 1: lineage partial or unresolved
  shown                INTEGER NOT NULL, -- 1: seen itself, and not removed
  removed              INTEGER NOT NULL,
  missing_ms           INTEGER,
  source_generation_id TEXT,
  fields               TEXT NOT NULL,    -- JSON: every folded field
  PRIMARY KEY (owner, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX assets_newest    ON assets (owner, created_ms, id)             WHERE shown = 1;
CREATE INDEX assets_type      ON assets (owner, media_type, created_ms, id) WHERE shown = 1;
CREATE INDEX assets_account   ON assets (owner, account, created_ms, id)    WHERE shown = 1;
CREATE INDEX assets_attention ON assets (owner, created_ms, id)             WHERE shown = 1 AND attention = 1;

CREATE TABLE redirects (                 -- public ids outlive their assets
  owner INTEGER NOT NULL,
  old   TEXT NOT NULL,
  new   TEXT NOT NULL,
  PRIMARY KEY (owner, old)
) STRICT, WITHOUT ROWID;

-- An edge names roots, not assets: it is resolved when read. Self edges, doubles and cycles drop out there.
CREATE TABLE edges (
  owner     INTEGER NOT NULL,
  child     TEXT NOT NULL,               -- root
  evidence  TEXT NOT NULL,               -- digest of the source list, or by_hand
  slot      INTEGER NOT NULL,            -- the position in the source list
  parent    TEXT NOT NULL,               -- root
  relation  TEXT NOT NULL,
  operation TEXT,
  anchor    TEXT,
  name      TEXT,
  denied    INTEGER NOT NULL,            -- 1: a person says this is no parent (only by_hand)
  PRIMARY KEY (owner, child, evidence, slot)
) STRICT, WITHOUT ROWID;

CREATE INDEX edges_parent ON edges (owner, parent);

CREATE TABLE decisions (
  owner   INTEGER NOT NULL,
  alias   TEXT NOT NULL,
  family  TEXT NOT NULL,                 -- presence, identity, edge: within one, the last per alias or pair counts
  other   TEXT NOT NULL,                 -- the other alias of a pair, else empty; an identity pair is stored both ways
  at_ms   INTEGER NOT NULL,
  verdict TEXT NOT NULL,                 -- remove, restore, same, different, edge, no_edge
  author  TEXT NOT NULL,                 -- the token's id
  body    TEXT NOT NULL,                 -- JSON: relation and slot of an edge by hand
  PRIMARY KEY (owner, alias, family, other, at_ms, verdict, author)
) STRICT, WITHOUT ROWID;

-- A job's row is its outbox: the batch that commits a step also says which step is due next.
CREATE TABLE jobs (
  id         TEXT NOT NULL PRIMARY KEY,  -- run_… (a sync), job_…
  owner      INTEGER NOT NULL,
  kind       TEXT NOT NULL,              -- sync, link, refresh
  account    TEXT,                       -- acc_…
  step       INTEGER NOT NULL,
  state      TEXT NOT NULL,              -- active, done, failed, cancelled
  due_ms     INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL,
  body       TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX jobs_due ON jobs (due_ms) WHERE state = 'active';
CREATE INDEX jobs_kind ON jobs (owner, kind, id);
CREATE UNIQUE INDEX jobs_one_sync ON jobs (owner, account) WHERE kind = 'sync' AND state = 'active';

-- One row a page: the proof of a scan, and the sightings that changed nothing.
CREATE TABLE scan_pages (
  owner   INTEGER NOT NULL,
  seen_ms INTEGER NOT NULL,
  job     TEXT NOT NULL,
  step    INTEGER NOT NULL,
  feed    TEXT NOT NULL,
  account TEXT NOT NULL,
  listing TEXT NOT NULL,
  rows    TEXT NOT NULL,                 -- JSON [[root, digest, outcome, reason], …]
  PRIMARY KEY (owner, seen_ms, job, step)
) STRICT, WITHOUT ROWID;

CREATE INDEX scan_pages_job ON scan_pages (owner, job, step);

CREATE TABLE quarantine (
  owner       INTEGER NOT NULL,
  id          TEXT NOT NULL,             -- qua_…
  account     TEXT,
  job         TEXT,
  provider_id TEXT NOT NULL,
  media_type  TEXT NOT NULL,
  listing     TEXT NOT NULL,
  reason      TEXT NOT NULL,
  detail      TEXT NOT NULL,
  payload     TEXT NOT NULL,
  seen_ms     INTEGER NOT NULL,
  replayed_ms INTEGER,
  PRIMARY KEY (owner, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency (
  owner      INTEGER NOT NULL,
  key        TEXT NOT NULL,
  request    TEXT NOT NULL,              -- digest of method, path and body
  status     INTEGER NOT NULL,
  location   TEXT,
  response   TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  PRIMARY KEY (owner, key)
) STRICT, WITHOUT ROWID;

-- A batch guards itself: a row is inserted only when something is wrong, and its CHECK then rolls the batch back by name.
CREATE TABLE guard (
  due       INTEGER NOT NULL,
  unchanged INTEGER NOT NULL,
  CONSTRAINT step_already_done  CHECK (due = 1),
  CONSTRAINT changed_since_read CHECK (unchanged = 1)
) STRICT;
