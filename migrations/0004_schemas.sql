-- What is known of the shape of payloads, and what a replay or a new extractor needs to read stored ones again.

-- The schema ledger: one row for each kind of payload, small enough to ride along with a job's row.
CREATE TABLE schemas (
  owner       INTEGER NOT NULL REFERENCES owners (id),
  provider_id TEXT NOT NULL,
  api         TEXT NOT NULL,
  media_type  TEXT NOT NULL,
  feed        TEXT NOT NULL,
  since_ms    INTEGER NOT NULL,          -- when its first payload was looked at
  learned_ms  INTEGER,                   -- when a first scan ended complete: from then on a new path is news
  paths       TEXT NOT NULL,             -- JSON {path: {type: first_ms}}
  news        TEXT NOT NULL,             -- JSON {path: {type: {at_ms, before, sample, root, digest}}}
  PRIMARY KEY (owner, provider_id, api, media_type, feed)
) STRICT, WITHOUT ROWID;

-- Where a quarantined payload was seen, so that a replay takes it in as if it had been read then.
ALTER TABLE quarantine ADD COLUMN api TEXT NOT NULL DEFAULT 'library';
ALTER TABLE quarantine ADD COLUMN feed TEXT NOT NULL DEFAULT 'listing';
ALTER TABLE quarantine ADD COLUMN identity TEXT;  -- the account's; NULL in rows of before, whose account column tells
ALTER TABLE quarantine ADD COLUMN outcome TEXT;   -- what the replay came to: folded, accepted

CREATE INDEX quarantine_open ON quarantine (owner, id) WHERE replayed_ms IS NULL;

-- The extractor version to which the stored observations were last brought, one row for the whole service.
CREATE TABLE extractor_state (
  id      INTEGER PRIMARY KEY CHECK (id = 1),
  version INTEGER NOT NULL,
  after   INTEGER NOT NULL               -- the last owner whose job is started, while a newer one is being rolled out
) STRICT;

INSERT INTO extractor_state (id, version, after) VALUES (1, 1, 0);
