import type { Facts } from '../../api/types';
import { app, asset, clock, dateTime, graph, inspect as texts, makings, mediaTypes, operationNames, relationNames, statuses, words } from '../../texts';
import { Badge } from '../../ui/Badge';
import { Json } from '../../ui/Json';

// What was read: the facts, then every source with its part, then whatever was odd.
export function FactsView({ facts }: { facts: Facts }) {
  const rows: [string, string | null][] = [
    [asset.fact.providerId, facts.asset_id],
    [asset.fact.type, `${mediaTypes[facts.media_type]}, ${makings[facts.making].toLowerCase()}`],
    [asset.fact.status, facts.status_code ? `${statuses[facts.status]} (${facts.status_code})` : statuses[facts.status]],
    [asset.fact.operation, facts.operation && operationNames[facts.operation]],
    [asset.fact.createMode, facts.create_mode],
    [asset.fact.model, facts.model],
    [asset.fact.size, facts.width && facts.height ? `${facts.width} × ${facts.height}` : null],
    [asset.fact.duration, facts.duration_s ? clock(facts.duration_s) : null],
    [asset.fact.seed, facts.seed],
    [asset.fact.created, facts.created_at && dateTime(facts.created_at)],
    [asset.fact.link, facts.media_url],
  ];
  return (
    <>
      <section className="card stack">
        <h2>{texts.facts}</h2>
        <dl className="facts">
          {rows.map(
            ([name, value]) =>
              value && (
                <div key={name} className="fact">
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ),
          )}
        </dl>
      </section>
      <section className="card stack">
        <h2>{texts.parents}</h2>
        {facts.parents.length === 0 && <p className="quiet">{texts.noParents}</p>}
        <ol className="stack">
          {facts.parents.map((parent, at) => (
            <li key={at} className="parent">
              <span className="row">
                <Badge tone="accent">{relationNames[parent.relation]}</Badge>
                <span className="quiet small">
                  {mediaTypes[parent.media_type]} {graph.order(parent.position)}
                  {parent.anchor && ` · ${parent.anchor === 'first' ? graph.first : graph.last}`}
                  {parent.name && ` · ${parent.name}`}
                </span>
              </span>
              <code className="break small">{parent.id ?? parent.url ?? parent.uuid ?? app.none}</code>
            </li>
          ))}
        </ol>
      </section>
      <section className="card stack">
        <h2>{texts.aliases}</h2>
        {facts.aliases.length === 0 && <p className="quiet">{texts.noAliases}</p>}
        <ol className="stack">
          {facts.aliases.map(({ scheme, value }) => (
            <li key={`${scheme}:${value}`} className="small">
              <span className="faint">{asset.alias[scheme]}</span> <code className="break">{value}</code>
            </li>
          ))}
        </ol>
      </section>
      <section className="card stack">
        <h2>{texts.warnings}</h2>
        {facts.warnings.length === 0 && <p className="quiet">{texts.noWarnings}</p>}
        <ul className="stack">
          {facts.warnings.map(({ code, path }, at) => (
            <li key={at}>
              {words(code)} <code className="faint">{path}</code>
            </li>
          ))}
        </ul>
        <details>
          <summary className="small quiet">{texts.answer}</summary>
          <Json value={facts} label={texts.answer} />
        </details>
      </section>
    </>
  );
}
