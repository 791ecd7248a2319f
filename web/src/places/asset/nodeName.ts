import type { LineageNode } from '../../api/types';
import { graph as texts, mediaTypes, operationNames } from '../../texts';

// What a node is called: what made it, else what it is.
export function nameOf(node: LineageNode): string {
  if (node.parent_unknown) return `${mediaTypes[node.media_type]}, ${texts.onlySource.toLowerCase()}`;
  return node.operation ? operationNames[node.operation] : mediaTypes[node.media_type];
}
