// The generate paths of the open platform: what each needs, which of its fields name sources, and what it makes.
// One row per path of facts/pixverse-api.md a.3; checks common to all are open-checks.mjs, the rest is open-generate.mjs.

import { ApiError, idText } from './envelope.mjs';
import { MEDIA_BASE } from './inputs.mjs';
import { keyOf } from './named-sources.mjs';

const as = (relation, targets) => targets.map((target) => ({ target, relation }));
const isGiven = (value) => value !== undefined && value !== null && value !== '' && value !== 0;

/** A picture by img_id. */
function image(open, id) {
  const digits = idText(id) ?? '';
  const asset = open.find('image', 'uploaded', digits) ?? open.find('image', 'created', digits);
  if (!asset || (asset.making === 'created' && asset.status !== 1)) throw new ApiError(400032);
  return asset;
}

function media(open, media_type, id) {
  const asset = open.find(media_type, 'uploaded', idText(id) ?? '');
  if (!asset) throw new ApiError(500047);
  return asset;
}

/** Exactly one of source_video_id and video_media_id. */
function video(open, { source_video_id: made, video_media_id: uploaded }) {
  if (isGiven(made) && isGiven(uploaded)) throw new ApiError(400017, 'invalid parameter: source_video_id and video_media_id');
  if (isGiven(uploaded)) return media(open, 'video', uploaded);
  if (!isGiven(made)) throw new ApiError(400011, 'empty parameter: source_video_id');
  const asset = open.find('video', 'created', idText(made) ?? '');
  if (asset?.status !== 1) throw new ApiError(500047);
  return asset;
}

function images(open, ids, name, least, most) {
  const list = (Array.isArray(ids) ? ids : [ids]).filter(isGiven);
  if (list.length < least) throw new ApiError(400011, `empty parameter: ${name}`);
  if (list.length > most) throw new ApiError(400017, `invalid parameter: ${name}`);
  return list.map((id) => image(open, id));
}

/** An audio id, or a speaker with words; exactly one of the two. */
function speech(open, body) {
  const { audio_media_id: audio, lip_sync_tts_speaker_id: speaker, lip_sync_tts_content: words } = body;
  if (isGiven(audio) && isGiven(words)) throw new ApiError(400017, 'invalid parameter: audio_media_id and lip_sync_tts_content');
  if (isGiven(audio)) return as('SOURCE_AUDIO', [media(open, 'audio', audio)]);
  if (!(isGiven(speaker) && isGiven(words))) throw new ApiError(400011, 'empty parameter: audio_media_id');
  if (words && words.length > 200) throw new ApiError(400017, 'invalid parameter: lip_sync_tts_content');
  return [];
}

/** A file of the open platform, by the url it is kept under. What a url of anybody else's does, no document says: it is refused. */
function byUrl(open, media_type, url) {
  const key = String(url).startsWith(MEDIA_BASE) ? keyOf(url) : null;
  const asset = open.world.assets.find((one) => one.media_type === media_type && one.key === key);
  if (!asset || (asset.making === 'created' && asset.status !== 1)) throw new ApiError(500047);
  return asset;
}

/** The entries of a list of objects, each with one member that names a source; no list is an empty one. */
function entries(list = [], name, member) {
  if (!Array.isArray(list) || list.some((entry) => !isGiven(entry?.[member]))) throw new ApiError(400017, `invalid parameter: ${name}`);
  return list.map((entry) => entry[member]);
}

const byAgent = (open, { img_references: stills, video_references: clips }) => [
  ...as('REFERENCE_IMAGE', entries(stills, 'img_references', 'img_url').map((url) => byUrl(open, 'image', url))),
  ...as('REFERENCE_VIDEO', entries(clips, 'video_references', 'video_url').map((url) => byUrl(open, 'video', url))),
];

/** This path takes ids as numbers only. Of sixteen digits and more nobody can tell here any more (`parseBody`). */
const isQuoted = (id) => typeof id === 'string' && id.length < 16;

function toMusic(open, { audio_media_id: audio, img_references: stills }) {
  const ids = entries(stills, 'img_references', 'img_id');
  if ([audio, ...ids].some(isQuoted)) throw new ApiError(400013, 'wrong type: audio_media_id, img_id');
  return [...as('REFERENCE_IMAGE', ids.map((id) => image(open, id))), ...as('SOURCE_AUDIO', [media(open, 'audio', audio)])];
}

const FUSION_RELATION = { subject: 'FUSION_CHARACTER', background: 'FUSION_BACKGROUND' };

function references(open, body) {
  const { image_references: list, prompt, model, reference_mode } = body;
  const most = reference_mode === 'omni' ? 10 : ['v4.5', 'v5'].includes(model) ? 3 : 7;
  if (!Array.isArray(list) || list.length === 0) throw new ApiError(400011, 'empty parameter: image_references');
  const names = new Set(list.map((reference) => reference.ref_name));
  if (list.length > most || names.size < list.length) throw new ApiError(400017, 'invalid parameter: image_references');
  const stills = list.map(({ type, img_id, ref_name }) => {
    if (!/^[A-Za-z0-9_ ]{1,30}$/.test(ref_name ?? '') || !prompt.includes(`@${ref_name}`)) throw new ApiError(400017, 'invalid parameter: ref_name');
    return { target: image(open, img_id), relation: FUSION_RELATION[type] ?? 'FUSION_REFERENCE', name: ref_name, type };
  });
  return [...stills, ...as('FUSION_REFERENCE', (body.video_references ?? []).map((v) => video(open, v)))];
}

function segments(open, { multi_transition: list }) {
  if (!Array.isArray(list) || list.length < 2 || list.length > 7) throw new ApiError(400017, 'invalid parameter: multi_transition');
  return as('TRANSITION_INPUT', list.map((segment) => image(open, segment.img_id)));
}

const fromVideo = (open, body) => as('SOURCE_VIDEO', [video(open, body)]);
const fromPicture = (open, body) => as('SOURCE_IMAGE', images(open, body.img_ids ?? body.img_id, 'img_id', 1, body.template_id ? 7 : 1));
const fromEnds = (open, body) => as('TRANSITION_INPUT', [body.first_frame_img, body.last_frame_img].map((id) => image(open, id)));
const fromPictures = (open, body) => as('SOURCE_IMAGE', images(open, body.img_ids ?? body.img_id, 'img_ids', 1, 9));
const spoken = (open, body) => [...fromVideo(open, body), ...speech(open, body)];
const avatar = (open, body) => [...as('SOURCE_IMAGE', [image(open, body.img_id)]), ...speech(open, body)];
const swapped = (open, body) => [...fromVideo(open, body), ...as('REFERENCE_IMAGE', [image(open, body.img_id)])];
const controlled = (open, body) => [...as('SOURCE_IMAGE', [image(open, body.img_id)]), ...as('CONTROL_INPUT', [video(open, body)])];
const modified = (open, body) => [...fromVideo(open, body), ...as('REFERENCE_IMAGE', images(open, body.img_ids ?? body.img_id ?? [], 'img_ids', 0, 5))];

const BASE = ['prompt', 'model', 'duration', 'quality'];
const ENDS = ['first_frame_img', 'last_frame_img'];

/** `needs`: members that must be there, a list where one of several is enough; `small`: at most 720p; `models`: in place of the usual ones; `type`: the name in billing. */
const row = (type, recipe, operation, needs, sources, { small = false, models } = {}) => ({ type, recipe, operation, needs, sources, small, models });

export const OPERATIONS = {
  'video/text/generate': row('text_to_video', 't2v', 'text_to_video', [...BASE, 'aspect_ratio'], () => []),
  'video/img/generate': row('image_to_video', 'i2v', 'image_to_video', BASE, fromPicture),
  'video/transition/generate': row('transition', 'transition', 'video_transition', [...BASE, ...ENDS], fromEnds),
  'video/multi_transition/generate': row('multi_transition', 'transition', 'video_transition', ['model', 'quality', 'multi_transition'], segments),
  'video/fusion/generate': row('fusion', 'fusion', 'fusion', [...BASE, 'aspect_ratio'], references),
  'video/extend/generate': row('extend', 'extend', 'video_extend', BASE, fromVideo),
  'video/lip_sync/generate': row('lip_sync', 'lip_sync', 'lip_sync', [], spoken),
  'video/sound_effect/generate': row('sound_effect', 'sound_effect', 'sound_effect', [['sound_effect_content', 'prompt']], fromVideo),
  'video/restyle/generate': row('restyle', 'video_restyle', 'restyle', [['restyle_id', 'restyle_prompt']], fromVideo),
  'video/swap/generate': row('swap', 'replace', 'video_replace', ['keyframe_id', 'mask_id', 'quality', 'img_id'], swapped, { small: true }),
  'video/mimic/generate': row('mimic', 'mimic', 'motion_control', ['quality', 'img_id'], controlled, { small: true }),
  'video/modify/generate': row('modify', 'modify', 'video_modify', ['prompt', 'quality'], modified, { small: true }),
  'video/upscale/generate': row('upscale', 'upscale', 'video_upscale', [], fromVideo),
  'video/avatar/generate': row('avatar', 'avatar', 'image_to_video', ['quality', 'img_id'], avatar),
  'video/agent/generate': row('agent', 'agent', 'video_agent', ['agent_id', ['prompt', 'product_url']], byAgent, { models: ['pro', 'fast'] }),
  // Documents of billing name no type for it.
  'video/music_mv_agent/generate': row('music_mv_agent', 'music_mv', 'music_video', ['audio_media_id'], toMusic),
  'image/template/generate': row('image_to_image', 'effect', 'template', ['template_id'], fromPictures),
};

/** What the synchronous mask selection looks at. */
export const maskedVideo = video;
