// The jobs that make new media: 10, then 5 or 9, then an end, by the simulator's clock or by how often somebody looks.
// A job moves its asset's row, gives credits back, and frees its slot; who asked for it is creation.mjs or open-generate.mjs.

import { hash32 } from './prng.mjs';
import { isOutcome, markOf, REFUNDED, stepsOf, TERMINAL } from './outcomes.mjs';

// A job that generates for this long has lost its slot anyway.
const SLOT_LIFE_MS = 600_000;
const UNFINISHED = ['preallocated', 'blank', 'placeholder'];

export class Jobs {
  constructor(state) {
    this.state = state;
    this.all = [];
    this.byAsset = new Map();
    this.wishes = [];
    // Ends that account/message has not told yet.
    this.news = [];
  }

  /** How the next jobs that match shall end: `{ outcome, times?, path?, match? }`. */
  wish({ outcome, times = 1, path = '*', match = {} }) {
    stepsOf(outcome);
    const wish = { outcome, times, path, match };
    this.wishes.push(wish);
    return wish;
  }

  /** A job that begins now and is paid for. `given`: asset, library, account, wallet, credits, surface, path, body. */
  begin(given) {
    const { asset, body, wallet, credits } = given;
    wallet.spend(credits, record(asset, this.state.clock_ms));
    const job = { ...given, outcome: this.outcomeFor(given.path, body), looks: 0, status: null, ended: false, slot: true, refunded: false, history: [] };
    const { job_queue_s, job_s } = this.state.quirks;
    const running = hash32(asset.id, 3) % 2 === 0 ? 5 : 9;
    const length_s = job_s + (job_s > 0 ? hash32(asset.id, 4) % 5 : 0);
    let at_ms = asset.created_ms;
    job.steps = [
      { at_ms, status: 10, url_state: this.unfinishedUrl(asset, 'preallocated') },
      { at_ms: at_ms + Math.min(job_queue_s, length_s) * 1000, status: running, url_state: this.unfinishedUrl(asset) },
      ...stepsOf(job.outcome).map((step) => {
        at_ms += (step.after_s ?? length_s) * 1000;
        return { ...step, at_ms };
      }),
    ];
    this.all.push(job);
    this.byAsset.set(asset, job);
    this.advance(job);
    return job;
  }

  outcomeFor(path, body) {
    const wish = this.wishes.find((w) => w.times > 0 && (w.path === '*' || w.path === path)
      && Object.entries(w.match).every(([name, value]) => JSON.stringify(body[name]) === JSON.stringify(value)));
    if (wish) {
      wish.times -= 1;
      return wish.outcome;
    }
    const mark = markOf(body.prompt);
    return mark && isOutcome(mark) ? mark : this.state.quirks.job_outcome;
  }

  /** What a row without media shows for a url; the seed of the id decides unless the quirk does. */
  unfinishedUrl(asset, usual) {
    const { unfinished_url } = this.state.quirks;
    return unfinished_url === 'varied' ? usual ?? UNFINISHED[hash32(asset.id, 5) % UNFINISHED.length] : unfinished_url;
  }

  /** Lets every job go on to where the clock says it is. */
  sweep() {
    for (const job of this.all) {
      if (job.steps.length > 0) this.advance(job);
    }
  }

  advance(job) {
    while (job.steps.length > 0 && job.steps[0].at_ms <= this.state.clock_ms) this.take(job);
  }

  /** Somebody asked for this asset. With `finish_after_looks` that is what moves its job. */
  look(asset) {
    const job = this.byAsset.get(asset);
    const { finish_after_looks } = this.state.quirks;
    if (!job || finish_after_looks === 0 || job.ended) return;
    job.looks += 1;
    if (job.looks >= finish_after_looks) this.finish(job);
    else if (job.looks > 1 && job.steps.length > 0 && !TERMINAL.has(job.steps[0].status)) this.take(job);
  }

  /** Up to its first end; one that never ends gets as far as it goes. */
  finish(job) {
    while (job.steps.length > 0 && !job.ended) this.take(job);
  }

  /** The job ends as it was going to, or as told; what an outcome has for later comes later. */
  settle(job, outcome) {
    if (outcome !== undefined) this.replan(job, stepsOf(outcome));
    if (outcome === undefined) this.finish(job);
    else this.advance(job);
    return job;
  }

  replan(job, steps) {
    let at_ms = this.state.clock_ms;
    job.steps = steps.map((step) => {
      at_ms += (step.after_s ?? 0) * 1000;
      return { ...step, at_ms };
    });
  }

  take(job) {
    const step = job.steps.shift();
    const at_ms = Math.min(step.at_ms, this.state.clock_ms);
    job.status = step.status;
    job.history.push({ status: step.status, at_ms });
    job.library.settle(job.asset, step.status, step.url_state);
    if (!TERMINAL.has(step.status)) return;
    Object.assign(job, { ended: true, slot: false, ended_ms: at_ms });
    this.payBack(job, at_ms);
    this.state.webhooks.jobEnded(job, at_ms);
    if (job.surface === 'library') this.news.push(job);
  }

  payBack(job, time_ms) {
    if (job.refunded || !REFUNDED.has(job.status)) return;
    job.refunded = true;
    job.wallet.refund(job.credits, record(job.asset, time_ms));
  }

  /** Jobs that hold a slot of an account on one surface. */
  used(account, surface, media_type) {
    const since = this.state.clock_ms - SLOT_LIFE_MS;
    return this.all.filter((job) => job.slot && job.account === account && job.surface === surface
      && (media_type === undefined || job.asset.media_type === media_type) && job.asset.created_ms > since).length;
  }

  find({ account, surface, media_type, id }) {
    return this.all.filter((job) => job.asset.id === String(id) && (!account || job.account.name === account)
      && (!surface || job.surface === surface) && (!media_type || job.asset.media_type === media_type));
  }
}

const record = ({ operation, media_type, id }, time_ms) => ({ operation, media_type, id, time_ms });

export function jobView(job) {
  return {
    id: job.asset.id, media_type: job.asset.media_type, account: job.account.name, surface: job.surface, path: job.path, outcome: job.outcome,
    status: job.status, ended: job.ended, credits: job.credits, refunded: job.refunded, looks: job.looks,
    history: job.history.map(({ status, at_ms }) => ({ status, at: new Date(at_ms).toISOString() })),
    next: job.steps.map(({ status, at_ms }) => ({ status, at: new Date(at_ms).toISOString() })),
  };
}
