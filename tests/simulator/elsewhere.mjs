// Files that the provider does not have, at `/elsewhere/<how>/<name>`: what the rest of the web does to whoever fetches a url.

import { mediaFor } from './media.mjs';

const LARGE = 10 * 1024 * 1024 + 1;

const plain = (status, body, headers = {}) => ({ status, headers: { 'content-type': 'text/plain', ...headers }, body });
const moved = (location) => plain(302, '', { location });

/** How a url behaves, by the first part of its path. */
const WAYS = {
  plain: (name) => file(name),
  // Without a length.
  chunked: (name) => ({ ...file(name), chunked: true }),
  untyped: (name) => ({ ...file(name), headers: { 'content-type': 'application/octet-stream' } }),
  moved: (name) => moved(`../plain/${name}`),
  circle: (name) => moved(`../circle/${name}`),
  inside: () => moved('http://169.254.169.254/latest/meta-data'),
  control: () => moved('/__sim/log'),
  large: (name) => ({ ...file(name), body: Buffer.alloc(LARGE) }),
  endless: (name) => ({ ...file(name), body: Buffer.alloc(LARGE), chunked: true }),
  page: () => plain(200, '<!doctype html><p>No file</p>', { 'content-type': 'text/html' }),
  missing: () => plain(404, 'no such file'),
};

function file(name) {
  const { type, body } = mediaFor(`elsewhere/${name}`);
  return { status: 200, headers: { 'content-type': type }, body };
}

/** GET of `<how>/<name>`. */
export function elsewhere(path) {
  const [how, ...name] = path.split('/');
  return WAYS[how]?.(name.join('/')) ?? WAYS.missing();
}
