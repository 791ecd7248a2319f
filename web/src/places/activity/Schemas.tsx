// What the provider's payloads look like, by kind, and what was new in them.

import { useQuery } from '@tanstack/react-query';
import { Braces } from 'lucide-react';

import { useApi } from '../../api/ApiContext';
import { bodyOf } from '../../api/client';
import { keys } from '../../api/keys';
import type { Schema } from '../../api/types';
import { activity as texts, app, asset, mediaTypes } from '../../texts';
import { Badge } from '../../ui/Badge';
import { Empty } from '../../ui/Empty';
import { ProblemNote } from '../../ui/ProblemNote';
import { At } from '../../ui/Time';
import './runs.css';

export function Schemas() {
  const api = useApi();
  const asked = useQuery({
    queryKey: keys.schemas,
    queryFn: async ({ signal }) => (await bodyOf(api.GET('/api/v1/schemas', { signal }))).items,
  });
  if (asked.isPending) return <p className="faint">{app.loading}</p>;
  if (asked.isError) return <ProblemNote error={asked.error} onRetry={() => void asked.refetch()} />;
  if (asked.data.length === 0) return <Empty icon={<Braces />} title={texts.noSchemas} text={texts.noSchemasText} />;
  return (
    <>
      <p className="quiet">{texts.schemasText}</p>
      <ul className="run-list">
        {asked.data.map((schema) => (
          <li key={`${schema.provider_id} ${schema.api} ${schema.media_type} ${schema.feed}`}>
            <SchemaView schema={schema} />
          </li>
        ))}
      </ul>
    </>
  );
}

function SchemaView({ schema }: { schema: Schema }) {
  const type = mediaTypes[schema.media_type as keyof typeof mediaTypes] ?? schema.media_type;
  return (
    <article className="run">
      <div className="row spread">
        <div className="row">
          <strong>{type}</strong>
          <span>{asset.feeds[schema.feed] ?? schema.feed}</span>
          {schema.learning && <Badge tone="info">{texts.learning}</Badge>}
          <Badge tone={schema.news.length > 0 ? 'warn' : 'good'}>{texts.news(schema.news.length)}</Badge>
        </div>
        <span className="faint">
          <At at={schema.since} />
        </span>
      </div>
      {schema.news.length > 0 && (
        <ul className="small">
          {schema.news.map((news) => (
            <li key={`${news.path} ${news.type}`} className="break">
              <code>{news.path}</code> {texts.change(news.type, news.before)} <span className="faint">({news.sample}, <At at={news.seen_at} />)</span>
            </li>
          ))}
        </ul>
      )}
      <details>
        <summary className="small quiet">{texts.paths(schema.paths.length)}</summary>
        <ul className="small schema-paths">
          {schema.paths.map(({ path, types }) => (
            <li key={path} className="break">
              <code>{path}</code> <span className="faint">{types.map(({ type: word }) => word).join(', ')}</span>
            </li>
          ))}
        </ul>
      </details>
    </article>
  );
}
