import { BaseEdge, EdgeLabelRenderer, getBezierPath, type EdgeProps } from '@xyflow/react';

// How far the words stand from the end at which nothing else is written.
const DISTANCE = 30;

// From a source to what was made of it. Its words stand where they do not meet those of its neighbours: below the source,
// and above what was made where one source went into several.
export function SourceEdge(props: EdgeProps) {
  const { id, sourceX, sourceY, targetX, targetY, label, markerEnd, data } = props;
  const [path] = getBezierPath(props);
  const isFan = data?.['isFan'] === true;
  const x = isFan ? targetX : sourceX;
  const y = isFan ? targetY - DISTANCE : sourceY + DISTANCE;
  return (
    <>
      <BaseEdge id={id} path={path} {...(markerEnd && { markerEnd })} />
      {label && (
        <EdgeLabelRenderer>
          <span className="edge-label" style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}>
            {label}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  );
}
