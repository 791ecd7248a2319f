// The assets of the graph, each with its distance, what is odd about it, and what lies open beyond it.

import type { LineageState } from '../../api/types';
import { app, graph as texts, statuses } from '../../texts';
import { Button } from '../../ui/Button';
import { distances, withUnknownParent, type Direction, type Graph, type KnownNode } from './graph';
import { NodeLink } from './NodeLink';
import { nameOf } from './nodeName';

interface Props {
  graph: Graph;
  focus: string;
  state: LineageState;
  busy: string | null;
  onExpand: (id: string, direction: Direction) => Promise<void>;
}

export function LineageNodeTable({ graph, focus, state, busy, onExpand }: Props) {
  const far = distances(graph, focus);
  const unknown = new Set(withUnknownParent(graph, focus, state));
  const stepsOf = ({ node }: KnownNode) => far.get(node.id)?.steps ?? Infinity;
  const nodes = [...graph.nodes.values()].sort((one, other) => stepsOf(one) - stepsOf(other));
  return (
    <div className="scroll-x" role="region" aria-label={texts.table.nodes} tabIndex={0}>
      <table className="table lineage-table">
        <caption className="visually-hidden">{texts.table.nodes}</caption>
        <thead>
          <tr>
            <th scope="col">{texts.table.asset}</th>
            <th scope="col">{texts.table.distance}</th>
            <th scope="col">{texts.table.notes}</th>
            <th scope="col">{texts.table.beyond}</th>
          </tr>
        </thead>
        <tbody>
          {nodes.map((known) => (
            <tr key={known.node.id}>
              <td>
                <NodeLink known={known} focus={focus} />
              </td>
              <td>{texts.table.away(far.get(known.node.id) ?? null)}</td>
              <td>{notesOf(known, unknown.has(known.node.id)) || app.none}</td>
              <td>
                <Beyond known={known} isBusy={busy === known.node.id} onExpand={onExpand} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function notesOf({ node }: KnownNode, namesUnknown: boolean): string {
  const notes = [
    node.parent_unknown && texts.onlySource,
    !node.parent_unknown && node.status !== 'completed' && statuses[node.status],
    namesUnknown && texts.unknownParent,
  ];
  return notes.filter(Boolean).join(', ');
}

function Beyond({ known, isBusy, onExpand }: { known: KnownNode; isBusy: boolean } & Pick<Props, 'onExpand'>) {
  const { node } = known;
  const open = (['ancestors', 'descendants'] as const).flatMap((direction) => {
    const side = known[direction];
    return side.state === 'closed' ? [] : [{ direction, more: side.state === 'open' ? side.more : null }];
  });
  if (open.length === 0) return <span className="faint">{texts.table.all}</span>;
  return (
    <span className="row">
      {open.map(({ direction, more }) => {
        const label = direction === 'ancestors' ? texts.showParents(more) : texts.showChildren(more);
        return (
          <Button key={direction} size="small" busy={isBusy} aria-label={texts.table.of(label, nameOf(node))} onClick={() => void onExpand(node.id, direction)}>
            {label}
          </Button>
        );
      })}
    </span>
  );
}
