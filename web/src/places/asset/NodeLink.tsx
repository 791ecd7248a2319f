import { Link } from 'wouter';

import { app, graph as texts } from '../../texts';
import type { KnownNode } from './graph';
import { nameOf } from './nodeName';

export function NodeLink({ known, focus }: { known: KnownNode | undefined; focus: string }) {
  if (!known) return <>{app.none}</>;
  const { node } = known;
  if (node.id === focus) return <strong>{texts.thisAsset}</strong>;
  return (
    <>
      <Link href={`/assets/${node.id}`}>{nameOf(node)}</Link>
      {node.provider_asset_id && <span className="faint small"> {node.provider_asset_id}</span>}
    </>
  );
}
