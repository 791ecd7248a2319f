// Small real files for any path: a different picture each, a silent tone, a token mp4. Nothing is stored.

import { draw } from './pictures.mjs';
import { hash32 } from './prng.mjs';

const PLAIN = { width: 160, height: 90 };
// A picture has about so many pixels, in the proportions of what it is of.
const PIXELS = 26_000;

/** The picture of a path: 160×90 where nothing is known of it, else in the measures and with the motif of its asset. */
export function picture(path, known = null) {
  const own = hash32(known?.name ?? path, 5);
  const motif = known ? hash32(known.motif, 5) : own;
  return draw({ motif, own, ...(known?.width && known.height ? scaled(known) : PLAIN) });
}

function scaled({ width, height }) {
  const scale = Math.sqrt(PIXELS / (width * height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
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

/** `{ type, body }` of any object key; a client that wants an image gets the clip's poster. `known` is of `shownBy`. */
export function mediaFor(key, accept = '', known = null) {
  if (/\.(mp4|mov|webm)$/.test(key) && !accept.startsWith('image/')) return { type: 'video/mp4', body: clip(key) };
  if (/\.(mp3|wav|m4a|aac|ogg)$/.test(key)) return { type: 'audio/wav', body: sound(key) };
  return { type: 'image/png', body: picture(key, known) };
}
