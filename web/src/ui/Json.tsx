import { renderExact } from '../api/exact';

export function Json({ value, label }: { value: unknown; label: string }) {
  return (
    <pre className="json" tabIndex={0} role="region" aria-label={label}>
      {renderExact(value)}
    </pre>
  );
}
