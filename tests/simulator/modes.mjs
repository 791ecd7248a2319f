// How each kind of asset is made: which sources it takes, in which order and role, and what it is called.
// Model only: how a row spells these sources is inputs.mjs; what a listing shows of them is rows.mjs.
//
// A recipe gets the library's `pick` (image, video, audio; each may be null) and returns
// { create_mode, operation, sources: [{ target, relation, name?, type? }], extra }, or null when a source is lacking.
// The order of `sources` is the position of the edges. Relations and operations are those of the design's table.

const made = (create_mode, operation, sources = [], extra = {}) => ({ create_mode, operation, sources, extra });
const as = (relation, targets) => targets.map((target) => ({ target, relation }));
/** Up to `count` different targets: only a loop transition names one thing twice. */
const several = (take, count) => [...new Set(Array.from({ length: count }, take).filter(Boolean))];

/** One video source and nothing else: `mode` of the provider, `operation` of the design. */
const fromVideo = (mode, operation, options, extra = () => ({})) => (rng, pick) => {
  const video = pick.video(options);
  return video && made(mode, operation, as('SOURCE_VIDEO', [video]), extra(rng, video));
};

function transition(rng, pick) {
  const stills = several(() => pick.image(), rng.weighted([[5, 2], [3, 3], [1, 5], [1, 7]]));
  if (stills.length < 2) return null;
  if (rng.chance(0.2)) stills.push(stills[0]);
  const segments = stills.length - 1;
  return made('transition', 'video_transition', as('TRANSITION_INPUT', stills), {
    prompts: Array.from({ length: segments }, (_, i) => `segment ${i + 1} melts into the next`),
    durations: Array.from({ length: segments }, () => rng.between(1, 8)),
    endpointsOnly: stills.length === 2 && rng.chance(0.25),
  });
}

const FUSION_RELATION = { subject: 'FUSION_CHARACTER', background: 'FUSION_BACKGROUND' };
const FUSION_NAMES = ['knight', 'hall', 'dragon', 'mira', 'plaza', 'lantern', 'old friend'];

function fusion(rng, pick) {
  const images = several(() => pick.image(), rng.between(1, 4));
  if (images.length === 0) return null;
  const style = rng.weighted([[5, 'named'], [2, 'short'], [3, 'plain']]);
  const typed = style === 'named' ? images.length : style === 'short' ? images.length - 1 : 0;
  const sources = images.map((target, i) => {
    const type = i < typed ? rng.pick(['subject', 'background', 'subject', 'prop']) : undefined;
    const name = i < typed ? FUSION_NAMES[i] : undefined;
    return { target, relation: FUSION_RELATION[type] ?? 'FUSION_REFERENCE', name, type };
  });
  if (rng.chance(0.3)) {
    sources.push(...as('FUSION_REFERENCE', several(() => pick.video({ path: true }), rng.between(1, 2))));
    sources.push(...as('SOURCE_AUDIO', several(() => pick.audio(), 1)));
  }
  return made('fusion', 'fusion', sources, { named: style !== 'plain', randomIds: sources.map(() => rng.between(1e14, 9e14)) });
}

function modify(rng, pick) {
  const video = pick.video({});
  if (!video) return null;
  const images = several(() => pick.image(), rng.int(4));
  return made('modify', 'video_modify', [...as('SOURCE_VIDEO', [video]), ...as('REFERENCE_IMAGE', images)], { jsonPrompt: rng.chance(0.4) });
}

const motion = (mode) => (rng, pick) => {
  const image = pick.image();
  const video = pick.video({});
  if (!image || !video) return null;
  return made(mode, 'motion_control', [...as('SOURCE_IMAGE', [image]), ...as('CONTROL_INPUT', [video])]);
};

function lipSync(rng, pick) {
  const video = pick.video({ path: true });
  if (!video) return null;
  const audio = rng.chance(0.5) ? pick.audio() : null;
  const sources = as('SOURCE_VIDEO', [video]);
  return made('lip_sync', 'lip_sync', audio ? [...sources, ...as('SOURCE_AUDIO', [audio])] : sources, { speech: !audio });
}

const withImage = (mode, operation, probability) => (rng, pick) => {
  const video = pick.video({ path: true });
  if (!video) return null;
  const images = rng.chance(probability) ? several(() => pick.image(), 1) : [];
  return made(mode, operation, [...as('SOURCE_VIDEO', [video]), ...as('REFERENCE_IMAGE', images)], { styleId: rng.between(1, 80) });
};

function template(rng, pick) {
  const extra = { templateId: 302325299692608 + rng.int(40) };
  if (rng.chance(0.15)) return made('effect', 'template', [], extra);
  if (rng.chance(0.2)) {
    const video = pick.video({ path: true });
    return video && made('effect', 'template', as('SOURCE_VIDEO', [video]), extra);
  }
  const images = several(() => pick.image(), rng.between(1, 3));
  return images.length > 0 ? made('effect', 'template', as('SOURCE_IMAGE', images), extra) : null;
}

const fromImages = (modes, operation, most) => (rng, pick) => {
  const images = several(() => pick.image(), rng.between(1, most));
  return images.length > 0 ? made(rng.weighted(modes), operation, as('SOURCE_IMAGE', images)) : null;
};

const fromText = (modes, operation) => (rng) => made(rng.weighted(modes), operation);

function music(rng, pick) {
  const images = rng.chance(0.5) ? several(() => pick.image(), rng.between(1, 2)) : [];
  return made('music', 'text_to_music', as('SOURCE_IMAGE', images));
}

/** name → { weight, make }. `null` as create_mode is a row that does not say. */
export const RECIPES = {
  video: {
    t2v: { weight: 14, make: fromText([[6, 'image_text'], [2, 't2v'], [2, null]], 'text_to_video') },
    i2v: { weight: 24, make: fromImages([[8, 'image_text'], [1, 'i2v'], [1, null]], 'image_to_video', 1) },
    transition: { weight: 11, make: transition },
    fusion: { weight: 9, make: fusion },
    extend: { weight: 13, make: fromVideo('extend', 'video_extend', { chain: true }) },
    modify: { weight: 5, make: modify },
    motion_control: { weight: 4, make: motion('motion_control') },
    mimic: { weight: 1, make: motion('mimic') },
    upscale: { weight: 4, make: fromVideo('upscale', 'video_upscale', {}) },
    lip_sync: { weight: 5, make: lipSync },
    video_restyle: { weight: 3, make: withImage('video_restyle', 'restyle', 0.2) },
    replace: { weight: 3, make: withImage('replace', 'video_replace', 1) },
    effect: { weight: 5, make: template },
    sound_effect: { weight: 3, make: fromVideo('sound_effect', 'sound_effect', { path: true }) },
    avatar: { weight: 1, make: fromImages([[1, 'avatar']], 'image_to_video', 1) },
  },
  image: {
    t2i: { weight: 52, make: fromText([[8, 'create_image'], [1, 't2i'], [1, null]], 'text_to_image') },
    i2i: { weight: 42, make: fromImages([[8, 'create_image'], [1, 'i2i'], [1, null]], 'image_to_image', 4) },
    effect: { weight: 6, make: (rng, pick) => imageTemplate(rng, pick) },
  },
  audio: {
    tts: { weight: 60, make: fromText([[1, 'tts']], 'text_to_speech') },
    music: { weight: 40, make: music },
  },
};

function imageTemplate(rng, pick) {
  const images = several(() => pick.image(), rng.between(1, 2));
  return images.length > 0 ? made('effect', 'template', as('SOURCE_IMAGE', images), { templateId: 302325299692700 + rng.int(20) }) : null;
}

/** The recipe that needs no source, for the first rows of a library. */
export const PLAIN = { video: 't2v', image: 't2i', audio: 'tts' };
