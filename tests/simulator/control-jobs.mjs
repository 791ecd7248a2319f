// The part of the control plane that moves jobs and money.

import { jobView } from './jobs.mjs';

const ok = (value) => ({ status: 200, value });

/** Jobs that a request names by `id` (with account, surface, media_type where ids meet), or `all` of them that go on. */
function named(state, wanted) {
  if (wanted.all) return state.jobs.all.filter((job) => !job.ended && (!wanted.account || job.account.name === wanted.account));
  if (wanted.id === undefined) throw new RangeError('jobs are named by id, or all: true');
  return state.jobs.find(wanted);
}

export const JOB_ROUTES = {
  'GET jobs': ({ state, query }) => {
    const wanted = Object.fromEntries(query);
    const jobs = 'id' in wanted ? state.jobs.find(wanted) : state.jobs.all.filter((job) => !wanted.account || job.account.name === wanted.account);
    return ok(jobs.map(jobView));
  },
  'POST jobs/next': ({ state, body }) => ({ status: 201, value: (Array.isArray(body) ? body : [body]).map((wish) => state.jobs.wish(wish)) }),
  'DELETE jobs/next': ({ state }) => {
    state.jobs.wishes = [];
    return ok([]);
  },
  'POST jobs/settle': ({ state, body }) => {
    const jobs = named(state, body);
    if (jobs.length === 0 && !body.all) return { status: 404, value: { error: 'no such job' } };
    return ok(jobs.map((job) => jobView(state.jobs.settle(job, body.outcome))));
  },
  'POST credits': ({ state, body }) => {
    const account = state.account(body.account);
    const wallet = body.surface === 'open' ? account.open_wallet : account.wallet;
    for (const purse of ['daily', 'monthly', 'bought']) {
      if (body[purse] !== undefined) wallet[purse] = body[purse];
    }
    return ok({ daily: wallet.daily, monthly: wallet.monthly, bought: wallet.bought, records: wallet.records.length });
  },
};
