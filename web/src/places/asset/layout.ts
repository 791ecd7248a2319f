// Where each node stands: elk lays the graph out in layers, in a worker of its own, so that the page stays smooth.

import ELK, { type ElkNode } from 'elkjs/lib/elk-api.js';
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';

import { parentsOf, type Graph } from './graph';

export const NODE_WIDTH = 156;
export const NODE_HEIGHT = 150;

export interface Position {
  x: number;
  y: number;
}

let elk: InstanceType<typeof ELK> | null = null;

// Ancestors above, descendants below, sources from left to right in their order. `ghosts` are unknown parents, by child.
export async function layOut(graph: Graph, ghosts: ReadonlyMap<string, string>): Promise<Map<string, Position>> {
  elk ??= new ELK({ workerUrl });
  const ids = [...ghosts.values(), ...graph.nodes.keys()];
  const edges = [...graph.nodes.keys()].flatMap((id) => parentsOf(graph, id)).filter((edge) => !edge.cycle);
  const laid: ElkNode = await elk.layout({
    id: 'lineage',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'DOWN',
      'elk.layered.spacing.nodeNodeBetweenLayers': '84',
      'elk.spacing.nodeNode': '36',
      'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
      'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF',
      'elk.layered.nodePlacement.bk.fixedAlignment': 'BALANCED',
    },
    children: ids.map((id) => ({ id, width: NODE_WIDTH, height: NODE_HEIGHT })),
    edges: [
      ...edges.map((edge, at) => ({ id: `e${at}`, sources: [edge.parent], targets: [edge.child] })),
      ...[...ghosts].map(([child, ghost]) => ({ id: `g${ghost}`, sources: [ghost], targets: [child] })),
    ],
  });
  return new Map(laid.children?.map(({ id, x = 0, y = 0 }) => [id, { x, y }]));
}
