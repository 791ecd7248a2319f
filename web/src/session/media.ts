// Where a file of the provider is shown from: the media host itself, or the simulator of a local demo.

import { createContext, useContext } from 'react';

export const MediaBase = createContext<string | null>(null);

export type MediaUrl = (url: string | null | undefined) => string | null;

// The url to load, or null where the policy would not let it through: then the page shows a link instead of a picture.
export function useMediaUrl(): MediaUrl {
  const base = useContext(MediaBase);
  return (url) => mediaUrl(url, base);
}

export function mediaUrl(url: string | null | undefined, base: string | null): string | null {
  if (!url || !URL.canParse(url)) return null;
  const { protocol, hostname, pathname, search } = new URL(url);
  const isProvider = hostname === 'pixverse.ai' || hostname.endsWith('.pixverse.ai');
  if (protocol !== 'https:' || !isProvider) return null;
  return base ? base + pathname.slice(1) + search : url;
}
