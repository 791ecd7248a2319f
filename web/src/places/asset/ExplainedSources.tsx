// Who names each source of an asset, and where in the payload.

import { Link } from 'wouter';

import type { Explanation } from '../../api/types';
import { asset as assetTexts, explain as texts, relationNames } from '../../texts';
import { Paths } from '../../ui/Paths';

export function ExplainedSources({ told }: { told: Explanation }) {
  const edges = told.lineage.lists.find((list) => list.in_force)?.edges.filter(({ denied }) => !denied) ?? [];
  if (edges.length === 0) return null;
  return (
    <div className="stack">
      <h3>{texts.sources}</h3>
      <ul className="stack explain-sources">
        {edges.map((edge) => (
          <li key={edge.position} className="small">
            {relationNames[edge.relation]}{' '}
            {edge.parent_id ? <Link href={`/assets/${edge.parent_id}`}>{edge.parent_id}</Link> : <code className="break">{edge.parent_root}</code>}
            {edge.named_by.map((by) => (
              <div key={by.observation} className="faint">
                {assetTexts.feeds[by.feed] ?? by.feed}
                <Paths paths={by.paths} />
              </div>
            ))}
          </li>
        ))}
      </ul>
    </div>
  );
}
