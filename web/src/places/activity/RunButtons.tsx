// What may be done with a run as it stands: pause, go on, cancel.

import { useMutation, useQueryClient } from '@tanstack/react-query';

import { useApi } from '../../api/ApiContext';
import { keys } from '../../api/keys';
import { isActive } from '../../api/queries';
import type { Run } from '../../api/types';
import { runs as texts } from '../../texts';
import { Button } from '../../ui/Button';
import { Paused } from '../../ui/Paused';
import { ProblemNote } from '../../ui/ProblemNote';

type Verb = 'pause' | 'resume' | 'cancel';

export function RunButtons({ run }: { run: Run }) {
  const api = useApi();
  const cache = useQueryClient();
  const isShift = run.paused?.reason === 'identity_shift';
  const act = useMutation({
    mutationFn: async (verb: Verb) => {
      const params = { path: { id: run.id } };
      if (verb === 'pause') await api.POST('/api/v1/runs/{id}/pause', { params });
      else if (verb === 'cancel') await api.POST('/api/v1/runs/{id}/cancel', { params });
      else await api.POST('/api/v1/runs/{id}/resume', { params, ...(isShift && { body: { confirm_identity_shift: true } }) });
    },
    onSettled: () => Promise.all([keys.runs, keys.olderRuns].map((queryKey) => cache.invalidateQueries({ queryKey }))),
  });
  const isBusy = (verb: Verb) => act.isPending && act.variables === verb;
  const canResume = run.state === 'paused' || run.state === 'failed';
  return (
    <>
      <Paused pause={run.paused} />
      {(canResume || isActive(run)) && (
        <div className="row">
          {run.state === 'active' && (
            <Button size="small" busy={isBusy('pause')} onClick={() => act.mutate('pause')}>
              {texts.pause}
            </Button>
          )}
          {canResume && (
            <Button size="small" busy={isBusy('resume')} onClick={() => act.mutate('resume')}>
              {isShift ? texts.resumeAnyway : texts.resume}
            </Button>
          )}
          {isActive(run) && (
            <Button size="small" busy={isBusy('cancel')} onClick={() => act.mutate('cancel')}>
              {texts.cancel}
            </Button>
          )}
        </div>
      )}
      {act.isError && <ProblemNote error={act.error} />}
    </>
  );
}
