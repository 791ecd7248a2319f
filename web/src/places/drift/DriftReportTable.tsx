// The report as it is counted now: both roads against each other, aspect by aspect.

import { useDriftReport } from '../../api/queries';
import type { DriftAspect } from '../../api/types';
import { app, drift as texts, number, sentence, words } from '../../texts';
import { Badge, type Tone } from '../../ui/Badge';
import { ProblemNote } from '../../ui/ProblemNote';

const TONES: Record<DriftAspect['level'], Tone> = { no_drift: 'good', low: 'info', medium: 'warn', high: 'bad', accepted: 'plain' };

export function DriftLevel({ level }: { level: DriftAspect['level'] }) {
  return <Badge tone={TONES[level]}>{texts.levels[level]}</Badge>;
}

export function DriftReportTable() {
  const asked = useDriftReport();
  if (asked.isPending) return <p className="faint">{app.loading}</p>;
  if (asked.isError) return <ProblemNote error={asked.error} onRetry={() => void asked.refetch()} />;
  const { overall, aspects, totals, by_design: byDesign } = asked.data;
  return (
    <section className="card stack" aria-labelledby="drift-report">
      <div className="row">
        <h2 id="drift-report">{texts.report}</h2>
        <DriftLevel level={overall} />
      </div>
      <p className="quiet">{texts.totals(totals)}</p>
      <div className="scroll-x" role="region" aria-label={texts.report} tabIndex={0}>
        <table className="table drift-table">
          <thead>
            <tr>
              <th scope="col">{texts.aspect}</th>
              <th scope="col">{texts.level}</th>
              <th scope="col" className="number">{texts.states.open}</th>
              <th scope="col" className="number">{texts.states.accepted}</th>
              <th scope="col">{texts.generationPath}</th>
              <th scope="col">{texts.syncPath}</th>
            </tr>
          </thead>
          <tbody>
            {aspects.map((aspect) => (
              <tr key={aspect.aspect}>
                <th scope="row">{sentence(words(aspect.aspect))}</th>
                <td><DriftLevel level={aspect.level} /></td>
                <td className="number" data-label={texts.states.open}>{number(aspect.counts.open)}</td>
                <td className="number" data-label={texts.states.accepted}>{number(aspect.counts.accepted)}</td>
                <td className="small quiet drift-says" data-label={texts.generationPath}>{aspect.generation_path.says}</td>
                <td className="small quiet drift-says" data-label={texts.syncPath}>{aspect.sync_path.says}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {byDesign.length > 0 && (
        <details>
          <summary className="small quiet">{texts.byDesign}</summary>
          <ul className="small">
            {byDesign.map(({ code, why }) => (
              <li key={code}>{why}</li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
