// The creation calls of the library interface: checks, sources, credits, slots, and rows that name what they were made from.
// Which path makes what is library-operations.mjs; how a job ends is jobs.mjs; how a row spells its sources is inputs.mjs.

import { ApiError, stringify } from './envelope.mjs';
import { CREATIONS, listOf, TEMPLATE } from './library-operations.mjs';
import { markOf } from './outcomes.mjs';
import { priceOf } from './wallet.mjs';

const LONGEST_PROMPT = 5000;
const MOST_AT_ONCE = 4;

export const CREATION_PATHS = Object.keys(CREATIONS);

/** The handler of one creation path. */
export function create(path) {
  return (ctx) => {
    const { body, library } = ctx;
    const name = body.idempotency_key ? `${path}/${body.idempotency_key}` : null;
    if (name && library.repeats.has(name)) return library.repeats.get(name);
    const answer = createAnew(ctx, path);
    if (name) library.repeats.set(name, answer);
    ctx.cut = markOf(body.prompt) === 'cut';
    return answer;
  };
}

function createAnew(ctx, path) {
  const { body, library, state, account, quirks } = ctx;
  const kind = body.template_id ? TEMPLATE : CREATIONS[path];
  const media_type = path.startsWith('image/') ? 'image' : 'video';
  check(body, kind);
  const sources = kind.sources(library, body);
  checkSources(body, kind, sources);
  const slots = quirks[`${media_type}_slots`];
  const used = state.jobs.used(account, 'library', quirks.shared_slots ? undefined : media_type);
  if (slots > 0 && used >= slots) throw new ApiError(500044);
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

/** The refusals that words alone can bring. */
function checkWords(body) {
  const prompts = [body.prompt, ...listOf(body.prompts)].filter((text) => typeof text === 'string');
  if (prompts.some((text) => text.length > LONGEST_PROMPT)) throw new ApiError(400018);
  if ((body.negative_prompt ?? '').length > LONGEST_PROMPT) throw new ApiError(400019);
  if (prompts.some((text) => markOf(text) === 'forbidden')) throw new ApiError(500063);
}

function checkSources(body, { recipe, least, most }, sources) {
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
