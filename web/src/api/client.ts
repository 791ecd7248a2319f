// Requests to the service: types from its OpenAPI document, the token, a key that makes repetition harmless, and problems
// as errors. What is asked for, and when again, stands in the queries.

import createClient, { type Client, type Middleware } from 'openapi-fetch';

import { markLongNumbers } from './exact';
import { Problem } from './problem';
import type { paths } from './schema';

export type Api = Client<paths>;

export function createApi(token: string, onUnauthorized: () => void): Api {
  const client = createClient<paths>({ baseUrl: '/' });
  client.use(authorized(token), exactNumbers, refusals(onUnauthorized));
  return client;
}

const authorized = (token: string): Middleware => ({
  onRequest({ request }) {
    request.headers.set('authorization', `Bearer ${token}`);
    if (request.method === 'POST' && !request.headers.has('idempotency-key')) {
      request.headers.set('idempotency-key', crypto.randomUUID());
    }
    return request;
  },
});

const exactNumbers: Middleware = {
  async onResponse({ response }) {
    if (!response.ok || !response.headers.get('content-type')?.includes('json')) return undefined;
    const { status, statusText, headers } = response;
    return new Response(markLongNumbers(await response.text()), { status, statusText, headers });
  },
};

const refusals = (onUnauthorized: () => void): Middleware => ({
  async onResponse({ response }) {
    if (response.ok) return undefined;
    if (response.status === 401) onUnauthorized();
    throw new Problem(response.status, await documentIn(response));
  },
});

async function documentIn(response: Response): Promise<Record<string, unknown>> {
  try {
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null ? { ...body } : {};
  } catch {
    return {};
  }
}

// The body of an answer; openapi-fetch leaves it out only where the document says that there is none.
export async function bodyOf<T>(answer: Promise<{ data?: T }>): Promise<T> {
  const { data } = await answer;
  return data as T;
}
