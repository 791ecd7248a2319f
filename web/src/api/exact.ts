// Numbers too long for JavaScript. Provider ids have up to twenty digits; JSON.parse would round them. They are carried as
// marked texts instead, and lose the mark when they are shown.

const MARK = '\u2060n:';
const STRING_OR_LONG_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g;

export function markLongNumbers(json: string): string {
  if (!/\d{16}/.test(json)) return json;
  return json.replace(STRING_OR_LONG_NUMBER, (found) => (found.startsWith('"') ? found : `"${MARK}${found}"`));
}

export function renderExact(value: unknown): string {
  return (JSON.stringify(value, null, 2) ?? '').replaceAll(new RegExp(`"${MARK}(-?\\d+)"`, 'g'), '$1');
}
