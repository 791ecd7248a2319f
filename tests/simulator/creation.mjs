// The creation calls of the library interface: checks, sources, credits, slots, and rows that name what they were made from.
// What the bodies look like is facts/pixverse-api.md b.8; how a job ends is jobs.mjs; how a row spells its sources is inputs.mjs.

import { ApiError, stringify } from './envelope.mjs';
import { byId, byKey } from './named-sources.mjs';
import { markOf } from './outcomes.mjs';
import { priceOf } from './wallet.mjs';

const LONGEST_PROMPT = 5000;
const MOST_AT_ONCE = 4;

const as = (relation, targets) => targets.map((target) => ({ target, relation }));
const listOf = (value) => (Array.isArray(value) ? value : value === undefined || value === null || value === '' ? [] : [value]);

/** Stills named by path, or by url where a path is lacking. */
function stills(library, body) {
  const paths = listOf(body.customer_img_paths ?? body.customer_img_path);
  const urls = listOf(body.customer_img_urls ?? body.customer_img_url);
  return (paths.length > 0 ? paths : urls).map((text) => byKey(library, 'image', text));
}

/** The source video; its id wins over its path. */
function video(library, body) {
  const { original_video_id: id, customer_video_path: path, customer_video_url: url } = body;
  if (id) return [byId(library, 'video', id)];
  return [path, url].filter(Boolean).slice(0, 1).map((text) => byKey(library, 'video', text));
}

const FUSION_RELATION = { subject: 'FUSION_CHARACTER', background: 'FUSION_BACKGROUND' };

function fusionSources(library, body) {
  const [names, types] = [listOf(body.fusion_name_list), listOf(body.fusion_type_list)];
  const images = stills(library, body).map((target, i) => ({ target, relation: FUSION_RELATION[types[i]] ?? 'FUSION_REFERENCE', name: names[i], type: types[i] }));
  const videos = listOf(body.customer_video_paths).map((path) => byKey(library, 'video', path));
  const audios = listOf(body.customer_audio_paths).map((path) => byKey(library, 'audio', path));
  return [...images, ...as('FUSION_REFERENCE', videos), ...as('SOURCE_AUDIO', audios)];
}

/** Whatever members a template call brings: a video, or stills. */
function templateSources(library, body) {
  const found = video(library, body);
  return found.length > 0 ? as('SOURCE_VIDEO', found) : as('SOURCE_IMAGE', stills(library, body));
}

/** path → what it makes, which members it needs, how many sources of which kind. */
const CREATIONS = {
  'video/t2v': { recipe: 't2v', mode: 'image_text', operation: 'text_to_video', needs: ['prompt', 'model', 'quality'], sources: () => [] },
  'video/i2v': { recipe: 'i2v', mode: 'image_text', operation: 'image_to_video', needs: ['model', 'quality'], least: 1, most: 1, sources: (l, b) => as('SOURCE_IMAGE', stills(l, b)) },
  'video/frames': { recipe: 'transition', mode: 'transition', operation: 'video_transition', needs: ['model', 'quality'], least: 2, most: 7, sources: (l, b) => as('TRANSITION_INPUT', stills(l, b)) },
  'video/extend': { recipe: 'extend', mode: 'extend', operation: 'video_extend', needs: ['model', 'quality'], least: 1, most: 1, sources: (l, b) => as('SOURCE_VIDEO', video(l, b)) },
  'video/fusion': { recipe: 'fusion', mode: 'fusion', operation: 'fusion', needs: ['prompt', 'model', 'quality'], least: 1, most: 15, sources: fusionSources },
  'video/modify': { recipe: 'modify', mode: 'modify', operation: 'video_modify', needs: ['prompt', 'model', 'quality'], least: 1, most: 6, sources: (l, b) => [...as('SOURCE_VIDEO', needed(video(l, b))), ...as('REFERENCE_IMAGE', stills(l, b))] },
  'video/mimic': { recipe: 'motion_control', mode: 'motion_control', operation: 'motion_control', needs: ['model', 'quality'], least: 2, most: 2, sources: (l, b) => [...as('SOURCE_IMAGE', needed(stills(l, b))), ...as('CONTROL_INPUT', needed(video(l, b)))] },
  'video/upscale': { recipe: 'upscale', mode: 'upscale', operation: 'video_upscale', needs: ['quality'], least: 1, most: 1, sources: (l, b) => as('SOURCE_VIDEO', video(l, b)) },
  'image/t2i': { recipe: 't2i', mode: 'create_image', operation: 'text_to_image', needs: ['prompt', 'model'], sources: () => [] },
  'image/i2i': { recipe: 'i2i', mode: 'create_image', operation: 'image_to_image', needs: ['prompt', 'model'], least: 1, most: 14, sources: (l, b) => as('SOURCE_IMAGE', stills(l, b)) },
};
export const CREATION_PATHS = Object.keys(CREATIONS);

function needed(list) {
  if (list.length === 0) throw new ApiError(400011, 'empty parameter: a source');
  return list;
}

/** The handler of one creation path. */
export function create(path) {
  return (ctx) => {
    const { body, library } = ctx;
    const name = body.idempotency_key ? `${path}/${body.idempotency_key}` : null;
    if (name && library.repeats.has(name)) return library.repeats.get(name);
    const answer = createAnew(ctx, path);
    if (name) library.repeats.set(name, answer);
    return answer;
  };
}

function createAnew(ctx, path) {
  const { body, library, state, account, quirks } = ctx;
  const kind = body.template_id ? { ...CREATIONS[path], recipe: 'effect', mode: 'effect', operation: 'template', needs: [], least: 0, most: 14, sources: templateSources } : CREATIONS[path];
  const media_type = path.startsWith('image/') ? 'image' : 'video';
  check(body, kind);
  const sources = kind.sources(library, body);
  checkSources(body, kind, sources);
  const slots = quirks[`${media_type}_slots`];
  if (slots > 0 && state.jobs.used(account, 'library', quirks.shared_slots ? undefined : media_type) >= slots) throw new ApiError(500044);
  const made = membersOf(ctx, kind, media_type, sources);
  const credits = priceOf({ media_type, ...made });
  const wanted = body.create_count ?? 1;
  const failing = ctx.fault?.kind === 'partial' ? ctx.fault.fail ?? 1 : markOf(body.prompt) === 'partial' ? 1 : 0;
  const count = Math.max(wanted - failing, 0);
  if (account.wallet.total < credits * count) throw new ApiError(500043);
  const assets = Array.from({ length: count }, () => library.place(media_type, 'created', made));
  for (const asset of assets) state.jobs.begin({ asset, library, account, wallet: account.wallet, credits, surface: 'library', path, body });
  return stringify(answerOf(media_type, assets, wanted - count, credits * count), quirks.string_ids);
}

function answerOf(media_type, assets, fail_count, cost_credits) {
  const ids = assets.map((asset) => BigInt(asset.id));
  return { [`${media_type}_id`]: ids[0], [`${media_type}_ids`]: ids, success_ids: ids, fail_count, cost_credits };
}

function check(body, { needs }) {
  for (const name of needs) {
    if (body[name] === undefined || body[name] === null || body[name] === '') throw new ApiError(400011, `empty parameter: ${name}`);
  }
  checkWords(body);
  const count = body.create_count ?? 1;
  if (!Number.isInteger(count) || count < 1 || count > MOST_AT_ONCE) throw new ApiError(400017, 'invalid parameter: create_count');
  const { duration = 5 } = body;
  if (!Number.isInteger(duration) || duration < 1 || duration > 60) throw new ApiError(400017, 'invalid parameter: duration');
}

/** The two refusals that a prompt alone can bring. */
export function checkWords(body) {
  const prompts = [body.prompt, ...listOf(body.prompts)].filter((text) => typeof text === 'string');
  if (prompts.some((text) => text.length > LONGEST_PROMPT)) throw new ApiError(400018);
  if ((body.negative_prompt ?? '').length > LONGEST_PROMPT) throw new ApiError(400019);
  if (prompts.some((text) => markOf(text) === 'forbidden')) throw new ApiError(500063);
}

function checkSources(body, { recipe, least = 0, most = 0 }, sources) {
  if (sources.length < least) throw new ApiError(400011, 'empty parameter: a source');
  if (sources.length > most) throw new ApiError(400017, 'invalid parameter: too many sources');
  if (recipe !== 'transition') return;
  for (const name of ['prompts', 'durations']) {
    if (body[name] !== undefined && listOf(body[name]).length !== sources.length - 1) throw new ApiError(400017, `invalid parameter: ${name}`);
  }
}

/** Everything a new asset has but its id. Its row spells the sources as the request did. */
function membersOf({ body, state, headers, quirks }, kind, media_type, sources) {
  const source = sources[0]?.target;
  const duration_s = body.duration ?? (kind.recipe === 'transition' ? sum(body.durations) : undefined) ?? source?.duration_s ?? 5;
  const aspect_ratio = body.aspect_ratio ?? source?.aspect_ratio ?? '16:9';
  return {
    created_ms: state.clock_ms, recipe: kind.recipe, create_mode: kind.mode, operation: kind.operation, sources, status: 10, url_state: 'blank',
    prompt: body.prompt ?? '', negative_prompt: body.negative_prompt ?? '', model: body.model ?? source?.model ?? 'v6', quality: body.quality ?? '720p',
    aspect_ratio, duration_s, ...sizeOf(body.quality, aspect_ratio), off_peak: Boolean(body.off_peak),
    ...(body.seed ? { seed: body.seed } : {}), platform: String(headers['x-platform'] ?? '').toUpperCase() === 'CLI' ? 'CLI' : 'web',
    placement: quirks.created_placement ?? (media_type === 'image' ? 'flat' : 'nested'), naming: namingOf(body), extra: extraOf(body),
  };
}

const sum = (list) => (Array.isArray(list) ? list.reduce((total, n) => total + Number(n), 0) : undefined);

export function sizeOf(quality, aspect_ratio) {
  const side = Number.parseInt(quality ?? '720p', 10) || 720;
  const [w, h] = String(aspect_ratio).split(':').map(Number);
  if (!(w > 0 && h > 0)) return { width: side, height: side };
  const long = Math.round((side * Math.max(w, h)) / Math.min(w, h) / 2) * 2;
  return w >= h ? { width: long, height: side } : { width: side, height: long };
}

const spelled = (path, url) => (path ? (url ? 'path+url' : 'path') : 'url');

function namingOf(body) {
  const path = body.customer_video_path;
  const video = spelled(path || !body.customer_video_url, body.customer_video_url);
  return {
    image: spelled(listOf(body.customer_img_paths ?? body.customer_img_path).length > 0, listOf(body.customer_img_urls ?? body.customer_img_url).length > 0),
    video: body.original_video_id ? (path || body.customer_video_url ? 'both' : 'id') : video,
  };
}

function extraOf(body) {
  return {
    prompts: listOf(body.prompts), durations: listOf(body.durations), cutTimeMs: body.cut_time_ms, keyFrame: body.key_frame_path,
    named: listOf(body.fusion_name_list).length > 0, randomIds: listOf(body.fusion_id_list), ...(body.template_id ? { templateId: body.template_id } : {}),
  };
}
