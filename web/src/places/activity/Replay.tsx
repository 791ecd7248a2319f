// Reading the quarantine again, as a job that is followed to its end.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { RotateCcw } from 'lucide-react';
import { useEffect, useState } from 'react';

import { useApi } from '../../api/ApiContext';
import { bodyOf } from '../../api/client';
import { keys } from '../../api/keys';
import { askAgainMs, isUnderWay } from '../../api/queries';
import { activity as texts } from '../../texts';
import { Button } from '../../ui/Button';
import { Paused } from '../../ui/Paused';
import { ProblemNote } from '../../ui/ProblemNote';

export function Replay() {
  const api = useApi();
  const cache = useQueryClient();
  const [job, setJob] = useState<string | null>(null);
  const start = useMutation({
    mutationFn: () => bodyOf(api.POST('/api/v1/quarantine/replay', { body: { all: true, force: false } })),
    onSuccess: ({ id }) => setJob(id),
  });
  const asked = useQuery({
    queryKey: keys.job(job ?? ''),
    enabled: job !== null,
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/jobs/{id}', { params: { path: { id: job ?? '' } }, signal })),
    refetchInterval: ({ state }) => askAgainMs(state.data),
  });
  const isOver = asked.data !== undefined && !isUnderWay(asked.data);
  useEffect(() => {
    if (!isOver) return;
    for (const queryKey of [keys.quarantine, keys.counts, keys.gallery]) void cache.invalidateQueries({ queryKey });
  }, [isOver, job, cache]);
  const { folded = 0, unreadable = 0 } = asked.data?.counts ?? {};
  return (
    <div className="stack">
      <div className="row">
        <Button busy={start.isPending || (job !== null && !isOver && !asked.isError)} onClick={() => start.mutate()}>
          <RotateCcw aria-hidden />
          {texts.replay}
        </Button>
        <span className="small quiet" role="status">
          {asked.data && (isOver ? texts.replayDone(folded, unreadable) : texts.replaying(folded + unreadable))}
        </span>
      </div>
      {asked.data && <Paused pause={asked.data.paused} />}
      {(start.isError || asked.isError) && <ProblemNote error={start.error ?? asked.error} />}
    </div>
  );
}
