-- What a day may write, and what waits for the next one.

CREATE TABLE rows_written (
  day     INTEGER NOT NULL PRIMARY KEY,  -- UTC days since 1970-01-01
  written INTEGER NOT NULL               -- rows, index entries among them, by the database's own count
) STRICT;

-- Why the step that is due waits until due_ms, or for a credential: rows_budget, platform_quota, auth_required.
ALTER TABLE jobs ADD COLUMN waits_for TEXT;
UPDATE jobs SET waits_for = 'auth_required' WHERE state = 'paused' AND body ->> '$.paused' = 'auth_required';

-- What is to be woken when an account's credential is renewed.
CREATE INDEX jobs_paused ON jobs (owner, account) WHERE state = 'paused';

-- The slow pace at which an account's files are looked for by themselves: slow, or off; and when it is the next ones' turn.
-- 0: not begun.
ALTER TABLE accounts ADD COLUMN link_checks TEXT NOT NULL DEFAULT 'slow';
ALTER TABLE accounts ADD COLUMN next_look_ms INTEGER NOT NULL DEFAULT 0;
CREATE INDEX accounts_next_look ON accounts (next_look_ms) WHERE link_checks = 'slow' AND deleted_ms IS NULL;
