// A folder of its own for one test file, gone afterwards.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'driftline-test-'));
  after(() => rmSync(folder, { recursive: true }));
  return folder;
}
