import { useState, type FormEvent } from 'react';

import { bodyOf, createApi } from '../api/client';
import { problemOf } from '../api/problem';
import type { Session } from '../session/session';
import { signIn } from '../texts';
import { Button } from '../ui/Button';
import { ProblemNote } from '../ui/ProblemNote';
import { Mark } from './Mark';
import './sign-in.css';

interface Props {
  isExpired: boolean;
  onSignIn: (session: Session) => void;
}

// For whoever comes without a link: a token, tried before it is kept.
export function SignIn({ isExpired, onSignIn }: Props) {
  const [token, setToken] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const given = token.trim();
    if (given === '') return;
    setBusy(true);
    setError(null);
    try {
      await bodyOf(createApi(given, () => undefined).GET('/api/v1/accounts', { params: { query: { limit: 1 } } }));
      onSignIn({ token: given, media: null });
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  const isWrong = error !== null && problemOf(error).status === 401;
  return (
    <main className="sign-in">
      <form className="sign-in-card" onSubmit={submit}>
        <Mark />
        <h1>{signIn.title}</h1>
        <p className="quiet">{signIn.lead}</p>
        {isExpired && (
          <div className="note note-warn" role="alert">
            <p className="note-title">{signIn.expired}</p>
            <p>{signIn.expiredHint}</p>
          </div>
        )}
        <div className="field">
          <label htmlFor="token">{signIn.label}</label>
          <input
            id="token"
            className="input mono"
            type="password"
            autoComplete="current-password"
            placeholder={signIn.placeholder}
            value={token}
            onChange={(event) => setToken(event.target.value)}
            aria-invalid={isWrong || undefined}
            aria-describedby={isWrong ? 'token-wrong' : undefined}
            autoFocus
          />
          {isWrong && (
            <p id="token-wrong" className="sign-in-wrong" role="alert">
              {signIn.wrong}
            </p>
          )}
        </div>
        {error !== null && !isWrong && <ProblemNote error={error} />}
        <Button type="submit" look="primary" size="large" busy={isBusy}>
          {signIn.go}
        </Button>
        <p className="hint">{signIn.help}</p>
      </form>
    </main>
  );
}
