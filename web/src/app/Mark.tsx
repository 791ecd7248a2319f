// The sign of the product: two lines that drift, and join.
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg className="mark" viewBox="0 0 32 32" width={size} height={size} aria-hidden>
      <rect width="32" height="32" rx="8" className="mark-ground" />
      <path d="M8 9h5c6 0 6 14 12 14" className="mark-one" />
      <path d="M8 23h5c2.6 0 4-2.6 5-5.6" className="mark-two" />
      <circle cx="8" cy="9" r="3" className="mark-dot" />
      <circle cx="8" cy="23" r="3" className="mark-dot-two" />
      <circle cx="25" cy="23" r="3" className="mark-dot" />
    </svg>
  );
}
