import { useQuery } from '@tanstack/react-query';
import { ArrowLeft, ExternalLink, Link2, RotateCcw, Sparkles, Trash2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Link, useLocation } from 'wouter';

import { PlaceTitle } from '../../app/PlaceTitle';
import { useApi } from '../../api/ApiContext';
import { bodyOf } from '../../api/client';
import { keys } from '../../api/keys';
import type { Asset } from '../../api/types';
import { useMediaUrl } from '../../session/media';
import { app, asset as texts, assets, operationNames, mediaTypes } from '../../texts';
import { Badge } from '../../ui/Badge';
import { Button } from '../../ui/Button';
import { Confirm } from '../../ui/Confirm';
import { ProblemNote } from '../../ui/ProblemNote';
import { useToast } from '../../ui/Toasts';
import { marksOf } from '../assets/tile';
import { useChanges } from '../assets/useChanges';
import './asset.css';
import { Aliases } from './Aliases';
import { Explain } from './Explain';
import { FactList } from './FactList';
import { LineageSection } from './LineageSection';
import { MediaView } from './MediaView';
import { Observations } from './Observations';
import { Prompts } from './Prompts';

export function AssetPage({ id }: { id: string }) {
  const api = useApi();
  const [, navigate] = useLocation();
  const say = useToast();
  const asked = useQuery({
    queryKey: keys.asset(id),
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/assets/{id}', { params: { path: { id } }, signal })),
  });
  const asset = asked.data;
  // Merged into another one: old addresses go on working, and show the new one.
  useEffect(() => {
    if (!asset || asset.id === id) return;
    say(texts.redirected);
    navigate(`/assets/${asset.id}`, { replace: true });
  }, [asset, id, navigate, say]);

  return (
    <div className="asset">
      <Back />
      {asked.isPending && <AssetSkeleton />}
      {asked.isError && !asset && (
        <>
          <PlaceTitle title={app.places.assets} shown={false} />
          <ProblemNote error={asked.error} onRetry={() => void asked.refetch()} />
        </>
      )}
      {asset && (
        <>
          <AssetHead asset={asset} />
          <div className="asset-top">
            <div className="stack asset-side">
              <MediaView asset={asset} />
              <Prompts asset={asset} />
            </div>
            <FactList asset={asset} />
          </div>
          <LineageSection asset={asset} />
          <Explain id={asset.id} />
          <Aliases asset={asset} />
          <Observations id={asset.id} />
        </>
      )}
    </div>
  );
}

// Back to where one was in the gallery, filters and all; for whoever came by a link, to its beginning.
function Back() {
  const [, navigate] = useLocation();
  const back = () => (history.state !== null || history.length > 1 ? history.back() : navigate('/assets'));
  return (
    <Button look="quiet" size="small" className="asset-back" onClick={back}>
      <ArrowLeft aria-hidden />
      {texts.back}
    </Button>
  );
}

function AssetHead({ asset }: { asset: Asset }) {
  const urlOf = useMediaUrl();
  const say = useToast();
  const changes = useChanges();
  const [isAsking, setAsking] = useState(false);
  const original = urlOf(asset.remote_url) ?? asset.remote_url;
  const copy = async () => {
    await navigator.clipboard.writeText(asset.remote_url ?? '');
    say(texts.linkCopied);
  };
  return (
    <header className="asset-head">
      <div>
        <PlaceTitle title={titleOf(asset)} />
        <p className="row">
          {marksOf(asset).map(({ text, tone }) => (
            <Badge key={text} tone={tone}>
              {text}
            </Badge>
          ))}
          {asset.in_conflict && (
            <Link className="small" href={`/drift?asset=${asset.id}`}>
              {texts.disagreements}
            </Link>
          )}
        </p>
      </div>
      <div className="row">
        {original && (
          <>
            <a className="button" href={original} target="_blank" rel="noreferrer" download>
              <ExternalLink aria-hidden />
              {texts.download}
            </a>
            <Button onClick={() => void copy()}>
              <Link2 aria-hidden />
              {texts.copyLink}
            </Button>
          </>
        )}
        {asset.operation && (
          <Link className="button" href={`/generate?again=${asset.id}`}>
            <Sparkles aria-hidden />
            {texts.useAgain}
          </Link>
        )}
        {asset.removed ? (
          <Button look="primary" onClick={() => void changes.restore([asset.id])}>
            <RotateCcw aria-hidden />
            {assets.restore}
          </Button>
        ) : (
          <Button look="danger" onClick={() => setAsking(true)}>
            <Trash2 aria-hidden />
            {assets.remove}
          </Button>
        )}
      </div>
      {asset.removed && <p className="note note-warn asset-note">{texts.removedNote}</p>}
      {isAsking && (
        <Confirm title={assets.removeTitle(1)} action={assets.remove} onConfirm={() => changes.remove([asset.id])} onClose={() => setAsking(false)}>
          {assets.removeText}
        </Confirm>
      )}
    </header>
  );
}

function titleOf(asset: Asset): string {
  const what = asset.operation ? operationNames[asset.operation] : asset.making === 'uploaded' ? texts.uploaded(mediaTypes[asset.media_type]) : mediaTypes[asset.media_type];
  return asset.provider_asset_id ? `${what} ${asset.provider_asset_id}` : what;
}

function AssetSkeleton() {
  return (
    <div className="asset-top" aria-hidden>
      <div className="skeleton asset-skeleton" />
      <div className="skeleton asset-skeleton" />
    </div>
  );
}
