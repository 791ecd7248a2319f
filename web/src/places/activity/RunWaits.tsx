// What a run that is over leaves to a person: a part of the library that it has not looked at, and assets that it has not
// met again, when they are too many to be marked without asking. What a button does stands before it.

import { useMutation, useQueryClient } from '@tanstack/react-query';

import { useApi } from '../../api/ApiContext';
import { keys } from '../../api/keys';
import type { Run } from '../../api/types';
import { listings, runs as texts } from '../../texts';
import { Button } from '../../ui/Button';
import { ProblemNote } from '../../ui/ProblemNote';

export function Unscanned({ run }: { run: Run }) {
  const api = useApi();
  const fill = useRunChange(() => api.POST('/api/v1/runs/{id}/fill', { params: { path: { id: run.id } } }));
  const parts = run.listings.flatMap(({ listing, unscanned }) => (unscanned ? [texts.unscannedPart(listings[listing] ?? listing, unscanned.from, unscanned.at_most)] : []));
  if (parts.length === 0 || run.dry_run) return null;
  if (run.filled_by) return <p className="small quiet">{texts.filled}</p>;
  return (
    <div className="note note-warn">
      <p>{texts.unscanned(parts.join('; '))}</p>
      <p className="quiet">{texts.fillSays}</p>
      <div className="row">
        <Button size="small" busy={fill.isPending} onClick={() => fill.mutate()}>
          {texts.fill}
        </Button>
      </div>
      {fill.isError && <ProblemNote error={fill.error} />}
    </div>
  );
}

export function MissingToConfirm({ run }: { run: Run }) {
  const api = useApi();
  const confirm = useRunChange(() => api.POST('/api/v1/runs/{id}/confirm-missing', { params: { path: { id: run.id } } }));
  if (run.reconciliation?.state !== 'waiting_for_confirmation') return null;
  const { found } = run.reconciliation.missing;
  return (
    <div className="note note-warn">
      <p>{texts.missing(found)}</p>
      <p className="quiet">{texts.confirmSays}</p>
      <div className="row">
        <Button size="small" busy={confirm.isPending} onClick={() => confirm.mutate()}>
          {texts.confirm(found)}
        </Button>
      </div>
      {confirm.isError && <ProblemNote error={confirm.error} />}
    </div>
  );
}

function useRunChange(change: () => Promise<unknown>) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => Promise.all([keys.runs, keys.olderRuns].map((queryKey) => cache.invalidateQueries({ queryKey }))),
  });
}
