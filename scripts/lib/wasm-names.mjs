// Takes the names of functions out of a Wasm module: worker-build keeps them, and they are a tenth of the download.
// A panic still says its file and line; a stack trace then holds numbers, which the module with names explains.

// Custom sections that only people read. The others are left as they are: loaders look for some of them.
const FOR_PEOPLE = ['name', 'producers'];

const HEADER_BYTES = 8;
const CUSTOM = 0;

export function withoutNames(wasm) {
  const kept = [wasm.subarray(0, HEADER_BYTES)];
  for (let at = HEADER_BYTES; at < wasm.length; ) {
    const [size, start] = readVarint(wasm, at + 1);
    const end = start + size;
    if (wasm[at] !== CUSTOM || !FOR_PEOPLE.includes(customName(wasm, start))) kept.push(wasm.subarray(at, end));
    at = end;
  }
  return Buffer.concat(kept);
}

function customName(wasm, at) {
  const [length, start] = readVarint(wasm, at);
  return Buffer.from(wasm.subarray(start, start + length)).toString('utf8');
}

// An unsigned LEB128 number, and where the bytes after it begin.
function readVarint(bytes, at) {
  let value = 0;
  let factor = 1;
  for (; bytes[at] >= 0x80; at += 1, factor *= 128) value += (bytes[at] - 0x80) * factor;
  return [value + bytes[at] * factor, at + 1];
}
