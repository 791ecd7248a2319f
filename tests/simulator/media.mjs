// Small real files for any path: a different picture each, a silent tone, a token mp4.
// Pictures are drawn from a hash of the path; nothing is stored.

import { deflateSync } from 'node:zlib';
import { hash32 } from './prng.mjs';

const WIDTH = 160;
const HEIGHT = 90;
const PNG_MAGIC = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

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

const mix = (a, b, t) => a.map((v, i) => Math.round(v + (b[i] - v) * t));

/** A colour of the wheel, 0..360, at saturation 0.6. */
function hue(degrees, light) {
  const reach = 0.6 * Math.min(light, 1 - light);
  const at = (n) => {
    const k = (n + degrees / 30) % 12;
    return Math.round(255 * (light - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [at(0), at(8), at(4)];
}

/** A PNG of 160×90: a slanted gradient with a disc and stripes, all from the path's hash. */
export function picture(path) {
  const h = hash32(path, 5);
  const top = hue(h % 360, 0.62);
  const bottom = hue((h >>> 9) % 360, 0.32);
  const disc = hue((h >>> 17) % 360, 0.75);
  const [cx, cy, r] = [20 + (h % 120), 15 + ((h >>> 7) % 60), 10 + ((h >>> 13) % 26)];
  const stripe = 6 + ((h >>> 19) % 22);
  const slant = ((h >>> 24) % 5) - 2;
  const raw = Buffer.alloc(HEIGHT * (1 + WIDTH * 3));
  for (let y = 0, at = 0; y < HEIGHT; y += 1) {
    at += 1;
    for (let x = 0; x < WIDTH; x += 1, at += 3) {
      let colour = mix(top, bottom, (y + (slant * x) / 8 + 40) / (HEIGHT + 80));
      if (Math.floor((x + slant * y + 720) / stripe) % 2 === 0) colour = mix(colour, [255, 255, 255], 0.1);
      if ((x - cx) ** 2 + (y - cy) ** 2 < r * r) colour = disc;
      raw[at] = colour[0];
      raw[at + 1] = colour[1];
      raw[at + 2] = colour[2];
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([PNG_MAGIC, chunk('IHDR', header), chunk('IDAT', deflateSync(raw)), chunk('IEND', Buffer.alloc(0))]);
}

/** A tenth of a second of a tone whose pitch is the path's. */
export function sound(path) {
  const samples = 800;
  const out = Buffer.alloc(44 + samples);
  out.write('RIFF', 0, 'latin1');
  out.writeUInt32LE(36 + samples, 4);
  out.write('WAVEfmt ', 8, 'latin1');
  out.writeUInt32LE(16, 16);
  out.writeUInt16LE(1, 20);
  out.writeUInt16LE(1, 22);
  out.writeUInt32LE(8000, 24);
  out.writeUInt32LE(8000, 28);
  out.writeUInt16LE(1, 32);
  out.writeUInt16LE(8, 34);
  out.write('data', 36, 'latin1');
  out.writeUInt32LE(samples, 40);
  const pitch = 220 + (hash32(path) % 440);
  for (let i = 0; i < samples; i += 1) out[44 + i] = 128 + Math.round(60 * Math.sin((2 * Math.PI * pitch * i) / 8000));
  return out;
}

const box = (type, data) => {
  const out = Buffer.alloc(8 + data.length);
  out.writeUInt32BE(out.length, 0);
  out.write(type, 4, 'latin1');
  data.copy(out, 8);
  return out;
};

/** The boxes of an mp4 without frames: enough to be told apart, not to be played. */
export function clip(path) {
  return Buffer.concat([box('ftyp', Buffer.from('isom\0\0\x02\0isomiso2mp41', 'latin1')), box('free', Buffer.from(path)), box('mdat', Buffer.alloc(0))]);
}

/** `{ type, body }` of any object key; a client that wants an image gets the clip's poster. */
export function mediaFor(key, accept = '') {
  if (/\.(mp4|mov|webm)$/.test(key) && !accept.startsWith('image/')) return { type: 'video/mp4', body: clip(key) };
  if (/\.(mp3|wav|m4a|aac|ogg)$/.test(key)) return { type: 'audio/wav', body: sound(key) };
  return { type: 'image/png', body: picture(key) };
}
