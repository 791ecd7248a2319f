import { AudioLines, ImageOff } from 'lucide-react';
import { useState } from 'react';

import type { Asset } from '../../api/types';
import { useMediaUrl } from '../../session/media';
import { asset as texts } from '../../texts';

// The media themselves, from the provider's host; where there are none, why.
export function MediaView({ asset }: { asset: Asset }) {
  const urlOf = useMediaUrl();
  const [isBroken, setBroken] = useState(false);
  const url = urlOf(asset.remote_url);
  const poster = urlOf(asset.thumbnail_url) ?? undefined;
  const ratio = asset.width && asset.height ? asset.width / asset.height : asset.media_type === 'video' ? 16 / 9 : 1;
  const label = asset.prompts[0] ?? texts.noMedia;

  if (asset.media_type === 'audio' && url) {
    return (
      <figure className="media media-audio">
        <AudioLines aria-hidden />
        <audio src={url} controls preload="none" aria-label={label} />
      </figure>
    );
  }
  if (!url && !poster) {
    return (
      <figure className="media media-none" style={{ aspectRatio: Math.max(1, ratio) }}>
        <ImageOff aria-hidden />
        <figcaption>
          {texts.noMedia}
          <span className="quiet">{asset.remote_url ? texts.elsewhere : texts.noMediaWhy[asset.status]}</span>
        </figcaption>
      </figure>
    );
  }
  return (
    <figure className="media" style={{ aspectRatio: ratio }}>
      {asset.media_type === 'video' && url ? (
        <video src={url} poster={poster} controls playsInline loop preload="none" aria-label={label} onError={() => setBroken(true)} />
      ) : (
        <img src={url ?? poster} alt={label} onError={() => setBroken(true)} />
      )}
      {isBroken && (
        <figcaption className="media-broken" role="status">
          {texts.notPlayable}
        </figcaption>
      )}
    </figure>
  );
}
