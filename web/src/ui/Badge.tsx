import type { ReactNode } from 'react';

export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'info' | 'accent';

// A word with a colour. The word alone says everything: the colour only helps to find it.
export function Badge({ tone = 'plain', children, title }: { tone?: Tone; children: ReactNode; title?: string }) {
  return (
    <span className={tone === 'plain' ? 'badge' : `badge badge-${tone}`} title={title}>
      {children}
    </span>
  );
}
