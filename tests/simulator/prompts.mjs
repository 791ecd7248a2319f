// The words people type: plain ones, and the ones that break careless readers.
// Only text lives here; which asset gets which prompt is the world's business.

const SUBJECTS = [
  'a paper crane', 'the lighthouse keeper', 'two otters', 'an old tram', 'a glass teapot', 'the violinist', 'a red kite',
  'a clay robot', 'the night market', 'a snow leopard', 'the ferry', 'a field of sunflowers', 'a chess player', 'the moth',
];
const DEEDS = [
  'drifts upriver', 'turns slowly to the camera', 'dissolves into ink', 'dances in the rain', 'waits under a neon sign',
  'is folded out of light', 'crosses the frozen bay', 'laughs and looks away', 'opens like a flower', 'runs through tall grass',
];
const LOOKS = ['soft dawn light', '35mm, grain', 'watercolour', 'isometric', 'slow dolly in', 'macro', 'stop motion', 'low angle', 'volumetric fog'];

const ODD = [
  '<script>alert("prompt")</script> on an old monitor',
  '<b>bold</b> &amp; <img src=x onerror=alert(1)> in chalk',
  'fireworks 🎆 over the harbour 👩‍🚀🚀, crowd cheering 🎉',
  '雨の夜、赤い傘の女性が振り返る',
  'رجل عجوز يقرأ تحت شجرة الزيتون',
  'she said "turn around", he didn\'t; \\back\\slash\\ and a `tick`',
  'two\nlines\tand a tab',
  '100% cotton, 50%2F50, #hashtag ?query=1&b=2',
  "'; DROP TABLE assets; --",
  '   ',
];

const LONG = 'a very long walk through every room of the house, ';

/** A prompt; about one in eight is odd, one in two hundred is about 4,600 characters long. */
export function makePrompt(rng) {
  if (rng.chance(0.005)) return longPrompt();
  if (rng.chance(0.12)) return rng.pick(ODD);
  return `${rng.pick(SUBJECTS)} ${rng.pick(DEEDS)}, ${rng.pick(LOOKS)}`;
}

export function longPrompt() {
  return LONG.repeat(92).trimEnd();
}

export const ODD_PROMPTS = ODD;
