// One input that was chosen: its picture, its place in the order, and the way out.

import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { Link } from 'wouter';

import { useApi } from '../../api/ApiContext';
import { bodyOf } from '../../api/client';
import { keys } from '../../api/keys';
import { generate as texts, graph, relationNames } from '../../texts';
import { IconButton } from '../../ui/Button';
import { Thumb } from '../../ui/Thumb';
import type { Picked } from './draft';
import { Wrong, type Violation } from './Wrong';

interface Props {
  input: Picked;
  // Its place in the slot, and in the whole request.
  place: number;
  at: number;
  isNamed: boolean;
  wrong: Violation[];
  onAway: () => void;
  onName: (name: string) => void;
}

export function PickedInput({ input, place, at, isNamed, wrong, onAway, onName }: Props) {
  const api = useApi();
  const id = input.asset_id ?? null;
  const asset = useQuery({
    queryKey: keys.asset(id ?? ''),
    enabled: id !== null,
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/assets/{id}', { params: { path: { id: id ?? '' } }, signal })),
  });
  const title = asset.data?.prompts.find((prompt) => prompt.trim() !== '') ?? asset.data?.name;
  const called = input.asset_id ?? input.url;
  return (
    <li className="picked-one">
      <Thumb url={input.url ?? asset.data?.thumbnail_url} type={input.media_type} />
      <span className="picked-says">
        <span className="small quiet">
          {relationNames[input.relation]} {graph.order(place)}
        </span>
        {title && <span className="small clip">{title}</span>}
        {input.asset_id ? (
          <Link className="mono small clip" href={`/assets/${input.asset_id}`}>{input.asset_id}</Link>
        ) : (
          <span className="mono small break">{input.url}</span>
        )}
        {isNamed && <input className="input" aria-label={texts.name} placeholder={texts.name} value={input.name ?? ''} onChange={(event) => onName(event.target.value)} />}
        <Wrong at={`/inputs/${at}`} id={`input-wrong-${at}`} all={wrong} />
      </span>
      <IconButton size="small" label={texts.takeAway(called)} icon={<X aria-hidden />} onClick={onAway} />
    </li>
  );
}
