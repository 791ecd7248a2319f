// The generate paths of the open platform: what each needs, which of its fields name sources, and what it makes.
// One row per path of facts/pixverse-api.md a.3; checks common to all are open-checks.mjs, the rest is open-generate.mjs.

import { ApiError, idText } from './envelope.mjs';

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
function speech(open, body, isNeeded) {
  const { audio_media_id: audio, lip_sync_tts_speaker_id: speaker, lip_sync_tts_content: words } = body;
  if (isGiven(audio) && isGiven(words)) throw new ApiError(400017, 'invalid parameter: audio_media_id and lip_sync_tts_content');
  if (isGiven(audio)) return as('SOURCE_AUDIO', [media(open, 'audio', audio)]);
  if (isNeeded && !(isGiven(speaker) && isGiven(words))) throw new ApiError(400011, 'empty parameter: audio_media_id');
  if (words && words.length > 200) throw new ApiError(400017, 'invalid parameter: lip_sync_tts_content');
  return [];
}

const FUSION_RELATION = { subject: 'FUSION_CHARACTER', background: 'FUSION_BACKGROUND' };

function references(open, body) {
  const { image_references: list, prompt, model, reference_mode } = body;
  const most = reference_mode === 'omni' ? 10 : ['v4.5', 'v5'].includes(model) ? 3 : 7;
  if (!Array.isArray(list) || list.length === 0) throw new ApiError(400011, 'empty parameter: image_references');
  if (list.length > most || new Set(list.map((r) => r.ref_name)).size < list.length) throw new ApiError(400017, 'invalid parameter: image_references');
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

const BASE = ['prompt', 'model', 'duration', 'quality'];

/** path → recipe, operation, what must be there, sources; `small`: at most 720p; `type`: the name in billing. */
export const OPERATIONS = {
  'video/text/generate': { recipe: 't2v', operation: 'text_to_video', type: 'text_to_video', needs: [...BASE, 'aspect_ratio'], sources: () => [] },
  'video/img/generate': { recipe: 'i2v', operation: 'image_to_video', type: 'image_to_video', needs: BASE, sources: (o, b) => as('SOURCE_IMAGE', images(o, b.img_ids ?? b.img_id, 'img_id', 1, b.template_id ? 7 : 1)) },
  'video/transition/generate': { recipe: 'transition', operation: 'video_transition', type: 'transition', needs: [...BASE, 'first_frame_img', 'last_frame_img'], sources: (o, b) => as('TRANSITION_INPUT', [b.first_frame_img, b.last_frame_img].map((id) => image(o, id))) },
  'video/multi_transition/generate': { recipe: 'transition', operation: 'video_transition', type: 'multi_transition', needs: ['model', 'quality', 'multi_transition'], sources: segments },
  'video/fusion/generate': { recipe: 'fusion', operation: 'fusion', type: 'fusion', needs: [...BASE, 'aspect_ratio'], sources: references },
  'video/extend/generate': { recipe: 'extend', operation: 'video_extend', type: 'extend', needs: BASE, sources: (o, b) => as('SOURCE_VIDEO', [video(o, b)]) },
  'video/lip_sync/generate': { recipe: 'lip_sync', operation: 'lip_sync', type: 'lip_sync', needs: [], sources: (o, b) => [...as('SOURCE_VIDEO', [video(o, b)]), ...speech(o, b, true)] },
  'video/sound_effect/generate': { recipe: 'sound_effect', operation: 'sound_effect', type: 'sound_effect', needs: [['sound_effect_content', 'prompt']], sources: (o, b) => as('SOURCE_VIDEO', [video(o, b)]) },
  'video/restyle/generate': { recipe: 'video_restyle', operation: 'restyle', type: 'restyle', needs: [['restyle_id', 'restyle_prompt']], sources: (o, b) => as('SOURCE_VIDEO', [video(o, b)]) },
  'video/swap/generate': { recipe: 'replace', operation: 'video_replace', type: 'swap', needs: ['keyframe_id', 'mask_id', 'quality', 'img_id'], small: true, sources: (o, b) => [...as('SOURCE_VIDEO', [video(o, b)]), ...as('REFERENCE_IMAGE', [image(o, b.img_id)])] },
  'video/mimic/generate': { recipe: 'mimic', operation: 'motion_control', type: 'mimic', needs: ['quality', 'img_id'], small: true, sources: (o, b) => [...as('SOURCE_IMAGE', [image(o, b.img_id)]), ...as('CONTROL_INPUT', [video(o, b)])] },
  'video/modify/generate': { recipe: 'modify', operation: 'video_modify', type: 'modify', needs: ['prompt', 'quality'], small: true, sources: (o, b) => [...as('SOURCE_VIDEO', [video(o, b)]), ...as('REFERENCE_IMAGE', images(o, b.img_ids ?? b.img_id ?? [], 'img_ids', 0, 5))] },
  'video/upscale/generate': { recipe: 'upscale', operation: 'video_upscale', type: 'upscale', needs: [], sources: (o, b) => as('SOURCE_VIDEO', [video(o, b)]) },
  'video/avatar/generate': { recipe: 'avatar', operation: 'image_to_video', type: 'avatar', needs: ['quality', 'img_id'], sources: (o, b) => [...as('SOURCE_IMAGE', [image(o, b.img_id)]), ...speech(o, b, true)] },
  'image/template/generate': { recipe: 'effect', operation: 'template', type: 'image_to_image', needs: ['template_id'], sources: (o, b) => as('SOURCE_IMAGE', images(o, b.img_ids ?? b.img_id, 'img_ids', 1, 9)) },
};

/** What the synchronous mask selection looks at. */
export const maskedVideo = video;
