// One finding: what disagrees, who said what side by side, what is believed, and what may be done about it.

import { useState } from 'react';
import { Link } from 'wouter';

import type { DriftFinding } from '../../api/types';
import { app, asset, drift as texts, words } from '../../texts';
import { Badge } from '../../ui/Badge';
import { Button } from '../../ui/Button';
import { Json } from '../../ui/Json';
import { Paths } from '../../ui/Paths';
import { Ago } from '../../ui/Time';
import { DriftLevel } from './DriftReportTable';
import { AcceptDialog, ApplyDialog } from './Resolve';
import { sidesOf } from './sides';

export function Finding({ finding }: { finding: DriftFinding }) {
  const [open, setOpen] = useState<'accept' | 'apply' | null>(null);
  const { suggestion, resolution } = finding;
  return (
    <article className="run">
      <div className="row spread">
        <div className="row">
          <DriftLevel level={finding.level} />
          <strong>{words(finding.kind)}</strong>
          {finding.part && <span className="code break">{finding.part}</span>}
          {finding.state !== 'open' && <Badge>{texts.states[finding.state]}</Badge>}
        </div>
        <span className="faint">
          <Ago at={finding.changed_at} />
        </span>
      </div>
      <p className="small quiet break">
        {finding.asset_id ? <Link href={`/assets/${finding.asset_id}`}>{finding.subject}</Link> : finding.subject}
      </p>
      {typeof resolution?.['reason'] === 'string' && <p className="small" dir="auto">{texts.because(resolution['reason'])}</p>}
      <details>
        <summary className="small quiet">{texts.evidence}</summary>
        <Evidence finding={finding} />
      </details>
      <div className="row">
        <span className="small quiet">{texts.suggests(words(suggestion.action))}</span>
        {finding.state === 'open' && suggestion.applies_here && (
          <Button size="small" onClick={() => setOpen('apply')}>
            {texts.apply}
          </Button>
        )}
        {finding.state === 'open' && (
          <Button size="small" onClick={() => setOpen('accept')}>
            {texts.accept}
          </Button>
        )}
      </div>
      {open === 'accept' && <AcceptDialog finding={finding} onClose={() => setOpen(null)} />}
      {open === 'apply' && <ApplyDialog finding={finding} onClose={() => setOpen(null)} />}
    </article>
  );
}

function Evidence({ finding }: { finding: DriftFinding }) {
  const sides = sidesOf(finding.evidence);
  return (
    <div className="drift-sides">
      {sides.map(({ name, value, feed, at, paths, sources }, place) => (
        <div key={place} className="stack">
          <h3 className="small">
            {feed ? (asset.feeds[feed] ?? words(feed)) : words(name)}
            {at && <span className="faint"> <Ago at={at} /></span>}
          </h3>
          <Json value={value ?? app.none} label={texts.side(place + 1, feed ?? words(name))} />
          <Paths paths={paths} />
          {sources.map((source, position) => (
            <div key={position} className="small">
              {texts.source(position + 1)} <Paths paths={source} />
            </div>
          ))}
        </div>
      ))}
      <div className="stack">
        <h3 className="small">{texts.decided}</h3>
        <Json value={finding.decided} label={texts.decided} />
      </div>
    </div>
  );
}
