// The row a listing or a detail call gives for an asset: the members of facts/pixverse-api.md c.4.
// Which members name the sources is inputs.mjs; ids are BigInt here and are spelled by envelope.mjs.

import { placeInputs, urlOf } from './inputs.mjs';

export const PLACEHOLDER_VIDEO = 'pixverse-preview/mp4/media/default.mp4';
export const PLACEHOLDER_IMAGE = 'pixverse/jpg/media/default.jpg';
const VIDEO = 1;
const IMAGE = 0;
const AUDIO = 2;

export const isoTime = (ms) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** The row of an asset; `owner` is `{ account_id, nick_name, email }`. */
export function rowOf(asset, owner) {
  if (asset.raw) return asset.raw;
  const build = asset.making === 'uploaded' ? uploadRow : { video: videoRow, image: imageRow, audio: audioRow }[asset.media_type];
  const row = build(asset, owner);
  return asset.overrides ? { ...row, ...asset.overrides } : row;
}

/** The members that say where the file is; what a row says depends on how far its job came. */
export function fileMembers(asset, urlName, pathName, placeholder) {
  switch (asset.url_state) {
    case 'full':
    case 'preallocated':
      return { [urlName]: urlOf(asset.key), [pathName]: asset.key };
    case 'blank_url':
      return { [urlName]: '', [pathName]: asset.key };
    case 'placeholder':
      return { [urlName]: urlOf(placeholder), [pathName]: placeholder };
    default:
      return { [urlName]: '', [pathName]: '' };
  }
}

const queueData = (asset) => ({
  queue_time: asset.seed % 90, queue_count: asset.seed % 7, estimated_gen_time: 45, processing_start_time: Math.floor(asset.created_ms / 1000) + 2,
});

function videoRow(asset, owner) {
  const rendered = asset.url_state === 'full' || asset.url_state === 'blank_url';
  const row = {
    video_id: BigInt(asset.id), asset_id: BigInt(asset.id), asset_type: VIDEO, asset_source: 1, account_id: owner.account_id,
    video_status: asset.status, create_mode: asset.create_mode ?? undefined, platform: asset.platform,
    prompt: asset.prompt, negative_prompt: asset.negative_prompt, model: asset.model, model_name: asset.model, quality: asset.quality,
    motion_mode: 'normal', aspect_ratio: asset.aspect_ratio, seed: asset.seed, style: '', camera_movement: '',
    template_id: asset.extra.templateId ?? 0, video_duration: asset.duration_s, duration: asset.duration_s,
    output_width: rendered ? asset.width : 0, output_height: rendered ? asset.height : 0,
    ...fileMembers(asset, 'url', 'video_path', PLACEHOLDER_VIDEO),
    webp_url: rendered ? urlOf(`pixverse/webp/media/web/${asset.uuid}.webp`) : '',
    first_frame: rendered ? urlOf(`pixverse/jpg/media/web/${asset.uuid}.jpg`) : '',
    last_frame: rendered ? urlOf(`pixverse/jpg/media/web/${asset.uuid}-last.jpg`) : '',
    img_id: 0, img_url: '', original_video_id: 0,
    extended: asset.recipe === 'extend' ? 1 : 0, upscaled: asset.recipe === 'upscale' ? 1 : 0, lip_sync: asset.recipe === 'lip_sync' ? 1 : 0,
    customer_paths: asset.placement === 'flat' && asset.seed % 2 === 0 ? null : {},
  };
  placeInputs(row, asset);
  if (rendered && asset.recipe === 'extend') row.customer_video_last_frame_url = row.last_frame;
  return Object.assign(row, {
    queue_data: queueData(asset), off_peak: asset.off_peak ? 1 : 0, is_collected: 0, likes: asset.seed % 12, media_locked: 0,
    created_at: isoTime(asset.created_ms), nick_name: owner.nick_name, email: owner.email,
  });
}

function imageRow(asset, owner) {
  const rendered = asset.url_state === 'full' || asset.url_state === 'blank_url';
  const row = {
    image_id: BigInt(asset.id), asset_id: BigInt(asset.id), asset_type: IMAGE, asset_source: 1, account_id: owner.account_id,
    image_status: asset.status, create_mode: asset.create_mode ?? undefined, creation_type: 21, prompt: asset.prompt,
    model: asset.model, quality: asset.quality, aspect_ratio: asset.aspect_ratio, seed: asset.seed,
    ...fileMembers(asset, 'image_url', 'image_path', PLACEHOLDER_IMAGE),
    output_width: rendered ? asset.width : 0, output_height: rendered ? asset.height : 0,
    ...(asset.extra.templateId ? { template_id: asset.extra.templateId } : {}),
  };
  if (asset.sources.length > 0) placeInputs(row, asset);
  else Object.assign(row, { customer_img_paths: [], customer_img_urls: [] });
  return Object.assign(row, {
    queue_data: queueData(asset), created_at: isoTime(asset.created_ms), updated_at: isoTime(asset.created_ms + 40_000),
    likes: asset.seed % 5, is_collected: 0, media_locked: 0, water_mark: 0, platform: asset.platform,
  });
}

const AUDIO_WORD = { 1: 'finish', 8: 'failed', 5: 'making' };

function audioRow(asset, owner) {
  const speech = asset.recipe === 'tts';
  const [urlName, pathName] = asset.seed % 3 === 0 ? ['audio_url', 'audio_path'] : ['url', 'path'];
  const row = {
    audio_id: BigInt(asset.id), asset_id: BigInt(asset.id), asset_type: AUDIO, asset_source: 1, account_id: owner.account_id,
    audio_status: asset.status, status: AUDIO_WORD[asset.status], create_mode: asset.create_mode,
    [speech ? 'text' : 'prompt']: asset.prompt, lyrics: '', model: asset.model, provider: speech ? 'minimax' : 'lyria',
    voice_id: speech ? '9' : '', voice_name: speech ? 'Ada' : '', language_code: speech ? 'en' : '', duration: asset.duration_s,
    ...fileMembers(asset, urlName, pathName, ''),
  };
  if (asset.sources.length > 0) row.image_paths = asset.sources.map((s) => s.target.key);
  return Object.assign(row, { fail_reason: asset.status === 8 ? 'internal' : '', created_at: isoTime(asset.created_ms) });
}

const TYPE_NUMBER = { video: VIDEO, image: IMAGE, audio: AUDIO };

/** Uploads have no status, no create mode and no sources. */
function uploadRow(asset, owner) {
  const row = {
    id: BigInt(asset.id), asset_id: BigInt(asset.id), asset_type: TYPE_NUMBER[asset.media_type], asset_source: 0, account_id: owner.account_id,
    path: asset.key, url: urlOf(asset.key), name: asset.name, size: asset.size_bytes,
  };
  if (asset.media_type !== 'audio') Object.assign(row, { width: asset.width, height: asset.height });
  if (asset.media_type !== 'image') row.duration = asset.duration_s;
  return Object.assign(row, { created_at: isoTime(asset.created_ms) });
}
