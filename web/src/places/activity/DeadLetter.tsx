// A job or run whose message was given up: when and why, and trying its step again at once.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { RotateCcw } from 'lucide-react';

import { useApi } from '../../api/ApiContext';
import { keys } from '../../api/keys';
import type { Job, Run } from '../../api/types';
import { relativeTime, runs as texts } from '../../texts';
import { Button } from '../../ui/Button';
import { ProblemNote } from '../../ui/ProblemNote';
import { useNow } from '../../ui/Time';

export function DeadLetter({ of }: { of: Run | Job }) {
  const api = useApi();
  const cache = useQueryClient();
  const now = useNow(20_000);
  const replay = useMutation({
    mutationFn: async () => {
      const params = { path: { id: of.id } };
      if (of.id.startsWith('run_')) await api.POST('/api/v1/runs/{id}/replay', { params });
      else await api.POST('/api/v1/jobs/{id}/replay', { params });
    },
    onSettled: () => Promise.all([keys.runs, keys.olderRuns, keys.jobs].map((queryKey) => cache.invalidateQueries({ queryKey }))),
  });
  if (!of.dead_letter) return null;
  return (
    <div className="note note-warn">
      <p>{texts.deadLetter(relativeTime(Date.parse(of.dead_letter.at), now))}</p>
      {of.dead_letter.reason && <p className="code break">{of.dead_letter.reason}</p>}
      <div className="row">
        <Button size="small" busy={replay.isPending} onClick={() => replay.mutate()}>
          <RotateCcw aria-hidden />
          {texts.replay}
        </Button>
      </div>
      {replay.isError && <ProblemNote error={replay.error} />}
    </div>
  );
}
