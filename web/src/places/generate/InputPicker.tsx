// The inputs of one slot, found in the library by an id, a link, a file name or words of a prompt.

import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { Link } from 'wouter';

import { useApi } from '../../api/ApiContext';
import { bodyOf } from '../../api/client';
import type { FormInput, Relation } from '../../api/types';
import { app, generate as texts, mediaTypes, relationNames } from '../../texts';
import { Button } from '../../ui/Button';
import { ProblemNote } from '../../ui/ProblemNote';
import { isIdentity } from '../assets/filters';
import { tileOf } from '../assets/tile';
import type { Picked } from './draft';
import { Wrong, type Violation } from './Wrong';

interface Props {
  slot: FormInput;
  inputs: Picked[];
  most: number | null;
  onChange: (inputs: Picked[]) => void;
  wrong: Violation[];
}

export function InputPicker({ slot, inputs, most, onChange, wrong }: Props) {
  const id = useId();
  const [relation, setRelation] = useState<Relation>(slot.relations[0] ?? 'INPUT');
  const [sought, setSought] = useState('');
  const [looking, setLooking] = useState('');
  const found = useFound(looking, slot);
  const mine = inputs.map((input, at) => ({ input, at })).filter(({ input }) => slot.relations.includes(input.relation));
  const add = (asset: string) => onChange([...inputs, { asset_id: asset, relation, media_type: slot.media_type }]);
  const isFull = most !== null && mine.length >= most;
  return (
    <fieldset className="card stack">
      <legend>
        {slot.relations.map((each) => relationNames[each]).join(', ')} <span className="faint">({texts.howMany(slot.least, most)}, {mediaTypes[slot.media_type].toLowerCase()})</span>
      </legend>
      <ul>
        {mine.map(({ input, at }) => (
          <li key={at} className="row break">
            <span className="quiet">{relationNames[input.relation]}</span>
            <Link href={`/assets/${input.asset_id}`}>{input.asset_id}</Link>
            <Button size="small" aria-label={texts.takeAway(input.asset_id)} onClick={() => onChange(inputs.filter((_, place) => place !== at))}>
              {texts.away}
            </Button>
            {slot.named && (
              <input className="input" aria-label={texts.name} placeholder={texts.name} value={input.name ?? ''} onChange={(event) => onChange(inputs.map((each, place) => (place === at ? { ...each, name: event.target.value || null } : each)))} />
            )}
            <Wrong at={`/inputs/${at}`} id={`${id}-wrong-${at}`} all={wrong} />
          </li>
        ))}
      </ul>
      {!isFull && (
        <>
          {slot.relations.length > 1 && (
            <select className="select" aria-label={texts.as} value={relation} onChange={(event) => setRelation(event.target.value as Relation)}>
              {slot.relations.map((each) => (
                <option key={each} value={each}>{relationNames[each]}</option>
              ))}
            </select>
          )}
          <div className="field">
            <label htmlFor={id}>{texts.find}</label>
            <div className="row">
              <input
                id={id}
                className="input"
                value={sought}
                onChange={(event) => setSought(event.target.value)}
                onKeyDown={(event) => {
                  if (event.key !== 'Enter') return;
                  event.preventDefault();
                  setLooking(sought.trim());
                }}
              />
              <Button busy={found.isFetching} onClick={() => setLooking(sought.trim())}>{texts.look}</Button>
            </div>
          </div>
          {found.isError && <ProblemNote error={found.error} />}
          {found.data?.length === 0 && <p className="small quiet" role="status">{texts.noneFound}</p>}
          <ul aria-label={texts.found}>
            {found.data?.map((tile) => (
              <li key={tile.id} className="row spread">
                <span className="small break">{tile.title || tile.id}</span>
                <Button size="small" aria-label={texts.use(tile.id)} onClick={() => add(tile.id)}>{texts.pick}</Button>
              </li>
            ))}
          </ul>
        </>
      )}
      {found.isLoading && <p className="faint">{app.loading}</p>}
    </fieldset>
  );
}

const SHOWN = 12;

function useFound(sought: string, slot: FormInput) {
  const api = useApi();
  return useQuery({
    queryKey: ['inputs', slot.media_type, sought],
    enabled: sought !== '',
    queryFn: async ({ signal }) => {
      const by = isIdentity(sought) ? { q: sought } : { text: sought };
      const { items } = await bodyOf(api.GET('/api/v1/assets', { params: { query: { ...by, media_type: slot.media_type, limit: SHOWN } }, signal }));
      return items.map(tileOf);
    },
  });
}
