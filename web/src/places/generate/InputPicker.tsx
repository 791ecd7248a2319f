// The inputs of one slot: found in the library by an id, a link, a file name or words of a prompt, or given by a link alone.

import { Search } from 'lucide-react';
import { useId, useState } from 'react';

import type { FormInput, Relation } from '../../api/types';
import { generate as texts, mediaTypes, relationNames, sentence } from '../../texts';
import { Button } from '../../ui/Button';
import { ProblemNote } from '../../ui/ProblemNote';
import type { Picked } from './draft';
import { FoundInputs } from './FoundInputs';
import { PickedInput } from './PickedInput';
import { useFound } from './useFound';
import type { Violation } from './Wrong';

interface Props {
  slot: FormInput;
  inputs: Picked[];
  most: number | null;
  onChange: (inputs: Picked[]) => void;
  wrong: Violation[];
}

const LINK = /^https?:\/\/\S+$/i;

export function InputPicker({ slot, inputs, most, onChange, wrong }: Props) {
  const id = useId();
  const [relation, setRelation] = useState<Relation>(slot.relations[0] ?? 'INPUT');
  const [sought, setSought] = useState('');
  const [looking, setLooking] = useState('');
  const found = useFound(looking, slot.media_type);
  const mine = inputs.map((input, at) => ({ input, at })).filter(({ input }) => slot.relations.includes(input.relation));
  const isFull = most !== null && mine.length >= most;
  const add = (picked: { asset_id: string } | { url: string }) => {
    onChange([...inputs, { ...picked, relation, media_type: slot.media_type }]);
    setSought('');
    setLooking('');
  };
  return (
    <fieldset className="slot">
      <legend>
        {sentence(slot.relations.map((each) => relationNames[each]).join(', '))}{' '}
        <span className="faint">
          · {texts.howMany(slot.least, most)} · {mediaTypes[slot.media_type]}
        </span>
      </legend>
      {mine.length > 0 && (
        <ol className="picked">
          {mine.map(({ input, at }, place) => (
            <PickedInput
              key={at}
              input={input}
              place={place}
              at={at}
              isNamed={slot.named}
              wrong={wrong}
              onAway={() => onChange(inputs.filter((_, other) => other !== at))}
              onName={(name) => onChange(inputs.map((each, other) => (other === at ? { ...each, name: name || null } : each)))}
            />
          ))}
        </ol>
      )}
      {!isFull && (
        <>
          <div className="field">
            <label htmlFor={id}>{texts.find}</label>
            <div className="slot-find">
              {slot.relations.length > 1 && (
                <select className="select" aria-label={texts.as} value={relation} onChange={(event) => setRelation(event.target.value as Relation)}>
                  {slot.relations.map((each) => (
                    <option key={each} value={each}>{relationNames[each]}</option>
                  ))}
                </select>
              )}
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
              <Button busy={found.isFetching} onClick={() => setLooking(sought.trim())}>
                <Search aria-hidden />
                {texts.look}
              </Button>
            </div>
          </div>
          {found.isError && <ProblemNote error={found.error} />}
          {found.data?.length === 0 && (
            <p className="small quiet row" role="status">
              {texts.noneFound}
              {LINK.test(looking) && (
                <Button size="small" onClick={() => add({ url: looking })}>
                  {texts.useLink}
                </Button>
              )}
            </p>
          )}
          {found.data && found.data.length > 0 && <FoundInputs tiles={found.data} onPick={(asset_id) => add({ asset_id })} />}
        </>
      )}
    </fieldset>
  );
}
