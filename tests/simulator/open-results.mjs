// What the open platform tells of a job: its state and its file, and nothing of what it was made from
// (but for the input ids of images).

import { ApiError, idText, stringify } from './envelope.mjs';
import { urlOf } from './inputs.mjs';
import { fileMembers, isoTime, PLACEHOLDER_IMAGE, PLACEHOLDER_VIDEO } from './rows.mjs';

const OPTIONS = { ext_info: null, agent_info: null, cameo_id_list: null, duration_type: 0, fusion_id_list: null, model_evaluator: null };

/** The job's asset, looked at once more. */
function asked({ state, account }, media_type, id) {
  const asset = account.open.find(media_type, 'created', idText(id) ?? '');
  if (!asset) throw new ApiError(500008);
  state.jobs.look(asset);
  return { asset, job: state.jobs.byAsset.get(asset) };
}

/** Waiting and working are one number here. */
const statusOf = ({ status }) => ([9, 10].includes(status) ? 5 : status);

function common({ asset, job }) {
  const isRendered = asset.url_state === 'full' || asset.url_state === 'blank_url';
  return {
    seed: asset.seed, status: statusOf(asset), create_time: isoTime(asset.created_ms), modify_time: isoTime(job?.history.at(-1)?.at_ms ?? asset.created_ms),
    outputWidth: isRendered ? asset.width : 0, outputHeight: isRendered ? asset.height : 0, credits: job?.credits ?? 0,
  };
}

/** GET video/result/{id} */
export function videoResult(ctx, id) {
  const found = asked(ctx, 'video', id);
  return stringify(videoBody(found), ctx.quirks.string_ids);
}

export function videoBody(found) {
  const { asset } = found;
  return {
    id: BigInt(asset.id), prompt: asset.prompt, negative_prompt: asset.negative_prompt, resolution_ratio: 0,
    ...fileMembers(asset, 'url', 'path', PLACEHOLDER_VIDEO), size: 5, style: '', ...common(found), quality: asset.quality, duration: asset.duration_s,
    aspect_ratio: asset.aspect_ratio, has_audio: asset.extra.audio, customer_paths: { ...OPTIONS, thinking_type: '', caption_switch: false, use_api_gen_image: false },
  };
}

/** GET image/result/{id} */
export function imageResult(ctx, id) {
  const found = asked(ctx, 'image', id);
  const { asset } = found;
  const { url } = fileMembers(asset, 'url', 'path', PLACEHOLDER_IMAGE);
  const inputs = asset.sources.map((s) => s.target);
  return stringify({
    image_id: BigInt(asset.id), prompt: asset.prompt, prompt_translate: asset.prompt, url, template_id: asset.extra.templateId ?? 0, ...common(found),
    customer_paths: { customer_img_paths: inputs.map((t) => t.key), gen_img_req_img_ids: inputs.map((t) => BigInt(t.id)), ...OPTIONS },
  }, ctx.quirks.string_ids);
}

/** The body of a webhook: the job's end, without prompt and sources. */
export function webhookBody({ asset, credits }) {
  return { id: BigInt(asset.id), status: statusOf(asset), url: asset.url_state === 'full' ? urlOf(asset.key) : '', size: 5, has_audio: asset.extra.audio, credits };
}
