import { Images } from 'lucide-react';
import { useEffect, useRef } from 'react';
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
  const { gallery, tiles, lookedTo, total } = useGallery(filters);
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
      {!isFiltered && <Newer before={total} isEmpty={isOver && tiles.length === 0} />}
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

// What came in since the list was read is not pushed in under one's eyes: a button brings it. Into an empty list it comes by
// itself.
function Newer({ before, isEmpty }: { before: number | null; isEmpty: boolean }) {
  const counts = useCounts();
  const { forget, noteTotal } = useGalleryChanges();
  const total = counts.data?.total ?? null;
  useEffect(() => {
    if (before === null && total !== null && !isEmpty) noteTotal(total);
  }, [before, total, isEmpty]);
  const newer = before === null || total === null ? 0 : total - before;
  const tried = useRef(0);
  useEffect(() => {
    if (!isEmpty || total === null || total === tried.current) return;
    tried.current = total;
    void forget();
  }, [isEmpty, total]);
  if (newer <= 0 || isEmpty) return null;
  const show = () => {
    window.scrollTo(0, 0);
    void forget();
  };
  return (
    <div className="gallery-newer">
      <Button look="primary" size="small" onClick={show}>
        {texts.newer(newer)}
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
