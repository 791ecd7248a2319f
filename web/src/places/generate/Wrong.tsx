// What the service refuses, at the field that it is about.

import { Problem } from '../../api/problem';

export interface Violation {
  pointer: string;
  code: string;
  message: string;
}

export function violationsOf(error: unknown): Violation[] {
  const errors = error instanceof Problem && error.code === 'invalid_generation' ? error.document['errors'] : null;
  return Array.isArray(errors) ? (errors as Violation[]) : [];
}

export const isAt = (at: string, { pointer }: Violation): boolean => pointer === at || pointer.startsWith(`${at}/`);

export function Wrong({ at, id, all }: { at: string; id: string; all: Violation[] }) {
  const here = all.filter((violation) => isAt(at, violation));
  if (here.length === 0) return null;
  return (
    <p id={id} className="small generate-wrong" role="alert">
      {here.map(({ message }) => message).join('; ')}
    </p>
  );
}
