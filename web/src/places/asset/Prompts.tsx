import type { Asset } from '../../api/types';
import { app, asset as texts } from '../../texts';
import { Copy } from '../../ui/Copy';

export function Prompts({ asset }: { asset: Asset }) {
  const prompts = asset.prompts.filter((prompt) => prompt.trim() !== '');
  if (prompts.length === 0 && asset.segments.length === 0) return null;
  return (
    <section className="card prompts" aria-label={texts.prompt}>
      <div className="row spread">
        <h2>{texts.prompt}</h2>
        {prompts.length > 0 && <Copy text={prompts.join('\n\n')} />}
      </div>
      {prompts.map((prompt, at) => (
        <p key={at} className="prompt" dir="auto">
          {prompt}
        </p>
      ))}
      {asset.negative_prompt && (
        <p className="quiet small">
          <strong>{texts.negative}:</strong> {asset.negative_prompt}
        </p>
      )}
      {asset.segments.length > 0 && (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{texts.segment}</th>
              <th scope="col">{texts.prompt}</th>
              <th scope="col" className="number">
                {texts.duration}
              </th>
            </tr>
          </thead>
          <tbody>
            {asset.segments.map((segment, at) => (
              <tr key={at}>
                <td>{at + 1}</td>
                <td dir="auto" className="break">
                  {segment.prompt ?? app.none}
                </td>
                <td className="number">{segment.duration_s === null ? app.none : `${segment.duration_s} s`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
