import { useMutation } from '@tanstack/react-query';
import { ScanText } from 'lucide-react';
import { useState, type FormEvent } from 'react';

import { PlaceTitle } from '../../app/PlaceTitle';
import { useApi } from '../../api/ApiContext';
import { bodyOf } from '../../api/client';
import type { MediaType } from '../../api/types';
import { inspect as texts, mediaTypes } from '../../texts';
import { Button } from '../../ui/Button';
import { ProblemNote } from '../../ui/ProblemNote';
import { EXAMPLE } from './example';
import { FactsView } from './FactsView';
import './inspect.css';

const TYPES = Object.keys(mediaTypes) as MediaType[];

export function Inspect() {
  const [payload, setPayload] = useState('');
  const [type, setType] = useState<MediaType>('video');
  const ask = useInspection();
  const broken = payload.trim() === '' ? null : whyNotJson(payload);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (payload.trim() !== '' && broken === null) ask.mutate({ type, payload });
  };
  const tryExample = () => {
    setPayload(EXAMPLE);
    setType('video');
    ask.mutate({ type: 'video', payload: EXAMPLE });
  };
  return (
    <div className="place">
      <div className="place-head">
        <div>
          <PlaceTitle title={texts.title} />
          <p>{texts.lead}</p>
        </div>
      </div>
      <div className="inspect">
        <form className="card stack" onSubmit={submit}>
          <div className="field">
            <label htmlFor="payload">{texts.payload}</label>
            <textarea
              id="payload"
              className="textarea"
              rows={18}
              spellCheck={false}
              value={payload}
              onChange={(event) => setPayload(event.target.value)}
              aria-invalid={broken !== null || undefined}
              aria-describedby={broken === null ? undefined : 'payload-broken'}
            />
            {broken !== null && (
              <p id="payload-broken" className="hint">
                {texts.notJson(broken)}
              </p>
            )}
          </div>
          <div className="row">
            <label htmlFor="media-type" className="small quiet">
              {texts.type}
            </label>
            <select id="media-type" className="select inspect-type" value={type} onChange={(event) => setType(event.target.value as MediaType)}>
              {TYPES.map((name) => (
                <option key={name} value={name}>
                  {mediaTypes[name]}
                </option>
              ))}
            </select>
            <Button type="submit" look="primary" busy={ask.isPending} disabled={payload.trim() === '' || broken !== null}>
              {texts.go}
            </Button>
            <Button look="quiet" onClick={tryExample}>
              {texts.example}
            </Button>
          </div>
        </form>
        <div className="stack" aria-live="polite">
          {ask.isError && <ProblemNote error={ask.error} />}
          {ask.data ? (
            <FactsView facts={ask.data} />
          ) : (
            !ask.isError && (
              <p className="inspect-empty">
                <ScanText aria-hidden />
                {texts.emptyResult}
              </p>
            )
          )}
        </div>
      </div>
    </div>
  );
}

// The payload goes as it was typed: through JavaScript's numbers its ids would lose their last digits.
function useInspection() {
  const api = useApi();
  return useMutation({
    mutationFn: ({ type, payload }: { type: MediaType; payload: string }) =>
      bodyOf(
        api.POST('/api/v1/inspect', {
          body: { provider_id: 'pixverse', media_type: type, payload: {} },
          bodySerializer: () => `{"provider_id":"pixverse","media_type":"${type}","payload":${payload}}`,
        }),
      ),
  });
}

function whyNotJson(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
