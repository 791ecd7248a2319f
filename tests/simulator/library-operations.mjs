// The creation paths of the library interface: what each makes, what it needs, and which members of its body name sources
// (facts/pixverse-api.md b.8). What happens then is creation.mjs.

import { ApiError } from './envelope.mjs';
import { byId, byKey } from './named-sources.mjs';

const as = (relation, targets) => targets.map((target) => ({ target, relation }));
export const listOf = (value) => (Array.isArray(value) ? value : value === undefined || value === null || value === '' ? [] : [value]);

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
  const relation = (i) => FUSION_RELATION[types[i]] ?? 'FUSION_REFERENCE';
  const images = stills(library, body).map((target, i) => ({ target, relation: relation(i), name: names[i], type: types[i] }));
  const videos = listOf(body.customer_video_paths).map((path) => byKey(library, 'video', path));
  const audios = listOf(body.customer_audio_paths).map((path) => byKey(library, 'audio', path));
  return [...images, ...as('FUSION_REFERENCE', videos), ...as('SOURCE_AUDIO', audios)];
}

/** Whatever members a template call brings: a video, or stills. */
function templateSources(library, body) {
  const found = video(library, body);
  return found.length > 0 ? as('SOURCE_VIDEO', found) : as('SOURCE_IMAGE', stills(library, body));
}

function needed(list) {
  if (list.length === 0) throw new ApiError(400011, 'empty parameter: a source');
  return list;
}

const fromStills = (relation) => (library, body) => as(relation, stills(library, body));
const fromVideo = (library, body) => as('SOURCE_VIDEO', video(library, body));
const modified = (library, body) => [...as('SOURCE_VIDEO', needed(video(library, body))), ...as('REFERENCE_IMAGE', stills(library, body))];
const controlled = (library, body) => [...as('SOURCE_IMAGE', needed(stills(library, body))), ...as('CONTROL_INPUT', needed(video(library, body)))];

const row = (recipe, mode, operation, needs, [least, most], sources) => ({ recipe, mode, operation, needs, least, most, sources });
const NONE = [0, 0];
const ONE = [1, 1];
const WORDS = ['prompt', 'model', 'quality'];

/** path → what it makes, which members it needs, how many sources it takes, and which. */
export const CREATIONS = {
  'video/t2v': row('t2v', 'image_text', 'text_to_video', WORDS, NONE, () => []),
  'video/i2v': row('i2v', 'image_text', 'image_to_video', ['model', 'quality'], ONE, fromStills('SOURCE_IMAGE')),
  'video/frames': row('transition', 'transition', 'video_transition', ['model', 'quality'], [2, 7], fromStills('TRANSITION_INPUT')),
  'video/extend': row('extend', 'extend', 'video_extend', ['model', 'quality'], ONE, fromVideo),
  'video/fusion': row('fusion', 'fusion', 'fusion', WORDS, [1, 15], fusionSources),
  'video/modify': row('modify', 'modify', 'video_modify', WORDS, [1, 6], modified),
  'video/mimic': row('motion_control', 'motion_control', 'motion_control', ['model', 'quality'], [2, 2], controlled),
  'video/upscale': row('upscale', 'upscale', 'video_upscale', ['quality'], ONE, fromVideo),
  'image/t2i': row('t2i', 'create_image', 'text_to_image', ['prompt', 'model'], NONE, () => []),
  'image/i2i': row('i2i', 'create_image', 'image_to_image', ['prompt', 'model'], [1, 14], fromStills('SOURCE_IMAGE')),
};

/** What any of them is when the body names a template. */
export const TEMPLATE = row('effect', 'effect', 'template', [], [0, 14], templateSources);
