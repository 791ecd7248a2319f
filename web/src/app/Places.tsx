// The frame around every place: the menu, what runs now, whether there is a connection, and which place the address names.

import { Redirect, Route, Switch } from 'wouter';

import { useAccounts, useCounts } from '../api/queries';
import { Activity } from '../places/activity/Activity';
import { AssetPage } from '../places/asset/AssetPage';
import { Gallery } from '../places/assets/Gallery';
import { Drift } from '../places/drift/Drift';
import { GenerationPage } from '../places/generate/GenerationPage';
import { Generations } from '../places/generate/Generations';
import { Inspect } from '../places/inspect/Inspect';
import { Providers } from '../places/providers/Providers';
import { Settings } from '../places/settings/Settings';
import { app } from '../texts';
import { Frame } from './Frame';
import { PlaceTitle } from './PlaceTitle';

export function Places() {
  return (
    <Frame>
      <Switch>
        <Route path="/" component={Home} />
        <Route path="/assets" component={Gallery} />
        <Route path="/assets/:id">{({ id }) => <AssetPage key={id} id={id} />}</Route>
        <Route path="/providers" component={Providers} />
        <Route path="/generate" component={Generations} />
        <Route path="/generate/:id">{({ id }) => <GenerationPage key={id} id={id} />}</Route>
        <Route path="/drift" component={Drift} />
        <Route path="/activity" component={Activity} />
        <Route path="/inspect" component={Inspect} />
        <Route path="/settings" component={Settings} />
        <Route component={NoSuchPlace} />
      </Switch>
    </Frame>
  );
}

// Where one comes in: the library when there is one, else where it is imported.
function Home() {
  const accounts = useAccounts();
  const counts = useCounts();
  if (accounts.isPending || counts.isPending) return <p className="faint">{app.loading}</p>;
  const hasAssets = (counts.data?.total ?? 0) > 0;
  return <Redirect to={hasAssets ? '/assets' : '/providers'} replace />;
}

function NoSuchPlace() {
  return (
    <div className="stack">
      <PlaceTitle title={app.notFound} />
      <p className="quiet">{app.notFoundHint}</p>
    </div>
  );
}
