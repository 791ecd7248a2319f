// What the gallery keeps of an asset: as little as a tile shows, since there may be a hundred thousand of them.

import type { AssetSummary, MediaType } from '../../api/types';
import { badges as texts, statuses } from '../../texts';
import type { Tone } from '../../ui/Badge';

export interface Mark {
  text: string;
  tone: Tone;
}

export interface Tile {
  id: string;
  type: MediaType;
  picture: string | null;
  moving: string | null;
  aspect: number;
  durationS: number | null;
  title: string;
  createdAt: string;
  marks: Mark[];
  removed: boolean;
}

// Narrower or wider than this, a tile would be a stripe.
const NARROWEST = 0.5;
const WIDEST = 2.4;
const TITLE_CHARS = 200;

export function tileOf(asset: AssetSummary): Tile {
  return {
    id: asset.id,
    type: asset.media_type,
    picture: asset.thumbnail_url,
    moving: asset.preview_url,
    aspect: aspectOf(asset),
    durationS: asset.duration_s,
    title: (asset.prompts.find((prompt) => prompt.trim() !== '') ?? asset.name ?? '').slice(0, TITLE_CHARS),
    createdAt: asset.created_at,
    marks: marksOf(asset),
    removed: asset.removed,
  };
}

function aspectOf({ width, height, media_type }: AssetSummary): number {
  if (!width || !height) return media_type === 'video' ? 16 / 9 : 1;
  return Math.min(WIDEST, Math.max(NARROWEST, width / height));
}

type Marked = Pick<AssetSummary, 'status' | 'remote_url' | 'missing_since' | 'removed' | 'origin' | 'in_conflict' | 'link_broken'> & {
  lineage: Pick<AssetSummary['lineage'], 'state'>;
};

// What somebody should know before opening it; an asset that is as it should be has none.
export function marksOf(asset: Marked): Mark[] {
  const marks: Mark[] = [];
  const add = (text: string, tone: Tone) => marks.push({ text, tone });
  if (asset.removed) add(texts.removed, 'plain');
  if (asset.origin === 'referenced') add(texts.source, 'info');
  if (asset.missing_since) add(texts.missing, 'bad');
  if (asset.status !== 'completed') add(statuses[asset.status], asset.status === 'processing' ? 'info' : 'bad');
  else if (!asset.remote_url) add(texts.noLink, 'bad');
  else if (asset.link_broken) add(texts.brokenLink, 'bad');
  if (asset.in_conflict) add(texts.conflict, 'warn');
  if (asset.lineage.state === 'pending') add(texts.pending, 'plain');
  if (asset.lineage.state === 'partial') add(texts.partial, 'warn');
  if (asset.lineage.state === 'unresolved') add(texts.unresolved, 'warn');
  return marks;
}
