// The part of the lineage graph that is known to the page: what it has asked for so far, and what lies open beyond.

import type { Lineage, LineageEdge, LineageNode, LineageState } from '../../api/types';

export type Direction = 'ancestors' | 'descendants';

// What is known of one side of a node: not asked, all there, or cut off with so many beyond.
export type Side = { state: 'unknown' | 'closed' } | { state: 'open'; more: number | null };

export interface KnownNode {
  node: LineageNode;
  ancestors: Side;
  descendants: Side;
}

export interface Graph {
  nodes: ReadonlyMap<string, KnownNode>;
  edges: ReadonlyMap<string, LineageEdge>;
}

const UNKNOWN: Side = { state: 'unknown' };

export const EMPTY: Graph = { nodes: new Map(), edges: new Map() };

export const edgeKey = (edge: LineageEdge): string => `${edge.child} ${edge.position} ${edge.relation} ${edge.parent}`;

// What a walk in one direction answered, added to what was known. A side that was all there stays so.
export function merged(graph: Graph, answer: Lineage, direction: Direction): Graph {
  const nodes = new Map(graph.nodes);
  const edges = new Map(graph.edges);
  for (const node of answer.nodes) {
    const known = nodes.get(node.id) ?? { node, ancestors: UNKNOWN, descendants: UNKNOWN };
    const side = known[direction].state === 'closed' ? known[direction] : sideOf(node);
    nodes.set(node.id, { ...known, node, [direction]: side });
  }
  for (const edge of answer.edges) edges.set(edgeKey(edge), edge);
  return { nodes, edges };
}

function sideOf(node: LineageNode): Side {
  return node.cut === undefined ? { state: 'closed' } : { state: 'open', more: node.more ?? null };
}

export const parentsOf = (graph: Graph, id: string): LineageEdge[] =>
  [...graph.edges.values()].filter((edge) => edge.child === id).sort((a, b) => a.position - b.position);

// Everything that an asset came from, as far as it is known: the steps back to each, and the edges that lead there.
export function traced(graph: Graph, from: string): { steps: Map<string, number>; edges: Set<string> } {
  const byChild = Map.groupBy(graph.edges.values(), (edge) => edge.child);
  const steps = new Map([[from, 0]]);
  const edges = new Set<string>();
  for (const [id, step] of steps) {
    for (const edge of byChild.get(id) ?? []) {
      edges.add(edgeKey(edge));
      if (!steps.has(edge.parent)) steps.set(edge.parent, step + 1);
    }
  }
  return { steps, edges };
}

export interface Distance {
  side: 'itself' | 'above' | 'below' | 'beside';
  steps: number;
}

// How far each asset of the graph is from one: above it, below it, or beside, where the way goes up and down.
export function distances(graph: Graph, from: string): Map<string, Distance> {
  const far = new Map<string, Distance>([[from, { side: 'itself', steps: 0 }]]);
  const edges = [...graph.edges.values()];
  // One step farther at a time, from whatever stands on this side already.
  const walk = (side: Distance['side'], ends: (edge: LineageEdge) => [string, string][]) => {
    const isFrom = (known: Distance) => side === 'beside' || known.side === 'itself' || known.side === side;
    for (let step = 0; [...far.values()].some((known) => isFrom(known) && known.steps >= step); step += 1) {
      for (const [near, next] of edges.flatMap(ends)) {
        const known = far.get(near);
        if (known && known.steps === step && isFrom(known) && !far.has(next)) far.set(next, { side, steps: step + 1 });
      }
    }
  };
  walk('above', (edge) => [[edge.child, edge.parent]]);
  walk('below', (edge) => [[edge.parent, edge.child]]);
  walk('beside', (edge) => [[edge.child, edge.parent], [edge.parent, edge.child]]);
  return far;
}

// Assets whose own payload names a source that could not be read: an unknown parent stands above each. What was only ever
// named by others has no payload that could name one.
export function withUnknownParent(graph: Graph, focus: string, state: LineageState): string[] {
  const stateOf = ({ node }: KnownNode) => (node.id === focus ? state : node.lineage);
  return [...graph.nodes.values()].filter((known) => !known.node.parent_unknown && ['partial', 'unresolved'].includes(stateOf(known))).map(({ node }) => node.id);
}

// Where it began: the traced assets that came from nothing.
export function beginnings(graph: Graph, from: string): string[] {
  const { steps } = traced(graph, from);
  return [...steps.keys()].filter((id) => id !== from && !isChild(graph, id));
}

function isChild(graph: Graph, id: string): boolean {
  for (const edge of graph.edges.values()) if (edge.child === id) return true;
  return false;
}
