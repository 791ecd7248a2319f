// The rows of a finished import, by the page that brought them: what a bare Worker has to write to come to the same
// tables. It reads the tables and decides nothing.

// Rows that only stand for the people who are there; they are there before an import begins.
export const STANDING = ['owners', 'accounts'];

const PAGED = ['scan_pages', 'observations', 'claims', 'assets', 'edges', 'redirects', 'jobs', 'schemas', 'drift', 'quarantine'];

// All rows of these tables, by table.
export async function readTables(database, tables) {
  const rows = {};
  for (const table of tables) rows[table] = (await database.prepare(`SELECT * FROM ${table}`).all()).results;
  return rows;
}

// For each page of the run, in order: the statements that write its rows, each `[sql, JSON of its rows]`.
export async function statementsByPage(database, run) {
  const tables = await readTables(database, PAGED);
  const pages = tables.scan_pages.filter((page) => page.job === run).sort((one, other) => one.step - other.step);
  const places = placement(pages, tables.edges);
  const batches = pages.map(() => new Map());
  for (const [table, rows] of Object.entries(tables)) {
    for (const row of rows) {
      const batch = batches[pageOf(table, row, pages, places)];
      batch.set(table, [...(batch.get(table) ?? []), row]);
    }
  }
  return batches.map((batch) => [...batch].map(([table, rows]) => insertAll(table, rows)));
}

// The page on which each root came up first: shown by it, or named by a row of it.
function placement(pages, edges) {
  const placed = new Map();
  const place = (root, index) => placed.set(root, Math.min(index, placed.get(root) ?? index));
  const shown = new Map();
  pages.forEach((page, index) => {
    for (const [root] of JSON.parse(page.rows)) {
      shown.set(root, Math.min(index, shown.get(root) ?? index));
      place(root, index);
    }
  });
  for (const { child, parent } of edges) place(parent, shown.get(child) ?? Infinity);
  return { placed, shown };
}

function pageOf(table, row, pages, { placed, shown }) {
  const last = pages.length - 1;
  switch (table) {
    case 'scan_pages': return pages.indexOf(row);
    case 'observations': return shown.get(row.root) ?? last;
    case 'edges': return shown.get(row.child) ?? last;
    case 'claims':
    case 'assets': return placed.get(row.root) ?? last;
    case 'drift': return placed.get(row.subject) ?? last;
    case 'jobs': return placed.get(JSON.parse(row.body).roots?.[0]) ?? last;
    default: return last;
  }
}

function insertAll(table, rows) {
  const columns = Object.keys(rows[0]);
  const values = columns.map((column) => `value ->> '${column}'`);
  return [`INSERT INTO ${table} (${columns.join(', ')}) SELECT ${values.join(', ')} FROM json_each(?1)`, JSON.stringify(rows)];
}

// How many rows each table has.
export async function countRows(database) {
  const counts = {};
  for (const table of PAGED) {
    counts[table] = (await database.prepare(`SELECT count(*) AS rows FROM ${table}`).first()).rows;
  }
  return counts;
}
