import { useMutation, useQueryClient } from '@tanstack/react-query';
import { BadgeCheck, Pencil, Trash2, Unlink } from 'lucide-react';
import { useState } from 'react';

import { useApi } from '../../api/ApiContext';
import { bodyOf } from '../../api/client';
import { keys } from '../../api/keys';
import { useRuns } from '../../api/queries';
import type { Account, AccountCheck } from '../../api/types';
import { account as texts, apis, day, number, words } from '../../texts';
import { Badge, type Tone } from '../../ui/Badge';
import { Button } from '../../ui/Button';
import { Confirm } from '../../ui/Confirm';
import { Menu } from '../../ui/Menu';
import { ProblemNote } from '../../ui/ProblemNote';
import { Ago } from '../../ui/Time';
import { useToast } from '../../ui/Toasts';
import { AutoSync } from './AutoSync';
import { RenameDialog } from './RenameDialog';
import { Steps } from './Steps';

const TONES: Record<Account['state'], Tone> = { ready: 'good', needs_attention: 'warn', auth_required: 'bad' };

interface Props {
  account: Account;
  onReconnect: () => void;
}

export function AccountCard({ account, onReconnect }: Props) {
  const [open, setOpen] = useState<'rename' | 'remove' | null>(null);
  const check = useCheck(account);
  const verify = useVerify(account);
  const remove = useRemove(account);
  const close = () => setOpen(null);
  return (
    <section className="card account" aria-labelledby={`name-${account.id}`}>
      <header className="account-head">
        <div className="account-name">
          <h2 id={`name-${account.id}`}>{account.label}</h2>
          <Badge tone={TONES[account.state]}>{texts.states[account.state]}</Badge>
          <Badge>{texts.of(apis[account.api] ?? account.api)}</Badge>
          {account.credential_type === null && <Badge tone="info">{texts.pagesOnly}</Badge>}
        </div>
        <div className="row">
          <Button busy={check.isPending} onClick={() => check.mutate()}>
            <BadgeCheck aria-hidden />
            {check.isPending ? texts.checking : texts.check}
          </Button>
          <Menu label={texts.actions(account.label)}>
            <Button onClick={() => setOpen('rename')}>
              <Pencil aria-hidden />
              {texts.rename}
            </Button>
            <Button onClick={() => verify.mutate()}>
              <Unlink aria-hidden />
              {texts.verify}
            </Button>
            <Button look="danger" onClick={() => setOpen('remove')}>
              <Trash2 aria-hidden />
              {texts.remove}
            </Button>
          </Menu>
        </div>
      </header>
      <AccountFacts account={account} check={check.data} />
      {account.state !== 'ready' && account.reason && (
        <div className={`note ${account.state === 'auth_required' ? 'note-bad' : 'note-warn'}`}>
          <p className="note-title">{texts.states[account.state]}</p>
          <p>{account.reason}</p>
          <div className="row">
            <Button size="small" onClick={onReconnect}>
              {texts.reconnect}
            </Button>
          </div>
        </div>
      )}
      {verify.isError && <ProblemNote error={verify.error} />}
      {check.isError && <ProblemNote error={check.error} onRetry={() => check.mutate()} />}
      {check.data?.problem && (
        <div className="note note-bad" role="alert">
          <p className="note-title">{words(check.data.problem.class)}</p>
          <p>{check.data.problem.detail}</p>
        </div>
      )}
      {account.reconciliation && <p className="small">{account.reconciliation}</p>}
      {account.can_list && <AutoSync account={account} />}
      {account.can_list ? <Steps account={account} /> : <p className="quiet">{texts.noListing}</p>}
      {open === 'rename' && <RenameDialog account={account} onClose={close} />}
      {open === 'remove' && (
        <Confirm title={texts.removeTitle(account.label)} action={texts.remove} onConfirm={remove} onClose={close}>
          {texts.removeText}
        </Confirm>
      )}
    </section>
  );
}

function AccountFacts({ account, check }: { account: Account; check: AccountCheck | undefined }) {
  const runs = useRuns();
  const last = runs.data?.find((run) => run.account_id === account.id && run.ended_at !== null && !run.dry_run);
  const workspace = check?.workspaces?.find(({ workspace_id }) => workspace_id === account.workspace_id)?.name;
  return (
    <dl className="account-facts">
      <div>
        <dt>{texts.workspace('').trim()}</dt>
        <dd>{workspace ?? (account.workspace_id === '0' ? texts.personal : texts.workspace(account.workspace_id))}</dd>
      </div>
      <div>
        <dt>{texts.credits}</dt>
        <dd className="number">{creditsOf(check) ?? <span className="faint">{texts.creditsUnknown}</span>}</dd>
      </div>
      <div>
        <dt>{texts.lastSync}</dt>
        <dd>{last?.ended_at ? <Ago at={last.ended_at} /> : <span className="faint">{texts.never}</span>}</dd>
      </div>
      <div>
        <dt>{texts.expires}</dt>
        <dd>{account.credential_expires_at ? day(account.credential_expires_at) : <span className="faint">{texts.never}</span>}</dd>
      </div>
    </dl>
  );
}

// All kinds together: what is left to make something with.
function creditsOf(check: AccountCheck | undefined): string | null {
  const left = Object.values(check?.credits ?? {});
  return left.length === 0 ? null : number(left.reduce((sum, each) => sum + each, 0));
}

function useCheck(account: Account) {
  const api = useApi();
  const cache = useQueryClient();
  return useMutation({
    mutationKey: keys.check(account.id),
    mutationFn: () => bodyOf(api.POST('/api/v1/accounts/{id}/check', { params: { path: { id: account.id } } })),
    onSettled: () => cache.invalidateQueries({ queryKey: keys.accounts }),
  });
}

// Looks whether the files of its assets are still there, as a job.
function useVerify(account: Account) {
  const api = useApi();
  const cache = useQueryClient();
  const say = useToast();
  return useMutation({
    mutationFn: () => bodyOf(api.POST('/api/v1/accounts/{id}/verify-links', { params: { path: { id: account.id } }, body: {} })),
    onSuccess: () => {
      say(texts.verifying);
      return cache.invalidateQueries({ queryKey: keys.jobs });
    },
  });
}

function useRemove(account: Account) {
  const api = useApi();
  const cache = useQueryClient();
  const say = useToast();
  return async () => {
    await api.DELETE('/api/v1/accounts/{id}', { params: { path: { id: account.id } } });
    await cache.invalidateQueries({ queryKey: keys.accounts });
    say(texts.removed(account.label));
  };
}
