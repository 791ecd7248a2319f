// A generate call of the open platform: checks, sources, slots, credits of its own, and a job that no listing shows.

import { ApiError, stringify } from './envelope.mjs';
import { checkOpen } from './open-checks.mjs';
import { maskedVideo, OPERATIONS } from './open-operations.mjs';
import { sizeOf } from './creation.mjs';
import { urlOf } from './inputs.mjs';
import { markOf } from './outcomes.mjs';
import { priceOf } from './wallet.mjs';

const MODES = { text_to_video: 'image_text', image_to_video: 'image_text', video_transition: 'transition', template: 'effect' };

/** The handler of one generate path. */
export function generate(path) {
  const plain = OPERATIONS[path];
  const media_type = path.startsWith('image/') ? 'image' : 'video';
  return (ctx) => {
    const { body, account, state, quirks } = ctx;
    ctx.cut = markOf(body.prompt) === 'cut';
    const isTemplate = media_type === 'video' && Boolean(body.template_id);
    const kind = isTemplate && plain.recipe === 'i2v' ? { ...plain, recipe: 'effect', operation: 'template', needs: [] } : plain;
    checkOpen(body, kind, account.webhook);
    const sources = kind.sources(account.open, body);
    if (quirks.open_slots > 0 && state.jobs.used(account, 'open') >= quirks.open_slots) throw new ApiError(500044);
    const members = membersOf(body, kind, sources, state.clock_ms);
    const credits = priceOf({ media_type, ...members });
    pay(account, credits);
    const asset = account.open.place(media_type, 'created', members);
    state.jobs.begin({ asset, library: account.open, account, wallet: account.open_wallet, credits, surface: 'open', path, body });
    return stringify({ [`${media_type}_id`]: BigInt(asset.id), credits }, quirks.string_ids);
  };
}

function pay(account, credits) {
  if (account.open_wallet.total === 0) throw new ApiError(500043);
  if (account.open_wallet.total < credits) throw new ApiError(500090);
}

function membersOf(body, kind, sources, created_ms) {
  const source = sources[0]?.target;
  const aspect_ratio = body.aspect_ratio ?? source?.aspect_ratio ?? '16:9';
  const quality = body.quality ?? (kind.recipe === 'upscale' ? '2160p' : source?.quality ?? '720p');
  const lengths = (body.multi_transition ?? []).map((segment) => segment.duration ?? 0);
  return {
    created_ms, recipe: kind.recipe, create_mode: MODES[kind.operation] ?? kind.recipe, operation: kind.operation, sources, status: 10, url_state: 'blank',
    prompt: body.prompt ?? body.restyle_prompt ?? body.sound_effect_content ?? '', negative_prompt: body.negative_prompt ?? '',
    model: body.model ?? source?.model ?? 'v6', quality, aspect_ratio, ...sizeOf(quality, aspect_ratio), off_peak: false, platform: 'openapi',
    duration_s: body.duration ?? (lengths.reduce((a, b) => a + b, 0) || source?.duration_s || 5), ...(body.seed ? { seed: body.seed } : {}),
    placement: 'nested', naming: { image: 'path', video: 'path' },
    extra: {
      ...(body.template_id ? { templateId: body.template_id } : {}), type: kind.type, prompts: [], durations: [], styleId: body.restyle_id ?? body.mask_id ?? 0,
      audio: ['lip_sync', 'sound_effect', 'avatar', 'music_mv'].includes(kind.recipe) || Boolean(body.sound_effect_switch ?? body.generate_audio_switch),
    },
  };
}

/** POST video/mask/selection: answers at once, and costs. */
export function selectMasks({ body, account, state, quirks }) {
  const asset = maskedVideo(account.open, body);
  const credits = priceOf({ media_type: 'video', recipe: 'mask' });
  pay(account, credits);
  account.open_wallet.spend(credits, { operation: 'mask_selection', media_type: 'video', id: asset.id, time_ms: state.clock_ms });
  const keyframe_id = body.keyframe_id ?? 1;
  const still = (name) => urlOf(`pixverse/video/mask/${asset.uuid}-${keyframe_id}-${name}.png`);
  const mask_info = ['person', 'background'].map((mask_name, i) => ({ mask_id: String(i + 1), mask_name, mask_url: still(mask_name) }));
  return stringify({ keyframe_id, keyframe_url: still('frame'), credits, mask_info }, quirks.string_ids);
}
