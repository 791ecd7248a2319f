import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';

import { useApi } from '../../api/ApiContext';
import { bodyOf } from '../../api/client';
import { keys } from '../../api/keys';
import { useTokens } from '../../api/queries';
import type { Token } from '../../api/types';
import { app, dateTime, relativeTime, settings as texts } from '../../texts';
import { Badge } from '../../ui/Badge';
import { Button } from '../../ui/Button';
import { Confirm } from '../../ui/Confirm';
import { Copy } from '../../ui/Copy';
import { ProblemNote } from '../../ui/ProblemNote';

export function Tokens() {
  const api = useApi();
  const cache = useQueryClient();
  const tokens = useTokens();
  const [name, setName] = useState('');
  const [revoking, setRevoking] = useState<Token | null>(null);
  const make = useMutation({
    mutationFn: () => bodyOf(api.POST('/api/v1/tokens', { body: { name: name.trim() } })),
    onSuccess: () => {
      setName('');
      return cache.invalidateQueries({ queryKey: keys.tokens });
    },
  });
  const revoke = async (token: Token) => {
    await api.DELETE('/api/v1/tokens/{id}', { params: { path: { id: token.id } } });
    await cache.invalidateQueries({ queryKey: keys.tokens });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <section className="card stack" aria-labelledby="tokens">
      <h2 id="tokens">{texts.tokens}</h2>
      <p className="quiet">{texts.tokensText}</p>
      {tokens.isPending && <p className="faint">{app.loading}</p>}
      {tokens.isError && <ProblemNote error={tokens.error} onRetry={() => void tokens.refetch()} />}
      {tokens.data && <TokenTable tokens={tokens.data} onRevoke={setRevoking} />}
      <form className="row" onSubmit={submit}>
        <label htmlFor="token-name" className="small quiet">
          {texts.name}
        </label>
        <input
          id="token-name"
          className="input token-name"
          required
          maxLength={100}
          placeholder={texts.namePlaceholder}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit" busy={make.isPending}>
          {texts.create}
        </Button>
      </form>
      {make.isError && <ProblemNote error={make.error} />}
      {make.data && (
        <div className="note" role="status">
          <p className="note-title">{texts.made}</p>
          <p className="row">
            <code className="break">{make.data.token}</code>
            <Copy text={make.data.token} />
          </p>
        </div>
      )}
      {revoking && (
        <Confirm title={texts.revokeTitle(revoking.name)} action={texts.revoke} onConfirm={() => revoke(revoking)} onClose={() => setRevoking(null)}>
          {revoking.current ? texts.revokeCurrent : texts.revokeText}
        </Confirm>
      )}
    </section>
  );
}

function TokenTable({ tokens, onRevoke }: { tokens: Token[]; onRevoke: (token: Token) => void }) {
  return (
    <table className="table tokens">
      <thead>
        <tr>
          <th scope="col">{texts.name}</th>
          <th scope="col">{texts.created}</th>
          <th scope="col">
            <span className="visually-hidden">{texts.revoke}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {tokens.map((token) => (
          <tr key={token.id} className={token.revoked_at ? 'faint' : undefined}>
            <td>
              {token.name} {token.current && <Badge tone="accent">{texts.current}</Badge>}
            </td>
            <td>{dateTime(token.created_at)}</td>
            <td className="token-action">
              {token.revoked_at ? (
                <span className="small">{texts.revoked(relativeTime(Date.parse(token.revoked_at), Date.now()))}</span>
              ) : (
                <Button size="small" look="danger" onClick={() => onRevoke(token)} aria-label={`${texts.revoke} ${token.name}`}>
                  {texts.revoke}
                </Button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
