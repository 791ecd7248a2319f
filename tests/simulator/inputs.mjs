// How a row names what its asset was made from: the members of facts/pixverse-api.md d.1 per create mode,
// spelled by id, path or url, and placed inside `customer_paths`, at the top level, or in both.
// The placement for modify, motion control, restyle and replace is not documented: all three are produced.
// `customer_audio_path` (lip sync) and `sound_effect_content` are our inference.

export const MEDIA_BASE = 'https://media.pixverse.ai/';

/** The url of an object key as the provider writes it: the path's slashes percent-encoded. */
export function urlOf(key) {
  return key ? MEDIA_BASE + encodeURIComponent(key) : '';
}

export const frameKey = (key, which) => `pixverse/video/frame/${key.replace(/^.*\//, '').replace(/\.[^.]*$/, '')}-${which}.jpg`;
const targets = (asset, type) => asset.sources.map((s) => s.target).filter((t) => t.media_type === type);

/** One still under the singular names. */
function stillMembers(target, naming) {
  const members = {};
  if (naming !== 'url') members.customer_img_path = target.key;
  if (naming !== 'path') members.customer_img_url = urlOf(target.key);
  return members;
}

/** Several stills under the plural names; now and then the entries are objects. */
function stillsMembers(list, naming) {
  if (naming === 'objects') return { customer_img_urls: list.map((t) => ({ url: urlOf(t.key), path: t.key })) };
  const members = {};
  if (naming !== 'url') members.customer_img_paths = list.map((t) => t.key);
  if (naming !== 'path') members.customer_img_urls = list.map((t) => urlOf(t.key));
  return members;
}

/** The source video: by id, path, url, or all of them. The id goes where `place` puts it. */
function videoMembers(target, naming) {
  const members = {};
  if (target.id && (naming === 'id' || naming === 'both')) members.original_video_id = BigInt(target.id);
  if (target.key && naming !== 'id') {
    if (naming !== 'url') members.customer_video_path = target.key;
    if (naming !== 'path') members.customer_video_url = urlOf(target.key);
    members.customer_video_first_frame_url = urlOf(frameKey(target.key, 'first'));
  }
  members.customer_video_duration = target.duration_s ?? 5;
  return members;
}

function transitionMembers(asset) {
  const stills = targets(asset, 'image');
  const { prompts, durations, endpointsOnly } = asset.extra;
  const segments = { prompts, translate_prompts: prompts, durations };
  const [first, last] = [stills[0].key, stills[stills.length - 1].key];
  const ends = {
    customer_first_frame: first, customer_first_frame_url: urlOf(first),
    customer_last_frame: last, customer_last_frame_url: urlOf(last),
  };
  if (endpointsOnly) return { ...ends, ...segments };
  return { ...stillsMembers(stills, asset.naming.image), ...(asset.naming.ends ? ends : {}), ...segments };
}

function fusionMembers(asset) {
  const [images, videos, audios] = ['image', 'video', 'audio'].map((type) => targets(asset, type));
  const members = stillsMembers(images, asset.naming.image);
  if (asset.extra.named) {
    const typed = asset.sources.filter((s) => s.type);
    members.fusion_name_list = typed.map((s) => s.name);
    members.fusion_type_list = typed.map((s) => s.type);
    members.fusion_id_list = asset.extra.randomIds;
    members.original_prompt = asset.prompt;
  }
  if (videos.length > 0) {
    members.customer_video_paths = videos.map((t) => t.key);
    members.customer_video_frame_paths = videos.map((t) => frameKey(t.key, 'first'));
  }
  if (audios.length > 0) members.customer_audio_paths = audios.map((t) => t.key);
  return members;
}

const sourceVideo = (asset) => {
  const [video] = targets(asset, 'video');
  return video ? videoMembers(video, asset.naming.video) : {};
};

function modifyMembers(asset) {
  const images = targets(asset, 'image');
  const { cutTimeMs, keyFrame } = asset.extra;
  const members = { ...sourceVideo(asset), cut_time_ms: cutTimeMs ?? 0, key_frame_path: keyFrame ?? `upload/${asset.uuid}-key.png` };
  if (images.length > 0) Object.assign(members, stillsMembers(images, asset.naming.image));
  if (asset.extra.jsonPrompt) members.original_prompt = JSON.stringify([{ type: 'text', text: asset.prompt }]);
  return members;
}

/** An extension made by the CLI carries the source's first frame under the name of the last. */
function extendMembers(asset) {
  const [video] = targets(asset, 'video');
  const members = sourceVideo(asset);
  if (video.key) members.customer_video_last_frame_url = urlOf(frameKey(video.key, asset.platform === 'CLI' ? 'first' : 'last'));
  return members;
}

function lipSyncMembers(asset) {
  const [audio] = targets(asset, 'audio');
  const speech = audio ? { customer_audio_path: audio.key } : { lip_sync_tts_speaker_id: '7', lip_sync_tts_content: 'good evening' };
  return { ...sourceVideo(asset), ...speech };
}

function withOneStill(asset, more) {
  const [still] = targets(asset, 'image');
  return { ...sourceVideo(asset), ...(still ? stillMembers(still, asset.naming.image) : {}), ...more };
}

function templateMembers(asset) {
  const stills = targets(asset, 'image');
  if (stills.length === 1) return stillMembers(stills[0], asset.naming.image);
  return stills.length > 1 ? stillsMembers(stills, asset.naming.image) : sourceVideo(asset);
}

const MEMBERS = {
  t2v: () => ({}),
  i2v: (asset) => stillMembers(targets(asset, 'image')[0], asset.naming.image),
  avatar: (asset) => stillMembers(targets(asset, 'image')[0], asset.naming.image),
  transition: transitionMembers,
  fusion: fusionMembers,
  extend: extendMembers,
  modify: modifyMembers,
  motion_control: (asset) => ({ ...stillsMembers(targets(asset, 'image'), asset.naming.image), ...sourceVideo(asset) }),
  mimic: (asset) => ({ ...stillsMembers(targets(asset, 'image'), asset.naming.image), ...sourceVideo(asset) }),
  upscale: sourceVideo,
  lip_sync: lipSyncMembers,
  video_restyle: (asset) => withOneStill(asset, { restyle_id: asset.extra.styleId }),
  replace: (asset) => withOneStill(asset, { mask_id: String(asset.extra.styleId) }),
  effect: templateMembers,
  sound_effect: (asset) => ({ ...sourceVideo(asset), sound_effect_content: 'waves, gulls' }),
  t2i: () => ({}),
  i2i: (asset) => stillsMembers(targets(asset, 'image'), asset.naming.image),
};

/** What the asset was made from, in the provider's members. */
export function inputMembers(asset) {
  return MEMBERS[asset.recipe](asset);
}

// At the top level these names mean the row's own frames, so flat rows leave the source's out.
const NESTED_ONLY = ['customer_video_last_frame_url', 'customer_video_first_frame_url'];

/** Puts the members where this asset's row has them; `row` already carries `create_mode` and the rest. */
export function placeInputs(row, asset) {
  const members = inputMembers(asset);
  const { original_video_id: sourceId, ...rest } = members;
  if (asset.placement !== 'nested') {
    Object.assign(row, rest);
    for (const name of NESTED_ONLY) delete row[name];
    if (sourceId !== undefined) row.original_video_id = sourceId;
  } else if (sourceId !== undefined && !asset.naming.nestedId) {
    row.original_video_id = sourceId;
  }
  if (asset.placement === 'flat') return row;
  row.customer_paths = { create_mode: asset.create_mode ?? undefined, prompt: asset.prompt, ...rest };
  if (sourceId !== undefined && (asset.naming.nestedId || asset.placement === 'both')) {
    row.customer_paths.original_video_id = sourceId;
  }
  if (asset.naming.nestedMode) delete row.create_mode;
  return row;
}
