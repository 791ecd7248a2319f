import { Route as RouteIcon, Workflow } from 'lucide-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { Link } from 'wouter';

import type { Asset } from '../../api/types';
import { graph as texts } from '../../texts';
import { Button } from '../../ui/Button';
import { ProblemNote } from '../../ui/ProblemNote';
import { useRefresh } from '../assets/SelectionBar';
import { beginnings, traced, type Graph } from './graph';
import { LineageTable } from './LineageTable';
import { nameOf } from './nodeName';
import { useGraph } from './useGraph';

const LineageGraph = lazy(() => import('./LineageGraph'));

export function LineageSection({ asset }: { asset: Asset }) {
  const [view, setView] = useState<'graph' | 'table'>('graph');
  const [isTraced, setTraced] = useState(false);
  const [traces, setTraces] = useState(0);
  const lineage = useGraph(asset.id);
  const refresh = useRefresh();
  const { graph } = lineage;
  const isAlone = graph !== null && graph.edges.size === 0 && asset.lineage.state !== 'partial' && asset.lineage.state !== 'unresolved';
  const trace = async () => {
    setTraces((before) => before + 1);
    await lineage.trace();
    setTraced(true);
  };
  return (
    <section className="card lineage" aria-labelledby="lineage">
      <div className="row spread">
        <h2 id="lineage">{texts.heading}</h2>
        {graph && !isAlone && (
          <div className="row">
            <Button size="small" busy={lineage.busy === asset.id} onClick={() => void trace()}>
              <RouteIcon aria-hidden />
              {texts.trace}
            </Button>
            <div className="segmented" role="group" aria-label={texts.view}>
              <button type="button" aria-pressed={view === 'graph'} onClick={() => setView('graph')}>
                {texts.asGraph}
              </button>
              <button type="button" aria-pressed={view === 'table'} onClick={() => setView('table')}>
                {texts.asTable}
              </button>
            </div>
          </div>
        )}
      </div>
      {lineage.error !== null && <ProblemNote error={lineage.error} onRetry={lineage.retry} />}
      {lineage.isPending && <div role="status" className="skeleton lineage-space" aria-label={texts.loading} />}
      {graph && isAlone && <Alone asset={asset} />}
      {graph && isTraced && <Beginning graph={graph} id={asset.id} />}
      {graph && !isAlone && view === 'graph' && (
        <Suspense fallback={<div role="status" className="skeleton lineage-space" aria-label={texts.loading} />}>
          <LineageGraph graph={graph} focus={asset.id} state={asset.lineage.state} busy={lineage.busy} traces={traces} onExpand={lineage.expand} />
        </Suspense>
      )}
      {graph && !isAlone && view === 'table' && <LineageTable graph={graph} focus={asset.id} state={asset.lineage.state} busy={lineage.busy} onExpand={lineage.expand} />}
      {asset.lineage.state !== 'none_expected' && (
        <div>
          <Button size="small" look="quiet" busy={refresh.isPending} onClick={() => refresh.mutate([asset.id])}>
            <Workflow aria-hidden />
            {texts.refreshOne}
          </Button>
        </div>
      )}
      {refresh.isError && <ProblemNote error={refresh.error} />}
    </section>
  );
}

function Alone({ asset }: { asset: Asset }) {
  const why = { none_expected: texts.aloneNoSources, pending: texts.alonePending }[asset.lineage.state as string] ?? texts.alone;
  return <p className="quiet">{why}</p>;
}

function Beginning({ graph, id }: { graph: Graph; id: string }) {
  const first = useMemo(() => beginnings(graph, id), [graph, id]);
  const steps = Math.max(0, ...traced(graph, id).steps.values());
  return (
    <p className="row small" role="status">
      {texts.traced(steps)}
      {first.slice(0, 8).map((each) => {
        const known = graph.nodes.get(each);
        return (
          known && (
            <Link key={each} href={`/assets/${each}`}>
              {nameOf(known.node)}
            </Link>
          )
        );
      })}
    </p>
  );
}
