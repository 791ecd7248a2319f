import { signIn } from '../texts';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';

// A link must not change by itself whose library one works in.
export function SwitchSession({ onUse, onKeep }: { onUse: () => void; onKeep: () => void }) {
  return (
    <Dialog title={signIn.switchTitle} onClose={onKeep}>
      <p className="quiet">{signIn.switchText}</p>
      <div className="dialog-foot">
        <Button onClick={onKeep}>{signIn.switchKeep}</Button>
        <Button look="primary" onClick={onUse}>
          {signIn.switchUse}
        </Button>
      </div>
    </Dialog>
  );
}
