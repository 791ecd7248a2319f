import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';

import { useApi } from '../../api/ApiContext';
import { bodyOf } from '../../api/client';
import { keys } from '../../api/keys';
import type { Account } from '../../api/types';
import { account as texts, app } from '../../texts';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { ProblemNote } from '../../ui/ProblemNote';

export function RenameDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const api = useApi();
  const cache = useQueryClient();
  const [label, setLabel] = useState(account.label);
  const rename = useMutation({
    mutationFn: () =>
      bodyOf(api.PATCH('/api/v1/accounts/{id}', { params: { path: { id: account.id } }, body: { label: label.trim() } })),
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: keys.accounts });
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate();
  };
  return (
    <Dialog title={texts.renameTitle} onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <div className="field">
          <label htmlFor="rename">{texts.renameLabel}</label>
          <input id="rename" className="input" required maxLength={100} value={label} onChange={(event) => setLabel(event.target.value)} />
        </div>
        {rename.isError && <ProblemNote error={rename.error} />}
        <div className="dialog-foot">
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button type="submit" look="primary" busy={rename.isPending}>
            {texts.rename}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
