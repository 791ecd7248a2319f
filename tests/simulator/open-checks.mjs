// The documented limits of open platform parameters; the first violation is the refusal.

import { ApiError } from './envelope.mjs';
import { markOf } from './outcomes.mjs';

const MODELS = ['v3.5', 'v4', 'v4.5', 'v5', 'v5.5', 'v5.6', 'v6', 'c1'];
const NEWER = ['v5.5', 'v5.6', 'v6', 'c1'];
const FREE_LENGTH = ['v6', 'c1'];
const RATIOS = ['16:9', '4:3', '1:1', '3:4', '9:16'];
const WIDE_RATIOS = [...RATIOS, '2:3', '3:2', '21:9'];
const SMALL = ['360p', '540p', '720p'];
const STYLES = ['', 'anime', '3d_animation', 'clay', 'comic', 'cyberpunk'];

const isGiven = (value) => value !== undefined && value !== null && value !== '';

export function checkOpen(body, { needs, small, models = MODELS }, webhook) {
  for (const name of needs) {
    if (![name].flat().some((n) => isGiven(body[n]))) throw new ApiError(400011, `empty parameter: ${[name].flat()[0]}`);
  }
  for (const [name, isFine] of Object.entries(LIMITS)) {
    if (isGiven(body[name]) && !isFine(body[name], body, { small, models })) throw new ApiError(400017, `invalid parameter: ${name}`);
  }
  if (isGiven(body.webhook_id) && String(body.webhook_id) !== webhook.id) throw new ApiError(400017, 'invalid parameter: webhook_id');
  checkWords(body);
}

const LIMITS = {
  model: (v, _, { models }) => models.includes(v),
  duration: (v, { model }) => Number.isInteger(v) && (FREE_LENGTH.includes(model) ? v >= 1 && v <= 15 : [5, 8, 10].includes(v)),
  quality: (v, _, { small }) => SMALL.includes(v) || (!small && v === '1080p'),
  aspect_ratio: (v, { model }) => (model === 'v6' ? WIDE_RATIOS : RATIOS).includes(v),
  motion_mode: (v, { model, duration, quality }) => v === 'normal' || (v === 'fast' && duration === 5 && quality !== '1080p' && !['v5', ...NEWER].includes(model)),
  style: (v) => STYLES.includes(v),
  seed: (v) => Number.isInteger(v) && v >= 0 && v <= 2_147_483_647,
};

function checkWords({ prompt = '', negative_prompt = '', model, multi_transition = [], ...body }) {
  const longest = NEWER.includes(model) ? 5000 : 2048;
  if (String(prompt).length > longest) throw new ApiError(400018);
  if (String(negative_prompt).length > longest) throw new ApiError(400019);
  const texts = [prompt, body.sound_effect_content, body.lip_sync_tts_content, body.restyle_prompt, ...[multi_transition].flat().map((s) => s?.prompt)];
  if (texts.some((text) => markOf(text) === 'forbidden')) throw new ApiError(500063);
}
