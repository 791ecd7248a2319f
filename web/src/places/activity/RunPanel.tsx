// One run: how far it is, what became of each row, what waits for a person, and how to hold or stop it. With the name of
// its account it also says whose it is, when it ran and what each listing came to.

import { useState } from 'react';

import { isActive } from '../../api/queries';
import type { Run } from '../../api/types';
import { duration, modes, number, runs as texts, words } from '../../texts';
import { Badge, type Tone } from '../../ui/Badge';
import { Progress } from '../../ui/Progress';
import { Ago, At } from '../../ui/Time';
import { DeadLetter } from './DeadLetter';
import { Pace } from './Pace';
import { RunButtons } from './RunButtons';
import { RunItemsDialog } from './RunItemsDialog';
import { RunListings } from './RunListings';
import { MissingToConfirm, Unscanned } from './RunWaits';
import './runs.css';

const TONES: Record<string, Tone> = { active: 'accent', done: 'good', failed: 'bad', cancelled: 'plain', paused: 'warn' };

export function StateBadge({ state }: { state: string }) {
  return <Badge tone={TONES[state] ?? 'plain'}>{texts.states[state] ?? words(state)}</Badge>;
}

// What the provider says there is, over all listings that have said it.
function totalOf(run: Run): number | null {
  const totals = run.listings.map((listing) => listing.total ?? listing.done);
  const total = totals.reduce((sum, each) => sum + each, 0);
  return total > 0 ? Math.max(total, run.counts.seen) : null;
}

// Whether a failure still stands in its way: one that was overcome stays in the run's record, and asks for nothing any more.
function isHeld({ state, attempts, paused }: Run): boolean {
  const isByFailure = paused?.reason === 'auth_required' || paused?.reason === 'identity_shift';
  return state === 'failed' || attempts > 0 || isByFailure;
}

export function RunPanel({ run, account }: { run: Run; account?: string }) {
  const [outcome, setOutcome] = useState<string | null>(null);
  const running = isActive(run);
  const total = totalOf(run);
  const state = texts.states[run.state] ?? words(run.state);
  return (
    <div className="run" role="group" aria-label={account ? `${state}, ${account}` : state}>
      <div className="row spread">
        <div className="row">
          <StateBadge state={run.state} />
          {account && (
            <>
              <strong>{account}</strong>
              <span className="quiet">{modes[run.mode]}</span>
            </>
          )}
          <span className="number" role="status">
            {texts.progress(run.counts.seen, running ? total : null)}
          </span>
          {run.state === 'active' && <Pace run={run} total={total} />}
        </div>
        <When run={run} isLong={account !== undefined} />
      </div>
      {running && <Progress label={texts.states['active'] ?? ''} done={run.counts.seen} total={total} />}
      <RunCounts run={run} onOpen={setOutcome} />
      {run.state === 'cancelled' && <p className="small quiet">{texts.cancelled}</p>}
      {running && run.attempts > 0 && <p className="small run-retry">{texts.retrying(run.attempts)}</p>}
      {isHeld(run) && <RunFailure run={run} />}
      <DeadLetter of={run} />
      <MissingToConfirm run={run} />
      <Unscanned run={run} />
      <RunButtons run={run} />
      {account && <RunListings run={run} />}
      {outcome !== null && <RunItemsDialog run={run} outcome={outcome} onClose={() => setOutcome(null)} />}
    </div>
  );
}

function When({ run, isLong }: { run: Run; isLong: boolean }) {
  if (!isLong) return run.ended_at && <span className="faint"><Ago at={run.ended_at} /></span>;
  return (
    <span className="faint">
      <At at={run.created_at} />
      {run.ended_at && ` · ${duration(Date.parse(run.ended_at) - Date.parse(run.created_at))}`}
    </span>
  );
}

const OUTCOMES = ['created', 'updated', 'unchanged', 'skipped', 'quarantined'] as const;

// The counters; each leads to the rows behind it and their reasons.
function RunCounts({ run, onOpen }: { run: Run; onOpen: (outcome: string) => void }) {
  return (
    <ul className="run-counts" aria-label={texts.addsUp(run)}>
      {OUTCOMES.map((outcome) => {
        const value = run.counts[outcome];
        const isOdd = (outcome === 'skipped' || outcome === 'quarantined') && value > 0;
        return (
          <li key={outcome}>
            <button type="button" className={isOdd ? 'run-count run-count-odd' : 'run-count'} disabled={value === 0} onClick={() => onOpen(outcome)}>
              <strong className="number">{number(value)}</strong> {texts.outcomes[outcome]}
              {isOdd && (
                <>
                  {' '}
                  <span className="run-why">{texts.why}</span>
                </>
              )}
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function RunFailure({ run }: { run: Run }) {
  if (!run.error) return null;
  return (
    <div className="note note-bad" role="alert">
      <p className="note-title">{words(run.error.class)}</p>
      <p className="break">{run.error.message}</p>
      <p className="quiet">{texts.whatNow[run.error.class] ?? texts.whatNowOtherwise}</p>
      <p className="code">{run.error.code}</p>
    </div>
  );
}
