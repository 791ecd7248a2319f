// A preload that leads a client on this machine to a simulator: `SIM_URL=http://127.0.0.1:8788 node --import ./redirect.mjs CLIENT`.
// The official CLI insists on the provider's https host; its requests to that host are rewritten, all others are refused.

const PROVIDER = 'app-api.pixverse.ai';
const through = globalThis.fetch;
const simulator = process.env.SIM_URL;

globalThis.fetch = (input, init) => {
  const request = new Request(input, init);
  const url = new URL(request.url);
  if (url.hostname === PROVIDER) return through(new Request(simulator + url.pathname + url.search, request));
  if (url.hostname === '127.0.0.1') return through(request);
  return Promise.reject(new TypeError(`only the simulator is reachable, not ${url.hostname}`));
};
