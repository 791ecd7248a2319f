-- Media made through Driftline: what was asked for, how it stands, and what a provider may say about it by itself.

CREATE TABLE generations (
  owner       INTEGER NOT NULL REFERENCES owners (id),
  id          TEXT NOT NULL,             -- gen_…, sortable
  account     TEXT NOT NULL,             -- acc_…
  operation   TEXT NOT NULL,
  media_type  TEXT NOT NULL,             -- of what comes out
  state       TEXT NOT NULL,             -- pending, submitted, processing, completed, failed, filtered, cancelled, unknown
  in_conflict INTEGER NOT NULL,          -- 1: two sources disagree about how it ended
  version     INTEGER NOT NULL,          -- grows with every change
  look_ms     INTEGER,                   -- when the provider is asked next how it stands; NULL: nobody waits for it
  created_ms  INTEGER NOT NULL,
  updated_ms  INTEGER NOT NULL,
  request     TEXT NOT NULL,             -- JSON: what was asked for, with its inputs
  progress    TEXT NOT NULL,             -- JSON: keys, how often it was sent, outputs, credits, the last error
  history     TEXT NOT NULL,             -- JSON: what happened, in order
  PRIMARY KEY (owner, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX generations_waiting ON generations (owner, account, look_ms) WHERE look_ms IS NOT NULL;

CREATE TABLE generation_outputs (        -- which request a root came from
  owner      INTEGER NOT NULL,
  generation TEXT NOT NULL,
  slot       INTEGER NOT NULL,           -- its place among the outputs
  root       TEXT NOT NULL,
  PRIMARY KEY (owner, generation, slot)
) STRICT, WITHOUT ROWID;

CREATE INDEX generation_outputs_root ON generation_outputs (owner, root);

CREATE TABLE uploads (                   -- files that were handed to a provider once
  owner       INTEGER NOT NULL,
  account     TEXT NOT NULL,             -- acc_…
  source      TEXT NOT NULL,             -- the url that was handed over
  body        TEXT NOT NULL,             -- JSON: what the provider calls it now
  uploaded_ms INTEGER NOT NULL,
  PRIMARY KEY (owner, account, source)
) STRICT, WITHOUT ROWID;

CREATE TABLE webhook_nonces (            -- each counts once, as long as its timestamp would be believed
  owner   INTEGER NOT NULL,
  account TEXT NOT NULL,
  nonce   TEXT NOT NULL,
  seen_ms INTEGER NOT NULL,
  PRIMARY KEY (owner, account, nonce)
) STRICT, WITHOUT ROWID;

CREATE INDEX webhook_nonces_age ON webhook_nonces (seen_ms);

ALTER TABLE accounts ADD COLUMN webhook_id TEXT;     -- the provider's name of the webhook
ALTER TABLE accounts ADD COLUMN webhook_secret TEXT; -- sealed

CREATE INDEX accounts_webhook ON accounts (id) WHERE webhook_secret IS NOT NULL;

-- One look at a time for each account, however many generations wait.
CREATE UNIQUE INDEX jobs_one_poll ON jobs (owner, account) WHERE kind = 'poll' AND state = 'active';
