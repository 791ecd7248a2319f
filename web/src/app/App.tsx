// Who is signed in decides what is shown: the sign-in, or the places with a client and a cache of that token.

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';

import { ApiContext } from '../api/ApiContext';
import { createApi } from '../api/client';
import { problemOf } from '../api/problem';
import { MediaBase } from '../session/media';
import { readSession, sessionIn, writeSession, type Session } from '../session/session';
import { Toasts } from '../ui/Toasts';
import { Places } from './Places';
import { SessionContext } from './SessionContext';
import { SignIn } from './SignIn';
import { SwitchSession } from './SwitchSession';

const TRIES = 2;

// A problem that may be over in a moment is tried again; what the service has answered is not.
const isPassing = (error: unknown): boolean => [0, 502, 503].includes(problemOf(error).status);

const newCache = () =>
  new QueryClient({
    defaultOptions: {
      queries: { staleTime: 5000, retry: (failures, error) => failures < TRIES && isPassing(error) },
    },
  });

export function App() {
  const [{ session, offered }, setState] = useState(beginning);
  const [isExpired, setExpired] = useState(false);
  const enter = (next: Session | null, expired = false) => {
    writeSession(next);
    setState({ session: next, offered: null });
    setExpired(expired);
  };
  const keep = () => setState({ session, offered: null });

  // A link that is opened in a tab where the page stands already changes only the fragment.
  useEffect(() => {
    const take = () => setState(beginning());
    window.addEventListener('hashchange', take);
    return () => window.removeEventListener('hashchange', take);
  }, []);

  return (
    <Toasts>
      {session ? (
        <SignedIn key={session.token} session={session} onEnd={(expired) => enter(null, expired)} />
      ) : (
        <SignIn isExpired={isExpired} onSignIn={enter} />
      )}
      {offered && <SwitchSession onUse={() => enter(offered)} onKeep={keep} />}
    </Toasts>
  );
}

interface Beginning {
  session: Session | null;
  // Another token, which a link brought while somebody was signed in.
  offered: Session | null;
}

// Takes the token out of the address, whatever becomes of it.
function beginning(): Beginning {
  const present = readSession();
  const given = sessionIn(location.hash);
  if (!given) return { session: present, offered: null };
  history.replaceState(history.state, '', location.pathname + location.search);
  if (present && present.token !== given.token) return { session: present, offered: given };
  writeSession(given);
  return { session: given, offered: null };
}

function SignedIn({ session, onEnd }: { session: Session; onEnd: (expired: boolean) => void }) {
  const [cache] = useState(newCache);
  const api = useMemo(() => createApi(session.token, () => onEnd(true)), [session.token]);
  return (
    <SessionContext.Provider value={{ signOut: () => onEnd(false) }}>
      <ApiContext.Provider value={api}>
        <MediaBase.Provider value={session.media}>
          <QueryClientProvider client={cache}>
            <Places />
          </QueryClientProvider>
        </MediaBase.Provider>
      </ApiContext.Provider>
    </SessionContext.Provider>
  );
}
