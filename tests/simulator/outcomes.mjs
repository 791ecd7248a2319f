// What becomes of a job: the names a test or a prompt can use, and the steps they stand for.
// A step is { status, url_state, after_s }: seconds after the step before; without `after_s` the job's own length.

/** Statuses at which a job is over, and those that give the credits back. */
export const TERMINAL = new Set([1, 3, 6, 7, 8, 17]);
export const REFUNDED = new Set([3, 7, 8, 17]);

// The provider looks again at what it delivered some minutes later.
const SECOND_LOOK_S = 90;

const URL_STATE = { 1: 'full', 3: 'placeholder', 7: 'placeholder', 10: 'preallocated' };
const end = (status, url_state) => ({ status, url_state: url_state ?? URL_STATE[status] ?? 'blank' });
const later = (status, url_state) => ({ ...end(status, url_state), after_s: SECOND_LOOK_S });

const OUTCOMES = {
  completed: [end(1)],
  filtered: [end(7)],
  filtered_file: [end(7, 'full')],
  failed: [end(8)],
  stuck: [],
  unusual: [end(17)],
  refused: [end(3)],
  deleted: [end(6)],
  blank_url: [end(1, 'blank_url')],
  completed_then_filtered: [end(1), later(7, 'full')],
  filtered_then_completed: [end(7), later(1)],
  failed_then_completed: [end(8), later(1)],
};

// A person at the demo has only the prompt to ask for trouble with. Besides the outcomes there are `forbidden` (refused by moderation),
// `partial` (one output fewer) and `cut` (accepted, and the connection ends).
const MARK = /\bsim:([a-z_]+)/;

/** The word after `sim:` in a prompt, or null. */
export const markOf = (prompt) => MARK.exec(prompt ?? '')?.[1] ?? null;

export const isOutcome = (name) => Object.hasOwn(OUTCOMES, name);

/** Steps of a name, or of a status number that the job shall end with. */
export function stepsOf(outcome) {
  if (isOutcome(outcome)) return OUTCOMES[outcome];
  if (Number.isInteger(outcome)) return [end(outcome)];
  throw new RangeError(`unknown outcome ${outcome}; a status number or one of ${Object.keys(OUTCOMES).join(', ')}`);
}
