// Where each fact comes from: which payload said it, by which rule it was believed, and what was passed over. Asked for
// only when somebody opens it.

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';

import { useApi } from '../../api/ApiContext';
import { bodyOf } from '../../api/client';
import { renderExact } from '../../api/exact';
import { keys } from '../../api/keys';
import { useAccounts } from '../../api/queries';
import type { ExplainedField, Explanation, SaidBy } from '../../api/types';
import { app, asset as assetTexts, explain as texts, words } from '../../texts';
import { Badge } from '../../ui/Badge';
import { Paths } from '../../ui/Paths';
import { ProblemNote } from '../../ui/ProblemNote';
import { At } from '../../ui/Time';
import { ExplainedSources } from './ExplainedSources';

export function Explain({ id }: { id: string }) {
  const api = useApi();
  const [isOpen, setOpen] = useState(false);
  const asked = useQuery({
    queryKey: keys.explanation(id),
    enabled: isOpen,
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/assets/{id}/explain', { params: { path: { id } }, signal })),
  });
  return (
    <details className="card explain" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <h2>{texts.heading}</h2>
      </summary>
      <div className="stack explain-body">
        {isOpen && asked.isPending && <p className="faint">{app.loading}</p>}
        {asked.isError && <ProblemNote error={asked.error} onRetry={() => void asked.refetch()} />}
        {asked.data && <Reasons told={asked.data} />}
      </div>
    </details>
  );
}

function Reasons({ told }: { told: Explanation }) {
  const fields = Object.entries(told.fields).filter(([, { chosen, passed_over: passed }]) => chosen !== null || passed.length > 0);
  return (
    <>
      <p className="quiet small">{told.complete ? texts.lead : texts.incomplete}</p>
      {told.agrees_with_stored === false && <p className="note note-warn">{texts.disagrees}</p>}
      <div className="scroll-x" role="region" aria-label={texts.heading} tabIndex={0}>
        <table className="table explain-table">
          <thead>
            <tr>
              <th scope="col">{texts.fact}</th>
              <th scope="col">{texts.value}</th>
              <th scope="col">{texts.saidBy}</th>
              <th scope="col">{texts.because}</th>
              <th scope="col">{texts.passedOver}</th>
            </tr>
          </thead>
          <tbody>
            {fields.map(([name, field]) => (
              <FieldRow key={name} name={name} field={field} />
            ))}
          </tbody>
        </table>
      </div>
      <ExplainedSources told={told} />
      {told.source_generation_id.value && (
        <p className="small">
          {texts.generation} <Link href={`/generate/${told.source_generation_id.value}`}>{told.source_generation_id.value}</Link>
        </p>
      )}
      <Decisions told={told} />
    </>
  );
}

function FieldRow({ name, field }: { name: string; field: ExplainedField }) {
  const others = field.passed_over.filter((one) => !one.agrees);
  return (
    <tr>
      <th scope="row">{words(name)}</th>
      <td className="break">{shown(field.value)}</td>
      <td data-label={texts.saidBy}>{field.chosen ? <Said by={field.chosen} /> : app.none}</td>
      <td data-label={texts.because}>{texts.rules[field.rule] ?? words(field.rule)}</td>
      <td data-label={texts.passedOver}>
        {others.length === 0 ? (
          <span className="faint">{field.passed_over.length > 0 ? texts.allAgree(field.passed_over.length) : app.none}</span>
        ) : (
          <ul>
            {others.map((one, at) => (
              <li key={at} className="break">
                {shown(one.value)} <span className="faint">({assetTexts.feeds[one.feed] ?? one.feed}: {texts.why[one.why] ?? words(one.why)})</span>
                <Paths paths={one.paths} />
              </li>
            ))}
          </ul>
        )}
      </td>
    </tr>
  );
}

const MOST_CHARACTERS = 160;

function shown(value: unknown): string {
  if (value === null || value === undefined) return app.none;
  const text = typeof value === 'string' ? value : renderExact(value);
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

function Said({ by }: { by: SaidBy }) {
  const accounts = useAccounts();
  const account = accounts.data?.find(({ id }) => id === by.provider_account_id)?.label;
  return (
    <>
      {assetTexts.feeds[by.feed] ?? by.feed}
      <span className="faint">
        {account && `, ${account}`} <At at={by.last_seen_at} />
      </span>
      <Paths paths={by.paths} />
    </>
  );
}

// What people decided about it, the last first: removals, merges and their undoing, connections.
function Decisions({ told }: { told: Explanation }) {
  if (told.decisions.length === 0) return null;
  return (
    <div className="stack">
      <h3>{texts.decisions}</h3>
      <ul className="stack explain-decisions">
        {told.decisions.map((decision, at) => (
          <li key={at} className="row small">
            <Badge tone={decision.in_force ? 'accent' : 'plain'}>{texts.verdicts[decision.verdict] ?? words(decision.verdict)}</Badge>
            <code className="break">{decision.alias}</code>
            {decision.other && <code className="break">{decision.other}</code>}
            <span className="faint">
              <At at={decision.decided_at} /> {decision.author_name ?? decision.author}
              {!decision.in_force && ` · ${texts.overtaken}`}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
