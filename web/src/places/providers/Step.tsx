import type { ReactNode } from 'react';

interface Props {
  mark: ReactNode;
  title: string;
  says: string;
  action: ReactNode;
  children?: ReactNode;
}

// One step: its button, and beside it the sentence that says what the button does.
export function Step({ mark, title, says, action, children }: Props) {
  return (
    <li className="step">
      <div className="step-mark" aria-hidden>
        {mark}
      </div>
      <div className="step-body">
        <div className="step-head">
          <div className="step-says">
            <h3>{title}</h3>
            <p className="quiet">{says}</p>
          </div>
          <div className="step-action">{action}</div>
        </div>
        {children}
      </div>
    </li>
  );
}
