import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';

import { useApi } from '../../api/ApiContext';
import { bodyOf } from '../../api/client';
import { keys } from '../../api/keys';
import { isActive, useRuns } from '../../api/queries';
import type { Account, Mode, Run } from '../../api/types';
import { importing as texts, modes } from '../../texts';
import { Button } from '../../ui/Button';
import { ProblemNote } from '../../ui/ProblemNote';
import { RunPanel } from '../activity/RunPanel';
import { Step } from './Step';
import { missingIn, type Scan } from './useScan';

const MODES = Object.keys(modes) as Mode[];

export function ImportStep({ account, scan }: { account: Account; scan: Scan }) {
  const [mode, setMode] = useState<Mode>('all');
  const [withLineage, setLineage] = useState(true);
  const runs = useRuns();
  const ofAccount = runs.data?.filter((run) => run.account_id === account.id && !run.dry_run) ?? [];
  const current = ofAccount.find(isActive) ?? ofAccount[0];
  const start = useStart(account);
  const isRunning = current !== undefined && isActive(current);
  const missing = missingIn(scan);
  const isNothing = missing === 0;
  useScanAfter(current, scan);

  const action = (
    <Button
      look="primary"
      busy={start.isPending}
      disabled={isRunning || isNothing || scan.isRunning}
      onClick={() => start.mutate({ mode, create_lineage: withLineage ? 'auto' : 'none' })}
    >
      <Download aria-hidden />
      {start.isPending ? texts.starting : missing ? texts.buttonCounted(missing) : texts.button}
    </Button>
  );
  return (
    <Step mark="1" title={texts.title} says={texts.says} action={action}>
      {!isRunning && (
        <div className="import-options">
          <label className="check">
            <input
              type="checkbox"
              checked={withLineage}
              onChange={(event) => setLineage(event.target.checked)}
              aria-describedby={`lineage-${account.id}`}
            />
            <span>
              {texts.lineage}
              <span id={`lineage-${account.id}`} className="hint block">
                {withLineage ? texts.lineageOn : texts.lineageOff}
              </span>
            </span>
          </label>
          <div className="row">
            <label htmlFor={`mode-${account.id}`} className="small quiet">
              {texts.mode}
            </label>
            <select id={`mode-${account.id}`} className="select import-mode" value={mode} onChange={(event) => setMode(event.target.value as Mode)}>
              {MODES.map((name) => (
                <option key={name} value={name}>
                  {modes[name]}
                </option>
              ))}
            </select>
          </div>
        </div>
      )}
      {!isRunning && (isNothing || !scan.scanned) && <p className="small quiet">{isNothing ? texts.nothing : texts.unscanned}</p>}
      {start.isError && <ProblemNote error={start.error} />}
      {current && <RunPanel run={current} />}
    </Step>
  );
}

interface Asked {
  mode: Mode;
  create_lineage: 'auto' | 'none';
}

function useStart(account: Account) {
  const api = useApi();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (body: Asked) =>
      bodyOf(
        api.POST('/api/v1/providers/{provider_id}/accounts/{id}/sync-assets', {
          params: { path: { provider_id: account.provider_id, id: account.id } },
          body: { ...body, dry_run: false },
        }),
      ),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.runs }),
  });
}

// After an import the numbers of the last scan are old news: it is made again, where there was one.
function useScanAfter(current: Run | undefined, scan: Scan): void {
  const wasRunning = useRef<string | null>(null);
  useEffect(() => {
    if (current && isActive(current)) wasRunning.current = current.id;
    else if (current && wasRunning.current === current.id) {
      wasRunning.current = null;
      if (scan.scanned) scan.start();
    }
  });
}
