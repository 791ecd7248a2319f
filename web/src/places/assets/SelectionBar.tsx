import { useMutation, useQueryClient } from '@tanstack/react-query';
import { RotateCcw, Trash2, Workflow } from 'lucide-react';
import { useState } from 'react';

import { useApi } from '../../api/ApiContext';
import { keys } from '../../api/keys';
import { assets as texts } from '../../texts';
import { Button } from '../../ui/Button';
import { Confirm } from '../../ui/Confirm';
import { ProblemNote } from '../../ui/ProblemNote';
import { useToast } from '../../ui/Toasts';
import { useChanges } from './useChanges';
import type { Selection } from './useSelection';

export function SelectionBar({ selection, isRemoved }: { selection: Selection; isRemoved: boolean }) {
  const [isAsking, setAsking] = useState(false);
  const changes = useChanges();
  const refresh = useRefresh();
  const ids = [...selection.ids];
  const restore = useMutation({ mutationFn: () => changes.restore(ids), onSuccess: selection.clear });
  return (
    <div className="selection" role="region" aria-label={texts.selected(ids.length)}>
      <span className="number" role="status">
        {texts.selected(ids.length)}
      </span>
      <Button size="small" look="quiet" onClick={selection.all}>
        {texts.selectAll}
      </Button>
      <Button size="small" look="quiet" onClick={selection.clear}>
        {texts.deselect}
      </Button>
      <span className="selection-actions">
        {isRemoved ? (
          <Button busy={restore.isPending} onClick={() => restore.mutate()}>
            <RotateCcw aria-hidden />
            {texts.restore}
          </Button>
        ) : (
          <>
            <Button busy={refresh.isPending} onClick={() => refresh.mutate(ids)}>
              <Workflow aria-hidden />
              {texts.refresh}
            </Button>
            <Button look="danger" onClick={() => setAsking(true)}>
              <Trash2 aria-hidden />
              {texts.remove}
            </Button>
          </>
        )}
      </span>
      {refresh.isError && <ProblemNote error={refresh.error} />}
      {isAsking && (
        <Confirm
          title={texts.removeTitle(ids.length)}
          action={texts.remove}
          onConfirm={() => changes.remove(ids).then(selection.clear)}
          onClose={() => setAsking(false)}
        >
          {texts.removeText}
        </Confirm>
      )}
    </div>
  );
}

// Lineage of the selected assets is read again; many make a job of the service's own.
export function useRefresh() {
  const api = useApi();
  const cache = useQueryClient();
  const say = useToast();
  return useMutation({
    mutationFn: async (ids: string[]) => (await api.POST('/api/v1/lineage/refresh', { body: { asset_ids: ids, clear_existing: true } })).data,
    onSuccess: (answer) => {
      void cache.invalidateQueries({ queryKey: keys.counts });
      void cache.invalidateQueries({ queryKey: ['lineage'] });
      void cache.invalidateQueries({ queryKey: ['asset'] });
      if (!answer || !('results' in answer)) return say(texts.refreshing);
      const added = answer.results.reduce((sum, { new_edges }) => sum + new_edges, 0);
      const removed = answer.results.reduce((sum, { removed_edges }) => sum + removed_edges, 0);
      return say(texts.refreshed(added, removed));
    },
  });
}
