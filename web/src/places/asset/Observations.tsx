import { useInfiniteQuery } from '@tanstack/react-query';

import { useApi } from '../../api/ApiContext';
import { bodyOf } from '../../api/client';
import { keys } from '../../api/keys';
import { useAccounts } from '../../api/queries';
import type { Observation } from '../../api/types';
import { app, asset as texts } from '../../texts';
import { Badge } from '../../ui/Badge';
import { Button } from '../../ui/Button';
import { Json } from '../../ui/Json';
import { ProblemNote } from '../../ui/ProblemNote';
import { At } from '../../ui/Time';

export function Observations({ id }: { id: string }) {
  const api = useApi();
  const asked = useInfiniteQuery({
    queryKey: keys.observations(id),
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      bodyOf(
        api.GET('/api/v1/assets/{id}/observations', {
          params: { path: { id }, query: { limit: 10, ...(pageParam && { cursor: pageParam }) } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor,
  });
  const observations = asked.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className="stack" aria-labelledby="observations">
      <div>
        <h2 id="observations">{texts.observations}</h2>
        <p className="quiet small">{texts.observationsText}</p>
      </div>
      {asked.isPending && <p className="faint">{app.loading}</p>}
      {asked.isError && <ProblemNote error={asked.error} onRetry={() => void asked.refetch()} />}
      {observations.map((observation) => (
        <ObservationView key={observation.id} observation={observation} />
      ))}
      {asked.hasNextPage && (
        <Button busy={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
          {app.more}
        </Button>
      )}
    </section>
  );
}

function ObservationView({ observation }: { observation: Observation }) {
  const accounts = useAccounts();
  const nameOf = (id: string) => accounts.data?.find((account) => account.id === id)?.label ?? id;
  return (
    <article className="card observation">
      <ul className="stack">
        {observation.sightings.map(({ feed, provider_account_id, first_seen_at, last_seen_at }) => (
          <li key={`${feed} ${provider_account_id}`} className="row small">
            <Badge tone="accent">{texts.feeds[feed] ?? feed}</Badge>
            <span>{nameOf(provider_account_id)}</span>
            <span className="faint">
              {texts.first} <At at={first_seen_at} />
              {last_seen_at !== first_seen_at && (
                <>
                  {' · '}
                  {texts.last} <At at={last_seen_at} />
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
      <details>
        <summary className="small quiet">{texts.payload}</summary>
        <Json value={observation.payload} label={texts.payload} />
      </details>
    </article>
  );
}
