-- Runs that pause. A paused run is still the account's one run: it is resumed or cancelled before another begins.
DROP INDEX jobs_one_sync;
CREATE UNIQUE INDEX jobs_one_open_sync ON jobs (owner, account) WHERE kind = 'sync' AND state IN ('active', 'paused');

-- How often the provider may be asked for this account; NULL: as often as a polite client would.
ALTER TABLE accounts ADD COLUMN calls_per_minute INTEGER;

-- What scans have established, JSON by listing: {there, ground_ms, …}. Everything made before ground_ms has been seen.
ALTER TABLE accounts ADD COLUMN scans TEXT;

-- Automatic incremental syncs: hourly, daily, or NULL for none; and when the next one is due.
ALTER TABLE accounts ADD COLUMN auto_sync TEXT;
ALTER TABLE accounts ADD COLUMN next_sync_ms INTEGER;
CREATE INDEX accounts_next_sync ON accounts (next_sync_ms) WHERE auto_sync IS NOT NULL;
