import { useQueryClient } from '@tanstack/react-query';
import { Activity as ActivityIcon, GitCompareArrows, Images, LoaderCircle, Plug, ScanText, Settings as SettingsIcon, Sparkles, WifiOff } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';

import { useRuns } from '../api/queries';
import { app } from '../texts';
import { Mark } from './Mark';
import './frame.css';

const PLACES = [
  { path: '/assets', name: app.places.assets, icon: Images },
  { path: '/providers', name: app.places.providers, icon: Plug },
  { path: '/generate', name: app.places.generate, icon: Sparkles },
  { path: '/drift', name: app.places.drift, icon: GitCompareArrows },
  { path: '/activity', name: app.places.activity, icon: ActivityIcon },
  { path: '/inspect', name: app.places.inspect, icon: ScanText },
  { path: '/settings', name: app.places.settings, icon: SettingsIcon },
];

export function Frame({ children }: { children: ReactNode }) {
  const [path] = useLocation();
  return (
    <div className="frame">
      <a className="frame-skip" href="#content" onClick={skip}>
        {app.skip}
      </a>
      <header className="frame-side">
        <Link href="/assets" className="frame-home" aria-label={app.name}>
          <Mark />
          <span>{app.name}</span>
        </Link>
        <nav aria-label={app.menu}>
          <ul className="frame-menu">
            {PLACES.map(({ path: to, name, icon: Icon }) => (
              <li key={to}>
                <Link href={to} className="frame-link" aria-current={path.startsWith(to) ? 'page' : undefined}>
                  <Icon aria-hidden />
                  <span>{name}</span>
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <NowRunning />
      </header>
      <main id="content" className="frame-content" tabIndex={-1}>
        <Offline />
        {children}
      </main>
    </div>
  );
}

// Not by the address: its fragment is where tokens come in.
function skip(event: { preventDefault: () => void }): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}

function NowRunning() {
  const runs = useRuns();
  const active = runs.data?.filter(({ state }) => state === 'active').length ?? 0;
  return (
    <div className="frame-running" aria-live="polite">
      {active > 0 && (
        <Link href="/providers">
          <LoaderCircle className="spin" aria-hidden />
          <span>{app.running(active)}</span>
        </Link>
      )}
    </div>
  );
}

function Offline() {
  const cache = useQueryClient();
  const [isOnline, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const look = () => {
      setOnline(navigator.onLine);
      if (navigator.onLine) void cache.invalidateQueries();
    };
    window.addEventListener('online', look);
    window.addEventListener('offline', look);
    return () => {
      window.removeEventListener('online', look);
      window.removeEventListener('offline', look);
    };
  }, [cache]);
  if (isOnline) return null;
  return (
    <div className="note note-warn frame-offline" role="status">
      <WifiOff aria-hidden />
      <p>{app.offline}</p>
    </div>
  );
}
