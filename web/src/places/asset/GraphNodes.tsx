import { Handle, Position, type Node, type NodeProps } from '@xyflow/react';
import { AudioLines, ChevronDown, ChevronUp, CircleHelp, ImageOff } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';

import { useMediaUrl } from '../../session/media';
import { graph as texts, statuses } from '../../texts';
import { Badge } from '../../ui/Badge';
import type { Direction, KnownNode, Side } from './graph';
import { nameOf } from './nodeName';

export type GraphNode = Node<
  {
    known: KnownNode;
    isFocus: boolean;
    isOnPath: boolean;
    isBusy: boolean;
    onExpand: (id: string, direction: Direction) => void;
  },
  'asset'
>;

export function LineageNodeView({ data }: NodeProps<GraphNode>) {
  const { known, isFocus, isOnPath, isBusy, onExpand } = data;
  const { node } = known;
  const classes = ['gnode', isFocus && 'gnode-focus', isOnPath && 'gnode-path', node.parent_unknown && 'gnode-unknown'];
  return (
    <div className={classes.filter(Boolean).join(' ')}>
      <Handle type="target" position={Position.Top} />
      <More side={known.ancestors} direction="ancestors" isBusy={isBusy} onClick={() => onExpand(node.id, 'ancestors')} />
      <Link href={`/assets/${node.id}`} className="gnode-link nopan" aria-current={isFocus ? 'true' : undefined}>
        <Thumbnail node={node} />
        <span className="gnode-name">{isFocus ? texts.thisAsset : nameOf(node)}</span>
        <span className="gnode-sub">{isFocus ? nameOf(node) : (node.provider_asset_id ?? '')}</span>
        {node.status !== 'completed' && !node.parent_unknown && (
          <span className="gnode-badge">
            <Badge tone="bad">{statuses[node.status]}</Badge>
          </span>
        )}
      </Link>
      <More side={known.descendants} direction="descendants" isBusy={isBusy} onClick={() => onExpand(node.id, 'descendants')} />
      <Handle type="source" position={Position.Bottom} />
    </div>
  );
}

function Thumbnail({ node }: { node: KnownNode['node'] }) {
  const urlOf = useMediaUrl();
  const [isBroken, setBroken] = useState(false);
  const url = urlOf(node.thumbnail_url);
  if (url && !isBroken) return <img className="gnode-picture" src={url} alt="" draggable={false} onError={() => setBroken(true)} />;
  const Icon = node.parent_unknown ? CircleHelp : node.media_type === 'audio' ? AudioLines : ImageOff;
  return (
    <span className="gnode-picture gnode-none">
      <Icon aria-hidden />
    </span>
  );
}

interface MoreProps {
  side: Side;
  direction: Direction;
  isBusy: boolean;
  onClick: () => void;
}

// The cut mark: more lies beyond, or nobody has asked yet.
function More({ side, direction, isBusy, onClick }: MoreProps) {
  if (side.state === 'closed') return null;
  const more = side.state === 'open' ? side.more : null;
  const isUp = direction === 'ancestors';
  const label = isUp ? texts.showParents(more) : texts.showChildren(more);
  const Icon = isUp ? ChevronUp : ChevronDown;
  return (
    <button
      type="button"
      className={`gnode-more nopan ${isUp ? 'gnode-up' : 'gnode-down'} ${side.state === 'open' ? 'gnode-cut' : ''}`}
      aria-label={label}
      title={label}
      disabled={isBusy}
      onClick={onClick}
    >
      <Icon aria-hidden />
      {more !== null && <span>{more}</span>}
    </button>
  );
}

export function GhostNode() {
  return (
    <div className="gnode gnode-unknown gnode-ghost" title={texts.unknownParentText}>
      <CircleHelp aria-hidden />
      <span className="gnode-name">{texts.unknownParent}</span>
      <span className="gnode-sub">{texts.unknownParentText}</span>
      <Handle type="source" position={Position.Bottom} />
    </div>
  );
}
