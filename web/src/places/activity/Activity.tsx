import { useSearchParams } from 'wouter';

import { PlaceTitle } from '../../app/PlaceTitle';
import { activity as texts } from '../../texts';
import { Tabs } from '../../ui/Tabs';
import { Jobs } from './Jobs';
import { Quarantine } from './Quarantine';
import { RunHistory } from './RunHistory';
import { Schemas } from './Schemas';

const TABS = [
  { id: 'runs', name: texts.runs },
  { id: 'jobs', name: texts.jobs },
  { id: 'quarantine', name: texts.quarantine },
  { id: 'schemas', name: texts.schemas },
];

export function Activity() {
  const [search, setSearch] = useSearchParams();
  const shown = search.get('show') ?? 'runs';
  return (
    <div className="place">
      <div className="place-head">
        <div>
          <PlaceTitle title={texts.title} />
          <p>{texts.lead}</p>
        </div>
      </div>
      <Tabs label={texts.title} tabs={TABS} active={shown} onChange={(id) => setSearch({ show: id }, { replace: true })}>
        <Shown tab={shown} />
      </Tabs>
    </div>
  );
}

function Shown({ tab }: { tab: string }) {
  switch (tab) {
    case 'jobs':
      return <Jobs />;
    case 'quarantine':
      return <Quarantine />;
    case 'schemas':
      return <Schemas />;
    default:
      return <RunHistory />;
  }
}
