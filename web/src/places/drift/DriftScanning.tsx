// Looking through the whole inventory for disagreements, as a job that is followed to its end.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ScanSearch } from 'lucide-react';
import { useEffect, useState } from 'react';

import { useApi } from '../../api/ApiContext';
import { bodyOf } from '../../api/client';
import { keys } from '../../api/keys';
import { askAgainMs, isUnderWay, useDriftReport } from '../../api/queries';
import { drift as texts } from '../../texts';
import { Button } from '../../ui/Button';
import { Paused } from '../../ui/Paused';
import { ProblemNote } from '../../ui/ProblemNote';
import { Progress } from '../../ui/Progress';

export function DriftScanning() {
  const api = useApi();
  const cache = useQueryClient();
  const report = useDriftReport();
  const [started, setStarted] = useState<string | null>(null);
  const start = useMutation({
    mutationFn: () => bodyOf(api.POST('/api/v1/drift/scan', { body: {} })),
    onSuccess: ({ id }) => setStarted(id),
  });
  // One that somebody else started is followed just the same.
  const last = report.data?.last_scan;
  const job = started ?? (last && isUnderWay(last) ? last.id : null);
  const asked = useQuery({
    queryKey: keys.driftScan(job ?? ''),
    enabled: job !== null,
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/drift/scan/{id}', { params: { path: { id: job ?? '' } }, signal })),
    refetchInterval: ({ state }) => askAgainMs(state.data),
  });
  const scan = asked.data;
  const isOver = scan !== undefined && !isUnderWay(scan);
  useEffect(() => {
    if (isOver) for (const queryKey of [keys.driftReport, keys.drift]) void cache.invalidateQueries({ queryKey });
  }, [isOver, job, cache]);
  const found = Object.values(scan?.found ?? {}).reduce((sum, each) => sum + each, 0);
  return (
    <section className="card stack" aria-label={texts.scan}>
      <div className="row">
        <Button busy={start.isPending || (job !== null && !isOver && !asked.isError)} onClick={() => start.mutate()}>
          <ScanSearch aria-hidden />
          {texts.scan}
        </Button>
        <span className="small quiet" role="status">
          {scan ? texts.scanStates[scan.state](scan.done, scan.total, found) : texts.scanSays}
        </span>
      </div>
      {scan && !isOver && <Progress label={texts.scan} done={scan.done} total={scan.total} />}
      {scan && <Paused pause={scan.paused} />}
      {(start.isError || asked.isError) && <ProblemNote error={start.error ?? asked.error} />}
    </section>
  );
}
