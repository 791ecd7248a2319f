// The evidence of a finding as columns: each voice of a list of voices, else each member by its name.

export interface Side {
  name: string;
  value: unknown;
  feed: string | null;
  at: string | null;
}

type Members = Record<string, unknown>;

const isMembers = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

export function sidesOf(evidence: unknown): Side[] {
  if (!isMembers(evidence)) return [];
  return Object.entries(evidence).flatMap(([name, value]) =>
    Array.isArray(value) && value.length > 0 && value.every((each) => isMembers(each) && 'feed' in each)
      ? value.map((voice: Members) => sideOf(name, voice))
      : [{ name, value, feed: null, at: null }],
  );
}

// What a voice says, without who it is; a voice that says several things keeps them all.
function sideOf(name: string, voice: Members): Side {
  const value = 'value' in voice ? voice['value'] : voice;
  return { name, value, feed: textOf(voice['feed']), at: textOf(voice['last_seen_at']) };
}
