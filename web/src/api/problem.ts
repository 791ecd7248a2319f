// What went wrong, in the service's own words: its problem documents (RFC 9457), or the network's silence.

import { faults } from '../texts';
import type { components } from './schema';

export type ProblemDocument = components['schemas']['Problem'] & Record<string, unknown>;

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string | null;
  readonly document: Record<string, unknown>;

  constructor(status: number, document: Partial<ProblemDocument>) {
    const title = document.title ?? faults.status(status);
    super(title);
    this.name = 'Problem';
    this.status = status;
    this.code = document.code ?? 'unreadable_answer';
    this.title = title;
    this.detail = document.detail ?? null;
    this.document = document;
  }
}

export const UNREACHABLE = 'unreachable';

// Any error as a problem; what is no answer of the service is a connection that failed, or a fault of the page.
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof TypeError && /fetch|network|load failed/i.test(error.message)) {
    return new Problem(0, { code: UNREACHABLE, title: faults.unreachable });
  }
  const detail = error instanceof Error ? error.message : String(error);
  return new Problem(0, { code: 'page_fault', title: faults.page, detail });
}
