-- Runs that pause. A paused run is still the account's one run: it is resumed or cancelled before another begins.
DROP INDEX jobs_one_sync;
CREATE UNIQUE INDEX jobs_one_open_sync ON jobs (owner, account) WHERE kind = 'sync' AND state IN ('active', 'paused');

-- How often the provider may be asked for this account; NULL: as often as a polite client would.
ALTER TABLE accounts ADD COLUMN calls_per_minute INTEGER;

-- What scans have established, JSON by listing: {there, ground_ms, …}. Everything made before ground_ms has been seen.
ALTER TABLE accounts ADD COLUMN scans TEXT;
