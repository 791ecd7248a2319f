// Which assets a creation request means: by id, by object key, or by url. What the library does not list is a source all the same
// if it lies under one of the provider's folders: the row will name it, and nothing else knows it.

import { ApiError, idText } from './envelope.mjs';

const FOLDERS = /^(upload|pixverse|openapi)\/./;

/** The object key in a path or url, or null. */
export function keyOf(text) {
  if (typeof text !== 'string' || text === '') return null;
  const bare = text.replace(/^https?:\/\/[^/]+\//, '').replace(/[?#].*$/, '').replace(/^\/+/, '');
  try {
    return decodeURIComponent(bare);
  } catch {
    return bare;
  }
}

const invalid = (what) => new ApiError(500047, `provided media is invalid: ${what}`);

/** What can be made from: listed, and finished if it was made here. */
const isUsable = (asset) => asset.listed && (asset.making === 'uploaded' || asset.status === 1);

export function byKey(library, media_type, text) {
  const key = keyOf(text);
  if (key === null || !FOLDERS.test(key)) throw invalid(String(text));
  const asset = library.world.assets.find((a) => a.listed && !a.raw && a.media_type === media_type && a.key === key);
  if (!asset) return absent(library.world, media_type, key);
  if (!isUsable(asset)) throw invalid(key);
  return asset;
}

/** A created asset by its id; also one that is named by id and path at once. */
export function byId(library, media_type, id) {
  const asset = library.find(media_type, 'created', idText(id) ?? '');
  if (!asset || asset.raw || !isUsable(asset)) throw invalid(String(id));
  return asset;
}

/** The same unlisted thing for every request that names it. */
function absent(world, media_type, key) {
  const known = world.pool.absent[media_type];
  const found = known.find((a) => a.key === key && a.names === 'path');
  if (found) return found;
  const made = { absent: true, media_type, making: null, names: 'path', uuid: '', duration_s: 5, key };
  known.push(made);
  return made;
}
