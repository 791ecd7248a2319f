// The part of the control plane that registers webhook urls and sends.

import { deliveryView } from './webhooks.mjs';

const ok = (value) => ({ status: 200, value });
const view = ({ webhooks }) => ({ urls: Object.fromEntries(webhooks.urls), deliveries: webhooks.deliveries.map(deliveryView) });

/** Which deliveries a call means: by `number`, by the job's `id`, `all` that wait, or those that are due. */
function named({ webhooks }, { number, id, all }) {
  if (number !== undefined) return webhooks.deliveries.filter((d) => d.number === number);
  if (id !== undefined) return webhooks.deliveries.filter((d) => d.id === String(id));
  return all ? webhooks.deliveries.filter((d) => d.state === 'waiting') : webhooks.due();
}

export const WEBHOOK_ROUTES = {
  'GET webhooks': ({ state }) => ok(view(state)),
  'POST webhooks': ({ state, body }) => {
    state.webhooks.register(state.account(body.account).name, body.url);
    return { status: 201, value: view(state) };
  },
  'DELETE webhooks': ({ state }) => {
    state.webhooks.urls.clear();
    return ok(view(state));
  },
  /** `dry` builds the requests and sends nothing; every other member is a quirk for this once. */
  'POST webhooks/deliver': async ({ state, body }) => {
    const { number, id, all, dry, again, ...more } = body;
    const deliveries = named(state, { number, id, all });
    if (dry) return ok(deliveries.map((d) => ({ number: d.number, ...state.webhooks.request(d, more) })));
    for (const delivery of deliveries) await state.webhooks.deliver(delivery, { again, ...more });
    return ok(deliveries.map(deliveryView));
  },
};
