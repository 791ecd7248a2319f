// One generation: what was asked for, how it stands while it is made, what came of it, and everything that happened on the way.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from 'wouter';

import { useApi } from '../../api/ApiContext';
import { bodyOf } from '../../api/client';
import { keys } from '../../api/keys';
import type { Generation } from '../../api/types';
import { PlaceTitle } from '../../app/PlaceTitle';
import { app, generate as texts, operationNames, relationNames, statuses, words } from '../../texts';
import { Button } from '../../ui/Button';
import { Json } from '../../ui/Json';
import { ProblemNote } from '../../ui/ProblemNote';
import { Thumb } from '../../ui/Thumb';
import { At } from '../../ui/Time';
import './generate.css';
import { GenerationStand, isOpen, stillOf } from './Generations';

const WHILE_MADE_MS = 2000;

export function GenerationPage({ id }: { id: string }) {
  const api = useApi();
  const asked = useQuery({
    queryKey: keys.generation(id),
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/generations/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data && isOpen(state.data) ? WHILE_MADE_MS : false),
  });
  const generation = asked.data;
  return (
    <div className="place">
      <Link href="/generate">{texts.title}</Link>
      <PlaceTitle title={generation ? operationNames[generation.operation] : texts.one} />
      {asked.isPending && <p className="faint">{app.loading}</p>}
      {asked.isError && <ProblemNote error={asked.error} onRetry={() => void asked.refetch()} />}
      {generation && <Shown generation={generation} />}
    </div>
  );
}

function Shown({ generation }: { generation: Generation }) {
  const api = useApi();
  const cache = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => bodyOf(api.POST('/api/v1/generations/{id}/cancel', { params: { path: { id: generation.id } } })),
    onSettled: () => Promise.all([keys.generation(generation.id), keys.generations].map((queryKey) => cache.invalidateQueries({ queryKey }))),
  });
  const { charged, returned } = generation.credits;
  return (
    <>
      <section className="card stack" aria-label={texts.stand}>
        <div className="row spread">
          <div className="row" role="status">
            <GenerationStand generation={generation} />
            {generation.reason && <span className="quiet">{words(generation.reason)}</span>}
            {charged !== null && <span className="faint number">{texts.credits(charged, returned ?? 0)}</span>}
          </div>
          {isOpen(generation) && (
            <Button size="small" busy={cancel.isPending} onClick={() => cancel.mutate()}>
              {texts.cancel}
            </Button>
          )}
        </div>
        {generation.error && <p className="note note-bad break">{generation.error.message}</p>}
        {cancel.isError && <ProblemNote error={cancel.error} />}
        {generation.outputs.length > 0 && (
          <ul className="outputs">
            {generation.outputs.map((output) => (
              <li key={output.position} className="output">
                <Thumb url={output.thumbnail_url ?? stillOf(generation, output.remote_url)} type={generation.media_type} />
                <span className="row small">
                  {output.asset_id ? (
                    <Link href={`/assets/${output.asset_id}`}>{texts.output(output.position)}</Link>
                  ) : (
                    <span>{texts.output(output.position)}</span>
                  )}
                  <span className="quiet">{statuses[output.status]}</span>
                </span>
              </li>
            ))}
          </ul>
        )}
      </section>
      <section className="card stack" aria-labelledby="asked">
        <h2 id="asked">{texts.asked}</h2>
        {generation.prompt && <p dir="auto">{generation.prompt}</p>}
        {generation.negative_prompt && <p className="quiet" dir="auto">{generation.negative_prompt}</p>}
        {generation.inputs.length > 0 && (
          <ul className="inputs">
            {generation.inputs.map((input) => (
              <li key={`${input.relation} ${input.position}`}>
                <Thumb url={input.media_type === 'image' ? input.url : null} type={input.media_type} />
                <span className="break small">
                  {relationNames[input.relation]}:{' '}
                  {input.asset_id ? <Link href={`/assets/${input.asset_id}`}>{input.asset_id}</Link> : input.url}
                </span>
              </li>
            ))}
          </ul>
        )}
        <Json value={{ model: generation.model, ...generation.parameters }} label={texts.parameters} />
      </section>
      <section className="card stack" aria-labelledby="history">
        <h2 id="history">{texts.history}</h2>
        <ol className="small">
          {generation.history.map((event, at) => (
            <li key={at} className="row">
              {event.at && <At at={event.at} />}
              <span>{words(event.event)}</span>
              <span className="faint">
                {texts.states[event.state]}
                {event.times > 1 && ` · ${texts.times(event.times)}`}
              </span>
            </li>
          ))}
        </ol>
      </section>
    </>
  );
}
