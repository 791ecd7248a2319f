// One parameter: a choice where its words are known, else a field with its limits.

import type { FormModel, FormParameter } from '../../api/types';
import { generate as texts, sentence, words } from '../../texts';
import { Wrong, type Violation } from './Wrong';

interface Props {
  parameter: FormParameter;
  model: FormModel | undefined;
  value: string;
  onChange: (value: string) => void;
  wrong: Violation[];
}

export function ParameterField({ parameter, model, value, onChange, wrong }: Props) {
  const { name, type, required } = parameter;
  const id = `parameter-${name}`;
  const choices = choicesOf(parameter, model);
  const { least, most } = boundsOf(parameter, model);
  const shared = { id, value, required, 'aria-describedby': `${id}-hint ${id}-wrong` };
  const usual = parameter.default === undefined ? texts.left : texts.usual(String(parameter.default));
  return (
    <div className="field">
      <label htmlFor={id}>{sentence(words(name))}</label>
      {choices ? (
        <select {...shared} className="select" onChange={(event) => onChange(event.target.value)}>
          <option value="">{usual}</option>
          {choices.map((choice) => (
            <option key={choice} value={choice}>{choice}</option>
          ))}
        </select>
      ) : type.startsWith('text') || type.endsWith('per_stretch') ? (
        <textarea {...shared} className="input" rows={type === 'text' ? 1 : 3} maxLength={parameter.most_characters} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <input {...shared} className="input" inputMode={type === 'id' ? undefined : 'numeric'} placeholder={usual} onChange={(event) => onChange(event.target.value)} />
      )}
      <p id={`${id}-hint`} className="hint">
        {least !== undefined && most !== undefined && texts.between(least, most)}
        {type !== 'text' && (type.startsWith('text') || type.endsWith('per_stretch')) && ` ${texts.oneALine}`}
      </p>
      <Wrong at={`/parameters/${name}`} id={`${id}-wrong`} all={wrong} />
    </div>
  );
}

const MEMBERS: Record<string, 'qualities' | 'aspect_ratios' | 'durations_s'> = { qualities: 'qualities', aspect_ratios: 'aspect_ratios', durations_s: 'durations_s' };

function choicesOf({ type, values, of_model: of }: FormParameter, model: FormModel | undefined): string[] | null {
  if (type === 'boolean') return ['true', 'false'];
  if (values) return values.map(String);
  const member = of ? MEMBERS[of] : undefined;
  const listed: unknown = member && model?.[member];
  return Array.isArray(listed) ? listed.map(String) : null;
}

function boundsOf(parameter: FormParameter, model: FormModel | undefined): { least?: number; most?: number } {
  const lengths = parameter.of_model === 'durations_s' ? model?.durations_s : undefined;
  const isBounds = typeof lengths === 'object' && lengths !== null && !Array.isArray(lengths);
  return isBounds ? (lengths as { least: number; most: number }) : parameter;
}
