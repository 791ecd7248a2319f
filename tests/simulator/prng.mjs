// Seeded randomness: the same seed and label give the same numbers on every machine.
// It knows nothing of assets; the world decides what the numbers mean.

/** 32-bit hash of a text (FNV-1a with a final mix), `salt` gives independent ones. */
export function hash32(text, salt = 0) {
  let h = (2166136261 ^ salt) >>> 0;
  for (let i = 0; i < text.length; i += 1) {
    h = Math.imul(h ^ text.charCodeAt(i), 16777619) >>> 0;
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b) >>> 0;
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35) >>> 0;
  return (h ^ (h >>> 16)) >>> 0;
}

/** A stream of numbers (sfc32). `fork` gives a stream that does not disturb this one. */
export class Prng {
  constructor(seed) {
    this.label = String(seed);
    this.a = hash32(this.label, 1);
    this.b = hash32(this.label, 2);
    this.c = hash32(this.label, 3);
    this.d = 1;
    for (let i = 0; i < 12; i += 1) this.u32();
  }

  u32() {
    const t = (((this.a + this.b) >>> 0) + this.d) >>> 0;
    this.d = (this.d + 1) >>> 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) >>> 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) >>> 0;
    this.c = (this.c + t) >>> 0;
    return t;
  }

  fork(label) {
    return new Prng(`${this.label}/${label}`);
  }

  float() {
    return this.u32() / 4294967296;
  }

  /** An integer in 0..n-1. */
  int(n) {
    return Math.floor(this.float() * n);
  }

  between(low, high) {
    return low + this.int(high - low + 1);
  }

  chance(probability) {
    return this.float() < probability;
  }

  pick(list) {
    return list[this.int(list.length)];
  }

  /** One value out of `[[weight, value], …]`. */
  weighted(pairs) {
    let total = 0;
    for (const [weight] of pairs) total += weight;
    let at = this.float() * total;
    for (const [weight, value] of pairs) {
      at -= weight;
      if (at < 0) return value;
    }
    return pairs[pairs.length - 1][1];
  }

  shuffle(list) {
    const out = list.slice();
    for (let i = out.length - 1; i > 0; i -= 1) {
      const j = this.int(i + 1);
      [out[i], out[j]] = [out[j], out[i]];
    }
    return out;
  }

  /** A version 4 uuid in lower case. */
  uuid() {
    let hex = '';
    for (let i = 0; i < 4; i += 1) hex += this.u32().toString(16).padStart(8, '0');
    const variant = '89ab'[this.int(4)];
    return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, variant + hex.slice(17, 20), hex.slice(20, 32)].join('-');
  }
}
