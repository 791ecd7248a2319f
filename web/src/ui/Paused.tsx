import type { Run } from '../api/types';
import { runs as texts } from '../texts';
import { Ago } from './Time';

// Why a run or a job stands still, and when it goes on by itself where that is known.
export function Paused({ pause }: { pause: Run['paused'] }) {
  if (!pause) return null;
  return (
    <p className="small quiet" role="status">
      {texts.pausedWhy[pause.reason]} {pause.until && <Ago at={pause.until} />}
    </p>
  );
}
