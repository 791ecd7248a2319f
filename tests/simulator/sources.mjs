// Where a new asset takes its sources from: the assets made so far, and things no listing shows.
// It hands out targets; what they are used for is modes.mjs.

// Recent things are used again sooner than old ones; an absent thing is named by several children.
const RECENT = 40;
const ABSENT_SHARE = 0.07;
const REUSE_ABSENT = 0.5;

/** Something that rows name and the library does not list. `names`: by what a row can name it ('id', 'path', 'both'). */
export function makeAbsent(rng, media_type, names) {
  const uuid = rng.uuid();
  const absent = { absent: true, media_type, making: null, names, uuid, duration_s: 5 };
  if (names === 'id' || names === 'both') {
    absent.id = String(430_000_000_000_000 + rng.int(900_000_000));
    absent.making = 'created';
  }
  if (names !== 'id') absent.key = absentKey(rng, media_type, uuid);
  return absent;
}

function absentKey(rng, media_type, uuid) {
  if (media_type === 'video') return `pixverse/mp4/media/web/ori/${uuid}_seed${rng.int(1000)}.mp4`;
  if (media_type === 'audio') return `upload/${uuid}.mp3`;
  return rng.pick([`upload/${uuid}.png`, `upload/${uuid}.jpg`, `pixverse/i2i/ori/${uuid}.png`, `pixverse/video/frame/${uuid}.jpg`]);
}

export class SourcePool {
  constructor(rng) {
    this.rng = rng;
    this.usable = { image: [], video: [], audio: [] };
    this.absent = { image: [], video: [], audio: [] };
    this.extended = [];
  }

  /** Only finished media with a known file can be a source. */
  offer(asset) {
    if (asset.making === 'created' && asset.status !== 1) return;
    this.usable[asset.media_type].push(asset);
    if (asset.recipe === 'extend') this.extended.push(asset);
  }

  /** What the user deleted is used no more; the children made before keep naming it. */
  withdraw(asset) {
    this.usable[asset.media_type] = this.usable[asset.media_type].filter((a) => a !== asset);
    this.extended = this.extended.filter((a) => a !== asset);
  }

  /** The three ways to ask for a source; each answers null when there is none yet. */
  picker(rng) {
    return {
      image: () => this.take(rng, 'image', ['path']),
      audio: () => this.take(rng, 'audio', ['path']),
      /** `path`: the mode can only name a file; `chain`: prefer to continue an extension. */
      video: (options) => this.takeVideo(rng, options),
    };
  }

  takeVideo(rng, { path = false, chain = false }) {
    if (chain && this.extended.length > 0 && rng.chance(0.35)) return rng.pick(this.extended.slice(-5));
    return this.take(rng, 'video', path ? ['path'] : ['id', 'both', 'path']);
  }

  take(rng, media_type, names) {
    const usable = this.usable[media_type];
    if (usable.length === 0) return null;
    if (rng.chance(ABSENT_SHARE)) return this.takeAbsent(rng, media_type, names);
    return rng.chance(0.5) ? rng.pick(usable.slice(-RECENT)) : rng.pick(usable);
  }

  takeAbsent(rng, media_type, names) {
    const known = this.absent[media_type].filter((a) => names.includes(a.names));
    if (known.length > 0 && rng.chance(REUSE_ABSENT)) return rng.pick(known);
    const absent = makeAbsent(rng, media_type, rng.pick(names));
    this.absent[media_type].push(absent);
    return absent;
  }
}
