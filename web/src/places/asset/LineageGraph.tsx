// The graph to look at. It stands in a chunk of its own, loaded when somebody opens an asset.

import '@xyflow/react/dist/style.css';
import './lineage-graph.css';

import { MarkerType, Panel, ReactFlow, ReactFlowProvider, useReactFlow, type Edge, type Node } from '@xyflow/react';
import { Maximize, Minus, Plus } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';

import type { LineageEdge, LineageState } from '../../api/types';
import { graph as texts, relationNames } from '../../texts';
import { IconButton } from '../../ui/Button';
import { edgeKey, traced, withUnknownParent, type Direction, type Graph } from './graph';
import { GhostNode, LineageNodeView, type GraphNode } from './GraphNodes';
import { SourceEdge } from './SourceEdge';
import { layOut, NODE_HEIGHT, NODE_WIDTH, type Position } from './layout';

const NODE_TYPES = { asset: LineageNodeView, ghost: GhostNode };
const EDGE_TYPES = { source: SourceEdge };
const FIT = { padding: 0.12, maxZoom: 1 };

export interface Props {
  graph: Graph;
  focus: string;
  // Of the asset in the middle: whether one of its own parents is unknown.
  state: LineageState;
  busy: string | null;
  // How often the way back was asked for: each time, all of it comes into view.
  traces: number;
  onExpand: (id: string, direction: Direction) => Promise<void>;
}

export default function LineageGraph(props: Props) {
  return (
    <ReactFlowProvider>
      <Drawn {...props} />
    </ReactFlowProvider>
  );
}

function Drawn({ graph, focus, state, busy, traces, onExpand }: Props) {
  const ghosts = useMemo(() => ghostsOf(graph, focus, state), [graph, focus, state]);
  const anchor = useRef(focus);
  const positions = usePositions(graph, ghosts, anchor, traces);
  const path = useMemo(() => traced(graph, focus), [graph, focus]);
  const expand = useCallback(
    (id: string, direction: Direction) => {
      anchor.current = id;
      void onExpand(id, direction);
    },
    [onExpand],
  );
  const nodes = useMemo(
    () => nodesOf(graph, ghosts, positions, { focus, busy, onPath: path.steps, onExpand: expand }),
    [graph, ghosts, positions, focus, busy, path, expand],
  );
  const edges = useMemo(() => edgesOf(graph, ghosts, positions, path.edges), [graph, ghosts, positions, path]);
  return (
    <>
      <div className="lineage-space lineage-graph" role="group" aria-label={texts.asGraph}>
        {positions.size > 0 && (
          <ReactFlow
            nodes={nodes}
            edges={edges}
            nodeTypes={NODE_TYPES}
            edgeTypes={EDGE_TYPES}
            nodesConnectable={false}
            nodesDraggable={false}
            nodesFocusable={false}
            edgesFocusable={false}
            elementsSelectable={false}
            zoomOnScroll={false}
            preventScrolling={false}
            minZoom={0.15}
            maxZoom={1.5}
            fitView
            fitViewOptions={FIT}
          >
            <Panel position="top-right">
              <ZoomButtons />
            </Panel>
          </ReactFlow>
        )}
      </div>
      <ul className="lineage-legend">
        <li className="legend-path">{texts.legendPath}</li>
        <li className="legend-unknown">{texts.legendUnknown}</li>
      </ul>
    </>
  );
}

function ZoomButtons() {
  const flow = useReactFlow();
  return (
    <div className="lineage-zoom">
      <IconButton size="small" label={texts.zoomIn} icon={<Plus aria-hidden />} onClick={() => void flow.zoomIn()} />
      <IconButton size="small" label={texts.zoomOut} icon={<Minus aria-hidden />} onClick={() => void flow.zoomOut()} />
      <IconButton size="small" label={texts.fit} icon={<Maximize aria-hidden />} onClick={() => void flow.fitView(FIT)} />
    </div>
  );
}

// Lays out anew when the graph grows, and keeps the node that was expanded where it was on the screen.
function usePositions(graph: Graph, ghosts: ReadonlyMap<string, string>, anchor: React.RefObject<string>, traces: number) {
  const flow = useReactFlow();
  const [positions, setPositions] = useState<ReadonlyMap<string, Position>>(new Map());
  const latest = useRef(positions);
  const asked = useRef(traces);
  const fitted = useRef(traces);
  asked.current = traces;
  useEffect(() => {
    let isCurrent = true;
    void layOut(graph, ghosts).then((next) => {
      if (!isCurrent) return;
      const before = latest.current.get(anchor.current);
      const after = next.get(anchor.current);
      latest.current = next;
      setPositions(next);
      if (asked.current !== fitted.current) {
        fitted.current = asked.current;
        requestAnimationFrame(() => void flow.fitView(FIT));
        return;
      }
      if (!before || !after) return;
      const { x, y, zoom } = flow.getViewport();
      void flow.setViewport({ x: x + (before.x - after.x) * zoom, y: y + (before.y - after.y) * zoom, zoom });
    });
    return () => {
      isCurrent = false;
    };
  }, [graph, ghosts, anchor, flow]);
  return positions;
}

const ghostsOf = (graph: Graph, focus: string, state: LineageState): Map<string, string> =>
  new Map(withUnknownParent(graph, focus, state).map((id) => [id, `ghost ${id}`]));

interface Marks {
  focus: string;
  busy: string | null;
  onPath: ReadonlyMap<string, number>;
  onExpand: (id: string, direction: Direction) => void;
}

function nodesOf(graph: Graph, ghosts: ReadonlyMap<string, string>, positions: ReadonlyMap<string, Position>, marks: Marks): Node[] {
  const size = { width: NODE_WIDTH, height: NODE_HEIGHT };
  const nodes: Node[] = [];
  for (const [id, known] of graph.nodes) {
    const position = positions.get(id);
    if (!position) continue;
    const data: GraphNode['data'] = {
      known,
      isFocus: id === marks.focus,
      isOnPath: marks.onPath.has(id),
      isBusy: marks.busy === id,
      onExpand: marks.onExpand,
    };
    nodes.push({ id, type: 'asset', position, data, ...size });
  }
  for (const id of ghosts.values()) {
    const position = positions.get(id);
    if (position) nodes.push({ id, type: 'ghost', position, data: {}, ...size });
  }
  return nodes;
}

function edgesOf(graph: Graph, ghosts: ReadonlyMap<string, string>, positions: ReadonlyMap<string, Position>, onPath: ReadonlySet<string>): Edge[] {
  const marker = { type: MarkerType.ArrowClosed, width: 16, height: 16 };
  const drawn = [...graph.edges.values()].filter((edge) => positions.has(edge.parent) && positions.has(edge.child));
  const children = Map.groupBy(drawn, (edge) => edge.parent);
  const edges: Edge[] = drawn.map((edge) => {
    const isOn = onPath.has(edgeKey(edge));
    return {
      id: edgeKey(edge),
      type: 'source',
      data: { isFan: (children.get(edge.parent)?.length ?? 0) > 1 },
      source: edge.parent,
      target: edge.child,
      label: labelOf(edge),
      className: isOn ? 'edge-path' : edge.cycle ? 'edge-cycle' : '',
      markerEnd: { ...marker, color: isOn ? 'var(--accent)' : 'var(--line-strong)' },
    };
  });
  for (const [child, ghost] of ghosts) {
    if (positions.has(ghost)) edges.push({ id: ghost, source: ghost, target: child, className: 'edge-unknown' });
  }
  return edges;
}

function labelOf(edge: LineageEdge): string {
  const end = edge.anchor === 'first' ? texts.first : edge.anchor === 'last' ? texts.last : null;
  const notes = [edge.by_hand ? texts.byHand : null, edge.cycle ? texts.cycle : null];
  return [relationNames[edge.relation], end ?? texts.order(edge.position), ...notes].filter(Boolean).join(' · ');
}
