// Builds a library out of a seed: what was made when, from what, and how its row will spell it.
// This is the model that truth.mjs reads and rows.mjs shows; it never looks at a row. No clock: times come in.

import { PLAIN, RECIPES } from './modes.mjs';
import { makePrompt, longPrompt } from './prompts.mjs';
import { Prng } from './prng.mjs';
import { makeAbsent, SourcePool } from './sources.mjs';

export const DEFAULT_COUNTS = {
  videos: 240, images: 160, audio: 20, uploaded_images: 60, uploaded_videos: 10, uploaded_audio: 3, same_time: 50,
};

const ID_BASE = {
  'video/created': 431_000_000_000_000, 'image/created': 432_000_000_000_000, 'audio/created': 433_000_000_000_000,
  'image/uploaded': 434_000_000_000_000, 'video/uploaded': 435_000_000_000_000, 'audio/uploaded': 436_000_000_000_000,
};
// Ids grow with time, in steps of up to 7,919: 10,000 rows stay well inside one account's 10^10.
const ID_STEP = 7919;
const ACCOUNT_STRIDE = 10_000_000_000;

const MODELS = { video: ['v6', 'v5.6', 'v5.5', 'pixverse-c1', 'v5', 'grok-imagine'], image: ['gpt-image-2.0', 'gemini-3.1-flash', 'qwen-image', 'seedream-4.5'] };
const SIZES = [[1280, 720, '16:9'], [720, 1280, '9:16'], [1024, 1024, '1:1'], [1920, 1080, '16:9'], [960, 720, '4:3']];
const DAY_MS = 86_400_000;

// The commonest state first; a refused or unfinished row shows a placeholder, a pre-allocated url, or nothing.
const VIDEO_STATES = [
  [840, [1, 'full']], [30, [1, 'blank_url']], [25, [7, 'placeholder']], [20, [7, 'full']], [10, [7, 'blank']], [35, [8, 'blank']],
  [15, [5, 'blank']], [8, [5, 'placeholder']], [15, [10, 'preallocated']], [5, [9, 'blank']], [2, [3, 'placeholder']], [2, [17, 'blank']],
];
const IMAGE_STATES = [[900, [1, 'full']], [30, [1, 'blank_url']], [25, [7, 'placeholder']], [20, [8, 'blank']], [15, [5, 'blank']], [10, [10, 'preallocated']]];
const AUDIO_STATES = [[90, [1, 'full']], [6, [8, 'blank']], [4, [5, 'blank']]];
const STATES = { video: VIDEO_STATES, image: IMAGE_STATES, audio: AUDIO_STATES };

/** One library: its assets oldest first, and what it takes to make more of them. */
export class World {
  constructor({ seed, account_index = 0, now_ms, ids = 'number', id_offset = 0, shared = [], counts = {} }) {
    this.rng = new Prng(seed);
    this.account_index = account_index;
    this.big = ids === 'big';
    this.id_offset = id_offset;
    this.counts = { ...DEFAULT_COUNTS, ...counts };
    this.sequence = {};
    this.assets = [];
    this.pool = new SourcePool(this.rng.fork('pool'));
    this.build(now_ms, shared);
  }

  build(now_ms, shared) {
    const slots = this.timeline();
    const times = this.times(slots, now_ms);
    const firstOf = { video: forcedRecipes('video'), image: forcedRecipes('image'), audio: forcedRecipes('audio') };
    const lent = shared.slice();
    slots.forEach((slot, i) => {
      const early = i < slots.length / 4;
      const forced = slot.making === 'created' && !early ? firstOf[slot.media_type].pop() : undefined;
      const twin = slot.making === 'uploaded' && slot.media_type === 'image' ? lent.pop() : undefined;
      this.add({ ...slot, recipe: forced, created_ms: times[i], key: twin?.key, uuid: twin?.uuid });
    });
    this.shareDigits();
  }

  /** Which kind of asset comes when; uploads lean to the past, so that there is something to make things from. */
  timeline() {
    const c = this.counts;
    const kinds = [
      ['video', 'created', c.videos], ['image', 'created', c.images], ['audio', 'created', c.audio],
      ['image', 'uploaded', c.uploaded_images], ['video', 'uploaded', c.uploaded_videos], ['audio', 'uploaded', c.uploaded_audio],
    ];
    const rng = this.rng.fork('timeline');
    const slots = kinds.flatMap(([media_type, making, n]) => Array.from({ length: n }, () => ({
      media_type, making, at: rng.float() * (making === 'uploaded' ? 0.6 : 1),
    })));
    return slots.sort((x, y) => x.at - y.at);
  }

  /** About 400 days, steps uneven; the middle of the library shares one second (`same_time` videos of it). */
  times(slots, now_ms) {
    const rng = this.rng.fork('times');
    const step = (400 * DAY_MS) / (slots.length + 1);
    const times = slots.map((_, i) => now_ms - 400 * DAY_MS + Math.floor((i + rng.float()) * step / 1000) * 1000);
    let videos = Math.min(this.counts.same_time, Math.floor(this.counts.videos / 3));
    const from = Math.floor(slots.length / 2);
    for (let i = from; i < slots.length && videos > 0; i += 1) {
      times[i] = times[from];
      if (slots[i].media_type === 'video' && slots[i].making === 'created') videos -= 1;
    }
    return times;
  }

  /** Adds the newest asset; `recipe` names how it is made, else the seed decides. */
  add({ media_type, making = 'created', recipe, created_ms, key, uuid, status }) {
    const rng = this.rng.fork(`${media_type}/${making}/${this.assets.length}`);
    const asset = { media_type, making, id: this.nextId(media_type, making, rng), uuid: uuid ?? rng.uuid(), created_ms, sources: [], extra: {}, listed: true };
    Object.assign(asset, measures(rng, media_type));
    if (making === 'uploaded') this.fillUpload(asset, rng, key);
    else this.fillCreated(asset, rng, recipe, status);
    this.assets.push(asset);
    this.pool.offer(asset);
    return asset;
  }

  /** Adds an asset whose making is known: an upload, or what a job shall make. `members` win over what the seed says. */
  place(media_type, making, members) {
    const rng = this.rng.fork(`placed/${media_type}/${making}/${this.assets.length}`);
    const asset = {
      media_type, making, id: this.nextId(media_type, making, rng), uuid: rng.uuid(), sources: [], extra: {}, listed: true,
      ...measures(rng, media_type), ...members,
    };
    asset.key ??= createdKey(asset, rng);
    this.assets.push(asset);
    if (making === 'uploaded') this.pool.offer(asset);
    return asset;
  }

  fillUpload(asset, rng, key) {
    const ext = { image: rng.pick(['png', 'jpg', 'webp']), video: 'mp4', audio: 'mp3' }[asset.media_type];
    asset.key = key ?? `upload/${asset.uuid}.${ext}`;
    asset.name = rng.pick(['IMG_2041', 'portrait final (2)', 'Ünïcode ñame', 'scan', 'a&b']) + `.${ext}`;
    asset.size_bytes = rng.between(40_000, 9_000_000);
    asset.status = null;
    asset.url_state = 'full';
  }

  fillCreated(asset, rng, wanted, status) {
    const { recipe, made } = this.makeFrom(asset.media_type, rng, wanted);
    Object.assign(asset, { recipe, create_mode: made.create_mode, operation: made.operation, sources: made.sources, extra: made.extra });
    const [code, url_state] = rng.weighted(STATES[asset.media_type]);
    asset.status = status ?? code;
    asset.url_state = status === undefined ? url_state : status === 1 ? 'full' : 'blank';
    asset.key = createdKey(asset, rng);
    asset.prompt = this.assets.length === 17 ? longPrompt() : makePrompt(rng);
    asset.negative_prompt = rng.chance(0.2) ? 'blur, text' : '';
    asset.platform = rng.chance(0.3) ? 'CLI' : 'web';
    asset.placement = placement(asset, rng);
    asset.naming = naming(asset, rng);
  }

  /** A wanted recipe is tried some times (its sources are drawn); without sources it falls back to the plain one. */
  makeFrom(media_type, rng, wanted) {
    const recipes = RECIPES[media_type];
    const name = wanted ?? rng.weighted(Object.entries(recipes).map(([n, r]) => [r.weight, n]));
    const pick = this.pool.picker(rng);
    for (let tries = 0; tries < 4; tries += 1) {
      const made = recipes[name].make(rng, pick);
      if (made) return { recipe: name, made };
    }
    return { recipe: PLAIN[media_type], made: recipes[PLAIN[media_type]].make(rng, pick) };
  }

  nextId(media_type, making, rng) {
    const kind = `${media_type}/${making}`;
    const next = (this.sequence[kind] ?? 0) + 1 + rng.int(ID_STEP);
    this.sequence[kind] = next;
    const id = String(ID_BASE[kind] + this.id_offset + this.account_index * ACCOUNT_STRIDE + next);
    return this.big ? `627${id}` : id;
  }

  /** One upload has the digits of one created image: they are different things all the same. */
  shareDigits() {
    const upload = this.assets.find((a) => a.making === 'uploaded' && a.media_type === 'image');
    const created = this.assets.find((a) => a.making === 'created' && a.media_type === 'image');
    if (upload && created) upload.id = created.id;
  }

  /** Something that rows name and no listing shows. */
  absent(media_type) {
    return makeAbsent(this.rng.fork(`absent/${this.assets.length}`), media_type, 'key');
  }
}

/** Every recipe, so that even a small library has each at least once; the rarest are placed first. */
function forcedRecipes(media_type) {
  return Object.keys(RECIPES[media_type]);
}

function measures(rng, media_type) {
  const [width, height, aspect_ratio] = rng.pick(SIZES);
  return {
    width, height, aspect_ratio, duration_s: rng.pick([5, 8, 10]), quality: rng.pick(['540p', '720p', '1080p']),
    model: media_type === 'audio' ? 'speech-2.8-hd' : rng.pick(MODELS[media_type]), seed: rng.int(2_147_483_647), off_peak: rng.chance(0.1),
  };
}

function createdKey(asset, rng) {
  switch (asset.media_type) {
    case 'video': return `pixverse/mp4/media/web/ori/${asset.uuid}${rng.chance(0.7) ? `_seed${asset.seed}` : ''}.mp4`;
    case 'image': return `pixverse/i2i/ori/${asset.uuid}.png`;
    default: return `pixverse/audio/media/web/ori/${asset.uuid}.mp3`;
  }
}

function placement(asset, rng) {
  if (asset.media_type === 'image') return rng.weighted([[6, 'flat'], [2, 'nested'], [2, 'both']]);
  return rng.weighted([[6, 'nested'], [2, 'flat'], [2, 'both']]);
}

/** Under which names a row gives its sources: by id, path, url, several of them, as objects. */
function naming(asset, rng) {
  const video = asset.sources.find((s) => s.target.media_type === 'video')?.target;
  return {
    image: rng.weighted([[4, 'path'], [2, 'url'], [5, 'path+url'], [asset.recipe === 'transition' || asset.recipe === 'i2i' ? 1 : 0, 'objects']]),
    video: video ? videoNaming(asset, video, rng) : 'path',
    ends: rng.chance(0.4),
    nestedId: asset.placement === 'nested' && rng.chance(0.3),
    nestedMode: asset.placement === 'nested' && asset.create_mode !== null && asset.media_type === 'video' && rng.chance(0.15),
  };
}

const BY_ID = new Set(['extend', 'modify', 'upscale', 'motion_control', 'mimic']);

function videoNaming(asset, video, rng) {
  if (video.absent) return video.names;
  if (!BY_ID.has(asset.recipe) || video.making === 'uploaded') return rng.pick(['path', 'url', 'path+url']);
  return rng.weighted([[2, 'id'], [2, 'path'], [1, 'url'], [6, 'both']]);
}
