import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Workflow } from 'lucide-react';
import { useState } from 'react';

import { useApi } from '../../api/ApiContext';
import { bodyOf } from '../../api/client';
import { keys } from '../../api/keys';
import { isActive, isUnderWay, useCounts, useLineageJob, useRuns } from '../../api/queries';
import type { Account, LineageJob, Run } from '../../api/types';
import { rebuilding as texts } from '../../texts';
import { Button } from '../../ui/Button';
import { Paused } from '../../ui/Paused';
import { ProblemNote } from '../../ui/ProblemNote';
import { Progress } from '../../ui/Progress';
import { Step } from './Step';

export function RebuildStep({ account }: { account: Account }) {
  const [jobId, setJobId] = useState<string | null>(null);
  const counts = useCounts();
  const runs = useRuns();
  const job = useLineageJob(jobId);
  const start = useStart(account, setJobId);
  const isRunning = (job.data !== undefined && isUnderWay(job.data)) || (jobId !== null && job.isPending);
  const total = counts.data?.total ?? 0;
  const pending = counts.data?.by_lineage['pending'] ?? 0;

  const action = (
    <Button busy={start.isPending || isRunning} disabled={total === 0} onClick={() => start.mutate()}>
      <Workflow aria-hidden />
      {texts.button}
    </Button>
  );
  return (
    <Step mark="2" title={texts.title} says={texts.says} action={action}>
      <p className="small quiet">{sentence(total, pending, runs.data)}</p>
      {total > 0 && <p className="small faint">{texts.touches(total)}</p>}
      {start.isError && <ProblemNote error={start.error} />}
      {job.isError && <ProblemNote error={job.error} onRetry={() => void job.refetch()} />}
      {job.data && <JobPanel job={job.data} total={total} />}
    </Step>
  );
}

// Whether anybody needs this step now, and why.
function sentence(total: number, pending: number, runs: Run[] | undefined): string {
  if (total === 0) return texts.empty;
  if (pending === 0) return texts.done;
  const isWriting = runs?.some((run) => isActive(run) || run.create_lineage !== 'none') ?? false;
  const wasSwitchedOff = runs?.some((run) => run.create_lineage === 'none') ?? false;
  return isWriting && !wasSwitchedOff ? texts.writing(pending) : texts.switchedOff(pending);
}

function useStart(account: Account, onStarted: (job: string) => void) {
  const api = useApi();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () =>
      bodyOf(
        api.POST('/api/v1/lineage/refresh', {
          body: { provider_id: account.provider_id, scope: 'current_user', clear_existing: true },
        }),
      ),
    onSuccess: (answer) => {
      if (answer && 'id' in answer) onStarted(answer.id);
      void cache.invalidateQueries({ queryKey: keys.counts });
    },
  });
}

function JobPanel({ job, total }: { job: LineageJob; total: number }) {
  if (isUnderWay(job)) {
    return (
      <div className="stack">
        <Progress label={texts.button} done={job.done} total={job.left === null ? Math.max(total, job.done) : job.done + job.left} />
        <p className="small quiet number" role="status">
          {texts.progress(job.done)}
        </p>
        <Paused pause={job.paused} />
      </div>
    );
  }
  return (
    <p className="small" role="status">
      {texts.result(job.done, job.new_edges, job.removed_edges)} {job.failed > 0 && texts.failed(job.failed)}
    </p>
  );
}
