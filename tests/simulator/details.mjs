// The detail calls, and what can be done with one asset: download and delete.
// An unknown id is ErrCode 500008, never an empty Resp.

import { ApiError, idText } from './envelope.mjs';

const NUMBER_TYPE = ['image', 'video', 'audio'];

export const videoDetail = (ctx) => detail(ctx, 'video', ctx.body.video_id);
export const imageDetail = (ctx) => detail(ctx, 'image', ctx.body.image_id);

/** GET audio/detail?asset_source=1&audio_id= or ?asset_source=0&asset_id= */
export function audioDetail(ctx) {
  const uploaded = ctx.query.get('asset_source') === '0';
  const id = uploaded ? ctx.query.get('asset_id') : ctx.query.get('audio_id') ?? ctx.query.get('asset_id');
  return answer(ctx, [find(ctx, 'audio', uploaded ? 'uploaded' : 'created', id)], (row) => `{"audio":${row}}`);
}

/** GET music/detail?audio_id= */
export function musicDetail(ctx) {
  return answer(ctx, [find(ctx, 'audio', 'created', ctx.query.get('audio_id'))], (row) => `{"audio":${row}}`);
}

function detail(ctx, media_type, id) {
  const found = [find(ctx, media_type, 'created', id)];
  if (ctx.quirks.upload_details) found.push(find(ctx, media_type, 'uploaded', id));
  return answer(ctx, found, (row) => row);
}

function find(ctx, media_type, making, id) {
  return ctx.library.find(media_type, making, idText(id) ?? '');
}

function answer(ctx, found, wrap) {
  const asset = found.find(Boolean);
  switch (ctx.quirks.broken_detail) {
    case 'not_found': throw new ApiError(500008);
    case 'empty': return wrap('{}');
    case 'null': return 'null';
    case 'wrong': return wrap(ctx.library.rowJson(ctx.library.list('video', 'created')[0]));
    default:
  }
  if (!asset) throw new ApiError(500008);
  ctx.state.jobs.look(asset);
  return wrap(ctx.library.rowJson(asset));
}

function file(ctx, media_type, making, id) {
  const asset = find(ctx, media_type, making, id);
  if (!asset?.key) throw new ApiError(500008);
  return `${ctx.state.url}/media/${asset.key}`;
}

export const videoDownload = (ctx) => JSON.stringify({ url: file(ctx, 'video', 'created', ctx.body.video_id) });
export const imageDownload = (ctx) => JSON.stringify({ url: file(ctx, 'image', 'created', ctx.body.image_id) });

/** POST asset/download {items: [{asset_id, asset_type, asset_source}]}: the first item's file. */
export function assetDownload(ctx) {
  const [item] = itemsOf(ctx);
  const url = file(ctx, item.media_type, item.making, item.id);
  return JSON.stringify({ url, download_name: url.slice(url.lastIndexOf('/') + 1) });
}

/** POST asset/library/delete {items: [...]} */
export function deleteAssets(ctx) {
  return removeAll(ctx, itemsOf(ctx).map(({ media_type, making, id }) => find(ctx, media_type, making, id)));
}

export const deleteVideos = (ctx) => removeAll(ctx, created(ctx, 'video', ctx.body.video_ids));
export const deleteImages = (ctx) => removeAll(ctx, created(ctx, 'image', ctx.body.image_ids));

function created(ctx, media_type, ids) {
  if (!Array.isArray(ids) || ids.length === 0) throw new ApiError(400011);
  return ids.map((id) => find(ctx, media_type, 'created', id));
}

/** Nothing is deleted when one of them is not there any more. */
function removeAll(ctx, assets) {
  if (assets.some((asset) => !asset)) throw new ApiError(500064);
  for (const asset of assets) ctx.library.remove(asset);
  return 'null';
}

function itemsOf(ctx) {
  const { items } = ctx.body;
  if (!Array.isArray(items) || items.length === 0) throw new ApiError(400011);
  return items.map((item) => ({
    media_type: NUMBER_TYPE[item?.asset_type], making: item?.asset_source === 0 ? 'uploaded' : 'created', id: item?.asset_id,
  }));
}
