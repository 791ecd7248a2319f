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
