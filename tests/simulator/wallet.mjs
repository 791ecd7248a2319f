// Credits: what a creation costs, what is spent and given back, and the records of it.
// Each account has two of these, one for the library interface and one for the open platform.

const PER_SECOND = { '360p': 4, '540p': 6, '720p': 10, '1080p': 20, '1440p': 30, '2160p': 40 };
const IMAGE = 10;
const FLAT = { upscale: 30, sound_effect: 10, mask: 5 };

/** Credits for one output. The numbers are ours; only that they grow with quality and length is known. */
export function priceOf({ media_type, recipe, quality, duration_s }) {
  if (media_type !== 'video') return IMAGE;
  return FLAT[recipe] ?? Math.ceil((PER_SECOND[quality] ?? PER_SECOND['720p']) * duration_s);
}

/** Credits are taken from the day's, then the month's, then the bought ones; what comes back goes to the month's. */
export class Wallet {
  constructor({ daily = 0, monthly = 0, bought = 0 }) {
    Object.assign(this, { daily, monthly, bought });
    this.records = [];
  }

  get total() {
    return this.daily + this.monthly + this.bought;
  }

  /** Whoever spends has looked at `total` before. */
  spend(credits, of) {
    let left = credits;
    for (const purse of ['daily', 'monthly', 'bought']) {
      const taken = Math.min(left, this[purse]);
      this[purse] -= taken;
      left -= taken;
    }
    this.note('used', -credits, of);
  }

  refund(credits, of) {
    this.monthly += credits;
    this.note('earned', credits, of);
  }

  /** `of`: `{ operation, media_type, id, time_ms }`. The newest record comes first. */
  note(kind, credits, of) {
    if (credits !== 0) this.records.unshift({ kind, credits, ...of });
  }
}
