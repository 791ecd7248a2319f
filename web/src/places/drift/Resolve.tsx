// What a person does about a finding: apply what is suggested, or accept it and say why.

import { useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';

import { useApi } from '../../api/ApiContext';
import { keys } from '../../api/keys';
import type { DriftFinding, DriftResolution } from '../../api/types';
import { app, drift as texts, words } from '../../texts';
import { Button } from '../../ui/Button';
import { Confirm } from '../../ui/Confirm';
import { Dialog } from '../../ui/Dialog';
import { ProblemNote } from '../../ui/ProblemNote';
import { useToast } from '../../ui/Toasts';

interface Props {
  finding: DriftFinding;
  onClose: () => void;
}

export function ApplyDialog({ finding, onClose }: Props) {
  const resolve = useResolve(finding);
  return (
    <Confirm title={texts.applyTitle} action={texts.apply} onConfirm={() => resolve({ action: 'apply' }, texts.applied)} onClose={onClose}>
      {texts.applyText(words(finding.suggestion.action))}
    </Confirm>
  );
}

export function AcceptDialog({ finding, onClose }: Props) {
  const resolve = useResolve(finding);
  const reasonId = useId();
  const [reason, setReason] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const accept = async () => {
    setBusy(true);
    setError(null);
    try {
      await resolve({ action: 'accept', reason: reason.trim() }, texts.accepted);
      onClose();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <Dialog title={texts.acceptTitle} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy) void accept();
        }}
      >
        <p className="quiet">{texts.acceptText}</p>
        <div className="field">
          <label htmlFor={reasonId}>{texts.reason}</label>
          <input id={reasonId} className="input" required maxLength={1000} value={reason} onChange={(event) => setReason(event.target.value)} />
        </div>
        {error !== null && <ProblemNote error={error} />}
        <div className="dialog-foot">
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button type="submit" look="primary" busy={isBusy}>
            {texts.accept}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function useResolve({ id }: DriftFinding) {
  const api = useApi();
  const cache = useQueryClient();
  const say = useToast();
  return async (body: DriftResolution, done: string) => {
    await api.POST('/api/v1/drift/{id}/resolve', { params: { path: { id } }, body });
    say(done);
    await Promise.all([keys.drift, keys.driftReport].map((queryKey) => cache.invalidateQueries({ queryKey })));
  };
}
