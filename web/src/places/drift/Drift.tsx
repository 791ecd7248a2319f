// Where the two roads disagree: the report, a scan that looks again, and the findings.

import { PlaceTitle } from '../../app/PlaceTitle';
import { drift as texts } from '../../texts';
import { DriftReportTable } from './DriftReportTable';
import { DriftScanning } from './DriftScanning';
import { Findings } from './Findings';
import '../activity/runs.css';
import './drift.css';

export function Drift() {
  return (
    <div className="place">
      <div className="place-head">
        <div>
          <PlaceTitle title={texts.title} />
          <p>{texts.lead}</p>
        </div>
      </div>
      <DriftScanning />
      <DriftReportTable />
      <Findings />
    </div>
  );
}
