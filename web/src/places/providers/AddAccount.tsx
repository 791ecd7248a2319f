import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';

import { useApi } from '../../api/ApiContext';
import { bodyOf } from '../../api/client';
import { keys } from '../../api/keys';
import type { NewAccount } from '../../api/types';
import { addAccount } from '../../texts';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { ProblemNote } from '../../ui/ProblemNote';
import { useToast } from '../../ui/Toasts';

type Kind = keyof typeof addAccount.kinds;

const KINDS = Object.keys(addAccount.kinds) as Kind[];

export function AddAccount({ onClose }: { onClose: () => void }) {
  const api = useApi();
  const cache = useQueryClient();
  const say = useToast();
  const [kind, setKind] = useState<Kind>('access_key');
  const [value, setValue] = useState('');
  const [label, setLabel] = useState('');
  const [workspace, setWorkspace] = useState('');
  const add = useMutation({
    mutationFn: () => {
      const body: NewAccount = {
        provider_id: 'pixverse',
        api: kind === 'api_key' ? 'open_platform' : 'library',
        credential: { type: kind, value: value.trim() },
        ...(label.trim() && { label: label.trim() }),
        ...(workspace.trim() && { workspace_id: workspace.trim() }),
      };
      return bodyOf(api.POST('/api/v1/accounts', { body }));
    },
    onSuccess: async (account) => {
      await cache.invalidateQueries({ queryKey: keys.accounts });
      say(addAccount.added(account.label));
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <Dialog title={addAccount.title} onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <fieldset className="kinds">
          <legend className="label">{addAccount.kind}</legend>
          {KINDS.map((name) => (
            <label key={name} className="check">
              <input type="radio" name="kind" checked={kind === name} onChange={() => setKind(name)} />
              <span>
                <strong>{addAccount.kinds[name].name}</strong>
                <span className="hint block">{addAccount.kinds[name].help}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <div className="field">
          <label htmlFor="credential">{addAccount.value}</label>
          <input
            id="credential"
            className="input mono"
            type="password"
            autoComplete="off"
            required
            value={value}
            onChange={(event) => setValue(event.target.value)}
            aria-describedby="credential-hint"
          />
          <p id="credential-hint" className="hint">
            {addAccount.valueHint}
          </p>
        </div>
        <div className="field">
          <label htmlFor="account-label">{addAccount.label}</label>
          <input id="account-label" className="input" maxLength={100} value={label} onChange={(event) => setLabel(event.target.value)} />
        </div>
        {kind !== 'api_key' && (
          <div className="field">
            <label htmlFor="account-workspace">{addAccount.workspace}</label>
            <input id="account-workspace" className="input" inputMode="numeric" pattern="\d*" value={workspace} onChange={(event) => setWorkspace(event.target.value)} />
          </div>
        )}
        {add.isError && <ProblemNote error={add.error} />}
        <div className="dialog-foot">
          <Button type="submit" look="primary" busy={add.isPending}>
            {addAccount.go}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
