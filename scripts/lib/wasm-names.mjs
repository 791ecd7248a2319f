// A Wasm module without the names of its functions. worker-build always keeps them, and they are an eighth of what
// every new isolate downloads; a panic still says its file and line.

const HEADER_BYTES = 8;
const CUSTOM_SECTION = 0;

export function withoutNames(module) {
  const kept = [module.subarray(0, HEADER_BYTES)];
  for (let start = HEADER_BYTES; start < module.length; ) {
    const [size, content] = readNumber(module, start + 1);
    const end = content + size;
    if (module[start] !== CUSTOM_SECTION || nameOf(module, content) !== 'name') kept.push(module.subarray(start, end));
    start = end;
  }
  return Buffer.concat(kept);
}

// A custom section begins with its own name.
function nameOf(module, content) {
  const [length, start] = readNumber(module, content);
  return module.subarray(start, start + length).toString('utf8');
}

// LEB128, unsigned: the number, and where it ends.
function readNumber(module, start) {
  let number = 0;
  for (let at = start, shift = 0; ; at += 1, shift += 7) {
    number += (module[at] & 0x7f) * 2 ** shift;
    if (module[at] < 0x80) return [number, at + 1];
    if (shift > 28) throw new RangeError(`no number at ${start}`);
  }
}
