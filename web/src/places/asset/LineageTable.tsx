import type { LineageEdge, LineageState } from '../../api/types';
import { app, graph as texts, operationNames, relationNames } from '../../texts';
import { Badge } from '../../ui/Badge';
import { edgeKey, type Direction, type Graph } from './graph';
import { LineageNodeTable } from './LineageNodeTable';
import { NodeLink } from './NodeLink';

interface Props {
  graph: Graph;
  focus: string;
  state: LineageState;
  busy: string | null;
  onExpand: (id: string, direction: Direction) => Promise<void>;
}

// The same content as the graph, for whoever reads rather than looks.
export function LineageTable({ graph, focus, state, busy, onExpand }: Props) {
  const edges = [...graph.edges.values()].sort((a, b) => rank(a, focus) - rank(b, focus) || a.position - b.position);
  return (
    <div className="stack">
      <div className="scroll-x" role="region" aria-label={texts.table.caption} tabIndex={0}>
        <table className="table lineage-table">
          <caption className="visually-hidden">{texts.table.caption}</caption>
          <thead>
            <tr>
              <th scope="col">{texts.table.parent}</th>
              <th scope="col">{texts.table.relation}</th>
              <th scope="col">{texts.table.order}</th>
              <th scope="col">{texts.table.child}</th>
              <th scope="col">{texts.table.operation}</th>
              <th scope="col">{texts.table.evidence}</th>
            </tr>
          </thead>
          <tbody>
            {edges.map((edge) => (
              <tr key={edgeKey(edge)}>
                <td>
                  <NodeLink known={graph.nodes.get(edge.parent)} focus={focus} />
                </td>
                <td>
                  {relationNames[edge.relation]}
                  {edge.name && <span className="faint"> ({edge.name})</span>}
                </td>
                <td>
                  {texts.order(edge.position)}
                  {edge.anchor && <span className="faint"> {edge.anchor === 'first' ? texts.first : texts.last}</span>}
                </td>
                <td>
                  <NodeLink known={graph.nodes.get(edge.child)} focus={focus} />
                </td>
                <td>{edge.operation ? operationNames[edge.operation] : app.none}</td>
                <td>
                  {edge.by_hand ? texts.table.hand : texts.table.payload}
                  {edge.cycle && <Badge tone="warn">{texts.cycle}</Badge>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <LineageNodeTable graph={graph} focus={focus} state={state} busy={busy} onExpand={onExpand} />
    </div>
  );
}

// What leads into the asset first, then what comes from it, then the rest.
const rank = (edge: LineageEdge, focus: string): number => (edge.child === focus ? 0 : edge.parent === focus ? 1 : 2);
