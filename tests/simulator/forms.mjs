// Request bodies that are not JSON: urlencoded and multipart forms, as bytes come in.

/** `{ fields, files }`: texts by name, and `{ filename, type, bytes }` by name. Null when the content type is no form. */
export function parseForm(contentType = '', bytes) {
  if (contentType.startsWith('application/x-www-form-urlencoded')) {
    return { fields: Object.fromEntries(new URLSearchParams(bytes.toString('utf8'))), files: {} };
  }
  const [, quoted, bare] = /^multipart\/form-data;.*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? [];
  return quoted || bare ? parseMultipart(bytes, quoted ?? bare) : null;
}

function parseMultipart(bytes, boundary) {
  const form = { fields: {}, files: {} };
  const mark = Buffer.from(`--${boundary}`);
  for (let at = bytes.indexOf(mark); at >= 0;) {
    const next = bytes.indexOf(mark, at + mark.length);
    if (next < 0) break;
    readPart(form, bytes.subarray(at + mark.length, next));
    at = next;
  }
  return form;
}

function readPart(form, part) {
  const headEnd = part.indexOf('\r\n\r\n');
  if (headEnd < 0) return;
  const head = part.subarray(0, headEnd).toString('utf8');
  const content = part.subarray(headEnd + 4, part.length - 2);
  const name = /name="([^"]*)"/i.exec(head)?.[1];
  const filename = /filename="([^"]*)"/i.exec(head)?.[1];
  if (name === undefined) return;
  if (filename === undefined) form.fields[name] = content.toString('utf8');
  else form.files[name] = { filename, type: /content-type:\s*([^\r\n;]+)/i.exec(head)?.[1] ?? '', bytes: content };
}
