import { Images } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Link, useSearchParams } from 'wouter';

import { PlaceTitle } from '../../app/PlaceTitle';
import { useAccounts, useCounts } from '../../api/queries';
import { assets as texts } from '../../texts';
import { Button } from '../../ui/Button';
import { Empty } from '../../ui/Empty';
import { ProblemNote } from '../../ui/ProblemNote';
import { FilterBar } from './FilterBar';
import { filtersIn, hasFilters } from './filters';
import './gallery.css';
import { SelectionBar } from './SelectionBar';
import { TileGrid } from './TileGrid';
import { useGallery, useGalleryChanges } from './useGallery';
import { useSelection } from './useSelection';

export function Gallery() {
  const [search] = useSearchParams();
  const filters = filtersIn(search);
  const { gallery, tiles, lookedTo } = useGallery(filters);
  const selection = useSelection(tiles);
  const isFiltered = hasFilters(filters);
  const isOver = gallery.isSuccess && !gallery.hasNextPage;
  return (
    <div className="gallery">
      <div className="gallery-head">
        <PlaceTitle title={texts.title} />
        <Total isFiltered={isFiltered} loaded={tiles.length} isOver={isOver} />
      </div>
      <FilterBar filters={filters} />
      <Newer isFiltered={isFiltered} loadedAt={gallery.dataUpdatedAt} />
      {gallery.isError && tiles.length === 0 && <ProblemNote error={gallery.error} onRetry={() => void gallery.refetch()} />}
      {gallery.isPending && <Skeletons />}
      {isOver && tiles.length === 0 && (isFiltered ? <NoneMatch /> : <NothingYet />)}
      <TileGrid
        key={search.toString()}
        place={search.toString()}
        tiles={tiles}
        selection={selection}
        hasMore={gallery.hasNextPage}
        isFetching={gallery.isFetching}
        onMore={() => void gallery.fetchNextPage({ cancelRefetch: false })}
        lookedTo={lookedTo}
      />
      {gallery.isFetchNextPageError && <ProblemNote error={gallery.error} onRetry={() => void gallery.fetchNextPage()} />}
      {selection.ids.size > 0 && <SelectionBar selection={selection} isRemoved={filters.removed === 'true'} />}
    </div>
  );
}

function Total({ isFiltered, loaded, isOver }: { isFiltered: boolean; loaded: number; isOver: boolean }) {
  const counts = useCounts();
  const total = !isFiltered && counts.data ? texts.total(counts.data.total) : isOver ? texts.found(loaded) : texts.loadedSoFar(loaded);
  return (
    <p className="faint number" role="status">
      {total}
    </p>
  );
}

// What came in since the list was read is not pushed in under one's eyes: a button brings it.
function Newer({ isFiltered, loadedAt }: { isFiltered: boolean; loadedAt: number }) {
  const counts = useCounts();
  const { forget } = useGalleryChanges();
  const [known, setKnown] = useState<number | null>(null);
  const total = counts.data?.total ?? null;
  useEffect(() => setKnown(null), [loadedAt]);
  useEffect(() => {
    if (known === null && total !== null) setKnown(total);
  }, [known, total]);
  if (isFiltered || known === null || total === null || total <= known || known === 0) return null;
  return (
    <div className="gallery-newer">
      <Button look="primary" size="small" onClick={() => void forget()}>
        {texts.newer(total - known)}
      </Button>
    </div>
  );
}

function NothingYet() {
  const accounts = useAccounts();
  const hasAccount = (accounts.data?.length ?? 0) > 0;
  return (
    <Empty icon={<Images />} title={texts.emptyTitle} text={hasAccount ? texts.emptyText : texts.emptyNoAccount}>
      <Link href="/providers" className="button button-primary button-large">
        {hasAccount ? texts.emptyGo : texts.emptyConnect}
      </Link>
    </Empty>
  );
}

function NoneMatch() {
  return (
    <Empty icon={<Images />} title={texts.noneTitle} text={texts.noneText}>
      <Link href="/assets" className="button">
        {texts.clear}
      </Link>
    </Empty>
  );
}

const SKELETONS = [1.78, 0.56, 1, 1.78, 1.78, 2, 1, 0.56, 1.78, 1, 1.78, 2, 0.56, 1.78, 1, 1.78];

function Skeletons() {
  return (
    <div className="gallery-skeletons" aria-hidden>
      {SKELETONS.map((aspect, at) => (
        <div key={at} className="skeleton" style={{ aspectRatio: aspect, flexGrow: aspect }} />
      ))}
    </div>
  );
}
