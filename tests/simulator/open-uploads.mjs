// Uploads of the open platform: a file in a form, or a url that the provider would fetch. The simulator fetches nothing.

import { ApiError, stringify } from './envelope.mjs';
import { sizeOfPicture } from './measure.mjs';
import { markOf } from './outcomes.mjs';
import { urlOf } from './inputs.mjs';

const IMAGE = { limit: 20 * 1024 * 1024, ends: ['png', 'webp', 'jpg', 'jpeg'] };
const MEDIA = { limit: 50 * 1024 * 1024, video: ['mp4', 'mov', 'webm'], audio: ['mp3', 'wav', 'm4a', 'aac'] };
const LONGEST_SIDE = 4000;

const endOf = (name) => /\.(\w+)(?:[?#].*)?$/.exec(name ?? '')?.[1]?.toLowerCase();

/** `{ name, bytes? }` out of a form: the file member, or the url member. */
function given({ form, body }, file, url) {
  const sent = form?.files[file];
  if (sent) return { name: sent.filename, type: sent.type, bytes: sent.bytes };
  const address = body[url];
  if (!address) throw new ApiError(400011, `empty parameter: ${file}`);
  if (!/^https?:\/\/[^/]+\/./.test(address)) throw new ApiError(500042);
  return { name: address };
}

/** The documented refusal of this one has an envelope of its own. */
function moderate({ name }) {
  if (markOf(decodeURIComponent(name)) === 'forbidden') throw Object.assign(new ApiError(500052, 'refused by moderation', 500), { lower_case: true });
}

function keep({ state, account }, media_type, end, sent, members) {
  const asset = account.open.place(media_type, 'uploaded', {
    created_ms: state.clock_ms, status: null, url_state: 'full', name: sent.name, size_bytes: sent.bytes?.length ?? 0, key: null, ...members,
  });
  asset.key = `upload/${asset.uuid}.${end}`;
  if (sent.bytes) state.objects.set(asset.key, { type: sent.type || 'application/octet-stream', bytes: sent.bytes });
  return asset;
}

/** POST image/upload: form member `image` or `image_url` */
export function uploadImage(ctx) {
  const sent = given(ctx, 'image', 'image_url');
  moderate(sent);
  const end = endOf(sent.name) ?? 'png';
  if (!IMAGE.ends.includes(end)) throw new ApiError(500032);
  if (sent.bytes?.length > IMAGE.limit) throw new ApiError(500030);
  const size = sent.bytes ? sizeOfPicture(sent.bytes) : null;
  if (size && Math.max(size.width, size.height) > LONGEST_SIDE) throw new ApiError(500033);
  const asset = keep(ctx, 'image', end, sent, size ?? {});
  const names = ctx.quirks.upload_members === 'pascal' ? ['ImgID', 'ImgUrl'] : ['img_id', 'img_url'];
  return stringify({ [names[0]]: BigInt(asset.id), [names[1]]: urlOf(asset.key) }, ctx.quirks.string_ids);
}

/** POST media/upload: form member `file` or `file_url`, `media_type` */
export function uploadMedia(ctx) {
  const sent = given(ctx, 'file', 'file_url');
  moderate(sent);
  const end = endOf(sent.name) ?? 'mp4';
  const media_type = MEDIA.video.includes(end) ? 'video' : MEDIA.audio.includes(end) ? 'audio' : null;
  if (!media_type || (ctx.body.media_type && ctx.body.media_type !== media_type)) throw new ApiError(400017, 'invalid parameter: media_type');
  if (sent.bytes?.length > MEDIA.limit) throw new ApiError(500041);
  const asset = keep(ctx, media_type, end, sent, {});
  return stringify({ media_id: BigInt(asset.id), media_type, url: urlOf(asset.key) }, ctx.quirks.string_ids);
}
