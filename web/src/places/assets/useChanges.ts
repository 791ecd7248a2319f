// Removing assets and bringing them back, one request each and a few at a time; what succeeded leaves the lists at once.

import { useQueryClient } from '@tanstack/react-query';

import { useApi } from '../../api/ApiContext';
import { keys } from '../../api/keys';
import { problemOf, type Problem } from '../../api/problem';
import { assets as texts } from '../../texts';
import { useToast } from '../../ui/Toasts';
import { useGalleryChanges } from './useGallery';

const SIDE_BY_SIDE = 4;

export function useChanges() {
  const api = useApi();
  const cache = useQueryClient();
  const say = useToast();
  const { drop } = useGalleryChanges();

  const change = async (ids: readonly string[], one: (id: string) => Promise<unknown>, done: (changed: number) => string) => {
    const { changed, problems } = await each(ids, one);
    drop(changed);
    void cache.invalidateQueries({ queryKey: keys.counts });
    void cache.invalidateQueries({ queryKey: ['asset'] });
    void cache.invalidateQueries({ queryKey: ['lineage'] });
    const [problem] = problems;
    if (problem && changed.size === 0) throw problem;
    say(problem ? `${done(changed.size)} ${texts.failedSome(problems.length)}` : done(changed.size));
  };
  return {
    remove: (ids: readonly string[]) =>
      change(ids, (id) => api.DELETE('/api/v1/assets/{id}', { params: { path: { id } } }), texts.removedDone),
    restore: (ids: readonly string[]) =>
      change(ids, (id) => api.POST('/api/v1/assets/{id}/restore', { params: { path: { id } } }), texts.restoredDone),
  };
}

async function each(ids: readonly string[], one: (id: string) => Promise<unknown>) {
  const waiting = [...ids];
  const changed = new Set<string>();
  const problems: Problem[] = [];
  const worker = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      try {
        await one(id);
        changed.add(id);
      } catch (error) {
        problems.push(problemOf(error));
      }
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
  return { changed, problems };
}
