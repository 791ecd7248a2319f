import { LoaderCircle } from 'lucide-react';
import type { ButtonHTMLAttributes, ReactNode } from 'react';

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: 'plain' | 'primary' | 'quiet' | 'danger';
  size?: 'small' | 'medium' | 'large';
  busy?: boolean;
  children: ReactNode;
}

// A busy button keeps its words and its focus, and does nothing until its work is over.
export function Button({ look = 'plain', size = 'medium', busy = false, className = '', onClick, children, ...rest }: Props) {
  const classes = ['button', look !== 'plain' && `button-${look}`, size !== 'medium' && `button-${size}`, className];
  return (
    <button
      type="button"
      {...rest}
      className={classes.filter(Boolean).join(' ')}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
    >
      {busy && <LoaderCircle className="spin" aria-hidden />}
      {children}
    </button>
  );
}

interface IconProps extends Omit<Props, 'children'> {
  label: string;
  icon: ReactNode;
}

export function IconButton({ label, icon, className = '', look = 'quiet', ...rest }: IconProps) {
  return (
    <Button look={look} className={`button-icon ${className}`} aria-label={label} title={label} {...rest}>
      {icon}
    </Button>
  );
}
