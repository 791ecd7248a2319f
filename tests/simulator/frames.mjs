// Stills of a video, and the look at a character before motion control: what the CLI asks before it creates.

import { ApiError, idText } from './envelope.mjs';
import { frameKey, urlOf } from './inputs.mjs';
import { byKey, keyOf } from './named-sources.mjs';

/** The video that {video_id | video_path} names; a path need not be listed. */
function named({ body, library }) {
  if (body.video_id) {
    const asset = library.find('video', 'created', idText(body.video_id) ?? '');
    if (!asset?.key) throw new ApiError(500008);
    return asset.key;
  }
  if (!body.video_path) throw new ApiError(400011, 'empty parameter: video_id');
  return byKey(library, 'video', body.video_path).key;
}

/** POST video/frame/at_time {video_id | video_path, time_ms} */
export function atTime(ctx) {
  const { time_ms = 0 } = ctx.body;
  if (!Number.isInteger(time_ms) || time_ms < 0) throw new ApiError(400017, 'invalid parameter: time_ms');
  const frame_path = frameKey(named(ctx), time_ms === 0 ? 'first' : String(time_ms));
  return JSON.stringify({ frame_url: urlOf(frame_path), frame_path });
}

/** POST video/frame/last {video_id | video_path} */
export function last(ctx) {
  return JSON.stringify({ last_frame: urlOf(frameKey(named(ctx), 'last')) });
}

/** POST video/mimic/precheck {paths, type} */
export function precheck({ body }) {
  if (!Array.isArray(body.paths) || body.paths.length === 0) throw new ApiError(400011, 'empty parameter: paths');
  return JSON.stringify({ pass: true, result: body.paths.map((path) => ({ path: keyOf(path), pass: true, faces: 1 })) });
}
