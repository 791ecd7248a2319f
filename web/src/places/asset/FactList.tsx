import type { ReactNode } from 'react';
import { Link } from 'wouter';

import type { Asset } from '../../api/types';
import { asset as texts, apis, clock, dateTime, makings, mediaTypes, operationNames, origins, statuses, words } from '../../texts';
import { Copy } from '../../ui/Copy';

export function FactList({ asset }: { asset: Asset }) {
  const facts: [string, ReactNode][] = [
    [texts.fact.type, `${mediaTypes[asset.media_type]}, ${makings[asset.making].toLowerCase()}`],
    [texts.fact.status, asset.status_code ? `${statuses[asset.status]} (${asset.status_code})` : statuses[asset.status]],
    [texts.fact.operation, asset.operation && operationNames[asset.operation]],
    [texts.fact.createMode, asset.create_mode && <code>{asset.create_mode}</code>],
    [texts.fact.model, asset.model],
    [texts.fact.size, asset.width && asset.height ? `${asset.width} × ${asset.height}` : null],
    [texts.fact.duration, asset.duration_s ? clock(asset.duration_s) : null],
    [texts.fact.seed, asset.seed && <code>{asset.seed}</code>],
    [texts.fact.name, asset.name],
    [texts.fact.created, dateTime(asset.created_at)],
    [texts.fact.origin, origins[asset.origin]],
    [texts.fact.account, asset.accounts.length > 0 && <Accounts asset={asset} />],
    [texts.fact.missing, asset.missing_since && dateTime(asset.missing_since)],
    [texts.fact.generation, asset.source_generation_id && <Link href={`/generate/${asset.source_generation_id}`}>{asset.source_generation_id}</Link>],
    [texts.fact.settings, Object.keys(asset.settings).length > 0 && <Settings settings={asset.settings} />],
    [texts.fact.providerId, asset.provider_asset_id && <Id text={asset.provider_asset_id} />],
    [texts.fact.id, <Id text={asset.id} />],
  ];
  return (
    <section className="card" aria-labelledby="facts">
      <h2 id="facts" className="asset-heading">
        {texts.facts}
      </h2>
      <dl className="facts">
        {facts.map(
          ([name, value]) =>
            value && (
              <div key={name} className="fact">
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
      {asset.warnings.length > 0 && (
        <details className="asset-warnings">
          <summary>
            {texts.warnings} ({asset.warnings.length})
          </summary>
          <ul>
            {asset.warnings.map(({ code, path }, at) => (
              <li key={at}>
                {words(code)} <code className="faint">{path}</code>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function Id({ text }: { text: string }) {
  return (
    <span className="fact-id">
      <code>{text}</code>
      <Copy text={text} label={texts.copyId} />
    </span>
  );
}

function Accounts({ asset }: { asset: Asset }) {
  return (
    <ul>
      {asset.accounts.map((account) => (
        <li key={account.identity}>
          {account.label ?? <code>{account.identity}</code>} <span className="faint">{apis[asset.api]}</span>
          {account.inherited && <span className="faint"> · {texts.inherited}</span>}
        </li>
      ))}
    </ul>
  );
}

function Settings({ settings }: { settings: Asset['settings'] }) {
  return (
    <ul className="fact-settings">
      {Object.entries(settings).map(([name, value]) => (
        <li key={name}>
          <span className="faint">{words(name)}</span> {value}
        </li>
      ))}
    </ul>
  );
}
