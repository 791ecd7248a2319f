import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ExternalLink, LoaderCircle } from 'lucide-react';
import { useEffect, useState, type FormEvent } from 'react';

import { useApi } from '../../api/ApiContext';
import { bodyOf } from '../../api/client';
import { keys } from '../../api/keys';
import type { Connection } from '../../api/types';
import { connect, relativeTime } from '../../texts';
import { Button } from '../../ui/Button';
import { Copy } from '../../ui/Copy';
import { Dialog } from '../../ui/Dialog';
import { ProblemNote } from '../../ui/ProblemNote';
import { useNow } from '../../ui/Time';
import { useToast } from '../../ui/Toasts';

const PROVIDER = 'pixverse';

// Code, link, done: the account appears by itself once the code is approved.
export function ConnectDialog({ onClose }: { onClose: () => void }) {
  const api = useApi();
  const [label, setLabel] = useState('');
  const [workspace, setWorkspace] = useState('');
  const start = useMutation({
    mutationFn: () => {
      const body = { provider_id: PROVIDER, ...(label.trim() && { label: label.trim() }), ...(workspace.trim() && { workspace_id: workspace.trim() }) };
      return bodyOf(api.POST('/api/v1/accounts/connect', { body }));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    start.mutate();
  };
  return (
    <Dialog title={connect.title} onClose={onClose}>
      {start.data ? (
        <Waiting started={start.data} onAgain={start.reset} onClose={onClose} />
      ) : (
        <form className="stack" onSubmit={submit}>
          <p className="quiet">{connect.intro}</p>
          <div className="field">
            <label htmlFor="connect-label">{connect.label}</label>
            <input id="connect-label" className="input" maxLength={100} value={label} onChange={(event) => setLabel(event.target.value)} />
          </div>
          <div className="field">
            <label htmlFor="connect-workspace">{connect.workspace}</label>
            <input
              id="connect-workspace"
              className="input"
              inputMode="numeric"
              pattern="\d*"
              value={workspace}
              onChange={(event) => setWorkspace(event.target.value)}
              aria-describedby="connect-workspace-hint"
            />
            <p id="connect-workspace-hint" className="hint">
              {connect.workspaceHint}
            </p>
          </div>
          {start.isError && <ProblemNote error={start.error} />}
          <div className="dialog-foot">
            <Button type="submit" look="primary" busy={start.isPending}>
              {connect.start}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

interface WaitingProps {
  started: Connection;
  onAgain: () => void;
  onClose: () => void;
}

function Waiting({ started, onAgain, onClose }: WaitingProps) {
  const api = useApi();
  const cache = useQueryClient();
  const say = useToast();
  const now = useNow(1000);
  const asked = useQuery({
    queryKey: keys.connection(started.id),
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/accounts/connect/{id}', { params: { path: { id: started.id } }, signal })),
    initialData: started,
    initialDataUpdatedAt: Date.now(),
    staleTime: 0,
    refetchOnMount: false,
    refetchInterval: ({ state }) => {
      const wait = state.data?.poll_after_s;
      return wait === null || wait === undefined ? false : Math.max(1, wait) * 1000;
    },
    refetchIntervalInBackground: true,
  });
  const connection = asked.data;
  useEffect(() => {
    if (connection.state !== 'connected') return;
    void cache.invalidateQueries({ queryKey: keys.accounts });
    say(connect.connected(connection.account?.label ?? connect.title));
    onClose();
  }, [connection.state]);

  const isOver = connection.state === 'expired' || connection.state === 'denied';
  return (
    <div className="stack">
      <div className="connect-code">
        <span className="label quiet">{connect.codeLabel}</span>
        <span className="row">
          <output className="mono">{connection.user_code}</output>
          <Copy text={connection.user_code} />
        </span>
      </div>
      {isOver ? (
        <>
          <div className="note note-warn" role="alert">
            <p className="note-title">{connection.state === 'expired' ? connect.expired : connect.denied}</p>
            {connection.reason && <p>{connection.reason}</p>}
          </div>
          <div className="dialog-foot">
            <Button look="primary" onClick={onAgain}>
              {connect.again}
            </Button>
          </div>
        </>
      ) : (
        <>
          <a className="button button-primary button-large" href={connection.verification_url} target="_blank" rel="noreferrer">
            {connect.open}
            <ExternalLink aria-hidden />
          </a>
          <p className="quiet">{connect.compare}</p>
          <p className="row" role="status">
            <LoaderCircle className="spin" size={16} aria-hidden />
            {connect.waiting} <span className="faint">{connect.ends(relativeTime(Date.parse(connection.expires_at), now))}</span>
          </p>
          {asked.isError && <ProblemNote error={asked.error} />}
        </>
      )}
    </div>
  );
}
