// The minute tick of local runs: wrangler dev fires no cron by itself, and its queues forget delayed messages when
// they are killed. What the tick does is the Worker's business.

import { say } from './output.mjs';

const EVERY_MS = 60_000;

// Ticks at once and then every minute, without making anybody wait for it. A failed tick is reported once, until one succeeds again.
export function startTicking(address) {
  let isFailing = false;
  const tick = async () => {
    const problem = await tickOnce(address);
    if (problem && !isFailing) say(`The scheduler tick failed (${problem}); it is tried again every minute`);
    isFailing = problem !== null;
  };
  tick();
  setInterval(tick, EVERY_MS).unref();
}

// Null, or what went wrong.
async function tickOnce(address) {
  try {
    const response = await fetch(`${address}/__scheduled`, { signal: AbortSignal.timeout(30_000) });
    await response.arrayBuffer();
    return response.ok ? null : `status ${response.status}`;
  } catch (error) {
    return error.cause?.code ?? error.message;
  }
}
