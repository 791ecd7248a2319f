import { AudioLines, Check, ImageOff, Play } from 'lucide-react';
import { memo, useLayoutEffect, useRef, useState, type MouseEvent } from 'react';

import { useMediaUrl } from '../../session/media';
import { assets as texts, clock, day, mediaTypes } from '../../texts';
import { Badge } from '../../ui/Badge';
import type { Tile } from './tile';

interface Props {
  tile: Tile;
  at: number;
  width: number;
  isActive: boolean;
  isSelected: boolean;
  onToggle: (at: number, isRange: boolean) => void;
  onFocus: (at: number) => void;
  onOpen: (id: string) => void;
}

export const TileView = memo(function TileView({ tile, at, width, isActive, isSelected, onToggle, onFocus, onOpen }: Props) {
  const name = tile.title || texts.untitled;
  const open = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.button !== 0) return;
    event.preventDefault();
    if (event.shiftKey) onToggle(at, true);
    else onOpen(tile.id);
  };
  return (
    <div role="gridcell" aria-selected={isSelected} className="tile" style={{ width }}>
      <a href={`/assets/${tile.id}`} className="tile-link" data-tile={at} tabIndex={isActive ? 0 : -1} onClick={open} onFocus={() => onFocus(at)}>
        <span className="visually-hidden">
          {mediaTypes[tile.type]}, {day(tile.createdAt)}:{' '}
        </span>
        <Picture tile={tile} />
        <span className="tile-title">{name}</span>
        {tile.marks.length > 0 && (
          <span className="tile-marks">
            {tile.marks.slice(0, 2).map(({ text, tone }) => (
              <Badge key={text} tone={tone}>
                {text}
              </Badge>
            ))}
          </span>
        )}
        {tile.type !== 'image' && (
          <span className="tile-length" aria-hidden>
            {tile.type === 'video' ? <Play /> : <AudioLines />}
            {tile.durationS !== null && tile.durationS > 0 && clock(tile.durationS)}
          </span>
        )}
      </a>
      <button
        type="button"
        role="checkbox"
        aria-checked={isSelected}
        aria-label={texts.select(name)}
        tabIndex={-1}
        className="tile-check"
        onClick={(event) => onToggle(at, event.shiftKey)}
      >
        <Check aria-hidden />
      </button>
    </div>
  );
});

// The still; under the pointer, the provider's short moving preview where there is one.
function Picture({ tile }: { tile: Tile }) {
  const urlOf = useMediaUrl();
  const [isBroken, setBroken] = useState(false);
  const [isOver, setOver] = useState(false);
  const still = urlOf(tile.picture);
  const moving = urlOf(tile.moving);
  if (!still || isBroken) {
    return (
      <span className="tile-none">
        {tile.type === 'audio' ? <AudioLines aria-hidden /> : <ImageOff aria-hidden />}
        <span>{tile.type === 'audio' ? mediaTypes.audio : tile.picture && !still ? texts.elsewhere : texts.noPicture}</span>
        {tile.title && (
          <span className="tile-none-title faint" aria-hidden>
            {tile.title}
          </span>
        )}
      </span>
    );
  }
  return (
    <span className="tile-picture" onPointerEnter={() => setOver(true)} onPointerLeave={() => setOver(false)}>
      <Still url={still} onBroken={() => setBroken(true)} />
      {isOver && moving && !isStill() && <img src={moving} alt="" className="tile-moving" draggable={false} />}
    </span>
  );
}

// What is scrolled past before it has arrived is called off, so that it holds up nothing behind it.
function Still({ url, onBroken }: { url: string; onBroken: () => void }) {
  const image = useRef<HTMLImageElement>(null);
  useLayoutEffect(() => {
    const element = image.current;
    element?.setAttribute('src', url);
    return () => element?.removeAttribute('src');
  }, [url]);
  return <img ref={image} alt="" decoding="async" draggable={false} onError={onBroken} />;
}

const isStill = () => matchMedia('(prefers-reduced-motion: reduce)').matches;
