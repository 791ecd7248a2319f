-- Drift: recorded disagreements. A finding is a row whose id follows from what it is about, so that finding it again
-- writes nothing. It closes when its cause is gone and opens again when the cause comes back.

CREATE TABLE drift (
  owner           INTEGER NOT NULL,
  id              TEXT NOT NULL,         -- dri_…, of owner, kind, subject and part
  kind            TEXT NOT NULL,
  severity        INTEGER NOT NULL,      -- 1 low, 2 medium, 3 high: what one finding of this kind weighs
  aspect          TEXT NOT NULL,         -- the row of the report that it counts in
  media_type      TEXT,                  -- of the asset
  asset           TEXT,                  -- ast_…
  account         TEXT,                  -- the account's identity
  subject         TEXT NOT NULL,         -- a root, an alias, an account's identity, a schema's path
  part            TEXT NOT NULL,         -- which field of it; empty where the kind says all
  evidence        TEXT NOT NULL,         -- JSON: which observation said what
  decided         TEXT NOT NULL,         -- JSON: what the fold believes, and by which rule
  action          TEXT NOT NULL,         -- what is suggested
  state           TEXT NOT NULL,         -- open, accepted, closed
  evidence_digest TEXT NOT NULL,         -- of what disagrees, without times and ids of ours: an acceptance names it
  first_ms        INTEGER NOT NULL,
  last_ms         INTEGER NOT NULL,      -- when the row last changed
  closed_ms       INTEGER,
  resolution      TEXT,                  -- JSON: how it was accepted, applied or closed
  PRIMARY KEY (owner, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX drift_state ON drift (owner, state, first_ms, id);
CREATE INDEX drift_asset ON drift (owner, asset, kind);
