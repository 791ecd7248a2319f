// The form of an operation, from the table that the service checks requests by.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useLocation } from 'wouter';

import { useApi } from '../../api/ApiContext';
import { bodyOf } from '../../api/client';
import { keys } from '../../api/keys';
import type { Account, NewGeneration, OperationForm } from '../../api/types';
import { app, generate as texts, operationNames } from '../../texts';
import { Button } from '../../ui/Button';
import { ProblemNote } from '../../ui/ProblemNote';
import { draftOfAsset, draftOfGeneration, EMPTY, formOf, keyOf, requestOf, type Draft } from './draft';
import './generate.css';
import { InputPicker } from './InputPicker';
import { ParameterField } from './ParameterField';
import { violationsOf, Wrong } from './Wrong';

// `again` is the asset whose making is asked for once more.
export function GenerateForm({ accounts, again }: { accounts: Account[]; again: string | null }) {
  const api = useApi();
  const [chosen, setChosen] = useState('');
  const account = accounts.find(({ id }) => id === chosen) ?? accounts[0];
  const provider = account?.api ?? 'library';
  const forms = useQuery({
    queryKey: keys.operations(provider),
    staleTime: Infinity,
    queryFn: async ({ signal }) => (await bodyOf(api.GET('/api/v1/operations', { params: { query: { api: provider } }, signal }))).operations,
  });
  const start = useQuery({
    queryKey: keys.draft(provider, again),
    enabled: forms.data !== undefined,
    staleTime: Infinity,
    queryFn: async ({ signal }): Promise<Draft> => {
      const known = forms.data ?? [];
      if (again === null) return { ...EMPTY, operation: known[0] ? keyOf(known[0], 0) : '' };
      const params = { path: { id: again } };
      const asset = await bodyOf(api.GET('/api/v1/assets/{id}', { params, signal }));
      if (asset.source_generation_id) {
        const made = { path: { id: asset.source_generation_id } };
        return draftOfGeneration(known, await bodyOf(api.GET('/api/v1/generations/{id}', { params: made, signal })));
      }
      const lineage = await bodyOf(api.GET('/api/v1/assets/{id}/lineage', { params: { ...params, query: { direction: 'ancestors', depth: 1 } }, signal }));
      return draftOfAsset(known, asset, lineage);
    },
  });
  if (forms.isError || start.isError) return <ProblemNote error={forms.error ?? start.error} />;
  if (!account || !forms.data || !start.data) return <p className="faint">{app.loading}</p>;
  return (
    <section className="card stack" aria-labelledby="new-generation">
      <h2 id="new-generation">{texts.make}</h2>
      {accounts.length > 1 && (
        <div className="field">
          <label htmlFor="account">{texts.account}</label>
          <select id="account" className="select" value={account.id} onChange={(event) => setChosen(event.target.value)}>
            {accounts.map(({ id, label }) => (
              <option key={id} value={id}>{label}</option>
            ))}
          </select>
        </div>
      )}
      <Fields key={`${provider} ${again ?? ''}`} account={account} forms={forms.data} start={start.data} />
    </section>
  );
}

function Fields({ account, forms, start }: { account: Account; forms: OperationForm[]; start: Draft }) {
  const api = useApi();
  const cache = useQueryClient();
  const [, navigate] = useLocation();
  const [draft, setDraft] = useState(start);
  const set = (changes: Partial<Draft>) => setDraft((before) => ({ ...before, ...changes }));
  const form = formOf(forms, draft);
  const ask = useMutation({
    mutationFn: (body: NewGeneration) => bodyOf(api.POST('/api/v1/generations', { body })),
    onSuccess: async ({ id }) => {
      await cache.invalidateQueries({ queryKey: keys.generations });
      navigate(`/generate/${id}`);
    },
  });
  const wrong = violationsOf(ask.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (form && !ask.isPending) ask.mutate(requestOf(account.id, form, draft));
  };
  const model = form?.models.find(({ id }) => id === draft.model) ?? form?.models[0];
  const knows = ({ models }: { models?: string[] }) => !models || (model !== undefined && models.includes(model.id));
  return (
    <form className="stack" noValidate onSubmit={submit}>
      <div className="pair">
        <div className="field">
          <label htmlFor="operation">{texts.operation}</label>
          <select id="operation" className="select" value={draft.operation} onChange={(event) => set({ operation: event.target.value, model: '', values: {}, inputs: [] })}>
            {!form && <option value="">{texts.choose}</option>}
            {forms.map((each, at) => (
              <option key={keyOf(each, at)} value={keyOf(each, at)}>{operationNames[each.operation]}</option>
            ))}
          </select>
          <Wrong at="/operation" id="operation-wrong" all={wrong} />
        </div>
        {form && form.models.length > 0 && (
          <div className="field">
            <label htmlFor="model">{texts.model}</label>
            <select id="model" className="select" value={draft.model} onChange={(event) => set({ model: event.target.value })}>
              <option value="">{form.default_model === null ? texts.left : texts.usual(form.default_model)}</option>
              {form.models.map(({ id }) => (
                <option key={id} value={id}>{id}</option>
              ))}
            </select>
            <Wrong at="/model" id="model-wrong" all={wrong} />
          </div>
        )}
      </div>
      {form?.prompt && (
        <div className="field">
          <label htmlFor="prompt">{texts.prompt}</label>
          <textarea id="prompt" className="input" rows={3} dir="auto" value={draft.prompt} aria-describedby="prompt-hint prompt-wrong" onChange={(event) => set({ prompt: event.target.value })} />
          <p id="prompt-hint" className="hint">{texts.characters(draft.prompt.length, Math.min(form.prompt.most_characters, model?.prompt_characters ?? Infinity))}</p>
          <Wrong at="/prompt" id="prompt-wrong" all={wrong} />
        </div>
      )}
      {form?.negative_prompt && (
        <div className="field">
          <label htmlFor="negative">{texts.negative}</label>
          <input id="negative" className="input" dir="auto" value={draft.negative} onChange={(event) => set({ negative: event.target.value })} />
          <Wrong at="/negative_prompt" id="negative-wrong" all={wrong} />
        </div>
      )}
      {form?.inputs.filter(knows).map((slot, at) => (
        <InputPicker key={`${draft.operation} ${at}`} slot={slot} most={slot.most ?? model?.references ?? null} inputs={draft.inputs} onChange={(inputs) => set({ inputs })} wrong={wrong} />
      ))}
      {wrong.filter(({ pointer }) => pointer === '/inputs' || pointer === '').map(({ message }) => (
        <p key={message} className="small generate-wrong" role="alert">{message}</p>
      ))}
      <div className="generate-parameters">
        {form?.parameters.filter(knows).map((parameter) => (
          <ParameterField key={parameter.name} parameter={parameter} model={model} value={draft.values[parameter.name] ?? ''} onChange={(value) => set({ values: { ...draft.values, [parameter.name]: value } })} wrong={wrong} />
        ))}
      </div>
      {ask.isError && <ProblemNote error={ask.error} />}
      <div className="row">
        <Button type="submit" look="primary" busy={ask.isPending} disabled={!form}>{texts.go}</Button>
      </div>
    </form>
  );
}
