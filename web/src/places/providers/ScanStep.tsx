import { Search } from 'lucide-react';

import type { DryRun } from '../../api/types';
import { listings as names, number, relativeTime, scan as texts } from '../../texts';
import { Button } from '../../ui/Button';
import { ProblemNote } from '../../ui/ProblemNote';
import { Progress } from '../../ui/Progress';
import { useNow } from '../../ui/Time';
import { Step } from './Step';
import type { Scan } from './useScan';

export function ScanStep({ scan }: { scan: Scan }) {
  const { scanned, isRunning, error } = scan;
  const action = isRunning ? (
    <Button onClick={scan.stop}>{texts.stop}</Button>
  ) : (
    <Button onClick={scan.start}>
      <Search aria-hidden />
      {scanned ? texts.again : texts.button}
    </Button>
  );
  return (
    <Step mark={<Search />} title={texts.button} says={texts.says} action={action}>
      {error !== null && <ProblemNote error={error} onRetry={scan.start} />}
      {isRunning && !scanned && <Progress label={texts.button} done={0} total={null} />}
      {scanned && <Found result={scanned.result} at={scanned.at} isRunning={isRunning} />}
    </Step>
  );
}

type Listing = DryRun['listings'][number];

const sum = (listings: Listing[], of: (listing: Listing) => number): number =>
  listings.reduce((total, listing) => total + of(listing), 0);

const COLUMNS: [string, (listing: Listing) => number, boolean][] = [
  [texts.there, (listing) => listing.total, true],
  [texts.here, (listing) => listing.here, true],
  [texts.missing, (listing) => listing.new, true],
  [texts.removedByYou, (listing) => listing.removed_by_you, false],
  [texts.unreadable, (listing) => listing.unreadable, false],
];

// Only where the plan is limited, and something would be written.
function Forecast({ result }: { result: DryRun }) {
  const { rows_written: rows, budget } = result.forecast;
  if (budget === null || sum(result.listings, (listing) => listing.new) === 0) return null;
  return (
    <p className="small">
      {texts.forecast(rows, budget.rows_a_day, budget.rows_left_today, budget.days, budget.ends_on)}
    </p>
  );
}

function Found({ result, at, isRunning }: { result: DryRun; at: string; isRunning: boolean }) {
  const now = useNow(20_000);
  const { listings } = result;
  const compared = sum(listings, (listing) => listing.compared);
  const total = sum(listings, (listing) => listing.total);
  const shown = listings.filter((listing) => listing.total > 0);
  // What is the case nowhere takes no room.
  const columns = COLUMNS.filter(([, of, isAlways]) => isAlways || listings.some((listing) => of(listing) > 0));
  return (
    <div className="stack">
      {isRunning && (
        <>
          <Progress label={texts.button} done={compared} total={total} />
          <p className="small quiet number" role="status">
            {texts.progress(compared, total)}
          </p>
        </>
      )}
      <div className="scroll-x" role="region" aria-label={texts.button} tabIndex={0}>
        <table className="table scan-table">
          <thead>
            <tr>
              <th scope="col">{texts.kind}</th>
              {columns.map(([name]) => (
                <th key={name} scope="col" className="number">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((listing) => (
              <tr key={listing.listing}>
                <th scope="row">{names[listing.listing] ?? listing.listing}</th>
                {columns.map(([name, of]) => (
                  <td key={name} className="number">
                    {number(of(listing))}
                    {name === texts.there && listing.total_is === 'at_least' && '+'}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{texts.all}</th>
              {columns.map(([name, of]) => (
                <td key={name} className="number">
                  {number(sum(listings, of))}
                </td>
              ))}
            </tr>
          </tfoot>
        </table>
      </div>
      {!isRunning && <Forecast result={result} />}
      {!isRunning && (
        <p className="small faint">
          {texts.when(relativeTime(Date.parse(at), now))}. {!result.complete && texts.partial}
        </p>
      )}
    </div>
  );
}
