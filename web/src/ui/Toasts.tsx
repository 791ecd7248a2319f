// Short news at the bottom of the page, read out and gone again by itself.

import { X } from 'lucide-react';
import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from 'react';

import { app } from '../texts';
import { Button } from './Button';

const SHOWN_MS = 6000;

const Say = createContext<(text: string) => void>(() => undefined);

export const useToast = () => useContext(Say);

interface Toast {
  id: number;
  text: string;
}

export function Toasts({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const drop = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), []);
  const say = useCallback(
    (text: string) => {
      const id = Date.now() + Math.random();
      setToasts((all) => [...all.slice(-2), { id, text }]);
      setTimeout(() => drop(id), SHOWN_MS);
    },
    [drop],
  );
  const list = useMemo(
    () =>
      toasts.map(({ id, text }) => (
        <div key={id} className="toast">
          {text}
          <Button size="small" aria-label={app.close} onClick={() => drop(id)}>
            <X aria-hidden />
          </Button>
        </div>
      )),
    [toasts, drop],
  );
  return (
    <Say.Provider value={say}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {list}
      </div>
    </Say.Provider>
  );
}
