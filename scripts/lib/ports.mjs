// Whether a port is free, asked before anything is started on it.

import { createServer } from 'node:net';

import { Stop } from './output.mjs';

export const HOST = '127.0.0.1';

// `option` is the command line option by which another port is chosen.
export async function requireFreePort(port, option, purpose) {
  const problem = await tryPort(port);
  if (!problem) return;
  const why = problem === 'EADDRINUSE' ? 'is already in use' : `cannot be opened (${problem})`;
  throw new Stop(`port ${port} for ${purpose} ${why}: choose another with \`npm start -- ${option} ${port + 10}\``);
}

function tryPort(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(error.code));
    server.listen({ port, host: HOST, exclusive: true }, () => server.close(() => resolve(null)));
  });
}
