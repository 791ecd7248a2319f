-- Links: when a file was last looked for, and what came of it. One row for each asset's root; a new url starts anew.

CREATE TABLE links (
  owner           INTEGER NOT NULL,
  root            TEXT NOT NULL,         -- the asset's strongest root
  url             TEXT NOT NULL,         -- what was looked for; the row says nothing of any other url
  state           TEXT NOT NULL,         -- ok, broken
  status          INTEGER NOT NULL,      -- the HTTP status
  checked_ms      INTEGER NOT NULL,
  broken_since_ms INTEGER,               -- the first of the looks in a row that did not find it
  PRIMARY KEY (owner, root)
) STRICT, WITHOUT ROWID;
