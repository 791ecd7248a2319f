import { useRef, useState, type ReactNode } from 'react';

import { app } from '../texts';
import { Button } from './Button';
import { Dialog } from './Dialog';
import { ProblemNote } from './ProblemNote';

interface Props {
  title: string;
  action: string;
  children: ReactNode;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}

// Asks before something that is felt. A failure is shown here, and the dialog stays.
export function Confirm({ title, action, children, onConfirm, onClose }: Props) {
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const isOpen = useRef(true);
  const confirm = async () => {
    setBusy(true);
    setError(null);
    try {
      await onConfirm();
      if (isOpen.current) onClose();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="quiet">{children}</div>
      {error !== null && <ProblemNote error={error} />}
      <div className="dialog-foot">
        <Button onClick={onClose}>{app.cancel}</Button>
        <Button look="danger" busy={isBusy} onClick={confirm}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
