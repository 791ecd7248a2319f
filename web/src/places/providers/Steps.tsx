import type { Account } from '../../api/types';
import { ImportStep } from './ImportStep';
import { RebuildStep } from './RebuildStep';
import { ScanStep } from './ScanStep';
import { useScan } from './useScan';

// What one does with a library, in the order in which it is done.
export function Steps({ account }: { account: Account }) {
  const scan = useScan(account);
  return (
    <ol className="steps">
      <ScanStep scan={scan} />
      <ImportStep account={account} scan={scan} />
      <RebuildStep account={account} />
    </ol>
  );
}
