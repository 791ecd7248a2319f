import { TriangleAlert } from 'lucide-react';

import { problemOf } from '../api/problem';
import { app, remedies, remedyFallback, words } from '../texts';
import { Button } from './Button';

// A problem: the service's own words, then what to do about it.
export function ProblemNote({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const problem = problemOf(error);
  return (
    <div className="note note-bad" role="alert">
      <TriangleAlert aria-hidden />
      <p className="note-title">{problem.title}</p>
      {problem.detail && <p className="break">{problem.detail}</p>}
      <p className="quiet">{remedies[problem.code] ?? remedyFallback}</p>
      <div className="row">
        <span className="code">{words(problem.code)}</span>
        {onRetry && (
          <Button size="small" onClick={onRetry}>
            {app.tryAgain}
          </Button>
        )}
      </div>
    </div>
  );
}
