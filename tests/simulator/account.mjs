// Who is asking: credentials, the account's own calls, workspaces.
// Tokens are made by device.mjs or given at creation; libraries are picked by the `workspace-id` header.

import { ApiError, stringify } from './envelope.mjs';
import { isoTime } from './rows.mjs';

export const TOKEN_LIFE_S = 30 * 24 * 3600;

/** The credential's record, or the refusal the provider gives. */
export function authenticate(state, headers) {
  const [value, kind] = headers.token ? [headers.token, 'token'] : [headers['access-key'], 'access_key'];
  if (!value) throw new ApiError(10003, undefined, undefined);
  const credential = state.credentials.get(value);
  if (!credential || credential.kind !== kind) throw new ApiError(10001);
  if (credential.replaced) throw new ApiError(10005);
  if (credential.expires_ms !== null && state.clock_ms >= credential.expires_ms) throw new ApiError(10002);
  return state.accounts.get(credential.account);
}

/** The library of the request; 0 and no header are the personal one. */
export function libraryFor(account, headers) {
  const workspace = Number(headers['workspace-id'] ?? 0) || 0;
  const library = account.libraries.get(workspace);
  if (!library) throw new ApiError(500401);
  return library;
}

export function getUserInfo({ account }) {
  return stringify({
    AccountId: account.account_id, Username: account.name, Nickname: account.nickname, Mail: account.mail, MemberType: 2, PremiumType: 0,
    HasPassword: true, avatar: '', invite_code: 'SIM123', is_creator: false,
  });
}

export function credits({ account }) {
  return stringify({
    credit_daily: account.wallet.daily, credit_monthly: account.wallet.monthly, credit_package: account.wallet.bought, effect_daily: 0, high_quality_times: 0, renewal_credits: 1200,
    is_new_register_user: false,
  });
}

const RECORD_KIND = { 1: 'earned', 2: 'used' };

/** POST user/credits/records/v2 {Offset, Limit, type}: type 0 is all, 1 what came in, 2 what was spent. */
export function creditRecords({ account, body }) {
  const { Offset: offset = 0, Limit: limit = 20, type = 0 } = body;
  if (!Number.isInteger(offset) || !Number.isInteger(limit) || offset < 0 || limit < 1) throw new ApiError(400017);
  const of = account.wallet.records.filter((r) => type === 0 || r.kind === RECORD_KIND[type]);
  const items = of.slice(offset, offset + limit).map(({ kind, operation, credits, time_ms }) => ({
    acquired_type: kind === 'earned' ? `refund_${operation}` : operation, credits, create_time: isoTime(time_ms),
  }));
  return JSON.stringify({ total: of.length, items });
}

export function concurrency({ account, state, quirks }) {
  const slots = (media_type) => {
    const limit = quirks[`${media_type}_slots`];
    const used = state.jobs.used(account, 'library', quirks.shared_slots ? undefined : media_type);
    return { limit, used, remaining: Math.max(limit - used, 0), unlimited: limit === 0 };
  };
  return JSON.stringify({ image: slots('image'), video: slots('video'), shared_pool: quirks.shared_slots });
}

/** POST account/message: what came to an end since somebody asked last; whoever asks first gets it. */
export function messages({ account, state }) {
  const mine = state.jobs.news.filter((job) => job.account === account);
  state.jobs.news = state.jobs.news.filter((job) => job.account !== account);
  const ids = (media_type) => mine.filter((job) => job.asset.media_type === media_type).map((job) => BigInt(job.asset.id));
  return stringify({ video_list: ids('video'), image_list: ids('image') }, state.quirks.string_ids);
}

export function workspaces({ account }) {
  return JSON.stringify({ active_workspace_id: account.active_workspace_id, workspaces: account.workspaces });
}

/** POST team/workspace/switch {workspace_id}; 0 is the personal one. */
export function switchWorkspace({ account, body }) {
  const workspace = body.workspace_id;
  if (!Number.isInteger(workspace) || !account.libraries.has(workspace)) throw new ApiError(500401);
  account.active_workspace_id = workspace;
  return JSON.stringify({ active_workspace_id: workspace });
}

export function folders() {
  return '{"folders":[{"folder_id":666666,"name":"Default"}],"total":1}';
}
