import type { Asset } from '../../api/types';
import { asset as texts } from '../../texts';
import { Badge } from '../../ui/Badge';
import { Copy } from '../../ui/Copy';
import { Merging } from './Merging';

// Every identity under which the asset was seen.
export function Aliases({ asset }: { asset: Asset }) {
  return (
    <details className="card aliases">
      <summary>
        <h2>{texts.aliases}</h2> <span className="faint number">{asset.aliases.length}</span>
      </summary>
      <ul className="stack">
        {asset.aliases.map(({ scheme, value, kept, contested }) => (
          <li key={`${scheme}:${value}`} className="row">
            <span className="alias-scheme">{texts.alias[scheme]}</span>
            <code className="break">{value}</code>
            <Copy text={value} />
            {contested && <Badge tone="warn">{texts.contested}</Badge>}
            {!kept && <Badge>{texts.notKept}</Badge>}
          </li>
        ))}
      </ul>
      <Merging asset={asset} />
    </details>
  );
}
