import { KeyRound, Plug } from 'lucide-react';
import { useState } from 'react';

import { PlaceTitle } from '../../app/PlaceTitle';
import { useAccounts } from '../../api/queries';
import { app, providers } from '../../texts';
import { Button } from '../../ui/Button';
import { Empty } from '../../ui/Empty';
import { ProblemNote } from '../../ui/ProblemNote';
import { AccountCard } from './AccountCard';
import { AddAccount } from './AddAccount';
import { ConnectDialog } from './ConnectDialog';
import { CredentialHelp } from './CredentialHelp';
import './providers.css';

type Open = 'connect' | 'add' | null;

export function Providers() {
  const accounts = useAccounts();
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const isEmpty = accounts.data?.length === 0;
  return (
    <div className="place">
      <div className="place-head">
        <div>
          <PlaceTitle title={providers.title} />
          <p>{providers.lead}</p>
        </div>
        <div className="row">
          <Button look="primary" onClick={() => setOpen('connect')}>
            <Plug aria-hidden />
            {providers.connect}
          </Button>
          <Button onClick={() => setOpen('add')}>
            <KeyRound aria-hidden />
            {providers.add}
          </Button>
        </div>
      </div>
      {accounts.isPending && <p className="faint">{app.loading}</p>}
      {accounts.isError && <ProblemNote error={accounts.error} onRetry={() => void accounts.refetch()} />}
      {isEmpty && (
        <Empty icon={<Plug />} title={providers.emptyTitle} text={providers.emptyText}>
          <Button look="primary" size="large" onClick={() => setOpen('connect')}>
            {providers.connect}
          </Button>
        </Empty>
      )}
      {accounts.data?.map((account) => (
        <AccountCard key={account.id} account={account} onReconnect={() => setOpen('connect')} />
      ))}
      <CredentialHelp isOpen={isEmpty} />
      {open === 'connect' && <ConnectDialog onClose={close} />}
      {open === 'add' && <AddAccount onClose={close} />}
    </div>
  );
}
