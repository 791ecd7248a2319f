import { useProviders } from '../../api/queries';
import { apis, providers } from '../../texts';
import { Badge } from '../../ui/Badge';

// Which interface can do what, and where its credential comes from: what the service itself says.
export function CredentialHelp({ isOpen }: { isOpen: boolean }) {
  const known = useProviders();
  const rows = known.data?.flatMap((provider) => provider.apis.map((api) => ({ ...api, provider: provider.name }))) ?? [];
  if (rows.length === 0) return null;
  return (
    <details className="card credential-help" open={isOpen || undefined}>
      <summary>
        <h2>{providers.what}</h2>
      </summary>
      <div className="scroll-x" role="region" aria-label={providers.what} tabIndex={0}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{providers.api}</th>
              <th scope="col">{providers.canList}</th>
              <th scope="col">{providers.canFetch}</th>
              <th scope="col">{providers.canGenerate}</th>
              <th scope="col">{providers.credential}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.api}>
                <th scope="row">
                  {row.provider} · {apis[row.api]}
                </th>
                {[row.can_list, row.can_fetch_by_id, row.can_generate].map((can, at) => (
                  <td key={at}>{can ? <Badge tone="good">{providers.yes}</Badge> : <Badge>{providers.no}</Badge>}</td>
                ))}
                <td>
                  <ul className="stack">
                    {row.credentials.map(({ type, comes_from }) => (
                      <li key={type}>
                        <strong>{providers.credentialNames[type] ?? type}</strong> <span className="quiet">{comes_from}</span>
                      </li>
                    ))}
                    {row.instead_of_listing && <li className="quiet">{providers.instead(row.instead_of_listing)}</li>}
                  </ul>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
