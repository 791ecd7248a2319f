import { useQuery } from '@tanstack/react-query';
import { LogOut } from 'lucide-react';
import { useState } from 'react';

import { PlaceTitle } from '../../app/PlaceTitle';
import { useSession } from '../../app/SessionContext';
import { applyTheme, readTheme, type Theme } from '../../app/theme';
import { useApi } from '../../api/ApiContext';
import { bodyOf } from '../../api/client';
import { settings as texts } from '../../texts';
import { Button } from '../../ui/Button';
import './settings.css';
import { Tokens } from './Tokens';

const THEMES = Object.keys(texts.themes) as Theme[];

export function Settings() {
  const { signOut } = useSession();
  return (
    <div className="place settings">
      <div className="place-head">
        <PlaceTitle title={texts.title} />
      </div>
      <Tokens />
      <Appearance />
      <section className="card stack">
        <h2>{texts.session}</h2>
        <p className="quiet">{texts.signOutText}</p>
        <div>
          <Button onClick={signOut}>
            <LogOut aria-hidden />
            {texts.signOut}
          </Button>
        </div>
      </section>
      <About />
    </div>
  );
}

function Appearance() {
  const [theme, setTheme] = useState(readTheme);
  const choose = (next: Theme) => {
    applyTheme(next);
    setTheme(next);
  };
  return (
    <section className="card stack" aria-labelledby="appearance">
      <h2 id="appearance">{texts.appearance}</h2>
      <div className="segmented settings-themes" role="group" aria-labelledby="appearance">
        {THEMES.map((name) => (
          <button key={name} type="button" aria-pressed={theme === name} onClick={() => choose(name)}>
            {texts.themes[name]}
          </button>
        ))}
      </div>
    </section>
  );
}

function About() {
  const api = useApi();
  const health = useQuery({ queryKey: ['health'], queryFn: ({ signal }) => bodyOf(api.GET('/health', { signal })), staleTime: Infinity });
  return (
    <section className="card stack">
      <h2>{texts.about}</h2>
      <p className="row">
        {health.data && <span className="quiet">{texts.version(health.data.version)}</span>}
        <a href="/docs">{texts.docs}</a>
        <a href="/openapi.json">{texts.document}</a>
      </p>
    </section>
  );
}
