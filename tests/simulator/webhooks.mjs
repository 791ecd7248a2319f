// The webhook sender of the open platform: what is sent when a job ends, how it is signed, and when it is sent again.
// Deliveries wait for the clock or a control call; they go to 127.0.0.1 and nowhere else.

import { createHmac } from 'node:crypto';
import { stringify } from './envelope.mjs';
import { webhookBody } from './open-results.mjs';
import { Prng } from './prng.mjs';

const AGAIN_AFTER_S = [2, 10, 30, 60, 300, 900, 3600, 14_400];
const ANSWER_WITHIN_MS = 10_000;

export class Webhooks {
  constructor(state) {
    this.state = state;
    this.urls = new Map();
    this.deliveries = [];
  }

  register(account, url) {
    const { protocol, hostname } = new URL(url);
    if (protocol !== 'http:' || hostname !== '127.0.0.1') throw new RangeError('webhooks go to http://127.0.0.1 only');
    this.urls.set(account, url);
  }

  /** A job of the open platform came to an end: its creation may have asked to hear of it. */
  jobEnded(job, at_ms) {
    if (job.surface !== 'open' || !job.body.webhook_id) return;
    this.deliveries.push({
      number: this.deliveries.length + 1, account: job.account, id: job.asset.id, state: 'waiting', due_ms: at_ms, tries: 0, attempts: [],
      body: stringify(webhookBody(job), this.state.quirks.string_ids), busy: false, last: null,
    });
  }

  /** The request of a delivery's next attempt, signed by the quirks, which `more` can change for this once. */
  request(delivery, more = {}) {
    const { webhook_key_order, webhook_bad_signature, webhook_age_s, webhook_same_nonce } = { ...this.state.quirks, ...more };
    const attempt = webhook_same_nonce ? 1 : delivery.tries + 1;
    const label = `webhook/${this.state.options.seed}/${delivery.number}/${attempt}`;
    const nonce = new Prng(label).uuid().replaceAll('-', '');
    const timestamp = String(this.seconds() - webhook_age_s);
    const { secret } = delivery.account.webhook;
    const text = `${timestamp}\n${nonce}\n${formOf(delivery.body, webhook_key_order)}`;
    const signature = createHmac('sha256', webhook_bad_signature ? `${secret}!` : secret).update(text).digest('base64');
    return {
      url: this.urls.get(delivery.account.name) ?? null,
      headers: {
        'content-type': 'application/json', 'webhook-timestamp': timestamp, 'webhook-nonce': nonce, 'webhook-signature': signature,
        'ai-trace-id': new Prng(`${label}/trace`).uuid(),
      },
      body: delivery.body,
    };
  }

  /** Receivers compare with the real time; a clock that stands still can be told to agree. */
  seconds() {
    const isReal = this.state.runs || this.state.quirks.webhook_real_time;
    return Math.floor((isReal ? Date.now() : this.state.clock_ms) / 1000);
  }

  /** Those that the clock has come to, in the order of the quirk. */
  due() {
    const due = this.deliveries.filter((d) => d.state === 'waiting' && !d.busy && d.due_ms <= this.state.clock_ms && this.urls.has(d.account.name));
    due.sort((x, y) => x.due_ms - y.due_ms || x.number - y.number);
    return this.state.quirks.webhook_reversed ? due.reverse() : due;
  }

  async deliverDue() {
    for (const delivery of this.due()) await this.deliver(delivery);
  }

  /** One attempt, as many copies of it as the quirk says. `again` sends the last attempt as it was. */
  async deliver(delivery, { again = false, ...more } = {}) {
    const request = again && delivery.last ? delivery.last : this.request(delivery, more);
    if (request.url === null) throw new RangeError(`account ${delivery.account.name} has no webhook url`);
    delivery.busy = true;
    delivery.last = request;
    const copies = more.webhook_copies ?? this.state.quirks.webhook_copies;
    const answers = [];
    for (let i = 0; i < copies; i += 1) answers.push(await post(request));
    delivery.busy = false;
    this.note(delivery, answers);
    return delivery;
  }

  note(delivery, answers) {
    const at = new Date(this.state.clock_ms).toISOString();
    delivery.attempts.push(...answers.map((answer) => ({ at, nonce: delivery.last.headers['webhook-nonce'], ...answer })));
    if (delivery.state !== 'waiting') return;
    const wait_s = AGAIN_AFTER_S[delivery.tries];
    delivery.tries += 1;
    if (answers.some((answer) => answer.status === 200 && answer.body === 'ok')) delivery.state = 'delivered';
    else if (wait_s === undefined) delivery.state = 'given_up';
    else delivery.due_ms = this.state.clock_ms + wait_s * 1000;
  }
}

/** `key=value&…` of the members, percent-encoded like a form. Ids are taken from the text, so that no digit is lost. */
export function formOf(json, order) {
  const members = Object.entries(JSON.parse(json.replace(/("id":)(\d+)/, '$1"$2"')));
  if (order === 'sorted') members.sort(([x], [y]) => (x < y ? -1 : 1));
  return new URLSearchParams(members.map(([name, value]) => [name, String(value)])).toString();
}

async function post({ url, headers, body }) {
  try {
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    return { status: response.status, body: (await response.text()).slice(0, 200) };
  } catch (error) {
    return { status: null, body: error.message };
  }
}

export function deliveryView({ number, account, id, state, due_ms, attempts, body }) {
  return { number, account: account.name, id, state, due: state === 'waiting' ? new Date(due_ms).toISOString() : null, attempts, body };
}
