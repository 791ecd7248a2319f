// How often an account is synced by itself.

import { useMutation, useQueryClient } from '@tanstack/react-query';

import { useApi } from '../../api/ApiContext';
import { bodyOf } from '../../api/client';
import { keys } from '../../api/keys';
import type { Account } from '../../api/types';
import { account as texts } from '../../texts';
import { ProblemNote } from '../../ui/ProblemNote';
import { useToast } from '../../ui/Toasts';

const PACES = ['off', 'hourly', 'daily'] as const;

export function AutoSync({ account }: { account: Account }) {
  const api = useApi();
  const cache = useQueryClient();
  const say = useToast();
  const id = `auto-${account.id}`;
  const change = useMutation({
    mutationFn: (auto_sync: Account['auto_sync']) => bodyOf(api.PATCH('/api/v1/accounts/{id}', { params: { path: { id: account.id } }, body: { auto_sync } })),
    onSuccess: ({ auto_sync }) => say(texts.autoSyncs[auto_sync]),
    onSettled: () => cache.invalidateQueries({ queryKey: keys.accounts }),
  });
  return (
    <div className="stack">
      <div className="row">
        <label htmlFor={id} className="small quiet">
          {texts.autoSync}
        </label>
        <select
          id={id}
          className="select auto-sync"
          disabled={change.isPending}
          value={change.isPending ? change.variables : account.auto_sync}
          onChange={(event) => change.mutate(event.target.value as Account['auto_sync'])}
        >
          {PACES.map((pace) => (
            <option key={pace} value={pace}>
              {texts.paces[pace]}
            </option>
          ))}
        </select>
      </div>
      {change.isError && <ProblemNote error={change.error} />}
    </div>
  );
}
