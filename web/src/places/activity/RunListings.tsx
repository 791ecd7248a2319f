// What a run came to in each listing, and why it ended there.

import type { Run } from '../../api/types';
import { activity as texts, app, listings, number, runs as runTexts, words } from '../../texts';

const OUTCOMES = ['created', 'updated', 'unchanged', 'skipped', 'quarantined'] as const;

export function RunListings({ run }: { run: Run }) {
  return (
    <details>
      <summary className="small quiet">
        {app.details}: {run.complete ? runTexts.complete : runTexts.incomplete}
      </summary>
      <div className="scroll-x" role="region" aria-label={app.details} tabIndex={0}>
        <table className="table run-listings">
          <thead>
            <tr>
              <th scope="col">{texts.listing}</th>
              <th scope="col" className="number">
                {runTexts.seen}
              </th>
              {OUTCOMES.map((name) => (
                <th key={name} scope="col" className="number">
                  {runTexts.outcomes[name]}
                </th>
              ))}
              <th scope="col">{texts.ended}</th>
            </tr>
          </thead>
          <tbody>
            {run.listings.map((listing) => (
              <tr key={listing.listing}>
                <th scope="row">{listings[listing.listing] ?? listing.listing}</th>
                <td className="number">{number(listing.counts.seen)}</td>
                {OUTCOMES.map((name) => (
                  <td key={name} className="number">
                    {number(listing.counts[name])}
                  </td>
                ))}
                <td>{listing.ended ? words(listing.ended) : app.none}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
