// A Worker and a simulator that know each other, and the requests that a user makes of them. It holds no assertion.

import { createSimulator } from '../simulator/server.mjs';
import { ADMIN_TOKEN, startHarness } from './harness.mjs';

// Starts both; `t.after` ends them. `simulator` are the options of the simulated library; `byHand` leaves the queues
// to the test, `onLine` gets what the Worker logs; `pageFor` gives the folder of the page that shows this simulator's pictures.
export async function startLibrary(t, { simulator: options = {}, vars = {}, byHand = false, onLine, pageFor } = {}) {
  const simulator = await createSimulator({ port: 0, ...options });
  t.after(() => simulator.close());
  const page = pageFor?.(simulator.url);
  const harness = await startHarness({ byHand, onLine, page, vars: { PIXVERSE_SIMULATOR_BASE: simulator.url, ...vars } });
  t.after(() => harness.dispose());
  return { harness, simulator, ...(await newOwner(harness, 'demo')) };
}

// An owner whose accounts live at the simulator, with a client of its own.
export async function newOwner(harness, name) {
  const response = await harness.fetch('/api/v1/owners', {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    body: JSON.stringify({ name, sandbox: true }),
  });
  const { token } = await response.json();
  return { token, api: client(harness, token) };
}

// Requests with a token: status, headers and the parsed body.
export function client(harness, token) {
  return async (method, path, body, headers = {}) => {
    const response = await harness.fetch(path, {
      method,
      headers: { authorization: `Bearer ${token}`, ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
  };
}

export async function connect(api, credential = 'demo-token') {
  const { status, body } = await api('POST', '/api/v1/accounts', {
    provider_id: 'pixverse',
    api: 'library',
    label: 'Demo',
    credential: { type: 'token', value: credential },
  });
  if (status > 201) throw new Error(`no account: ${status} ${JSON.stringify(body)}`);
  return body;
}

// Starts a sync and waits for its end, then for the end of its linking.
export async function sync(api, account, request = {}) {
  const started = await api('POST', `/api/v1/providers/pixverse/accounts/${account.id}/sync-assets`, request);
  if (started.status !== 202) throw new Error(`no run: ${started.status} ${JSON.stringify(started.body)}`);
  return ended(api, `/api/v1/runs/${started.body.id}`);
}

// Asks until the answer is as wanted. The deadline is for a test that would hang, not for its speed.
export async function until(isOver, ask, seconds = 240) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (isOver(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`waited in vain: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

// Asks until a job is no longer active.
export function ended(api, path) {
  return until((job) => job.state !== 'active', async () => (await api('GET', path)).body);
}

// A generation, once it is over.
export function over(api, id) {
  const isOver = ({ state }) => !['pending', 'submitted', 'processing'].includes(state);
  return until(isOver, async () => {
    const { status, body } = await api('GET', `/api/v1/generations/${id}`);
    if (status !== 200) throw new Error(`no generation: ${status} ${JSON.stringify(body)}`);
    return body;
  });
}

// The digest, once no lineage is pending any more.
export function settledDigest(api) {
  return until((digest) => digest.pending_lineage === 0, () => wholeDigest(api));
}

export async function wholeDigest(api) {
  let page = (await api('GET', '/api/v1/digest')).body;
  while (!page.complete) page = (await api('GET', `/api/v1/digest?cursor=${page.next_cursor}`)).body;
  return page;
}
