// Longer work that was asked for, the newest first: how far it is, what came of it, and another try where it came to a halt.

import { ListChecks } from 'lucide-react';

import { useJobs } from '../../api/queries';
import type { Job } from '../../api/types';
import { activity as texts, app, duration, number, words } from '../../texts';
import { Badge } from '../../ui/Badge';
import { Button } from '../../ui/Button';
import { Empty } from '../../ui/Empty';
import { Paused } from '../../ui/Paused';
import { ProblemNote } from '../../ui/ProblemNote';
import { At } from '../../ui/Time';
import { DeadLetter } from './DeadLetter';
import { StateBadge } from './RunPanel';
import './runs.css';

export function Jobs() {
  const asked = useJobs();
  const jobs = asked.data?.pages.flatMap((page) => page.items) ?? [];
  if (asked.isPending) return <p className="faint">{app.loading}</p>;
  if (asked.isError) return <ProblemNote error={asked.error} onRetry={() => void asked.refetch()} />;
  if (jobs.length === 0) return <Empty icon={<ListChecks />} title={texts.noJobs} text={texts.noJobsText} />;
  return (
    <>
      <p className="quiet">{texts.jobsText}</p>
      <ul className="run-list">
        {jobs.map((job) => (
          <li key={job.id}>
            <JobView job={job} />
          </li>
        ))}
      </ul>
      {asked.hasNextPage && (
        <Button busy={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
          {app.more}
        </Button>
      )}
    </>
  );
}

function JobView({ job }: { job: Job }) {
  const reasons = Object.entries(job.reasons);
  const counts = Object.entries(job.counts).filter(([, value]) => value > 0);
  return (
    <article className="run">
      <div className="row spread">
        <div className="row">
          <StateBadge state={job.state} />
          <strong>{texts.jobKinds[job.kind] ?? words(job.kind)}</strong>
        </div>
        <span className="faint">
          <At at={job.created_at} />
          {job.ended_at && ` · ${duration(Date.parse(job.ended_at) - Date.parse(job.created_at))}`}
        </span>
      </div>
      <p className="small quiet number">{counts.length === 0 ? app.none : counts.map(([name, value]) => texts.jobCount(name, value)).join(' · ')}</p>
      {reasons.length > 0 && (
        <ul className="row">
          {reasons.map(([reason, times]) => (
            <li key={reason}>
              <Badge>
                {words(reason)} · {number(times)}
              </Badge>
            </li>
          ))}
        </ul>
      )}
      <Paused pause={job.paused} />
      <DeadLetter of={job} />
      {job.failures.length > 0 && (
        <details>
          <summary className="small quiet">{texts.failures(job.failures.length)}</summary>
          <ul className="small">
            {job.failures.map(({ id, reason, detail }, at) => (
              <li key={at} className="break">
                <code>{id}</code> {words(reason)} {detail && <span className="faint">{detail}</span>}
              </li>
            ))}
          </ul>
        </details>
      )}
    </article>
  );
}
