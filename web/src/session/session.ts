// Who is signed in here: a token, and for a local demo where its pictures stand. Kept in this browser only.
// The address's fragment brings a token in: it never reaches a server, and is taken out of the address at once.

export interface Session {
  token: string;
  // Origin and path under which the simulator serves the media hosts' files; null for real accounts.
  media: string | null;
}

const KEY = 'driftline.session';

export function readSession(): Session | null {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    if (typeof stored !== 'object' || stored === null || !('token' in stored)) return null;
    if (typeof stored.token !== 'string') return null;
    const media = 'media' in stored && typeof stored.media === 'string' ? localMedia(stored.media) : null;
    return { token: stored.token, media };
  } catch {
    return null;
  }
}

export function writeSession(session: Session | null): void {
  if (session) localStorage.setItem(KEY, JSON.stringify(session));
  else localStorage.removeItem(KEY);
}

// The session that a fragment such as #token=dl_… asks for.
export function sessionIn(fragment: string): Session | null {
  const given = new URLSearchParams(fragment.replace(/^#/, ''));
  const token = given.get('token')?.trim();
  return token ? { token, media: localMedia(given.get('media') ?? '') } : null;
}

// Only an address on this machine: the policy that the Worker sends would not let another one through either.
function localMedia(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const isLocal = url.protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(url.hostname);
  return isLocal ? url.href.replace(/\/?$/, '/') : null;
}
