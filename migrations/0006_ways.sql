-- Other ways in and out: pages handed in, links that were looked at, what an import brings along, messages that died.

CREATE TABLE handed_pages (              -- what was handed in and is not read yet, cut into pages; gone when it is
  owner   INTEGER NOT NULL,
  job     TEXT NOT NULL,
  page    INTEGER NOT NULL,              -- the step that reads it
  seen_ms INTEGER NOT NULL,
  rows    TEXT NOT NULL,                 -- JSON: for pages [[media type, making, row], …], for an import its lines
  PRIMARY KEY (owner, job, page)
) STRICT, WITHOUT ROWID;

-- What became of a step's message, while that step is due.
ALTER TABLE jobs ADD COLUMN trouble TEXT;        -- why it came back to its queue last
ALTER TABLE jobs ADD COLUMN dead_step INTEGER;   -- the step whose message was given up
ALTER TABLE jobs ADD COLUMN dead_ms INTEGER;
