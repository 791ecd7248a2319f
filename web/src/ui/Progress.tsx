// How far something is; without a total, only that it goes on.
export function Progress({ label, done, total }: { label: string; done: number; total: number | null }) {
  if (!total) {
    return (
      <div className="progress" role="progressbar" aria-label={label}>
        <div className="progress-bar progress-unknown" />
      </div>
    );
  }
  const share = Math.min(1, done / total);
  return (
    <div className="progress" role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={total} aria-valuenow={Math.min(done, total)}>
      <div className="progress-bar" style={{ width: `${share * 100}%` }} />
    </div>
  );
}
