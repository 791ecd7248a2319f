import { Check, Copy as CopyIcon } from 'lucide-react';
import { useState } from 'react';

import { app } from '../texts';
import { IconButton } from './Button';

// Copies a text, and shows for a moment that it did.
export function Copy({ text, label = app.copy }: { text: string; label?: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <IconButton
      size="small"
      label={isCopied ? app.copied : label}
      icon={isCopied ? <Check aria-hidden /> : <CopyIcon aria-hidden />}
      onClick={copy}
    />
  );
}
