import { useId, useRef, type KeyboardEvent, type ReactNode } from 'react';

interface Props {
  label: string;
  tabs: { id: string; name: ReactNode }[];
  active: string;
  onChange: (id: string) => void;
  children: ReactNode;
}

// Tabs as readers know them: arrow keys go from one to the next, Tab goes into what it shows.
export function Tabs({ label, tabs, active, onChange, children }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const prefix = useId();
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const at = tabs.findIndex((tab) => tab.id === active);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    if (!next) return;
    onChange(next.id);
    list.current?.querySelector<HTMLElement>(`[data-tab="${next.id}"]`)?.focus();
  };
  return (
    <>
      <div ref={list} role="tablist" aria-label={label} className="tabs" onKeyDown={onKeyDown}>
        {tabs.map(({ id, name }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`${prefix}-${id}`}
            data-tab={id}
            aria-selected={id === active}
            aria-controls={`${prefix}-panel`}
            tabIndex={id === active ? 0 : -1}
            className="tab"
            onClick={() => onChange(id)}
          >
            {name}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${prefix}-panel`} aria-labelledby={`${prefix}-${active}`} className="stack">
        {children}
      </div>
    </>
  );
}
