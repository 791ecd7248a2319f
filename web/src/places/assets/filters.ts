// The filters, as they stand in the address and as the service wants them.

import type { AssetQuery } from '../../api/types';

// Names in the address; a value of '' is no filter.
export const FILTERS = ['q', 'type', 'account', 'origin', 'lineage', 'status', 'operation', 'link', 'from', 'to', 'removed'] as const;

export type FilterName = (typeof FILTERS)[number];
export type Filters = Record<FilterName, string>;

export function filtersIn(search: URLSearchParams): Filters {
  return Object.fromEntries(FILTERS.map((name) => [name, search.get(name) ?? ''])) as Filters;
}

export function withFilter(search: URLSearchParams, name: FilterName, value: string): URLSearchParams {
  const next = new URLSearchParams(search);
  if (value === '') next.delete(name);
  else next.set(name, value);
  return next;
}

export const hasFilters = (filters: Filters): boolean => FILTERS.some((name) => filters[name] !== '');

// Everything but the search text. The service refuses a value it does not know, and says which.
export function queryOf(filters: Filters): AssetQuery {
  const given: Record<string, string | null> = {
    media_type: filters.type,
    account_id: filters.account,
    origin: filters.origin,
    lineage: filters.lineage,
    status: filters.status,
    operation: filters.operation,
    link: filters.link,
    created_after: startOfDay(filters.from, 0),
    created_before: startOfDay(filters.to, 1),
    removed: filters.removed,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value)) as AssetQuery;
}

// A day as the person at the page has it; `later` days further on.
function startOfDay(date: string, later: number): string | null {
  const [year, month, day] = date.split('-').map(Number);
  if (!year || !month || !day) return null;
  return new Date(year, month - 1, day + later).toISOString();
}

const IDENTITY = [
  /^[a-z][a-z0-9+.-]*:\/\/\S+$/i, // a link
  /^\/?\/?[\w.-]+\/\S+$/, // a path
  /^(ast|id|uuid|key|sha256)[_:]\S+$/, // our own id, an alias
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i, // a uuid, or a file named by one
  /^[0-9a-f]{64}$/i, // a hash
  /^\d+$/, // a provider's id
  /^\S+\.(mp4|mov|webm|png|jpe?g|webp|gif|mp3|wav|m4a|aac|ogg)$/i, // a file name
];

// Whether a search text names one asset, rather than words of a prompt.
export function isIdentity(text: string): boolean {
  return IDENTITY.some((pattern) => pattern.test(text.trim()));
}
