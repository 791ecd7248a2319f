// asset/library/list and the two older personal lists: which rows a page has and what it says of the rest.
// Offsets are positions; quirks may put holes between rows, so a position is not always a row.

import { ApiError } from './envelope.mjs';
import { TABS } from './library.mjs';

const GARBAGE = {
  null: 'null', text: '"not a row"', number: '7', list: '[]', no_id: '{"video_status":1,"prompt":"no id here"}',
  zero_id: '{"video_id":0,"image_id":"","id":null,"prompt":"an id of nothing"}',
};

/** POST asset/library/list */
export function listLibrary(ctx) {
  const { tab, asset_source, folder_id } = ctx.body;
  if (!TABS.includes(tab)) throw new ApiError(400017, `invalid parameter: tab ${JSON.stringify(tab)}`);
  if (asset_source !== 0 && asset_source !== 1) throw new ApiError(400017, 'invalid parameter: asset_source');
  const page = takePage(ctx, tab, asset_source === 1 ? 'created' : 'uploaded', Boolean(folder_id));
  return renderPage(ctx, page, 'data');
}

/** POST video/list/personal */
export function listVideos(ctx) {
  return renderPage(ctx, takePage(ctx, 'video', 'created', false), 'data');
}

/** POST image/list/personal */
export function listImages(ctx) {
  return renderPage(ctx, takePage(ctx, 'image', 'created', false), ctx.quirks.personal_rows_key);
}

function takePage(ctx, media_type, making, inFolder) {
  const { quirks, library, body } = ctx;
  const asked = wholeNumber(body.limit, 20, 'limit', 1);
  const limit = Math.min(asked, quirks.max_limit);
  const offset = wholeNumber(body.offset, 0, 'offset', 0);
  const scale = quirks.next_offset === 'scaled' ? 10 : 1;
  const rows = inFolder ? [] : filtered(ctx, sorted(body, library.list(media_type, making)));
  const holes = holesOf(quirks);
  const from = Math.floor(offset / scale);
  const take = quirks.short_pages === 'next_offset' || ctx.fault?.kind === 'short_page' ? Math.ceil(limit * 0.6) : limit;
  const end = holes.positions(rows.length);
  const to = Math.min(from + take, Math.max(end, from));
  const assets = [];
  for (let at = from; at < to; at += 1) {
    const index = holes.rowAt(at);
    if (index !== null && index < rows.length) assets.push(rows[index]);
  }
  const more = to < end;
  const back = quirks.next_offset === 'overlap' && more ? Math.min(5, to - from - 1) : 0;
  const page = { assets, total: rows.length, has_more: more, next_offset: (to - back) * scale, media_type, making };
  return ctx.fault?.kind === 'empty_page' ? { ...page, assets: [] } : page;
}

function wholeNumber(value, otherwise, name, least) {
  if (value === undefined || value === null) return otherwise;
  if (!Number.isInteger(value) || value < least) throw new ApiError(400017, `invalid parameter: ${name}`);
  return value;
}

/** Audio lists can be asked for the other way round. */
function sorted(body, rows) {
  return body.sort_field === 'created_at' && String(body.sort_type).toLowerCase() === 'asc' ? rows.slice().reverse() : rows;
}

/** Without any `filter` the provider shows a recent window only; `{}` shows all. */
function filtered(ctx, rows) {
  const { filter } = ctx.body;
  if (filter === undefined || filter === null) {
    // The CLI's audio list has no filter member and expects the whole list.
    return ctx.body.tab === 'audio' ? rows : recent(ctx, rows, ctx.quirks.default_window_days);
  }
  const { start_time, end_time, off_peak } = filter;
  if (start_time === undefined && end_time === undefined && !off_peak) return recent(ctx, rows, ctx.quirks.empty_filter_window_days);
  return rows.filter((asset) => (start_time === undefined || asset.created_ms >= start_time * 1000)
    && (end_time === undefined || asset.created_ms <= end_time * 1000)
    && (!off_peak || asset.off_peak));
}

/** The rows of the last days; of no days all. */
function recent({ state }, rows, days) {
  return days === 0 ? rows : rows.filter((asset) => asset.created_ms >= state.clock_ms - days * 86_400_000);
}

/** Positions that hold no row: a gap in the middle, or every fifth one. */
function holesOf(quirks) {
  if (quirks.empty_page) {
    const { at = 100, size = 50 } = quirks.empty_page;
    return {
      positions: (rows) => (rows > at ? rows + size : rows),
      rowAt: (position) => (position < at ? position : position < at + size ? null : position - size),
    };
  }
  if (quirks.short_pages === 'hidden') {
    return {
      positions: (rows) => rows + Math.floor(Math.max(rows - 1, 0) / 4),
      rowAt: (position) => (position % 5 === 4 ? null : position - Math.floor(position / 5)),
    };
  }
  return { positions: (rows) => rows, rowAt: (position) => position };
}

function renderPage(ctx, page, key) {
  const { quirks, library } = ctx;
  library.listings += 1;
  for (const asset of page.assets) ctx.state.jobs.look(asset);
  const rows = page.assets.map((asset) => library.rowJson(asset, true));
  for (const kind of quirks.garbage_rows) rows.splice(Math.min(3, rows.length), 0, GARBAGE[kind] ?? 'null');
  afterPage(ctx, page);
  const list = ctx.fault?.kind === 'data_null' || (quirks.data_null && rows.length === 0) ? 'null' : `[${rows.join(',')}]`;
  if (key === 'array') return list;
  const members = { total: page.total, has_more: page.has_more, next_offset: page.next_offset };
  if (ctx.body.web_offset !== undefined) Object.assign(members, { web_has_more: false, web_next_offset: 0 });
  for (const name of [...quirks.missing_members, ...(ctx.fault?.members ?? [])]) delete members[name];
  return [`{${JSON.stringify(key)}:${list}`, ...Object.entries(members).map(([name, value]) => `${JSON.stringify(name)}:${value}`)].join(',') + '}';
}

/** The library moves on while somebody walks through it. */
function afterPage({ quirks, library, state }, page) {
  const { insert_between_pages: insert, delete_between_pages: remove } = quirks;
  if (due(insert, page)) {
    for (let i = 0; i < (insert.count ?? 1); i += 1) {
      library.add({ media_type: page.media_type, making: page.making, recipe: insert.recipe ?? undefined }, state.clock_ms);
    }
  }
  if (due(remove, page)) {
    for (const asset of library.list(page.media_type, page.making).slice(0, remove.count ?? 1)) library.remove(asset);
  }
}

/** Counts down `times` (one by default) on pages that have a successor. */
function due(quirk, page) {
  if (!quirk || !page.has_more || (quirk.tab && quirk.tab !== page.media_type) || (quirk.times ?? 1) <= 0) return false;
  quirk.times = (quirk.times ?? 1) - 1;
  return true;
}
