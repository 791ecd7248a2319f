// Pixels to a PNG file, 8 bits a channel, without a library. What is drawn is pictures.mjs.

import { deflateSync } from 'node:zlib';

const MAGIC = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
// Each row is written as the difference to the one above: pictures are smooth, so that packs well.
const UP = 2;

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

function crc32(bytes) {
  let c = 0xffffffff;
  for (const byte of bytes) c = CRC_TABLE[(c ^ byte) & 0xff] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/** `pixels` are the bytes of red, green and blue, row by row. */
export function png(width, height, pixels) {
  const line = width * 3;
  const raw = Buffer.alloc(height * (1 + line));
  for (let y = 0; y < height; y += 1) {
    const to = y * (1 + line);
    const from = y * line;
    raw[to] = UP;
    for (let at = 0; at < line; at += 1) raw[to + 1 + at] = pixels[from + at] - (y > 0 ? pixels[from - line + at] : 0);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([MAGIC, chunk('IHDR', header), chunk('IDAT', deflateSync(raw, { level: 4 })), chunk('IEND', Buffer.alloc(0))]);
}
