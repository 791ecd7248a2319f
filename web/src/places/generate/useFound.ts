// Assets of the library that may be used as an input.

import { useQuery } from '@tanstack/react-query';

import { useApi } from '../../api/ApiContext';
import { bodyOf } from '../../api/client';
import { keys } from '../../api/keys';
import type { MediaType } from '../../api/types';
import { isIdentity } from '../assets/filters';
import { tileOf } from '../assets/tile';

const SHOWN = 12;

export function useFound(sought: string, media_type: MediaType) {
  const api = useApi();
  return useQuery({
    queryKey: keys.inputs(media_type, sought),
    enabled: sought !== '',
    queryFn: async ({ signal }) => {
      const by = isIdentity(sought) ? { q: sought } : { text: sought };
      const { items } = await bodyOf(api.GET('/api/v1/assets', { params: { query: { ...by, media_type, limit: SHOWN } }, signal }));
      return items.map(tileOf);
    },
  });
}
