import { AudioLines, ImageOff } from 'lucide-react';
import { useState } from 'react';

import type { MediaType } from '../api/types';
import { useMediaUrl } from '../session/media';

// A small still of a reserved size; what has none, or none that may be loaded here, shows what kind of thing it is.
export function Thumb({ url, type }: { url: string | null | undefined; type: MediaType }) {
  const urlOf = useMediaUrl();
  const [isBroken, setBroken] = useState(false);
  const shown = urlOf(url);
  return (
    <span className="thumb">
      {shown && !isBroken ? (
        <img src={shown} alt="" loading="lazy" decoding="async" draggable={false} onError={() => setBroken(true)} />
      ) : type === 'audio' ? (
        <AudioLines aria-hidden />
      ) : (
        <ImageOff aria-hidden />
      )}
    </span>
  );
}
