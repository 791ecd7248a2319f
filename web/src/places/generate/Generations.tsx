// What was asked for: the newest first, followed while it is being made.

import { useInfiniteQuery } from '@tanstack/react-query';
import { Sparkles } from 'lucide-react';
import { Link, useSearchParams } from 'wouter';

import { useApi } from '../../api/ApiContext';
import { bodyOf } from '../../api/client';
import { keys } from '../../api/keys';
import { useAccounts } from '../../api/queries';
import type { GenerationState, GenerationSummary } from '../../api/types';
import { PlaceTitle } from '../../app/PlaceTitle';
import { app, generate as texts, operationNames } from '../../texts';
import { Badge, type Tone } from '../../ui/Badge';
import { Button } from '../../ui/Button';
import { Empty } from '../../ui/Empty';
import { ProblemNote } from '../../ui/ProblemNote';
import { Thumb } from '../../ui/Thumb';
import { Ago } from '../../ui/Time';
import '../activity/runs.css';
import { GenerateForm } from './GenerateForm';

const WHILE_MADE_MS = 2000;

const TONES: Record<GenerationState, Tone> = {
  pending: 'info', submitted: 'info', processing: 'accent', completed: 'good', failed: 'bad', filtered: 'warn', cancelled: 'plain', unknown: 'warn',
};

export const isOpen = (generation: Pick<GenerationSummary, 'state'>): boolean => ['pending', 'submitted', 'processing'].includes(generation.state);

export function Generations() {
  const api = useApi();
  const [search] = useSearchParams();
  const again = search.get('again');
  const accounts = useAccounts();
  const asked = useInfiniteQuery({
    queryKey: keys.generations,
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      bodyOf(api.GET('/api/v1/generations', { params: { query: { limit: 20, ...(pageParam && { cursor: pageParam }) } }, signal })),
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: ({ state }) => (state.data?.pages.some((page) => page.items.some(isOpen)) ? WHILE_MADE_MS : false),
  });
  const items = asked.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="place">
      <div className="place-head">
        <div>
          <PlaceTitle title={texts.title} />
          <p>{texts.lead}</p>
        </div>
      </div>
      <div className="generate">
        {accounts.data && accounts.data.length > 0 && <GenerateForm key={again} accounts={accounts.data} again={again} />}
        <section className="stack" aria-label={texts.title}>
          {asked.isPending && <p className="faint">{app.loading}</p>}
          {asked.isError && <ProblemNote error={asked.error} onRetry={() => void asked.refetch()} />}
          {asked.data && items.length === 0 && <Empty icon={<Sparkles />} title={texts.emptyTitle} text={texts.emptyText} />}
          <ul className="run-list">
            {items.map((generation) => (
              <li key={generation.id} className="run made">
                <Thumb url={firstStill(generation)} type={generation.media_type} />
                <div className="made-says">
                  <div className="row spread">
                    <div className="row">
                      <GenerationStand generation={generation} />
                      <Link href={`/generate/${generation.id}`}>{operationNames[generation.operation]}</Link>
                      {generation.model && <span className="quiet">{generation.model}</span>}
                    </div>
                    <span className="faint">
                      <Ago at={generation.created_at} />
                    </span>
                  </div>
                  {generation.prompt && <p className="small quiet clip">{generation.prompt}</p>}
                </div>
              </li>
            ))}
          </ul>
          {asked.hasNextPage && (
            <Button busy={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
              {app.more}
            </Button>
          )}
        </section>
      </div>
    </div>
  );
}

// An image is its own still.
export const stillOf = (generation: Pick<GenerationSummary, 'media_type'>, url: string | null): string | null => (generation.media_type === 'image' ? url : null);

function firstStill(generation: GenerationSummary): string | null {
  const [output] = generation.outputs;
  return output ? (output.thumbnail_url ?? stillOf(generation, output.remote_url)) : null;
}

export function GenerationStand({ generation }: { generation: GenerationSummary }) {
  return (
    <>
      <Badge tone={TONES[generation.state]}>{texts.states[generation.state]}</Badge>
      {generation.unconfirmed && <Badge tone="warn">{texts.unconfirmed}</Badge>}
      {generation.in_conflict && <Badge tone="warn">{texts.conflict}</Badge>}
    </>
  );
}
