// The evidence of a finding as columns: each voice of a list of voices, else each member by its name.

export interface Side {
  name: string;
  value: unknown;
  feed: string | null;
  at: string | null;
  // Where the voice's payload says so; of a list of sources, for each source in order.
  paths: string[];
  sources: string[][];
}

type Members = Record<string, unknown>;

const isMembers = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value);
const isVoice = (value: unknown): value is Members => isMembers(value) && 'feed' in value;
const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const textsOf = (value: unknown): string[] => listOf(value).flatMap((each) => textOf(each) ?? []);
const isListOf = <T>(value: unknown, is: (each: unknown) => each is T): value is T[] => Array.isArray(value) && value.length > 0 && value.every(is);

export function sidesOf(evidence: unknown): Side[] {
  if (!isMembers(evidence)) return [];
  return Object.entries(evidence).flatMap(([name, value]) => {
    if (isVoice(value)) return [sideOf(name, value)];
    if (isListOf(value, isVoice)) return value.map((voice) => sideOf(name, voice));
    if (isListOf(value, isSaid)) return value.flatMap((said) => sidesOfSaid(name, said));
    return [unsaid(name, value)];
  });
}

// What a voice says, without who it is; a voice that says several things keeps them all.
function sideOf(name: string, { paths, source_paths: sources, ...voice }: Members): Side {
  return {
    name,
    value: 'value' in voice ? voice['value'] : voice,
    feed: textOf(voice['feed']),
    at: textOf(voice['last_seen_at']),
    paths: textsOf(paths),
    sources: listOf(sources).map(textsOf),
  };
}

const isSaid = (value: unknown): value is Members => isMembers(value) && isListOf(value['said_by'], isVoice);

// One thing that several voices may say: it stands once for each of them.
function sidesOfSaid(name: string, { said_by: voices, ...said }: Members): Side[] {
  return listOf(voices).filter(isVoice).map((voice) => ({ ...sideOf(name, voice), value: said }));
}

const unsaid = (name: string, value: unknown): Side => ({ name, value, feed: null, at: null, paths: [], sources: [] });
