// One account's library in one workspace: the lists a walk goes through, rows by id, and what happens to them.
// Rows are spelled once and kept as JSON text, so that a page is a join of ready pieces.

import { stringify } from './envelope.mjs';
import { hash32 } from './prng.mjs';
import { rowOf } from './rows.mjs';
import { truthOf } from './truth.mjs';

export const TABS = ['video', 'image', 'audio'];
const STATUS_MEMBERS = ['video_status', 'image_status', 'audio_status', 'asset_status'];

export class Library {
  constructor(world, owner, quirks) {
    this.world = world;
    this.owner = owner;
    this.quirks = quirks;
    this.shown = new Map();
    this.listings = 0;
    // The answers to creations that came with an idempotency key.
    this.repeats = new Map();
    this.forget();
  }

  /** Drops what was derived; after a change to rows or quirks. */
  forget() {
    this.lists = new Map();
    this.rows = new Map();
    this.index = new Map();
    this.promised = new Set();
    this.uuids = null;
    for (const asset of this.world.assets) {
      if (asset.making === 'created' && asset.key && !['full', 'blank_url'].includes(asset.url_state)) this.promised.add(asset.key);
      if (asset.listed) this.index.set(`${asset.media_type}/${asset.making}/${asset.id}`, asset);
    }
  }

  /** The listed assets of one walk in the order of the `order` quirk; newest first unless told. */
  list(media_type, making) {
    const name = `${media_type}/${making}`;
    if (!this.lists.has(name)) {
      const of = this.world.assets.filter((a) => a.listed && a.media_type === media_type && a.making === making);
      this.lists.set(name, of.sort(comparator(this.quirks.order)));
    }
    return this.lists.get(name);
  }

  find(media_type, making, id) {
    return this.index.get(`${media_type}/${making}/${id}`);
  }

  /** The asset whose files carry this uuid. */
  ofUuid(uuid) {
    this.uuids ??= new Map(this.world.assets.filter((asset) => asset.uuid).map((asset) => [asset.uuid, asset]));
    return this.uuids.get(uuid);
  }

  /** The row as JSON text; `listed` marks a listing, which the volatile members and the blank urls count. */
  rowJson(asset, listed = false) {
    const before = this.shown.get(asset) ?? 0;
    if (listed) this.shown.set(asset, before + 1);
    const { volatile, blank_urls, asset_named_rows, string_ids } = this.quirks;
    if (volatile || blank_urls || asset_named_rows) return stringify(this.disturb(asset, before), string_ids);
    if (!this.rows.has(asset)) this.rows.set(asset, stringify(rowOf(asset, this.owner), string_ids));
    return this.rows.get(asset);
  }

  disturb(asset, before) {
    const plain = rowOf(asset, this.owner);
    if (plain === null || typeof plain !== 'object' || Array.isArray(plain)) return plain;
    let row = { ...plain };
    if (this.quirks.volatile && 'likes' in row) row.likes += this.listings;
    if (this.quirks.volatile && row.queue_data) row.queue_data = { ...row.queue_data, queue_count: this.listings };
    if (this.quirks.blank_urls && before > 0 && hash32(asset.id) % 3 === 0) row = blankUrls(row, this.quirks.blank_urls);
    if (this.quirks.asset_named_rows) row = nameByAsset(row);
    return row;
  }

  /** A new asset at the top of its list. */
  add(wanted, now_ms) {
    const asset = this.world.add({ ...wanted, created_ms: now_ms });
    this.forget();
    return asset;
  }

  /** A new asset whose making is known (world.mjs). */
  place(media_type, making, members) {
    const asset = this.world.place(media_type, making, members);
    this.forget();
    return asset;
  }

  /** A row of the caller's own making, odd ones included; it is listed and has no part in the truth. */
  addRaw(media_type, making, row, now_ms) {
    const named = row?.video_id ?? row?.image_id ?? row?.audio_id ?? row?.asset_id ?? row?.id;
    const asset = { raw: row, media_type, making, id: String(named ?? `raw-${this.world.assets.length}`), created_ms: now_ms, sources: [], listed: true };
    this.world.assets.push(asset);
    this.forget();
    return asset;
  }

  /** The job comes to an end, or is taken up again: the row's status and url go together. */
  settle(asset, status, url_state) {
    asset.status = status;
    asset.url_state = url_state ?? { 1: 'full', 7: 'placeholder', 10: 'preallocated' }[status] ?? 'blank';
    if (status === 1 && asset.listed) this.world.pool.offer(asset);
    this.forget();
  }

  /** Sets members of a row. A status member also changes the truth; other members change only what is shown. */
  mutate(asset, members) {
    if (asset.raw) asset.raw = { ...asset.raw, ...members };
    else asset.overrides = { ...asset.overrides, ...members };
    for (const name of STATUS_MEMBERS) {
      if (name in members) asset.status = members[name];
    }
    this.forget();
  }

  remove(asset) {
    asset.listed = false;
    this.world.pool.withdraw(asset);
    this.forget();
  }

  truth() {
    return truthOf(this.world.assets);
  }
}

const newestFirst = (x, y) => y.created_ms - x.created_ms || compareIds(y.id, x.id);

function compareIds(x, y) {
  return x.length - y.length || (x < y ? -1 : x > y ? 1 : 0);
}

function comparator(order) {
  if (order === 'oldest') return (x, y) => newestFirst(y, x);
  const [, salt] = /^shuffle:(\d+)$/.exec(order) ?? [];
  if (salt === undefined) return newestFirst;
  return (x, y) => hash32(x.id, Number(salt)) - hash32(y.id, Number(salt)) || compareIds(x.id, y.id);
}

const URL_MEMBERS = ['url', 'image_url', 'audio_url', 'webp_url', 'first_frame', 'last_frame'];
const PATH_MEMBERS = ['video_path', 'image_path', 'path', 'audio_path'];

function blankUrls(row, which) {
  for (const name of which === 'all' ? [...URL_MEMBERS, ...PATH_MEMBERS] : URL_MEMBERS) {
    if (name in row) row[name] = '';
  }
  return row;
}

/** Some library rows say `asset_id` and `asset_status` only. */
function nameByAsset(row) {
  const { video_id, image_id, video_status, image_status, ...rest } = row;
  const status = video_status ?? image_status;
  return status === undefined ? rest : { ...rest, asset_status: status };
}
