// Two assets that are one, by a person's word: said here, and taken back here.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Combine, Split } from 'lucide-react';
import { useId, useState } from 'react';
import { useLocation } from 'wouter';

import { useApi } from '../../api/ApiContext';
import { bodyOf } from '../../api/client';
import type { Asset } from '../../api/types';
import { app, merging as texts } from '../../texts';
import { Button } from '../../ui/Button';
import { Confirm } from '../../ui/Confirm';
import { Dialog } from '../../ui/Dialog';
import { ProblemNote } from '../../ui/ProblemNote';
import { useToast } from '../../ui/Toasts';

export function Merging({ asset }: { asset: Asset }) {
  const [asking, setAsking] = useState<'merge' | 'unmerge' | null>(null);
  const unmerge = useUnmerge(asset.id);
  const close = () => setAsking(null);
  return (
    <div className="row">
      <Button size="small" onClick={() => setAsking('merge')}>
        <Combine aria-hidden />
        {texts.merge}
      </Button>
      <Button size="small" onClick={() => setAsking('unmerge')}>
        <Split aria-hidden />
        {texts.unmerge}
      </Button>
      {asking === 'merge' && <MergeDialog asset={asset} onClose={close} />}
      {asking === 'unmerge' && (
        <Confirm title={texts.unmergeTitle} action={texts.unmerge} onConfirm={unmerge} onClose={close}>
          {texts.unmergeText}
        </Confirm>
      )}
    </div>
  );
}

function useForget() {
  const cache = useQueryClient();
  return () => Promise.all(['asset', 'lineage', 'observations', 'explanation', 'gallery', 'counts'].map((name) => cache.invalidateQueries({ queryKey: [name] })));
}

function useUnmerge(id: string) {
  const api = useApi();
  const say = useToast();
  const forget = useForget();
  return async () => {
    const { assets } = await bodyOf(api.POST('/api/v1/assets/{id}/unmerge', { params: { path: { id } }, body: {} }));
    await forget();
    say(texts.unmerged(assets.length));
  };
}

function MergeDialog({ asset, onClose }: { asset: Asset; onClose: () => void }) {
  const api = useApi();
  const say = useToast();
  const forget = useForget();
  const [, navigate] = useLocation();
  const [other, setOther] = useState('');
  const field = useId();
  const merge = useMutation({
    mutationFn: () => bodyOf(api.POST('/api/v1/assets/{id}/merge', { params: { path: { id: asset.id } }, body: { other_id: idIn(other) } })),
    onSuccess: async (merged) => {
      onClose();
      say(texts.merged);
      navigate(`/assets/${merged.id}`, { replace: true });
      await forget();
    },
  });
  return (
    <Dialog title={texts.mergeTitle} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!merge.isPending && other.trim() !== '') merge.mutate();
        }}
      >
        <p className="quiet">{texts.mergeText}</p>
        <div className="field">
          <label htmlFor={field}>{texts.other}</label>
          <input id={field} className="input" value={other} placeholder="ast_…" autoComplete="off" onChange={(event) => setOther(event.target.value)} />
        </div>
        {merge.isError && <ProblemNote error={merge.error} />}
        <div className="dialog-foot">
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button type="submit" look="primary" busy={merge.isPending} disabled={other.trim() === ''}>
            {texts.merge}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

// The id itself, or the address of the asset's page.
const idIn = (text: string): string => /ast_[0-9a-z]+/i.exec(text)?.[0] ?? text.trim();
