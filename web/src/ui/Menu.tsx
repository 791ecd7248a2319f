// A few actions behind one button, in the browser's own popover: it closes by Escape and by a click elsewhere.

import { EllipsisVertical } from 'lucide-react';
import { useId, useRef, type ReactNode } from 'react';

import { IconButton } from './Button';
import './menu.css';

export function Menu({ label, children }: { label: string; children: ReactNode }) {
  const id = useId().replaceAll(/[^a-zA-Z0-9]/g, '');
  const panel = useRef<HTMLDivElement>(null);
  return (
    <span className="menu">
      <IconButton label={label} icon={<EllipsisVertical aria-hidden />} popoverTarget={`menu-${id}`} />
      <div ref={panel} id={`menu-${id}`} popover="auto" className="menu-panel" onClick={() => panel.current?.hidePopover()}>
        {children}
      </div>
    </span>
  );
}
