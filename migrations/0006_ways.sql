-- Other ways in and out: pages handed in, links that were looked at, what an import brings along, messages that died.

CREATE TABLE handed_pages (              -- what was handed in and is not read yet, cut into pages; gone when it is
  owner   INTEGER NOT NULL,
  job     TEXT NOT NULL,
  page    INTEGER NOT NULL,              -- the step that reads it
  seen_ms INTEGER NOT NULL,
  rows    TEXT NOT NULL,                 -- JSON: for pages [[media type, making, row], …], for an import its lines
  PRIMARY KEY (owner, job, page)
) STRICT, WITHOUT ROWID;
