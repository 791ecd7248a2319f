import { Search, SlidersHorizontal, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useSearchParams } from 'wouter';

import { useAccounts } from '../../api/queries';
import { assets as texts, mediaTypes, operationNames, origins, statuses } from '../../texts';
import { Button, IconButton } from '../../ui/Button';
import { FILTERS, hasFilters, withFilter, type FilterName, type Filters } from './filters';

const TYPING_MS = 300;

export function FilterBar({ filters }: { filters: Filters }) {
  const [, setSearch] = useSearchParams();
  const accounts = useAccounts();
  const [isOpen, setOpen] = useState(false);
  const set = (name: FilterName, value: string) => setSearch((before) => withFilter(before, name, value), { replace: name === 'q' });
  const chosen = FILTERS.filter((name) => name !== 'q' && filters[name] !== '').length;
  // The one of the address stands there before the accounts are known, and when it is none any more.
  const chosenAccount = filters.account === '' ? {} : { [filters.account]: filters.account };
  const accountNames = { ...chosenAccount, ...Object.fromEntries(accounts.data?.map(({ id, label }) => [id, label]) ?? []) };
  return (
    <div className="filters" role="search">
      <SearchBox value={filters.q} onChange={(value) => set('q', value)} />
      <Button className="filters-toggle" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <SlidersHorizontal aria-hidden />
        {texts.filters}
        {chosen > 0 && ` (${chosen})`}
      </Button>
      <div className={isOpen ? 'filters-more filters-open' : 'filters-more'}>
        <Choice name="type" label={texts.type} values={mediaTypes} filters={filters} onSet={set} />
        <Choice name="lineage" label={texts.lineage} values={texts.lineageFilters} filters={filters} onSet={set} />
        <Choice name="operation" label={texts.operation} values={operationNames} filters={filters} onSet={set} />
        <Choice name="status" label={texts.status} values={statuses} filters={filters} onSet={set} />
        <Choice name="origin" label={texts.origin} values={origins} filters={filters} onSet={set} />
        <Choice name="link" label={texts.link} values={texts.linkFilters} filters={filters} onSet={set} />
        {((accounts.data?.length ?? 0) > 1 || filters.account !== '') && (
          <Choice name="account" label={texts.account} values={accountNames} filters={filters} onSet={set} />
        )}
        <DateChoice name="from" label={texts.from} filters={filters} onSet={set} />
        <DateChoice name="to" label={texts.to} filters={filters} onSet={set} />
        <label className="check filters-removed">
          <input type="checkbox" checked={filters.removed === 'true'} onChange={(event) => set('removed', event.target.checked ? 'true' : '')} />
          {texts.removed}
        </label>
        {hasFilters(filters) && (
          <Button look="quiet" size="small" onClick={() => setSearch(new URLSearchParams())}>
            <X aria-hidden />
            {texts.clear}
          </Button>
        )}
      </div>
    </div>
  );
}

// Typing waits a moment before it asks; "/" comes here from anywhere in the gallery.
function SearchBox({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value);
  const latest = useRef(onChange);
  latest.current = onChange;
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => latest.current(text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, value]);
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLElement && event.target.closest('input, select, textarea, dialog');
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      input.current?.focus();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return (
    <div className="search">
      <Search aria-hidden />
      <input
        ref={input}
        type="search"
        className="input"
        aria-label={texts.searchLabel}
        placeholder={texts.search}
        value={text}
        maxLength={4096}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => event.key === 'Enter' && onChange(text)}
      />
      {text !== '' && <IconButton label={texts.clear} icon={<X aria-hidden />} size="small" onClick={() => onChange('')} />}
    </div>
  );
}

interface ChoiceProps {
  name: FilterName;
  label: string;
  filters: Filters;
  onSet: (name: FilterName, value: string) => void;
}

function Choice({ name, label, values, filters, onSet }: ChoiceProps & { values: Record<string, string> }) {
  const value = filters[name];
  return (
    <label className={value ? 'choice choice-set' : 'choice'}>
      <span>{label}</span>
      <select value={value} onChange={(event) => onSet(name, event.target.value)}>
        <option value="">{texts.any}</option>
        {Object.entries(values).map(([each, text]) => (
          <option key={each} value={each}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

function DateChoice({ name, label, filters, onSet }: ChoiceProps) {
  const value = filters[name];
  return (
    <label className={value ? 'choice choice-date choice-set' : 'choice choice-date'}>
      <span>{label}</span>
      {value === '' && (
        <span className="choice-date-any" aria-hidden>
          {texts.any}
        </span>
      )}
      <input type="date" value={value} onChange={(event) => onSet(name, event.target.value)} />
    </label>
  );
}
