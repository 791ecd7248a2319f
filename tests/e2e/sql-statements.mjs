// One SQL file to its statements, for D1's batch, which takes one statement at a time.

const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?\*\/|;|[A-Za-z_]\w*|[\s\S]/g;

// Strings, comments and trigger bodies may contain semicolons; comments are left out of the result.
export function splitStatements(sql) {
  const statements = [];
  let text = '';
  let words = [];
  let depth = 0;
  for (const [token] of sql.matchAll(TOKEN)) {
    if (/^(--|\/\*)/.test(token)) continue;
    if (token === ';' && depth === 0) {
      if (text.trim()) statements.push(text.trim());
      text = '';
      words = [];
      continue;
    }
    text += token;
    if (!/^[A-Za-z_]/.test(token)) continue;
    const word = token.toUpperCase();
    words.push(word);
    // Inside a trigger, BEGIN and CASE each have their END.
    if (isTrigger(words) && (word === 'BEGIN' || word === 'CASE')) depth += 1;
    if (depth > 0 && word === 'END') depth -= 1;
  }
  if (text.trim()) statements.push(text.trim());
  return statements;
}

function isTrigger(words) {
  return words[0] === 'CREATE' && words.slice(1, 4).includes('TRIGGER');
}
