// What must be true of wrangler.toml before anything is deployed.

// Whether the D1 database is still the one that exists nowhere (an id of zeros) or has no id at all.
export function hasPlaceholderDatabase(toml) {
  const id = /^\s*database_id\s*=\s*"([^"]*)"/m.exec(toml)?.[1] ?? '';
  return /^[0-]*$/.test(id);
}
