// Pictures drawn from two numbers: `motif` decides what is seen and in which colours, `own` how this one differs. What was
// made from a picture is drawn with its motif, so that a library looks related where it is. Nothing is stored.

import { png } from './png.mjs';

// Sky above, sky below, light, far, near.
const PALETTES = [
  [[36, 52, 96], [242, 156, 112], [255, 226, 170], [122, 88, 122], [38, 34, 62]],
  [[88, 160, 206], [226, 238, 238], [255, 250, 222], [122, 168, 160], [34, 84, 82]],
  [[18, 22, 48], [76, 70, 142], [236, 232, 255], [52, 56, 108], [14, 16, 36]],
  [[250, 190, 150], [252, 232, 206], [255, 252, 236], [210, 138, 112], [126, 66, 70]],
  [[20, 70, 82], [132, 200, 186], [244, 255, 236], [44, 116, 116], [12, 44, 54]],
  [[86, 30, 70], [236, 98, 92], [255, 214, 140], [140, 46, 84], [48, 18, 50]],
  [[214, 222, 232], [246, 240, 234], [255, 255, 255], [160, 172, 190], [84, 96, 118]],
  [[44, 60, 44], [196, 208, 138], [252, 250, 210], [92, 122, 74], [28, 46, 34]],
  [[64, 44, 110], [238, 150, 188], [255, 228, 232], [126, 84, 152], [44, 30, 78]],
  [[30, 92, 150], [250, 206, 132], [255, 244, 206], [196, 136, 84], [96, 62, 50]],
];

const TAU = Math.PI * 2;

// Math.hypot guards against overflow, which costs more than all the rest here.
const length = (x, y) => Math.sqrt(x * x + y * y);
const clamp = (value) => (value < 0 ? 0 : value > 1 ? 1 : value);
const smooth = (from, to, value) => {
  const t = clamp((value - from) / (to - from));
  return t * t * (3 - 2 * t);
};
/** Numbers of 0..1 out of a hash, as many as are asked for. */
const dice = (hash) => {
  let state = hash >>> 0;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return ((state ^ (state >>> 16)) >>> 0) / 4294967296;
  };
};

/** One pixel being painted; colours are laid over it. */
class Ink {
  r = 0;
  g = 0;
  b = 0;

  set(colour) {
    this.r = colour[0];
    this.g = colour[1];
    this.b = colour[2];
  }

  over(colour, share) {
    if (share <= 0) return;
    this.r += (colour[0] - this.r) * share;
    this.g += (colour[1] - this.g) * share;
    this.b += (colour[2] - this.b) * share;
  }

  /** Lays a mix of two colours over, without making one. */
  mixed(one, other, t, share = 1) {
    if (share <= 0) return;
    this.r += (one[0] + (other[0] - one[0]) * t - this.r) * share;
    this.g += (one[1] + (other[1] - one[1]) * t - this.g) * share;
    this.b += (one[2] + (other[2] - one[2]) * t - this.b) * share;
  }
}

const blend = (a, b, t) => a.map((value, at) => value + (b[at] - value) * t);

// Each painter: what does not depend on the pixel first, then a function of the pixel. `x` grows to the right from the
// middle, in heights of the picture; `y` grows downwards from 0 to 1; `px` is the size of a pixel.
const PAINTERS = [ridges, sea, city, lights, balloons, flower, dunes, planet];

function sky([top, low, light], roll, own) {
  const sun = { x: (roll() - 0.5) * 1.1 + own.shift, y: 0.22 + roll() * 0.3, r: 0.07 + roll() * 0.07 };
  return (ink, x, y, px) => {
    ink.set(top);
    ink.over(low, smooth(0, 0.75, y));
    const away = length(x - sun.x, y - sun.y);
    ink.over(light, 0.45 * Math.exp(-away * 4));
    ink.over(light, 1 - smooth(sun.r - px, sun.r + px, away));
  };
}

const wave = (roll) => {
  const [one, two, three] = [1, 2.3, 5.1].map((pitch) => ({ pitch: pitch * (0.8 + roll() * 0.6) * 2.2, phase: roll() * TAU }));
  return (x) => (Math.sin(x * one.pitch + one.phase) + Math.sin(x * two.pitch + two.phase) / 2.3 + Math.sin(x * three.pitch + three.phase) / 5.1) / 1.6;
};

function ridges(colours, roll, own) {
  const paintSky = sky(colours, roll, own);
  const [, low, , far, near] = colours;
  const rows = [0, 1, 2, 3].map((at) => ({ line: wave(roll), base: 0.5 + at * 0.13, tall: 0.11 - at * 0.015, colour: blend(blend(far, low, 0.55 - at * 0.2), near, at / 3) }));
  return (ink, x, y, px) => {
    paintSky(ink, x, y, px);
    for (const { line, base, tall, colour } of rows) {
      const edge = base - tall * line(x + own.shift * 1.5);
      ink.over(colour, smooth(edge - px, edge + px, y));
    }
  };
}

function sea(colours, roll, own) {
  const paintSky = sky(colours, roll, { shift: own.shift });
  const [, low, light, far, near] = colours;
  const horizon = 0.56 + roll() * 0.08;
  const glint = (roll() - 0.5) * 0.6 + own.shift;
  const land = wave(roll);
  return (ink, x, y, px) => {
    paintSky(ink, x, y, px);
    ink.over(far, smooth(-px, px, y - (horizon - 0.03 - 0.05 * Math.max(0, land(x)))) * 0.9);
    if (y < horizon - px) return;
    const depth = (y - horizon) / (1 - horizon);
    const water = smooth(horizon - px, horizon + px, y);
    ink.mixed(low, near, 0.35 + 0.65 * depth, water);
    const swell = Math.sin(y * 190 / (0.35 + depth) + x * 9 + own.phase) * Math.sin(x * 23 + y * 60);
    ink.over(light, water * 0.75 * clamp(swell) * Math.exp(-(((x - glint) / (0.06 + depth * 0.28)) ** 2)));
  };
}

function city(colours, roll, own) {
  const paintSky = sky(colours, roll, own);
  const [, low, light, far, near] = colours;
  const blocks = [0, 1].map((layer) => ({ width: 0.11 + layer * 0.06, seed: Math.floor(roll() * 1e6), base: 0.42 + layer * 0.17, tall: 0.3, colour: layer === 0 ? blend(far, low, 0.35) : near }));
  const chance = (a, b) => ((Math.imul(a * 7919 + b * 104729 + 13, 0x9e3779b1) >>> 0) % 1000) / 1000;
  return (ink, x, y) => {
    paintSky(ink, x, y, 0.006);
    for (const { width, seed, base, tall, colour } of blocks) {
      const at = x + 4 + own.shift;
      const house = Math.floor(at / width);
      const roof = base + tall * (chance(house, seed) - 0.5);
      if (y < roof) continue;
      ink.over(colour, 1);
      const [column, row] = [Math.floor((at / width - house) * 5), Math.floor((y - roof) / 0.04)];
      const inWindow = ((at / width - house) * 5) % 1 > 0.35 && ((y - roof) / 0.04) % 1 > 0.45;
      if (inWindow && chance(house * 31 + column, row + seed) > 0.62) ink.over(light, 0.75);
    }
  };
}

function lights(colours, roll, own) {
  const [top, low, light, far, near] = colours;
  const discs = Array.from({ length: 16 }, () => ({ x: (roll() - 0.5) * 2.2 + own.shift, y: roll() * 1.1 - 0.05, r: 0.05 + roll() ** 2 * 0.2, colour: [low, light, far][Math.floor(roll() * 3)], share: 0.2 + roll() * 0.4 }));
  return (ink, x, y, px) => {
    ink.mixed(near, top, 0.3 + 0.4 * y);
    for (const { x: cx, y: cy, r, colour, share } of discs) {
      if (Math.abs(x - cx) > r + 0.02 || Math.abs(y - cy) > r + 0.02) continue;
      const away = length(x - cx, y - cy);
      if (away < r + 0.02) ink.over(colour, share * (1 - smooth(r - 0.012 - px, r + 0.012, away)) * (0.65 + 0.35 * (away / r)));
    }
  };
}

function balloons(colours, roll, own) {
  const [top, low, light, far, near] = colours;
  const line = wave(roll);
  const all = Array.from({ length: 4 }, (_, at) => ({ x: (roll() - 0.5) * (at === 0 ? 0.4 : 1.8) + own.shift * (1 + at * 0.4), y: 0.2 + roll() * 0.36, r: at === 0 ? 0.17 : 0.045 + roll() * 0.06, pitch: 5 + Math.floor(roll() * 4), colour: [far, near, low][at % 3] })).reverse();
  return (ink, x, y, px) => {
    ink.mixed(top, low, smooth(0, 0.85, y));
    ink.over(light, 0.3 * Math.exp(-length(x - 0.4, y - 0.3) * 3));
    const ground = 0.82 - 0.05 * line(x + own.shift);
    ink.mixed(far, near, clamp((y - ground) * 4), smooth(ground - px, ground + px, y));
    for (const { x: cx, y: cy, r, pitch, colour } of all) {
      if (Math.abs(x - cx) > r * 1.05 || y < cy - r * 1.05 || y > cy + r * 1.9) continue;
      const [dx, dy] = [(x - cx) / r, (y - cy) / r];
      // Round above, drawn together towards the basket below.
      const wide = dy < 0 ? Math.sqrt(Math.max(0, 1 - dy * dy)) : 1 - 0.62 * smooth(0, 1.25, dy);
      const body = (1 - smooth(wide - px / r, wide + px / r, Math.abs(dx))) * (dy < 1.25 ? 1 : 0) * smooth(-1 - px / r, -1 + px / r, dy);
      const stripe = Math.sin((dx / Math.max(wide, 0.2)) * pitch) > 0;
      ink.mixed(stripe ? light : colour, near, clamp(0.12 + dx * 0.3), body);
      const basket = Math.max(Math.abs(dx) / 0.2, Math.abs(dy - 1.65) / 0.16);
      ink.over(near, 1 - smooth(1 - 3 * px / r, 1 + 3 * px / r, basket));
    }
  };
}

function flower(colours, roll, own) {
  const [top, low, light, far, near] = colours;
  const heads = Array.from({ length: 5 }, (_, at) => ({ x: (roll() - 0.5) * (at === 0 ? 0.3 : 1.7) + own.shift, y: 0.28 + roll() * 0.5, r: at === 0 ? 0.3 : 0.1 + roll() * 0.12, petals: 5 + Math.floor(roll() * 8), turn: roll() * TAU + own.phase, colour: at % 2 === 0 ? low : far })).reverse();
  return (ink, x, y, px) => {
    ink.mixed(near, top, clamp(0.2 + 0.5 * (1 - y) + 0.2 * x));
    for (const { x: cx, y: cy, r, petals, turn, colour } of heads) {
      if (Math.abs(x - cx) > r * 1.1) continue;
      const away = length(x - cx, y - cy);
      if (away > r * 1.1) continue;
      const angle = Math.atan2(y - cy, x - cx);
      const edge = r * (0.62 + 0.38 * Math.abs(Math.cos((angle * petals) / 2 + turn)));
      ink.mixed(near, colour, clamp(0.35 + away / r), 1 - smooth(edge - 1.5 * px, edge + 1.5 * px, away));
      ink.over(light, 1 - smooth(r * 0.2 - px, r * 0.2 + px, away));
    }
  };
}

function dunes(colours, roll, own) {
  const paintSky = sky(colours, roll, own);
  const [, low, light, far, near] = colours;
  const rows = Array.from({ length: 5 }, (_, at) => ({ phase: roll() * TAU + own.phase, pitch: 1.3 + roll() * 1.6, base: 0.48 + at * 0.12, tall: 0.05 + at * 0.018, colour: blend(blend(light, low, 0.5), far, at / 4) }));
  return (ink, x, y, px) => {
    paintSky(ink, x, y, px);
    for (const { phase, pitch, base, tall, colour } of rows) {
      const slope = Math.sin(x * pitch + phase);
      const edge = base - tall * (slope + 0.35 * Math.sin(x * pitch * 2 + phase * 1.7));
      const inside = smooth(edge - px, edge + px, y);
      ink.over(colour, inside);
      // The lee side lies in the shade.
      ink.over(near, inside * 0.55 * clamp(Math.cos(x * pitch + phase)) * (1 - smooth(0, 0.22, y - edge)));
    }
  };
}

function planet(colours, roll, own) {
  const [top, low, light, far, near] = colours;
  const stars = Array.from({ length: 46 }, () => ({ x: (roll() - 0.5) * 2.4, y: roll(), r: 0.003 + roll() ** 3 * 0.006 }));
  const ball = { x: (roll() - 0.5) * 0.7 + own.shift, y: 0.42 + roll() * 0.22, r: 0.2 + roll() * 0.14 };
  const tilt = (roll() - 0.5) * 0.9;
  return (ink, x, y, px) => {
    ink.mixed(near, top, 0.55 * (1 - y));
    ink.over(low, 0.3 * Math.exp(-length(x - ball.x, y - ball.y) * 2.4));
    for (const star of stars) {
      if (Math.abs(x - star.x) < 0.02 && Math.abs(y - star.y) < 0.02) ink.over(light, 1 - smooth(star.r, star.r + px, length(x - star.x, y - star.y)));
    }
    const [dx, dy] = [x - ball.x, y - ball.y];
    const [across, along] = [dx * Math.cos(tilt) + dy * Math.sin(tilt), dy * Math.cos(tilt) - dx * Math.sin(tilt)];
    const ring = length(across, along * 4.2);
    const isRing = smooth(ball.r * 1.35 - px, ball.r * 1.35 + px, ring) * (1 - smooth(ball.r * 1.85 - px, ball.r * 1.85 + px, ring));
    const away = length(dx, dy);
    const disc = 1 - smooth(ball.r - px, ball.r + px, away);
    const band = 0.5 + 0.5 * Math.sin((along / ball.r) * 9 + own.phase);
    const lit = clamp(0.55 - (dx * 0.8 + dy * 0.5) / ball.r);
    if (along < 0) ink.over(light, isRing * 0.6);
    ink.over(blend(near, blend(far, low, band), lit), disc);
    if (along >= 0) ink.over(light, isRing * 0.6);
  };
}

/** A picture of `width` × `height` pixels. */
export function draw({ motif, own, width, height }) {
  const roll = dice(motif);
  const variation = dice(own);
  // What is the motif's own picture is drawn as it is; what was made from it stands a little beside.
  const isVaried = own !== motif;
  const shift = isVaried ? (variation() - 0.5) * 0.5 : 0;
  const phase = isVaried ? variation() * TAU : 0;
  const light = isVaried ? 0.86 + variation() * 0.26 : 1;
  const colours = PALETTES[Math.floor(roll() * PALETTES.length)];
  const paint = PAINTERS[Math.floor(roll() * PAINTERS.length)](colours, roll, { shift, phase });
  const pixels = new Uint8ClampedArray(width * height * 3);
  const ink = new Ink();
  const px = 0.8 / height;
  for (let row = 0, at = 0; row < height; row += 1) {
    const y = (row + 0.5) / height;
    for (let column = 0; column < width; column += 1, at += 3) {
      const x = (column + 0.5 - width / 2) / height;
      paint(ink, x, y, px);
      const corner = light * (1 - 0.22 * Math.min(1, (x * x * 0.35 + (y - 0.5) ** 2) * 1.5));
      pixels[at] = ink.r * corner;
      pixels[at + 1] = ink.g * corner;
      pixels[at + 2] = ink.b * corner;
    }
  }
  return png(width, height, pixels);
}
