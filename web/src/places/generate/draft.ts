// What is being filled in, and the request that it comes to. Whether it may be made, the service says.

import type { Asset, Generation, Lineage, MediaType, NewGeneration, OperationForm, Relation } from '../../api/types';

// An asset of the library, or a file that only a link leads to.
export type Picked = PickedPart & ({ asset_id: string; url?: never } | { url: string; asset_id?: never });

interface PickedPart {
  relation: Relation;
  media_type: MediaType;
  anchor?: string | null;
  name?: string | null;
}

export interface Draft {
  operation: string;
  prompt: string;
  negative: string;
  model: string;
  values: Record<string, string>;
  inputs: Picked[];
}

export const EMPTY: Draft = { operation: '', prompt: '', negative: '', model: '', values: {}, inputs: [] };

// An operation may be asked for in several ways: the first whose slots take these inputs is meant.
export const keyOf = (form: OperationForm, at: number): string => `${form.operation} ${at}`;

export function formOf(forms: OperationForm[], draft: Draft): OperationForm | undefined {
  return forms.find((form, at) => keyOf(form, at) === draft.operation);
}

export function operationKey(forms: OperationForm[], operation: string | null, inputs: Picked[]): string {
  const takes = (form: OperationForm) => inputs.every(({ relation }) => form.inputs.some(({ relations }) => relations.includes(relation)));
  const named = forms.map((form, at) => ({ form, key: keyOf(form, at) })).filter(({ form }) => form.operation === operation);
  return (named.find(({ form }) => takes(form)) ?? named[0])?.key ?? '';
}

export function requestOf(account: string, form: OperationForm, draft: Draft): NewGeneration {
  const parameters = Object.fromEntries(
    form.parameters.flatMap(({ name, type }) => {
      const text = draft.values[name]?.trim() ?? '';
      return text === '' ? [] : [[name, valueOf(type, text)]];
    }),
  );
  // What an asset is, the service knows; what a link leads to, it is told.
  const inputs = draft.inputs.map(({ media_type, ...input }, position) => ({ ...input, position, ...(input.url && { media_type }) }));
  return {
    account_id: account,
    operation: form.operation,
    // The document leaves their names to the table of operations.
    parameters: parameters as Record<string, never>,
    inputs,
    ...(draft.prompt.trim() && { prompt: draft.prompt }),
    ...(draft.negative.trim() && { negative_prompt: draft.negative }),
    ...(draft.model && { model: draft.model }),
  };
}

const linesOf = (text: string): string[] => text.split('\n').map((line) => line.trim()).filter(Boolean);
const LISTS = ['texts', 'text_per_stretch'];

// A number that is none goes as it was typed, so that the service can say so at its field.
const wholeOf = (text: string): unknown => (/^-?\d{1,15}$/.test(text) ? Number(text) : text);

function valueOf(type: string, text: string): unknown {
  if (type === 'boolean') return text === 'true';
  if (type === 'whole_number' || type === 'seconds') return wholeOf(text);
  if (type === 'seconds_per_stretch') return linesOf(text).map(wholeOf);
  return LISTS.includes(type) ? linesOf(text) : text;
}

const textOf = (value: unknown): string => (Array.isArray(value) ? value.map(String).join('\n') : String(value));
const textsOf = (values: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null).map(([name, value]) => [name, textOf(value)]));

// The request of a generation, to be asked again.
export function draftOfGeneration(forms: OperationForm[], generation: Generation): Draft {
  const inputs = generation.inputs.flatMap(({ asset_id, url, relation, media_type, anchor, name }): Picked[] => {
    const part = { relation, media_type, anchor, name };
    return asset_id ? [{ ...part, asset_id }] : url ? [{ ...part, url }] : [];
  });
  return {
    operation: operationKey(forms, generation.operation, inputs),
    prompt: generation.prompt ?? '',
    negative: generation.negative_prompt ?? '',
    model: generation.model ?? '',
    values: textsOf(generation.parameters),
    inputs,
  };
}

// What an asset tells of its making, where no request of it is kept here.
export function draftOfAsset(forms: OperationForm[], asset: Asset, lineage: Lineage): Draft {
  const typeOf = (id: string) => lineage.nodes.find((node) => node.id === id)?.media_type ?? 'image';
  const parents = lineage.edges.filter(({ child }) => child === asset.id).sort((one, other) => one.position - other.position);
  const inputs: Picked[] = parents.map(({ parent, relation, anchor, name }) => ({ asset_id: parent, relation, media_type: typeOf(parent), anchor, name }));
  const operation = operationKey(forms, asset.operation, inputs);
  const form = formOf(forms, { ...EMPTY, operation });
  const values: Record<string, unknown> = { ...asset.settings, duration: asset.duration_s === null ? null : Math.round(asset.duration_s), seed: asset.seed };
  const known = form?.parameters.filter(({ name }) => values[name] !== undefined).map(({ name }) => [name, values[name]]) ?? [];
  return {
    operation,
    prompt: asset.prompts[0] ?? '',
    negative: asset.negative_prompt ?? '',
    model: form?.models.some(({ id }) => id === asset.model) ? (asset.model ?? '') : '',
    values: textsOf(Object.fromEntries(known)),
    inputs,
  };
}
